"""What a probe asks, one address after the other, and what it makes of the answers.

`investigate` gets a function that asks; it never asks more than `most` addresses, the cheap and likely ones first: what
the site links before what sites like it have, and no guess where something better was found.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from crawlers.feeds import Item, read_feed
from crawlers.links import read_listing
from crawlers.probe.findings import SAMPLE, Asked, Found, Kind, Named, Probe, Robots, Way
from crawlers.probe.line import line_for
from crawlers.probe.pages import Page, read_home, zone_words
from crawlers.probe.place import disagreement, region_of, zone_for
from crawlers.robots import parsed
from crawlers.sitemaps import Window, read_sitemap
from crawlers.wordpress import posts_url, read_posts
from kliping.clock import now
from kliping.indonesian.dates import read_date
from kliping.urls import host_of

Ask = Callable[[str, dict[str, bytes]], Awaitable[Asked]]

MOST: Final = 25  # requests of one probe, robots.txt with them: about two minutes at the usual gap
LINKED: Final = 4  # feeds that the site links which are looked at
FEEDS: Final = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "feeds/posts/default?alt=rss")
SITEMAPS: Final = ("sitemap-news.xml", "news-sitemap.xml", "sitemap_news.xml", "sitemap.xml", "sitemap_index.xml")
LISTINGS: Final = ("indeks", "berita")  # guessed where the pages link no list
RECENT: Final = timedelta(days=3)
FRESH_SHARE: Final = 0.5  # of a sitemap's addresses that must be of the last days, or it is the site's whole past
LIKELY_ARTICLES: Final = 5  # links to articles that make a page a list
LARGEST: Final = 15 * 1024 * 1024  # bytes of a sitemap unpacked


@dataclass(slots=True)
class Investigation:
    """One probe as it goes: what was asked, what was found."""

    start: str
    ask: Ask
    agent: str  # the name that robots.txt rules are matched with
    at: datetime = field(default_factory=now)
    most: int = MOST
    answers: dict[str, Asked] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    printed: Counter[str] = field(default_factory=Counter)

    @property
    def root(self) -> str:
        parts = urlsplit(self.start)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"

    async def get(self, url: str, headers: dict[str, bytes] | None = None) -> Asked:
        """The answer of an address, from memory where it was asked before; beyond `most` nothing is asked."""
        if url in self.answers and not headers:
            return self.answers[url]
        if len(self.answers) >= self.most:
            return Asked(url=url, reason="not_asked")
        asked = await self.ask(url, headers or {})
        self.answers[f"{url} (again, with its validators)" if headers else url] = asked
        return asked

    def has(self, kind: Kind) -> bool:
        return any(way.kind == kind and not way.problem for way in self.ways)


async def investigate(start: str, ask: Ask, agent: str, most: int = MOST) -> Probe:
    """Find out what the site of `start` offers. `ask` obeys robots.txt and never raises for what a server does."""
    parts = urlsplit(start)
    it = Investigation(
        start=start if parts.path else parts._replace(path="/").geturl(), ask=ask, agent=agent, most=most
    )
    robots = _robots(await it.get(urljoin(it.root, "robots.txt")), agent)
    given, home = await _home(it)
    for url, named in _named_feeds(it, given, home):
        await _feed(it, url, named)
    await _wordpress(it, home)
    for url, named in _named_sitemaps(robots):
        await _sitemap(it, url, named)
    await _listings(it, home)
    await _validators(it)
    await _article(it)
    return _report(it, robots, home)


async def _home(it: Investigation) -> tuple[Asked, Page]:
    """The given address and the site's front page; a given page that is a list or a feed counts as one."""
    given = await it.get(it.start)
    front = given if urlsplit(it.start).path in ("", "/") else await it.get(it.root)
    if front.reason:
        it.notes.append(f"the front page gave no usable answer: {front.reason}")
    page = _page(front)
    if given is not front:
        more = _page(given)
        page = replace(page, feeds=tuple(dict.fromkeys(page.feeds + more.feeds)), index=(*page.index, *more.index))
    return given, page


def _page(asked: Asked) -> Page:
    return Page() if asked.reason else read_home(asked.body, asked.answered)


