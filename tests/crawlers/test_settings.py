"""Bar C1 on the live settings of a crawl, and every inner seam of Scrapy and Twisted that the room leans on."""

import inspect
import os
import subprocess
import sys
from typing import Any

import pytest
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.handlers import http11
from scrapy.core.engine import ExecutionEngine, _Slot
from scrapy.downloadermiddlewares import redirect
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface
from scrapy.utils import _download_handlers
from twisted.web.client import Agent, _StandardEndpointFactory

from crawlers.fairness import FairQueue
from crawlers.guard import GuardedHandler
from crawlers.pace import PacedDownloader
from crawlers.reasons import REDIRECTS_SPENT
from crawlers.robots import RobotsMiddleware
from crawlers.settings import scrapy_settings, user_agent
from kliping.settings import PREFIX, Crawl
from tests.crawlers.crawl import ROOT, crawl

C1: dict[str, Any] = {
    "DOWNLOAD_MAXSIZE": 8 * 1024 * 1024,
    "DOWNLOAD_TIMEOUT": 30,
    "DNS_TIMEOUT": 10,
    "REDIRECT_MAX_TIMES": 5,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "METAREFRESH_ENABLED": True,
    "ROBOTSTXT_OBEY": True,
    "JOBDIR": None,
    "DOWNLOAD_DELAY": 5,
    "DOWNLOAD_DELAY_JITTER": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "ROBOTS_TTL": 86400,
    "ROBOTS_RETRY": 600,
    "GUARD_ALLOW": [],
    "GUARD_HOSTS": {},
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
}


@pytest.fixture(scope="module")
def live() -> dict[str, Any]:
    """The settings of a crawler while its spider is open, as scrapy.cfg and the shipped configuration make them."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return crawl({"urls": []}, only=environment).live


@pytest.mark.parametrize(("name", "value"), C1.items())
def test_the_live_settings_keep_c1(live: dict[str, Any], name: str, value: Any) -> None:
    assert live[name] == value


def test_a_feed_may_be_larger_than_a_page() -> None:
    assert scrapy_settings(Crawl())["FEED_MAXSIZE"] == 15 * 1024 * 1024


def test_only_guarded_http_and_https_are_left(live: dict[str, Any]) -> None:
    assert live["handlers"] == dict.fromkeys(("http", "https"), "crawlers.guard.GuardedHandler")


def test_robots_is_ours_and_stands_before_everything_but_the_pause(live: dict[str, Any]) -> None:
    order = live["middlewares"]
    ours = ["LeaseMiddleware", "HoldMiddleware", "RobotsMiddleware"]
    assert order[1:4] == ours  # after OffsiteMiddleware, which asks nobody
    assert not {"RobotsTxtMiddleware", "HttpProxyMiddleware", "CookiesMiddleware"} & set(order)
    assert order.index("HttpCompressionMiddleware") < order.index("CodingsMiddleware")


def test_the_agent_is_honest() -> None:
    assert user_agent("https://contoh.test/bot") == "Kliping/0.1.0 (+https://contoh.test/bot)"
    assert user_agent("") == "Kliping/0.1.0"


def test_operators_change_values_in_one_place() -> None:
    changed = scrapy_settings(Crawl(gap=7.0, timeout=9.0, allow=("a.test:1",), hosts={"a.test": "127.0.0.1"}))
    assert changed["DOWNLOAD_DELAY"] == 7.0
    assert changed["DOWNLOAD_TIMEOUT"] == 9.0
    assert changed["GUARD_ALLOW"] == ["a.test:1"]
    assert changed["GUARD_HOSTS"] == {"a.test": "127.0.0.1"}


def test_scrapy_finds_the_settings_from_the_checkout() -> None:
    command = [sys.executable, "-W", "error", "-m", "scrapy", "settings", "--get", "DOWNLOADER"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "crawlers.pace.PacedDownloader", done.stderr


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (http11, "_ScrapyAgent"),
        (http11._ScrapyAgent, "_get_agent"),
        (http11._BindAddressAgent, "_requestWithEndpoint"),
        (http11, "_LenientHTTP11ClientFactory"),
        (http11._LenientHTTP11ClientProtocol, "request"),
        (http11._LenientHTTPClientParser, "lineReceived"),
        (Agent, "_getEndpoint"),
        (_StandardEndpointFactory, "endpointForURI"),
        (_download_handlers, "wrap_twisted_exceptions"),
        (Downloader, "get_slot_key"),
        (Downloader, "_get_slot"),
        (Downloader, "needs_backout"),
        (Slot, "lastseen"),
        (DownloaderInterface, "stats"),
        (DownloaderAwarePriorityQueue, "pop"),
        (ExecutionEngine, "download_async"),
    ],
)
def test_a_seam_is_still_there(owner: object, name: str) -> None:
    assert hasattr(owner, name)


def test_seams_that_only_the_source_shows() -> None:
    assert f'"{REDIRECTS_SPENT}"' in inspect.getsource(redirect)
    assert "self._downloader_interface.stats(self.pqueues)" in inspect.getsource(DownloaderAwarePriorityQueue.pop)
    assert "self._endpointFactory = endpointFactory" in inspect.getsource(Agent)
    assert "self._getEndpoint(parsedURI)" in inspect.getsource(Agent.request)
    assert "self._delay" in inspect.getsource(Downloader._get_slot)
    assert "self.nextcall" in inspect.getsource(_Slot.__init__)
    assert "self._pool._factory" in inspect.getsource(http11.HTTP11DownloadHandler.__init__)


def test_the_classes_named_in_the_settings_override_what_they_mean_to() -> None:
    assert "download_request" in vars(GuardedHandler)
    assert {"get_slot_key", "_get_slot", "needs_backout"} <= vars(PacedDownloader).keys()
    assert "pop" in vars(FairQueue)
    assert inspect.iscoroutinefunction(RobotsMiddleware.process_request)
