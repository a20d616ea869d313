"""One made-up outlet on the evil site, and an installation that reads it: for ways in that the sample press has not."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawlers.frontier import Frontier
from crawlers.schedule import Entry
from kliping.article import Page
from kliping.outlets import COLUMNS
from kliping.wire import decode
from tests.evil.site import EvilSite, Seen, Trap, Visit
from tests.installation import Installation, settings_toml

HOST = "kabar.test"


def html(title: str, body: str = "", head: str = "") -> str:
    """A page of the outlet."""
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>"


def story(number: int) -> str:
    """The path of an article."""
    return f"/berita/{number}/warga-kota-menanam-pohon-{number}"


def reply(body: str | bytes, kind: str = "text/html; charset=utf-8") -> Trap:
    """A trap that answers so."""
    content = body.encode() if isinstance(body, str) else body
    return lambda visit: visit.answer(content, Content_Type=kind)


def _missing(visit: Visit) -> None:
    visit.answer(b"", 404)


@dataclass
class Outlet:
    """The outlet, what was asked of it, and what came of it."""

    site: EvilSite
    installation: Installation
    internal: int = 0

    def url(self, path: str, host: str = HOST) -> str:
        return f"http://{host}:{self.site.port}{path}"

    def crawl(self, *arguments: str, check: tuple[int, ...] = (0,)) -> str:
        """`scrapy crawl …`; what it logged."""
        return self.installation.scrapy("crawl", *arguments, check=check).stderr

    def pages(self) -> list[Page]:
        with self.installation.parts() as parts:
            return [decode(record.payload, Page) for record in parts.bus.read("pages")]

    def body(self, page: Page) -> bytes:
        with self.installation.parts() as parts:
            return parts.pages.get(page.body)

    def entry(self, url: str) -> Entry:
        with self.installation.parts() as parts:
            found = Frontier(parts.database).lookup(url)
        assert found is not None, url
        return found

    def asked(self, host: str = HOST) -> list[str]:
        """The paths that were asked, in order, robots.txt left out."""
        return [seen.path for seen in self.seen(host)]

    def seen(self, host: str = HOST) -> list[Seen]:
        return self.site.pages(host)


@contextmanager
def outlet(
    folder: Path,
    pages: Mapping[str, Trap],
    *,
    internal: int = 0,
    hosts: tuple[str, ...] = (HOST,),
    crawl: Mapping[str, object] | None = None,
    **columns: str,
) -> Iterator[Outlet]:
    """An outlet with `pages` (host and path -> trap); {base} in `columns` is its address."""
    traps = {"*": _missing} | {(key if "/" not in key[:1] else HOST + key): trap for key, trap in pages.items()}
    with EvilSite(traps, internal) as site:
        base = f"http://{HOST}:{site.port}"
        row = {"id": "kabar", "name": "Kabar", "domain": f"{HOST}:{site.port}"}
        row |= {name: value.format(base=base) for name, value in columns.items()}
        csv = ",".join(COLUMNS) + "\n" + ",".join(row.get(name, "") for name in COLUMNS) + "\n"
        places = {
            "allow": [f"{host}:{site.port}" for host in hosts],
            "hosts": dict.fromkeys(hosts, "127.0.0.1"),
            "gap": 0.02,
            "timeout": 5.0,
            **(crawl or {}),
        }
        installation = Installation(folder)
        desk = 'id = "semua"\nname = "Semua"\n\n[[watches]]\nid = "semua"\ntitle = "Semua"\nquery = "*"\n'
        installation.configure(settings_toml({}, crawl=places), csv, {"semua": desk})
        installation.kliping("migrate")
        yield Outlet(site, installation, internal)
