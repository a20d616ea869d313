"""What a browser would show: for outlets that are marked `render`, and off for all others.

The browser has no network of its own: its proxy leads nowhere, also for loopback, and names do not resolve. Every
request that a page makes comes to us (`page.route`) and goes out through Scrapy's downloader: guard, robots.txt,
pauses, caps and redirects are those of every other request. So a page that runs here can reach what a crawl can
reach, and nothing else. The page's own document is not asked a second time: the browser gets what the crawl got.

Needs Playwright (`pip install kliping[render]`) and a Chromium of the system.
"""

import asyncio
import logging
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from crawlers.pace import FOR_BROWSER
from crawlers.reasons import Refused, reason_of
from kliping.errors import ConfigError
from kliping.outlets import Outlet

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright, Route

MAX_REQUESTS: Final = 60  # of one page; news pages make 20 to 200, most of them for pictures and advertising
MAX_BYTES: Final = 16 * 1024 * 1024  # of all of them
LONGEST: Final = 25.0  # seconds for one page: less than a crawl's own 30 for a request
SETTLES: Final = 5.0  # seconds for scripts to be done after the document was read
CLOSES: Final = 5.0  # seconds; then the whole browser is ended
PAGES: Final = 200  # shown by one browser before a fresh one takes over: pages leak
TYPES: Final = frozenset(("document", "script", "xhr", "fetch"))  # no pictures, styles, fonts, films, sockets
CHROMIUMS: Final = ("chromium", "chromium-browser", "google-chrome")
NO_NETWORK: Final = (
    "--proxy-server=http://127.0.0.1:9",  # discard: nobody listens
    "--proxy-bypass-list=<-loopback>",  # without this Chromium goes to loopback directly
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # of the proxy itself
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-pings",
)
KEPT: Final = (b"Content-Type", b"Access-Control-Allow-Origin", b"Access-Control-Allow-Credentials")

log = logging.getLogger(__name__)


def renderer_for(crawler: Crawler, outlets: Iterable[Outlet]) -> "Browsing | None":
    """A renderer where an enabled outlet asks for one. Raises ConfigError when Playwright or Chromium is missing."""
    if not any(outlet.render and outlet.enabled for outlet in outlets):
        return None
    try:
        import playwright.async_api  # noqa: F401
    except ModuleNotFoundError:
        raise ConfigError("an outlet has render = yes, which needs Playwright: pip install 'kliping[render]'") from None
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if chromium is None:
        raise ConfigError(f"an outlet has render = yes, which needs Chromium: none of {', '.join(CHROMIUMS)} is here")
    return Browsing(crawler, chromium)


class Browsing:
    """A browser that is started with the first page and shows one at a time."""

    def __init__(self, crawler: Crawler, chromium: str) -> None:
        self._crawler = crawler
        self._chromium = chromium
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._turn = asyncio.Lock()
        self._shown = 0

    async def rendered(self, response: HtmlResponse) -> Response:
        """The answer with the document as scripts left it; as it came where the browser fails or takes too long."""
        from playwright.async_api import Error

        stats = self._crawler.stats
        assert stats is not None
        async with self._turn:
            try:
                async with asyncio.timeout(LONGEST):
                    html = await self._show(response)
            except (Error, TimeoutError) as error:
                log.warning("%s: the browser failed: %s", response.url, str(error).partition("\n")[0])
                stats.inc_value("render/failed")
                await self._stop()
                return response
        stats.inc_value("render/pages")
        body = html.encode("utf-8", "replace")
        if len(body) > self._crawler.settings.getint("DOWNLOAD_MAXSIZE"):
            stats.inc_value("render/too_large")
            return response
        headers = response.headers.copy()
        headers[b"Content-Type"] = b"text/html; charset=utf-8"
        return response.replace(body=body, headers=headers, encoding="utf-8")

    async def close(self) -> None:
        """End the browser."""
        async with self._turn:
            await self._stop()

    async def _show(self, response: HtmlResponse) -> str:
        browser = await self._ready()
        agent = self._crawler.settings["USER_AGENT"]
        context = await browser.new_context(
            user_agent=agent, service_workers="block", accept_downloads=False, locale="id-ID"
        )
        try:
            return await self._page(context, response)
        finally:
            async with asyncio.timeout(CLOSES):  # a page in an endless loop does not let go
                await context.close()

    async def _page(self, context: "BrowserContext", response: HtmlResponse) -> str:
        from playwright.async_api import Error

        page = await context.new_page()
        page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
        await context.route_web_socket("**/*", lambda socket: socket.close())
        await page.route("**/*", _Visit(self._crawler, response).answer)
        await page.goto(response.url, wait_until="domcontentloaded", timeout=LONGEST * 1000)
        with suppress(Error):  # a page that never falls silent is taken as it is
            await page.wait_for_load_state("networkidle", timeout=SETTLES * 1000)
        return await page.content()

    async def _ready(self) -> "Browser":
        if self._browser is not None and self._shown >= PAGES:
            await self._stop()
        if self._browser is None:
            from playwright.async_api import async_playwright

            sandbox = os.geteuid() != 0  # Chromium refuses its sandbox to root
            if not sandbox:
                log.warning("the crawl runs as root, so the browser has no sandbox: run it as another user")
            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._chromium, args=list(NO_NETWORK), chromium_sandbox=sandbox
            )
            self._shown = 0
        self._shown += 1
        return self._browser

    async def _stop(self) -> None:
        from playwright.async_api import Error

        browser, started = self._browser, self._playwright
        self._browser = self._playwright = None
        with suppress(Error):
            if browser is not None:
                await browser.close()
        if started is not None:
            await started.stop()


class _Visit:
    """Answers the requests of one page."""

    def __init__(self, crawler: Crawler, response: HtmlResponse) -> None:
        self._crawler = crawler
        self._response = response
        self._given = False  # the document
        self._asked = 0
        self._bytes = 0

    async def answer(self, route: "Route") -> None:
        """Give a request what the crawl's own downloader gets for it; nothing where it may not."""
        from playwright.async_api import Error

        with suppress(Error):  # the page was closed meanwhile
            if not self._given and route.request.is_navigation_request():
                self._given = True
                await _fulfil(route, self._response)
                return
            answer = await self._fetched(route) if self._may_ask(route) else None
            if answer is None:
                await route.abort("blockedbyclient")
            else:
                await _fulfil(route, answer)

    def _may_ask(self, route: "Route") -> bool:
        request = route.request
        kind = request.resource_type in TYPES and not request.is_navigation_request()  # a page that leaves is not shown
        return kind and request.method == "GET" and self._asked < MAX_REQUESTS and self._bytes < MAX_BYTES

    async def _fetched(self, route: "Route") -> Response | None:
        self._asked += 1
        engine = self._crawler.engine
        assert engine is not None
        try:
            request = Request(route.request.url, callback=NO_CALLBACK, meta={FOR_BROWSER: True, "dont_retry": True})
        except ValueError:
            return None
        outcome: Any
        (outcome,) = await asyncio.gather(engine.download_async(request), return_exceptions=True)
        if not isinstance(outcome, Response):
            reason = outcome.reason if isinstance(outcome, Refused) else reason_of(outcome)
            log.info("%s: a request of the page was not made: %s", self._response.url, reason)
            return None
        self._bytes += len(outcome.body)
        return outcome


async def _fulfil(route: "Route", response: Response) -> None:
    headers = {
        name.decode(): value.decode("latin-1") for name in KEPT if (value := response.headers.get(name)) is not None
    }
    await route.fulfill(status=response.status, headers=headers, body=response.body)
