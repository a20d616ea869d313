"""Bad input on purpose: pages of the fault outlet under /uji/KIND, each behind the switch `fault:KIND`."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tests.press.reply import Reply, html

MIB = 1 << 20
HUGE = 200 * MIB  # bytes: the body that issue 3 names
BOMB = 512 * MIB  # bytes after decompression, about half a MiB on the wire
TEXT = (
    "Petugas kebersihan pasar di Kelurahan Uji mengangkut tumpukan daun kering sejak subuh sesudah angin kencang.",
    "Koordinator petugas, Wasito Lamri, menyebut delapan gerobak dikerahkan dan selesai sebelum pedagang datang.",
    "Para pedagang menyumbang teh hangat dan pisang goreng untuk petugas yang bekerja di tengah gerimis pagi itu.",
)
LONG_TITLE = "Angin Kencang di Pasar Uji " * 186  # 5,022 characters: more than the 5,000 that issue 3 names


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of bad input. `expect`: `read` when the text can be read all the same, else the reason why not."""

    expect: str
    title: str
    reply: Callable[[str], Reply]  # given the address of the internal listener
    linked: bool = True  # the fault outlet's feed links it


def _document(title: str, *, head: str = "", text: tuple[str, ...] = TEXT) -> str:
    body = "".join(f"<p>{part}</p>" for part in text)
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def _broken_html(internal: str) -> Reply:
    text = "".join(f"<div><p>{part}<b><td></i>" for part in TEXT)
    return html(
        f"<html><title>Pasar Uji Dibersihkan<body><h1>Pasar Uji Dibersihkan<div class=x {text}<!-- <p>tak ditutup"
    )


def _not_utf8(internal: str) -> Reply:
    page = _document("Pasar Uji “Bersih” Sebelum Subuh").replace("utf-8", "windows-1252")
    return Reply(headers={"Content-Type": "text/html"}, body=page.encode("windows-1252"))


def _wrong_charset(internal: str) -> Reply:
    page = _document("Pasar Uji “Bersih” Kembali")
    return Reply(
        headers={"Content-Type": "text/html; charset=utf-8"}, body=page.encode("windows-1252") + b"\xff\xfe\x00"
    )


def _huge() -> Iterator[bytes]:
    yield _document("Halaman Tanpa Akhir").encode()
    block = b"<p>" + b"lorem " * (MIB // 6) + b"</p>"
    for _ in range(HUGE // len(block) + 1):
        yield block


def _huge_body(internal: str) -> Reply:
    return Reply(headers={"Content-Type": "text/html; charset=utf-8"}, stream=_huge())


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(_document("Bom Kompresi").encode())]
    parts += [packer.compress(b" " * MIB) for _ in range(BOMB // MIB)]
    return b"".join([*parts, packer.flush()])


def _gzip_bomb(internal: str) -> Reply:
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
    return Reply(headers=headers, body=_bomb())


def _to(template: str) -> Callable[[str], Reply]:
    def reply(internal: str) -> Reply:
        port = internal.rpartition(":")[2]
        return Reply(status=302, headers={"Location": template.format(port=port)})

    return reply


def _page(title: str, head: str = "") -> Callable[[str], Reply]:
    return lambda internal: html(_document(title, head=head))


CONTROL_TITLE = "Pasar\x00 Uji\x07 Disapu\x1b[31m \u202eketrof\u202c\x85 Pagi"

FAULTS: dict[str, Fault] = {
    "broken_html": Fault(expect="read", title="Pasar Uji Dibersihkan", reply=_broken_html),
    "empty_page": Fault(expect="empty", title="Halaman Kosong", reply=lambda internal: html("")),
    "not_utf8": Fault(expect="read", title="Pasar Uji “Bersih” Sebelum Subuh", reply=_not_utf8),
    "wrong_charset": Fault(expect="read", title="Pasar Uji “Bersih” Kembali", reply=_wrong_charset),
    "html_feed": Fault(expect="bad_feed", title="", reply=lambda internal: html(""), linked=False),
    "huge_body": Fault(expect="too_large", title="Halaman Tanpa Akhir", reply=_huge_body),
    "gzip_bomb": Fault(expect="too_large", title="Bom Kompresi", reply=_gzip_bomb),
    "private_redirect": Fault(
        expect="blocked_address", title="Tautan ke Dalam", reply=_to("http://127.0.0.1:{port}/rahasia")
    ),
    "private_name": Fault(
        expect="blocked_address", title="Tautan ke Localhost", reply=_to("http://localhost:{port}/rahasia")
    ),
    "private_number": Fault(
        expect="blocked_address", title="Tautan Bilangan", reply=_to("http://2130706433:{port}/rahasia")
    ),
    "control_title": Fault(expect="read", title="Pasar Uji Disapu Pagi", reply=_page(CONTROL_TITLE)),
    "long_title": Fault(expect="read", title=LONG_TITLE, reply=_page(LONG_TITLE)),
    "no_date": Fault(expect="read", title="Pasar Uji Tanpa Tanggal", reply=_page("Pasar Uji Tanpa Tanggal")),
}
