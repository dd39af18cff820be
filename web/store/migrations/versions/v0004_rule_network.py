"""Make the tables of the rule network."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forwards."""
    op.create_table(
        "network_subjects",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("applicant", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_network_subjects"),
    )
    op.create_table(
        "network_events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("policy", sa.String(length=128), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("lease", sa.String(length=22), nullable=True),
        sa.Column("leased_until", _MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_network_events"),
        sa.UniqueConstraint("key", name="uq_network_events_key"),
    )
    op.create_index("ix_network_events_open", "network_events", ["done_at", "id"])
    op.create_table(
        "network_standings",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=128), nullable=False),
        sa.Column("finding", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject"], ["network_subjects.subject"], name="fk_network_standings_subject", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject", "policy", name="pk_network_standings"),
    )
    op.create_table(
        "network_notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("amount_min", sa.BigInteger(), nullable=True),
        sa.Column("amount_max", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("bundle", sa.String(length=80), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["network_events.id"], name="fk_network_notices_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_network_notices"),
    )
    op.create_index("ix_network_notices_subject", "network_notices", ["subject"])
    op.create_index("uq_network_notices_event_id_policy", "network_notices", ["event_id", "policy"], unique=True)
    op.create_table(
        "network_alarms",
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("policy", sa.String(length=128), nullable=False),
        sa.Column("network", sa.String(length=16), nullable=False),
        sa.Column("interpreter", sa.String(length=16), nullable=False),
        sa.Column("bundle", sa.String(length=80), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["network_events.id"], name="fk_network_alarms_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_network_alarms"),
    )
    op.create_index("uq_network_alarms_event_id_policy", "network_alarms", ["event_id", "policy"], unique=True)


def downgrade() -> None:
    """Go back."""
    op.drop_table("network_alarms")
    op.drop_table("network_notices")
    op.drop_table("network_standings")
    op.drop_table("network_events")
    op.drop_table("network_subjects")
