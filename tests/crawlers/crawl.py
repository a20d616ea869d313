"""Start `tests.crawlers.drive` and read its answer."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests import warm
from tests.evil.site import EvilSite

ROOT: Final = Path(__file__).parents[2]
DEADLINE: Final = 240  # seconds for one crawl; the longest plan needs about 20, on a busy machine some more


@dataclass(frozen=True, slots=True)
class Result:
    """One asked URL: the code it ended with, the URL and body size that answered, how long it took."""

    url: str
    final: str | None
    reason: str
    size: int | None
    seconds: float
    detail: str


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a crawl came to. `rss` is the process's peak in bytes; `live` the settings in force and what ran."""

    results: list[Result]
    stats: dict[str, Any]
    rss: int
    live: dict[str, Any]

    def of(self, url: str) -> Result:
        (found,) = [result for result in self.results if result.url == url]
        return found

    def reasons(self, urls: Iterable[str]) -> set[str]:
        return {self.of(url).reason for url in urls}


def press_settings(site: EvilSite, hosts: Iterable[str], **more: Any) -> dict[str, Any]:
    """Settings that let `hosts` lie on the evil site, without a gap and with short times."""
    return {
        "GUARD_ALLOW": [f"{host}:{site.port}" for host in hosts],
        "GUARD_HOSTS": dict.fromkeys(hosts, "127.0.0.1"),
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": 3,
        **more,
    }


def crawl(plan: Mapping[str, Any], only: Mapping[str, str] = os.environ, **environment: str) -> Crawl:
    """Run a plan with the environment `only` and additions. Fails when the crawler process does, with its words."""
    done = warm.run(
        "tests.crawlers.drive",
        environment={**only, **environment},
        folder=ROOT,
        timeout=DEADLINE,
        told=json.dumps(plan),
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    results = [Result(**result) for result in answer["results"]]
    assert "Traceback" not in done.stderr, done.stderr
    return Crawl(results, answer["stats"], answer["rss"], answer["live"])
