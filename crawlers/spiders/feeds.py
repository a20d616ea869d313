"""`scrapy crawl feeds`: due feeds, and the articles that are due."""

import asyncio

from scrapy.http import Response

from crawlers import answers
from crawlers.discovery import Discovery
from crawlers.feeds import Item, read_feed
from crawlers.schedule import Entry
from crawlers.spider import Findings, FrontierSpider
from kliping.article import Found


class FeedsSpider(FrontierSpider):
    """Arguments: `outlet`, `keep`, `owner` (see FrontierSpider)."""

    name = "feeds"
    kinds = ("feed", "article")

    async def read_source(self, response: Response, entry: Entry) -> Findings:
        content_type = answers.header(response, "Content-Type")
        feed = await asyncio.to_thread(read_feed, response.body, response.url, content_type)
        return Findings(found=tuple(_discovery(item, entry) for item in feed.entries), problem=feed.problem)


def _discovery(item: Item, entry: Entry) -> Discovery:
    found = Found(way="feed", where=entry.url, title=item.title, published=item.published, summary=item.summary)
    return Discovery(url=item.link, outlet=entry.outlet, found=found)
