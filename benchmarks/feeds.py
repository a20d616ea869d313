"""How the feed reader takes feedparser's own test cases, beside plain feedparser.

    python -m benchmarks.feeds [--data DIR] [--json]

Every case of `feeds-feedparser` (well-formed, ill-formed, encodings, entities) goes through `crawlers.feeds.read_feed`
and through `feedparser.parse`, both with the HTTP headers that the case itself names. `with entries` counts the cases
that gave at least one; of ours an entry needs a link to an article, so a case whose entries have none is no loss and is
counted apart as `without link`. What feedparser reads and we do not is listed with the reason.
"""

import json
import re
import tarfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import feedparser

from benchmarks.data import arguments, need
from crawlers.feeds import read_feed
from kliping.urls import is_web_url

WHERE = "http://127.0.0.1:8097/feed.xml"  # where feedparser's own tests serve the cases
_HEADER = re.compile(rb"^\s*(?:Header|Content-type):?\s*(Content-type:)?\s*([\w/+.-]+\s*(?:;[^\n]*)?)", re.I | re.M)


@dataclass(slots=True)
class Result:
    """Cases, counted; seconds for all of them; bytes of the largest case at its peak."""

    cases: int = 0
    ours: int = 0  # with entries
    theirs: int = 0
    without_link: int = 0  # theirs have entries, but none that leads to a page
    lost: dict[str, str] = field(default_factory=dict)  # case -> our reason
    other_links: dict[str, str] = field(default_factory=dict)  # case -> our links for theirs
    problems: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    their_seconds: float = 0.0
    longest: float = 0.0
    peak: int = 0


def cases(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every case."""
    with tarfile.open(need(folder / "feeds-feedparser" / "feedparser-tests.tar.gz")) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                yield member.name, content.read()


def measure(folder: Path) -> Result:
    """Read all cases both ways."""
    result = Result()
    for name, body in cases(folder):
        result.cases += 1
        kind = content_type(body)
        theirs = _theirs(body, kind, result)
        _ours(name, body, kind, theirs, result)
    return result


def content_type(body: bytes) -> str:
    """The header that a case names in its comment, '' for none."""
    found = _HEADER.search(body[:1000])
    return found[2].decode("latin-1").strip() if found else ""


def _theirs(body: bytes, kind: str, result: Result) -> list[Any]:
    begin = time.perf_counter()
    headers = {"content-type": kind or "application/xml", "content-location": WHERE}
    entries: list[Any] = feedparser.parse(body, response_headers=headers).entries
    result.their_seconds += time.perf_counter() - begin
    result.theirs += bool(entries)
    return entries


def _ours(name: str, body: bytes, kind: str, theirs: list[Any], result: Result) -> None:
    begin = time.perf_counter()
    feed = read_feed(body, WHERE, kind)
    took = time.perf_counter() - begin
    result.seconds += took
    result.longest = max(result.longest, took)
    result.peak = max(result.peak, _peak(body, kind))
    result.ours += bool(feed.entries)
    links = {entry.link for entry in feed.entries}
    wanted = {str(entry.get("link", "")) for entry in theirs if is_web_url(str(entry.get("link", "")))}
    if feed.entries and wanted and links != wanted:
        result.other_links[name] = f"{sorted(links - wanted)[:2]} for {sorted(wanted - links)[:2]}"
    result.problems[feed.problem or "none"] += 1
    if theirs and not feed.entries:
        if any(leads_somewhere(entry) for entry in theirs):
            result.lost[name] = feed.problem or "its links are none that may be asked"
        else:
            result.without_link += 1


def _peak(body: bytes, kind: str) -> int:
    """Bytes that reading a case takes at its peak, measured apart: tracing costs time."""
    tracemalloc.start()
    read_feed(body, WHERE, kind)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def leads_somewhere(entry: Any) -> bool:
    """True when an entry of feedparser has an address of a page."""
    return is_web_url(str(entry.get("link") or entry.get("id") or ""))


def main() -> None:
    options = arguments(__doc__.partition("\n")[0]).parse_args()
    result = measure(options.data)
    if options.json:
        print(json.dumps(asdict(result)))
        return
    print(f"cases {result.cases}, none crashed")
    print(f"with entries: ours {result.ours}, feedparser {result.theirs} (of those {result.without_link} without link)")
    ratio = result.seconds / result.their_seconds
    print(f"time: ours {result.seconds:.2f} s, feedparser {result.their_seconds:.2f} s, ratio {ratio:.2f}")
    print(f"longest case {result.longest * 1000:.0f} ms, highest peak {result.peak / 1e6:.1f} MB")
    print("problems: " + ", ".join(f"{name} {count}" for name, count in result.problems.most_common()))
    for name, reason in result.lost.items():
        print(f"lost: {name}: {reason}")
    for name, difference in result.other_links.items():
        print(f"other links: {name}: {difference}")


if __name__ == "__main__":
    main()
