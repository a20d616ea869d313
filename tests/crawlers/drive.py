"""A real crawl in a process of its own (a reactor runs once): a plan on stdin, what came of it on stdout, as JSON.

Plan: `urls` go through the scheduler; `stages` are lists of URLs that are downloaded at once, stage after stage
(a number is a sleep in seconds); `settings` override crawlers.settings; `meta` is every request's.
"""

import asyncio
import json
import sys
import time
import warnings
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import Settings

from crawlers.reasons import reason_of
from tests.memory import peak


class Probe(Spider):
    name = "probe"
    plan: dict[str, Any] = {}  # noqa: RUF012 - set before the crawl, by name
    results: list[dict[str, Any]] = []  # noqa: RUF012

    live: dict[str, Any] = {}  # noqa: RUF012

    async def start(self) -> AsyncIterator[Request]:
        self.live.update(live(self.crawler))
        for url in self.plan.get("urls", []):
            yield self.ask(url, callback=self.done, errback=self.done)
        for stage in self.plan.get("stages", []):
            await (asyncio.sleep(stage) if isinstance(stage, int | float) else self.burst(stage))

    def ask(self, url: str, **how: Any) -> Request:
        return Request(url, meta={"asked": url, "start": time.monotonic(), **self.plan.get("meta", {})}, **how)

    async def burst(self, urls: list[str]) -> None:
        assert self.crawler.engine is not None
        requests = [self.ask(url, callback=NO_CALLBACK) for url in urls]
        downloads = map(self.crawler.engine.download_async, requests)
        outcomes = await asyncio.gather(*downloads, return_exceptions=True)
        for request, outcome in zip(requests, outcomes, strict=True):
            self.record(request, outcome)

    async def done(self, outcome: Any) -> None:
        request = outcome.request
        assert isinstance(request, Request)
        self.record(request, outcome)

    def record(self, request: Request, outcome: Any) -> None:
        response = outcome if isinstance(outcome, Response) else None
        self.results.append(
            {
                "url": request.meta["asked"],
                "final": response.url if response else None,
                "reason": reason_of(outcome),
                "size": len(response.body) if response else None,
                "seconds": time.monotonic() - request.meta["start"],
                "detail": "" if response else str(getattr(outcome, "value", outcome)),
            }
        )


def live(crawler: Crawler) -> dict[str, Any]:
    """The settings in force that are plain values, and the components that really run."""
    assert crawler.engine is not None
    plain = (int, float, str, list, dict, type(None))
    settings = {name: value for name, value in crawler.settings.copy_to_dict().items() if isinstance(value, plain)}
    downloader = crawler.engine.downloader
    return settings | {
        "handlers": downloader.handlers._schemes,
        "middlewares": [type(middleware).__name__ for middleware in downloader.middleware.middlewares],
    }


def main() -> None:
    warnings.simplefilter("error")  # as `python -W error` does
    Probe.plan = json.load(sys.stdin)
    settings = Settings()
    settings.setmodule("crawlers.settings", priority="project")
    settings.setdict({"LOG_LEVEL": "WARNING", "HTTPERROR_ALLOW_ALL": True}, priority="cmdline")
    settings.setdict(Probe.plan.get("settings", {}), priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(Probe)
    process.crawl(crawler)
    process.start()
    assert crawler.stats is not None
    stats = {key: value for key, value in crawler.stats.get_stats().items() if isinstance(value, int | float | str)}
    answer = {"results": Probe.results, "stats": stats, "rss": peak(), "live": Probe.live}
    json.dump(answer, sys.stdout, default=str)


if __name__ == "__main__":
    main()
