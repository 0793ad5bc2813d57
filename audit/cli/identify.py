"""`aks identify`: candidates by the frozen rules of a cycle, and cases by its quotas. The rules are in audit/steps/identify."""

from __future__ import annotations

import logging
from dataclasses import asdict

from audit.cli import show
from audit.cli.flows import run_flow, waiting
from audit.cli.opening import AsOption, CycleOption, chosen_cycle, desk, only_secretariat

_log = logging.getLogger(__name__)


def identify_command(cycle: CycleOption = None, user: AsOption = None, as_json: show.Json = False) -> None:
    """Tapis sasaran di lokus dengan kriteria siklus, lalu buka kasus sampai kuota terisi. Aman diulang."""
    from audit.casework.cycles import cycle_overview
    from audit.errors import Refused
    from audit.render.wording import number

    with desk(user, reading=True) as here:
        only_secretariat(here.person, "memilih kasus")
        chosen = chosen_cycle(here.session, cycle)
        if chosen.closed_at is not None:
            raise Refused.because("cycle_closed", f"Siklus {chosen.code} sudah ditutup.")
        by_id, on = here.person.id, here.on(chosen)
    with waiting("Menapis sasaran dan membuka kasus …"):
        counts = dict(run_flow("identify", cycle_id=chosen.id, by_id=by_id))
    _log.info("cycle screened", extra={"cycle": chosen.code, **counts})
    with desk(user, reading=True) as here:
        overview = cycle_overview(here.session, chosen.code, on=on)

    def for_people() -> None:
        found, opened = counts.get("candidates", 0), counts.get("opened", 0)
        show.say(f"Siklus {chosen.code}: {number(found)} calon; {number(opened)} kasus dibuka; {number(overview.cases)} kasus seluruhnya.")
        columns = ("Kelompok", "Kecamatan", "Kuota", "Kasus", "Calon tersisa", "Ukur ulang dulu")
        rows = [(p.group, p.kecamatan, p.quota, p.cases, p.proposed, p.remeasure) for p in overview.places]
        show.table(columns, rows, right=range(2, 6))
        show.say("Berikutnya: aks case list")

    places = [asdict(place) for place in overview.places]
    show.answer(as_json, {"cycle": chosen.code, **counts, "cases": overview.cases, "places": places}, for_people)
