"""Which links of a listing page lead to articles, and where its next page is. Pure.

No outlet is known here. A link is judged by its address (a slug of several words, a number, a date), by its words (a
headline is longer than a menu entry) and by how many of its kind the page has. Menus, tags, authors, searches, pages
of pages and calendars have none of it or give themselves away by their first segment. Where the outlet's earlier
addresses say what a shape is (`crawlers.patterns`), that counts more than all of this.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crawlers.feeds import absolute
from crawlers.patterns import Patterns
from kliping.article import MAX_TITLE
from kliping.text import clean_line
from kliping.urls import canonical_url, host_of, registrable_domain

MAX_LINKS: Final = 300  # of one page; the longest of six real section pages names about 150 articles
MAX_ANCHORS: Final = 20_000  # looked at; more is a page that was made to hurt
ENOUGH: Final = 3  # points of `_points`; measured on the section pages of pages-id
MANY: Final = 4  # links of one shape: a list
NOTHING_LEARNED: Final = Patterns()

# One segment that says that an address is no article, on Indonesian, WordPress and Blogspot sites.
_ELSEWHERE: Final = re.compile(
    r"tags?|topi[kc]s?|kategori|categor(y|ies)|labels?|authors?|penulis|reporter|editor|users?"
    r"|search|cari|pencarian|login|masuk|register|daftar|feeds?|rss|sitemap|page|halaman|inde(ks|x)|archives?"
    r"|wp-(content|admin|json|login\.php)|cdn-cgi|assets|static|share|komentar|comments?|amp|print|cetak|iklan|ads"
    r"|kalender|calendar",
    re.IGNORECASE,
)
_FIXED: Final = re.compile(
    r"(pedoman|privacy|kebijakan-?(privasi|cookie|data)|tentang|about|redaksi|kontak|contact|hubungi|disclaimer"
    r"|terms|syarat|ketentuan|kode-etik|karir|careers?|beriklan|info-iklan|sitemap|peta-situs|faq|bantuan|susunan"
    r"|visi-(dan-)?misi|struktur-organisasi|maklumat|copyright|advertis\w+|langganan)([-_.]|$)",
    re.IGNORECASE,
)
_NO_PAGE: Final = re.compile(
    r"\.(jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34]|css|js|xml|json|apk)$", re.I
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NUMBER: Final = re.compile(r"\d{4,}")
_DATE: Final = re.compile(r"/(19|20)\d\d/(0?[1-9]|1[0-2])(/|$)|/(19|20)\d\d-?(0[1-9]|1[0-2])-?[0-3]\d(/|$)")
_YEARS: Final = re.compile(r"(19|20)\d\d")
_NEXT: Final = re.compile(
    r"(next( page| posts?)?|((halaman|pos(ting(an)?)?) )?(berikut(nya)?|selanjutnya)"
    r"|((berita|pos(ting(an)?)?)( lebih)?|lebih) lama"
    r"|older( posts?| entries)?|lanjut|→|»|›|>{1,2})",
    re.IGNORECASE,
)
_FRINGE: Final = re.compile(r"[\s\W]+$|^[\s«»‹›<>←→|·•…-]+(?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to an article with its words, '' when it shows only a picture."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The articles that a page names, in its order, and the address of its next page or ''.

    `cut`: it names more than MAX_LINKS.
    """

    links: tuple[Link, ...] = ()
    more: str = ""
    cut: bool = False


def read_listing(html: str | bytes, url: str, patterns: Patterns = NOTHING_LEARNED) -> Listing:
    """Read a listing page. `url`: where it was answered. Never raises on any page; bytes are taken as UTF-8."""
    root = _parsed(html)
    if root is None:
        return Listing()
    base = _base(root, url)
    anchors = list(islice(_anchors(root, base), MAX_ANCHORS))
    links = _chosen(anchors, url, patterns)
    more = _next_page(root, anchors, base, url)
    return Listing(links=tuple(links[:MAX_LINKS]), more=more, cut=len(links) > MAX_LINKS)


def read_anchors(html: str | bytes, url: str, beside: re.Pattern[str] | None = None) -> list[Link]:
    """All http(s) links of a page with their words; a link that is marked as the next one says "next".

    Those in a box whose class or id has something of `beside` are left out.
    """
    root = _parsed(html)
    if root is None:
        return []
    if beside is not None:
        _empty(root, beside)
    base = _base(root, url)
    marked = (absolute(tag.get("href", ""), base) for tag in root.iter("link", "a") if tag.get("rel") == "next")
    return [Link(url=href, text="next") for href in marked if href] + list(islice(_anchors(root, base), MAX_ANCHORS))


