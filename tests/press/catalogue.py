"""Which article lies behind which address."""

from collections.abc import Iterable
from itertools import chain

from tests.press.articles import Item
from tests.press.scenario import Outlet


class Catalogue:
    """Addresses of outlets and articles. Only grows, so reading it needs no lock."""

    def __init__(self, outlets: Iterable[Outlet], port: int) -> None:
        self.port = port
        self._outlets = {outlet.host: outlet for outlet in outlets}
        self._paths: dict[tuple[str, str], Item] = {}
        self._own: dict[str, list[Item]] = {outlet.id: [] for outlet in self._outlets.values()}

    def add(self, items: Iterable[Item]) -> None:
        """Enter articles in the order in which they were published."""
        for item in items:
            self._paths.update({(item.outlet.host, path): item for path in (item.renamed, item.path)})
            self._own[item.outlet.id].append(item)

    def outlet(self, host: str) -> Outlet | None:
        """The outlet behind a Host header, with or without www., m. or port."""
        name = host.partition(":")[0].lower()
        return self._outlets.get(name) or self._outlets.get(name.removeprefix("www.").removeprefix("m."))

    def find(self, outlet: Outlet, path: str) -> Item | None:
        """The article at a path of an outlet."""
        return self._paths.get((outlet.host, path))

    def of(self, outlet: Outlet) -> list[Item]:
        """All articles of an outlet, also those that nobody may see yet."""
        return self._own[outlet.id]

    def url(self, outlet: Outlet, path: str = "/") -> str:
        """An address at an outlet."""
        return f"http://{outlet.host}:{self.port}{path}"

    def link(self, item: Item) -> str:
        """The article's own address."""
        return self.url(item.outlet, item.path)

    def twins(self, item: Item) -> tuple[str, ...]:
        """Other addresses that lead to the same article, in the order of the outlet's `twins`."""
        forms = {
            "utm": f"{self.link(item)}?utm_source=rss&utm_medium=feed&utm_campaign=terkini",
            "page_all": f"{self.link(item)}?page=all",
            "amp": self.url(item.outlet, "/amp" + item.path),
            "www": self.link(item).replace("http://", "http://www.", 1),
        }
        return tuple(forms[name] for name in item.outlet.twins)

    def feed_link(self, item: Item) -> str:
        """The address that the feed gives: with tracking parameters or www. where the outlet does that."""
        forms = dict(zip(item.outlet.twins, self.twins(item), strict=True))
        return forms.get("utm") or forms.get("www") or self.link(item)

    def listing_link(self, item: Item) -> str:
        """The address that listing pages give: all parts on one page where the outlet does that."""
        forms = dict(zip(item.outlet.twins, self.twins(item), strict=True))
        return forms.get("page_all") or self.link(item)

    def tags(self, outlet: Outlet) -> tuple[str, ...]:
        """Tags for the cloud: the first twelve in use."""
        found = chain.from_iterable(item.tags for item in self.of(outlet))
        return tuple(dict.fromkeys(found))[:12]
