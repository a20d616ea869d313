"""`scrapy probe URL`: what a site offers, and a line for the outlet list."""

import argparse
import sys
from dataclasses import asdict
from typing import Any

from crawlers.command import OperatorCommand, print_json, shown
from crawlers.probe.findings import Probe, Way
from crawlers.probe.investigate import MOST
from crawlers.probe.spider import ProbeSpider
from kliping.errors import ConfigError
from kliping.outlets import COLUMNS
from kliping.urls import is_web_url

NOTHING = 1  # exit code: the site was asked and offers nothing that can be collected


class Command(OperatorCommand):
    """Asks a site politely, tells each request as it goes, prints what was found and a line."""

    requires_crawler_process = True

    def syntax(self) -> str:
        return "[options] <url>"

    def short_desc(self) -> str:
        return "Find out what a site offers: feeds, sitemaps, WordPress, lists; prints a line for the outlet list"

    def long_desc(self) -> str:
        return (
            f"At most {MOST} requests, robots.txt obeyed, the usual gap between two; each is told on standard error. "
            "The line on standard output can be added with `scrapy outlets --add`. Exit codes: 0 done, 1 nothing that "
            "can be collected, 2 wrong usage or configuration."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--most", type=int, default=MOST, metavar="N", help=f"at most N requests (default {MOST})")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        url = args[0] if args and "://" in args[0] else f"https://{args[0]}" if args else ""
        if len(args) != 1 or not is_web_url(url):
            raise ConfigError("probe: expected one http(s) address or host")
        if not 1 <= opts.most <= MOST:
            raise ConfigError(f"--most: expected 1 to {MOST}, got {opts.most}")
        found: list[Probe] = []
        assert self.crawler_process is not None
        self.crawler_process.crawl(ProbeSpider, start_url=url, told=_told, done=found.append, most=opts.most)
        self.crawler_process.start()
        if not found:
            raise ConfigError(f"probe {url}: it broke off; see the log above")
        _show(found[0], json=opts.json)
        return 0 if found[0].line else NOTHING


def _told(number: int, url: str, outcome: str) -> None:
    sys.stderr.write(f"{number:>3}  {outcome:<20}  {url}\n")
    sys.stderr.flush()


def _show(probe: Probe, *, json: bool) -> None:
    if json:
        print_json(_record(probe))
        return
    facts = {
        "name": probe.name,
        "domain": probe.domain,
        "region": probe.region or "none found (national)",
        "zone": f"{probe.zone} [{probe.zone_from}]",
        "robots": _robots(probe),
    }
    lines = [f"{name:<8}{value}" for name, value in facts.items()]
    for way in probe.ways:
        lines += ["", *_way(way, chosen=way.url in probe.chosen)]
    lines += ["", *(f"note: {note}" for note in probe.notes)]
    lines += [f"# {','.join(COLUMNS)}", probe.line] if probe.line else ["Nothing that can be collected was found."]
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _way(way: Way, *, chosen: bool) -> list[str]:
    head = f"{'*' if chosen else ' '} {way.kind} [{way.named}] {way.url}"
    if way.problem:
        return [f"{head}: {way.problem}"]
    rate = f", about {way.rate:g} a day" if way.rate is not None else ""
    newest = f", newest {shown(way.newest)}" if way.newest else ""
    validators = {"304": ", unchanged answers 304", "none": ", no validators", "ignored": ", validators ignored"}
    whole = "" if way.news else ", names the whole site"
    facts = f"{way.items} items{newest}{rate}{validators.get(way.validators, '')}{whole}"
    return [f"{head}: {facts}", *(f"      {found.title or found.url}" for found in way.sample)]


def _robots(probe: Probe) -> str:
    robots = probe.robots
    if robots.problem:
        return f"cannot be read ({robots.problem}), so nothing may be asked"
    delay = f", asks for {robots.delay:g} s between requests" if robots.delay else ""
    forbidden = f"; forbids {', '.join(robots.forbidden)}" if robots.forbidden else ""
    return f"http_{robots.status}{delay}, {len(robots.sitemaps)} sitemaps{forbidden}"


def _record(probe: Probe) -> dict[str, Any]:
    return asdict(probe) | {"asked": [{"url": url, "outcome": outcome} for url, outcome in probe.asked]}
