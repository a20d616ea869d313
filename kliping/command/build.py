"""Settings become open stores and stages. Nothing is opened before the whole configuration is checked."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from kliping.database import Database
from kliping.desks import Desk, load_desks
from kliping.outlets import Outlet
from kliping.outlets_files import load_outlets
from kliping.outlets_staff import Outlets
from kliping.pages import PageStore, open_pages
from kliping.settings import Settings, load, resolve
from pipeline.bus import Bus, open_bus
from pipeline.stage import Stage
from search.archive import Archive, open_archive


class Closes(Protocol):
    """What must be closed."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closes)


@dataclass(frozen=True)
class Configuration:
    """Everything that files and the environment say, checked as a whole."""

    file: Path | None
    settings: Settings
    desks: Mapping[str, Desk]
    outlets: Mapping[str, Outlet]  # of the files; see Parts.outlets for what staff made of them


def configuration(file: Path | None = None) -> Configuration:
    """Read and check kliping.toml, the desks and the outlets. Raises ConfigError."""
    from pipeline.tag.watches import read_query

    settings = load(file)
    desks = load_desks(Path(resolve(settings, settings.desks)))
    outlets = load_outlets(Path(resolve(settings, settings.outlets)))
    for desk in desks.values():
        for watch in desk.watches:
            read_query(desk, watch)
    return Configuration(file, settings, desks, outlets)


@dataclass
class Parts:
    """The stores of one process, opened when first asked for, closed together."""

    configuration: Configuration
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def settings(self) -> Settings:
        return self.configuration.settings

    @cached_property
    def database(self) -> Database:
        database = Database(resolve(self.settings, self.settings.database))
        self._open.callback(database.close)
        return database

    @cached_property
    def outlets(self) -> Outlets:
        """The outlets as they stand: the lists in files, joined and switched by staff."""
        return Outlets(self.database, self.configuration.outlets)

    @cached_property
    def bus(self) -> Bus:
        bus = self.open_bus()
        self._open.callback(bus.close)
        return bus

    @cached_property
    def archive(self) -> Archive:
        archive = self.open_archive()
        self._open.callback(archive.close)
        return archive

    def opened(self, thing: C) -> C:
        """`thing`, closed with the rest."""
        self._open.callback(thing.close)
        return thing

    def open_bus(self) -> Bus:
        """One more bus, for another thread; its opener closes it."""
        location = resolve(self.settings, self.settings.bus)
        settings = self.settings
        return open_bus(location, partitions=settings.partitions, lease=settings.work.lease, kafka=settings.kafka)

    def open_archive(self) -> Archive:
        """One more archive, for another thread; its opener closes it."""
        location = resolve(self.settings, self.settings.archive)
        return open_archive(location, elasticsearch=self.settings.elasticsearch)

    @cached_property
    def pages(self) -> PageStore:
        return open_pages(resolve(self.settings, self.settings.pages), s3=self.settings.s3)

    def stage(self, name: str) -> Stage[Any]:
        """The stage of `name`, built from what it needs and nothing else."""
        return STAGES[name](self)

    def lane(self, name: str) -> Stage[Any]:
        """The stage of `name` for its slow lane: patient, and in nobody's way."""
        return LANES[name](self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._open.close()


def _extract(parts: Parts) -> Stage[Any]:
    from pipeline.extract import Extract, Pool, Templates
    from pipeline.extract.pool import QUICK

    return Extract(parts.pages, Templates(parts.database), parts.opened(Pool(seconds=QUICK)).start(), in_line=True)


def _extract_slow(parts: Parts) -> Stage[Any]:
    from pipeline.extract import Extract, Pool, Templates
    from pipeline.extract.pool import LANE_CHILDREN, LOW

    # its readers are started when the first page comes: on most days there is none
    pool = parts.opened(Pool(LANE_CHILDREN, niceness=LOW))
    return Extract(parts.pages, Templates(parts.database), pool)


def _deduplicate(parts: Parts) -> Stage[Any]:
    from pipeline.deduplicate import Deduplicate

    return Deduplicate(parts.database)


def _tag(parts: Parts) -> Stage[Any]:
    from pipeline.tag import Tag

    return Tag(parts.configuration.desks.values(), parts.database)


def _index(parts: Parts) -> Stage[Any]:
    from pipeline.index import Index

    return Index(parts.database, parts.archive)


STAGES: dict[str, Callable[[Parts], Stage[Any]]] = {
    "extract": _extract,
    "deduplicate": _deduplicate,
    "tag": _tag,
    "index": _index,
}
LANES: dict[str, Callable[[Parts], Stage[Any]]] = {"extract": _extract_slow}
