"""Every public edition of the book is searched for everybody and everything in the database that must not be in it, byte by byte.

It walks the book, so a new public document is searched without being named here. The pages of the verification codes of all documents,
public or not, are searched as well.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case, Document
from audit.people.directory import people
from audit.regions import region
from audit.render import html
from audit.render.wording import MONTHS, date_short, date_words
from audit.reports.book import BOOK
from audit.reports.document import PUBLIC
from audit.reports.drawers import draw
from audit.reports.public_facts import verified
from audit.reports.publish import publish
from audit.reports.record import make_record, read_record
from audit.steps.identify.tables import Candidate
from audit.steps.intake.tables import Subject
from audit.steps.packet.queries import packet_snapshot
from audit.steps.packet.tables import Packet
from audit.steps.recommend.tables import Consensus, RtlAction
from audit.store.canonical import canonical_json
from audit.store.files import Files
from audit.store.session import make_engine, session_maker
from audit.web.pages.verify import _page
from tests.conftest import KEYRING
from tests.reports.dissemination_world import EVIDENCE, OBSTACLE, SAID_BY_AN_EXPERT, busy_world

PUBLIC_EDITIONS = [one.name for one in BOOK if PUBLIC in one.editions]
NOTES = (
    EVIDENCE,
    OBSTACLE,
    SAID_BY_AN_EXPERT,
    "Anak mulai mau makan telur",
    "PMT lokal",
    "Bangun jamban",
    "Panel sepakat",
    "kesehatan jiwa",
)


@dataclass(frozen=True)
class Cupboard:
    """A busy cycle with all its documents issued. files: public document -> its bytes. pages: verification page of every document -> text.

    personal: kind -> what tells of a person or a case; local: also what may stand in the number of a restricted sheet, desa and puskesmas.
    """

    files: Mapping[str, bytes]
    pages: Mapping[str, str]
    personal: Mapping[str, frozenset[str]]
    local: Mapping[str, frozenset[str]]

    @property
    def secrets(self) -> Mapping[str, frozenset[str]]:
        return {**self.personal, **self.local}


@pytest.fixture(scope="module")
def cupboard(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cupboard]:
    folder = tmp_path_factory.mktemp("lemari")
    shutil.copy(sqlite_template, folder / "aks.db")
    engine = make_engine(f"sqlite:///{folder / 'aks.db'}", KEYRING)
    sessions, files = session_maker(engine), Files(folder / "berkas", KEYRING)
    with sessions() as session:
        world = busy_world(session)
        _tell_of_people(session)
        for packet in session.scalars(select(Packet)):
            kept = files.put(canonical_json(packet_snapshot(session, packet.case_id, on=world.on)))
            packet.snapshot_sha256 = packet.pdf_sha256 = kept
        session.commit()
        personal, local = _personal(session, world.cycle.settings["signatories"]), _local(session)
    made = {}
    for one in BOOK:
        with sessions() as session:
            subjects = one.subjects(session, world.cycle.id)
        for edition in one.editions:
            is_public = edition == PUBLIC
            for subject in subjects[:4]:
                drawing = draw if is_public else bytes  # of the others only the row is needed
                try:
                    told = publish(
                        sessions, files, world.cycle.id, one.name, edition=edition, subject=subject, at=world.at, on=world.on, draw=drawing
                    )
                except Refused:
                    continue  # not every case is far enough for every document
                if is_public:
                    made[one.name] = files.get(told.file_sha256)
    with sessions() as session:
        codes = {f"{row.name} {row.edition} {row.number}": row.code for row in session.scalars(select(Document))}
        facts = {name: verified(session, code) for name, code in codes.items()}
    pages = {name: html.render("web/verify.html", _page(told)) for name, told in facts.items() if told}
    yield Cupboard(made, pages, personal, local)
    engine.dispose()


def _tell_of_people(session: Session) -> None:
    """Everybody gets a name, numbers and a place that occur nowhere else, and people write them into every text."""
    for n, subject in enumerate(session.scalars(select(Subject).order_by(Subject.id))):
        first, second, third = (f"{part}{'abcdefghijklmnopqrst'[n]}" for part in ("Zulmahart", "Qibtiyavan", "Xandratur"))
        subject.identity = {
            "name": f"{first} {second}",
            "nik": f"35092257{n:02d}249{n:03d}",
            "kk": f"35092200{n:02d}778{n:03d}",
            "birth_date": f"2024-{n % 12 + 1:02d}-{n + 3:02d}" if subject.kind == "child" else f"199{n % 10}-{n % 12 + 1:02d}-{n + 3:02d}",
            "parents": f"Vokruna{n}di / {third} Wijtarini",
            "husband": f"Jaqwaruddin{n}",
            "address": f"Dusun Wringinvex Blok {n} Q",
            "phone": f"0812777{n:02d}4433",
        }
        subject.posyandu, subject.puskesmas = f"Mawarvix {n}", "Puskesmas Kertavoxa"
    for case, consensus, subject in session.execute(
        select(Case, Consensus, Subject).join(Consensus, Consensus.case_id == Case.id).join(Subject, Subject.id == Case.subject_id)
    ):
        case.puskesmas = subject.puskesmas
        about = " ".join(str(value) for value in subject.identity.values())
        consensus.summary += about
        for action in session.scalars(select(RtlAction).where(RtlAction.case_id == case.id)):
            action.activity += about
            action.obstacle = (action.obstacle or "") + about
        for candidate in session.scalars(select(Candidate).where(Candidate.subject_id == subject.id)):
            candidate.reasons = [{"code": "severe_stunting", "sentence": about}]
    session.flush()


def _personal(session: Session, signatories: list[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    found = list(session.scalars(select(Subject.identity)))
    assert len(found) == 14
    born = [date.fromisoformat(each["birth_date"]) for each in found]
    signs = {each["name"] for each in signatories}
    names = {part for each in found for key in ("name", "parents", "husband") for part in re.split(r"[ /]+", each[key])}
    return {
        "name": frozenset(names),
        "number": frozenset(each[key] for each in found for key in ("nik", "kk", "phone")),
        "address": frozenset(each["address"] for each in found),
        "born": frozenset(way for day in born for way in _ways(day)),
        "case": frozenset(session.scalars(select(Case.number))),
        "worker": frozenset(person.name for person in people(session) if person.name not in signs and len(person.name) > 9),
        "note": frozenset(NOTES),
    }


def _local(session: Session) -> dict[str, frozenset[str]]:
    codes = set(session.scalars(select(Case.desa_code)))
    subjects = list(session.scalars(select(Subject)))
    return {
        "desa": frozenset({region(code).name for code in codes} | codes | {code.replace(".", "") for code in codes}),
        "unit": frozenset({subject.posyandu for subject in subjects} | {"Kertavoxa"}),
    }


def _ways(day: date) -> set[str]:
    figures = {f"{day:%d}{mark}{day:%m}{mark}{day.year}" for mark in "/-."} | {f"{day.day}/{day.month}/{day.year}"}
    return figures | {day.isoformat(), date_words(day), date_short(day), f"{day:%d} {MONTHS[day.month - 1]} {day.year}", f"{day:%d%m%Y}"}


def parts_of(file: bytes) -> Iterator[tuple[str, str]]:
    """Every text in a PDF with the place it lies in: pages, metadata, outline, structure, attachments, fields, raw objects and streams."""
    opened = pypdfium2.PdfDocument(file)
    for number, sheet in enumerate(opened, start=1):
        content = sheet.get_textpage()
        yield f"page {number}", content.get_text_range()
        content.close()
        sheet.close()
    yield "outline", " ".join(mark.get_title() for mark in opened.get_toc())
    opened.close()
    yield "bytes", file.decode("latin-1")
    with pikepdf.open(io.BytesIO(file)) as pdf:
        yield "information", " ".join(f"{key} {value}" for key, value in pdf.docinfo.items())
        yield "xmp", bytes(pdf.Root.Metadata.read_bytes()).decode()
        for name, attached in pdf.attachments.items():
            about = attached.description
            yield f"attachment {name}", f"{name} {attached.filename} {about} {attached.get_file().read_bytes().decode('utf-8-sig')}"
        for number, thing in enumerate(pdf.objects):
            yield from ((f"object {number}", text) for text in _strings(thing))
            if isinstance(thing, pikepdf.Stream):
                content = _decoded(thing)
                yield f"stream {number}", content.decode("utf-8", "replace")


def _strings(thing: Any) -> Iterator[str]:
    """Every string and name below an object, not following references: those are objects themselves."""
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        for key, value in thing.items():
            yield str(key)
            if not (isinstance(value, pikepdf.Object) and value.is_indirect):
                yield from _strings(value)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:  # type: ignore[attr-defined]  # an Array is iterable
            if not (isinstance(value, pikepdf.Object) and value.is_indirect):
                yield from _strings(value)
    elif isinstance(thing, (pikepdf.String, pikepdf.Name)):
        yield str(thing)


def _decoded(stream: pikepdf.Stream) -> bytes:
    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError:
        return bytes(stream.read_raw_bytes())


def found_in(text: str, secrets: Mapping[str, frozenset[str]]) -> set[str]:
    """The secrets in a text, however they are broken into lines, capitalised, or their digits grouped."""
    plain = re.sub(r"\s+", " ", text).casefold()
    joined = re.sub(r"(?<=\d)[ .-](?=\d)", "", plain)
    return {
        secret
        for kind, these in secrets.items()
        for secret in these
        if (word := secret.casefold()) in (where := joined if kind == "number" else plain)
        and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", where)
    }


def found_anywhere(file: bytes, secrets: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    """Place -> secrets in it, for every place that has some."""
    return {place: told for place, text in parts_of(file) if (told := found_in(text, secrets))}


def test_the_search_has_something_to_look_for(cupboard: Cupboard) -> None:
    assert set(cupboard.files) == set(PUBLIC_EDITIONS) and len(PUBLIC_EDITIONS) >= 3
    assert all(len(these) >= 3 for kind, these in cupboard.secrets.items() if kind != "unit")
    assert {name.partition(" ")[0] for name in cupboard.pages} == {one.name for one in BOOK}


@pytest.mark.parametrize("name", PUBLIC_EDITIONS)
def test_a_public_edition_tells_nothing_of_anybody(cupboard: Cupboard, name: str) -> None:
    places = {place.split()[0] for place, _ in parts_of(cupboard.files[name])}
    assert {"page", "outline", "bytes", "information", "xmp", "attachment", "object", "stream"} <= places
    assert found_anywhere(cupboard.files[name], cupboard.secrets) == {}


def test_the_page_of_a_code_tells_nothing_of_anybody(cupboard: Cupboard) -> None:
    for name, page in cupboard.pages.items():
        secrets = cupboard.secrets if PUBLIC in name else cupboard.personal
        assert found_in(page, secrets) == set(), name


@pytest.mark.parametrize("name", PUBLIC_EDITIONS[-1:])
def test_a_name_that_slips_into_a_public_view_is_seen_on_the_page_and_in_the_record(cupboard: Cupboard, name: str) -> None:
    """The search itself, tried: somebody's name in the place of the team, a NIK where only the record has it."""
    with pikepdf.open(io.BytesIO(cupboard.files[name])) as pdf:
        record = read_record(bytes(pdf.attachments["rekaman.json"].get_file().read_bytes()))
    cycle = {
        **record.cycle,
        "wording": {**record.cycle["wording"], "team": "Zulmaharta", "period": "Qibtiyavanb"},
        "aside": "3509225700249000",
    }
    parts = {"document": name, "edition": PUBLIC, "subject": "", "number": record.number, "revision": 1, "at": record.at}
    careless = draw(make_record(**parts, content={**record.content, "cycle": cycle}).raw)
    found = found_anywhere(careless, cupboard.secrets)
    assert "Zulmaharta" in found["page 1"] | found.get("page 2", set())
    assert found["attachment rekaman.json"] >= {"Zulmaharta", "Qibtiyavanb", "3509225700249000"}


