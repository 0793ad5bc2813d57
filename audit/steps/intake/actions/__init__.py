"""What is done with registry files: loaded, undone, doubts decided, refused rows handed back. Rules and selects are elsewhere."""

from audit.steps.intake.actions.admit import admit
from audit.steps.intake.actions.decide import decide
from audit.steps.intake.actions.report import ImportReport
from audit.steps.intake.actions.returned import write_problems
from audit.steps.intake.actions.undo import Undone, undo

__all__ = ["ImportReport", "Undone", "admit", "decide", "undo", "write_problems"]
