"""`scrapy crawl NAME`, with an exit code that says whether the crawl did its work.

Scrapy's own ends with 0 also when a spider's loop broke. Here: 0 done or stopped on demand, 1 a failure of ours, 2 a
wrong configuration, told in one line.
"""

import argparse
import sys
from typing import Any

from scrapy.commands import crawl
from scrapy.crawler import Crawler

from crawlers.stores import check_stores
from kliping.errors import KlipingError

FINE = ("finished", "shutdown", "cancelled")


class Command(crawl.Command):
    """Scrapy's command; see the module."""

    crawlers: list[Crawler]

    def _create_crawler(self, spidercls: Any) -> Crawler:
        crawler = super()._create_crawler(spidercls)
        self.crawlers.append(crawler)
        return crawler

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.crawlers = []
        assert self.settings is not None
        try:
            check_stores(self.settings)
        except KlipingError as error:
            sys.stderr.write(f"{error}\n")
            self.exitcode = 2
            return
        super().run(args, opts)
        if any(failed(crawler) for crawler in self.crawlers):
            self.exitcode = 1


def failed(crawler: Crawler) -> bool:
    """True when a crawl ended for a reason that nobody wanted."""
    reason = crawler.stats.get_value("finish_reason") if crawler.stats is not None else None
    return reason not in FINE
