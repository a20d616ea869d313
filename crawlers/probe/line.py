"""Which ways in a line for the outlet list names. Pure.

The fewest requests for everything: feeds, else the WordPress interface, else a news sitemap, else the longest list. A
feed that holds less than a few hours of news is joined by the news sitemap, so that a night's outage loses nothing.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from crawlers.probe.findings import Kind, Way
from kliping.errors import ConfigError
from kliping.outlets import Outlet, line_of, outlet_of_row, row_of
from kliping.urls import registrable_domain

FEEDS: Final = 3  # in a line; a site that links more links those of its sections
SHORT_FEED: Final = 0.5  # days of news in a feed; below that the sitemap joins it


def line_for(domain: str, name: str, region: str, zone: str, ways: Sequence[Way]) -> tuple[tuple[str, ...], str]:
    """The addresses that were chosen, and the line; both empty where nothing can be collected."""
    good = [way for way in ways if not way.problem and way.items]
    chosen = _chosen(good)
    if not chosen:
        return (), ""
    outlet = Outlet(
        id=_id(domain),
        name=name,
        domain=domain,
        region=region,
        kind=_kind(domain),
        zone=zone,
        feeds=_urls(chosen, "feed"),
        listings=_urls(chosen, "listing"),
        sitemaps=_urls(chosen, "sitemap"),
        wordpress=next(iter(_urls(chosen, "wordpress")), ""),
    )
    return tuple(way.url for way in chosen), _line(outlet)


def _line(outlet: Outlet) -> str:
    """The line, as a list would read it; '' where it would be refused (a host that is no host)."""
    try:
        return line_of(outlet_of_row(row_of(outlet), "probe"))
    except ConfigError:
        return ""


def _chosen(good: Sequence[Way]) -> list[Way]:
    feeds = [way for way in good if way.kind == "feed"][:FEEDS]
    sitemaps = [way for way in good if way.kind == "sitemap" and way.news][:1]
    if feeds:
        return feeds + (sitemaps if all(_is_short(way) for way in feeds) else [])
    for kind in ("wordpress", "sitemap"):
        some = [way for way in good if way.kind == kind and way.news][:1]
        if some:
            return some
    lists = [way for way in good if way.kind == "listing"]
    return [max(lists, key=lambda way: (way.items, urlsplit(way.url).path != "/"))] if lists else []


def _is_short(way: Way) -> bool:
    return way.rate is not None and way.rate > 0 and way.items / way.rate < SHORT_FEED


def _urls(chosen: Sequence[Way], kind: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(way.url for way in chosen if way.kind == kind))


def _id(domain: str) -> str:
    """ "radarbanten" of radarbanten.co.id, "banten-tribunnews" of a desk of a network."""
    host = domain.partition(":")[0].removeprefix("www.")
    own = registrable_domain(host)
    inner = host.removesuffix(own).strip(".")
    return re.sub(r"[^a-z0-9]+", "-", f"{inner}-{own.partition('.')[0]}").strip("-")[:64] or "outlet"


def _kind(domain: str) -> str:
    host = domain.partition(":")[0]
    if host.endswith(".go.id"):
        return "government"
    return "blog" if host.endswith((".blogspot.com", ".wordpress.com")) else "online"
