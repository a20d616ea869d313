"""`scrapy crawl wordpress`: due WordPress REST interfaces, and the articles that are due."""

from crawlers.spider import FrontierSpider


class WordpressSpider(FrontierSpider):
    """Arguments: `outlet`, `kinds`, `keep`, `owner` (see FrontierSpider)."""

    name = "wordpress"
    kinds = ("wordpress", "article")
