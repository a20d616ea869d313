"""What a reader of the press must find: the truth file."""

from collections import Counter
from functools import cache
from typing import Any

from protego import Protego

from tests.press.articles import Item, source_of
from tests.press.faults import FAULTS
from tests.press.newsroom import Newsroom
from tests.press.scenario import Scenario, Version
from tests.press.site import Site

GONE = {404: "http_404", 410: "http_410"}


def truth(scenario: Scenario, room: Newsroom, site: Site) -> dict[str, Any]:
    """The truth at the press's clock and switches. Reasons and flags are explained in README.md."""
    articles = [_article(item, scenario, room, site) for item in room.items]
    return {
        "scenario": scenario.name,
        "now": room.now().isoformat(),
        "zone": scenario.zone,
        "switches": list(room.switched()),
        "totals": _totals(articles),
        "articles": articles,
        "faults": [_fault(kind, site) for kind in FAULTS if room.is_on(f"fault:{kind}")],
    }


def _sharers(item: Item) -> list[Version]:
    """The articles of the story that carry this one's source text, in the same words or in others."""
    source = source_of(item.story, item.version)
    return [other for other in item.story.article if source_of(item.story, other) is source]


def _source_group(item: Item) -> str | None:
    if len(_sharers(item)) < 2:
        return None
    return f"{item.story.id}/{item.story.article.index(source_of(item.story, item.version))}"


def _copy_group(item: Item) -> str | None:
    """The group of those that carry the same words: a source with its copies, no rewrites."""
    copied = any(other.relation == "copy" for other in _sharers(item))
    return _source_group(item) if copied and item.version.relation != "rewrite" else None


def _relation(item: Item) -> str:
    first = item.version.relation == "none" and _source_group(item)
    return "original" if first else item.version.relation


def _renames(item: Item) -> bool:
    return item.renamed != item.path


def _article(item: Item, scenario: Scenario, room: Newsroom, site: Site) -> dict[str, Any]:
    said = item.wording
    reason = unreachable(item, scenario, room)
    return {
        "url": site.catalogue.link(item),
        "twins": list(site.catalogue.twins(item)) + [site.catalogue.url(item.outlet, item.renamed)] * _renames(item),
        "outlet": item.outlet.id,
        "title": said.title,
        "published": item.published.isoformat(),
        "visible": room.visible(item),
        "paragraphs": list(said.paragraphs),
        "dateline": item.dateline,
        "byline": item.byline,
        "section": item.section,
        "story": item.story.id,
        "relation": _relation(item),
        "copy_group": _copy_group(item),
        "source_group": _source_group(item),
        "relevant": item.relevant,
        "why": item.why,
        "tone": item.tone if item.relevant else "none",
        "edited": _edit(item, room),
        "withdrawn": _withdrawal(item, room),
        "reachable": reason is None,
        "reason": reason,
    }


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


@cache
def _rules(robots: str) -> Protego:
    return Protego.parse(robots)


def unreachable(item: Item, scenario: Scenario, room: Newsroom) -> str | None:
    """Why a lawful reader cannot read the article now, or None: the first of robots, redirect, status, withdrawal."""
    if not _rules(item.outlet.robots).can_fetch(item.path, scenario.user_agent):
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
