"""The pages on what happens to a case and who may do it, from the transition table, its guards and the rules of access."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from audit.lifecycle.access import PanelMatter, may_see_case, may_see_identity, may_see_of_panel
from audit.lifecycle.facts import AssignedExpert, CaseFacts, PlannedAction
from audit.lifecycle.guards import Guard
from audit.lifecycle.transitions import TRANSITIONS, Transition, rows_of_the_system
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, WITHDRAWAL_REASONS, Group, Status
from audit.manual.markdown import bullets, code, fenced, lines, page, section, table
from audit.people.roles import AGENCIES, DISCIPLINE_LABELS, OWN_AGENCIES, ROLE_LABELS, Discipline, Person, Role

STEP_LABELS = {
    "identify": "Identifikasi",
    "packet": "Kertas kerja dan paket",
    "review": "Kajian",
    "recommend": "Rekomendasi dan RTL",
    "followup": "Tindak lanjut",
    "evaluate": "Evaluasi",
}
"""Step of the transition table -> its name for people, in the order of the process."""

MOST_DRAWN = 3
"""A move that leads from more statuses than this to one status is told below the diagram instead of drawn in it."""


def lifecycle_page(rows: Sequence[Transition] = TRANSITIONS) -> str:
    """Everything that can happen to a case: the diagram, the table with every condition, the statuses."""
    return page(
        "Alur kasus",
        "Setiap hal yang dapat terjadi pada sebuah kasus adalah satu baris tabel di `audit/lifecycle/transitions.py`. "
        "Perintah, alur otomatis, dan pengujian membaca tabel yang sama.",
        section("Diagram", fenced(diagram(rows), "mermaid"), _not_drawn(rows)),
        *(section(label, _moves(row for row in rows if row.step == step)) for step, label in STEP_LABELS.items()),
        section("Status", table(("Status", "Kode"), ((label, code(status)) for status, label in STATUS_LABELS.items()))),
        section("Kelompok sasaran", table(("Kelompok", "Kode"), ((label, code(group)) for group, label in GROUP_LABELS.items()))),
        section(
            "Alasan mengeluarkan kasus", table(("Alasan", "Kode"), ((label, code(reason)) for reason, label in WITHDRAWAL_REASONS.items()))
        ),
    )


def diagram(rows: Sequence[Transition] = TRANSITIONS) -> str:
    """The Mermaid state diagram: a status is a box, a move between two statuses an arrow with every action that makes it."""
    known = [status for status in Status if any(status in (row.source, row.target) for row in rows)]
    text = ["stateDiagram-v2", *(f'    state "{STATUS_LABELS[status]}" as {status}' for status in known)]
    arrows: dict[tuple[Status | None, Status], list[str]] = {}
    for row in rows:
        if row.source != row.target and _sources(row, rows) <= MOST_DRAWN:
            arrows.setdefault((row.source, row.target), []).append(row.label)
    text += [f"    {source or '[*]'} --> {target}: {' / '.join(labels)}" for (source, target), labels in arrows.items()]
    ends = [status for status in known if not any(row.source is status and row.target is not status for row in rows)]
    return "\n".join([*text, *(f"    {status} --> [*]" for status in ends)])


def permissions_page(rows: Sequence[Transition] = TRANSITIONS) -> str:
    """Who may do what, and what each role may see."""
    roles = list(Role)
    allowed: dict[str, set[Role]] = {}
    labels: dict[str, str] = {}
    for row in rows:
        allowed.setdefault(row.action, set()).update(row.by)
        labels[row.action] = row.label
    matrix = [(f"{labels[action]} ({code(action)})", *("●" if role in may else "·" for role in roles)) for action, may in allowed.items()]
    return page(
        "Hak akses",
        section(
            "Siapa boleh melakukan apa",
            "● berarti peran itu boleh, asal syarat tindakannya terpenuhi; syaratnya ada di [Alur kasus](alur-kasus.md). "
            "Sistem bukan orang: tindakannya dikerjakan `aks run`.",
            table(("Tindakan", *(ROLE_LABELS[role] for role in roles)), matrix),
        ),
        section(
            "Siapa melihat apa",
            "“Kasusnya” berarti: untuk petugas lapangan, kasus di wilayahnya (akun tanpa wilayah mencakup semua); untuk pakar, kasus "
            "tempat ia ditugaskan dan tidak mengundurkan diri; untuk perangkat daerah, kasus yang RTL-nya memuat kegiatannya.",
            table(("Peran", "Kode", "Kasusnya", "Kasus lain", "Nama dan alamat"), map(_sight, roles)),
            section("Pendapat pakar", bullets(_sealed()), level=3),
        ),
        section("Disiplin pakar", table(("Disiplin", "Kode"), ((label, code(one)) for one, label in DISCIPLINE_LABELS.items()))),
        section(
            "Perangkat daerah",
            "Nama bawaan; kantor mengubahnya di Pengaturan › Perangkat daerah. Kodenya sama di semua kabupaten, supaya angkanya dapat "
            "dibandingkan. Kode `lain1` sampai `lain5` untuk perangkat daerah yang belum ada dalam daftar, sesudah kantor menamainya.",
            table(("Instansi", "Kode"), ((label, code(one)) for one, label in AGENCIES.items() if one not in OWN_AGENCIES)),
        ),
    )


def _moves(rows: Iterable[Transition]) -> str:
    heads = ("Tindakan", "Dari", "Menjadi", "Oleh", "Hanya bila", "Batas (hari kerja)", "Diberi tahu")
    alike: dict[tuple[object, ...], list[Transition]] = {}
    for row in rows:
        target = row.target if row.target != row.source else None
        alike.setdefault((row.action, target, row.by, row.guards, row.working_days, row.notify), []).append(row)
    return table(heads, map(_move, alike.values()), right=[5])


def _move(alike: Sequence[Transition]) -> tuple[object, ...]:
    """One line of the page: the rows that differ in nothing but where they start."""
    row = alike[0]
    return (
        f"{row.label}<br>{code(row.action)}",
        lines(STATUS_LABELS[each.source] if each.source else "(belum ada kasus)" for each in alike),
        STATUS_LABELS[row.target] if row.target != row.source else "(tetap)",
        lines(ROLE_LABELS[role] for role in sorted(row.by)),
        lines(condition(guard) for guard in row.guards),
        row.working_days,
        ROLE_LABELS[row.notify] if row.notify else None,
    )


def condition(guard: Guard) -> str:
    """A guard in the words of its docstring. Raises ValueError for one that has none."""
    if not guard.__doc__:
        raise ValueError(f"the guard {getattr(guard, '__name__', guard)} has no docstring, and the docstring is its sentence")
    return " ".join(guard.__doc__.split())


def _sources(row: Transition, rows: Iterable[Transition]) -> int:
    return len({other.source for other in rows if (other.action, other.target) == (row.action, row.target)})


def _not_drawn(rows: Sequence[Transition]) -> str:
    """The moves that would cover the diagram with arrows, and those that change no status, in sentences."""
    far = {row.label: row.target for row in rows if row.source != row.target and _sources(row, rows) > MOST_DRAWN}
    staying = list(dict.fromkeys(row.label for row in rows if row.source == row.target))
    system = list(dict.fromkeys(row.label for row in rows_of_the_system() if row in rows))
    return bullets(
        [
            *(
                f"Tidak digambar: “{label}” membawa kasus ke “{STATUS_LABELS[target]}” dari hampir setiap status; lihat tabelnya."
                for label, target in far.items()
            ),
            f"Tidak mengubah status: {'; '.join(staying)}.",
            f"Dapat dikerjakan sistem: {'; '.join(system)}.",
        ]
    )


_DESA, _KECAMATAN, _ELSEWHERE = "35.09.22.2001", "35.09.22", "35.09.30"


def _sight(role: Role) -> tuple[object, ...]:
    """What one role sees of a case that is its own and of one that is not, asked of the rules themselves."""
    person = Person(1, "contoh", "Contoh", frozenset({role}), areas=(_KECAMATAN,), agency="puskesmas")
    own, other = _facts(_DESA, is_own=True), _facts(f"{_ELSEWHERE}.2001", is_own=False)
    identity = ["kasusnya"] * may_see_identity(own, person) + ["kasus lain"] * may_see_identity(other, person)
    return (
        ROLE_LABELS[role],
        code(role),
        "melihat" if may_see_case(own, person) else "",
        "melihat" if may_see_case(other, person) else "",
        " dan ".join(identity) or "tidak pernah",
    )


def _facts(desa_code: str, *, is_own: bool) -> CaseFacts:
    """A case for the question above: with a seat and an action of person 1 in it, or with none."""
    seat = AssignedExpert(1, Discipline.NUTRITION, is_lead=False, is_recused=False, has_answered=False)
    action = PlannedAction(
        1, "puskesmas", is_complete=True, ends_on=None, is_reported_done=False, is_confirmed=False, is_cancelled=False, escalated_on=None
    )
    return CaseFacts(
        case_id=1,
        cycle_id=1,
        number="CONTOH",
        group=Group.BALITA,
        status=Status.FOLLOW_UP,
        version=1,
        on=date(2026, 1, 1),
        desa_code=desa_code,
        puskesmas="Puskesmas Contoh",
        person_in_charge_id=None,
        worksheet_state="submitted",
        missing={},
        round=1,
        quorum={},
        panel=(seat,) if is_own else (),
        recommendations=1,
        recommendations_without_action=0,
        actions=(action,) if is_own else (),
        follow_up_ends_on=None,
        visits_planned=0,
        visits_done=0,
        visits_overdue=0,
        measured_in_follow_up=False,
        cycle_is_closed=False,
    )


def _sealed() -> list[str]:
    """What a panel member may see of the others and when, asked of the rule itself."""
    expert, case = Person(1, "contoh", "Contoh", frozenset({Role.EXPERT})), _facts(_DESA, is_own=True)

    def may(what: PanelMatter, author_id: int, *, is_unsealed: bool) -> str:
        seen = may_see_of_panel(case, expert, what, author_id=author_id, is_unsealed=is_unsealed)
        return "dapat dibaca" if seen else "tidak dapat dibaca"

    during, after = "selama kajian berjalan", "sesudah kajian ditutup"
    return [
        f"{whose}: {may(what, author, is_unsealed=False)} {during}, {may(what, author, is_unsealed=True)} {after}."
        for whose, what, author in (
            ("Pendapat sendiri", PanelMatter.OPINION, 1),
            ("Pendapat orang lain", PanelMatter.OPINION, 2),
            ("Bahwa orang lain sudah berpendapat, dan kapan", PanelMatter.ANSWER, 2),
            ("Diskusi, usul kesepakatan, dan suara orang lain", PanelMatter.VOTE, 2),
        )
    ]
