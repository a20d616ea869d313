"""`read URL|FILE …`: what the extract stage reads from pages, and what it left out, each with its reason.

Pages are read as the stage reads them: in a child process with its limits of time and memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from kliping.article import Found, Published
from kliping.clock import now
from kliping.command.context import JsonOption, load_outlets_known
from kliping.command.fetched import Fetched, UnreadableError, fetched_from
from kliping.command.output import console, errors, print_facts, print_json
from kliping.outlets import Outlet, outlet_of
from kliping.settings import Settings
from kliping.text import shorten
from kliping.urls import is_web_url

if TYPE_CHECKING:
    from pipeline.extract import Pool, Reading

DEFAULT_ZONE = "Asia/Jakarta"
LONGEST_SHOWN = 160  # characters of a text that was left out


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading a page needs: an installation is none of it, a page may be read in any folder."""

    settings: Settings
    outlets: Mapping[str, Outlet]
    pool: "Pool"


def register(app: typer.Typer) -> None:
    app.command()(read)


def read(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="URL|FILE",
            help="Addresses (fetched as the crawler would), HTML files (gzip is unpacked), or - for standard input.",
        ),
    ],
    url: Annotated[
        list[str] | None,
        typer.Option(
            help="The address that the FILE came from; with several FILEs once for each, in their order. "
            "Without it, the address that the page itself states."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Title, time, byline and text of pages, each with where it was read; with --json one object a line for each page,
    in their order. Exit code 1 when one could not be had or is no story: its object has an `error`.
    """
    from pipeline.extract import Pool

    addresses = _addresses(sources, url or [])
    settings, outlets = load_outlets_known()
    with Pool(children=1) as pool:
        reader = Reader(settings, outlets, pool)
        pages = zip(sources, addresses, strict=True)
        told = [_tell(source, address, reader, json, len(sources) > 1) for source, address in pages]
    if not all(told):
        raise typer.Exit(1)


def _addresses(sources: list[str], urls: list[str]) -> list[str]:
    """The address of each source, '' where nobody says. Raises BadParameter."""
    files = sum(not is_web_url(source) for source in sources)
    if urls and len(urls) != files:
        raise typer.BadParameter(f"one address a file: {files} files, {len(urls)} addresses", param_hint="--url")
    if wrong := next((url for url in urls if not is_web_url(url)), ""):
        raise typer.BadParameter(f"{wrong!r} is no web address", param_hint="--url")
    given = iter(urls or repeat(""))
    return [source if is_web_url(source) else next(given) for source in sources]


def _tell(source: str, address: str, reader: Reader, json: bool, headed: bool) -> bool:
    """Read one page and print what it says; whether it is a story."""
    try:
        reading = _reading(source, address, reader)
    except UnreadableError as problem:
        errors.print(f"{source}: {problem}", markup=False, soft_wrap=True)
        if json:
            print_json({"source": _named(source), "error": str(problem)})
        return False
    error = reading.refused or ("" if reading.title or reading.paragraphs else "no_title")
    if json:
        print_json({"source": _named(source)} | _record(reading) | ({"error": error} if error else {}))
    else:
        _show(reading, source if headed else "", error)
    return not error


def _named(source: str) -> str:
    """A file name as text, also where its bytes are none."""
    return source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _reading(source: str, address: str, reader: Reader) -> "Reading":
    from pipeline.extract.charset import decode
    from pipeline.extract.leftout import left_out

    fetched = fetched_from(source, address, reader.settings)
    reading = _read(fetched, reader)
    if reading.url and not fetched.url:
        # the page itself says where it came from, and so whose clock it has and what its path tells
        reading = _read(replace(fetched, url=reading.url, answered=reading.url), reader)
    html = decode(fetched.body, fetched.content_type)
    return replace(reading, removed=(*reading.removed, *left_out(html, reading.paragraphs, reading.removed)))


def _read(fetched: Fetched, reader: Reader) -> "Reading":
    from pipeline.extract.job import Failed, Job

    outlet = outlet_of(fetched.url, reader.outlets.values())
    job = Job(
        body=fetched.body,
        url=fetched.url,
        answered=fetched.answered,
        zone=outlet.zone if outlet else DEFAULT_ZONE,
        fetched_at=now(),
        content_type=fetched.content_type,
        found=Found(way="hand"),
    )
    (result,) = reader.pool.read([lambda: job])
    if result is None or isinstance(result, Failed):
        raise UnreadableError(f"{result.failed}: {result.detail.strip().splitlines()[-1]}" if result else "no answer")
    return result


def _record(reading: "Reading") -> dict[str, Any]:
    """A reading as one JSON object; its text is paragraphs joined by line feeds."""
    return {
        "url": reading.url,
        "title": reading.title,
        "text": "\n".join(reading.paragraphs),
        "published": _iso(reading.published),
        "modified": _iso(reading.modified),
        "byline": reading.byline,
        "kind": reading.kind,
        "confidence": reading.confidence,
        "section": reading.section,
        "language": reading.language,
        "picture": reading.picture,
        "sources": _sources(reading),
        "flags": reading.flags,
        "removed": reading.removed,
        "refused": reading.refused,
    }


def _sources(reading: "Reading") -> Mapping[str, str]:
    """Where each fact was read, by its name."""
    return dict(reading.sources) | ({"modified": reading.modified.source} if reading.modified else {})


def _iso(time: Published | None) -> str | None:
    """ISO 8601 with the offset of the clock that it was read in; a date where the page says no time of day."""
    if time is None:
        return None
    local = time.instant.astimezone(ZoneInfo(time.zone))
    return local.date().isoformat() if time.precision == "day" else local.isoformat()


def _show(reading: "Reading", heading: str, error: str) -> None:
    if heading:
        console.print(f"== {heading}", markup=False, soft_wrap=True)
    print_facts(_facts(reading) | ({"error": error} if error else {}))
    for paragraph in reading.paragraphs:
        console.print("\n" + paragraph, markup=False, soft_wrap=not console.is_terminal)
    if reading.removed:
        console.print("\nLeft out:", markup=False)
    for gone in reading.removed:
        console.print(f"  [{gone.reason}] {_brief(gone.text)}", markup=False, soft_wrap=True)


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else shorten(text, LONGEST_SHOWN)


def _facts(reading: "Reading") -> dict[str, str]:
    """What was read, each with where it was read in square brackets."""
    values = {
        "title": reading.title,
        "published": _clock(reading.published),
        "modified": _clock(reading.modified),
        "byline": ", ".join(reading.byline),
        "section": reading.section,
        "language": reading.language,
        "picture": reading.picture,
        "url": reading.url,
        "text": f"{len(reading.paragraphs)} paragraphs",
        "kind": reading.kind,
        "confidence": f"{reading.confidence:.2f}",
    }
    sources = _sources(reading)
    facts = {fact: value + (f" [{sources[fact]}]" if sources.get(fact) else "") for fact, value in values.items()}
    return facts | {"flags": ", ".join(reading.flags)}


def _clock(time: Published | None) -> str:
    return f"{_iso(time)} {time.zone} ({time.raw})" if time else ""
