"""Asks for a probe: every request through the guard, robots.txt and the usual gap; nothing is stored."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.answers import header
from crawlers.probe.findings import Asked, Probe
from crawlers.probe.investigate import investigate
from crawlers.reasons import reason_of
from crawlers.robots import READING


class ProbeSpider(Spider):
    """`start_url` is probed; `told(number, url, outcome)` hears of every request, `done(probe)` gets the report."""

    name = "probe"

    def __init__(
        self,
        start_url: str,
        told: Callable[[int, str, str], None],
        done: Callable[[Probe], None],
        most: int,
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self.start_url = start_url
        self.told = told
        self.done = done
        self.most = most
        self.number = 0

    async def start(self) -> AsyncIterator[Request]:
        """No request is yielded: each is awaited, since its answer decides about the next."""
        agent = self.settings["ROBOTSTXT_USER_AGENT"]
        self.done(await investigate(self.start_url, self.ask, agent, self.most))
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def ask(self, url: str, headers: dict[str, bytes]) -> Asked:
        """One answer. robots.txt itself needs no permission; whatever a server does becomes a reason."""
        self.number += 1
        meta = {READING: True} if url.endswith("/robots.txt") else {}
        engine = self.crawler.engine
        assert engine is not None
        maximum = self.settings.getint("FEED_MAXSIZE")
        try:
            request = Request(url, callback=NO_CALLBACK, headers=headers, meta=meta | {"download_maxsize": maximum})
        except ValueError:
            return Asked(url=url, reason="bad_url")
        (outcome,) = await asyncio.gather(engine.download_async(request), return_exceptions=True)
        asked = _asked(url, outcome)
        self.told(self.number, url, asked.reason or f"http_{asked.status}")
        return asked


def _asked(url: str, outcome: Response | BaseException) -> Asked:
    reason = reason_of(outcome)
    if not isinstance(outcome, Response):
        return Asked(url=url, reason=reason)
    names = [name.decode("latin-1") for name in outcome.headers]
    return Asked(
        url=url,
        answered=outcome.url,
        status=outcome.status,
        reason="" if reason == "ok" else reason,
        body=outcome.body,
        headers={name: header(outcome, name) for name in names},
    )
