"""Answers of the outlets: a request for a host and path → one Reply. Knows no sockets."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote

from tests.press import feeds
from tests.press.articles import Item, slug
from tests.press.catalogue import Catalogue
from tests.press.faults import FAULTS
from tests.press.newsroom import Newsroom, latest
from tests.press.pages import theme
from tests.press.reply import Reply, conditional, html, missing, plain, xml
from tests.press.scenario import Outlet, Scenario
from tests.press.views import article_page, feed_entry, listing_page

RETRY_AFTER = 2  # seconds: what busy outlets ask for unless the press is told otherwise
FIXED_PAGES = frozenset({"/tentang-kami", "/redaksi", "/redaksi/", "/kontak"})  # menus link them; no articles
WRITERS = {"rss": feeds.rss, "atom": feeds.atom, "broken": feeds.broken}


@dataclass(frozen=True, slots=True)
class Request:
    """What the press needs to know of an HTTP request."""

    host: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Site:
    """All outlets of a press; `internal` is the host:port that redirects try to lead to."""

    def __init__(self, scenario: Scenario, room: Newsroom, port: int, internal: str) -> None:
        self.scenario, self.room, self.internal = scenario, room, internal
        self.retry_after = RETRY_AFTER
        self.catalogue = Catalogue(scenario.outlets, port)
        self.add(room.items)

    def add(self, items: Iterable[Item]) -> None:
        """Give further articles an address."""
        self.catalogue.add(items)

    def answer(self, request: Request) -> Reply:
        """The answer to one request; the caller waits the outlet's `delay` before it sends it."""
        outlet = self.catalogue.outlet(request.host)
        if outlet is None:
            return missing("no such host")
        reply = self._trouble(outlet, request) or self._page(outlet, request)
        return conditional(reply, request.headers) if outlet.validators else reply

    def fault_url(self, kind: str) -> str:
        """Where the fault outlet serves a kind of bad input."""
        return self.catalogue.url(self.scenario.outlet(self.scenario.fault_outlet), f"/uji/{kind}")

    def _trouble(self, outlet: Outlet, request: Request) -> Reply | None:
        if request.path == "/robots.txt":
            return Reply(status=503) if self.room.is_on(f"robots503:{outlet.id}") else None
        for name, status in (("busy", 503), ("limit", 429)):
            if self.room.is_on(f"{name}:{outlet.id}"):
                return Reply(status=status, headers={"Retry-After": str(self.retry_after)})
        return Reply(status=0) if self.room.is_on(f"down:{outlet.id}") else None

    def _page(self, outlet: Outlet, request: Request) -> Reply:
        path = unquote(request.path)
        if fixed := self._fixed(outlet).get(path):
            return fixed()
        amp = "amp" in outlet.twins and path.startswith("/amp/")
        if item := self.catalogue.find(outlet, path.removeprefix("/amp") if amp else path):
            return self._moved(item, path.removeprefix("/amp") if amp else path) or self._article(item, amp=amp)
        if path.startswith("/uji/"):
            return self._fault(outlet, path.removeprefix("/uji/"))
        return self._listing(outlet, path, _page_number(request.query))

    def _fixed(self, outlet: Outlet) -> dict[str, Callable[[], Reply]]:
        pages: dict[str, Callable[[], Reply]] = {"/robots.txt": lambda: plain(outlet.robots)}
        if outlet.feed:
            pages[outlet.feed_path] = lambda: self._feed(outlet)
        if outlet.sitemap:
            pages[outlet.sitemap] = lambda: xml(feeds.sitemap(outlet.name, self._entries(outlet)))
        return pages

    def _listed(self, outlet: Outlet) -> list[Item]:
        return [item for item in self.catalogue.of(outlet) if self.room.listed(item)]

    def _feed(self, outlet: Outlet) -> Reply:
        if outlet.id == self.scenario.fault_outlet and self.room.is_on("fault:html_feed"):
            return html("<!doctype html><html><body><h1>Sedang dalam perawatan</h1></body></html>")
        entries = self._entries(outlet)
        newest = max((entry.published for entry in entries), default=None)
        return xml(WRITERS[outlet.feed](outlet.name, self.catalogue.url(outlet), entries), modified=newest)

    def _entries(self, outlet: Outlet) -> list[feeds.Entry]:
        newest = latest(self._listed(outlet), outlet.feed_limit)
        entries = [feed_entry(item, self.room, self.catalogue) for item in newest]
        if outlet.id == self.scenario.fault_outlet:
            entries += [self._fault_entry(kind) for kind in FAULTS if self._linked(kind)]
        return entries

    def _linked(self, kind: str) -> bool:
        return FAULTS[kind].linked and self.room.is_on(f"fault:{kind}")

    def _fault_entry(self, kind: str) -> feeds.Entry:
        now = self.room.start.replace(microsecond=0)
        title = FAULTS[kind].title
        return feeds.Entry(title=title, url=self.fault_url(kind), published=now, updated=now, summary="")

    def _fault(self, outlet: Outlet, kind: str) -> Reply:
        on = outlet.id == self.scenario.fault_outlet and self.room.is_on(f"fault:{kind}")
        return FAULTS[kind].reply(self.internal) if on and kind in FAULTS else missing("no such page")

    def _moved(self, item: Item, path: str) -> Reply | None:
        """Where an article is now that is asked for under another of its addresses; None under its own."""
        now = self.room.moved(item).path
        if path == now:
            return None
        at_last = {"Location": self.catalogue.url(item.outlet, now)}
        return Reply(status=301, headers=at_last) if path == item.path else missing("Halaman tidak ditemukan")

    def _article(self, item: Item, *, amp: bool) -> Reply:
        version = item.version
        if not self.room.visible(item):
            return missing("Halaman tidak ditemukan")
        if version.withdraw and self.room.withdrawn(item):
            return missing("Artikel ini telah dicabut redaksi", version.withdraw.status)
        if version.redirect:
            target = f"http://{self.internal}/rahasia" if version.redirect == "internal" else version.redirect
            return Reply(status=302, headers={"Location": target})
        if version.status != 200:
            return missing("Halaman tidak ditemukan", version.status)
        page = article_page(item, self.room, self.catalogue)
        self.room.read(item)
        return html(theme("wordpress" if amp else item.outlet.theme).article(page), modified=page.modified)

    def _listing(self, outlet: Outlet, path: str, page: int) -> Reply:
        found = self._selected(outlet, path)
        if found is None or (page - 1) * outlet.per_page > len(found):
            return missing("Halaman tidak ditemukan")
        view = listing_page(outlet, path, page, found, self.room, self.catalogue)
        return html(theme(outlet.theme).listing(view))

    def _selected(self, outlet: Outlet, path: str) -> list[Item] | None:
        listed, name = self._listed(outlet), path.rstrip("/").rsplit("/", 1)[-1]
        if path in ("/", outlet.listing):
            return listed
        if path.startswith("/kategori/") and name in outlet.sections:
            return [item for item in listed if item.section == name]
        if path.startswith(("/tag/", "/topik/", "/search/label/")):
            return [item for item in listed if name in map(slug, item.tags)] or None
        return [] if path in FIXED_PAGES else None


def _page_number(query: str) -> int:
    value = parse_qs(query).get("page", ["1"])[0]
    return max(1, int(value)) if value.isdecimal() and len(value) < 6 else 1
