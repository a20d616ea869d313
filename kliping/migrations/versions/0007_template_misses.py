"""How templates fare: why one ended and since when, and the pages that fit none."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("templates", sa.Column("share", sa.Float(), nullable=False, server_default="1"))
    op.add_column("templates", sa.Column("fits_at", sa.BigInteger(), nullable=True))
    op.add_column("templates", sa.Column("ended", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("templates", sa.Column("since", sa.BigInteger(), nullable=True))
    op.execute("UPDATE templates SET ended = 'changed', since = ends_at WHERE ends_at IS NOT NULL")
    op.create_table(
        "template_misses",
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("outlet", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_template_misses")),
    )
    op.create_index(op.f("ix_template_misses_outlet_at"), "template_misses", ["outlet", "at"])
