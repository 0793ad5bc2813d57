"""What each action asks of the person who does it: a form of its own, and one for each row of a list. The steps check the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.forms import Form
from audit.lifecycle.vocabulary import Action, Group
from audit.steps.evaluate.forms import EVALUATION
from audit.steps.followup.forms import CONFIRMATION, PERSON_IN_CHARGE, PROGRESS, VISIT
from audit.steps.identify.forms import IDENTITY, WITHDRAW
from audit.steps.packet.forms import SEND_BACK, WORKSHEETS
from audit.steps.recommend.forms import ACTION, CONSENSUS, DISSENT, NOTHING, PLAN_RETURN, RECOMMENDATION, VOTE
from audit.steps.review.forms import ASSIGNMENT, COMMENT, ENTRY, OPINION, RECUSAL


@dataclass(frozen=True, slots=True)
class Rows:
    """A list within an answer: the form of each row, and whether at least one is needed."""

    form: Form
    is_required: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers of one action: a form, and lists by name."""

    form: Form
    rows: Mapping[str, Rows] = field(default_factory=dict)

    @property
    def is_required(self) -> bool:
        """Whether the action cannot be done without a single answer."""
        return any(f.is_required for f in self.form.fields) or any(rows.is_required for rows in self.rows.values())

    @property
    def is_empty(self) -> bool:
        return not self.form.fields and not self.rows


ASKED: Mapping[Action, Asked] = {
    Action.RETURN_WORKSHEET: Asked(SEND_BACK),
    Action.ASK_FOR_DATA: Asked(SEND_BACK),
    Action.ASSIGN_EXPERT: Asked(ASSIGNMENT),
    Action.RECUSE: Asked(RECUSAL),
    Action.SUBMIT_OPINION: Asked(OPINION),
    Action.ENTER_OPINION: Asked(ENTRY),
    Action.COMMENT: Asked(COMMENT),
    Action.PROPOSE_CONSENSUS: Asked(CONSENSUS, {"recommendations": Rows(RECOMMENDATION, is_required=True)}),
    Action.VOTE: Asked(VOTE),
    Action.RECORD_CONSENSUS: Asked(
        CONSENSUS, {"recommendations": Rows(RECOMMENDATION, is_required=True), "dissent": Rows(DISSENT, is_required=False)}
    ),
    Action.PLAN_ACTIONS: Asked(NOTHING, {"actions": Rows(ACTION, is_required=True)}),
    Action.RETURN_PLAN: Asked(PLAN_RETURN),
    Action.NAME_PERSON_IN_CHARGE: Asked(PERSON_IN_CHARGE),
    Action.RECORD_VISIT: Asked(VISIT),
    Action.REPORT_PROGRESS: Asked(PROGRESS),
    Action.CONFIRM_ACTION: Asked(CONFIRMATION),
    Action.EVALUATE: Asked(EVALUATION),
    Action.WITHDRAW: Asked(WITHDRAW),
    Action.OPEN_IDENTITY: Asked(IDENTITY),
}
"""Actions that are not here ask nothing; the worksheet depends on the group and is found by `asked_for`."""


def asked_for(action: Action, group: Group) -> Asked:
    """What the action asks for a case of this group; an empty form when nothing."""
    if action is Action.SUBMIT_WORKSHEET:
        return Asked(WORKSHEETS[group])
    return ASKED.get(action, Asked(Form(str(action), str(action), ())))
