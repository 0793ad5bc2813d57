"""The panel, decided without a database: causes, quorum, conflicts of interest, who is proposed, who may read what, agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.errors import Reason
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import STATUS_LABELS, Group, Status
from audit.people.roles import Discipline, Person, Role


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of the taxonomy. is_direct: inadequate intake or illness; the others are indirect.

    agency and intervention_class: where an answer to it usually lies; both can be chosen otherwise.
    """

    code: str
    label: str
    is_direct: bool
    agency: str
    intervention_class: str


CAUSES: tuple[Cause, ...] = (
    Cause("intake_energy", "Asupan energi kurang", True, "puskesmas", "spesifik"),
    Cause("intake_protein", "Asupan protein hewani kurang", True, "puskesmas", "spesifik"),
    Cause("breastfeeding", "ASI tidak eksklusif atau terhenti dini", True, "puskesmas", "spesifik"),
    Cause("complementary_feeding", "MPASI tidak tepat waktu, jumlah, atau tekstur", True, "puskesmas", "spesifik"),
    Cause("infection_repeated", "Infeksi berulang (diare, ISPA)", True, "puskesmas", "spesifik"),
    Cause("tuberculosis", "Tuberkulosis atau kontak TB", True, "dinkes", "spesifik"),
    Cause("worms", "Kecacingan", True, "puskesmas", "spesifik"),
    Cause("congenital", "Penyakit bawaan atau kronis", True, "rsud", "spesifik"),
    Cause("low_birth_weight", "BBLR, PBLR, atau kelahiran prematur", True, "puskesmas", "spesifik"),
    Cause("maternal_energy", "Ibu kurang energi kronis (KEK)", True, "puskesmas", "spesifik"),
    Cause("maternal_anaemia", "Anemia pada ibu", True, "puskesmas", "spesifik"),
    Cause("pregnancy_complication", "Penyulit kehamilan atau nifas", True, "rsud", "spesifik"),
    Cause("caregiving", "Pola asuh dan stimulasi kurang", False, "dp3akb", "sensitif"),
    Cause("food_insecurity", "Ketahanan pangan keluarga rendah", False, "pangan", "sensitif"),
    Cause("poverty", "Kemiskinan, bantuan sosial tidak diterima", False, "dinsos", "sensitif"),
    Cause("health_insurance", "Tidak punya jaminan kesehatan", False, "dinsos", "sensitif"),
    Cause("drinking_water", "Air minum tidak layak", False, "perkim", "sensitif"),
    Cause("sanitation", "Jamban atau sanitasi tidak layak", False, "perkim", "sensitif"),
    Cause("housing", "Rumah tidak layak huni", False, "perkim", "sensitif"),
    Cause("smoke", "Paparan asap rokok", False, "puskesmas", "sensitif"),
    Cause("birth_spacing", "4T: terlalu muda, tua, dekat, atau banyak", False, "dp3akb", "sensitif"),
    Cause("no_contraception", "Tidak ber-KB", False, "dp3akb", "sensitif"),
    Cause("mental_health", "Masalah kesehatan jiwa ibu atau keluarga", False, "dinkes", "sensitif"),
    Cause("early_marriage", "Perkawinan usia anak", False, "kemenag", "sensitif"),
    Cause("no_civil_record", "Tidak punya NIK atau akta", False, "dukcapil", "sensitif"),
    Cause("service_access", "Layanan tidak terjangkau atau kunjungan tidak rutin", False, "dinkes", "koordinatif"),
    Cause("coordination", "Pendampingan dan rujukan tidak berjalan antarpihak", False, "kecamatan", "koordinatif"),
)
CAUSE_BY_CODE: Mapping[str, Cause] = {cause.code: cause for cause in CAUSES}
DIRECT_CAUSES: Mapping[str, str] = {c.code: c.label for c in CAUSES if c.is_direct}
INDIRECT_CAUSES: Mapping[str, str] = {c.code: c.label for c in CAUSES if not c.is_direct}

