"""`scrapy crawl pages -a url=URL`: one article that somebody sent, now."""

from typing import Any

from scrapy.http import Response

from crawlers.discovery import cleaned, refusal
from crawlers.frontier import Frontier
from crawlers.schedule import Entry
from crawlers.spider import Findings, FrontierSpider
from kliping.outlets import outlet_of
from kliping.urls import host_of, registrable_domain


class PagesSpider(FrontierSpider):
    """Arguments: `url`; `owner` (see FrontierSpider)."""

    name = "pages"
    kinds = ("article",)

    def __init__(self, url: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.url = url

    def check_arguments(self) -> None:
        super().check_arguments()
        reason = refusal(cleaned(self.url))
        if reason:
            raise ValueError(f"url={self.url[:200]}: {reason}; expected an http(s) address, as in -a url=https://…")

    def begin(self, frontier: Frontier) -> None:
        super().begin(frontier)
        outlet = outlet_of(self.url, self.outlets.values())
        name = outlet.id if outlet else registrable_domain(host_of(self.url))[:64]
        self.only = frontier.submit(self.url, name).id

    async def read_source(self, response: Response, entry: Entry) -> Findings:
        raise AssertionError(f"no source is claimed: {entry.kind} {response.url}")
