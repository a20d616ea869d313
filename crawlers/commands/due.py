"""`scrapy due`: what is asked next, and who holds which host."""

import argparse
from dataclasses import asdict

from crawlers.command import OperatorCommand, opened, print_json, print_table, shown
from crawlers.upcoming import Upcoming, upcoming
from kliping.clock import now
from kliping.errors import ConfigError

COLUMNS = ("due", "kind", "outlet", "rate", "reason", "held by", "until", "not before", "url")


class Command(OperatorCommand):
    """A row an entry of the frontier that is still open, the next one first."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "What is asked next, and who holds which host"

    def long_desc(self) -> str:
        return (
            "rate: articles a day that a source is thought to bring; it decides how often the source is asked. "
            "held by: the crawler that works on the host now. not before: the host's gap, or a pause that it wants. "
            "Exit codes: 0 done, 2 wrong usage or configuration, 3 a store does not answer."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--outlet", default="", metavar="ID", help="only of this outlet")
        parser.add_argument("--limit", type=int, default=50, metavar="N", help="rows (default 50)")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise ConfigError(f"due: no argument expected, got {args[0]!r}")
        assert self.settings is not None
        with opened(self.settings) as (database, outlets):
            if opts.outlet and opts.outlet not in outlets:
                raise ConfigError(f"--outlet {opts.outlet}: no such outlet; see `scrapy outlets`")
            with database.read() as connection:
                found = upcoming(connection, now(), opts.outlet, max(opts.limit, 0))
        if opts.json:
            for one in found:
                print_json(asdict(one))
        else:
            print_table(COLUMNS, [_row(one) for one in found])
        return 0


def _row(one: Upcoming) -> tuple[object, ...]:
    rate = "-" if one.rate is None else f"{one.rate:g}"
    url = f"{one.url} (listed as {one.listed})" if one.listed else one.url
    held = (one.leased_by or "-", shown(one.leased_until), shown(one.not_before))
    return (shown(one.due), one.kind, one.outlet, rate, one.reason or "-", *held, url)
