"""Feeds in every state: what can be read is read, nothing raises, nothing is believed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.feeds import measure
from crawlers.feeds import MAX_ITEMS, Feed, Item, read_feed
from tests.measured import data, first_links

URL = "http://a.test/rss/feed.xml"
PROBLEMS = {"", "feed_empty", "feed_is_html", "feed_doctype", "feed_damaged", "feed_too_long"}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def rss(*items: str) -> str:
    return f'{DECLARATION}<rss version="2.0"><channel><title>A</title>{"".join(items)}</channel></rss>'


def item(link: str = "http://a.test/1", title: str = "Judul", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def read(text: str | bytes, content_type: str = "application/rss+xml") -> Feed:
    return read_feed(text.encode() if isinstance(text, str) else text, URL, content_type)


FORMS = {
    "rss2": rss(item(more="<pubDate>Sel, 24 Nov 2026 06:00 WIB</pubDate><description>Isi</description>")),
    "rss1": f"""{DECLARATION}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://a.test">
        <title>A</title></channel><item rdf:about="http://a.test/1"><title>Judul</title><link>http://a.test/1</link>
        <description>Isi</description><dc:date>Sel, 24 Nov 2026 06:00 WIB</dc:date></item></rdf:RDF>""",
    "atom": f"""{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>Judul</title>
        <link href="/1"/><published>Sel, 24 Nov 2026 06:00 WIB</published><summary>Isi</summary></entry></feed>""",
    "json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [
                {"url": "/1", "title": "Judul", "date_published": "Sel, 24 Nov 2026 06:00 WIB", "summary": "Isi"}
            ],
        }
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same(form: str) -> None:
    expected = Item(link="http://a.test/1", title="Judul", published="Sel, 24 Nov 2026 06:00 WIB", summary="Isi")
    assert read(FORMS[form]) == Feed(entries=(expected,))


@pytest.mark.parametrize("before", ["\n\n\n", " \r\n\t", "\ufeff", "\ufeff\n\n"])
def test_blank_lines_before_the_declaration_do_no_harm(before: str) -> None:
    assert read(before + rss(item())).problem == ""


@pytest.mark.parametrize(
    "content_type", ["", "text/html", "text/html; charset=latin-1", "text/plain", "application/xml"]
)
def test_a_wrong_content_type_is_no_damage(content_type: str) -> None:
    feed = read(rss(item()), content_type)
    assert [entry.title for entry in feed.entries] == ["Judul"]
    assert feed.problem == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "latin-1"])
def test_the_declared_encoding_is_used(encoding: str) -> None:
    text = rss(item(title="Café Kota")).replace("UTF-8", encoding)
    assert read(text.encode(encoding)).entries[0].title == "Café Kota"


def test_a_cut_feed_gives_what_it_still_has() -> None:
    whole = rss(*(item(f"http://a.test/{at}") for at in range(5)))
    feed = read(whole[: whole.index("http://a.test/4")])
    assert [entry.link for entry in feed.entries] == [f"http://a.test/{at}" for at in range(4)]
    assert feed.problem == "feed_damaged"


def test_entities_that_xml_does_not_know_and_bare_ampersands_are_read() -> None:
    feed = read(rss(item(title="Dinas &amp; DPRD &nbsp; &ldquo;rapat&rdquo;", more="<description>A & B</description>")))
    assert feed.entries[0].title == "Dinas & DPRD “rapat”"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "feed_empty"),
        ("\n \n", "feed_empty"),
        (rss(), "feed_empty"),
        ("<!doctype html><html><body><h1>Sedang dalam perawatan</h1></body></html>", "feed_is_html"),
        ("<!-- x --> <html lang=id><head><title>Just a moment...</title></head></html>", "feed_is_html"),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html></html>', "feed_is_html"),
        ("<!DOCTYPE rss [<!ENTITY a 'x'>]>" + rss(item(title="&a;")), "feed_doctype"),
        (
            '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "x" [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss/>',
            "feed_doctype",
        ),
        ("<!DOCTYPE rss [" + "<!ENTITY a 'x'>" * 9 + "]><rss/>", "feed_doctype"),
        ("bukan apa-apa", "feed_damaged"),
        ("{", "feed_damaged"),
        ('{"items": 3}', "feed_damaged"),
    ],
)
def test_what_is_no_feed_is_named(body: str, problem: str) -> None:
    assert read(body) == Feed(problem=problem)


def test_a_doctype_in_another_encoding_is_refused_as_well() -> None:
    bomb = "<!DOCTYPE rss [<!ENTITY a 'x'>]>" + rss(item(title="&a;"))
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert read(bomb.encode(encoding)).problem == "feed_doctype"


def test_a_plain_doctype_is_read() -> None:
    dtd = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://a.test/rss.dtd">'
    assert len(read(rss(item()).replace(DECLARATION, DECLARATION + dtd)).entries) == 1


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "mailto:a@a.test", "file:///etc/passwd", "ftp://a.test/x", "", "data:,x"]
)
def test_only_web_links_are_taken(link: str) -> None:
    assert read(rss(item(link), item("/2"))).entries == (Item(link="http://a.test/2", title="Judul"),)


def test_titles_become_one_line_of_text() -> None:
    shout = "<![CDATA[<b>Judul</b>\n\x07 &lt;script&gt;alert(1)&lt;/script&gt; \u202ekilat]]>"
    title = read(rss(item(title=shout))).entries[0].title
    assert title == "Judul alert(1) kilat"
    assert len(read(rss(item(title="kata " * 1000))).entries[0].title) <= 500


def test_nul_bytes_do_no_harm() -> None:
    feed = read(rss(item(title="Ju\x00dul")))
    assert [(entry.link, "\x00" in entry.title) for entry in feed.entries] == [("http://a.test/1", False)]


def test_a_feed_gone_mad_is_cut() -> None:
    feed = read(rss(*(item(f"http://a.test/{at}") for at in range(MAX_ITEMS + 500))))
    assert (len(feed.entries), feed.problem) == (MAX_ITEMS, "feed_too_long")
    many = json.dumps({"items": [{"url": f"/{at}"} for at in range(MAX_ITEMS + 1)]})
    assert (len(read(many).entries), read(many).problem) == (MAX_ITEMS, "feed_too_long")


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    guid = "<item><title>Judul</title><guid>http://a.test/7</guid></item>"
    opaque = '<item><title>Judul</title><guid isPermaLink="false">tag:7</guid></item>'
    assert [entry.link for entry in read(rss(guid, opaque)).entries] == ["http://a.test/7"]


@given(st.binary(max_size=400))
def test_any_bytes_are_read(body: bytes) -> None:
    assert read(body).problem in PROBLEMS


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 300))
def test_any_text_in_a_feed_cut_anywhere_is_read(title: str, link: str, cut: int) -> None:
    text = rss(item(link, title), FORMS["atom"])
    assert read(text.encode("utf-8", "replace")[: len(text) - cut]).problem in PROBLEMS


@pytest.mark.timeout(60)  # takes about five seconds
def test_all_cases_of_feedparser_are_read_and_none_is_lost() -> None:
    """What feedparser gives with a link to a page, we give."""
    result = measure(data("feeds-feedparser").parent)
    assert result.cases > 2000
    assert result.lost == {}
    assert result.ours + result.without_link == result.theirs
    assert set(result.problems) <= PROBLEMS - {""} | {"none"}
    assert result.peak < 50_000_000


def test_real_feeds_give_their_first_links() -> None:
    feeds = first_links("feed")
    assert feeds
    for site, body, links in feeds:
        feed = read_feed(body, f"http://{site}.test/feed")
        assert (feed.problem, [entry.link for entry in feed.entries][: len(links)]) == ("", links), site
        assert all(entry.title and entry.published for entry in feed.entries), site