def _empty(root: "etree._Element", named: re.Pattern[str]) -> None:
    """Take all out of the boxes that are named so, but for the page's own: themes name <body> after what it holds."""
    walk = etree.iterwalk(root, events=("start",))
    found = []
    for _, element in walk:
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if element.tag not in ("html", "body", "main", "article", "link") and named.search(names):
            found.append(element)
            walk.skip_subtree()
    for element in found:
        element.clear(keep_tail=True)


def _base(root: "etree._Element", url: str) -> str:
    return next((absolute(found.get("href", ""), url) for found in root.iter("base")), "") or url


def article_links(html: str | bytes, base_url: str) -> list[Link]:
    """The links of a listing page that lead to articles of the same registrable domain."""
    return list(read_listing(html, base_url).links)


def _parsed(html: str | bytes) -> "etree._Element | None":
    body = html.encode("utf-8", "replace") if isinstance(html, str) else html
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: etree._Element | None = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):  # nothing in it
        return None
    return root


def _anchors(root: "etree._Element", base: str) -> Iterator[Link]:
    """All http(s) links, in order."""
    for anchor in root.iter("a"):
        href = absolute(anchor.get("href", ""), base)
        if href:
            yield Link(url=href.partition("#")[0], text=_words(anchor))


def _words(anchor: "etree._Element") -> str:
    """The headline of a link: the words of a heading in it, else its own, else its title."""
    heading = next(anchor.iter("h1", "h2", "h3", "h4", "h5"), None)
    text = "".join(map(str, (anchor if heading is None else heading).itertext()))
    return clean_line(text, MAX_TITLE) or clean_line(anchor.get("title", ""), MAX_TITLE)


def _chosen(anchors: list[Link], page: str, patterns: Patterns) -> list[Link]:
    domain, own = registrable_domain(host_of(page)), canonical_url(page)
    best: dict[str, Link] = {}
    for link in anchors:
        known, learned = canonical_url(link.url), patterns.is_article(link.url)
        if known == own or registrable_domain(host_of(link.url)) != domain or learned is False:
            continue
        if not learned and not may_be_article(link.url):
            continue
        before = best.get(known)
        if before is None or len(link.text) > len(before.text):
            best[known] = Link(url=before.url if before else link.url, text=link.text)
    shapes = Counter(_shape(link.url) for link in best.values())

    def is_good(link: Link) -> bool:
        known = patterns.is_article(link.url)
        return known or _points(link) + (shapes[_shape(link.url)] >= MANY) >= ENOUGH

    return list(islice(filter(is_good, best.values()), MAX_LINKS + 1))


def may_be_article(url: str) -> bool:
    """False for addresses that say themselves that they are something else."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if not segments and not parts.query:
        return False
    if _NO_PAGE.search(parts.path) or (segments and _FIXED.match(segments[-1])):
        return False
    return not any(_ELSEWHERE.fullmatch(segment) for segment in segments)


def _points(link: Link) -> int:
    """How much a link looks like one to an article. Without a slug or a number in the address: nothing."""
    parts = urlsplit(link.url)
    slug = max((len(_WORD.findall(segment)) for segment in parts.path.split("/")), default=0)
    number = _numbered(parts.path, parts.query)
    if slug < 3 and not number:
        return 0
    words = len(_WORD.findall(link.text))
    return min(slug // 2, 2) + number + bool(_DATE.search(parts.path)) + min(words // 2, 2)


def _numbered(path: str, query: str) -> bool:
    """True when the address holds a number that is no date: an article's id."""
    values = [value for _, value in parse_qsl(query) if value.isdigit() and len(value) >= 3]
    numbers = values + _NUMBER.findall(_DATE.sub("/", path))
    return any(not _YEARS.fullmatch(number) for number in numbers)


def _shape(url: str) -> str:
    """What addresses of one kind share: the host, and what each segment is made of."""
    parts = urlsplit(url)
    return "/".join([parts.netloc, *(_segment_kind(segment) for segment in parts.path.split("/") if segment)])


def _segment_kind(segment: str) -> str:
    if segment.isdigit():
        return "0"
    return "slug" if len(_WORD.findall(segment)) >= 3 else "word"


def _next_page(root: "etree._Element", anchors: list[Link], base: str, page: str) -> str:
    """The next page of the same list on the same host, '' if none is named."""
    named = [absolute(tag.get("href", ""), base) for tag in root.iter("link", "a") if tag.get("rel") == "next"]
    named += [link.url for link in anchors if _NEXT.fullmatch(_FRINGE.sub("", link.text).strip() or link.text)]
    same = (url for url in named if url and url != page and host_of(url) == host_of(page))
    return next(same, "")
