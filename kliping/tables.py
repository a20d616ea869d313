"""The tables of the relational store: where truth lives. SQLAlchemy Core, nothing that PostgreSQL could not do.

A change here needs a migration beside it (`kliping/migrations/versions`); a test compares the two.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970 UTC: equal and ordered alike on every backend."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"},
)
ID = String(32)
CODE = String(64)

# --- crawlers: what is due, who fetches it, what the last answer was --------------------------------------------

frontier = Table(
    "frontier",
    metadata,
    Column("id", ID, primary_key=True),  # sources: digest("source", url); articles: article id of the URL
    Column("url", Text, nullable=False),
    Column("kind", String(16), nullable=False),  # feed, listing, article
    Column("outlet", CODE, nullable=False),
    Column("host", String(255), nullable=False),
    Column("found", Text, nullable=False, default="{}"),  # JSON of article.Found
    Column("origin", String(16), nullable=False, default="live"),
    Column("state", String(16), nullable=False),  # due (not read yet), reread (read, due again), done, dropped
    Column("reason", CODE, nullable=False, default=""),
    Column("priority", Integer, nullable=False, default=0),
    Column("discovered_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("leased_by", CODE),
    Column("leased_until", Instant),
    Column("etag", Text, nullable=False, default=""),
    Column("last_modified", Text, nullable=False, default=""),
    Column("status", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("reads", Integer, nullable=False, default=0),  # an article: looks at it since it was first read
    Column("fetched_at", Instant),  # last answer of any kind
    Column("succeeded_at", Instant),  # last 200 or 304
    Column("full_at", Instant),  # last unconditional 200
    Column("fresh_at", Instant),  # a source: last time that it named a URL unknown before
    Column("zone", CODE, nullable=False, server_default="Asia/Jakarta"),  # of the outlet
    Column("rhythm", Text, nullable=False, server_default=""),  # a source: JSON of crawlers.interval.Rhythm
    Column("listed", Text, nullable=False, server_default=""),  # a source that moved: its address in the outlet list
    Column("moved_to", Text, nullable=False, server_default=""),  # where permanent redirects lead …
    Column("moved_days", Integer, nullable=False, server_default="0"),  # … seen on so many days
    Column("moved_at", Instant),  # … the last of them
    Index(None, "outlet", "kind", "discovered_at", "origin"),  # covers what an outlet brought, by day
    Index(None, "leased_by"),
)
Index(  # a host's next turn, however many rows are done
    "ix_frontier_turn",
    frontier.c.host,
    frontier.c.priority,
    frontier.c.due_at,
    sqlite_where=text("state IN ('due', 'reread')"),
    postgresql_where=text("state IN ('due', 'reread')"),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("leased_by", CODE),
    Column("leased_until", Instant),
    Column("next_at", Instant),  # no request before this time (gap, Retry-After)
    Column("due_at", Instant),  # nothing of this host is due before this time; None: nothing is
    Index(None, "due_at"),
)

# --- pipeline: articles, their revisions, their twins -----------------------------------------------------------

articles = Table(
    "articles",
    metadata,
    Column("id", ID, primary_key=True),
    Column("url", Text, nullable=False),
    Column("outlet", CODE, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("published", Instant),
    Column("appeared", Instant, nullable=False),  # orders twins: the earliest is the original
    Column("fetched_at", Instant, nullable=False),  # newest fetch that found it so
    Column("revision", ID, nullable=False),
    Column("version", Integer, nullable=False),  # raised by any change of text or place
    Column("withdrawn", Boolean, nullable=False, default=False),
    Column("body", LargeBinary, nullable=False),  # the article as it stands, wire form, zstandard
    Column("place", LargeBinary, nullable=False),  # its Copy, JSON
    Column("group", ID, nullable=False),
    Index(None, "group"),
    Index(None, "outlet", "first_seen"),
    Index(None, "first_seen"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("article", ID, primary_key=True),
    Column("revision", ID, primary_key=True),
    Column("page", ID, nullable=False),  # message id of the first page that brought it
    Column("fetched_at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

sightings = Table(  # what fetches found of an article, where that was news; never changed
    "sightings",
    metadata,
    Column("article", ID, primary_key=True),
    Column("page", ID, primary_key=True),  # message id of the page
    Column("at", Instant, nullable=False),  # of the fetch
    Column("revision", ID, nullable=False),  # '' = it was taken down
    Column("published", Text, nullable=False),  # JSON of article.Published, '' = none
    Column("status", Integer, nullable=False),
    Column("body", CODE, nullable=False),  # content hash in the page store, '' = none
    Column("url", Text, nullable=False),  # that answered
)

names = Table(  # what else an article is known by, so that another address of it makes no second article
    "names",
    metadata,
    Column("name", ID, primary_key=True),  # see pipeline.deduplicate.names
    Column("article", ID, primary_key=True),
    sqlite_with_rowid=False,
)

templates = Table(  # what is known of an outlet's pages; never changed but for `fits_at` and its end
    "templates",
    metadata,
    Column("outlet", CODE, primary_key=True),
    Column("learned_at", Instant, primary_key=True),
    Column("starts_at", Instant, nullable=False),  # for pages that are fetched from then on
    Column("ends_at", Instant),  # None: in force
    Column("body", LargeBinary, nullable=False),  # Template, JSON
    Column("share", Float, nullable=False, server_default="1"),  # of the outlet's pages, when it was learned
    Column("fits_at", Instant),  # the newest page that fitted it after some that fitted none
    Column("ended", CODE, nullable=False, server_default=""),  # changed, drifted, dropped; '' = in force
    Column("since", Instant),  # the first page that showed that it no longer holds
)

template_misses = Table(  # pages that fitted no template of their outlet, or that theirs misread
    "template_misses",
    metadata,
    Column("message", ID, primary_key=True),
    Column("outlet", CODE, nullable=False),
    Column("at", Instant, nullable=False),  # when the page was fetched
    Column("how", String(16), nullable=False),  # missed, misread
    Index(None, "outlet", "at"),
)

template_samples = Table(  # pages of outlets without a template, to learn one from
    "template_samples",
    metadata,
    Column("message", ID, primary_key=True),
    Column("outlet", CODE, nullable=False),
    Column("at", Instant, nullable=False),
    Column("page", LargeBinary, nullable=False),  # the Page, wire form
    Index(None, "outlet", "at"),
)

readings = Table(  # which message brought what: makes a replay of a message answer as it did at first
    "readings",
    metadata,
    Column("message", ID, primary_key=True),
    Column("article", ID, nullable=False),
    Column("dropped", CODE, nullable=False, default=""),  # reason, '' = passed on
    Column("sent", Text, nullable=False, default="[]"),  # JSON list: ids of the articles whose place it changed
)

signatures = Table(
    "signatures",
    metadata,
    Column("article", ID, primary_key=True),
    Column("number", BigInteger, nullable=False),  # first 60 bits of the article id: its short name in `bands`
    Column("exact", ID, nullable=False),  # digest of the normalised text
    Column("words", Integer, nullable=False),
    Column("minhash", LargeBinary, nullable=False),  # 128 little-endian uint32; empty for short texts
    Column("bands", LargeBinary, nullable=False),  # its rows of `bands`, little-endian int64
    Column("first_seen", Instant, nullable=False),
    Index(None, "number"),
    Index(None, "exact"),
    Index(None, "first_seen"),
)

bands = Table(  # inverted index of the rolling window: odd = a MinHash band, even = a sampled word n-gram
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

edges = Table(
    "edges",
    metadata,
    Column("a", ID, primary_key=True),  # a < b
    Column("b", ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # copy, rewrite
    Column("score", Float, nullable=False),
    Column("passages", Text, nullable=False, default="[]"),  # JSON list
    Column("made_by", CODE, nullable=False),  # "machine" or an account
    Column("made_at", Instant, nullable=False),
    Column("withdrawn_by", CODE, nullable=False, default=""),  # "machine" or an account, '' = stands
    Column("withdrawn_at", Instant),
    Index(None, "b"),
)

outbox = Table(  # articles whose place changed, to be sent to [grouped] again
    "outbox",
    metadata,
    Column("article", ID, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("caused_by", ID, nullable=False),  # the message in whose transaction it was written
    Index(None, "caused_by"),
)

tagged = Table(  # articles that met a desk at any time, so that a later miss is told to the index
    "tagged",
    metadata,
    Column("article", ID, primary_key=True),
    Column("version", Integer, nullable=False, default=0),  # of the article, when it first met one
    Column("at", Instant, nullable=False),
)

clips = Table(
    "clips",
    metadata,
    Column("id", ID, primary_key=True),
    Column("desk", CODE, nullable=False),
    Column("article", ID, nullable=False),
    Column("version", Integer, nullable=False),  # raised by any change; the archive's external version
    Column("article_version", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # active, withdrawn
    Column("origin", String(16), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("published", Instant),
    Column("body", LargeBinary, nullable=False),  # Clip, JSON
    Index(None, "desk", "first_seen"),
    Index(None, "article"),
)

# --- the loop: attempts and the trace ---------------------------------------------------------------------------

batches = Table(  # a batch that a worker has in work; found again after a death
    "batches",
    metadata,
    Column("stage", CODE, primary_key=True),
    Column("topic", CODE, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("in_hand", BigInteger),  # offset of the one message in work, once a batch is redone one by one
    Column("opened_at", Instant, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("stage", CODE, primary_key=True),
    Column("topic", CODE, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
)

trace = Table(
    "trace",
    metadata,
    Column("stage", CODE, primary_key=True),
    Column("message", ID, primary_key=True),
    Column("subject", ID, nullable=False),  # article id
    Column("verdict", String(16), nullable=False),  # passed, dropped, dead, retried
    Column("reason", CODE, nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
    Column("became", ID, nullable=False, default=""),  # article id, where the stage gave it another one
    Column("outputs", Integer, nullable=False, default=0),
    Column("clips", Integer, nullable=False, default=0),
    Column("at", Instant, nullable=False),
    Index(None, "subject"),
    Index(None, "stage", "verdict", "reason", "outputs", "clips"),  # the counts, without reading the table
    Index(None, "became", sqlite_where=text("became != ''"), postgresql_where=text("became != ''")),
)