def _named_feeds(it: Investigation, given: Asked, home: Page) -> Iterator[tuple[str, Named]]:
    """The addresses to try as feeds; guesses only until one works."""
    if not given.reason and read_feed(given.body, given.answered).entries:
        yield it.start, "given"
    for url in home.feeds[:LINKED]:
        yield url, "linked"
    for path in FEEDS:
        if not it.has("feed"):
            yield urljoin(it.root, path), "guessed"


async def _feed(it: Investigation, url: str, named: Named) -> None:
    asked = await it.get(url)
    if asked.reason:
        _useless(it, "feed", asked, named)
        return
    feed = read_feed(asked.body, asked.answered, asked.headers.get("Content-Type", ""))
    problem = "" if feed.entries else feed.problem or "feed_empty"
    if feed.entries and feed.problem:
        it.notes.append(f"{url}: {feed.problem}, read in part")
    it.ways.append(_way("feed", url, named, _found(feed.entries, it), it.at, problem))


async def _wordpress(it: Investigation, home: Page) -> None:
    """The REST interface, where the site names it or shows signs of WordPress."""
    root = home.wordpress or (urljoin(it.root, "wp-json/") if home.wordpress_signs else "")
    if not root:
        return
    named: Named = "linked" if home.wordpress else "guessed"
    asked = await it.get(posts_url(root, (it.at - RECENT).replace(hour=0, minute=0, second=0, microsecond=0)))
    if asked.reason:
        _useless(it, "wordpress", replace(asked, url=root), named)
        return
    posts = read_posts(asked.body, asked.answered)
    it.ways.append(_way("wordpress", root, named, _found(posts.items, it), it.at, posts.problem))


def _named_sitemaps(robots: Robots) -> Iterator[tuple[str, Named]]:
    """Those of robots.txt, whose names say news first; guesses where it names none."""
    for url in sorted(robots.sitemaps, key=lambda url: "news" not in url.lower())[:3]:
        yield url, "robots"
    if not robots.sitemaps:
        for path in SITEMAPS:
            yield path, "guessed"


async def _sitemap(it: Investigation, path: str, named: Named) -> None:
    if named == "guessed" and it.has("sitemap"):
        return
    url = urljoin(it.root, path)
    asked = await it.get(url)
    if asked.reason:
        _useless(it, "sitemap", asked, named)
        return
    read = read_sitemap(asked.body, asked.answered, Window(since=it.at - RECENT), LARGEST)
    if read.sitemaps:
        await _sitemap_index(it, url, named, read.sitemaps)
    else:
        _keep_sitemap(it, url, named, asked)


async def _sitemap_index(it: Investigation, url: str, named: Named, children: Sequence[str]) -> None:
    """One sitemap of an index says what the index would bring."""
    asked = await it.get(min(children, key=lambda one: "news" not in one.lower()))
    read = read_sitemap(asked.body, asked.answered, Window(since=it.at - RECENT), LARGEST)
    found = [Found(url=one.url, title=one.title, published=one.at) for one in read.pages]
    it.ways.append(_way("sitemap", url, named, found, it.at, asked.reason or read.problem))


def _keep_sitemap(it: Investigation, url: str, named: Named, asked: Asked) -> None:
    whole = read_sitemap(asked.body, asked.answered, Window(since=datetime.min.replace(tzinfo=it.at.tzinfo)), LARGEST)
    fresh = read_sitemap(asked.body, asked.answered, Window(since=it.at - RECENT), LARGEST)
    found = [Found(url=one.url, title=one.title, published=one.at) for one in fresh.pages]
    news = len(fresh.pages) >= FRESH_SHARE * max(len(whole.pages), 1)
    problem = whole.problem or ("" if whole.pages else "feed_empty")
    it.ways.append(_way("sitemap", url, named, found, it.at, problem, news=news))


async def _listings(it: Investigation, home: Page) -> None:
    """The front page, the list of all news, and a section where nothing better is there."""
    candidates: list[tuple[str, Named]] = [(it.start, "given")]
    candidates += [(it.root, "given")] if it.root != it.start else []
    candidates += [(url, "linked") for url in home.index[:2]]
    if not home.index:
        candidates += [(url, "linked") for url in home.sections[:1]]
        candidates += [(urljoin(it.root, path), "guessed") for path in LISTINGS] if not it.has("feed") else []
    for url, named in dict(candidates).items():
        asked = await it.get(url)
        if asked.reason:
            _useless(it, "listing", asked, named)
            continue
        links = read_listing(asked.body, asked.answered).links
        found = [Found(url=link.url, title=link.text) for link in links]
        if len(found) >= LIKELY_ARTICLES:
            it.ways.append(_way("listing", url, named, found, it.at))


