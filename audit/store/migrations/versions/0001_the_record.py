"""The record as it began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The history is append-only in the database itself: not even our own code can change an event.
_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER case_event_no_{verb} BEFORE {verb} ON case_event BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION case_event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$",
        "CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE ON case_event "
        "FOR EACH ROW EXECUTE FUNCTION case_event_append_only()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False, comment="0 is the system itself"),
        sa.Column("username", sa.String(length=60), nullable=False, comment="short name used on the command line"),
        sa.Column("name", sa.String(length=200), nullable=False, comment="name and title as printed in minutes"),
        sa.Column("roles", sa.JSON(), nullable=False, comment="codes of audit.people.roles.Role"),
        sa.Column("areas", sa.JSON(), nullable=False, comment="Kemendagri codes; empty means everywhere"),
        sa.Column("discipline", sa.String(length=20), nullable=True, comment="of an expert"),
        sa.Column("agency", sa.String(length=20), nullable=True, comment="code of the OPD the person speaks for"),
        sa.Column("puskesmas", sa.String(length=120), nullable=True, comment="where a health worker works"),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="false: may no longer do anything"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="when the account was made"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="e.g. 2026-2: year and semester"),
        sa.Column("kabupaten_code", sa.String(length=5), nullable=False, comment="Kemendagri code"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1 or 2"),
        sa.Column("timezone", sa.String(length=40), nullable=False, comment="IANA zone of the district: in it a day begins"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="last day of the semester"),
        sa.Column("dissemination_on", sa.Date(), nullable=True, comment="planned day of the event"),
        sa.Column(
            "settings", sa.JSON(), nullable=False, comment="focus areas, groups, quotas, criteria, quorum, visits; frozen at opening"
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("code", name=op.f("uq_cycle_code")),
        sa.UniqueConstraint("kabupaten_code", "year", "number", name=op.f("uq_cycle_kabupaten_code_year_number")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_check", sa.String(length=64), nullable=False, comment="fingerprint of a fixed text under the key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False, comment="as listed in audit/reports/book.py"),
        sa.Column("edition", sa.String(length=10), nullable=False, comment="publik or terbatas"),
        sa.Column(
            "subject",
            sa.String(length=160),
            nullable=False,
            comment="what it is about within the cycle, e.g. an agency; empty for the whole",
        ),
        sa.Column("number", sa.String(length=240), nullable=False, comment="as printed on it"),
        sa.Column(
            "revision", sa.Integer(), nullable=False, comment="1 for the first of this name, edition and subject; of a packet its round"
        ),
        sa.Column("code", sa.String(length=19), nullable=False, comment="of its verification page, derived from record_sha256"),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False, comment="canonical JSON in the file store"),
        sa.Column("record_sha256", sa.String(length=64), nullable=False, comment="of the record inside the file, printed on every page"),
        sa.Column("file_sha256", sa.String(length=64), nullable=False, comment="of the unsigned file, in the file store"),
        sa.Column("made_with", sa.String(length=200), nullable=False, comment="versions of program, engine, fonts and templates"),
        sa.Column(
            "history_head", sa.String(length=64), nullable=False, comment="hash over the newest event of every case when it was frozen"
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_document_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "cycle_id",
            "name",
            "edition",
            "subject",
            "snapshot_sha256",
            name=op.f("uq_document_cycle_id_name_edition_subject_snapshot_sha256"),
        ),
    )
    op.create_index(op.f("ix_document_code"), "document", ["code"], unique=False)
    op.create_index(op.f("ix_document_file_sha256"), "document", ["file_sha256"], unique=False)
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False, comment="last part of the path only"),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("layout", sa.String(length=20), nullable=False, comment="which table of columns.py matched: eppgbm, bumil, …"),
        sa.Column("cycle_id", sa.Integer(), nullable=True, comment="the cycle it was loaded for"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, comment="data rows in the file"),
        sa.Column("accepted", sa.Integer(), nullable=False, comment="rows stored as new or corrected"),
        sa.Column("repeated", sa.Integer(), nullable=False, comment="rows that were already there"),
        sa.Column("rejected", sa.Integer(), nullable=False, comment="rows that could not be used"),
        sa.Column("recheck", sa.JSON(), nullable=False, comment="how the file's own z-scores were found to be made, counts"),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_import_by_id_account")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_import_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index(op.f("ix_import_file_sha256"), "import", ["file_sha256"], unique=False)
    op.create_table(
        "document_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False, comment="name of the signature field"),
        sa.Column("signed_by", sa.String(length=200), nullable=False, comment="common name in the certificate"),
        sa.Column("by_id", sa.Integer(), nullable=False, comment="who had it signed"),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False, comment="of the file with this signature, in the file store"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_document_signature_by_id_account")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_signature_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_signature")),
        sa.UniqueConstraint("document_id", "place", name=op.f("uq_document_signature_document_id_place")),
    )
    op.create_index(op.f("ix_document_signature_file_sha256"), "document_signature", ["file_sha256"], unique=False)
    op.create_table(
        "doubtful_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False, comment="as in the sheet"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the checked row: subject, identity and measurement"),
        sa.Column("row_index", sa.String(length=32), nullable=False, comment="blind index of the content: the same doubt is raised once"),
        sa.Column("subject_ids", sa.JSON(), nullable=False, comment="who it may be, likeliest first"),
        sa.Column("decided", sa.String(length=10), nullable=True, comment="same or new; None while it waits"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_doubtful_match_decided_by_id_account")),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_doubtful_match_import_id_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubtful_match")),
    )
    op.create_index(op.f("ix_doubtful_match_import_id"), "doubtful_match", ["import_id"], unique=False)
    op.create_index(op.f("ix_doubtful_match_row_index"), "doubtful_match", ["row_index"], unique=False)
    op.create_table(
        "import_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False, comment="as in the sheet, titles counted"),
        sa.Column("column", sa.String(length=80), nullable=False, comment="header as in the file"),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False, comment="reject or warn"),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_import_problem_import_id_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )
    op.create_index(op.f("ix_import_problem_import_id"), "import_problem", ["import_id"], unique=False)
    op.create_table(
        "subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False, comment="child, woman or man"),
        sa.Column("is_male", sa.Boolean(), nullable=True, comment="None when the registry does not say"),
        sa.Column(
            "identity",
            sa.LargeBinary(),
            nullable=False,
            comment="name, nik, kk, birth_date (ISO), parents, address, rt, rw, phone; missing keys are unknown",
        ),
        sa.Column("nik_index", sa.String(length=32), nullable=True, comment="blind index of the NIK; None when masked or missing"),
        sa.Column("birth_index", sa.String(length=32), nullable=True, comment="blind index of birth date and sex"),
        sa.Column("desa_code", sa.String(length=13), nullable=False, comment="Kemendagri code"),
        sa.Column("puskesmas", sa.String(length=120), nullable=False),
        sa.Column("posyandu", sa.String(length=120), nullable=False),
        sa.Column("birth_weight_g", sa.Integer(), nullable=True, comment="grams"),
        sa.Column("birth_length_cm", sa.Double(), nullable=True),
        sa.Column("gestation_weeks", sa.Integer(), nullable=True, comment="at birth"),
        sa.Column("import_id", sa.Integer(), nullable=True, comment="the file that brought the subject"),
        sa.CheckConstraint("kind in ('child', 'woman', 'man')", name=op.f("ck_subject_kind")),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_subject_import_id_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
    )
    op.create_index(op.f("ix_subject_birth_index"), "subject", ["birth_index"], unique=False)
    op.create_index("ix_subject_desa_kind", "subject", ["desa_code", "kind"], unique=False)
    op.create_index(op.f("ix_subject_import_id"), "subject", ["import_id"], unique=False)
    op.create_index(op.f("ix_subject_nik_index"), "subject", ["nik_index"], unique=False)
    op.create_table(
        "audit_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False, comment="opaque: cycle and running number"),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("target_group", sa.String(length=10), nullable=False, comment="code of Group"),
        sa.Column("desa_code", sa.String(length=13), nullable=False, comment="where the subject lives"),
        sa.Column("puskesmas", sa.String(length=120), nullable=False, comment="that serves the subject"),
        sa.Column("status", sa.String(length=20), nullable=False, comment="code of Status"),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="number of events; grows by one with every move"),
        sa.Column("head_hash", sa.String(length=64), nullable=False, comment="hash of the newest event"),
        sa.Column("person_in_charge_id", sa.Integer(), nullable=True, comment="who waits on this case"),
        sa.Column("follow_up_ends_on", sa.Date(), nullable=True, comment="set when follow-up starts"),
        sa.Column("continues_case_id", sa.Integer(), nullable=True, comment="the case of the cycle before"),
        sa.Column("withdrawn_reason", sa.String(length=20), nullable=True, comment="code of WITHDRAWAL_REASONS"),
        sa.CheckConstraint(
            "status in ('selected', 'ready', 'under_review', 'reviewed', 'recommended', 'planned', 'approved', 'follow_up', 'evaluated', 'carried_over', 'withdrawn')",
            name=op.f("ck_audit_case_status"),
        ),
        sa.CheckConstraint("target_group in ('baduta', 'balita', 'bumil', 'bufas', 'catin')", name=op.f("ck_audit_case_target_group")),
        sa.ForeignKeyConstraint(["continues_case_id"], ["audit_case.id"], name=op.f("fk_audit_case_continues_case_id_audit_case")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_audit_case_cycle_id_cycle")),
        sa.ForeignKeyConstraint(["person_in_charge_id"], ["account.id"], name=op.f("fk_audit_case_person_in_charge_id_account")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_audit_case_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_case")),
        sa.UniqueConstraint("cycle_id", "subject_id", name=op.f("uq_audit_case_cycle_id_subject_id")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_case_number")),
    )
    op.create_index("ix_audit_case_cycle_status", "audit_case", ["cycle_id", "status"], unique=False)
    op.create_index(op.f("ix_audit_case_subject_id"), "audit_case", ["subject_id"], unique=False)
    op.create_table(
        "measurement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False, comment="registry: from a file; visit: from a follow-up visit"),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("replaced_by_import_id", sa.Integer(), nullable=True, comment="a later file"),
        sa.Column("age_months", sa.SmallInteger(), nullable=True, comment="completed months; the exact age would tell the birth date"),
        sa.Column("weight_kg", sa.Double(), nullable=True),
        sa.Column("height_cm", sa.Double(), nullable=True, comment="as measured, before the 0.7 cm correction"),
        sa.Column("position", sa.SmallInteger(), nullable=False, comment="0 unknown, 1 lying, 2 standing"),
        sa.Column("head_cm", sa.Double(), nullable=True),
        sa.Column("muac_cm", sa.Double(), nullable=True),
        sa.Column("has_oedema", sa.Boolean(), nullable=False),
        sa.Column("hb_g_dl", sa.Double(), nullable=True, comment="haemoglobin, women"),
        sa.Column("pregnancy_weeks", sa.SmallInteger(), nullable=True, comment="of a pregnant woman"),
        sa.Column("haz", sa.SmallInteger(), nullable=True, comment="height for age, hundredths of z"),
        sa.Column("waz", sa.SmallInteger(), nullable=True, comment="weight for age, hundredths of z"),
        sa.Column("whz", sa.SmallInteger(), nullable=True, comment="weight for height, hundredths of z"),
        sa.Column("baz", sa.SmallInteger(), nullable=True, comment="BMI for age, hundredths of z"),
        sa.Column("flags", sa.SmallInteger(), nullable=False, comment="implausible z: 1 haz, 2 waz, 4 whz, 8 baz"),
        sa.Column("source_haz", sa.SmallInteger(), nullable=True, comment="as printed in the file, hundredths"),
        sa.Column("source_waz", sa.SmallInteger(), nullable=True),
        sa.Column("source_whz", sa.SmallInteger(), nullable=True),
        sa.Column("weight_gain", sa.String(length=1), nullable=True, comment="N, T, O or B as the file says"),
        sa.Column("recheck", sa.String(length=30), nullable=True, comment="why to measure again; None when the file's z are explained"),
        sa.CheckConstraint("source in ('registry', 'visit')", name=op.f("ck_measurement_source")),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_measurement_import_id_import")),
        sa.ForeignKeyConstraint(["replaced_by_import_id"], ["import.id"], name=op.f("fk_measurement_replaced_by_import_id_import")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_measurement_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
    )
    op.create_index(op.f("ix_measurement_import_id"), "measurement", ["import_id"], unique=False)
    op.create_index(op.f("ix_measurement_replaced_by_import_id"), "measurement", ["replaced_by_import_id"], unique=False)
    op.create_index("ix_measurement_subject", "measurement", ["subject_id", "measured_on"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False, comment="consolidates and records the consensus; one per case"),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recusal_reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_assignment_case_id_audit_case")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_assignment_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_assignment_case_id_person_id")),
    )
    op.create_index(op.f("ix_assignment_person_id"), "assignment", ["person_id"], unique=False)
    op.create_index(
        "uq_assignment_one_lead",
        "assignment",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("is_lead"),
        postgresql_where=sa.text("is_lead"),
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False, comment="the newest one the screening looked at"),
        sa.Column("target_group", sa.String(length=10), nullable=False),
        sa.Column("kecamatan_code", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False, comment="sum of the weights of the rules that point here"),
        sa.Column("rank", sa.Integer(), nullable=False, comment="1 is first, within kecamatan and group"),
        sa.Column("reasons", sa.JSON(), nullable=False, comment="[{code, sentence}] in the order of the rules"),
        sa.Column(
            "needs_remeasuring",
            sa.Boolean(),
            nullable=False,
            comment="the z-scores of the file could not be explained: measure again first",
        ),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="proposed: within the screening; chosen: has a case; dropped: decided against",
        ),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drop_reason", sa.String(length=20), nullable=True, comment="code of forms.DROP_REASONS; None unless dropped"),
        sa.Column("dropped_by_id", sa.Integer(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('proposed', 'chosen', 'dropped')", name=op.f("ck_candidate_state")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_candidate_cycle_id_cycle")),
        sa.ForeignKeyConstraint(["dropped_by_id"], ["account.id"], name=op.f("fk_candidate_dropped_by_id_account")),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_candidate_measurement_id_measurement"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_candidate_subject_id_subject"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("cycle_id", "subject_id", name=op.f("uq_candidate_cycle_id_subject_id")),
    )
    op.create_index("ix_candidate_cycle_group", "candidate", ["cycle_id", "target_group", "rank"], unique=False)
    op.create_index(op.f("ix_candidate_subject_id"), "candidate", ["subject_id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="1, 2, 3 … within the case"),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("from_status", sa.String(length=20), nullable=True),
        sa.Column("to_status", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False, comment="codes, ids and fingerprints; never identity"),
        sa.Column("previous_hash", sa.String(length=64), nullable=False, comment="of the event before; zeros for the first"),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 over everything above"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_case_event_by_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_case_event_case_id_audit_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_case_event_case_id_seq")),
    )
    op.create_table(
        "consensus",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("direct_causes", sa.JSON(), nullable=False, comment="codes of the taxonomy"),
        sa.Column("indirect_causes", sa.JSON(), nullable=False, comment="codes of the taxonomy"),
        sa.Column("main_cause", sa.String(length=40), nullable=False, comment="one of the causes"),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column("dissent", sa.LargeBinary(), nullable=True, comment="[{person_id, discipline, text}]; None when all agree"),
        sa.Column("agreement", sa.JSON(), nullable=False, comment="cause -> number of opinions that name it; experts"),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_consensus_case_id_audit_case")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["account.id"], name=op.f("fk_consensus_recorded_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_consensus_case_id_round")),
    )
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="of the packet that was read"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="answers of the opinion form: summary, causes, recommendations …"),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_opinion_case_id_audit_case")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_opinion_person_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("case_id", "person_id", "round", name=op.f("uq_opinion_case_id_person_id_round")),
    )
    op.create_table(
        "opinion_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="the expert whose opinion it is"),
        sa.Column("round", sa.Integer(), nullable=False, comment="of the packet the form belongs to"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="answers of the opinion form, checked"),
        sa.Column("file_sha256", sa.String(length=64), nullable=False, comment="of the returned form, in the file store"),
        sa.Column("read_by_id", sa.Integer(), nullable=False, comment="who handed the form in"),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_opinion_draft_case_id_audit_case")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_opinion_draft_person_id_account")),
        sa.ForeignKeyConstraint(["read_by_id"], ["account.id"], name=op.f("fk_opinion_draft_read_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_draft")),
        sa.UniqueConstraint("case_id", "person_id", "round", name=op.f("uq_opinion_draft_case_id_person_id_round")),
    )
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="1 for the first evaluation of the case"),
        sa.Column(
            "indicator", sa.String(length=10), nullable=False, comment="haz, waz, whz (hundredths of z); muac (mm); hb (tenths of g/dL)"
        ),
        sa.Column("is_primary", sa.Boolean(), nullable=False, comment="the one the case is judged by"),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("before_value", sa.Integer(), nullable=True),
        sa.Column("after_value", sa.Integer(), nullable=True),
        sa.Column(
            "change", sa.Integer(), nullable=True, comment="after minus before, in the indicator's unit; None when it cannot be said"
        ),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("unknown_because", sa.String(length=30), nullable=True, comment="code of the reason when the change cannot be said"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict in ('improved', 'unchanged', 'worse', 'unknown')", name=op.f("ck_outcome_verdict")),
        sa.ForeignKeyConstraint(["after_id"], ["measurement.id"], name=op.f("fk_outcome_after_id_measurement")),
        sa.ForeignKeyConstraint(["before_id"], ["measurement.id"], name=op.f("fk_outcome_before_id_measurement")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_outcome_case_id_audit_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("case_id", "indicator", "attempt", name=op.f("uq_outcome_case_id_indicator_attempt")),
    )
    op.create_table(
        "packet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="1 for the first"),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False, comment="canonical JSON in the file store"),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_packet_case_id_audit_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_packet_case_id_round")),
    )
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="of the consensus it belongs to"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 within the consensus"),
        sa.Column("intervention_class", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False, comment="code of the taxonomy it answers"),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "intervention_class in ('spesifik', 'sensitif', 'koordinatif')", name=op.f("ck_recommendation_intervention_class")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_recommendation_case_id_audit_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
    )
    op.create_index("ix_recommendation_case", "recommendation", ["case_id", "round"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("late_after", sa.Date(), nullable=False, comment="after this day an unrecorded visit counts as missed"),
        sa.Column("with_measurement", sa.Boolean(), nullable=False, comment="the monthly measurement falls on this visit"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("visited_by_id", sa.Integer(), nullable=True),
        sa.Column("measurement_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('planned', 'done', 'missed')", name=op.f("ck_visit_state")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_visit_case_id_audit_case")),
        sa.ForeignKeyConstraint(["measurement_id"], ["measurement.id"], name=op.f("fk_visit_measurement_id_measurement")),
        sa.ForeignKeyConstraint(["visited_by_id"], ["account.id"], name=op.f("fk_visit_visited_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("case_id", "planned_on", name=op.f("uq_visit_case_id_planned_on")),
    )
    op.create_index("ix_visit_state", "visit", ["state", "planned_on"], unique=False)
    op.create_table(
        "worksheet",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False, comment="field name -> value, as parsed by the form of the group"),
        sa.Column("missing", sa.JSON(), nullable=False, comment="asked_by -> names of required fields without an answer"),
        sa.Column("unusual", sa.Integer(), nullable=False, comment="answers outside the usual range"),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_note", sa.LargeBinary(), nullable=True, comment="what the secretariat or the panel asked for"),
        sa.CheckConstraint("state in ('draft', 'submitted', 'returned')", name=op.f("ck_worksheet_state")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_worksheet_case_id_audit_case")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["account.id"], name=op.f("fk_worksheet_submitted_by_id_account")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_worksheet")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False, comment="who is to be told"),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True, comment="when it was put before somebody"),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_outbox_case_id_audit_case")),
        sa.ForeignKeyConstraint(["event_id"], ["case_event.id"], name=op.f("fk_outbox_event_id_case_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", "role", name=op.f("uq_outbox_event_id_role")),
    )
    op.create_index(op.f("ix_outbox_case_id"), "outbox", ["case_id"], unique=False)
    op.create_table(
        "rtl_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 within the case's current plan"),
        sa.Column("intervention_class", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False, comment="the problem it answers, code of the taxonomy"),
        sa.Column("activity", sa.LargeBinary(), nullable=False, comment="kegiatan"),
        sa.Column("owner_agency", sa.String(length=20), nullable=False, comment="penanggung jawab OPD, code"),
        sa.Column("implementer", sa.LargeBinary(), nullable=True, comment="pelaksana"),
        sa.Column("target", sa.LargeBinary(), nullable=True, comment="sasaran"),
        sa.Column("place_code", sa.String(length=13), nullable=True, comment="lokasi: kode desa"),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("funding", sa.String(length=20), nullable=True, comment="sumber dana, code"),
        sa.Column("indicator", sa.LargeBinary(), nullable=True),
        sa.Column("baseline", sa.LargeBinary(), nullable=True),
        sa.Column("goal", sa.LargeBinary(), nullable=True, comment="target to be reached"),
        sa.Column("status", sa.String(length=12), nullable=False, comment="usulan, disetujui, berjalan, selesai, terkendala, batal"),
        sa.Column("evidence", sa.LargeBinary(), nullable=True, comment="bukti"),
        sa.Column("obstacle", sa.LargeBinary(), nullable=True, comment="kendala"),
        sa.Column("reported_by_id", sa.Integer(), nullable=True, comment="level 1: the owner says done"),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True, comment="level 2: somebody else saw it"),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("is_effective", sa.Boolean(), nullable=True, comment="level 3: the measure moved; None while nobody can say"),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True, comment="an earlier draft of the plan, kept"),
        sa.CheckConstraint("intervention_class in ('spesifik', 'sensitif', 'koordinatif')", name=op.f("ck_rtl_action_intervention_class")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_rtl_action_case_id_audit_case")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["account.id"], name=op.f("fk_rtl_action_confirmed_by_id_account")),
        sa.ForeignKeyConstraint(["recommendation_id"], ["recommendation.id"], name=op.f("fk_rtl_action_recommendation_id_recommendation")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["account.id"], name=op.f("fk_rtl_action_reported_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rtl_action")),
    )
    op.create_index("ix_rtl_action_case", "rtl_action", ["case_id"], unique=False)
    op.create_index(op.f("ix_rtl_action_recommendation_id"), "rtl_action", ["recommendation_id"], unique=False)
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a record is never taken back to an older shape; restore a backup instead")