DEFAULT_QUORUM: Mapping[Group, Mapping[Discipline, int]] = {
    Group.BADUTA: {Discipline.PAEDIATRICS: 1, Discipline.NUTRITION: 1},
    Group.BALITA: {Discipline.PAEDIATRICS: 1, Discipline.NUTRITION: 1},
    Group.BUMIL: {Discipline.OBSTETRICS: 1, Discipline.NUTRITION: 1},
    Group.BUFAS: {Discipline.OBSTETRICS: 1, Discipline.NUTRITION: 1},
    Group.CATIN: {Discipline.OBSTETRICS: 1, Discipline.NUTRITION: 1},
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One seat that the system would fill. person_id None: nobody of this discipline may take it."""

    discipline: Discipline
    person_id: int | None
    is_lead: bool


def lead_discipline(group: Group) -> Discipline:
    """Whose expert consolidates a case of this group."""
    return Discipline.PAEDIATRICS if group.is_child else Discipline.OBSTETRICS


def conflict_of_interest(expert: Person, *, puskesmas: str) -> str | None:
    """Why an expert should not judge a case, in words; None when nothing stands against it."""
    if expert.puskesmas and _bare(expert.puskesmas) == _bare(puskesmas):
        return f"bekerja di {puskesmas} yang melayani sasaran"
    return None


def _bare(puskesmas: str) -> list[str]:
    """The name without the word itself: registers write Arjasa, Pukesmas Arjasa and PKM Arjasa for one place."""
    return [word for word in puskesmas.casefold().replace(".", " ").split() if word not in ("puskesmas", "pukesmas", "pkm", "upt", "uptd")]


def propose_panel(
    group: Group,
    *,
    puskesmas: str,
    quorum: Mapping[Discipline, int],
    seated: Sequence[tuple[int, Discipline, bool]],
    recused: frozenset[int],
    experts: Sequence[Person],
    load: Mapping[int, int],
) -> list[Proposal]:
    """The seats still to be filled for the quorum, each with the free expert who has the fewest cases (ties by id).

    The leading discipline leads; where the quorum does not ask for it or its seat is filled without a lead, the first one seated leads.

    seated: (person, discipline, leads) of those on the case now. recused: who stepped back and is not asked again. load: cases per person.
    """
    have = Counter(discipline for _, discipline, _ in seated)
    taken = {person for person, _, _ in seated} | recused
    has_lead = any(leads for _, _, leads in seated)
    leading = lead_discipline(group)
    anybody_leads = quorum.get(leading, 0) <= have[leading]
    proposals: list[Proposal] = []
    for discipline, wanted in quorum.items():
        for _ in range(wanted - have[discipline]):
            free = [
                e for e in experts if e.discipline is discipline and e.id not in taken and not conflict_of_interest(e, puskesmas=puskesmas)
            ]
            chosen = min(free, key=lambda e: (load.get(e.id, 0), e.id), default=None)
            leads = not has_lead and chosen is not None and (anybody_leads or discipline is leading)
            has_lead = has_lead or leads
            if chosen:
                taken |= {chosen.id}
            proposals.append(Proposal(discipline, chosen.id if chosen else None, leads))
    return proposals


def may_read_opinion(*, author_id: int, reader_id: int, is_unsealed: bool) -> bool:
    """One's own always; the others' only after the review of the case was closed."""
    return author_id == reader_id or is_unsealed


def may_not_hand_in(facts: CaseFacts, *, expert: Person, form_round: int, by: Person) -> Reason | None:
    """Why this person may not hand in the form of this expert for this case now; None when they may.

    An expert hands in their own, the secretariat those of others. form_round: of the packet that the form belongs to.
    """
    if by.id != expert.id and not by.is_a(Role.SECRETARY):
        return Reason("wrong_expert", "Formulir ini dibuat untuk pakar lain. Serahkan formulir Anda sendiri, atau mintalah Sekretariat.")
    number = facts.number
    if facts.cycle_is_closed:
        return Reason("wrong_cycle", f"Formulir ini untuk kasus {number} pada siklus yang sudah ditutup; tidak dapat diterima lagi.")
    if facts.status is not Status.UNDER_REVIEW:
        status = STATUS_LABELS[facts.status]
        return Reason("not_under_review", f"Kasus {number} tidak sedang dikaji (statusnya “{status}”), jadi formulir ini tidak diterima.")
    seat = next((one for one in facts.panel if one.person_id == expert.id), None)
    if seat is None:
        return Reason("not_seated", f"{expert.name} tidak ditugaskan pada kasus {number}; formulir ini tidak diterima.")
    if seat.is_recused:
        return Reason("recused", f"{expert.name} sudah mengundurkan diri dari kasus {number}; formulir ini tidak diterima.")
    if form_round != facts.round:
        return Reason(
            "wrong_round",
            f"Formulir ini untuk paket putaran {form_round}, sedangkan kasus {number} sudah pada putaran {facts.round}. "
            "Kirim formulir dari paket yang baru kepada pakar.",
        )
    if seat.has_answered:
        return Reason("already_answered", f"Pendapat {expert.name} untuk paket ini sudah masuk dan tersegel; tidak dapat diganti.")
    return None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the opinions of one case agree on its causes.

    named: cause -> how many opinions name it, most first. main_causes: each opinion's main cause -> number of opinions.
    """

    opinions: int
    named: Mapping[str, int]
    main_causes: Mapping[str, int]

    @property
    def is_divided(self) -> bool:
        """No main cause is held by more than half of the panel."""
        return self.opinions > 1 and max(self.main_causes.values(), default=0) * 2 <= self.opinions

    @property
    def shared(self) -> tuple[str, ...]:
        """Causes named by every opinion."""
        return tuple(code for code, count in self.named.items() if count == self.opinions)


def agreement(opinions: Sequence[Mapping[str, object]]) -> Agreement:
    """The agreement map of opinions given as the answers of the opinion form."""
    named: Counter[str] = Counter()
    mains: Counter[str] = Counter()
    for opinion in opinions:
        direct, indirect = opinion.get("direct_causes") or [], opinion.get("indirect_causes") or []
        assert isinstance(direct, list) and isinstance(indirect, list)
        named.update([*direct, *indirect])
        mains.update([str(opinion["main_cause"])])
    order = [cause.code for cause in CAUSES]
    return Agreement(
        opinions=len(opinions),
        named=dict(sorted(named.items(), key=lambda item: (-item[1], order.index(item[0])))),
        main_causes=dict(sorted(mains.items(), key=lambda item: (-item[1], order.index(item[0])))),
    )
