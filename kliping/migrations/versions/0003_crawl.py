"""Collecting at scale: what the frontier knows of a source's rate, moves and end."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
