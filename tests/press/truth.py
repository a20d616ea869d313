"""What a reader of the press must find: the truth file, and the files that a Kliping needs to read this press."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

from protego import Protego

from tests.press.articles import Item
from tests.press.faults import FAULTS
from tests.press.newsroom import Newsroom
from tests.press.scenario import Outlet, Scenario
from tests.press.site import Site

COLUMNS = ("id", "name", "domain", "region", "kind", "zone", "feeds", "listings", "sitemaps", "terms", "enabled")
GONE = {404: "http_404", 410: "http_410"}


def truth(scenario: Scenario, room: Newsroom, site: Site) -> dict[str, Any]:
    """The truth at the press's clock and switches. Reasons and flags are explained in README.md."""
    groups = _groups(room.items)
    articles = [_article(item, scenario, room, site, groups) for item in room.items]
    return {
        "scenario": scenario.name,
        "now": room.now().isoformat(),
        "zone": scenario.zone,
        "switches": list(room.switched()),
        "totals": _totals(articles),
        "articles": articles,
        "faults": [_fault(kind, site) for kind in FAULTS if room.is_on(f"fault:{kind}")],
    }


def _groups(items: tuple[Item, ...]) -> Counter[str]:
    """How many articles share each source text."""
    return Counter(_group(item) for item in items)


def _group(item: Item) -> str:
    return f"{item.story.id}/{item.story.article.index(item.source)}"


def _article(item: Item, scenario: Scenario, room: Newsroom, site: Site, groups: Counter[str]) -> dict[str, Any]:
    said, group = item.wording, _group(item)
    reason = unreachable(item, scenario, room)
    return {
        "url": site.catalogue.link(item),
        "twins": list(site.catalogue.twins(item)),
        "outlet": item.outlet.id,
        "title": said.title,
        "published": item.published.isoformat(),
        "visible": room.visible(item),
        "paragraphs": list(said.paragraphs),
        "dateline": item.dateline,
        "byline": item.byline,
        "section": item.section,
        "story": item.story.id,
        "relation": _relation(item, groups),
        "copy_group": _copy_group(item, room.items),
        "source_group": group if groups[group] > 1 else None,
        "relevant": item.relevant,
        "why": item.why,
        "tone": item.tone if item.relevant else "none",
        "edited": _edit(item, room),
        "withdrawn": _withdrawal(item, room),
        "reachable": reason is None,
        "reason": reason,
    }


def _relation(item: Item, groups: Counter[str]) -> str:
    if item.version.relation == "none" and groups[_group(item)] > 1:
        return "original"
    return item.version.relation


def _copy_group(item: Item, items: tuple[Item, ...]) -> str | None:
    """The group of those that carry the same words: a source with its copies, no rewrites."""
    if item.version.relation == "rewrite":
        return None
    group = _group(item)
    alike = [other for other in item.story.article if other.relation == "copy"]
    copied = any(_group(other) == group for other in items if other.story is item.story and other.version in alike)
    return group if copied else None


def _edit(item: Item, room: Newsroom) -> dict[str, Any] | None:
    if not item.edited or not item.version.edit:
        return None
    return {
        "when": item.version.edit.when,
        "done": room.edited(item),
        "title": item.edited.title,
        "paragraphs": list(item.edited.paragraphs),
    }


def _withdrawal(item: Item, room: Newsroom) -> dict[str, Any] | None:
    rule = item.version.withdraw
    return {"when": rule.when, "status": rule.status, "done": room.withdrawn(item)} if rule else None


def unreachable(item: Item, scenario: Scenario, room: Newsroom) -> str | None:
    """Why a lawful reader cannot read the article now, or None: the first of robots, redirect, status, withdrawal."""
    rules = Protego.parse(item.outlet.robots)
    if not rules.can_fetch(item.path, scenario.user_agent):
        return "robots"
    if item.version.redirect:
        return "blocked_address"
    if item.version.status != 200:
        return GONE.get(item.version.status, f"http_{item.version.status}")
    if not room.visible(item):
        return "not_yet"
    if room.withdrawn(item) and item.version.withdraw:
        return GONE.get(item.version.withdraw.status, "http_410")
    return None


def _totals(articles: list[dict[str, Any]]) -> dict[str, Any]:
    shown = [one for one in articles if one["visible"]]
    read = [one for one in shown if one["reachable"]]
    return {
        "articles": len(articles),
        "visible": len(shown),
        "reachable": len(read),
        "unreachable": dict(Counter(one["reason"] for one in shown if not one["reachable"])),
        "relevant": sum(one["relevant"] for one in shown),
        "relevant_reachable": sum(one["relevant"] for one in read),
        "tone": dict(Counter(one["tone"] for one in read if one["relevant"])),
        "relation": dict(Counter(one["relation"] for one in shown)),
        "copy_groups": len({one["copy_group"] for one in read} - {None}),
        "stories": len({one["story"] for one in shown}),
        "outlets": dict(Counter(one["outlet"] for one in shown)),
    }


def _fault(kind: str, site: Site) -> dict[str, Any]:
    fault = FAULTS[kind]
    return {"kind": kind, "url": site.fault_url(kind), "title": fault.title, "expect": fault.expect}


def outlet_row(outlet: Outlet, scenario: Scenario, site: Site) -> dict[str, str]:
    """The outlet as a row of Kliping's outlet list; addresses carry the port."""

    def address(path: str) -> str:
        return site.catalogue.url(outlet, path) if path else ""

    return {
        "id": outlet.id,
        "name": outlet.name,
        "domain": f"{outlet.host}:{site.catalogue.port}",
        "region": outlet.region or scenario.desk.region,
        "kind": outlet.kind,
        "zone": outlet.zone or scenario.zone,
        "feeds": address(outlet.feed_path) if outlet.feed else "",
        "listings": address(outlet.listing),
        "sitemaps": address(outlet.sitemap),
        "terms": outlet.terms,
        "enabled": "yes" if outlet.enabled else "no",
    }


def write_outlets(path: Path, scenario: Scenario, site: Site) -> None:
    """Write Kliping's outlet list for this press."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(outlet_row(outlet, scenario, site) for outlet in scenario.outlets)


def desk_toml(scenario: Scenario) -> str:
    """Kliping's desk file for the scenario's government. JSON strings are valid TOML basic strings."""
    desk = scenario.desk
    head = {"id": desk.id, "name": desk.name, "region": desk.region, "zone": scenario.zone}
    lines = [f"{key} = {_quoted(value)}" for key, value in head.items()]
    for watch in desk.watches:
        words = {"id": watch.id, "title": watch.title, "query": " ".join(watch.query.split())}
        lines += ["", "[[watches]]", *(f"{key} = {_quoted(value)}" for key, value in words.items())]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
