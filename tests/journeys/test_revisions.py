"""What a press does to what it published: it edits, renames, withdraws and returns. Read by everything that ships."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from digests.edition import Edition
from digests.editions import load
from kliping.article import article_id
from kliping.articles import known_article
from kliping.command.build import Parts
from kliping.tables import articles
from tests.installation import Installation
from tests.press.loading import load as load_press
from tests.press.press import FOLDER, Press
from tests.press.scenario import Edit, Scenario, Story, Version, Withdrawal
from tests.press_desk import install

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
DESK = "semua"
STATUSES: Final = (404, 410, 200)  # 200: the page says in words that it is gone
ADDED = "Pemerintah kabupaten menambahkan keterangan itu dalam jumpa pers pada malam harinya."


@dataclass(frozen=True)
class Read:
    """A press that was read, changed and read again, twice."""

    press: Press
    installation: Installation
    parts: Parts

    def rows(self, change: str) -> list[dict[str, Any]]:
        """What the press changed and a lawful reader may see."""
        rows: list[dict[str, Any]] = self.press.truth()["articles"]
        return [row for row in rows if row[change] and row["reason"] != "robots"]

    def id_of(self, row: dict[str, Any]) -> str:
        """What Kliping knows an article of the press by."""
        with self.parts.database.read() as connection:
            return known_article(connection, article_id(row["url"]))

    def editions(self) -> list[Edition]:
        """Closed after the first reading, after the changes, after the return, and at once again."""
        return [load(self.parts.database, DESK, number) for number in (1, 2, 3, 4)]

    def history(self, url: str) -> dict[str, Any]:
        (told,) = self.installation.lines("article", url, "--history")
        assert isinstance(told, dict)
        return told


def scenario(path: Path) -> Scenario:
    """A press where every third article is edited and every third is taken down, in each of three ways."""
    made = iter(range(10_000))
    found = load_press(path)
    outlets = tuple(replace(outlet, renames=True) for outlet in found.outlets)
    return replace(found, outlets=outlets, stories=tuple(_story(story, made) for story in found.stories))


def _story(story: Story, made: Iterator[int]) -> Story:
    return replace(story, article=tuple(_changing(version, next(made)) for version in story.article))


def _changing(version: Version, number: int) -> Version:
    plain = replace(version, edit=None, withdraw=None)
    if version.status != 200 or version.redirect or version.after:
        return plain
    if number % 3 == 0:
        return replace(plain, edit=Edit(when="switch:edits", title=f"{version.title}, Ini Penjelasannya", add=ADDED))
    if number % 3 == 1:
        withdrawal = Withdrawal(when="switch:withdrawals", status=STATUSES[number // 3 % 3])
        return replace(plain, withdraw=withdrawal)
    return plain


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    with Press(scenario(FOLDER / "teluk-sarira.toml"), now=NOW, running=True, delay=0) as press:
        installation = install(tmp_path_factory.mktemp("revisions"), press, everything=True, crawl={"gap": 0.05})
        installation.kliping("migrate")
        _round(press, installation)
        _close(installation, "pertama")
        for hours, on in ((1.1, True), (5.1, False)):
            press.advance(hours=hours)
            installation = replace(installation, offset=installation.offset + timedelta(hours=hours).total_seconds())
            press.switch("edits")
            press.switch("withdrawals", on=on)
            _round(press, installation)
            _close(installation, "ditarik" if on else "kembali")
        _close(installation, "terakhir")
        with installation.parts() as parts:
            yield Read(press, installation, parts)


def _round(press: Press, installation: Installation) -> None:
    installation.scrapy("crawl", "feeds")
    for outlet in press.scenario.outlets:
        if outlet.listing:
            installation.scrapy("crawl", "sites", "-a", f"outlet={outlet.id}")
    installation.kliping("work", "--until-idle")


def _close(installation: Installation, kind: str) -> None:
    installation.kliping("digest", "close", "--desk", DESK, "--kind", kind)


def test_no_article_is_there_twice(read: Read) -> None:
    readable = [row for row in read.press.truth()["articles"] if row["reachable"] and row["visible"]]
    with read.parts.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(articles)).scalar_one() == len(readable)


def test_an_edit_is_one_change_under_either_address(read: Read) -> None:
    rows = read.rows("edited")
    assert len(rows) >= 4
    for row in rows:
        told = read.history(row["url"])
        assert [event["what"] for event in told["events"]] == ["first", "changed"], told["url"]
        changed = told["events"][-1]
        assert "".join(change["new"] for change in changed["title"]) == f"{row['title']}, Ini Penjelasannya"
        assert [line["changes"][0]["new"] for line in changed["text"] if line["kind"] == "new"] == [ADDED]
        assert told["url"] != row["url"]
        assert read.history(told["url"]) == read.history(row["twins"][-1]) == told


def test_a_withdrawal_is_told_with_its_proof_and_so_is_the_return(read: Read) -> None:
    rows = read.rows("withdrawn")
    seen = set()
    for row in rows:
        told = read.history(row["url"])
        assert [event["what"] for event in told["events"]] == ["first", "withdrawn", "returned"]
        assert not told["withdrawn"]
        first, gone, _ = told["events"]
        seen.add(gone["status"])
        proof = gone["evidence"]
        assert proof == first["evidence"]
        assert row["title"].split()[0] in read.parts.pages.get(proof["sha256"]).decode()
    assert seen == set(STATUSES)


def test_editions_tell_what_became_of_the_stories_that_they_sent(read: Read) -> None:
    """Every edit and withdrawal by the next edition, every return by the one after, nothing by another."""
    first, second, third, fourth = read.editions()
    sent = {item.article: item.title for item in first.items}
    edited, gone = (
        {one for row in read.rows(what) if (one := read.id_of(row)) in sent} for what in ("edited", "withdrawn")
    )
    assert len(edited) >= 4
    assert len(gone) >= 4
    told = {change.article: change for change in second.changes}
    assert {id_ for id_, change in told.items() if change.what == "withdrawn"} == gone
    assert {id_ for id_, change in told.items() if change.what == "changed"} == edited
    for id_ in edited:
        assert (told[id_].before, told[id_].title) == (sent[id_], f"{sent[id_]}, Ini Penjelasannya")
    assert {(change.what, change.article) for change in third.changes} == {("returned", id_) for id_ in gone}
    assert {change.number for change in (*second.changes, *third.changes)} == {first.number}
    assert first.changes == fourth.changes == ()
