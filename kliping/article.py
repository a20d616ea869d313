"""What travels through Kliping: a Page was fetched, an Article was read from it, a Copy is its place among its twins,
a Clip is the article as it concerns one desk.

Every value is frozen, every id a function of the content, so a stage can be repeated without a second effect.
All instants are aware datetimes in UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

from kliping.urls import canonical_url

Origin = Literal["live", "hand", "backfill"]
Relation = Literal["original", "copy", "rewrite"]
Way = Literal["feed", "listing", "sitemap", "hand", "backfill"]
Precision = Literal["second", "minute", "day"]
ArticleKind = Literal["article", "live", "gallery", "video", "list"]

ID_LENGTH = 32  # hex digits: 128 bits of SHA-256, no collision to expect below 10^18 articles
MAX_TITLE = 500  # characters; the longest real headline of 22,136 measured ones has 162


def digest(*parts: str) -> str:
    """A stable id of `parts`, 32 hex digits. Lone surrogates are kept apart, so any string has an id."""
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:ID_LENGTH]


def article_id(url: str) -> str:
    """The id of the article behind `url`; all twins of the address share it."""
    return digest(canonical_url(url))


def revision_id(title: str, paragraphs: Iterable[str]) -> str:
    """The id of one wording of an article."""
    return digest(title, *paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a URL came to us, with what the feed or listing said about it (raw, untrusted, may be empty)."""

    way: Way
    where: str = ""
    title: str = ""
    published: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a web server. The body lies in the page store under `body` (its hash)."""

    url: str  # as asked
    answered: str  # as answered, after redirects
    outlet: str
    zone: str  # IANA name: the zone of the outlet's clock, for times without one
    status: int
    fetched_at: datetime
    body: str  # content hash in the page store; '' when the answer had none (404, 410)
    size: int = 0  # bytes of `body`
    parts: tuple[str, ...] = ()  # content hashes of the further parts of an article that was cut into pages, in order
    incomplete: bool = False  # a further part is named and could not be had
    headers: Mapping[str, str] = field(default_factory=dict)
    found: Found
    origin: Origin = "live"

    @property
    def message_id(self) -> str:
        """One fetch is one message, also when it brings the same bytes as the last one."""
        return digest(self.url, self.fetched_at.isoformat())

    @property
    def key(self) -> str:
        return self.outlet

    @property
    def subject(self) -> str:
        return article_id(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """The answer that an article was read from: where its evidence lies."""

    asked: str
    answered: str  # after redirects
    status: int
    body: str = ""  # content hash in the page store; '' when the answer had none


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When the outlet says that it published, and how we know."""

    instant: datetime
    zone: str  # IANA name of the clock that the time was read in
    precision: Precision
    source: str  # where it was read: "json-ld", "meta", "time", "feed", "page", "url"
    raw: str  # as printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a page says. `first_seen` is the first fetch of the article, kept by every later revision."""

    id: str
    revision: str
    page: str  # message id of the Page that it was read from
    url: str  # a link that opens the article
    outlet: str
    title: str
    paragraphs: tuple[str, ...]
    published: Published | None
    fetched_at: datetime
    first_seen: datetime
    origin: Origin = "live"
    byline: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    picture: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)  # fact -> where it was read
    flags: tuple[str, ...] = ()  # "empty_text", "published_in_future", "paywall", …
    withdrawn: bool = False  # the outlet answers 404 or 410, or says that it was taken down
    kind: ArticleKind = "article"
    modified: Published | None = None  # when the outlet says that it changed it last
    confidence: float = 1.0  # 0 to 1: how far a second opinion on the text agrees with ours
    fetch: Fetch | None = None  # None: read by a program that did not say

    @property
    def key(self) -> str:
        return self.id

    @property
    def message_id(self) -> str:
        return digest(self.id, self.revision, self.page)

    @property
    def subject(self) -> str:
        return self.id

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one fetch found of an article, where that was news. All sightings together are its history."""

    page: str  # message id of the Page
    at: datetime  # of the fetch
    revision: str = ""  # the wording that was there; '' = it was taken down
    published: Published | None = None
    status: int = 0  # 0: not known
    body: str = ""  # content hash in the page store, '' = none
    url: str = ""  # that answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article's place among its twins: the connected component of stored pair edges that it lies in."""

    group: str  # smallest article id of the component; a name for this moment, never to be stored elsewhere
    relation: Relation = "original"
    of: str = ""  # the article that this one repeats, '' for an original
    score: float = 1.0  # estimated share of common text with `of`, 0 to 1
    passages: tuple[str, ...] = ()  # text that both share: the proof
    members: int = 1
    outlets: tuple[str, ...] = ()  # all outlets of the component, sorted

    @property
    def digest(self) -> str:
        return digest(self.group, self.relation, self.of, str(self.members), *self.outlets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """An article with its place. `version` rises with every change of either, so the newer of two is known."""

    article: Article
    copy: Copy
    version: int

    @property
    def key(self) -> str:
        return self.article.id

    @property
    def message_id(self) -> str:
        return digest(self.article.id, str(self.version))

    @property
    def subject(self) -> str:
        return self.article.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words of the article that a tag rests on."""

    where: Literal["title", "text", "url"]
    paragraph: int  # index into Article.paragraphs; 0 for title and url
    start: int  # characters into that title, paragraph or url
    end: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One thing that an article is about, with why we think so."""

    id: str  # a watch's id, a region's code, an agency's code
    name: str
    weight: float = 1.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """An article as it concerns one desk."""

    desk: str
    watches: tuple[Tag, ...]
    regions: tuple[Tag, ...] = ()
    agencies: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """An article with the clips that it makes, one a desk. No clip: it met desks before and meets none now."""

    grouped: Grouped
    clips: tuple[Clip, ...]

    @property
    def key(self) -> str:
        return self.grouped.key

    @property
    def message_id(self) -> str:
        return self.grouped.message_id

    @property
    def subject(self) -> str:
        return self.grouped.subject


def clip_id(desk: str, article: str) -> str:
    """The id of an article's clip for a desk."""
    return digest(desk, article)
