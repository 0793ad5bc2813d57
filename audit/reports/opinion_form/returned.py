"""A returned form read as an opinion: which form it is, whether it is still as it was made, what it answers. Nothing is stored here."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Field, Kind, Problem, Problems
from audit.lifecycle.tables import Document
from audit.render.form_reading import ReturnedField, ReturnedForm
from audit.reports.opinion_form.document import FORM_VERSION, HIDDEN, seal_of
from audit.reports.opinion_form.entries import ENTRIES
from audit.reports.opinion_form.pages import MARK, names_of
from audit.steps.review.forms import OPINION
from audit.store.sealed import Keyring

_NEW_FORM = "Buat formulir kajian yang baru dari kasus itu, lalu ulangi."


@dataclass(frozen=True, slots=True)
class FormIdentity:
    """Which form it is, as its seal says. record: SHA-256 of the record that the form was drawn from."""

    case_number: str
    round: int
    expert: str
    record: str


def identity_of(returned: ReturnedForm, keys: Keyring) -> FormIdentity:
    """Whose form this is and of which packet. Raises Refused: not_our_form, altered_form (the seal does not fit), old_form."""
    said = {name: returned.fields[name].value for name in HIDDEN if name in returned.fields}
    if not said:
        raise Refused.because("not_our_form", f"PDF ini bukan formulir kajian dari AKS. {_NEW_FORM}")
    if said.keys() != set(HIDDEN):
        raise Refused.because("altered_form", f"Pengenal formulir ini hilang sebagian; berkasnya diubah dengan program lain. {_NEW_FORM}")
    sealed = {name.removeprefix("aks_"): said[name] for name in HIDDEN}
    if not hmac.compare_digest(seal_of(keys, sealed).encode(), said["aks_seal"].encode()):
        sentence = "Segel formulir tidak cocok: kasus, putaran, atau nama pakarnya diubah, atau formulir dibuat oleh pemasangan AKS lain."
        raise Refused.because("altered_form", f"{sentence} {_NEW_FORM}")
    if said["aks_form"] != FORM_VERSION:
        raise Refused.because("old_form", f"Formulir ini memuat pertanyaan versi lama. {_NEW_FORM}")
    return FormIdentity(said["aks_case"], int(said["aks_round"]), said["aks_expert"], said["aks_record"])


def file_as_made(session: Session, about: FormIdentity) -> str:
    """SHA-256 of the form as it was published, in the file store. Raises Refused when this program never made it."""
    found = session.scalar(
        select(Document.file_sha256).where(
            Document.name == ENTRIES[0].name,
            Document.subject == f"{about.case_number}:{about.expert}",
            Document.record_sha256 == about.record,
        )
    )
    if found is None:
        raise Refused.because("altered_form", f"Formulir dengan sidik rekaman ini tidak pernah dibuat di sini. {_NEW_FORM}")
    return found


def refuse_altered(returned: ReturnedForm, as_made: ReturnedForm) -> None:
    """Raises Refused, naming what, when anything but the answers differs from the form as it was made."""
    reasons = [*_changed_fields(returned, as_made), *_changed_pages(returned, as_made)]
    if reasons:
        told = "; ".join(reasons[:3]) + (f"; dan {len(reasons) - 3} lainnya" if len(reasons) > 3 else "")
        raise Refused.because("altered_form", f"Formulir ini berubah sejak dibuat: {told}. {_NEW_FORM}")


def given_by(returned: ReturnedForm) -> dict[str, Any]:
    """The answers by question, not yet checked, for `audit.steps.review.actions.opinion_answers`; empty ones are left out.

    Raises Problems for a box or circle that cannot be read, naming its question, and Refused when nothing at all was filled in.
    """
    given: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, question in names_of(OPINION):
        field = returned.fields[name]
        if why := _unreadable(field):
            problems.append(Problem(question.name, "", "unreadable_field", f"{question.label}: {why}"))
        elif field.value and question.kind is Kind.CHOICES:
            given.setdefault(question.name, []).append(name.partition(MARK)[2])
        elif field.value.strip():
            given[question.name] = field.value
    if problems:
        raise Problems(list({p.message: p for p in problems}.values()))
    if not given:
        sentence = "Formulir ini masih kosong. Bila diisi dengan pena atau dengan coretan di atas PDF, ketik isinya ke dalam isiannya."
        raise Refused.because("empty_form", sentence)
    return given


def _unreadable(field: ReturnedField) -> str:
    if not field.is_clear:
        return "isian ini menyimpan dua jawaban yang berbeda; buka lagi, pilih ulang, lalu simpan."
    if field.kind != "text" and field.value and field.value not in field.choices:
        return "pilihan yang tersimpan tidak ada pada formulir; buka lagi, pilih ulang, lalu simpan."
    return ""


def _changed_fields(returned: ReturnedForm, as_made: ReturnedForm) -> Iterator[str]:
    asked = dict(names_of(OPINION))
    for name, made in as_made.fields.items():
        now = returned.fields.get(name)
        if now is None:
            yield f"isian “{_label(name, asked)}” hilang atau berganti nama"
        elif (now.kind, now.choices, now.limit, now.is_locked) != (made.kind, made.choices, made.limit, made.is_locked):
            yield f"isian “{_label(name, asked)}” berubah jenis, pilihan, atau batasnya"
        elif made.is_locked and now.value != made.value:
            yield "pengenal formulir berubah"
    added = len(returned.fields.keys() - as_made.fields.keys())
    if added:
        yield f"ada {added} isian tambahan"


def _changed_pages(returned: ReturnedForm, as_made: ReturnedForm) -> Iterator[str]:
    for place, drawn in as_made.printed.items():
        if returned.printed.get(place) != drawn:
            yield f"yang tercetak pada {place} tidak sama lagi" if place in returned.printed else f"{place} hilang"
    if any(place not in as_made.printed for place in returned.printed if place.startswith("halaman")):
        yield "ada halaman tambahan"


def _label(name: str, asked: dict[str, Field]) -> str:
    question = asked.get(name)
    if question is None:
        return "pengenal formulir"
    return f"{question.label}: {question.choices[name.partition(MARK)[2]]}" if question.kind is Kind.CHOICES else question.label
