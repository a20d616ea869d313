"""The sample press keeps what its truth file promises, over real HTTP."""

import csv
import gzip
import html
import json
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest

from kliping.desks import load_desks
from kliping.indonesian.words import token_spans
from kliping.outlets_files import load_outlets
from search.match import matches
from search.query import parse
from tests.press import FOLDER, Press, ScenarioError, load
from tests.press.client import get
from tests.press.faults import BOMB, FAULTS, HUGE
from tests.press.files import desk_toml
from tests.press.generate import generated
from tests.press.scenario import Story, Version

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
MAIN, SMALL, STORM = FOLDER / "sukaraya.toml", FOLDER / "teluk-sarira.toml", FOLDER / "storm.toml"
EXPECTED_STATUS = {"blocked_address": 302, "http_404": 404, "http_410": 410, "not_yet": 404, "robots": 200}


@pytest.fixture(scope="module")
def main() -> Iterator[Press]:
    """The press of Kota Sukaraya; no test changes it."""
    with Press(MAIN, now=NOW, delay=0) as running:
        yield running
        assert running.errors == []


@pytest.fixture(scope="module")
def small() -> Iterator[Press]:
    """The press of another region and zone; no test changes it."""
    with Press(SMALL, now=NOW, delay=0) as running:
        yield running
        assert running.errors == []


@pytest.fixture(params=["main", "small"])
def press(request: pytest.FixtureRequest) -> Press:
    """Each of the two."""
    found: Press = request.getfixturevalue(request.param)
    return found


def visible_text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def row_of(press: Press, outlet: str) -> dict[str, str]:
    return next(row for row in press.outlets if row["id"] == outlet)


def own_articles(press: Press, outlet: str) -> list[dict[str, Any]]:
    return [one for one in press.truth()["articles"] if one["outlet"] == outlet and one["visible"]]


def grams(words: str, size: int = 5) -> set[tuple[str, ...]]:
    """The word 5-grams of a text."""
    found = re.findall(r"\w+", words.lower())
    return {tuple(found[n : n + size]) for n in range(len(found) - size + 1)}


def test_the_main_scenario_is_as_large_as_asked(main: Press) -> None:
    totals = main.truth()["totals"]
    assert totals["visible"] >= 150
    assert len(totals["outlets"]) >= 12
    assert set(totals["tone"]) == {"negative", "neutral", "positive"}
    assert set(totals["relation"]) == {"original", "copy", "rewrite", "follow_up", "none"}
    assert set(totals["unreachable"]) == {"robots", "blocked_address", "http_404", "http_410"}
    dates = [datetime.fromisoformat(one["published"]) for one in main.truth()["articles"] if one["visible"]]
    assert NOW - timedelta(hours=76) < min(dates) < max(dates) <= NOW


@pytest.mark.parametrize("hour", [0, 5, 13, 23])
def test_articles_lie_before_the_clock_at_any_hour(hour: int) -> None:
    now = NOW.replace(hour=hour, minute=59)
    with Press(MAIN, now=now) as press:
        late = [one for one in press.truth()["articles"] if not one["visible"]]
        assert {one["story"] for one in late} == {"menyusul"}
        order = {one["url"]: one["published"] for one in press.truth()["articles"] if one["story"] == "ktp-sabtu"}
        assert next(iter(order)).startswith("http://berita.sukarayakota.test")


def test_every_article_answers_as_the_truth_says(press: Press) -> None:
    for article in press.truth()["articles"]:
        answer = get(article["url"])
        expected = 200 if article["reachable"] else EXPECTED_STATUS[article["reason"]]
        assert answer.status == expected, article["url"]
        if article["reachable"]:
            text = visible_text(answer.text)
            assert article["title"] in text
            assert all(paragraph in text for paragraph in article["paragraphs"]), article["url"]


