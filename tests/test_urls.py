"""The canonical URL: twins are one article, and no string can break it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kliping.urls import canonical_url, host_of, is_web_url, registrable_domain

ONE = "https://suararaya.test/2026/11/jalan-rusak"
TWINS = [
    "http://suararaya.test/2026/11/jalan-rusak",
    "https://www.suararaya.test/2026/11/jalan-rusak/",
    "https://m.suararaya.test/2026/11/jalan-rusak",
    "https://amp.suararaya.test/2026/11/jalan-rusak",
    "https://www.m.suararaya.test:443/2026/11/jalan-rusak",
    "http://suararaya.test:80/2026/11/jalan-rusak",
    "https://suararaya.test/amp/2026/11/jalan-rusak",
    "https://suararaya.test/2026/11/jalan-rusak/amp/",
    "https://suararaya.test/2026/11/jalan-rusak?page=all",
    "https://suararaya.test/2026/11/jalan-rusak?page=2",
    "https://suararaya.test/2026/11/jalan-rusak?utm_source=x&utm_medium=y&fbclid=1",
    "https://suararaya.test/2026/11/jalan-rusak#komentar",
    "https://SuaraRaya.test/2026/11/jalan%2drusak",
    "https://suararaya.test//2026/./11/jalan-rusak",
    "https://suararaya.test/2026/x/../11/jalan-rusak?amp=1",
    "https://user:secret@suararaya.test/2026/11/jalan-rusak",
    " https://suararaya.test/2026/11/jalan-rusak\n",
]
DIFFERENT = [
    "https://suararaya.test/2026/11/Jalan-rusak",  # the case of a path is part of the address
    "https://suararaya.test/2026/11/jalan-rusak?p=12",
    "https://suararaya.test/2026/11/jalan-rusak?page=berita",  # `page` as a router of a home-made site
    "https://suararaya.test:8080/2026/11/jalan-rusak",
    "https://sub.suararaya.test/2026/11/jalan-rusak",
    "https://suararaya.test/2026/11/jalan-rusak-2",
]
URLISH = st.from_regex(r"https?://[a-zA-Z0-9.\-%@:\[\]]{0,20}[/?#][ -~é%2f]{0,40}")


@pytest.mark.parametrize("twin", TWINS)
def test_twins_are_one_article(twin: str) -> None:
    assert canonical_url(twin) == ONE


@pytest.mark.parametrize("other", DIFFERENT)
def test_other_addresses_stay_apart(other: str) -> None:
    assert canonical_url(other) != ONE


def test_percent_case_and_parameter_order_are_no_difference() -> None:
    assert canonical_url("http://a.id/x%c3%a9?b=2&a=%2f") == canonical_url("https://a.id/x%C3%A9?a=%2F&b=2")


@given(st.one_of(st.text(), URLISH))
@example("http://[::1/")
@example("http://a\u2100.id/")
@example("http://%41/")
@example("http://a:99999999999999999999/")
@example("http://m.co/")
@example("http://x/%ff%FE/\ud800")
def test_total_and_idempotent(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert "#" not in once or not is_web_url(once)


@given(st.text())
def test_helpers_never_raise(text: str) -> None:
    host_of(text)
    registrable_domain(text)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.radarbanten.co.id", "radarbanten.co.id"),
        ("berita.tangerangkota.go.id", "tangerangkota.go.id"),
        ("kampung.desa.id", "kampung.desa.id"),
        ("news.suararaya.test", "suararaya.test"),
        ("www.warta.blogspot.com", "warta.blogspot.com"),
        ("kabar.wordpress.com", "kabar.wordpress.com"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain
