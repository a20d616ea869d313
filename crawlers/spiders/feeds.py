"""`scrapy crawl feeds`: due feeds, and the articles that are due."""

from crawlers.spider import FrontierSpider


class FeedsSpider(FrontierSpider):
    """Arguments: `outlet`, `kinds`, `keep`, `owner` (see FrontierSpider)."""

    name = "feeds"
    kinds = ("feed", "article")