def test_twins_lead_to_the_same_article(main: Press) -> None:
    twins = [(twin, one) for one in main.truth()["articles"] if one["reachable"] for twin in one["twins"]]
    forms = {"utm_source", "/amp/", "page=all", "//www."}
    assert {form for form in forms if any(form in twin for twin, _ in twins)} == forms
    for twin, article in twins:
        assert article["paragraphs"][0] in visible_text(get(twin).text), twin


def test_feeds_and_sitemaps_list_every_visible_article(press: Press) -> None:
    for outlet in press.scenario.outlets:
        own, row = own_articles(press, outlet.id), row_of(press, outlet.id)
        if row["feeds"]:
            parsed = feedparser.parse(get(row["feeds"]).body)
            entries = [entry for entry in parsed.entries if "link" in entry]
            assert bool(parsed.bozo) is (outlet.feed == "broken")
            assert len(entries) == len(own)
            assert all(entry.published_parsed for entry in entries)
        if row["sitemaps"]:
            assert get(row["sitemaps"]).text.count("<loc>") == len(own)


def test_the_broken_feed_is_no_xml(main: Press) -> None:
    body = get(row_of(main, "rayapost")["feeds"]).text
    assert body.startswith("\n\n\n<?xml")
    assert "</rss>" not in body
    assert "&nbsp;" in body


def test_listing_pages_lead_to_every_article(press: Press) -> None:
    for outlet in (one for one in press.scenario.outlets if one.listing):
        own = {one["url"] for one in own_articles(press, outlet.id)}
        assert linked_from(row_of(press, outlet.id)["listings"]) & own == own


def linked_from(page: str) -> set[str]:
    """All links of a listing and of its further pages."""
    found: set[str] = set()
    address, number = page, 1
    while address:
        links = re.findall(r'href=["\']([^"\']+)', get(address).text)
        found |= {link.removesuffix("?page=all") for link in links}
        number += 1
        address = next((link for link in links if link == f"{page}?page={number}"), "")
    return found


