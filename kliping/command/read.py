"""`read URL|FILE …`: what the extract stage reads from pages, and what it left out, each with its reason."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from kliping.article import Found, Published
from kliping.clock import now
from kliping.command.build import Configuration
from kliping.command.context import JsonOption, load_configuration
from kliping.command.output import console, errors, print_facts, print_json
from kliping.errors import KlipingError
from kliping.outlets import outlet_of
from kliping.text import shorten
from kliping.urls import is_web_url

if TYPE_CHECKING:
    from pipeline.extract import Reading

DEFAULT_ZONE = "Asia/Jakarta"
LONGEST_SHOWN = 160  # characters of a text that was left out


class UnreadableError(KlipingError):
    """The page could not be had."""


def register(app: typer.Typer) -> None:
    app.command()(read)


def read(
    sources: Annotated[
        list[str], typer.Argument(metavar="URL|FILE", help="Addresses (fetched as the crawler would) or HTML files.")
    ],
    url: Annotated[str, typer.Option(help="The address that the one FILE came from.")] = "",
    json: JsonOption = False,
) -> None:
    """Title, time, byline and text of pages, each with where it was read. Exit code 1 when one could not be had."""
    if url and len(sources) > 1:
        raise typer.BadParameter("--url is the address of one file, and there are several", param_hint="--url")
    config = load_configuration()
    missing = False
    for source in sources:
        try:
            reading = _reading(source, url, config)
        except UnreadableError as error:
            missing = True
            errors.print(str(error), markup=False)
            if json:
                print_json({"source": source, "error": str(error)})
            continue
        if json:
            print_json({"source": source} | _record(reading))
        else:
            _show(reading, source if len(sources) > 1 else "")
    if missing:
        raise typer.Exit(1)


def _reading(source: str, url: str, config: Configuration) -> "Reading":
    from pipeline.extract import read_page

    address = source if is_web_url(source) else url
    body, answered, content_type = _fetched(source, config) if is_web_url(source) else _from_file(source, address)
    outlet = outlet_of(address, config.outlets.values())
    return read_page(
        body,
        url=address,
        answered=answered,
        zone=outlet.zone if outlet else DEFAULT_ZONE,
        fetched_at=now(),
        content_type=content_type,
        found=Found(way="hand"),
    )


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
        "sources": reading.sources,
        "flags": reading.flags,
        "removed": reading.removed,
        "refused": reading.refused,
    }


def _iso(time: Published | None) -> str | None:
    """ISO 8601 with the offset of the clock that it was read in; a date where the page says no time of day."""
    if time is None:
        return None
    local = time.instant.astimezone(ZoneInfo(time.zone))
    return local.date().isoformat() if time.precision == "day" else local.isoformat()


def _show(reading: "Reading", heading: str) -> None:
    if heading:
        console.print(f"== {heading}", markup=False, soft_wrap=True)
    print_facts(_facts(reading))
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
    published = reading.published
    values = {
        "title": reading.title,
        "published": f"{_iso(published)} {published.zone} ({published.raw})" if published else "",
        "modified": _iso(reading.modified) or "",
        "byline": ", ".join(reading.byline),
        "section": reading.section,
        "language": reading.language,
        "picture": reading.picture,
        "url": reading.url,
        "text": f"{len(reading.paragraphs)} paragraphs",
        "kind": reading.kind,
        "confidence": f"{reading.confidence:.2f}",
    }
    sources = {fact: f" [{reading.sources[fact]}]" if reading.sources.get(fact) else "" for fact in values}
    facts = {fact: value + sources[fact] for fact, value in values.items()}
    return facts | {"flags": ", ".join(reading.flags)} | ({"refused": reading.refused} if reading.refused else {})


def _from_file(source: str, address: str) -> tuple[bytes, str, str]:
    try:
        return Path(source).read_bytes(), address, "text/html"
    except OSError as error:
        raise UnreadableError(f"{source}: {error.strerror}") from None


def _fetched(url: str, config: Configuration) -> tuple[bytes, str, str]:
    from crawlers.once import fetch_once

    answer = fetch_once(url, config.settings)
    if answer.reason:
        raise UnreadableError(f"{url}: {answer.reason}")
    return answer.body, answer.answered, answer.headers.get("Content-Type", "text/html")
