"""One real crawl over all traps at once: each ends with its reason, nothing else suffers, memory stays bounded."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.crawlers.crawl import Crawl, crawl, press_settings
from tests.evil.site import EvilSite, Internal
from tests.evil.traps import MEGA, TRAPS

PATIENCE = 10  # seconds for an answer: what drips takes them all, what is huge must be refused for its size before
# what an outlet does -> the reason that a crawl must end with
TRAPPED = {
    "to-internal": "blocked_address",
    "to-internal-name": "blocked_address",
    "to-metadata": "blocked_address",
    "refresh-internal": "blocked_address",
    "to-file": "http_302",
    "to-good": "ok",
    "loop": "redirect_loop",
    "bomb-gzip": "too_large",
    "bomb-deflate": "too_large",
    "bomb-br": "too_large",
    "bomb-zstd": "too_large",
    "bomb-nested": "too_large",
    "matryoshka": "bad_encoding",
    "not-gzip": "bad_encoding",
    "drip": "timeout",
    "silent": "timeout",
    "endless": "too_large",
    "huge": "too_large",
    "huge-unannounced": "too_large",
    "header-flood": "too_large",
    "continues": "too_large",
    "too-short": "data_loss",
    "garbage": "bad_response",
    "hang-up": "connection_lost",
    "charset-lie": "ok",
    "status403": "http_403",
    "status404": "http_404",
    "status410": "http_410",
    "status500": "http_500",
    "status503": "http_503",
}
# how robots.txt answers -> the reason of a page of that host
ROBOTS = {
    "forbid": "robots",
    "r503": "robots_unreachable",
    "r500": "robots_unreachable",
    "r429": "robots_unreachable",
    "rdrip": "robots_unreachable",
    "rsilent": "robots_unreachable",
    "rloop": "robots_unreachable",
    "rinternal": "robots_unreachable",
    "rbomb": "robots_unreachable",
    "rmoved": "robots",
    "r403": "ok",
    "rlong": "ok",
}


@dataclass(frozen=True, slots=True)
class Evil:
    site: EvilSite
    internal: Internal
    crawl: Crawl

    def url(self, host: str, path: str) -> str:
        return self.site.url(f"{host}/{path}")


@pytest.fixture(scope="module")
def evil() -> Iterator[Evil]:
    """Every trap on a host of its own, twelve pages at once where robots.txt is asked first, honest pages last."""
    hosts = [f"{name}.test" for name in [*TRAPPED, *ROBOTS, "burst", "parts", "good", "next", "rules"]]
    with Internal() as internal, EvilSite(TRAPS, internal.port) as site:
        base = Evil(site, internal, Crawl([], {}, 0, {}))
        pages = [base.url("parts", path) for path in ("a", "tertutup", "tertutup/kecuali")]
        several = [base.url(host, f"{n}") for host in ("forbid", "r503") for n in range(12)]
        once = [base.url(host, "tertutup" if host == "rlong" else "0") for host in ROBOTS.keys() - {"forbid", "r503"}]
        urls = [*(base.url(name, name) for name in TRAPPED), *several, *once, *pages, base.url("next", "a")]
        burst = [base.url("burst", str(n)) for n in range(12)] + [base.url("rsilent", f"burst{n}") for n in range(12)]
        settings = press_settings(site, hosts, DOWNLOAD_TIMEOUT=PATIENCE)
        yield Evil(site, internal, crawl({"urls": urls, "stages": [burst], "settings": settings}))


@pytest.mark.parametrize(("trap", "reason"), TRAPPED.items())
def test_a_trap_ends_with_its_reason(evil: Evil, trap: str, reason: str) -> None:
    result = evil.crawl.of(evil.url(trap, trap))
    assert result.reason == reason, result.detail


def test_the_internal_listener_saw_nobody(evil: Evil) -> None:
    assert evil.internal.connections == []


def test_bombs_stay_bounded(evil: Evil) -> None:
    assert evil.crawl.rss < 300 * MEGA


def test_a_redirect_to_another_host_asks_that_hosts_robots(evil: Evil) -> None:
    assert evil.crawl.of(evil.url("to-good", "to-good")).final == evil.url("good", "after-redirect")
    assert len(evil.site.robots("good.test")) == 1


def test_at_most_five_redirects_are_followed(evil: Evil) -> None:
    assert len(evil.site.pages("loop.test")) == 6
    assert len(evil.site.robots("rloop.test")) == 6


def test_the_next_site_is_served_before_the_slow_ones_end(evil: Evil) -> None:
    order = [result.url for result in evil.crawl.results]
    assert order.index(evil.url("next", "a")) < order.index(evil.url("drip", "drip"))
    assert evil.crawl.of(evil.url("next", "a")).reason == "ok"


@pytest.mark.parametrize("host", ["forbid.test", "burst.test"])
def test_twelve_first_requests_fetch_no_forbidden_page(evil: Evil, host: str) -> None:
    """M1: `burst` asks all twelve in one moment, past the queue that would serialise them."""
    results = [result for result in evil.crawl.results if f"//{host}" in result.url]
    assert [result.reason for result in results] == ["robots"] * 12
    assert evil.site.pages(host) == []
    assert len(evil.site.robots(host)) == 1


@pytest.mark.parametrize(("host", "reason"), ROBOTS.items())
def test_each_answer_for_robots_has_its_meaning(evil: Evil, host: str, reason: str) -> None:
    results = [result for result in evil.crawl.results if f"//{host}.test" in result.url]
    expected = {"robots"} if host == "rlong" else {reason}
    assert {result.reason for result in results} == expected
    assert bool(evil.site.pages(f"{host}.test")) == (expected == {"ok"})


def test_an_unreachable_robots_file_is_asked_once_for_all_who_wait(evil: Evil) -> None:
    """M2: 503 and silence are a refusal, and are not asked again within ten minutes."""
    assert len(evil.site.robots("r503.test")) == 1
    assert len(evil.site.robots("rsilent.test")) == 1


def test_our_own_group_and_the_longest_rule_count(evil: Evil) -> None:
    assert evil.crawl.of(evil.url("parts", "a")).reason == "ok"
    assert evil.crawl.of(evil.url("parts", "tertutup")).reason == "robots"
    assert evil.crawl.of(evil.url("parts", "tertutup/kecuali")).reason == "ok"


def test_we_say_who_we_are(evil: Evil) -> None:
    assert all(seen.agent.startswith("Kliping/") and "(+http" in seen.agent for seen in evil.site.log)
