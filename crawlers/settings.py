"""Scrapy's settings: politeness, limits and guards, nothing else.

`scrapy.cfg` names this module; the values that an operator may change come from `[crawl]` in kliping.toml. The caps
are bar C1 of the project: see each number's reason beside it.
"""

from typing import Any

import kliping
from kliping.settings import Crawl, Settings, load, resolve


def user_agent(contact: str) -> str:
    """An honest name with a way to reach us: `Kliping/0.1.0 (+https://…)`. A 403 is reported, never evaded."""
    return f"{robots_agent()} (+{contact})" if contact else robots_agent()


def robots_agent() -> str:
    """The name that robots.txt rules are matched with: product token and version."""
    return f"Kliping/{kliping.__version__}"


def scrapy_settings(crawl: Crawl) -> dict[str, Any]:
    """Scrapy's settings for a crawl, as a flat dict of upper-case names."""
    return {"BOT_NAME": "kliping"} | _identity(crawl) | _guards(crawl) | _limits(crawl) | _pace(crawl) | _off()


def _identity(crawl: Crawl) -> dict[str, Any]:
    return {
        "USER_AGENT": user_agent(crawl.contact),
        "ROBOTSTXT_USER_AGENT": robots_agent(),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "id",
        },
    }


def _guards(crawl: Crawl) -> dict[str, Any]:
    return {
        "GUARD_ALLOW": list(crawl.allow),
        "GUARD_HOSTS": dict(crawl.hosts),
        "GUARD_UNVERIFIED": list(crawl.unverified),
        "DOWNLOAD_HANDLERS": {
            "http": "crawlers.guard.GuardedHandler",
            "https": "crawlers.guard.GuardedHandler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        "DOWNLOADER": "crawlers.pace.PacedDownloader",
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.batches.LeaseMiddleware": 80,
            "crawlers.pace.HoldMiddleware": 90,
            "crawlers.robots.RobotsMiddleware": 100,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # see crawlers.robots
            "crawlers.caps.CodingsMiddleware": 595,  # sees a response before HttpCompression (590) unpacks it
        },
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "ROBOTSTXT_OBEY": True,
        "ROBOTS_TTL": 24 * 3600,  # RFC 9309, 2.4: not longer than 24 hours
        "ROBOTS_RETRY": 600,
        "DNSCACHE_ENABLED": False,  # Scrapy's never forgets; a request every 5 s per host can afford a lookup
    }


def _limits(crawl: Crawl) -> dict[str, Any]:
    """Caps of one request. A request for a feed names the larger FEED_MAXSIZE."""
    return {
        "DOWNLOAD_MAXSIZE": crawl.max_page,
        "FEED_MAXSIZE": crawl.max_feed,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "DNS_TIMEOUT": crawl.dns_timeout,
        "REDIRECT_MAX_TIMES": crawl.max_redirects,
        "URLLENGTH_LIMIT": 2048,  # C16; longer ones are traps
        "RETRY_TIMES": 1,  # a broken connection is tried again once; the frontier does the rest, later
        "RETRY_HTTP_CODES": [500, 502, 504],  # never 429 or 503: those ask for time
        "RETRY_EXCEPTIONS": [
            "scrapy.exceptions.DownloadFailedError",
            "scrapy.exceptions.ResponseDataLossError",
        ],
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        "REACTOR_THREADPOOL_MAXSIZE": 20,  # lookups block a thread each; a dead name server may hold some of them
    }


def _pace(crawl: Crawl) -> dict[str, Any]:
    return {
        "DOWNLOAD_DELAY": crawl.gap,
        "DOWNLOAD_DELAY_JITTER": 0,  # Scrapy's goes below the gap as often as above it
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_REQUESTS": crawl.concurrency,  # hosts at once, since the queue hands out one request of each
        "SCHEDULER_PRIORITY_QUEUE": "crawlers.fairness.FairQueue",
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # Scrapy's would drop a redirect back without a word
    }


def _off() -> dict[str, Any]:
    return {
        "JOBDIR": None,  # scrapy/scrapy#7978: it loses its queue; due URLs are rows of our own
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "AUTOTHROTTLE_ENABLED": False,
        "STATS_DUMP": False,  # a wall of text; `crawlers.report` says it in three lines
        "LOG_LEVEL": "INFO",
    }


def project_settings(settings: Settings) -> dict[str, Any]:
    """Where the project's spiders and stores are, and how the frontier works, as further Scrapy settings."""
    return {
        "SPIDER_MODULES": ["crawlers.spiders"],
        "COMMANDS_MODULE": "crawlers.commands",
        "HTTPERROR_ALLOW_ALL": True,  # every answer has an ending that is counted
        "KLIPING_BUS": resolve(settings, settings.bus),
        "KLIPING_BUS_LEASE": settings.work.lease,
        "KLIPING_KAFKA": settings.kafka,
        "KLIPING_S3": settings.s3,
        "KLIPING_PARTITIONS": settings.partitions,
        "KLIPING_DATABASE": resolve(settings, settings.database),
        "KLIPING_PAGES": resolve(settings, settings.pages),
        "KLIPING_OUTLETS": resolve(settings, settings.outlets),
        "FRONTIER_INTERVAL": settings.crawl.source_interval,
        "FRONTIER_EDITION": settings.crawl.edition,
        "FRONTIER_LEASE": settings.crawl.lease,
        "FRONTIER_DAILY_CAP": settings.crawl.daily_cap,
    }


_loaded = load()
globals().update(scrapy_settings(_loaded.crawl) | project_settings(_loaded))
