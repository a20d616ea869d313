"""The tables of what people do: accounts, corrections, watches, recipients, and the editions that went out to them.

On the same metadata as `kliping.tables`; a change here needs a migration beside it too.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from kliping.tables import CODE, ID, Instant, metadata

__all__ = ["metadata"]  # all tables of the store: those of `kliping.tables` and these

ADDRESS = String(254)  # RFC 5321's longest mail address
HASH = String(64)  # SHA-256, hex

# --- who may do what --------------------------------------------------------------------------------------------

accounts = Table(
    "accounts",
    metadata,
    Column("name", CODE, primary_key=True),
    Column("password", Text, nullable=False),  # argon2id, with its parameters
    Column("made_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

roles = Table(
    "roles",
    metadata,
    Column("account", CODE, primary_key=True),
    Column("desk", CODE, primary_key=True),  # "*": every desk
    Column("role", String(16), nullable=False),  # reader, editor, operator, admin
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", HASH, primary_key=True),  # hash of the cookie's token: a stolen table opens no session
    Column("account", CODE, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index(None, "account"),
)

logins = Table(  # failed tries, for the growing delay
    "logins",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account", CODE, nullable=False),
    Column("address", CODE, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "account", "at"),
    Index(None, "address", "at"),
)

audit = Table(  # append-only; each row's hash covers the one before it
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("by", CODE, nullable=False),
    Column("action", CODE, nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
    Column("hash", HASH, nullable=False),
)

# --- what staff decide ------------------------------------------------------------------------------------------

corrections = Table(  # append-only: of one desk, article and field the newest row stands
    "corrections",
    metadata,
    Column("id", ID, primary_key=True),
    Column("desk", CODE, nullable=False),
    Column("article", ID, nullable=False),
    Column("field", String(16), nullable=False),  # tone, about, excerpt, note
    Column("value", Text, nullable=False),  # '' takes the field's decision back
    Column("by", CODE, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "desk", "article"),
)

watches = Table(  # what staff made of a desk's watches; a row stands before the desk file's watch of the same id
    "watches",
    metadata,
    Column("desk", CODE, primary_key=True),
    Column("id", CODE, primary_key=True),
    Column("title", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("same_name", String(8), nullable=False, default="take"),
    Column("removed", Boolean, nullable=False, default=False),
    Column("by", CODE, nullable=False),
    Column("at", Instant, nullable=False),
)

outlets = Table(  # what staff decided about outlets; a row stands before the lists in files
    "outlets",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("state", String(8), nullable=False),  # on, off, removed
    Column("knew", Boolean, nullable=False, default=False),  # switched on although its terms forbid automatic taking
    Column("body", Text, nullable=False, default=""),  # JSON of its row where staff added it, '' = a list has it
    Column("why", Text, nullable=False, default=""),
    Column("by", CODE, nullable=False),
    Column("at", Instant, nullable=False),
)

# --- what went out ----------------------------------------------------------------------------------------------

recipients = Table(
    "recipients",
    metadata,
    Column("desk", CODE, primary_key=True),
    Column("address", ADDRESS, primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("since", Instant, nullable=False),  # nothing first seen more than 24 hours before this is sent to it
    Column("token", ID, nullable=False),  # of the unsubscribe link, 128 bits
    Column("stopped_at", Instant),  # unsubscribed or removed
    Column("by", CODE, nullable=False),  # "file", an account, or "unsubscribe"
    Index(None, "token"),
)

editions = Table(
    "editions",
    metadata,
    Column("desk", CODE, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", String(10), nullable=False),  # YYYY-MM-DD in the desk's zone
    Column("kind", String(16), nullable=False),  # morning
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=False),
    Column("items", Integer, nullable=False),
    Column("hash", HASH, nullable=False),  # of its frozen data
    Index("uq_editions_desk_day_kind", "desk", "day", "kind", unique=True),
)

edition_forms = Table(  # the bytes, as rendered when it was closed
    "edition_forms",
    metadata,
    Column("desk", CODE, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("form", String(8), primary_key=True),  # data, html, text, pdf, chat
    Column("content", LargeBinary, nullable=False),
    Column("hash", HASH, nullable=False),
)

edition_items = Table(
    "edition_items",
    metadata,
    Column("desk", CODE, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("article", ID, primary_key=True),
    Index(None, "desk", "article"),
)

deliveries = Table(  # the ledger: one row for each edition and address
    "deliveries",
    metadata,
    Column("desk", CODE, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("address", ADDRESS, primary_key=True),
    Column("state", String(16), nullable=False),  # planned, sending, sent, refused, unknown
    Column("message_id", Text, nullable=False),
    Column("message", LargeBinary, nullable=False),  # the mail's bytes: every try sends the same
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", Instant, nullable=False),
    Column("last_at", Instant),
    Column("error", Text, nullable=False, default=""),
    Index(None, "state", "next_at"),
)
