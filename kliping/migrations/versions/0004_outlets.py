"""Outlets as staff know them: additions and switches, beside the lists in files."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outlets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("knew", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlets")),
    )
    op.drop_index("ix_frontier_outlet_kind_discovered_at", table_name="frontier")
    op.create_index(
        "ix_frontier_outlet_kind_discovered_at_origin", "frontier", ["outlet", "kind", "discovered_at", "origin"]
    )


def downgrade() -> None:
    op.drop_index("ix_frontier_outlet_kind_discovered_at_origin", table_name="frontier")
    op.create_index("ix_frontier_outlet_kind_discovered_at", "frontier", ["outlet", "kind", "discovered_at"])
    op.drop_table("outlets")