async def _validators(it: Investigation) -> None:
    """Ask the best way once more with the validators that it sent."""
    best = next((way for way in it.ways if not way.problem), None)
    answer = it.answers.get(best.url) if best else None
    if best is None or answer is None:
        return
    sent = {
        "If-None-Match": answer.headers.get("Etag", ""),
        "If-Modified-Since": answer.headers.get("Last-Modified", ""),
    }
    sent = {name: value for name, value in sent.items() if value}
    told = "none"
    if sent:
        again = await it.get(best.url, {name: value.encode("latin-1", "ignore") for name, value in sent.items()})
        told = "304" if again.status == 304 else "" if again.reason == "not_asked" else "ignored"
    it.ways[it.ways.index(best)] = replace(best, validators=told)


async def _article(it: Investigation) -> None:
    """One article shows whether the texts can be read, and which clock the site prints."""
    sample = next((found for way in it.ways if not way.problem for found in way.sample), None)
    for asked in it.answers.values():
        it.printed += zone_words(asked.body)
    if sample is not None:
        asked = await it.get(sample.url)
        it.printed += zone_words(asked.body)
        if asked.reason:
            it.notes.append(f"an article could not be read: {asked.reason}: {sample.url}")


def _useless(it: Investigation, kind: Kind, asked: Asked, named: Named) -> None:
    """What a site names and does not give is told; a guess that was wrong is not."""
    if named != "guessed" and asked.reason != "not_asked":
        it.ways.append(Way(kind=kind, url=asked.url, named=named, problem=asked.reason))


def _found(items: Sequence[Item], it: Investigation) -> list[Found]:
    zone = ZoneInfo("Asia/Jakarta")  # of times without a zone; only the freshness is read from them
    moments = (read_date(item.published, zone=zone, now=it.at) for item in items)
    return [
        Found(url=item.link, title=item.title, published=moment.instant if moment else None)
        for item, moment in zip(items, moments, strict=True)
    ]


def _way(
    kind: Kind,
    url: str,
    named: Named,
    found: Iterable[Found],
    at: datetime,
    problem: str = "",
    *,
    news: bool = True,
) -> Way:
    found = list(found)
    times = sorted(one.published for one in found if one.published and one.published <= at + timedelta(hours=1))
    span = (times[-1] - times[0]) / timedelta(days=1) if len(times) > 1 else 0.0
    return Way(
        kind=kind,
        url=url,
        named=named,
        problem=problem,
        items=len(found),
        newest=times[-1] if times else None,
        rate=round((len(times) - 1) / span, 1) if span > 0 else None,
        sample=tuple(found[:SAMPLE]),
        news=news,
    )


def _robots(asked: Asked, agent: str) -> Robots:
    """What the file says; one that could not be read forbids everything, one that is not there nothing."""
    if asked.reason and not (400 <= asked.status < 500 and asked.status != 429):
        return Robots(status=asked.status, problem=asked.reason)
    rules = parsed(b"" if asked.reason else asked.body)
    return Robots(status=asked.status, delay=rules.crawl_delay(agent), sitemaps=tuple(dict.fromkeys(rules.sitemaps)))


def _report(it: Investigation, robots: Robots, home: Page) -> Probe:
    host = urlsplit(it.root).netloc
    titles = [found.title for way in it.ways for found in way.sample]
    region = region_of(host_of(it.root), home.name, [*titles, home.description])
    zone, zone_from = zone_for(region, it.printed)
    note = disagreement(zone, it.printed)
    name = home.name or host
    chosen, line = line_for(host, name, region, zone, it.ways)
    forbidden = tuple(url for url, asked in it.answers.items() if asked.reason == "robots")
    return Probe(
        url=it.start,
        domain=host,
        name=name,
        region=region,
        zone=zone,
        zone_from=zone_from,
        robots=replace(robots, forbidden=forbidden),
        ways=tuple(it.ways),
        chosen=chosen,
        line=line,
        notes=tuple(filter(None, (*it.notes, note))),
        asked=tuple((url, asked.reason or f"http_{asked.status}") for url, asked in it.answers.items()),
    )
