"""`read URL|FILE`: what the extract stage reads from one page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kliping.article import Found
from kliping.clock import now
from kliping.command.build import Configuration
from kliping.command.context import JsonOption, load_configuration
from kliping.command.output import console, print_facts, print_json
from kliping.errors import KlipingError
from kliping.outlets import outlet_of
from kliping.urls import is_web_url

if TYPE_CHECKING:
    from pipeline.extract import Reading

DEFAULT_ZONE = "Asia/Jakarta"


class UnreadableError(KlipingError):
    """The page could not be had."""


def register(app: typer.Typer) -> None:
    app.command()(read)


def read(
    source: Annotated[
        str, typer.Argument(metavar="URL|FILE", help="An address (fetched as the crawler would) or an HTML file.")
    ],
    url: Annotated[str, typer.Option(help="The address that a FILE came from.")] = "",
    json: JsonOption = False,
) -> None:
    """Title, time, byline and text of one page, each with where it was read. Exit code 1 when it could not be had."""
    from pipeline.extract import read_page

    config = load_configuration()
    address = source if is_web_url(source) else url
    body, answered, content_type = _fetched(source, config) if is_web_url(source) else _from_file(source, address)
    outlet = outlet_of(address, config.outlets.values())
    reading = read_page(
        body,
        url=address,
        answered=answered,
        zone=outlet.zone if outlet else DEFAULT_ZONE,
        fetched_at=now(),
        content_type=content_type,
        found=Found(way="hand"),
    )
    if json:
        print_json(reading)
        return
    print_facts(_facts(reading))
    for paragraph in reading.paragraphs:
        console.print("\n" + paragraph, markup=False, soft_wrap=not console.is_terminal)


def _facts(reading: "Reading") -> dict[str, str]:
    """What was read, each with where it was read in square brackets."""
    published = reading.published
    values = {
        "title": reading.title,
        "published": f"{published.instant.isoformat()} {published.zone} ({published.raw})" if published else "",
        "byline": ", ".join(reading.byline),
        "section": reading.section,
        "language": reading.language,
        "picture": reading.picture,
        "url": reading.url,
        "text": f"{len(reading.paragraphs)} paragraphs",
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
