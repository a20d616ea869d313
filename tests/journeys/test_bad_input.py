"""Bad input of every kind at one outlet: each ends with a reason that can be counted or as a clean article, and
nothing else suffers."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.frontier import Frontier
from kliping import trace
from kliping.article import MAX_TITLE, Article, article_id
from kliping.articles import load_article
from kliping.command.build import Parts
from pipeline.balance import balance
from pipeline.dead import dead_letters
from tests.installation import CHECKOUT, Installation
from tests.memory import peak
from tests.press.faults import FAULTS
from tests.press.press import FOLDER, Press
from tests.press_check import compare, have
from tests.press_desk import install

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # 08.00 WIT, Tuesday 24 November 2026
LATER = 1800.0  # seconds: sources are due again after 900, give or take a tenth
MEMORY = 256 * 1024**2  # bytes: a crawl takes about 140 MiB; one that holds a 200 MiB body or 512 MiB bomb takes more
LOOK = 0.05  # seconds between two looks at the mark, which only rises
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
READ = tuple(kind for kind, fault in FAULTS.items() if fault.expect == "read")
REFUSED = tuple(kind for kind, fault in FAULTS.items() if fault.expect in ("too_large", "blocked_address"))


@dataclass(frozen=True)
class Bad:
    """A press full of bad input that has been read, and the most memory that a crawl of it took."""

    press: Press
    installation: Installation
    parts: Parts
    memory: int  # bytes

    def fault(self, kind: str) -> dict[str, Any]:
        return next(row for row in self.press.truth()["faults"] if row["kind"] == kind)

    def article(self, kind: str) -> Article:
        with self.parts.database.read() as connection:
            found = load_article(connection, article_id(self.fault(kind)["url"]))
        assert found is not None, kind
        return found.article


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bad]:
    with Press(FOLDER / "teluk-sarira.toml", now=NOW, running=True, delay=0) as press:
        for kind in FAULTS:
            press.switch(f"fault:{kind}", on=kind != "html_feed")
        installation = install(tmp_path_factory.mktemp("bad"), press, everything=True, crawl={"gap": 0.05})
        installation.kliping("migrate")
        memory = _crawl(installation, "feeds")
        listings = [outlet.id for outlet in press.scenario.outlets if outlet.listing]
        for outlet in listings:
            installation.scrapy("crawl", "sites", "-a", f"outlet={outlet}")
        press.switch("fault:html_feed")  # the feed named the other faults before
        installation = replace(installation, offset=installation.offset + LATER)
        _crawl(installation, "feeds")
        installation.kliping("work", "--until-idle")
        with installation.parts() as parts:
            yield Bad(press, installation, parts, memory)


def _crawl(installation: Installation, spider: str) -> int:
    """`scrapy crawl`; the most memory that it held, bytes."""
    command = [sys.executable, "-m", "scrapy", "crawl", spider]
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=installation.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as crawl:
        most = 0
        while crawl.poll() is None:
            most = max(most, peak(crawl.pid))
            time.sleep(LOOK)
    assert crawl.returncode == 0
    return most


@pytest.mark.parametrize("kind", READ)
def test_what_can_be_read_is_read_and_clean(bad: Bad, kind: str) -> None:
    article = bad.article(kind)
    assert any("delapan gerobak" in paragraph for paragraph in article.paragraphs)
    for text in (article.title, *article.paragraphs):
        assert not UNSAFE.search(text)
        assert "\ufffd" not in text
        assert "<" not in text
    assert 10 < len(article.title) <= MAX_TITLE


@pytest.mark.parametrize("kind", ["broken_html", "not_utf8", "wrong_charset", "no_date"])
def test_titles_are_whole(bad: Bad, kind: str) -> None:
    assert bad.article(kind).title == bad.fault(kind)["title"]


def test_a_page_without_a_date_has_the_time_of_its_feed(bad: Bad) -> None:
    published = bad.article("no_date").published
    assert published is not None
    assert published.source == "feed"


def test_an_empty_page_is_kept_by_title_and_says_so(bad: Bad) -> None:
    article = bad.article("empty_page")
    assert (article.title, article.paragraphs) == (bad.fault("empty_page")["title"], ())
    assert "empty_text" in article.flags


@pytest.mark.parametrize("kind", REFUSED)
def test_what_must_not_be_read_ends_with_its_reason(bad: Bad, kind: str) -> None:
    row = bad.fault(kind)
    id_ = article_id(row["url"])
    (verdict,) = trace.history(bad.parts.database, id_)
    assert (verdict.stage, verdict.verdict, verdict.reason) == ("fetch", "dropped", row["expect"])
    counts = bad.installation.lines("status")[0]["dropped"]
    assert counts[row["expect"]] == sum(FAULTS[other].expect == row["expect"] for other in REFUSED) + (
        row["expect"] == "blocked_address"  # the scenario's own bait
    )


def test_a_feed_that_is_a_page_says_so_and_is_asked_again(bad: Bad) -> None:
    (feed,) = [row["feeds"] for row in bad.press.outlets if row["id"] == bad.press.scenario.fault_outlet]
    entry = Frontier(bad.parts.database).lookup(feed)
    assert entry is not None
    assert (entry.state, entry.reason) == ("due", "feed_is_html")


def test_nothing_else_suffers(bad: Bad) -> None:
    comparisons = compare(bad.parts, bad.press.scenario.desk.id, bad.press.truth())
    wrong = [line for comparison in comparisons if comparison.wrong for line in comparison.lines()]
    assert wrong == []
    lines = balance(bad.parts.database, bad.parts.bus)
    assert all(line.holds and not line.waiting for line in lines), lines
    assert list(dead_letters(bad.parts.bus, bad.parts.database)) == []


def test_nobody_inside_was_asked_and_the_memory_stayed_small(bad: Bad) -> None:
    assert bad.press.internal_connections == 0
    assert bad.memory < MEMORY


def test_bad_articles_are_clips_that_can_be_found(bad: Bad) -> None:
    clipped = have(bad.parts, "semua").clipped
    assert {article_id(bad.fault(kind)["url"]) for kind in READ} <= clipped
    hits = bad.installation.lines("find", "--desk", "semua", "delapan gerobak")
    assert hits  # one, for all of them have the same text
