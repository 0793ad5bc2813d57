"""Where pages are that other pages lead to. Case numbers are opaque and may be in an address; nothing else of a case may."""

from __future__ import annotations

from collections.abc import Mapping

from audit.lifecycle.vocabulary import Action

_PAGE_OF_ACTION: Mapping[Action, str] = {
    Action.SUBMIT_WORKSHEET: "lembar-kerja",
    Action.SUBMIT_OPINION: "telaah",
    Action.RECORD_CONSENSUS: "sidang",
    Action.PLAN_ACTIONS: "rtl",
    Action.APPROVE_PLAN: "persetujuan",
    Action.RETURN_PLAN: "persetujuan",
    Action.RECORD_VISIT: "kunjungan",
}
"""Actions that have a page of their own; all others are asked for on the general one."""


def of_case(number: str, *below: str) -> str:
    """The page of a case, or one below it."""
    return "/".join(("/kasus", number, *below))


def of_action(number: str, action: Action) -> str:
    """Where an action is done to a case."""
    return of_case(number, own) if (own := _PAGE_OF_ACTION.get(action)) else of_case(number, "tindakan", action)
