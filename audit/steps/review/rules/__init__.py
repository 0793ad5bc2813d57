"""The panel, decided without a database: causes and agreement, who may sit, who is chosen, which returned form is taken."""

from audit.steps.review.rules.assignment import PanelNeed, Plan, Reviewer, Seated, plan_panels
from audit.steps.review.rules.causes import (
    AVOIDABILITY,
    CAUSE_BY_CODE,
    CAUSES,
    DIRECT_CAUSES,
    INDIRECT_CAUSES,
    Agreement,
    Cause,
    agreement,
)
from audit.steps.review.rules.panel import (
    CONFLICT_KINDS,
    DEFAULT_QUORUM,
    Absence,
    CaseTies,
    Declared,
    away_until,
    conflict_of_interest,
    lead_discipline,
)
from audit.steps.review.rules.returned import may_not_hand_in

__all__ = [
    "AVOIDABILITY",
    "CAUSES",
    "CAUSE_BY_CODE",
    "CONFLICT_KINDS",
    "DEFAULT_QUORUM",
    "DIRECT_CAUSES",
    "INDIRECT_CAUSES",
    "Absence",
    "Agreement",
    "CaseTies",
    "Cause",
    "Declared",
    "PanelNeed",
    "Plan",
    "Reviewer",
    "Seated",
    "agreement",
    "away_until",
    "conflict_of_interest",
    "lead_discipline",
    "may_not_hand_in",
    "plan_panels",
]
