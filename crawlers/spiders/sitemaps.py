"""`scrapy crawl sitemaps`: due news sitemaps and sitemap indexes, and the articles that are due."""

from crawlers.spider import FrontierSpider


class SitemapsSpider(FrontierSpider):
    """Arguments: `outlet`, `kinds`, `keep`, `owner` (see FrontierSpider)."""

    name = "sitemaps"
    kinds = ("sitemap", "article")
