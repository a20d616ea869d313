"""`scrapy outlets`: which outlets are read, and the decisions of staff about them."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawlers.command import OperatorCommand, check_region, lies_there, listed_in_files, opened, print_json, print_table
from crawlers.frontier import Frontier
from crawlers.opml import read_opml, write_opml
from kliping.database import Database
from kliping.errors import ConfigError
from kliping.outlets import outlet_of_line
from kliping.outlets_staff import Listed, Outlets

WAYS = (("feeds", "feed"), ("listings", "listing"), ("sitemaps", "sitemap"))
DEEDS = ("add", "enable", "disable", "remove", "import_opml")


class Command(OperatorCommand):
    """Lists outlets, or adds, switches and removes one; the crawlers know of it at once."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Outlets: list them, add, switch on and off, remove; OPML"

    def long_desc(self) -> str:
        return (
            "Without a deed: all outlets, those of the lists and those of staff. A deed needs --by and is noted in the "
            "audit. An outlet whose terms forbid automatic taking is switched on only with --why, which names the "
            "permission. Exit codes: 0 done, 2 wrong usage or configuration, 3 a store does not answer."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--region", default="", metavar="CODE", help="only of this region (36, 36.74, nasional)")
        parser.add_argument("--all", action="store_true", help="also those that were removed")
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--add", metavar="LINE", help="add the outlet of a list's line (as `scrapy probe` prints)")
        deed.add_argument("--enable", metavar="ID", help="switch an outlet on")
        deed.add_argument("--disable", metavar="ID", help="switch an outlet off")
        deed.add_argument("--remove", metavar="ID", help="take an outlet off the list; --enable brings it back")
        deed.add_argument("--import-opml", metavar="FILE", help="add the outlets of an OPML file")
        deed.add_argument("--export-opml", metavar="FILE", help="write the outlets as OPML ('-': standard output)")
        parser.add_argument("--by", default="", metavar="NAME", help="who decides")
        parser.add_argument("--why", default="", metavar="TEXT", help="the reason, or the permission that there is")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise ConfigError(f"outlets: no argument expected, got {args[0]!r}")
        assert self.settings is not None
        deed = next((name for name in DEEDS if getattr(opts, name)), "")
        if deed and not opts.by.strip():
            raise ConfigError("--by: say who decides this; it is written into the audit")
        try:
            with opened(self.settings) as (database, outlets):
                if deed:
                    _do(deed, getattr(opts, deed), opts, database, outlets)
                    return 0
                found = outlets.listed()
        except ConfigError as error:
            if deed or "schema revision" not in str(error):
                raise
            sys.stderr.write(f"{error}; until then only the lists in files are known\n")
            found = tuple(Listed(outlet=one, source="file") for one in listed_in_files(self.settings).values())
        check_region(opts.region, {one.outlet.id: one.outlet for one in found})
        _show([one for one in found if lies_there(one.outlet, opts.region) and (opts.all or not one.removed)], opts)
        return 0


def _do(deed: str, value: str, opts: argparse.Namespace, database: Database, outlets: Outlets) -> None:
    told = []
    match deed:
        case "add":
            added = outlets.add(outlet_of_line(value, "--add"), opts.by, opts.why)
            told.append(f"{added.id}: added, {'on' if added.enabled else 'off'}")
        case "enable" | "disable":
            outlets.switch(value, on=deed == "enable", by=opts.by, why=opts.why)
            told.append(f"{value}: {'on' if deed == 'enable' else 'off'}")
        case "remove":
            outlets.remove(value, opts.by, opts.why)
            told.append(f"{value}: removed")
        case _:
            told += _import(value, opts, outlets)
    Frontier(database).sync_sources(outlets.for_frontier())
    sys.stdout.writelines(f"{line}\n" for line in told)


def _import(file: str, opts: argparse.Namespace, outlets: Outlets) -> list[str]:
    """Outlets that are there already are left as they are, and told."""
    try:
        found = read_opml(Path(file).read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: {error}") from None
    told = []
    known = {one.outlet.id for one in outlets.listed()}
    for outlet in found:
        if outlet.id in known:
            told.append(f"{outlet.id}: there already, left as it is")
            continue
        try:
            outlets.add(replace(outlet, enabled=outlet.enabled and not outlet.forbidden), opts.by, opts.why)
            told.append(f"{outlet.id}: added")
        except ConfigError as error:
            told.append(f"{outlet.id}: left out: {error}")
    return told


def _show(found: list[Listed], opts: argparse.Namespace) -> None:
    if opts.export_opml:
        text = write_opml([one.outlet for one in found])
        if opts.export_opml == "-":
            sys.stdout.write(text)
        else:
            Path(opts.export_opml).write_text(text, "utf-8")
    elif opts.json:
        for one in found:
            print_json(_record(one))
    else:
        columns = ("id", "name", "region", "kind", "zone", "state", "sources", "from", "decided by")
        print_table(columns, [_row(one) for one in found])


def _state(one: Listed) -> str:
    if one.removed:
        return "removed"
    if one.outlet.enabled:
        return "on, with permission" if one.outlet.forbidden else "on"
    return "off, terms forbid" if one.outlet.forbidden else "off"


def _row(one: Listed) -> tuple[object, ...]:
    outlet = one.outlet
    ways = [(len(getattr(outlet, name)), word) for name, word in WAYS]
    sources = ", ".join(f"{number} {word}{'s' if number > 1 else ''}" for number, word in ways if number)
    sources = ", ".join(filter(None, (sources, "WordPress" if outlet.wordpress else "")))
    decided = f"{one.by}{f': {one.why}' if one.why else ''}"
    return (
        outlet.id, outlet.name, outlet.region or "-", outlet.kind, outlet.zone, _state(one), sources or "none",
        one.source, decided or "-",
    )  # fmt: skip


def _record(one: Listed) -> dict[str, Any]:
    outlet = {name: getattr(one.outlet, name) for name in one.outlet.__dataclass_fields__}
    decided = {"source": one.source, "removed": one.removed, "by": one.by, "at": one.at, "why": one.why}
    return outlet | decided
