"""What the workspace keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# The history of an account is append-only in the database itself, like that of a case.
APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER account_event_no_{verb} BEFORE {verb} ON account_event BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "CREATE TRIGGER account_event_append_only BEFORE UPDATE OR DELETE ON account_event "
        "FOR EACH ROW EXECUTE FUNCTION case_event_append_only()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "account_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="1, 2, 3 … within the account"),
        sa.Column("what", sa.String(length=30), nullable=False, comment="code of audit.people.account_history.What"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False, comment="what changed, from what to what; never a secret"),
        sa.Column("previous_hash", sa.String(length=64), nullable=False, comment="of the event before; zeros for the first"),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 over everything above"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_event_account_id_account")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_account_event_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_event")),
        sa.UniqueConstraint("account_id", "seq", name=op.f("uq_account_event_account_id_seq")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False, comment="what it is for, in the person's words"),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False, comment="codes of audit.people.tokens.SCOPES"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True, comment="day in UTC"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"], unique=False)
    op.create_table(
        "browser_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False, comment="password, oidc, or demo"),
        sa.Column("needs_second_factor", sa.Boolean(), nullable=False, comment="true: the password was right, the code is still to come"),
        sa.Column("device", sa.String(length=60), nullable=False, comment="in words, e.g. Chrome di Android; never what the browser sent"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False, comment="to five minutes"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="however much it is used"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("how in ('password', 'oidc', 'demo')", name=op.f("ck_browser_session_how")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_browser_session_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_browser_session_token_sha256")),
    )
    op.create_index("ix_browser_session_account", "browser_session", ["account_id", "created_at"], unique=False)
    op.create_table(
        "conflict_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="puskesmas, desa or case"),
        sa.Column("value", sa.String(length=120), nullable=False, comment="name of the puskesmas, Kemendagri code, or number of the case"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True, comment="since when it no longer holds; the row stays"),
        sa.ForeignKeyConstraint(["declared_by_id"], ["account.id"], name=op.f("fk_conflict_declaration_declared_by_id_account")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_conflict_declaration_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_declaration")),
    )
    op.create_index(op.f("ix_conflict_declaration_person_id"), "conflict_declaration", ["person_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False, comment="argon2id with its parameters"),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True, comment="base32; None: no second factor was ever begun"),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True, comment="None: not asked for when signing in"),
        sa.Column(
            "last_totp_step", sa.Integer(), nullable=True, comment="30-second step of the newest code taken; it and older ones are refused"
        ),
        sa.Column("recovery_codes", sa.LargeBinary(), nullable=True, comment="SHA-256 of each code not used yet"),
        sa.Column("failed_in_row", sa.Integer(), nullable=False, comment="tries since the last one that succeeded"),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True, comment="until then every try is refused"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_credential_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "errand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="code of ErrandKind"),
        sa.Column("parameters", sa.JSON(), nullable=False, comment="ids, fingerprints, names of the book, the name of a file"),
        sa.Column("cycle_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False, comment="who asked for it"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False, comment="asked, running, done or failed"),
        sa.Column("same_as", sa.String(length=64), nullable=True, comment="what makes two errands one, as long as it counts"),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how often it was begun"),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False, comment="0: nobody can say how many"),
        sa.Column("result", sa.JSON(), nullable=False, comment="counts, codes and fingerprints; never identity"),
        sa.Column("report", sa.LargeBinary(), nullable=True, comment="what was found in a registry file, with the values"),
        sa.Column("sentence", sa.String(length=2000), nullable=True, comment="what went wrong or is left to do; without identity"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_errand_by_id_account")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_errand_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
        sa.UniqueConstraint("same_as", name=op.f("uq_errand_same_as")),
    )
    op.create_index("ix_errand_state", "errand", ["state", "id"], unique=False)
    op.create_table(
        "external_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False, comment="address of the service"),
        sa.Column("subject", sa.String(length=255), nullable=False, comment="what the service calls the person; opaque"),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_external_identity_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_external_identity_account_id"), "external_identity", ["account_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_reset", sa.Boolean(), nullable=False, comment="true: the account had a password when the link was made"),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="a newer link took its place, or the account was closed"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invitation_account_id_account")),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_invitation_made_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
    )
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"], unique=False)
    op.create_table(
        "office_setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False, comment="code of SettingsPart"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="1 for the first of this part"),
        sa.Column("value", sa.JSON(), nullable=False, comment="what open_cycle is given for it; empty: back to the defaults"),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["account.id"], name=op.f("fk_office_setting_changed_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_setting")),
        sa.UniqueConstraint("part", "revision", name=op.f("uq_office_setting_part_revision")),
    )
    op.create_table(
        "saved_phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False, comment="name of the question of the opinion form"),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_saved_phrase_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_phrase")),
    )
    op.create_index("ix_saved_phrase_person", "saved_phrase", ["person_id", "field"], unique=False)
    op.create_table(
        "unavailability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False, comment="first day away"),
        sa.Column("to_on", sa.Date(), nullable=False, comment="last day away"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True, comment="since when it no longer holds; the row stays"),
        sa.ForeignKeyConstraint(["declared_by_id"], ["account.id"], name=op.f("fk_unavailability_declared_by_id_account")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_unavailability_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unavailability")),
    )
    op.create_index(op.f("ix_unavailability_person_id"), "unavailability", ["person_id"], unique=False)
    op.create_table(
        "consensus_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="of the packet it is about"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="answers of the consensus form, with `recommendations`"),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True, comment="a newer proposal took its place"),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_consensus_proposal_case_id_audit_case")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["account.id"], name=op.f("fk_consensus_proposal_proposed_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus_proposal")),
    )
    op.create_index("ix_consensus_proposal_case", "consensus_proposal", ["case_id", "round"], unique=False)
    op.create_table(
        "form_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False, comment="code of Action the form is for"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="field name -> text as typed; not parsed"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="grows with every save; a save based on an older one is not merged"),
        sa.Column("form_id", sa.String(length=36), nullable=False, comment="of the page that saved it last; that page may go on saving"),
        sa.Column("seen_version", sa.Integer(), nullable=False, comment="version of the case the form was opened on"),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_form_draft_case_id_audit_case")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_form_draft_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_draft")),
        sa.UniqueConstraint("case_id", "person_id", "action", name=op.f("uq_form_draft_case_id_person_id_action")),
    )
    op.create_table(
        "identity_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False, comment="code of forms.OPENING_REASONS"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="from then on it is masked again"),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_identity_opening_case_id_audit_case")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_identity_opening_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_opening")),
    )
    op.create_index("ix_identity_opening_person", "identity_opening", ["person_id", "expires_at"], unique=False)
    op.create_table(
        "panel_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="of the packet that is discussed"),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_panel_comment_case_id_audit_case")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_panel_comment_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_comment")),
    )
    op.create_index("ix_panel_comment_case", "panel_comment", ["case_id", "round"], unique=False)
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
    op.create_table(
        "panel_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="{vote, text}: agree or disagree, and in whose words"),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_panel_vote_person_id_account")),
        sa.ForeignKeyConstraint(["proposal_id"], ["consensus_proposal.id"], name=op.f("fk_panel_vote_proposal_id_consensus_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_vote")),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_panel_vote_proposal_id_person_id")),
    )
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
    op.add_column(
        "account",
        sa.Column(
            "version", sa.Integer(), server_default="0", nullable=False, comment="number of its events; grows by one with every change"
        ),
    )
    op.add_column(
        "account",
        sa.Column(
            "head_hash",
            sa.String(length=64),
            server_default="0000000000000000000000000000000000000000000000000000000000000000",
            nullable=False,
            comment="hash of its newest event; zeros when there is none",
        ),
    )
    op.add_column(
        "consensus",
        sa.Column("avoidability", sa.String(length=20), nullable=True, comment="code of AVOIDABILITY; None when it was not graded"),
    )

    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a record is never taken back to an older shape; restore a backup instead")
