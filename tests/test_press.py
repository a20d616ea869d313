"""The sample press keeps what its truth file promises, over real HTTP."""

import csv
import html
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest

from tests.press import FOLDER, Press, ScenarioError, load
from tests.press.client import get

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=WIB)
EXPECTED_STATUS = {"blocked_address": 302, "http_404": 404, "http_410": 410, "not_yet": 404, "robots": 200}


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """A press that no test changes."""
    with Press(now=NOW, delay=0) as running:
        yield running
        assert running.errors == []


def visible_text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def by_outlet(press: Press, outlet: str) -> dict[str, str]:
    return next(row for row in press.outlets if row["id"] == outlet)


def test_every_article_answers_as_the_truth_says(press: Press) -> None:
    for article in press.truth()["articles"]:
        answer = get(article["url"])
        expected = 200 if article["reachable"] else EXPECTED_STATUS[article["reason"]]
        assert answer.status == expected, article["url"]
        if article["reachable"]:
            text = visible_text(answer.text)
            assert article["title"] in text
            assert all(paragraph in text for paragraph in article["paragraphs"]), article["url"]


def test_twins_lead_to_the_same_article(press: Press) -> None:
    twins = [(twin, one) for one in press.truth()["articles"] if one["reachable"] for twin in one["twins"]]
    assert {part for twin, _ in twins for part in ("utm_", "/amp/", "page=all", "//www.") if part in twin} == {
        "utm_",
        "/amp/",
        "page=all",
        "//www.",
    }
    for twin, article in twins:
        assert article["paragraphs"][0] in visible_text(get(twin).text), twin


@pytest.mark.parametrize("outlet", load(FOLDER / "sukaraya.toml").outlets, ids=lambda outlet: outlet.id)
def test_feeds_and_sitemaps_list_every_visible_article(press: Press, outlet: Any) -> None:
    row = by_outlet(press, outlet.id)
    own = [one for one in press.truth()["articles"] if one["outlet"] == outlet.id and one["visible"]]
    if row["feeds"]:
        parsed = feedparser.parse(get(row["feeds"]).body)
        assert bool(parsed.bozo) is (outlet.feed == "broken")
        assert len([entry for entry in parsed.entries if "link" in entry]) == len(own)
        assert all(entry.published_parsed for entry in parsed.entries if "link" in entry)
    if row["sitemaps"]:
        assert get(row["sitemaps"]).text.count("<loc>") == len(own)


def test_listing_pages_lead_to_every_article(press: Press) -> None:
    scenario = press.scenario
    for outlet in (one for one in scenario.outlets if one.listing):
        own = {one["url"] for one in press.truth()["articles"] if one["outlet"] == outlet.id and one["visible"]}
        found: set[str] = set()
        page = by_outlet(press, outlet.id)["listings"]
        while page:
            text = get(page).text
            found |= {link.removesuffix("?page=all") for link in re.findall(r'href=["\']([^"\']+)', text)} & own
            number = int(page.partition("?page=")[2] or 1)
            page = f"{page.partition('?')[0]}?page={number + 1}" if f"?page={number + 1}" in text else ""
        assert found == own


