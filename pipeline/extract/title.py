"""The headline as it is printed, without the name of the site."""

from collections.abc import Iterator
from dataclasses import dataclass

from kliping.article import MAX_TITLE
from kliping.text import clean_line
from pipeline.extract.headings import (
    above_story,
    addressed,
    alone,
    candidates,
    completed,
    is_foreign,
    named_line,
    printed_part,
    similar,
    without_label,
)  # fmt: skip
from pipeline.extract.outline import HEADINGS, Block, Outline
from pipeline.extract.plain import plain
from pipeline.extract.sitenames import is_general, site_names, without_site, without_suffix
from pipeline.extract.statements import Statements, line

__all__ = ["Title", "plain", "read_title", "site_names", "without_site"]


@dataclass(frozen=True, slots=True)
class Title:
    """A headline and where it was read: "h1" … "h6", "text", "json-ld", "meta", "title", "feed" or ''."""

    text: str = ""
    source: str = ""


def read_title(said: Statements, page: Outline, *, url: str, feed_title: str) -> Title:
    """The headline: the longest part of a stated title that the page prints, else what its headings and its address
    agree on, else a statement without site names.
    """
    sites = site_names(said, url)
    stated = [title for title in _stated(said, feed_title) if _bare(title.text, sites)]
    block = _printed([title.text for title in stated], page, sites, url)
    if block:
        printed = without_label(without_suffix(line(block.text), sites), [_bare(one.text, sites) for one in stated])
        found = Title(printed, block.tag if block.tag in HEADINGS else "text")
    else:
        found = next((Title(_bare(title.text, sites), title.source) for title in stated), Title())
    text = clean_line(found.text, MAX_TITLE)
    return Title(text, found.source) if text else Title()


def _stated(said: Statements, feed_title: str) -> Iterator[Title]:
    """What the page, then the feed, call the story."""
    yield Title(line(said.article.get("headline")), "json-ld")
    for name in ("og:title", "twitter:title", "title"):
        for content in said.meta.get(name, ()):
            yield Title(content, "meta")
    yield Title(said.title, "title")
    yield Title(line(feed_title), "feed")


def _printed(stated: list[str], page: Outline, sites: frozenset[str], url: str) -> Block | None:
    """The block that prints the headline, where one can be told."""
    found = printed_part(stated, page, sites)
    if found and not is_foreign(found.text, url):
        return found
    headings = candidates(page, sites)
    found = found or completed(stated, page) or similar(stated, headings)
    if found is None or is_foreign(found.text, url):
        found = addressed(page, sites, url) or found
    return found or alone(headings) or (None if stated else above_story(headings, page) or named_line(page, url))


def _bare(title: str, sites: frozenset[str]) -> str:
    """A stated title without the site's name; '' when nothing of a story is left."""
    text = without_site(title, sites)
    return "" if is_general(text, sites) else text
