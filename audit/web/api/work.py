"""The person behind the token by the API: who it is, what waits for them, and the documents they may read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from audit.casework.agenda import agenda
from audit.casework.cycles import list_cycles
from audit.errors import Reason
from audit.lifecycle.access import may_see_identity
from audit.lifecycle.tables import Cycle
from audit.reports.book import file_name
from audit.reports.bundle import Bundled
from audit.reports.document import PUBLIC, Readers
from audit.reports.sign import newest_file
from audit.steps.identify.queries import cases_opened_by
from audit.web.api.cases import ERRORS, CaseNumber
from audit.web.api.door import NOT_HERE, ApiError, Token, asking
from audit.web.api.records import DocumentOut, Errors, Me, WaitingOut
from audit.web.document_rights import readable_document, readable_documents
from audit.web.files import PDF, WORKBOOK, as_download

router = APIRouter(responses=ERRORS)

_KINDS = {"pdf": PDF, "xlsx": WORKBOOK}


@router.get("/me")
def me(request: Request, token: Token) -> Me:
    """For whom this token speaks; any token will do."""
    with asking(request, token) as desk:
        person = desk.person
        return Me(
            username=person.username,
            name=person.name,
            roles=sorted(person.roles),
            areas=list(person.areas),
            discipline=person.discipline,
            agency=person.agency,
            scopes=sorted(desk.bearer.scopes),
        )


@router.get("/worklist")
def worklist(request: Request, token: Token) -> list[WaitingOut]:
    """What waits for this person, soonest first."""
    with asking(request, token, "cases:read") as desk:
        found = agenda(desk.session, desk.person, at=desk.at, timezone=desk.installation.settings.timezone)
        return [
            WaitingOut(
                matter=one.matter,
                case_number=one.case_number,
                action=one.action,
                due_on=one.due_on,
                days_left=(one.due_on - found.on).days if one.due_on else None,
                count=one.count,
            )
            for one in found.waiting
        ]


@router.get("/documents")
def documents(
    request: Request, token: Token, cycle: Annotated[str, Query(max_length=20, description="Kode siklus; kosong: yang terbaru")] = ""
) -> list[DocumentOut]:
    """The newest revision of every document of a cycle that this person may read."""
    with asking(request, token, "documents:read") as desk:
        known = list_cycles(desk.session)
        chosen = next((one for one in known if one.code == cycle or not cycle), None)
        if chosen is None:
            if cycle:
                raise ApiError(404, NOT_HERE)
            return []
        return [_document(one) for one in readable_documents(desk, chosen)]


@router.get("/cases/{number}/documents")
def documents_of_case(request: Request, token: Token, number: CaseNumber) -> list[DocumentOut]:
    """The newest revision of every document about this case that this person may read."""
    with asking(request, token, "documents:read") as desk:
        facts = desk.case(number)
        found = readable_documents(desk, desk.session.get_one(Cycle, facts.cycle_id))
        return [_document(one) for one in found if one.entry.per.is_of_a_case and _case_of(one) == facts.number]


@router.get(
    "/documents/{document_id}/file",
    response_class=Response,
    responses={
        200: {"description": "Berkasnya", "content": {PDF: {"schema": {"type": "string", "format": "binary"}}, WORKBOOK: {}}},
        409: {"model": Errors, "description": "Identitas kasusnya harus dibuka dahulu"},
    },
)
def document_file(request: Request, token: Token, document_id: Annotated[int, Path(ge=1, le=2_147_483_647)]) -> Response:
    """The file, with its signatures. One that says who a case is, is handed out only while this person has that identity open."""
    with asking(request, token, "documents:read") as desk:
        found = readable_document(desk, document_id)
        if found is None:
            raise ApiError(404, NOT_HERE)
        if found.shows_identity:
            opened = cases_opened_by(desk.session, desk.person.id, at=desk.at)
            facts = found.facts
            if facts is None or facts.case_id not in opened or not may_see_identity(facts, desk.person):
                sentence = "Dokumen ini memuat identitas. Buka identitas kasusnya dahulu dengan menyebut alasan (open-identity)."
                raise ApiError(409, Reason("identity_closed", sentence))
        cycle = desk.session.get_one(Cycle, found.document.cycle_id)
        content = desk.installation.files.get(newest_file(desk.session, found.document))
        return as_download(content, name=file_name(found.document, cycle), kind=_KINDS[found.entry.suffix])


def _document(one: Bundled) -> DocumentOut:
    document = one.document
    return DocumentOut(
        id=document.id,
        name=document.name,
        title=one.entry.title,
        edition=document.edition,
        subject=document.subject,
        number=document.number,
        revision=document.revision,
        made_at=document.made_at,
        is_signed=one.is_signed,
        sha256=one.file_sha256,
        shows_identity=one.entry.readers is Readers.IDENTITY and document.edition != PUBLIC,
    )


def _case_of(one: Bundled) -> str:
    return one.document.subject.partition(":")[0]