def test_conditional_requests_are_answered_with_304(press: Press) -> None:
    row = by_outlet(press, "suararaya")
    article = next(one for one in press.truth()["articles"] if one["outlet"] == "suararaya" and one["reachable"])
    for url in (row["feeds"], article["url"]):
        first = get(url)
        again = get(url, {"If-None-Match": first.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
        assert get(url, {"If-Modified-Since": first.headers["Last-Modified"]}).status == 304
        assert get(url, {"If-None-Match": '"other"'}).status == 200
    assert press.log.entries("suararaya.test")[-1].conditional


def test_an_outlet_without_validators_sends_none(press: Press) -> None:
    answer = get(by_outlet(press, "wartamekarsari")["listings"])
    assert answer.headers["ETag"] is None
    assert answer.headers["Last-Modified"] is None


def test_unknown_hosts_and_paths_are_missing(press: Press) -> None:
    home = by_outlet(press, "suararaya")["listings"]
    assert get(home.replace("suararaya.test", "lain.test")).status == 404
    assert get(home + "tidak-ada").status == 404
    assert press.log.entries("lain.test")[0].status == 404


def test_nobody_touched_the_internal_listener(press: Press) -> None:
    assert press.internal_connections == 0
    assert any(one["reason"] == "blocked_address" for one in press.truth()["articles"])


def test_the_internal_listener_counts_every_connection() -> None:
    with Press(now=NOW) as press:
        get(f"http://127.0.0.1:{press.internal_port}/rahasia")
        assert press.internal_connections == 1


def test_robots_files_are_as_written(press: Press) -> None:
    mekartv = by_outlet(press, "mekartv")["feeds"].replace("/rss.xml", "/robots.txt")
    assert "Disallow: /video/" in get(mekartv).text
    reasons = {one["reason"] for one in press.truth()["articles"] if "/video/" in one["url"]}
    assert reasons == {"robots"}


def test_the_clock_makes_articles_visible() -> None:
    with Press(now=NOW, delay=0) as press:
        later = next(one for one in press.truth()["articles"] if not one["visible"])
        assert get(later["url"]).status == 404
        press.set_clock(datetime.fromisoformat(later["published"]) + timedelta(seconds=1))
        assert get(later["url"]).status == 200


def test_edits_and_withdrawals_come_when_they_should() -> None:
    with Press(now=NOW, delay=0) as press:
        articles = press.truth()["articles"]
        edited = [one for one in articles if one["edited"]]
        withdrawn = [one for one in articles if one["withdrawn"]]
        assert {one["edited"]["when"].partition(":")[0] for one in edited} == {"switch", "after", "fetch"}
        before = {one["url"]: get(one["url"]) for one in (*edited, *withdrawn)}
        assert {answer.status for answer in before.values()} == {200}
        press.switch("edits")
        press.switch("withdrawals")
        press.advance(hours=48)
        for one in edited:
            answer = get(one["url"], {"If-None-Match": before[one["url"]].headers["ETag"] or ""})
            text = visible_text(answer.text)
            assert one["edited"]["title"] in text
            assert all(part in text for part in one["edited"]["paragraphs"])
        for one in withdrawn:
            assert get(one["url"]).status == one["withdrawn"]["status"]


@pytest.mark.parametrize(("name", "status"), [("busy", 503), ("limit", 429)])
def test_busy_outlets_say_when_to_come_back(name: str, status: int) -> None:
    with Press(now=NOW, switches=[f"{name}:suararaya"]) as press:
        url = by_outlet(press, "suararaya")["feeds"]
        answer = get(url)
        assert (answer.status, answer.headers["Retry-After"]) == (status, "2")
        press.switch(f"{name}:suararaya", on=False)
        assert get(url).status == 200


def test_the_request_log_is_written(tmp_path: Path) -> None:
    with Press(now=NOW, log_file=tmp_path / "requests.jsonl") as press:
        get(by_outlet(press, "kabarraya")["feeds"])
    line = json.loads((tmp_path / "requests.jsonl").read_text())
    assert (line["host"], line["path"], line["status"]) == ("kabarraya.test", "/atom.xml", 200)
    assert (line["agent"], line["conditional"]) == ("press-test", False)


def test_the_files_for_kliping(press: Press, tmp_path: Path) -> None:
    press.write(tmp_path)
    rows = list(csv.DictReader((tmp_path / "outlets.csv").read_text("utf-8").splitlines()))
    assert [row["id"] for row in rows] == [outlet.id for outlet in press.scenario.outlets]
    assert rows[0]["domain"] == f"suararaya.test:{press.port}"
    described = json.loads((tmp_path / "press.json").read_text("utf-8"))
    assert f"suararaya.test:{press.port}" in described["allow"]
    assert json.loads((tmp_path / "truth.json").read_text("utf-8"))["totals"] == press.truth()["totals"]


def test_a_wrong_scenario_says_where(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('name = "X"\nzone = "Asia/Jayapura"\nplace = "X"\nwarna = 1\noutlets = []\n')
    with pytest.raises(ScenarioError, match=r"x\.toml: unknown key 'warna'"):
        load(tmp_path / "x.toml")
