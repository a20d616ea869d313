"""A crawl as a child process: what `kliping run` and `kliping submit` start."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.crawler import CrawlerProcess

BEAT_SECONDS = 1.0


def crawl(
    beat: Callable[[], None],
    stopping: Callable[[], bool],
    spider: str,
    config: Path | None,
    arguments: Mapping[str, str],
) -> None:
    """Crawl in this process until the spider ends or `stopping()`; `beat()` every second from the reactor.

    The process must be a fresh one: a reactor runs once. Raises ConfigError, Unavailable, or SystemExit(1) when the
    crawl failed.
    """
    if config is not None:
        os.environ["KLIPING_CONFIG"] = str(config)  # crawlers.settings reads it when it is imported
    from scrapy.crawler import CrawlerProcess
    from scrapy.settings import Settings as ScrapySettings
    from twisted.internet.task import LoopingCall

    from crawlers.commands.crawl import failed
    from crawlers.stores import check_stores

    settings = ScrapySettings()
    settings.setmodule("crawlers.settings", priority="project")
    check_stores(settings)
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, **arguments)
    watch = LoopingCall(_look, beat, stopping, process)
    watch.start(BEAT_SECONDS)
    process.start(install_signal_handlers=False)
    if failed(crawler):
        raise SystemExit(1)


def _look(beat: Callable[[], None], stopping: Callable[[], bool], process: "CrawlerProcess") -> None:
    """Show life; stop when asked, but only engines that run: Scrapy forgets a stop that comes before its start."""
    beat()
    if stopping() and all(crawler.engine is not None and crawler.engine.running for crawler in process.crawlers):
        process.stop()
