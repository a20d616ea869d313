"""`scrapy crawl sites -a outlet=ID`: due listing pages, and the articles that are due. All outlets without `outlet`."""

from crawlers.spider import FrontierSpider


class SitesSpider(FrontierSpider):
    """Arguments: `outlet`, `kinds`, `keep`, `owner` (see FrontierSpider)."""

    name = "sites"
    kinds = ("listing", "article")
