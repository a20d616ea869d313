"""The traps, by host and path (`host/path` beats `/first-part`; `*` is an honest page)."""

import gzip
import itertools
import zlib
from functools import cache

import brotli  # type: ignore[import-untyped]
import zstandard

from tests.evil.site import Trap, Visit

MEGA = 1024 * 1024
BOMB = 64 * MEGA  # unpacked; eight times the cap of a page
PAGE = b"<html><head><title>Warta</title></head><body><p>Pasar dibuka lagi.</p></body></html>"


def page(visit: Visit) -> None:
    if visit.seen.path == "/robots.txt":
        visit.answer(status=404)
    else:
        visit.answer(PAGE, Content_Type="text/html")


def robots(text: str, status: int = 200, **headers: str) -> Trap:
    return lambda visit: visit.answer(text.encode(), status, Content_Type="text/plain", **headers)


def redirect(where: str, status: int = 302) -> Trap:
    """Location with {port} (this site) and {internal} (the forbidden listener) filled in."""

    def trap(visit: Visit) -> None:
        target = where.format(port=visit.site.port, internal=visit.site.internal_port)
        visit.answer(status=status, Location=target)

    return trap


def refresh(where: str) -> Trap:
    def trap(visit: Visit) -> None:
        target = where.format(internal=visit.site.internal_port)
        body = f'<html><head><meta http-equiv="refresh" content="0;url={target}"></head></html>'
        visit.answer(body.encode(), Content_Type="text/html")

    return trap


@cache
def _packed(coding: str) -> bytes:
    zeros = bytes(BOMB)
    match coding:
        case "gzip":
            return gzip.compress(zeros, 6)
        case "deflate":
            return zlib.compress(zeros, 6)
        case "br":
            return bytes(brotli.compress(zeros, quality=1))
        case "zstd":
            return zstandard.compress(zeros)
        case _:
            return gzip.compress(gzip.compress(zeros, 6), 6)


def bomb(coding: str) -> Trap:
    _packed(coding)  # now: packing takes a second, which must not count as an outlet's slowness
    return lambda visit: visit.answer(_packed(coding), Content_Encoding=coding, Content_Type="text/html")


def matryoshka(visit: Visit) -> None:
    """Forty layers of gzip."""
    body = PAGE
    for _ in range(40):
        body = gzip.compress(body, 1)
    visit.answer(body, Content_Encoding=", ".join(["gzip"] * 40), Content_Type="text/html")


def drip(visit: Visit) -> None:
    """A byte now and then, for ever: never silent, never done."""
    visit.head("Content-Length: 1000000", "Content-Type: text/html")
    while not visit.site.closing.wait(0.2):
        visit.send(b".")


def silent(visit: Visit) -> None:
    visit.site.closing.wait(20)


def endless(visit: Visit) -> None:
    visit.head("Transfer-Encoding: chunked", "Content-Type: text/html")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for _ in itertools.repeat(None):
        visit.send(chunk)


def huge(visit: Visit) -> None:
    """200 MB, announced."""
    visit.head(f"Content-Length: {200 * MEGA}", "Content-Type: text/html")
    for _ in range(200):
        visit.send(b"x" * MEGA)


def huge_unannounced(visit: Visit) -> None:
    visit.head("Connection: close", "Content-Type: text/html")
    for _ in range(200):
        visit.send(b"x" * MEGA)


def header_flood(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\n")
    for n in itertools.count():
        visit.send(f"X-{n}: {'y' * 4000}\r\n".encode())


def continues(visit: Visit) -> None:
    for _ in itertools.repeat(None):
        visit.send(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" * 100)


def too_short(visit: Visit) -> None:
    visit.head("Content-Length: 5000", "Connection: close", "Content-Type: text/html")
    visit.send(PAGE)


def not_gzip(visit: Visit) -> None:
    visit.answer(PAGE, Content_Encoding="gzip", Content_Type="text/html")


def garbage(visit: Visit) -> None:
    visit.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


def charset_lie(visit: Visit) -> None:
    visit.answer("<html><p>Café Ganjil</p></html>".encode("cp1252"), Content_Type="text/html; charset=utf-8")


def recovering_robots(visit: Visit) -> None:
    """503 the first time, "no rules" from then on."""
    visit.answer(status=503 if len(visit.site.robots(visit.seen.host)) == 1 else 404)


def hang_up(visit: Visit) -> None:
    visit.socket.close()


FORBID = "User-agent: *\nDisallow: /\n"

TRAPS: dict[str, Trap] = {
    "*": page,
    "/status404": lambda visit: visit.answer(PAGE, 404),
    "/status410": lambda visit: visit.answer(PAGE, 410),
    "/status403": lambda visit: visit.answer(PAGE, 403),
    "/status503": lambda visit: visit.answer(PAGE, 503),
    "/status500": lambda visit: visit.answer(PAGE, 500),
    "/to-internal": redirect("http://127.0.0.1:{internal}/secret"),
    "/to-internal-name": redirect("http://localhost:{internal}/secret", 301),
    "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/", 307),
    "/to-file": redirect("file:///etc/passwd"),
    "/to-good": redirect("http://good.test:{port}/after-redirect"),
    "/refresh-internal": refresh("http://127.0.0.1:{internal}/secret"),
    "/loop": redirect("/loop"),
    "/bomb-gzip": bomb("gzip"),
    "/bomb-deflate": bomb("deflate"),
    "/bomb-br": bomb("br"),
    "/bomb-zstd": bomb("zstd"),
    "/bomb-nested": bomb("gzip, gzip"),
    "/matryoshka": matryoshka,
    "/drip": drip,
    "/silent": silent,
    "/endless": endless,
    "/huge": huge,
    "/huge-unannounced": huge_unannounced,
    "/header-flood": header_flood,
    "/continues": continues,
    "/too-short": too_short,
    "/not-gzip": not_gzip,
    "/garbage": garbage,
    "/charset-lie": charset_lie,
    "/hang-up": hang_up,
    "/wait-seconds": lambda visit: visit.answer(status=429, Retry_After="3600"),
    "/wait-date": lambda visit: visit.answer(status=503, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT"),
    "/wait-one": lambda visit: visit.answer(status=503, Retry_After="4"),
    "/wait-unsaid": lambda visit: visit.answer(status=429),
    "forbid.test/robots.txt": robots(FORBID),
    "burst.test/robots.txt": robots(FORBID),
    "rules.test/robots.txt": robots(FORBID),
    "parts.test/robots.txt": robots(
        "User-agent: *\nDisallow: /\n\nUser-agent: kliping\nDisallow: /tertutup\nAllow: /tertutup/kecuali\n"
    ),
    "r503.test/robots.txt": robots("", 503),
    "r500.test/robots.txt": robots("", 500),
    "r429.test/robots.txt": robots("", 429),
    "r403.test/robots.txt": robots("", 403),
    "again.test/robots.txt": recovering_robots,
    "rdrip.test/robots.txt": drip,
    "rsilent.test/robots.txt": silent,
    "rloop.test/robots.txt": redirect("/robots.txt"),
    "rmoved.test/robots.txt": redirect("http://rules.test:{port}/robots.txt", 301),
    "rinternal.test/robots.txt": redirect("http://127.0.0.1:{internal}/robots.txt"),
    "rbomb.test/robots.txt": bomb("gzip"),
    "rlong.test/robots.txt": robots("User-agent: *\nDisallow: /tertutup\n" + "# panjang\n" * 60_000),
    "slow.test/robots.txt": robots("User-agent: *\nCrawl-delay: 2\n"),
}
