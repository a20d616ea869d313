"""Collecting at scale: when a host's turn is; what the frontier knows of a source's rate, moves and end."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = "state IN ('due', 'reread')"


def upgrade() -> None:
    for column in (
        sa.Column("zone", sa.String(length=64), server_default="Asia/Jakarta", nullable=False),
        sa.Column("rhythm", sa.Text(), server_default="", nullable=False),
        sa.Column("listed", sa.Text(), server_default="", nullable=False),
        sa.Column("moved_to", sa.Text(), server_default="", nullable=False),
        sa.Column("moved_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("frontier", column)
    op.add_column("hosts", sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.drop_index("ix_frontier_state_due_at", table_name="frontier")
    op.create_index(
        "ix_frontier_turn",
        "frontier",
        ["host", "priority", "due_at"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(op.f("ix_hosts_due_at"), "hosts", ["due_at"])
    op.execute("INSERT INTO hosts (host) SELECT DISTINCT host FROM frontier WHERE host NOT IN (SELECT host FROM hosts)")
    op.execute(
        f"UPDATE hosts SET due_at = (SELECT min(due_at) FROM frontier WHERE frontier.host = hosts.host AND {OPEN})"  # noqa: S608
    )
