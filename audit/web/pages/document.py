"""One document: what is known of it, its revisions and signatures, and the file itself, handed out one by one to who may read it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle, Document
from audit.lifecycle.vocabulary import Action
from audit.people.directory import people
from audit.people.roles import Role
from audit.render.wording import date_short, date_words, number
from audit.reports.book import file_name
from audit.reports.document import PUBLIC
from audit.reports.publish import Published, freeze
from audit.reports.revisions import all_revisions
from audit.reports.sign import newest_file
from audit.reports.signatures import signatures_of
from audit.web.addresses import of_action, of_case
from audit.web.desk import Desk, Page
from audit.web.document_rights import Readable, readable_document, subject_words
from audit.web.files import PDF, WORKBOOK, as_download
from audit.web.pages.documents import CRUMB, edition_badge, of_document
from audit.web.parts import Alert, Badge, Button, Cell, Column, Empty, Fact, PageHead, Row, Shell, Table
from audit.web.sent import whole_number

_log = logging.getLogger(__name__)

_KINDS = {"pdf": PDF, "xlsx": WORKBOOK}
CHECK = "periksa"


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One revision of one document."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    facts: tuple[Fact, ...]
    signatures: tuple[Fact, ...]
    revisions: Table


def show(desk: Desk) -> Response:
    """What is known of a document; with ?periksa=1 whether a new one would differ. Eleven statements at most."""
    found = _readable(desk)
    one, document = found.entry, found.document
    cycle = desk.session.get_one(Cycle, document.cycle_id)
    names = {person.username: person.name for person in people(desk.session)}
    listed = all_revisions(desk.session, document)
    page = DocumentPage(
        shell=desk.frame(one.title, place="dokumen", crumbs=(CRUMB,)),
        head=PageHead(
            one.title,
            over=document.number,
            lead=subject_words(one, document.subject, names=names, agencies=desk.agencies),
            badges=_badges(document, listed[0]),
            buttons=_buttons(desk, found, listed[0]),
        ),
        alerts=_alerts(desk, found, listed[0], cycle),
        facts=_facts(found, cycle),
        signatures=tuple(
            Fact(each.signed_by, date_words(local_date(each.signed_at, cycle.timezone)))
            for each in signatures_of(desk.session, document.id)
        ),
        revisions=_revisions(listed, document, cycle),
    )
    return desk.draw("web/documents/one.html", page)


def download(desk: Desk) -> Response:
    """The file, with its signatures. A document that says who a case is, is handed out only to who opened that identity with a reason."""
    found = _readable(desk)
    document = found.document
    if found.shows_identity and (found.facts is None or not desk.sees_identity(found.facts)):
        if found.facts is None:
            raise HTTPException(404)
        return RedirectResponse(_to_identity(found, found.facts.number), status_code=303)
    cycle = desk.session.get_one(Cycle, document.cycle_id)
    content = desk.installation.files.get(newest_file(desk.session, document))
    if document.edition != PUBLIC:
        _log.info("restricted document handed out", extra={"document_id": document.id, "by_id": desk.person.id})
    return as_download(content, name=file_name(document, cycle), kind=_KINDS[found.entry.suffix])


def _readable(desk: Desk) -> Readable:
    wanted = whole_number(desk.path("document"))
    found = readable_document(desk, wanted) if wanted is not None else None
    if found is None:
        raise HTTPException(404)
    return found


def _to_identity(found: Readable, case_number: str) -> str:
    return f"{of_action(case_number, Action.OPEN_IDENTITY)}?lanjut={of_document(found.document.id)}"


def _badges(document: Document, newest: Document) -> tuple[Badge, ...]:
    standing = Badge("Revisi terbaru", "good", "check") if document.id == newest.id else Badge("Sudah digantikan", "neutral", "history")
    return (edition_badge(document.edition), standing)


def _buttons(desk: Desk, found: Readable, newest: Document) -> tuple[Button, ...]:
    document, facts = found.document, found.facts
    suffix = found.entry.suffix.upper()
    if found.shows_identity and facts is not None and not desk.sees_identity(facts):
        first = Button("Buka identitas dahulu", _to_identity(found, facts.number), "lock-open", "primary")
    else:
        first = Button(f"Unduh ({suffix})", of_document(document.id, "unduh"), "download", "primary")
    buttons = [first]
    if desk.person.is_a(Role.SECRETARY) and document.id == newest.id:
        buttons.append(Button("Periksa apakah masih mutakhir", f"{of_document(document.id)}?{CHECK}=1", "refresh"))
    return tuple(buttons)


def _alerts(desk: Desk, found: Readable, newest: Document, cycle: Cycle) -> tuple[Alert, ...]:
    document, told = found.document, []
    if document.id != newest.id:
        sentence = f"Revisi {document.revision} sudah digantikan oleh revisi {newest.revision}."
        told.append(Alert(sentence, "warn", button=Button("Buka revisi terbaru", of_document(newest.id))))
    if found.shows_identity and found.facts is not None and not desk.sees_identity(found.facts):
        told.append(
            Alert(
                "Dokumen ini memuat identitas. Buka identitas kasusnya dahulu dengan menyebut alasan; pembukaan itu tercatat, "
                "lalu dokumen dapat diunduh.",
                "info",
            )
        )
    if desk.query(CHECK) and desk.person.is_a(Role.SECRETARY) and document.id == newest.id:
        told.append(_freshness(desk, document, cycle))
    return tuple(told)


def _freshness(desk: Desk, document: Document, cycle: Cycle) -> Alert:
    """Whether the audit now would give another snapshot than the one this was drawn from. Nothing is drawn or kept."""
    here = desk.installation
    try:
        now = freeze(
            here.sessions, here.files, cycle.id, document.name,
            edition=document.edition, subject=document.subject, at=desk.at, on=desk.on(cycle),
        )  # fmt: skip
    except Refused as refusal:
        return Alert(" ".join(reason.sentence for reason in refusal.reasons), "warn", heading="Sekarang dokumen ini tidak dapat dibuat")
    snapshot = now.snapshot_sha256 if isinstance(now, Published) else now.document.snapshot_sha256
    if snapshot == document.snapshot_sha256:
        return Alert("Dokumen ini masih mutakhir: dibuat lagi sekarang, isinya sama.", "good")
    return Alert(
        "Keadaan sudah berubah sejak dokumen ini dibuat; bila dibuat lagi, isinya berbeda.",
        "warn",
        button=Button("Buat revisi baru", f"/dokumen/buat?siklus={cycle.code}"),
    )


def _facts(found: Readable, cycle: Cycle) -> tuple[Fact, ...]:
    document = found.document
    about = (Fact("Kasus", found.facts.number, of_case(found.facts.number)),) if found.facts is not None else ()
    return (
        *about,
        Fact("Siklus", cycle.code),
        Fact("Revisi", number(document.revision)),
        Fact("Dibuat", date_words(local_date(document.made_at, cycle.timezone))),
        Fact("Kode keaslian", document.code, f"/v/{document.code}", note="halaman keaslian, untuk siapa pun yang memegang kodenya"),
        Fact("Sidik rekaman", document.record_sha256[:16] + "…", note="tercetak lengkap di akhir dokumen"),
        Fact("Dibuat dengan", document.made_with),
    )


def _revisions(listed: list[Document], shown: Document, cycle: Cycle) -> Table:
    columns = (Column("Revisi"), Column("Nomor"), Column("Dibuat"))
    rows = tuple(
        Row(
            (
                Cell(f"Revisi {each.revision}", "" if each.id == shown.id else of_document(each.id)),
                Cell(each.number, note="yang sedang dibuka" if each.id == shown.id else ""),
                Cell(date_short(local_date(each.made_at, cycle.timezone))),
            )
        )
        for each in listed
    )
    return Table("Semua revisi", columns, rows, Empty("Belum ada revisi"))


PAGES = (
    Page("/dokumen/{document}", show),
    Page("/dokumen/{document}/unduh", download),
)
