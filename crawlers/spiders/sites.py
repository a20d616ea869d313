"""`scrapy crawl sites -a outlet=ID`: due listing pages, and the articles that are due. All outlets without `outlet`."""

import asyncio

from scrapy.http import HtmlResponse, Response

from crawlers.discovery import Discovery
from crawlers.links import Link, read_listing
from crawlers.schedule import Entry
from crawlers.spider import Findings, FrontierSpider
from kliping.article import Found


class SitesSpider(FrontierSpider):
    """Arguments: `outlet`, `keep`, `owner` (see FrontierSpider)."""

    name = "sites"
    kinds = ("listing", "article")

    async def read_source(self, response: Response, entry: Entry) -> Findings:
        if not isinstance(response, HtmlResponse):
            return Findings(problem="not_html")
        listing = await asyncio.to_thread(read_listing, response.text, response.url)
        found = tuple(_discovery(link, entry) for link in listing.links)
        return Findings(found=found, problem="" if found else "listing_empty", more=listing.more)


def _discovery(link: Link, entry: Entry) -> Discovery:
    return Discovery(url=link.url, outlet=entry.outlet, found=Found(way="listing", where=entry.url, title=link.text))
