"""Outlet lists as OPML 2.0 (http://opml.org/spec2.opml), for exchange with feed readers and other Klipings.

Outlets stand in a folder for each region; a folder's text is the region's name, and its code is in `klipingRegion`.
An outlet's feeds are `<outline type="rss" xmlUrl="…">` as every reader knows them; what OPML has no word for is kept
in attributes of our own (`kliping…`), so that nothing is lost on the way there and back. A file of somebody else is
read too: outlets are made from its feeds by domain, regions from the names of its folders.

No DTD is read, whoever wrote it: the parser refuses entities and never leaves the file.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from lxml import etree

from kliping.indonesian.regions import regions
from kliping.outlets import COLUMNS, LISTS, Outlet, outlet_of_row, row_of
from kliping.text import clean_line
from kliping.urls import canonical_host, host_of, is_web_url

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_OUTLINES: Final = 10_000
NATIONAL: Final = "Nasional"
_OWN: Final = "kliping"
_KEPT: Final = tuple(name for name in COLUMNS if name not in ("name", "feeds"))
_TYPES: Final = re.compile(r"kab(upaten|\.)?\s+|kota\s+|prov(insi|\.)?\s+", re.IGNORECASE)


def write_opml(outlets: Iterable[Outlet]) -> str:
    """The outlets as an OPML document, folders by region."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Kliping"
    body = etree.SubElement(root, "body")
    by_region: dict[str, list[Outlet]] = defaultdict(list)
    for outlet in outlets:
        by_region[outlet.region].append(outlet)
    for code, some in sorted(by_region.items()):
        region = regions().get(code)
        name = region.name if region else code or NATIONAL
        folder = etree.SubElement(body, "outline", text=name, klipingRegion=code)
        for outlet in some:
            _write(folder, outlet)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True).decode()


def _write(folder: "etree._Element", outlet: Outlet) -> None:
    row = row_of(outlet)
    own = {f"{_OWN}{name.capitalize()}": row[name] for name in _KEPT}
    shown = {"text": outlet.name, "htmlUrl": f"https://{outlet.domain}/"}
    node = etree.SubElement(folder, "outline", shown | own)
    for feed in outlet.feeds:
        etree.SubElement(node, "outline", type="rss", text=outlet.name, xmlUrl=feed)


def read_opml(data: bytes) -> list[Outlet]:
    """The outlets of an OPML document, each id once.

    Raises ValueError (or ConfigError, for a row of ours that was changed) for what is no OPML, carries a DTD or is
    too large.
    """
    root = _parsed(data)
    body = root.find("body")
    if root.tag != "opml" or body is None:
        raise ValueError("no OPML: expected <opml> with a <body>")
    if sum(1 for _ in body.iter("outline")) > MAX_OUTLINES:
        raise ValueError(f"more than {MAX_OUTLINES} outlines")
    found: dict[str, Outlet] = {}
    for outlet in _outlets(body, ""):
        known = found.get(outlet.id)
        found[outlet.id] = _joined(known, outlet) if known else outlet
    return list(found.values())


def _parsed(data: bytes) -> "etree._Element":
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no XML: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a DTD is not read")
    return root


def _outlets(node: "etree._Element", region: str) -> Iterator[Outlet]:
    for outline in node.iterfind("outline"):
        feeds = [url for url in (child.get("xmlUrl", "") for child in outline.iterfind("outline")) if url]
        if outline.get(f"{_OWN}Id"):
            yield _ours(outline, feeds)
        elif is_web_url(outline.get("xmlUrl", "")):
            yield _foreign(outline, region)
        else:
            yield from _outlets(outline, _region_of(outline) or region)


def _ours(outline: "etree._Element", feeds: Sequence[str]) -> Outlet:
    """An outlet that `write_opml` wrote."""
    row = {name: outline.get(f"{_OWN}{name.capitalize()}", "") for name in _KEPT}
    row |= {"name": outline.get("text", ""), "feeds": " ".join(feeds)}
    return outlet_of_row(row, f"outline {row['id']!r}")


def _foreign(outline: "etree._Element", region: str) -> Outlet:
    """An outlet of a feed that another program wrote: its domain is its identity."""
    feed = outline.get("xmlUrl", "")
    site = outline.get("htmlUrl", "")
    domain = canonical_host(host_of(site if is_web_url(site) else feed))
    id_ = re.sub(r"[^a-z0-9]+", "-", domain).strip("-")[:64]
    name = clean_line(outline.get("title") or outline.get("text") or domain, 120)
    row = {"id": id_, "name": name or domain, "domain": domain, "region": region, "feeds": feed}
    return outlet_of_row(row, f"outline {feed!r}")


def _joined(known: Outlet, more: Outlet) -> Outlet:
    """Two outlines of one outlet: all its sources."""
    joined = {name: tuple(dict.fromkeys(getattr(known, name) + getattr(more, name))) for name in LISTS}
    return replace(known, feeds=joined["feeds"], listings=joined["listings"], sitemaps=joined["sitemaps"])


def _region_of(outline: "etree._Element") -> str:
    """The region of a folder: its code, else its name where one province, regency or city alone has it."""
    code = outline.get(f"{_OWN}Region", "")
    if code in regions():
        return code
    name = clean_line(outline.get("text", "")).casefold()
    exact = [region.code for region in regions() if region.level < 2 and region.name.casefold() == name]
    plain = _TYPES.sub("", name)
    short = [region.code for region in regions() if region.level < 2 and region.short.casefold() == plain]
    found = exact or short
    return found[0] if len(found) == 1 else ""
