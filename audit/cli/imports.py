"""`aks import FILE…` and `aks import list|undo|match|decide`: registry files in, and back out. Reading is in audit/steps/intake."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli import show
from audit.cli.indonesian import Command, Group, application
from audit.cli.opening import AsOption, CycleOption, Desk, chosen_cycle, desk, only_secretariat, open_cycles
from audit.errors import Refused

if TYPE_CHECKING:
    from audit.lifecycle.tables import Cycle
    from audit.steps.intake.actions import ImportReport

_log = logging.getLogger(__name__)

LOAD = "load"
PROBLEMS_SHOWN = 20


class FilesOrCommand(Group):
    """A group whose first word may be a file: then it is the command `load` that is meant. A file named `undo` is written ./undo."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = [LOAD, *args]
        return super().parse_args(ctx, args)


app = application(
    "Muat berkas registri: aks import BERKAS …\n\nSama dengan aks import load BERKAS …; pilihannya: aks import load --help.",
    cls=FilesOrCommand,
)


@app.command(LOAD, cls=Command, options_metavar="[PILIHAN]")
def load_command(
    files: Annotated[list[Path], typer.Argument(metavar="BERKAS…", help="Ekspor e-PPGBM atau daftar ibu hamil: .xlsx, .xls, .csv, .tsv.")],
    cycle: CycleOption = None,
    kabupaten: Annotated[
        str | None, typer.Option(metavar="KODE", help="Kode kabupaten/kota bila belum ada siklus, misalnya 35.09.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Periksa saja; tidak ada yang disimpan.")] = False,
    problems: Annotated[
        Path | None, typer.Option("--problems", metavar="HASIL.xlsx", help="Tulis baris yang ditolak ke buku kerja ini, untuk diperbaiki.")
    ] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Muat berkas registri: dibaca, diperiksa, dicocokkan dengan orang yang sudah tercatat, dihitung z-score-nya, lalu disimpan.

    Berkas atau baris yang sama dua kali tidak mengubah apa pun. Setiap berkas satu satuan yang dapat dibatalkan: aks import undo NOMOR.
    """
    if problems and len(files) > 1:
        raise typer.BadParameter("hanya untuk satu berkas.", param_hint="--problems")
    outcomes: list[ImportReport | Refused] = []
    for file in files:
        try:
            outcomes.append(_loaded(file, cycle=cycle, kabupaten=kabupaten, dry_run=dry_run, user=user, problems=problems))
        except Refused as refused:
            if len(files) == 1:
                raise
            outcomes.append(refused)
    values = [_as_json(file, outcome) for file, outcome in zip(files, outcomes, strict=True)]
    value = values[0] if len(values) == 1 else {"imports": values}
    show.answer(as_json, value, lambda: _say_outcomes(files, outcomes, dry_run=dry_run))
    if any(isinstance(outcome, Refused) or not outcome.is_usable for outcome in outcomes):
        raise typer.Exit(1)


@app.command("list", cls=Command, options_metavar="[PILIHAN]")
def list_command(cycle: CycleOption = None, as_json: show.Json = False) -> None:
    """Daftar berkas yang pernah dimuat, yang terbaru lebih dahulu, yang dibatalkan juga."""
    from audit.lifecycle.calendar import local_date
    from audit.render.wording import date_short, number
    from audit.steps.intake.queries import imports

    with desk(None, reading=True) as here:
        found = imports(here.session, cycle_id=chosen_cycle(here.session, cycle).id if cycle else None)
        zone = here.installation.settings.timezone
    counted = ("id", "file_name", "layout", "at", "rows", "accepted", "repeated", "rejected", "undone_at")
    rows = [
        (
            i.id,
            i.file_name,
            date_short(local_date(i.at, zone)),
            *(number(n) for n in (i.rows, i.accepted, i.repeated, i.rejected)),
            "dibatalkan" if i.undone_at else "",
        )
        for i in found
    ]
    columns = ("Nomor", "Berkas", "Dimuat", "Baris", "Diterima", "Berulang", "Ditolak", "")
    value = {"imports": [{name: getattr(i, name) for name in counted} for i in found]}
    show.answer(as_json, value, lambda: show.table(columns, rows, right=(0, 3, 4, 5, 6)) if rows else show.say("Belum ada berkas."))


@app.command("undo", cls=Command, options_metavar="[PILIHAN]")
def undo_command(
    import_id: Annotated[int, typer.Argument(metavar="NOMOR", help="Nomor impor; lihat aks import list.")],
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Batalkan satu berkas sebagai satu satuan. Ditolak bila kasus atau berkas yang lebih baru sudah berdiri di atasnya."""
    from audit.steps.intake.actions import undo

    with desk(user) as here:
        only_secretariat(here.person, "membatalkan impor")
        undone = undo(here.session, import_id, by=here.person, at=here.at)
    _log.info("import undone", extra={"import_id": import_id, "measurements": undone.measurements, "subjects": undone.subjects})
    sentence = (
        f"Impor nomor {import_id} dibatalkan: {undone.measurements} pengukuran dan {undone.subjects} orang dihapus, "
        f"{undone.restored} pengukuran lama berlaku kembali."
    )
    show.answer(as_json, undone, lambda: show.say(sentence))


@app.command("match", cls=Command, options_metavar="[PILIHAN]")
def match_command(
    import_id: Annotated[int | None, typer.Option("--import", metavar="NOMOR", help="Hanya dari impor ini.")] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Daftar baris yang mungkin orang yang sudah tercatat. Putuskan masing-masing dengan: aks import decide."""
    from audit.steps.intake.queries import identities, waiting_doubts

    with desk(user, reading=True) as here:
        only_secretariat(here.person, "melihat kecocokan yang meragukan")
        doubts = waiting_doubts(here.session, import_id=import_id)
        known = {i: (identity, desa) for i, identity, desa, _ in identities(here.session, {s for d in doubts for s in d.subject_ids})}
    value = {
        "doubts": [
            {
                "id": d.id,
                "import_id": d.import_id,
                "row": d.row,
                "written": d.content["identity"],
                "may_be": [{"subject_id": s, "identity": known[s][0], "desa_code": known[s][1]} for s in d.subject_ids if s in known],
            }
            for d in doubts
        ]
    }
    show.answer(as_json, value, lambda: _say_doubts(value["doubts"]))


@app.command("decide", cls=Command, options_metavar="[PILIHAN]")
def decide_command(
    doubt_id: Annotated[int, typer.Argument(metavar="NOMOR", help="Nomor dari aks import match.")],
    same: Annotated[bool, typer.Option("--same", help="Orang yang sudah tercatat.")] = False,
    new: Annotated[bool, typer.Option("--new", help="Orang baru.")] = False,
    subject: Annotated[int | None, typer.Option("--subject", metavar="ORANG", help="Siapa, bila yang diusulkan lebih dari satu.")] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Putuskan satu baris yang meragukan: orang yang sama (--same) atau orang baru (--new)."""
    from audit.steps.intake.actions import decide

    if same == new:
        raise typer.BadParameter("pilih salah satu: --same atau --new.", param_hint="Keputusan")
    with desk(user) as here:
        only_secretariat(here.person, "memutuskan kecocokan")
        decision = decide(here.session, doubt_id, decision="same" if same else "new", subject_id=subject, by=here.person, at=here.at)
    _log.info("doubtful match decided", extra={"doubt_id": doubt_id, "decision": "same" if same else "new"})
    value = {"id": doubt_id, "decision": "same" if same else "new", "subject_id": decision}
    show.answer(as_json, value, lambda: show.say(f"Baris nomor {doubt_id} dicatat sebagai orang {'yang sama' if same else 'baru'}."))


def _loaded(
    file: Path, *, cycle: str | None, kabupaten: str | None, dry_run: bool, user: str | None, problems: Path | None
) -> ImportReport:
    """Load one file in a transaction of its own, and hand the refused rows back when asked for."""
    from audit.steps.intake.actions import admit, write_problems

    with _telling(file) as tell, desk(user) as here:
        only_secretariat(here.person, "memuat berkas registri")
        for_cycle = _cycle_of(here, cycle, kabupaten)
        place = for_cycle.kabupaten_code if for_cycle else str(kabupaten)
        report = admit(
            here.session,
            file,
            by=here.person,
            at=here.at,
            on=here.on(for_cycle),
            kabupaten=place,
            cycle_id=for_cycle.id if for_cycle else None,
            dry_run=dry_run,
            progress=tell,
        )
    counts = {"rows": report.rows, "accepted": report.accepted, "repeated": report.repeated, "rejected": report.rejected}
    _log.info("registry file checked" if dry_run else "registry file loaded", extra={"import_id": report.import_id, **counts})
    if problems and report.rejected:
        written = write_problems(report, file, problems)
        problems.chmod(0o600)  # it repeats whole rows of the register
        show.remark(f"{written} baris yang ditolak ditulis ke {problems}. Isinya data pribadi: perbaiki, muat, lalu hapus.")
    elif problems:
        show.remark(f"Tidak ada baris yang ditolak; {problems.name} tidak ditulis.")
    return report


def _cycle_of(here: Desk, cycle: str | None, kabupaten: str | None) -> Cycle | None:
    """The cycle the file is loaded for; None when a kabupaten is named instead. Refused when neither is known."""
    from audit.regions import kabupaten as known_kabupaten

    if cycle or not kabupaten:
        if not cycle and not open_cycles(here.session):
            sentence = "Belum ada siklus yang terbuka. Buka dengan aks cycle open, atau sebutkan kabupatennya, misalnya --kabupaten 35.09."
            raise Refused.because("no_open_cycle", sentence)
        chosen = chosen_cycle(here.session, cycle)
        if chosen.closed_at is not None:
            raise Refused.because("cycle_closed", f"Siklus {chosen.code} sudah ditutup.")
        return chosen
    known_kabupaten(kabupaten)
    fitting = [one for one in open_cycles(here.session) if one.kabupaten_code == kabupaten]
    return fitting[0] if len(fitting) == 1 else None


def _as_json(file: Path, outcome: ImportReport | Refused) -> dict[str, Any]:
    if isinstance(outcome, Refused):
        return {"file": file.name, "refused": [{"code": r.code, "sentence": r.sentence} for r in outcome.reasons]}
    return outcome.as_json()


def _say_outcomes(files: Sequence[Path], outcomes: Sequence[ImportReport | Refused], *, dry_run: bool) -> None:
    for file, outcome in zip(files, outcomes, strict=True):
        if isinstance(outcome, Refused):
            show.remark(f"{file.name}: ditolak.", *(f"  {reason.sentence}" for reason in outcome.reasons))
        else:
            _say_report(outcome, dry_run=dry_run)


def _say_report(report: ImportReport, *, dry_run: bool) -> None:
    from audit.render.wording import number

    counts = (
        f"{number(report.rows)} baris: {number(report.accepted)} diterima ({number(report.new_subjects)} orang baru), "
        f"{number(report.repeated)} sudah ada, {number(report.rejected)} ditolak, {number(report.doubtful)} meragukan."
    )
    state = "diperiksa saja, tidak ada yang disimpan" if dry_run else f"impor nomor {report.import_id}"
    show.say(f"{report.file} ({state})", f"  {counts}")
    for problem in report.problems[:PROBLEMS_SHOWN]:
        word = "ditolak" if str(problem.severity) == "reject" else "periksa"
        show.remark(f"  Baris {problem.row}, {problem.column} [{word}]: {problem.message}")
    if len(report.problems) > PROBLEMS_SHOWN:
        show.remark(f"  … dan {number(len(report.problems) - PROBLEMS_SHOWN)} masalah lain; daftar lengkap dengan --json.")
    if report.doubtful and not dry_run:
        show.say("  Baris yang meragukan menunggu keputusan: aks import match")
    if report.accepted and not dry_run:
        show.say("Berikutnya: aks identify")


def _say_doubts(doubts: Any) -> None:
    if not doubts:
        show.say("Tidak ada baris yang meragukan.")
        return
    for doubt in doubts:
        show.say(f"Nomor {doubt['id']} · impor {doubt['import_id']}, baris {doubt['row']}: {_who(doubt['written'])}")
        for one in doubt["may_be"]:
            show.say(f"    mungkin orang nomor {one['subject_id']}: {_who(one['identity'])}, desa {one['desa_code']}")
    show.say("Putuskan dengan: aks import decide NOMOR --same [--subject ORANG], atau --new")


def _who(identity: Any) -> str:
    from audit.render.wording import masked_nik

    return f"{identity.get('name', 'tanpa nama')}, lahir {identity.get('birth_date', '?')}, NIK {masked_nik(identity.get('nik'))}"


@contextmanager
def _telling(file: Path) -> Iterator[Callable[[str], None]]:
    """What is being done, on stderr, when somebody is looking."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    with show.console(sys.stderr).status(f"{file.name}: …") as status:
        yield lambda stage: status.update(f"{file.name}: {stage} …")
