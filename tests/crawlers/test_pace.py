"""Gaps, pauses and fairness: pure parts, and one real crawl read from the server's log."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.pace import HOLD_AFTER_429, LONGEST_HOLD, Pace, pause_after, retry_after
from crawlers.reasons import Held
from tests.crawlers.crawl import Crawl, crawl, press_settings
from tests.crawlers.politeness import LATE, lateness
from tests.evil.certificate import self_signed
from tests.evil.site import EvilSite
from tests.evil.traps import TRAPS

NOW = datetime(2026, 11, 24, 6, 0, 0, tzinfo=UTC)
GAP = 0.6  # seconds in the crawl below, more than LATE; the shipped 5 s are asserted in test_settings


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (b" 0 ", 0),
        ("00042", 42),
        ("99999999999999999999", LONGEST_HOLD),
        ("86401", LONGEST_HOLD),
        ("Tue, 24 Nov 2026 06:10:00 GMT", 600),
        (b"Tue, 24 Nov 2026 13:10:00 +0700", 600),
        ("Tuesday, 24-Nov-26 06:10:00 GMT", 600),
        ("Tue Nov 24 06:10:00 2026", 600),
        ("Tue, 24 Nov 2026 05:00:00 GMT", 0),
        ("Wed, 21 Oct 2099 07:28:00 GMT", LONGEST_HOLD),
        *[(junk, None) for junk in ("", None, "-5", "1.5", "soon", "１２", "24/11/2026", b"\xff\xfe", "inf", "nan")],
    ],
)
def test_retry_after_reads_both_forms(value: bytes | str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text() | st.binary())
def test_retry_after_reads_anything(value: bytes | str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_HOLD


@given(st.integers(0, int(LONGEST_HOLD)))
def test_the_two_forms_of_retry_after_agree(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(str(seconds), NOW) == retry_after(date, NOW) == seconds


def test_only_429_and_503_ask_for_a_pause() -> None:
    assert pause_after(200, "60", NOW) is None
    assert pause_after(500, "60", NOW) is None
    assert pause_after(429, "60", NOW) == pause_after(503, "60", NOW) == 60
    assert pause_after(429, None, NOW) == HOLD_AFTER_429
    assert pause_after(503, None, NOW) is None


def test_a_gap_is_only_ever_raised() -> None:
    pace = Pace(5.0)
    pace.outlet_gap("a.test", 2.0)
    pace.crawl_delay("a.test", 1.0)
    assert pace.gap("a.test") == pace.gap("b.test") == 5.0
    pace.outlet_gap("a.test", 9.0)
    pace.crawl_delay("a.test", 20.0)
    assert pace.gap("a.test") == 20.0
    pace.crawl_delay("a.test", None)
    assert pace.gap("a.test") == 9.0


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pace = Pace(5.0)
    pace.hold("a.test", 3600)
    pace.answered("a.test", 503, b"1")
    with pytest.raises(Held) as held:
        pace.check("a.test")
    assert 3500 < held.value.seconds <= 3600
    pace.check("b.test")


@pytest.fixture(scope="module")
def site() -> Iterator[EvilSite]:
    with EvilSite(TRAPS) as evil:
        yield evil


NAMES = ["crowd", "drip", "next", "slow", "seconds", "date", "unsaid", "one", "together", "again", "tls"]


def settings(site: EvilSite, **more: Any) -> dict[str, Any]:
    hosts = [f"{name}.test" for name in NAMES]
    return press_settings(site, hosts, **{"DOWNLOAD_DELAY": GAP, "DOWNLOAD_TIMEOUT": 8, **more})


@pytest.fixture(scope="module")
def paced(site: EvilSite) -> Crawl:
    """Two places for hosts: a drip and a crowd of ten pages stand before one honest page."""
    paths = ["drip/drip", *(f"crowd/{n}" for n in range(10)), "next/a", "slow/a", "slow/b"]
    return crawl({"urls": [site.url(path) for path in paths], "settings": settings(site, CONCURRENT_REQUESTS=2)})


@pytest.fixture(scope="module")
def held(site: EvilSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """Pauses of every kind, and a host that shows a certificate of its own making."""
    with EvilSite(TRAPS, certificate=self_signed(tmp_path_factory.mktemp("tls"), "tls.test")) as tls:
        changed = settings(site, ROBOTS_RETRY=4)
        changed["GUARD_ALLOW"].append(f"tls.test:{tls.port}")
        first = [f"{host}/wait-{host}" for host in ("seconds", "date", "unsaid")]
        first += [f"together/wait-seconds/{n}" for n in range(4)]
        stages: list[list[str] | float] = [
            [f"https://tls.test:{tls.port}/a", *map(site.url, first)],
            [site.url(f"{host}/b") for host in ("seconds", "date", "unsaid")],
            [site.url("one/wait-one"), site.url("again/a")],
            [site.url("one/b"), site.url("again/b")],
            4.2,  # seconds: the Retry-After of `one` and ROBOTS_RETRY are over then
            [site.url("one/c"), site.url("again/c")],
        ]
        yield crawl({"stages": stages, "settings": changed})
        assert tls.log == []


def test_a_host_is_asked_in_its_gap_and_never_twice_at_once(site: EvilSite, paced: Crawl) -> None:
    times = [seen.time for seen in site.log if seen.host == "crowd.test"]
    assert len(times) == 11
    assert lateness(times, GAP) < LATE


def test_crawl_delay_raises_the_gap(site: EvilSite, paced: Crawl) -> None:
    times = [seen.time for seen in site.log if seen.host == "slow.test"]
    assert len(times) == 3
    assert lateness(times, 2.0) < LATE


def test_neither_a_crowd_nor_a_drip_delays_the_next_host(site: EvilSite, paced: Crawl) -> None:
    order = [result.url for result in paced.results]
    honest = order.index(site.url("next/a"))
    assert honest < order.index(site.url("drip/drip"))
    assert sum("crowd.test" in url for url in order[:honest]) <= 2


@pytest.mark.parametrize("host", ["seconds", "date", "unsaid"])
def test_nobody_is_asked_before_the_time(site: EvilSite, held: Crawl, host: str) -> None:
    assert [seen.path for seen in site.pages(f"{host}.test")] == [f"/wait-{host}"]
    assert held.of(site.url(f"{host}/b")).reason == "retry_after"


def test_after_the_time_the_host_is_asked_again(site: EvilSite, held: Crawl) -> None:
    assert [seen.path for seen in site.pages("one.test")] == ["/wait-one", "/c"]
    assert held.of(site.url("one/b")).reason == "retry_after"
    assert held.of(site.url("one/c")).reason == "ok"


def test_an_unreachable_robots_file_is_asked_again_after_its_time(site: EvilSite, held: Crawl) -> None:
    reasons = [held.of(site.url(f"again/{page}")).reason for page in "abc"]
    assert reasons == ["robots_unreachable", "robots_unreachable", "ok"]
    assert len(site.robots("again.test")) == 2


def test_requests_that_wait_already_are_held_too(site: EvilSite, held: Crawl) -> None:
    reasons = [result.reason for result in held.results if "together.test" in result.url]
    assert sorted(reasons) == ["http_429", "retry_after", "retry_after", "retry_after"]
    assert len(site.pages("together.test")) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(site: EvilSite, held: Crawl) -> None:
    results = [result for result in held.results if "tls.test" in result.url]
    assert [result.reason for result in results] == ["tls"]
