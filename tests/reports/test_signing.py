"""A kept document is signed: each signature a file and a row of its own, by whoever may read it, and never over somebody else's."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Fault, Refused, Stale
from audit.lifecycle.tables import Case, Document, DocumentSignature
from audit.lifecycle.vocabulary import Status
from audit.render.pkcs12 import Pkcs12Signer, draw_stamp
from audit.render.signing import Signer, read_signatures, unsigned_part
from audit.reports.book import BOOK, entry
from audit.reports.drawers import draw
from audit.reports.publish import Published, publish
from audit.reports.sign import Signed, document_numbered, may_not_sign, newest_file, sign_document
from audit.store.canonical import sha256_hex
from audit.store.files import Files
from audit.store.sealed import Keyring
from audit.store.session import session_maker
from tests.factory import World
from tests.unit.render.certificates import LAST, PASSPHRASE, officer
from tests.unit.render.signed_page import drawn

pytestmark = pytest.mark.both_databases

CHAIR, RECEIVER = "ketua", "penerima"
"""The signature fields of the sheet of an agency."""


@cache
def signer(name: str = "Bambang Setyadi") -> Pkcs12Signer:
    return Pkcs12Signer(officer(name).p12, PASSPHRASE)


draw_once = cache(draw)
"""Every home is the same world, so its sheet is the same record: drawn once in a run."""


class Home:
    """A database with one cycle and an approved plan, a folder of files, and the sheet of an agency published from it."""

    def __init__(self, engine: Engine, folder: Path, keyring: Keyring) -> None:
        self.sessions: sessionmaker[Session] = session_maker(engine)
        self.files = Files(folder, keyring)
        self._session = self.sessions()
        self.world = World(self._session)
        self.case: Case = self.world.case_at(Status.APPROVED)
        self._session.commit()
        self.sheet = self.publish()

    def publish(self) -> Published:
        world = self.world
        return publish(self.sessions, self.files, world.cycle.id, "rtl", edition="terbatas", subject="puskesmas", at=world.at, on=world.on)

    def change(self) -> None:
        """One more approved plan: the next sheet is another revision."""
        self.world.case_at(Status.APPROVED)
        self._session.commit()

    def sign(self, place: str, who: Signer, *, at: datetime | None = None, document: Published | None = None) -> Signed:
        document_id = (document or self.sheet).document_id
        by = self.world.people["sekretariat"]
        return sign_document(self.sessions, self.files, document_id, place, who, by=by, at=at or self.world.at)

    def rows(self) -> list[DocumentSignature]:
        with self.sessions() as session:
            return list(session.scalars(select(DocumentSignature).order_by(DocumentSignature.id)))

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def home(engine: Engine, tmp_path: Path, keyring: Keyring) -> Iterator[Home]:
    made = Home(engine, tmp_path / "berkas", keyring)
    yield made
    made.close()


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_two_sign_one_after_another_and_every_file_is_kept(home: Home) -> None:
    first = home.sign(CHAIR, signer())
    later = home.world.at + timedelta(hours=2)
    second = home.sign(RECEIVER, signer("Endah Wulansari"), at=later)
    unsigned, one, two = (home.files.get(name) for name in (home.sheet.file_sha256, first.file_sha256, second.file_sha256))
    assert (first.number, first.place, first.signed_by, first.left) == (home.sheet.number, CHAIR, "Bambang Setyadi", (RECEIVER,))
    assert second.left == () and one.startswith(unsigned) and two.startswith(one)
    assert sha256_hex(unsigned_part(two)) == home.sheet.file_sha256
    rows = [(row.place, row.signed_by, row.by_id, row.signed_at, row.file_sha256) for row in home.rows()]
    by = home.world.people["sekretariat"].id
    assert rows == [
        (CHAIR, "Bambang Setyadi", by, home.world.at, first.file_sha256),
        (RECEIVER, "Endah Wulansari", by, later, second.file_sha256),
    ]
    assert [(s.field, s.signed_by, s.is_intact) for s in read_signatures(two)] == [(p, n, True) for p, n, *_ in rows]
    with home.sessions() as session:
        document = session.get_one(Document, home.sheet.document_id)
        assert document.file_sha256 == home.sheet.file_sha256 and newest_file(session, document) == second.file_sha256


def test_the_reason_names_the_document_and_nobody(home: Home) -> None:
    content = home.files.get(home.sign(CHAIR, signer()).file_sha256)
    with pikepdf.open(io.BytesIO(content)) as file:
        (signature,) = (field.V for field in file.Root.AcroForm.Fields if "/V" in field)
        assert str(signature.Reason) == f"Lembar RTL perangkat daerah nomor {home.sheet.number}"
        assert signature.SubFilter == "/ETSI.CAdES.detached" and str(signature.M) == "D:20260706020000Z"


@pytest.mark.parametrize(
    ("place", "at", "code"),
    [("bupati", timedelta(), "unknown_field"), (CHAIR, LAST - datetime.fromisoformat("2026-07-01T00:00:00+00:00"), "certificate_expired")],
)
def test_what_cannot_be_signed_leaves_nothing_behind(home: Home, place: str, at: timedelta, code: str, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(Refused) as refused:
        home.sign(place, signer(), at=home.world.at + at)
    assert codes(refused) == [code] and home.rows() == [] and sorted(path.name for path in tmp_path.rglob("*")) == before


def test_nobody_signs_twice_in_one_place(home: Home) -> None:
    home.sign(CHAIR, signer())
    with pytest.raises(Refused) as refused:
        home.sign(CHAIR, signer("Endah Wulansari"))
    assert codes(refused) == ["already_signed"] and len(home.rows()) == 1


class Changed:
    """A signer that does something else than signing, before or after the true one."""

    def __init__(self, before: Callable[[], Any] = lambda: None, after: Callable[[bytes], bytes] = lambda made: made) -> None:
        self._before, self._after = before, after

    @property
    def signed_by(self) -> str:
        return signer().signed_by

    def check(self, at: datetime) -> None:
        signer().check(at)

    def sign(self, pdf: bytes, field: str, *, stamp: bytes, reason: str, at: datetime) -> bytes:
        self._before()
        return self._after(signer().sign(pdf, field, stamp=stamp, reason=reason, at=at))


def test_who_is_second_at_the_same_time_is_told_to_begin_again(home: Home) -> None:
    """Two files, each with one of two signatures, would be two truths."""
    with pytest.raises(Stale, match="baru saja ditandatangani orang lain"):
        home.sign(CHAIR, Changed(before=lambda: home.sign(RECEIVER, signer("Endah Wulansari"))))
    assert [row.place for row in home.rows()] == [RECEIVER]
    assert home.sign(CHAIR, signer()).left == ()


def another_document(_: bytes) -> bytes:
    """Soundly signed in a place of that name, and not the file that was given."""
    at = datetime(2026, 7, 20, 3, 4, tzinfo=UTC)
    return signer().sign(drawn(), CHAIR, stamp=draw_stamp("Bambang Setyadi", office="Ketua", at=at), reason="Uji", at=at)


@pytest.mark.parametrize("after", [lambda made: made[:-2000], lambda made: made + b"\n% catatan\n", another_document])
def test_what_is_not_the_file_and_a_signature_is_a_fault_and_is_not_kept(home: Home, after: Callable[[bytes], bytes]) -> None:
    with pytest.raises((Fault, Refused)):
        home.sign(CHAIR, Changed(after=after))
    assert home.rows() == []


def test_an_old_revision_is_signed_on_only_where_somebody_began(home: Home) -> None:
    home.sign(CHAIR, signer())
    home.change()
    newer = home.publish()
    assert newer.revision == 2
    assert home.sign(RECEIVER, signer("Endah Wulansari")).left == ()
    home.change()
    newest = home.publish()
    with pytest.raises(Refused, match=newest.number) as refused:
        home.sign(CHAIR, signer(), document=newer)
    assert codes(refused) == ["superseded"]


def test_a_document_is_found_by_the_number_that_is_printed_on_it(home: Home) -> None:
    with home.sessions() as session:
        assert document_numbered(session, f" {home.sheet.number.lower()} ").id == home.sheet.document_id
        with pytest.raises(Refused) as refused:
            document_numbered(session, "RTL-3509-2026-2-DINKES.9")
    assert codes(refused) == ["unknown_number"]


def test_who_may_read_the_restricted_edition_may_have_it_signed(home: Home) -> None:
    people = home.world.people
    allowed = {name for name, person in people.items() if may_not_sign(entry("rtl"), person, subject="puskesmas") is None}
    assert allowed == {"sekretariat", "ketua", "pimpinan", "puskesmas", "sistem"}
    for one in BOOK:
        if "publik" in one.editions:
            refused = may_not_sign(one, people["bidan.arjasa"], subject="")
            assert refused is not None, f"{one.name}: what everybody may read, not everybody may sign"
