"""What our own Scrapy commands share: the stores that they look into, tables and JSON lines, errors in one line."""

import argparse
import logging
import sys
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from scrapy.commands import ScrapyCommand

from kliping.database import Database, check_revision
from kliping.errors import ConfigError, KlipingError, Unavailable
from kliping.outlets import Outlet
from kliping.outlets_files import load_outlets
from kliping.outlets_staff import Outlets

WRONG, AWAY = 2, 3  # exit codes, as those of `kliping`: usage or configuration; a store that does not answer
NATIONAL = "nasional"  # what --region says for outlets of no province


class OperatorCommand(ScrapyCommand):
    """A command that answers an operator. `answer` may raise KlipingError, which is told in one line."""

    requires_project = True
    requires_crawler_process = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="JSON lines instead of a table")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's own log speaks of errors only, unless the operator asks for more."""
        super().process_options(args, opts)
        if opts.loglevel is None:
            assert self.settings is not None
            self.settings.set("LOG_LEVEL", "ERROR", priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.exitcode = self.answer(args, opts)
        except KlipingError as error:
            sys.stderr.write(f"{error}\n")
            self.exitcode = AWAY if isinstance(error, Unavailable) else WRONG
        except BrokenPipeError:  # `| head`
            sys.stderr.close()

    @abstractmethod
    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do it. Returns the exit code."""


@contextmanager
def opened(settings: Mapping[str, Any]) -> Iterator[tuple[Database, Outlets]]:
    """The database and the outlets as they stand. Raises ConfigError or Unavailable."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells at length how it looks a number up
    files = listed_in_files(settings)
    database = Database(settings["KLIPING_DATABASE"])
    try:
        check_revision(database)
        yield database, Outlets(database, files)
    finally:
        database.close()


def listed_in_files(settings: Mapping[str, Any]) -> dict[str, Outlet]:
    """The outlets of the files alone. Raises ConfigError."""
    return load_outlets(Path(settings["KLIPING_OUTLETS"]))


def lies_there(outlet: Outlet, region: str) -> bool:
    """Whether `--region` means the outlet: '' all, NATIONAL those of no province, a code itself and what lies in it."""
    if region in ("", NATIONAL):
        return not region or not outlet.region
    return outlet.region == region or outlet.region.startswith(region + ".")


def check_region(region: str, outlets: Mapping[str, Outlet]) -> None:
    """Raises ConfigError for a `--region` at which no outlet is."""
    if not any(lies_there(outlet, region) for outlet in outlets.values()):
        known = sorted({outlet.region[:2] or NATIONAL for outlet in outlets.values()})
        raise ConfigError(f"--region {region}: no outlet there; there are some in {', '.join(known)}")


def print_json(value: Any) -> None:
    """One JSON value on a line of its own."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns below each other, a row a line; numbers to the right."""
    cells = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    right = [bool(rows) and all(isinstance(row[index], int | float) for row in rows) for index in range(len(columns))]
    for row in (list(columns), *cells):
        padded = (
            text.rjust(width) if is_right else text.ljust(width)
            for text, width, is_right in zip(row, widths, right, strict=True)
        )
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def shown(at: datetime | None) -> str:
    """A time for people, in their own zone; "-" for none."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "-"
