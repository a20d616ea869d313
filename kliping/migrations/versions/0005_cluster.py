"""Ten million rows of the trace: counts from an index alone, both ways of a history."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BECAME = sa.text("became != ''")


def upgrade() -> None:
    op.drop_index(op.f("ix_trace_stage_verdict_reason"), table_name="trace")
    op.create_index(
        op.f("ix_trace_stage_verdict_reason_outputs_clips"), "trace", ["stage", "verdict", "reason", "outputs", "clips"]
    )
    op.create_index(op.f("ix_trace_became"), "trace", ["became"], sqlite_where=BECAME, postgresql_where=BECAME)


def downgrade() -> None:
    op.drop_index(op.f("ix_trace_became"), table_name="trace")
    op.drop_index(op.f("ix_trace_stage_verdict_reason_outputs_clips"), table_name="trace")
    op.create_index(op.f("ix_trace_stage_verdict_reason"), "trace", ["stage", "verdict", "reason"])
