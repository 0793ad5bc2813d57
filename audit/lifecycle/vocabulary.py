"""The words of the process: statuses, actions, target groups, reasons. Which action leads where is in transitions.py."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    """Where a case stands. The order is the order of the process."""

    SELECTED = "selected"
    READY = "ready"
    UNDER_REVIEW = "under_review"
    REVIEWED = "reviewed"
    RECOMMENDED = "recommended"
    PLANNED = "planned"
    APPROVED = "approved"
    FOLLOW_UP = "follow_up"
    EVALUATED = "evaluated"
    CARRIED_OVER = "carried_over"
    WITHDRAWN = "withdrawn"


STATUS_LABELS: Mapping[Status, str] = {
    Status.SELECTED: "Terpilih, kertas kerja diisi",
    Status.READY: "Paket siap",
    Status.UNDER_REVIEW: "Dikaji tim pakar",
    Status.REVIEWED: "Kajian lengkap",
    Status.RECOMMENDED: "Rekomendasi disepakati",
    Status.PLANNED: "RTL menunggu persetujuan",
    Status.APPROVED: "RTL disetujui",
    Status.FOLLOW_UP: "Tindak lanjut berjalan",
    Status.EVALUATED: "Dievaluasi",
    Status.CARRIED_OVER: "Dilanjutkan ke siklus berikut",
    Status.WITHDRAWN: "Dikeluarkan dari audit",
}


class Action(StrEnum):
    """What can happen to a case. The value is the word used on the command line."""

    OPEN_CASE = "open-case"
    SUBMIT_WORKSHEET = "submit-worksheet"
    RETURN_WORKSHEET = "return-worksheet"
    FREEZE_PACKET = "freeze-packet"
    ASSIGN_EXPERT = "assign-expert"
    RECUSE = "recuse"
    OPEN_REVIEW = "open-review"
    SUBMIT_OPINION = "submit-opinion"
    ENTER_OPINION = "enter-opinion"
    ASK_FOR_DATA = "ask-for-data"
    CLOSE_REVIEW = "close-review"
    COMMENT = "comment"
    PROPOSE_CONSENSUS = "propose-consensus"
    VOTE = "vote"
    RECORD_CONSENSUS = "record-consensus"
    PLAN_ACTIONS = "plan-actions"
    SUBMIT_PLAN = "submit-plan"
    APPROVE_PLAN = "approve-plan"
    RETURN_PLAN = "return-plan"
    NAME_PERSON_IN_CHARGE = "name-person-in-charge"
    START_FOLLOW_UP = "start-follow-up"
    RECORD_VISIT = "record-visit"
    MARK_VISIT_MISSED = "mark-visit-missed"
    REPORT_PROGRESS = "report-progress"
    CONFIRM_ACTION = "confirm-action"
    ESCALATE = "escalate"
    EVALUATE = "evaluate"
    CARRY_OVER = "carry-over"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    OPEN_IDENTITY = "open-identity"


ANSWERING_ACTIONS: frozenset[Action] = frozenset({Action.SUBMIT_OPINION, Action.ENTER_OPINION})
"""Actions that tell that an expert answered: sealed from the rest of the panel until the round is closed."""

DISCUSSING_ACTIONS: frozenset[Action] = frozenset({Action.COMMENT, Action.PROPOSE_CONSENSUS, Action.VOTE})
"""Actions by which a panel discusses before it agrees."""

QUIET_ACTIONS: frozenset[Action] = frozenset({Action.OPEN_IDENTITY, Action.COMMENT, Action.VOTE, *ANSWERING_ACTIONS})
"""Actions that change nothing anybody else's form stands on: a form opened before them is still up to date."""


class Group(StrEnum):
    """The target groups of the audit."""

    BADUTA = "baduta"
    BALITA = "balita"
    BUMIL = "bumil"
    BUFAS = "bufas"
    CATIN = "catin"

    @property
    def is_child(self) -> bool:
        return self in (Group.BADUTA, Group.BALITA)


GROUP_LABELS: Mapping[Group, str] = {
    Group.BADUTA: "Anak di bawah dua tahun (baduta)",
    Group.BALITA: "Anak di bawah lima tahun (balita)",
    Group.BUMIL: "Ibu hamil",
    Group.BUFAS: "Ibu nifas",
    Group.CATIN: "Calon pengantin",
}

WITHDRAWAL_REASONS: Mapping[str, str] = {
    "moved_away": "Pindah ke luar wilayah audit",
    "died": "Meninggal dunia",
    "consent_refused": "Keluarga tidak bersedia",
    "wrong_identity": "Identitas keliru",
    "duplicate": "Kasus ganda",
}

INTERVENTION_CLASSES: Mapping[str, str] = {
    "spesifik": "Intervensi spesifik",
    "sensitif": "Intervensi sensitif",
    "koordinatif": "Tindakan koordinatif",
}
