"""Real input through everything: `make real`.

The pages, feeds and listing pages of `pages-id` are served over loopback as the outlets they came from and crawled
with the `scrapy` command; the articles of `click-id` go in at [articles] as backfill. Two desks: one whose watch
takes everything, and the shipped one of Kota Tangerang Selatan. Prints the counts of every stage; the exit code is 1
when a page is missing or the counts do not add up.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.click import FILE, click_articles
from benchmarks.data import arguments, need
from benchmarks.real_sites import RealSites
from kliping.article import Article
from kliping.wire import encode
from pipeline.bus import Outgoing
from pipeline.flow import ARTICLES
from tests.installation import CHECKOUT, Installation, settings_toml
from tests.press_desk import EVERYTHING

GAP = 0.2  # seconds between requests to one loopback host; the shipped 5 s would take an hour for the 404s
CHUNK = 500  # articles in one publish


def main() -> int:
    parser = arguments("Real pages, feeds and articles through the whole of Kliping; the counts must add up.")
    parser.add_argument("--articles", type=int, default=22_136, help="of click-id, in the order of its file")
    options = parser.parse_args()
    need(options.data / FILE)
    with tempfile.TemporaryDirectory() as name, RealSites(options.data) as sites:
        installation = _installed(Path(name), sites)
        say = _quiet if options.json else print
        say(f"serving {len(sites.pages)} pages of {len(sites.sites)} outlets on loopback; gap {GAP} s a host")
        _crawl(installation, sites, say)
        say(f"served: {dict(sites.served)}")
        sent = _backfill(installation, options.data, options.articles)
        say(f"backfill: {sent} articles published on [{ARTICLES}]")
        installation.kliping("work", "--until-idle")
        counts = installation.lines("status", "--verify", check=(0, 1))
        problems = list(_problems(installation, sites, counts, sent))
    report = {"served": dict(sites.served), "backfill": sent, "counts": counts, "problems": problems}
    _print(report, as_json=options.json)
    return 1 if problems else 0


def _installed(folder: Path, sites: RealSites) -> Installation:
    installation = Installation(folder)
    allow = sorted(f"{host}:{sites.port}" for host in sites.hosts)
    crawl = {"gap": GAP, "allow": allow, "hosts": dict.fromkeys(sites.hosts, "127.0.0.1"), "concurrency": 32}
    ours = (CHECKOUT / "config" / "desks" / "kota-tangerang-selatan.toml").read_text("utf-8")
    desks = {"semua": EVERYTHING, "kota-tangerang-selatan": ours}
    installation.configure(settings_toml({}, crawl=crawl), sites.outlets_csv(), desks)
    return installation


def _crawl(installation: Installation, sites: RealSites, say: Any) -> None:
    installation.kliping("migrate")
    installation.scrapy("crawl", "feeds")
    for site in sites.sites.values():
        if site.listings:
            installation.scrapy("crawl", "sites", "-a", f"outlet={site.domain}")
    say("crawled with `scrapy crawl feeds` and `scrapy crawl sites`")


def _backfill(installation: Installation, data: Path, limit: int) -> int:
    sent = 0
    with installation.parts() as parts:
        articles: Iterator[Article] = click_articles(data, limit)
        while chunk := list(islice(articles, CHUNK)):
            parts.bus.publish(ARTICLES, [Outgoing(id=a.message_id, key=a.key, payload=encode(a)) for a in chunk])
            sent += len(chunk)
    return sent


def _problems(installation: Installation, sites: RealSites, counts: Sequence[Any], sent: int) -> Iterator[str]:
    """What does not add up, a line each."""
    sums = {line["stage"]: line for line in counts if "passed" in line}
    for line in counts:
        if "inputs" in line and (
            line["lost"] or line["unexpected"] or line["inputs"] != line["ended"] + line["waiting"]
        ):
            yield f"{line['stage']}: {line}"
    for stage, line in sums.items():
        if line["waiting"] or line["retried"]:
            yield f"{stage}: {line['waiting']} waiting, {line['retried']} sent again and not ended"
        if line["dead"]:
            yield f"{stage}: dead letters {line['dead']}"
    if sums["fetch"]["passed"] != sums["extract"]["passed"] + sum(sums["extract"]["dropped"].values()):
        yield f"fetch passed {sums['fetch']['passed']} pages, extract ended {sums['extract']}"
    given = sums["extract"]["passed"] + sent
    ended = sums["deduplicate"]["passed"] + sum(sums["deduplicate"]["dropped"].values())
    if given != ended:
        yield f"{given} articles went to deduplicate, {ended} ended there"
    for url in sites.pages:
        verdicts = installation.lines("trace", url, check=(0, 1))[0]["verdicts"]
        if not any(v["stage"] == "fetch" and v["verdict"] == "passed" for v in verdicts):
            yield f"page not fetched: {url}"


def _print(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(report).decode())
        return
    for line in report["counts"]:
        print(_row(line))
    for problem in report["problems"]:
        print(f"PROBLEM {problem}", file=sys.stderr)
    print("the counts add up" if not report["problems"] else f"{len(report['problems'])} problems")


def _row(line: dict[str, Any]) -> str:
    if "inputs" in line:
        return "{stage:<12} on the bus {inputs} = ended {ended} + waiting {waiting}; lost {lost}".format(**line)
    return "{stage:<12} passed {passed}, dropped {dropped}, dead {dead}, clips {clips}".format(**line)


def _quiet(_text: str) -> None:
    """Nothing but the JSON."""


if __name__ == "__main__":
    sys.exit(main())