def test_conditional_requests_are_answered_with_304(main: Press) -> None:
    article = next(one for one in own_articles(main, "suararaya") if one["reachable"])
    for url in (row_of(main, "suararaya")["feeds"], article["url"]):
        first = get(url)
        again = get(url, {"If-None-Match": first.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
        assert get(url, {"If-Modified-Since": first.headers["Last-Modified"]}).status == 304
        assert get(url, {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}).status == 200
        assert get(url, {"If-None-Match": '"other"'}).status == 200
    assert main.log.entries("suararaya.test")[-1].conditional


def test_an_outlet_without_validators_sends_none(main: Press) -> None:
    answer = get(row_of(main, "wartamekarsari")["listings"])
    assert answer.headers["ETag"] is None
    assert answer.headers["Last-Modified"] is None


def test_one_theme_gives_its_home_page_as_canonical(main: Press) -> None:
    pages = [get(one["url"]).text for one in own_articles(main, "lintasraya")]
    assert all(f'rel="canonical" href="http://lintasraya.test:{main.port}/"' in page for page in pages)


def test_unknown_hosts_and_paths_are_missing(main: Press) -> None:
    home = row_of(main, "suararaya")["listings"]
    assert get(home.replace("suararaya.test", "lain.test")).status == 404
    assert get(home + "tidak-ada").status == 404
    assert main.log.entries("lain.test")[0].status == 404


def test_robots_files_are_as_written(main: Press) -> None:
    feed = row_of(main, "mekartv")["feeds"]
    assert "Disallow: /video/" in get(feed.replace("/rss.xml", "/robots.txt")).text
    forbidden = [one for one in main.truth()["articles"] if one["reason"] == "robots"]
    assert all("/video/" in one["url"] or "/dialog/" in one["url"] for one in forbidden)
    assert all(one["url"] in get(feed).text for one in forbidden)


def test_nobody_touched_the_internal_listener(press: Press) -> None:
    baits = [one for one in press.truth()["articles"] if one["reason"] == "blocked_address"]
    assert all(get(one["url"]).headers["Location"].endswith(f":{press.internal_port}/rahasia") for one in baits)
    assert baits
    assert press.internal_connections == 0


def test_the_internal_listener_counts_every_connection() -> None:
    with Press(SMALL, now=NOW) as press:
        get(f"http://127.0.0.1:{press.internal_port}/rahasia")
        assert press.internal_connections == 1


def test_the_watches_find_exactly_the_relevant_articles(press: Press) -> None:
    """Read with Kliping's own query language: the desk of the press and its truth must agree."""
    queries = [parse(watch["query"]) for watch in tomllib.loads(desk_toml(press.scenario))["watches"]]
    for article in (one for one in press.truth()["articles"] if one["reachable"]):
        title, text = token_spans(article["title"]), token_spans("\n".join(article["paragraphs"]))
        found = any(matches(query, title, text) is not None for query in queries)
        assert found is article["relevant"], article["title"]


def test_copies_share_their_words_and_nothing_else_does(press: Press) -> None:
    articles = [one for one in press.truth()["articles"] if one["reachable"]]
    shingles = {one["url"]: grams(" ".join(one["paragraphs"])) for one in articles}
    for one, other in combinations(articles, 2):
        left, right = shingles[one["url"]], shingles[other["url"]]
        share = len(left & right) / len(left | right)
        if one["copy_group"] and one["copy_group"] == other["copy_group"]:
            assert share > 0.5, (one["title"], other["title"])
        else:
            assert share < 0.2, (one["title"], other["title"])


def test_an_outlet_may_keep_another_zone(small: Press) -> None:
    offsets = {one["outlet"]: one["published"][-6:] for one in small.truth()["articles"]}
    assert (offsets["sarirapost"], offsets["nusatimur"]) == ("+09:00", "+07:00")


def test_the_clock_makes_articles_visible() -> None:
    with Press(MAIN, now=NOW, delay=0) as press:
        later = next(one for one in press.truth()["articles"] if not one["visible"])
        assert get(later["url"]).status == 404
        assert later["url"] not in linked_from(row_of(press, later["outlet"])["listings"])
        press.set_clock(datetime.fromisoformat(later["published"]) + timedelta(seconds=1))
        assert get(later["url"]).status == 200
        assert later["url"] in linked_from(row_of(press, later["outlet"])["listings"])


def test_edits_and_withdrawals_come_when_they_should() -> None:
    with Press(MAIN, now=NOW, delay=0) as press:
        articles = press.truth()["articles"]
        edited = [one for one in articles if one["edited"]]
        withdrawn = [one for one in articles if one["withdrawn"]]
        assert {one["edited"]["when"].partition(":")[0] for one in edited} == {"switch", "after", "fetch"}
        before = {one["url"]: get(one["url"]) for one in (*edited, *withdrawn)}
        assert {answer.status for answer in before.values()} == {200}
        for one in edited:
            assert all(part in visible_text(before[one["url"]].text) for part in one["paragraphs"])
        press.switch("edits")
        press.switch("withdrawals")
        press.advance(hours=48)
        for one in edited:
            answer = get(one["url"], {"If-None-Match": before[one["url"]].headers["ETag"] or ""})
            text = visible_text(answer.text)
            assert one["edited"]["title"] in text
            assert all(part in text for part in one["edited"]["paragraphs"])
        assert {get(one["url"]).status for one in withdrawn} == {404, 410}
        assert all(one["edited"]["done"] for one in press.truth()["articles"] if one["edited"])


@pytest.mark.parametrize(("name", "status"), [("busy", 503), ("limit", 429)])
def test_busy_outlets_say_when_to_come_back(name: str, status: int) -> None:
    with Press(SMALL, now=NOW, switches=[f"{name}:sarirapost"]) as press:
        url = row_of(press, "sarirapost")["feeds"]
        answer = get(url)
        assert (answer.status, answer.headers["Retry-After"]) == (status, "2")
        press.switch(f"{name}:sarirapost", on=False)
        assert get(url).status == 200


def test_an_outlet_may_be_down_or_without_robots() -> None:
    with Press(SMALL, now=NOW, switches=["down:sarirapost", "robots503:suarateluk"]) as press:
        with pytest.raises(ConnectionError):
            get(row_of(press, "sarirapost")["feeds"])
        robots = row_of(press, "suarateluk")["listings"].replace("/semua-berita", "/robots.txt")
        assert get(robots).status == 503


def test_a_slow_outlet_waits() -> None:
    with Press(MAIN, now=NOW, delay=0.2) as press:
        started = time.monotonic()
        get(row_of(press, "sukarayatoday")["feeds"])
        assert time.monotonic() - started >= 0.2
        assert press.scenario.outlet("sukarayatoday").delay == 1.5


def test_articles_can_be_published_while_it_runs() -> None:
    with Press(SMALL, now=NOW) as press:
        version = Version(outlet="sarirapost", title="Berita Susulan", text="Isi berita susulan.", after="0s")
        press.publish([Story(id="susulan", article=(version,))])
        url = own_articles(press, "sarirapost")[-1]["url"]
        assert "Isi berita susulan." in visible_text(get(url).text)
        assert "berita-susulan" in get(row_of(press, "sarirapost")["feeds"]).text


@pytest.mark.parametrize("kind", sorted(kind for kind in FAULTS if FAULTS[kind].linked))
def test_faults_are_served_while_switched_on(kind: str) -> None:
    with Press(SMALL, now=NOW) as press:
        feed, url = row_of(press, "sarirapost")["feeds"], press.site.fault_url(kind)
        assert get(url).status == 404
        assert url not in get(feed).text
        press.switch(f"fault:{kind}")
        assert url in get(feed).text
        assert get(url, limit=1000).status == (302 if FAULTS[kind].expect == "blocked_address" else 200)
        assert {"kind": kind, "url": url, "expect": FAULTS[kind].expect}.items() <= press.truth()["faults"][0].items()


def test_the_faults_are_what_they_are_called() -> None:
    with Press(SMALL, now=NOW, switches=[f"fault:{kind}" for kind in FAULTS]) as press:
        pages = {kind: get(press.site.fault_url(kind)) for kind in FAULTS if kind not in ("huge_body", "html_feed")}
        assert pages["empty_page"].body == b""
        with pytest.raises(UnicodeDecodeError):
            pages["not_utf8"].body.decode("utf-8")
        bomb = pages["gzip_bomb"]
        assert bomb.headers["Content-Encoding"] == "gzip"
        assert len(bomb.body) < BOMB / 500 < len(gzip.decompress(bomb.body))
        assert "\x00" in pages["control_title"].text
        assert len(re.findall(r"<h1>(.*?)</h1>", pages["long_title"].text)[0]) > 5000
        assert "<title>404" not in get(row_of(press, "sarirapost")["feeds"]).text
        assert b"<html" in get(row_of(press, "sarirapost")["feeds"]).body


def test_the_huge_body_is_huge() -> None:
    with Press(SMALL, now=NOW, switches=["fault:huge_body"]) as press:
        assert len(get(press.site.fault_url("huge_body")).body) >= HUGE


def test_generated_articles_are_unlike_each_other() -> None:
    """Over all pairs of 512 the share of common word 5-grams was at most .04 when this was written."""
    stories = list(generated(load(STORM)))
    assert len(stories) == 512
    shingles = [grams(story.article[0].text) for story in stories]
    assert max(len(a & b) / len(a | b) for a, b in combinations(shingles, 2)) < 0.3
    assert min(len(shingle) for shingle in shingles) > 60


def test_a_storm_is_served() -> None:
    scenario = load(STORM)
    scenario = replace(scenario, generate=replace(scenario.generate, articles=5))
    with Press(scenario, now=NOW) as press:
        articles = press.truth()["articles"]
        assert len({one["url"] for one in articles}) == 5 * len(scenario.outlets)
        assert {get(one["url"]).status for one in articles} == {200}
        assert {one["relevant"] for one in articles} == {True, False}
        assert all(("Pemkot Sukaraya" in one["title"]) is one["relevant"] for one in articles)
        assert not any("{" in part for one in articles for part in one["paragraphs"])


def test_the_request_log_is_written(tmp_path: Path) -> None:
    with Press(SMALL, now=NOW, log_file=tmp_path / "requests.jsonl") as press:
        get(row_of(press, "mcsarira")["feeds"])
    line = json.loads((tmp_path / "requests.jsonl").read_text("utf-8"))
    assert (line["host"], line["path"], line["status"]) == ("mc.teluksarirakab.test", "/atom", 200)
    assert (line["agent"], line["conditional"]) == ("press-test", False)


def test_the_files_for_kliping(press: Press, tmp_path: Path) -> None:
    press.write(tmp_path)
    rows = list(csv.DictReader((tmp_path / "outlets.csv").read_text("utf-8").splitlines()))
    assert [row["id"] for row in rows] == [outlet.id for outlet in press.scenario.outlets]
    assert all(row["domain"].endswith(f":{press.port}") for row in rows)
    described = json.loads((tmp_path / "press.json").read_text("utf-8"))
    assert {row["domain"] for row in rows} <= set(described["allow"])
    assert json.loads((tmp_path / "truth.json").read_text("utf-8"))["totals"] == press.truth()["totals"]
    assert list(load_outlets(tmp_path)) == [outlet.id for outlet in press.scenario.outlets]
    assert list(load_desks(tmp_path)) == [press.scenario.desk.id]


@contextmanager
def ending(process: subprocess.Popen[str]) -> Iterator[None]:
    """Leave no process behind when a test fails; a process that has ended already is left alone."""
    try:
        yield
    finally:
        process.terminate()


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.press", "--scenario", str(SMALL), "--now", NOW.isoformat(), "--dir"]
    process = subprocess.Popen(
        [*command, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=FOLDER.parents[2]
    )
    assert process.stdin
    assert process.stdout
    with process, process.stdin, ending(process):
        assert "Kabupaten Teluk Sarira on 127.0.0.1" in process.stdout.readline()
        articles = json.loads((tmp_path / "truth.json").read_text("utf-8"))["articles"]
        first = next(one for one in articles if one["reachable"])
        assert first["paragraphs"][0] in visible_text(get(first["url"]).text)
        process.stdin.write("switch withdrawals on\n")
        process.stdin.flush()
        assert "done switch withdrawals on" in process.stdout.readline()
        assert json.loads((tmp_path / "truth.json").read_text("utf-8"))["switches"] == ["withdrawals"]
        process.send_signal(signal.SIGTERM)
        assert "1 requests, 0 internal connections" in process.stdout.readline()
        assert process.wait(timeout=10) == 0
    assert len((tmp_path / "requests.jsonl").read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("warna = 1", r"x\.toml: unknown key 'warna'"),
        ("[[outlets]]\nid = 'a'\nname = 'A'", r"outlets\[0\]: Outlet needs 'host'"),
        ("[[stories]]\nid = 's'\n[[stories.article]]\noutlet = 'b'\ntitle = 'B'\ntext = 'B'", "no outlet 'b'"),
        ("[[desk]]", "desk is one table"),
        ("= 1", r"x\.toml: Invalid"),
    ],
)
def test_a_wrong_scenario_says_where(text: str, message: str, tmp_path: Path) -> None:
    head = 'name = "X"\nzone = "Asia/Jayapura"\nplace = "X"\n'
    desk = "" if "desk" in text else "\n[desk]\nid = 'x'\nname = 'X'\nregion = '99'\n"
    outlets = "" if "[[outlets]]" in text else "outlets = []\n"
    (tmp_path / "x.toml").write_text(head + outlets + text + desk)
    with pytest.raises(ScenarioError, match=message):
        load(tmp_path / "x.toml")
