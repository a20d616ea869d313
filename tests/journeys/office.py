"""A small office on the stores of either mode: pages made up here, stages worked in this process, what came of them."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from kliping.article import Found, Page
from kliping.command.build import Parts
from kliping.database import migrate
from kliping.wire import encode
from pipeline.attempts import Attempts
from pipeline.bus import Bus, Outgoing
from pipeline.flow import PAGES, STEPS
from pipeline.stage import Stage, Step
from pipeline.worker import Worker
from search.archive.base import Document
from tests.installation import Installation, settings_toml
from tests.press.generate import expand, read_parts
from tests.press.press import FOLDER
from tests.press_desk import EVERYTHING

DESK = "semua"
SEEN = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # when the pages were fetched
OUTLETS = "id,name,domain,region,kind,zone,feeds,listings,sitemaps,terms,enabled\n"
SENTENCES = 8


def office(folder: Path, top: Mapping[str, Any] | None = None, *, offset: float = 0.0, **tables: Any) -> Installation:
    """An installation with an empty schema and one desk that takes everything. `top`: its stores."""
    made = Installation(folder, offset=offset)
    made.configure(settings_toml({"partitions": 4, **(top or {})}, **tables), OUTLETS, {DESK: EVERYTHING})
    with made.parts() as parts:
        migrate(parts.database)
    return made


def fill(parts: Parts, count: int, seed: int = 1) -> None:
    """Pages with texts of their own, every tenth one a copy of the page before it at another outlet."""
    draw = random.Random(seed)
    pages: list[Page] = []
    html = b""
    for number in range(count):
        html = html if number % 10 == 9 else _html(draw)
        pages.append(_page(number, parts.pages.put(html)))
    send(parts.bus, pages)


def send(bus: Bus, pages: list[Page]) -> None:
    bus.publish(PAGES, [Outgoing(id=page.message_id, key=page.key, payload=encode(page)) for page in pages])


def replay(bus: Bus) -> None:
    """Put every record of the raw log on the bus again."""
    again = [Outgoing(id=one.id, key=one.key, payload=one.payload) for one in bus.read(PAGES)]
    bus.publish(PAGES, again)


def drain(parts: Parts) -> None:
    """Work every stage in turn, and the slow lane beside it, until no message waits."""
    for name, step in STEPS.items():
        _drain(parts, step, parts.stage(name))
        if step.lane:
            _drain(parts, step.beside, parts.lane(name))
    parts.archive.refresh()


def _drain(parts: Parts, step: Step, stage: Stage[Any]) -> None:
    with parts.bus.consumer(step.reads, step.name, "drain-0") as consumer:
        worker = Worker(step, stage, parts.bus, consumer, Attempts(parts.database, step.name))
        while parts.bus.waiting(step.reads, step.name):
            worker.once(0.5)


def documents(parts: Parts) -> list[Document]:
    """What the desk finds, by id."""
    return list(parts.archive.documents(DESK))


def rows(parts: Parts, table: Table, *but: str) -> list[dict[str, Any]]:
    """All rows of a table without some columns, by key."""
    with parts.database.read() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key)).mappings().all()
    return [{name: value for name, value in row.items() if name not in but} for row in found]


@cache
def _sentences() -> Mapping[str, tuple[str, ...]]:
    return read_parts(FOLDER / "parts.toml")


def _html(draw: random.Random) -> bytes:
    parts = _sentences()
    title = expand(draw.choice(parts["judul_lain"]), parts, draw)
    shapes = draw.sample(parts["kalimat"], SENTENCES)
    body = "".join(f"<p>{escape(expand(shape, parts, draw))}</p>" for shape in shapes)
    page = f"<html lang=id><head><title>{escape(title)}</title></head><body><article><h1>{escape(title)}</h1>{body}"
    return f"{page}</article></body></html>".encode()


def _page(number: int, body: str) -> Page:
    url = f"https://outlet{number % 5}.test/berita/{number}"
    return Page(
        url=url,
        answered=url,
        outlet=f"outlet{number % 5}",
        zone="Asia/Jakarta",
        status=200,
        fetched_at=SEEN,
        body=body,
        headers={"Content-Type": "text/html; charset=utf-8"},
        found=Found(way="feed"),
    )
