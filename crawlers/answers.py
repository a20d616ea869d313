"""What an answer means for the entry that was asked: its ending, its validators, its page. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from scrapy.http import HtmlResponse, Response
from twisted.python.failure import Failure

from crawlers.pace import pause_after
from crawlers.reasons import Held, reason_of
from crawlers.schedule import GONE, Entry, Fetched, conditional
from kliping.article import Page
from kliping.text import clean_line

FOR_GOOD: Final = frozenset((301, 308))  # RFC 9110, 15.4
KEPT_HEADERS: Final = ("Content-Type", "Content-Language", "Last-Modified", "Date")
MAX_HEADER: Final = 500  # characters of a header that travels with the page
MAX_DETAIL: Final = 300
MAX_STATUS: Final = 999  # RFC 9110, 15: three digits; a column could not hold what some server may send


def fetched(response: Response, at: datetime) -> Fetched:
    """The end of a request that was answered at `at`, with the reason why the answer is of no use, or ''."""
    reason = reason_of(response)
    return Fetched(
        at=at,
        reason="" if reason == "ok" else reason,
        status=min(response.status, MAX_STATUS),
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        pause=pause_after(response.status, response.headers.get("Retry-After"), at) or 0.0,
        moved=_moved(response),
    )


def _moved(response: Response) -> str:
    """The address to which redirects led, where every one of them says that it is for good; else ''."""
    steps = response.meta.get("redirect_reasons", ()) if response.request is not None else ()
    return response.url if steps and all(step in FOR_GOOD for step in steps) else ""


def failed(failure: Failure, at: datetime) -> Fetched:
    """The end of a request that got no answer."""
    error = failure.value
    pause = error.seconds if isinstance(error, Held) else 0.0
    return Fetched(at=at, reason=reason_of(failure), detail=clean_line(str(error), MAX_DETAIL), pause=pause)


def as_article(response: Response, ending: Fetched) -> Fetched:
    """The end of a request for an article: an answer that is no HTML is of no use."""
    if ending.reason or isinstance(response, HtmlResponse):
        return ending
    return replace(ending, reason="not_html", detail=clean_line(header(response, "Content-Type"), MAX_DETAIL))


def brings_page(entry: Entry, ending: Fetched) -> bool:
    """True when a page goes on the bus: an article that was read, or one read before that is gone now."""
    return entry.kind == "article" and (not ending.reason or (ending.reason in GONE and entry.reads > 0))


def page_of(response: Response, entry: Entry, ending: Fetched, zone: str) -> Page:
    """The page of an answer; its body is stored and named later."""
    headers = {name: clean_line(header(response, name), MAX_HEADER) for name in KEPT_HEADERS}
    return Page(
        url=entry.url,
        answered=response.url,
        outlet=entry.outlet,
        zone=zone,
        status=min(response.status, MAX_STATUS),
        fetched_at=ending.at,
        body="",
        size=0 if ending.reason else len(response.body),
        headers={name: value for name, value in headers.items() if value},
        found=entry.found,
        origin=entry.origin,
    )


def header(response: Response, name: str) -> str:
    """A header's bytes as Latin-1, so that they can be sent back as they came; '' when it has control characters."""
    text = (response.headers.get(name) or b"").decode("latin-1")
    return text if text.isprintable() else ""


def validators(entry: Entry, at: datetime) -> Mapping[str, bytes]:
    """The headers of a conditional request, none when the entry is to be asked unconditionally."""
    if not conditional(entry, at):
        return {}
    sent = {"If-None-Match": entry.etag, "If-Modified-Since": entry.last_modified}
    return {name: value.encode("latin-1") for name, value in sent.items() if value}
