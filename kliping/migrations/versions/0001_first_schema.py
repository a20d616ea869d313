"""The first schema: frontier, articles and their twins, clips, the loop's attempts and the trace."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("outlet", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=True),
        sa.Column("appeared", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index(op.f("ix_articles_first_seen"), "articles", ["first_seen"], unique=False)
    op.create_index(op.f("ix_articles_group"), "articles", ["group"], unique=False)
    op.create_index(op.f("ix_articles_outlet_first_seen"), "articles", ["outlet", "first_seen"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stage", "topic", "partition", "offset", name=op.f("pk_attempts")),
    )
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("band", "number", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batches",
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("in_hand", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stage", "topic", "partition", name=op.f("pk_batches")),
    )
    op.create_table(
        "clips",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("article_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clips")),
    )
    op.create_index(op.f("ix_clips_article"), "clips", ["article"], unique=False)
    op.create_index(op.f("ix_clips_desk_first_seen"), "clips", ["desk", "first_seen"], unique=False)
    op.create_table(
        "edges",
        sa.Column("a", sa.String(length=32), nullable=False),
        sa.Column("b", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("passages", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("a", "b", name=op.f("pk_edges")),
    )
    op.create_index(op.f("ix_edges_b"), "edges", ["b"], unique=False)
    op.create_table(
        "frontier",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("outlet", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("discovered_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("succeeded_at", sa.BigInteger(), nullable=True),
        sa.Column("full_at", sa.BigInteger(), nullable=True),
        sa.Column("fresh_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frontier")),
    )
    op.create_index(op.f("ix_frontier_leased_by"), "frontier", ["leased_by"], unique=False)
    op.create_index(
        op.f("ix_frontier_outlet_kind_discovered_at"), "frontier", ["outlet", "kind", "discovered_at"], unique=False
    )
    op.create_index(op.f("ix_frontier_state_due_at"), "frontier", ["state", "due_at"], unique=False)
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    op.create_table(
        "outbox",
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("caused_by", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_caused_by"), "outbox", ["caused_by"], unique=False)
    op.create_table(
        "readings",
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("dropped", sa.String(length=64), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_readings")),
    )
    op.create_table(
        "revisions",
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.Column("page", sa.String(length=32), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("article", "revision", name=op.f("pk_revisions")),
    )
    op.create_table(
        "signatures",
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("exact", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("minhash", sa.LargeBinary(), nullable=False),
        sa.Column("bands", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_exact"), "signatures", ["exact"], unique=False)
    op.create_index(op.f("ix_signatures_first_seen"), "signatures", ["first_seen"], unique=False)
    op.create_index(op.f("ix_signatures_number"), "signatures", ["number"], unique=False)
    op.create_table(
        "tagged",
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_tagged")),
    )
    op.create_table(
        "trace",
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("became", sa.String(length=32), nullable=False),
        sa.Column("outputs", sa.Integer(), nullable=False),
        sa.Column("clips", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stage", "message", name=op.f("pk_trace")),
    )
    op.create_index(op.f("ix_trace_stage_verdict_reason"), "trace", ["stage", "verdict", "reason"], unique=False)
    op.create_index(op.f("ix_trace_subject"), "trace", ["subject"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_trace_subject"), table_name="trace")
    op.drop_index(op.f("ix_trace_stage_verdict_reason"), table_name="trace")
    op.drop_table("trace")
    op.drop_table("tagged")
    op.drop_index(op.f("ix_signatures_number"), table_name="signatures")
    op.drop_index(op.f("ix_signatures_first_seen"), table_name="signatures")
    op.drop_index(op.f("ix_signatures_exact"), table_name="signatures")
    op.drop_table("signatures")
    op.drop_table("revisions")
    op.drop_table("readings")
    op.drop_index(op.f("ix_outbox_caused_by"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("hosts")
    op.drop_index(op.f("ix_frontier_state_due_at"), table_name="frontier")
    op.drop_index(op.f("ix_frontier_outlet_kind_discovered_at"), table_name="frontier")
    op.drop_index(op.f("ix_frontier_leased_by"), table_name="frontier")
    op.drop_table("frontier")
    op.drop_index(op.f("ix_edges_b"), table_name="edges")
    op.drop_table("edges")
    op.drop_index(op.f("ix_clips_desk_first_seen"), table_name="clips")
    op.drop_index(op.f("ix_clips_article"), table_name="clips")
    op.drop_table("clips")
    op.drop_table("batches")
    op.drop_table("bands")
    op.drop_table("attempts")
    op.drop_index(op.f("ix_articles_outlet_first_seen"), table_name="articles")
    op.drop_index(op.f("ix_articles_group"), table_name="articles")
    op.drop_index(op.f("ix_articles_first_seen"), table_name="articles")
    op.drop_table("articles")
