"""OPML: what goes out comes back the same; what others wrote is read; what hurts is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.opml import read_opml, write_opml
from kliping.errors import ConfigError
from kliping.outlets import Outlet
from tests.test_outlets import OUTLETS


@given(st.lists(OUTLETS, unique_by=lambda outlet: outlet.id, max_size=6))
def test_outlets_come_back_as_they_went(outlets: list[Outlet]) -> None:
    found = read_opml(write_opml(outlets).encode())
    assert sorted(found, key=lambda one: one.id) == sorted(outlets, key=lambda one: one.id)


@given(st.binary(max_size=300))
def test_any_bytes_are_opml_or_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"no XML|no OPML|DTD"):
        read_opml(data)


FOREIGN = b"""<?xml version="1.0"?>
<opml version="1.0"><head/><body>
 <outline text="Kota Tangerang Selatan">
  <outline type="rss" text="Kabar Serpong" xmlUrl="https://www.kabar.test/feed" htmlUrl="https://www.kabar.test/"/>
  <outline type="rss" text="Kabar Serpong, kota" xmlUrl="https://kabar.test/kota/feed"/>
 </outline>
 <outline text="Banten"><outline text="dalam"><outline title="Warta" xmlUrl="http://warta.test/rss"/></outline></outline>
 <outline text="Bandung"><outline text="Dua" xmlUrl="http://dua.test/rss"/></outline>
 <outline text="kosong"/><outline text="jahat" xmlUrl="javascript:alert(1)"/>
</body></opml>"""


def test_the_list_of_a_feed_reader() -> None:
    kabar, warta, dua = read_opml(FOREIGN)
    assert (kabar.id, kabar.name, kabar.domain, kabar.region) == ("kabar-test", "Kabar Serpong", "kabar.test", "36.74")
    assert kabar.feeds == ("https://www.kabar.test/feed", "https://kabar.test/kota/feed")
    assert (warta.name, warta.region) == ("Warta", "36")
    assert dua.region == ""  # Bandung is a city and a regency


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body><outline text="&a;"/></body></opml>', "DTD"),
        (b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml><body/></opml>', "DTD"),
        (b"<html><body/></html>", "no OPML"),
        (b"<opml/>", "no OPML"),
        (b"<opml><body>", "no XML"),
        (b" " * (5 * 1024 * 1024 + 1), "larger than"),
        (b"<opml><body>" + b"<outline/>" * 10_001 + b"</body></opml>", "more than 10000 outlines"),
    ],
)
def test_what_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_opml(data)


def test_a_row_of_ours_that_was_spoilt_names_its_outline() -> None:
    text = write_opml([Outlet(id="kabar", name="Kabar", domain="kabar.test")]).replace(
        '"Asia/Jakarta"', '"Asia/Jakata"'
    )
    with pytest.raises(ConfigError, match="outline 'kabar': column zone"):
        read_opml(text.encode())
