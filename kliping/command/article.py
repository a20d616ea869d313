"""`article URL|ID`: what is kept of an article, and what its outlet did to it since."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from kliping.article import ID_LENGTH, Grouped, article_id
from kliping.articles import known_article, load_article, load_history
from kliping.command.context import JsonOption, parts
from kliping.command.output import console, print_facts, print_json
from kliping.history import Event
from kliping.wording import Change

_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")
_MARKS = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}  # as `git diff --word-diff` writes them


def register(app: typer.Typer) -> None:
    app.command()(article)


def article(
    name: Annotated[str, typer.Argument(metavar="URL|ID", help="Any address that it was read from, or its id.")],
    history: Annotated[
        bool, typer.Option("--history", help="Every edit, withdrawal and return, with what changed.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """An article as it stands, or its history. Exit code 1 when there is none."""
    with parts() as opened, opened.database.read() as connection:
        grouped = load_article(connection, known_article(connection, name if _ID.fullmatch(name) else article_id(name)))
        events = load_history(connection, grouped.article) if grouped and history else []
    if grouped is None:
        console.print(f"{name}: no such article; `kliping trace URL` tells what became of an address", markup=False)
        raise typer.Exit(1)
    if json:
        print_json(_record(grouped, events) if history else grouped)
    elif history:
        _show_history(grouped, events)
    else:
        _show(grouped)


def _show(grouped: Grouped) -> None:
    print_facts(_facts(grouped))
    for paragraph in grouped.article.paragraphs:
        console.print("\n" + paragraph, markup=False, soft_wrap=not console.is_terminal)


def _facts(grouped: Grouped) -> dict[str, object]:
    one, copy = grouped.article, grouped.copy
    return {
        "id": one.id,
        "url": one.url,
        "outlet": one.outlet,
        "title": one.title,
        "published": one.published.instant.isoformat() if one.published else "",
        "first seen": one.first_seen.isoformat(),
        "kind": " ".join((one.kind, *one.flags)),
        "place": f"{copy.relation}, {copy.members} in its group",
        "withdrawn": "yes" if one.withdrawn else "no",
    }


def _show_history(grouped: Grouped, events: Sequence[Event]) -> None:
    for line in (f"{grouped.article.id}  {grouped.article.url}", *(line for one in events for line in _lines(one))):
        console.print(line, markup=False, soft_wrap=True)


def _lines(event: Event) -> Iterator[str]:
    """One event: when, what, the answer and its evidence; then what changed, an unchanged paragraph as nothing."""
    status = f" {event.sighting.status}" if event.sighting.status else ""
    yield f"\n{event.sighting.at:%Y-%m-%d %H:%M:%S} UTC  {event.what}{status}, version {event.version}"
    stored = event.evidence
    yield f"  page {stored.page} fetched {stored.at:%Y-%m-%d %H:%M:%S} UTC, sha256 {stored.body or 'not known'}"
    if event.redated:
        yield "  published " + " -> ".join(one.instant.isoformat() for one in event.redated)
    if event.title:
        yield f"  title: {_marked(event.title)}"
    yield from (f"  {_marked(line.changes)}" for line in event.text if line.kind != "same")
    if event.read_otherwise:
        yield "  (the two pages were read in different ways)"


def _marked(changes: Sequence[Change]) -> str:
    return " ".join(_MARKS[change.kind].format(change.text.strip()) for change in changes if change.text.strip())


def _record(grouped: Grouped, events: Sequence[Event]) -> dict[str, Any]:
    one = grouped.article
    return {"article": one.id, "url": one.url, "withdrawn": one.withdrawn, "events": [_event(each) for each in events]}


def _event(event: Event) -> dict[str, Any]:
    seen = event.sighting
    return {
        "what": event.what,
        "at": seen.at,
        "version": event.version,
        "revision": event.wording.revision,
        "status": seen.status,
        "url": seen.url,
        "title": [change._asdict() for change in event.title],
        "text": [{"kind": line.kind, "changes": [change._asdict() for change in line.changes]} for line in event.text],
        "published": list(event.redated or ()),
        "read_otherwise": event.read_otherwise,
        "evidence": {"page": event.evidence.page, "fetched_at": event.evidence.at, "sha256": event.evidence.body},
    }
