"""What an answer for robots.txt means, and what stands in one. The waiting is tested in test_evil, on a server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Response

from crawlers.reasons import BlockedAddress, Held, Refused
from crawlers.robots import PARSED_BYTES, Rules, parsed, rules_of
from crawlers.settings import robots_agent

ORIGIN = "https://outlet.test"
PAGE = f"{ORIGIN}/berita/1"
AGENT = robots_agent()


def verdict(rules: Rules, url: str = PAGE) -> str:
    try:
        rules.check(url, AGENT)
    except Refused as refused:
        return refused.reason
    return "free"


def answer(status: int, body: bytes = b"User-agent: *\nDisallow: /") -> Rules:
    return rules_of(Response(f"{ORIGIN}/robots.txt", status=status, body=body), ORIGIN, "outlet.test")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, "robots"), (206, "robots"), (400, "free"), (401, "free"), (403, "free"), (404, "free"), (410, "free")]
    + [(status, "robots_unreachable") for status in (302, 304, 429, 500, 502, 503, 504, 520, 999)],
)
def test_statuses(status: int, expected: str) -> None:
    assert verdict(answer(status)) == expected


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (DownloadTimeoutError("x"), "robots_unreachable"),
        (ResponseDataLossError(), "robots_unreachable"),
        (IgnoreRequest("max redirections reached"), "robots_unreachable"),
        (RuntimeError("a bug"), "robots_unreachable"),
        (CannotResolveHostError("x"), "dns"),
        (BlockedAddress("outlet.test", "private"), "blocked_address"),
        (BlockedAddress("elsewhere.test", "a redirect led there"), "robots_unreachable"),
        (Held("outlet.test", 30), "retry_after"),
    ],
)
def test_failures_never_allow(raised: Exception, expected: str) -> None:
    assert verdict(rules_of(raised, ORIGIN, "outlet.test")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "free"),
        ("<html><p>Halaman tidak ditemukan</p></html>", "free"),
        ("\ufeffUser-agent: *\nDisallow: /", "robots"),
        ("User-agent: *\nDisallow:", "free"),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Kliping\nAllow: /", "free"),
        ("User-agent: KLIPING/0.1\nDisallow: /", "robots"),
        ("User-agent: kliping\nDisallow: /berita\n\nUser-agent: *\nAllow: /", "robots"),
        ("User-agent: klip\nDisallow: /\n\nUser-agent: otherbot\nDisallow: /", "robots"),  # cautious: a part of us
        ("User-agent: otherbot\nDisallow: /", "free"),
        ("User-agent: *\nDisallow: /berita/\nAllow: /berita/1", "free"),
        ("User-agent: *\nAllow: /berita\nDisallow: /berita/1$", "robots"),
        ("User-agent: *\nDisallow: /*/1", "robots"),
        ("User-agent: *\nAllow: /berita\nDisallow: /berita", "free"),  # RFC 9309, 2.2.2: equal length, allow wins
        ("User-agent: a\nUser-agent: kliping\nDisallow: /", "robots"),
        # 2.2.1: groups of one agent are one; names of lines in any case; comments and blank lines between
        ("User-agent: kliping\nDisallow: /f\n\nUser-agent: *\nAllow: /\n\nUser-agent: kliping\nDisallow: /b", "robots"),
        ("USER-AGENT : *\ndisallow : /berita", "robots"),
        ("User-agent: * # semua\nDisallow: /berita # rubrik", "robots"),
        ("User-agent: *\n\n\nDisallow: /berita", "robots"),
        ("User-agent: *\r\nDisallow: /berita\r\n", "robots"),
        ("User-agent: *\rDisallow: /berita\r", "robots"),
        ("User-agent: *\nCrawl-delay: 1\nUser-agent: kliping\nDisallow: /berita", "robots"),
        ("Disallow: /berita", "free"),  # of no group
        ("Sitemap: https://outlet.test/s.xml\nUser-agent: *\nDisallow: /berita", "robots"),
        # 2.2.2: the longest match wins, whatever the order; bytes count, not signs with a meaning
        ("User-agent: *\nAllow: /berita/1\nDisallow: /berita/", "free"),
        ("User-agent: *\nDisallow: /b*\nAllow: /berita", "free"),
        ("User-agent: *\nDisallow: /berita$", "free"),
        ("User-agent: *\nDisallow: /BERITA", "free"),
        ("User-agent: *\nDisallow: berita", "free"),
        ("User-agent: *\nDisallow: /%62erita/1", "robots"),
    ],
)
def test_rules(text: str, expected: str) -> None:
    assert verdict(Rules(file=parsed(text.encode()))) == expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("10", 10), ("0.5", 0.5), ("3600", 60), ("-1", None), ("nan", None), ("inf", None), ("x", None)],
)
def test_crawl_delay(value: str, seconds: float | None) -> None:
    assert Rules(file=parsed(f"User-agent: *\nCrawl-delay: {value}".encode())).crawl_delay(AGENT) == seconds


def test_a_long_file_is_cut_between_lines() -> None:
    line = b"Disallow: /berita-lama-sekali\n"
    head = b"User-agent: *\n"
    body = head + line * (PARSED_BYTES // len(line) + 10) + b"Disallow: /berita/1\n"
    assert verdict(Rules(file=parsed(body))) == "free"
    assert verdict(Rules(file=parsed(body)), f"{ORIGIN}/berita-lama-sekali") == "robots"
    assert verdict(Rules(file=parsed(body)), f"{ORIGIN}/berita-l") == "free"


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_rules(body: bytes) -> None:
    assert verdict(Rules(file=parsed(b"User-agent: *\n" + body))) in ("free", "robots")


@given(st.text("*a$/", max_size=200))
def test_no_pattern_takes_long(pattern: str) -> None:
    """Wildcards must not backtrack: a thousand letters against a hundred stars ends at once or the test times out."""
    rules = Rules(file=parsed(f"User-agent: *\nDisallow: /{pattern}b".encode()))
    assert verdict(rules, f"{ORIGIN}/{'a' * 2000}") == "free"
