"""`scrapy health`: how every outlet fares; those that need a look first."""

import argparse
from typing import Any, Final

from crawlers.command import OperatorCommand, check_region, lies_there, opened, print_json, print_table, shown
from kliping.clock import now
from kliping.errors import ConfigError
from kliping.health import Health, observe

ORDER: Final = ("failing", "silent", "odd", "unread", "none", "new", "ok", "off")
REASONS: Final = 3  # named in the table


class Command(OperatorCommand):
    """A row an outlet: when it answered, what it brought against what is usual, what failed, when it is asked next."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "How every outlet fares; those that need a look first"

    def long_desc(self) -> str:
        return (
            "States: failing (no good answer for 24 hours, or every article refused), silent (nothing new for longer "
            "than its own history lets expect), odd (far fewer or more than usual), unread (not asked yet), none (no "
            "sources), new (less than three weeks known), ok, off. Pages: since when they are of a design that is not "
            "learned yet and are read whole; how many of 24 hours fit no template, or were misread by theirs. Exit "
            "codes: 0 done, 1 some outlet is failing or silent, 2 wrong usage or configuration, 3 a store does not "
            "answer."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--region", default="", metavar="CODE", help="only of this region (36, 36.74, nasional)")
        parser.add_argument("--state", default="", choices=("", *ORDER), metavar="STATE", help="only in this state")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise ConfigError(f"health: no argument expected, got {args[0]!r}")
        assert self.settings is not None
        with opened(self.settings) as (database, outlets):
            check_region(opts.region, outlets)
            wanted = {id_: outlet for id_, outlet in outlets.items() if lies_there(outlet, opts.region)}
            with database.read() as connection:
                found = list(observe(connection, wanted, now()).values())
        found.sort(key=lambda one: (ORDER.index(one.state), one.outlet.id))
        chosen = [one for one in found if opts.state in ("", one.state)]
        if opts.json:
            for one in chosen:
                print_json(_record(one))
        else:
            columns = (
                "id",
                "state",
                "answered",
                "last new",
                "seen",
                "usual",
                "fails",
                "robots",
                "reasons",
                "pages",
                "next",
            )
            print_table(columns, [_row(one) for one in chosen])
        return 1 if any(one.state in ("failing", "silent") for one in chosen) else 0


def _row(one: Health) -> tuple[object, ...]:
    reasons = ", ".join(f"{reason} {number}" for reason, number in list(one.reasons.items())[:REASONS])
    usual = "-" if one.usual is None else f"{one.usual:.1f}"
    state = f"{one.state} ({one.detail})" if one.state == "odd" else one.state
    return (
        one.outlet.id, state, shown(one.succeeded), shown(one.last), one.seen, usual, one.failures, one.robots,
        reasons or "-", _pages(one), shown(one.due),
    )  # fmt: skip


def _pages(one: Health) -> str:
    """'changed 2026-11-24 08:00, 12 missed, 1 misread'; '-' for nothing to say."""
    layout = one.layout
    said = (
        f"changed {shown(layout.changed_at)}" if layout.changed_at else "",
        f"{layout.missed} missed" if layout.missed else "",
        f"{layout.misread} misread" if layout.misread else "",
    )
    return ", ".join(filter(None, said)) or "-"


def _record(one: Health) -> dict[str, Any]:
    return {
        "id": one.outlet.id,
        "name": one.outlet.name,
        "region": one.outlet.region,
        "state": one.state,
        "detail": one.detail,
        "succeeded": one.succeeded,
        "last": one.last,
        "seen": one.seen,
        "usual": one.usual,
        "daily": one.daily,
        "failures": one.failures,
        "robots": one.robots,
        "reasons": one.reasons,
        "due": one.due,
        "templates": one.layout.known,
        "template_missed": one.layout.missed,
        "template_misread": one.layout.misread,
        "pages_changed": one.layout.changed_at,
    }
