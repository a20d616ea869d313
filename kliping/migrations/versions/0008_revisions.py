"""What fetches found of an article, and the other addresses that it is known by."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# what is known of the sightings before: the first of each wording, without the hash of its page; one of two wordings
# that were read from one page, by programs or templates of two ages
KNOWN = """
INSERT INTO sightings (article, page, at, revision, published, status, body, url)
SELECT article, page, fetched_at, revision, '', 0, '', '' FROM revisions WHERE NOT EXISTS (
    SELECT 1 FROM revisions AS other
    WHERE other.article = revisions.article AND other.page = revisions.page AND other.revision > revisions.revision
)
"""


def upgrade() -> None:
    op.create_table(
        "sightings",
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("page", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.Column("published", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article", "page", name=op.f("pk_sightings")),
    )
    op.create_table(
        "names",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", "article", name=op.f("pk_names")),
        sqlite_with_rowid=False,
    )
    op.execute(KNOWN)
