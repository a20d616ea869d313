"""One page through the same guard, robots.txt and limits as a crawl: `kliping read URL`. Nothing is stored."""

import multiprocessing
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from kliping.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; `reason` says why there is no usable body ('' when there is)."""

    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)  # names as in `Content-Type`
    answered: str = ""  # the address after redirects
    reason: str = ""


def fetch_once(url: str, settings: Settings) -> Answer:
    """Ask `url` in a process of its own (a reactor runs once). Never raises for what the server or network does."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    child = spawn.Process(target=_fetch, args=(url, settings, there), name="fetch-once")
    child.start()
    there.close()
    try:
        answer = here.recv()
    except EOFError:  # the child died
        return Answer(reason="error")
    finally:
        child.join()
        here.close()
    assert isinstance(answer, Answer)
    return answer


def _fetch(url: str, settings: Settings, result: Connection) -> None:
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess
    from scrapy.http import Response

    from crawlers.answers import header
    from crawlers.reasons import reason_of
    from crawlers.settings import scrapy_settings

    answers: list[Answer] = []

    class Once(Spider):
        name = "once"

        async def start(self) -> AsyncIterator[Request]:
            try:
                yield Request(url, callback=self.done, errback=self.done)
            except ValueError:
                answers.append(Answer(reason="bad_url"))

        async def done(self, outcome: Any) -> None:
            reason = reason_of(outcome)
            if not isinstance(outcome, Response):
                answers.append(Answer(reason=reason))
                return
            answers.append(
                Answer(
                    status=outcome.status,
                    body=outcome.body,
                    headers={
                        name.decode("latin-1"): header(outcome, name.decode("latin-1")) for name in outcome.headers
                    },
                    answered=outcome.url,
                    reason="" if reason == "ok" else reason,
                )
            )

    quiet = {"LOG_LEVEL": "ERROR", "HTTPERROR_ALLOW_ALL": True}
    process = CrawlerProcess({**scrapy_settings(settings.crawl), **quiet})
    process.crawl(Once)
    process.start()
    result.send(answers[0] if answers else Answer(reason="error"))