def test_every_place_of_a_file_is_searched(cupboard: Cupboard) -> None:
    file = cupboard.files[PUBLIC_EDITIONS[-1]]
    with pikepdf.open(io.BytesIO(file)) as pdf:
        pdf.docinfo["/Subject"] = "Zulmaharta"
        pdf.attachments["qibtiyavana.txt"] = b"Xandratura"
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("lahir 03-01-2024", 0))
        element = next(o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure")
        element.Alt = pikepdf.String("Puskesmas Kertavoxa")
        pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pikepdf.Array([pikepdf.Dictionary(T="f", V="Kemuninglor")])))
        changed = io.BytesIO()
        pdf.save(changed)
    found = {secret for told in found_anywhere(changed.getvalue(), cupboard.secrets).values() for secret in told}
    assert found == {"Zulmaharta", "Xandratura", "03-01-2024", "Kertavoxa", "Kemuninglor", "Qibtiyavana"}


def test_digits_in_groups_and_words_over_two_lines_are_found() -> None:
    secrets = {"number": frozenset({"3509225708249001"}), "born": frozenset({"17 Agustus 2024"})}
    assert found_in("NIK 3509 2257 0824 9001, lahir 17 agustus\n2024", secrets) == {"3509225708249001", "17 Agustus 2024"}
    assert found_in("1735092257082490012", secrets) == set()


def test_a_secret_that_is_nowhere_is_not_found(cupboard: Cupboard) -> None:
    empty = replace(cupboard, personal={"name": frozenset({"Tidakadanama"})}, local={})
    assert not found_anywhere(cupboard.files[PUBLIC_EDITIONS[-1]], empty.secrets)
