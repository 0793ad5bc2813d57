"""What the workspace keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False, comment="code of Action the form is for"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="field name -> text as typed; not parsed"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="grows with every save; a save based on an older one is not merged"),
        sa.Column("seen_version", sa.Integer(), nullable=False, comment="version of the case the form was opened on"),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_form_draft_case_id_audit_case")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_form_draft_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_draft")),
        sa.UniqueConstraint("case_id", "person_id", "action", name=op.f("uq_form_draft_case_id_person_id_action")),
    )
    op.create_table(
        "form_receipt",
        sa.Column("form_id", sa.String(length=36), nullable=False, comment="drawn by chance when the form was shown"),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True, comment="None when the form is about no case"),
        sa.Column("event_id", sa.Integer(), nullable=True, comment="what came of it"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_form_receipt_case_id_audit_case")),
        sa.ForeignKeyConstraint(["event_id"], ["case_event.id"], name=op.f("fk_form_receipt_event_id_case_event")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_form_receipt_person_id_account")),
        sa.PrimaryKeyConstraint("form_id", name=op.f("pk_form_receipt")),
    )
    op.create_index("ix_form_receipt_received", "form_receipt", ["received_at"], unique=False)
    op.add_column(
        "account",
        sa.Column(
            "home_desa", sa.String(length=13), nullable=True, comment="where an expert lives, Kemendagri code: neighbours are not reviewed"
        ),
    )
    op.add_column(
        "account",
        sa.Column(
            "most_cases", sa.Integer(), nullable=True, comment="cases of one cycle an expert takes at most; None: no limit of their own"
        ),
    )
    op.add_column("account", sa.Column("email", sa.String(length=200), nullable=True, comment="where notices go"))


def downgrade() -> None:
    raise NotImplementedError("a record is never taken back to an older shape; restore a backup instead")
