"""What is known of an outlet's pages, and the pages that it is learned from."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("outlet", sa.String(length=64), nullable=False),
        sa.Column("learned_at", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("outlet", "learned_at", name=op.f("pk_templates")),
    )
    op.create_table(
        "template_samples",
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("outlet", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_template_samples")),
    )
    op.create_index(op.f("ix_template_samples_outlet_at"), "template_samples", ["outlet", "at"])
