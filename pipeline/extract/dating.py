"""When a story was published and last changed: all claims of a page in the order of their trust, put to judgement."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pipeline.extract.claims import Dated, stated_changes, stated_dates, url_date
from pipeline.extract.dateline import Lines, date_lines, linked_dates, page_head_dates, printed_changes, printed_dates
from pipeline.extract.outline import Outline
from pipeline.extract.published import Dating, read_published
from pipeline.extract.statements import Statements
from pipeline.extract.timetags import Tagged, changed_times, published_times, tagged_times


@dataclass(frozen=True)
class Claims:
    """What a page claims. Markup and lines are looked at when the claims before them leave a doubt, and then once."""

    said: Statements
    page: Outline
    headline: int | None
    address: str
    feed: str = ""  # the time that the feed told, raw

    @cached_property
    def tagged(self) -> list[Tagged]:
        return tagged_times(self.page, self.headline)

    @cached_property
    def lines(self) -> Lines:
        return date_lines(self.page, self.headline)

    def of_publication(self) -> Iterator[Dated]:
        yield from stated_dates(self.said)
        yield from published_times(self.tagged)
        yield Dated(self.feed, "feed")
        yield from printed_dates(self.lines)
        yield from url_date(self.address)
        yield from linked_dates(self.lines)
        yield from page_head_dates(self.lines)

    def of_change(self) -> Iterator[Dated]:
        yield from stated_changes(self.said)
        yield from changed_times(self.tagged)
        yield from printed_changes(self.lines)


def date_story(claims: Claims, *, zone: str, fetched_at: datetime) -> tuple[Dating, Dating]:
    """The time of publication and that of the last change, with the flags of what was refused.

    `zone` is the IANA name of the outlet's clock.
    """
    published = read_published(claims.of_publication(), zone=zone, fetched_at=fetched_at)
    changed = read_published(
        claims.of_change(), zone=zone, fetched_at=fetched_at, fact="modified", z_is_local=published.z_is_local
    )
    return published, changed
