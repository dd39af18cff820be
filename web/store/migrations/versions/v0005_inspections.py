"""Make the tables of inspections and of publicity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forwards."""
    op.create_table(
        "export_batches",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_export_batches"),
    )
    op.create_table(
        "inspection_matters",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("power", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("objects", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("rate", sa.String(length=32), nullable=False),
        sa.Column("yearly_most", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=64), nullable=False),
        sa.Column("lead", sa.String(length=100), nullable=False),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_matters"),
    )
    op.create_table(
        "inspection_subjects",
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("industry", sa.String(length=64), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("risk", sa.String(length=16), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_inspection_subjects"),
    )
    op.create_index("ix_inspection_subjects_area", "inspection_subjects", ["area"])
    op.create_index("ix_inspection_subjects_kind", "inspection_subjects", ["kind"])
    op.create_table(
        "inspection_tasks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("objects", sa.String(length=200), nullable=False),
        sa.Column("by_kind", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rate", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("draw_on", sa.Date(), nullable=False),
        sa.Column("done_by", sa.Date(), nullable=False),
        sa.Column("lead", sa.String(length=100), nullable=False),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("approved_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_tasks"),
    )
    op.create_index("ix_inspection_tasks_state", "inspection_tasks", ["state"])
    op.create_index("ix_inspection_tasks_year", "inspection_tasks", ["year"])
    op.create_table(
        "inspection_draws",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("draw", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("case", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=True),
        sa.Column("commit_hash", sa.String(length=64), nullable=True),
        sa.Column("committed_at", _MOMENT, nullable=True),
        sa.Column("leaf", sa.BigInteger(), nullable=True),
        sa.Column("first_known", _MOMENT, nullable=True),
        sa.Column("opened", sa.LargeBinary(), nullable=True),
        sa.Column("transcript", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("prepared_by", sa.String(length=64), nullable=False),
        sa.Column("prepared_at", _MOMENT, nullable=False),
        sa.Column("frozen_by", sa.String(length=64), nullable=True),
        sa.Column("asked_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["inspection_tasks.id"], name="fk_inspection_draws_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_draws"),
        sa.UniqueConstraint("task_id", "attempt", name="uq_inspection_draws_task_id_attempt"),
    )
    op.create_index("ix_inspection_draws_commit_hash", "inspection_draws", ["commit_hash"])
    op.create_index("ix_inspection_draws_draw", "inspection_draws", ["draw"])
    op.create_index("ix_inspection_draws_state", "inspection_draws", ["state"])
    op.create_table(
        "inspection_inspectors",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("dept", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("certificate", sa.String(length=64), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("available", sa.Text(), nullable=False),
        sa.Column("may_lead", sa.Boolean(), nullable=False),
        sa.Column("is_expert", sa.Boolean(), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("load", sa.Integer(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_inspection_inspectors_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_inspectors"),
        sa.UniqueConstraint("account_id", name="uq_inspection_inspectors_account_id"),
    )
    op.create_index("ix_inspection_inspectors_dept", "inspection_inspectors", ["dept"])
    op.create_table(
        "inspection_conflicts",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("inspector_id", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["inspection_inspectors.id"], name="fk_inspection_conflicts_inspector_id"
        ),
        sa.PrimaryKeyConstraint("code", "inspector_id", name="pk_inspection_conflicts"),
    )
    op.create_table(
        "inspection_visits",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pass_code", sa.String(length=22), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=True),
        sa.Column("draw_id", sa.String(length=22), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("dept", sa.String(length=64), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("inspectors", sa.Text(), nullable=False),
        sa.Column("lead", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("trigger", sa.String(length=32), nullable=False),
        sa.Column("clue", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_at", _MOMENT, nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["inspection_draws.id"], name="fk_inspection_visits_draw_id"),
        sa.ForeignKeyConstraint(["task_id"], ["inspection_tasks.id"], name="fk_inspection_visits_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_visits"),
        sa.UniqueConstraint("draw_id", "code", "dept", name="uq_inspection_visits_draw_id_code_dept"),
        sa.UniqueConstraint("pass_code", name="uq_inspection_visits_pass_code"),
    )
    op.create_index("ix_inspection_visits_code", "inspection_visits", ["code"])
    op.create_index("ix_inspection_visits_draw_id", "inspection_visits", ["draw_id"])
    op.create_index("ix_inspection_visits_state", "inspection_visits", ["state"])
    op.create_index("ix_inspection_visits_task_id", "inspection_visits", ["task_id"])
    op.create_table(
        "inspection_cases",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("visit_id", sa.String(length=22), nullable=False),
        sa.Column("to_department", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["inspection_visits.id"], name="fk_inspection_cases_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_cases"),
    )
    op.create_index("ix_inspection_cases_visit_id", "inspection_cases", ["visit_id"])
    op.create_table(
        "inspection_evidence",
        sa.Column("visit_id", sa.String(length=22), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["inspection_visits.id"], name="fk_inspection_evidence_visit_id"),
        sa.PrimaryKeyConstraint("visit_id", "sha256", name="pk_inspection_evidence"),
    )
    op.create_index("ix_inspection_evidence_record_id", "inspection_evidence", ["record_id"])
    op.create_table(
        "inspection_records",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("follow_ups", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("review", sa.String(length=16), nullable=False),
        sa.Column("reviewed_by", sa.String(length=64), nullable=True),
        sa.Column("reviewed_at", _MOMENT, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["inspection_visits.id"], name="fk_inspection_records_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_records"),
        sa.UniqueConstraint("visit_id", "number", name="uq_inspection_records_visit_id_number"),
    )
    op.create_index("ix_inspection_records_visit_id", "inspection_records", ["visit_id"])
    op.create_table(
        "publications",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("visit_id", sa.String(length=22), nullable=True),
        sa.Column("task_id", sa.String(length=64), nullable=True),
        sa.Column("draw_id", sa.String(length=22), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("row", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["inspection_draws.id"], name="fk_publications_draw_id"),
        sa.ForeignKeyConstraint(["task_id"], ["inspection_tasks.id"], name="fk_publications_task_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["inspection_visits.id"], name="fk_publications_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.UniqueConstraint("visit_id", name="uq_publications_visit_id"),
    )
    op.create_index("ix_publications_code", "publications", ["code"])
    op.create_index("ix_publications_draw_id", "publications", ["draw_id"])
    op.create_index("ix_publications_due_on", "publications", ["due_on"])
    op.create_index("ix_publications_event_on", "publications", ["event_on"])
    op.create_index("ix_publications_kind", "publications", ["kind"])
    op.create_index("ix_publications_published_on", "publications", ["published_on"])
    op.create_index("ix_publications_result", "publications", ["result"])
    op.create_index("ix_publications_shown_until", "publications", ["shown_until"])
    op.create_index("ix_publications_task_id", "publications", ["task_id"])
    op.create_table(
        "objections",
        sa.Column("publication_id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=22), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name="fk_objections_publication_id"),
        sa.PrimaryKeyConstraint("publication_id", "number", name="pk_objections"),
        sa.UniqueConstraint("token", name="uq_objections_token"),
    )
    op.create_index("ix_objections_state", "objections", ["state"])
    op.create_table(
        "publication_proposals",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("publication_id", sa.String(length=22), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("row", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name="fk_publication_proposals_publication_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publication_proposals"),
    )
    op.create_index("ix_publication_proposals_publication_id", "publication_proposals", ["publication_id"])
    op.create_index("ix_publication_proposals_state", "publication_proposals", ["state"])
    op.create_table(
        "publication_replies",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("publication_id", sa.String(length=22), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name="fk_publication_replies_publication_id"),
        sa.PrimaryKeyConstraint("id", name="pk_publication_replies"),
    )
    op.create_index("ix_publication_replies_publication_id", "publication_replies", ["publication_id"])
    op.create_table(
        "publication_versions",
        sa.Column("publication_id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name="fk_publication_versions_publication_id"),
        sa.PrimaryKeyConstraint("publication_id", "number", name="pk_publication_versions"),
    )
    op.create_table(
        "objection_steps",
        sa.Column("publication_id", sa.String(length=22), nullable=False),
        sa.Column("objection", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id", "objection"],
            ["objections.publication_id", "objections.number"],
            name="fk_objection_steps_objection",
        ),
        sa.PrimaryKeyConstraint("publication_id", "objection", "number", name="pk_objection_steps"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("objection_steps")
    op.drop_table("publication_versions")
    op.drop_table("publication_replies")
    op.drop_table("publication_proposals")
    op.drop_table("objections")
    op.drop_table("publications")
    op.drop_table("inspection_records")
    op.drop_table("inspection_evidence")
    op.drop_table("inspection_cases")
    op.drop_table("inspection_visits")
    op.drop_table("inspection_conflicts")
    op.drop_table("inspection_inspectors")
    op.drop_table("inspection_draws")
    op.drop_table("inspection_tasks")
    op.drop_table("inspection_subjects")
    op.drop_table("inspection_matters")
    op.drop_table("export_batches")
