"""Make the tables of the self-check."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forwards."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applicant", sa.String(length=32), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_expires_at", "drafts", ["expires_at"])
    op.create_table(
        "repeated_requests",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.String(length=512), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_repeated_requests"),
    )
    op.create_index("ix_repeated_requests_expires_at", "repeated_requests", ["expires_at"])
    op.create_table(
        "search_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("shown_title", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sounds", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_entries"),
    )
    op.create_index("uq_search_entries_kind_key", "search_entries", ["kind", "key"], unique=True)
    op.create_table(
        "results",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=22), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("bundle", sa.String(length=80), nullable=False),
        sa.Column("engine", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("total_min", sa.BigInteger(), nullable=True),
        sa.Column("total_max", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("total_min <= total_max", name="ck_results_total_ordered"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_results_draft_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_results"),
        sa.UniqueConstraint("number", name="uq_results_number"),
    )
    op.create_index("ix_results_draft_id", "results", ["draft_id"])
    op.create_index("ix_results_expires_at", "results", ["expires_at"])
    op.create_table(
        "search_grams",
        sa.Column("gram", sa.String(length=8), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["search_entries.id"], name="fk_search_grams_entry_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gram", "entry_id", name="pk_search_grams"),
    )
    op.create_index("ix_search_grams_entry_id", "search_grams", ["entry_id"])
    op.create_table(
        "remarks",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("result_id", sa.String(length=22), nullable=True),
        sa.Column("policy", sa.String(length=128), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name="fk_remarks_result_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_remarks"),
    )
    op.create_index("ix_remarks_result_id", "remarks", ["result_id"])
    op.create_index("ix_remarks_state", "remarks", ["state"])
    op.create_table(
        "share_links",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("result_id", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name="fk_share_links_result_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_share_links"),
    )
    op.create_index("ix_share_links_expires_at", "share_links", ["expires_at"])
    op.create_index("ix_share_links_result_id", "share_links", ["result_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("share_links")
    op.drop_table("remarks")
    op.drop_table("search_grams")
    op.drop_table("results")
    op.drop_table("search_entries")
    op.drop_table("repeated_requests")
    op.drop_table("drafts")
