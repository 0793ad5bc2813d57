"""What is signed in a PDF, and what a signer is: reading and the interface. Who may sign, and where files lie, is not decided here.

A signed file is the unsigned one followed by one increment per signature (ISO 32000-1, 12.8; PAdES, ETSI EN 319 142-1). So the bytes
before the first increment are still there and can be compared with what was published.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from audit.errors import Refused
from audit.render.increments import is_only_signed_since
from audit.render.signed_reader import SignedReader

_UNREADABLE = (PdfError, CMSExtractionError, ValueError, KeyError, IndexError, AttributeError, TypeError, AssertionError, RecursionError)
"""What pyHanko raises over bytes that somebody else wrote."""


@dataclass(frozen=True, slots=True)
class SignatureState:
    """One signature as it stands in a file.

    field: name of its signature field ("ketua"). signed_by: common name in the certificate, "" when there is none.
    signed_at: what the signer's machine said (aware), None when it said nothing. is_intact: the bytes it covers are unchanged, and since
    the unsigned file only signatures were added. covers_whole_file: nothing comes after it; of several signatures only the last does.
    is_trusted: its certificate was issued by one of the given roots. is_self_made: the certificate vouches for itself.
    """

    field: str
    signed_by: str
    signed_at: datetime | None
    is_intact: bool
    covers_whole_file: bool
    is_trusted: bool
    is_self_made: bool


class Signer(Protocol):
    """Who signs, and with what. `audit.render.pkcs12` has the one for a certificate in a file.

    An adapter for the signing service of BSrE fits here: it gets the whole PDF, the name of a signature field that is there and empty, and
    the stamp to show in it; it sends them with the officer's NIK and passphrase, and returns what the service gives back. Two things are
    wanted of it: the answer begins with the bytes it was given (an increment, not a new file), and the stamp is set as it is, because the
    fonts of other stamps are not embedded and the file would no longer be PDF/A.
    """

    @property
    def signed_by(self) -> str:
        """Common name in the certificate, as it will be read back from the file."""
        ...

    def check(self, at: datetime) -> None:
        """Raises Refused when this signer cannot sign at this instant (aware): the certificate has expired or is not for signing."""
        ...

    def sign(self, pdf: bytes, field: str, *, stamp: bytes, reason: str, at: datetime) -> bytes:
        """The file with one more increment, in which `field` is signed. stamp: a PDF of one page, drawn into the field. at: aware."""
        ...


def read_signatures(pdf: bytes, roots: Sequence[bytes] = ()) -> tuple[SignatureState, ...]:
    """Every signature in the file, in the order of signing; empty when it has none.

    roots: certificates (PEM or DER) of the authorities that are believed; without them nothing is trusted. Nothing is fetched from
    anywhere, and a certificate is judged by the instant at which the signature says it was made.
    Raises Refused when the bytes are not a PDF that can be read.
    """
    reader, signatures = _opened(pdf)
    if not signatures:
        return ()
    believed = [certificate for root in roots for certificate in load_certs_from_pemder_data(root)]
    is_only_signed = _is_only_signed(reader, signatures)
    return tuple(_state(each, believed, is_only_signed=is_only_signed) for each in signatures)


def unsigned_part(pdf: bytes) -> bytes:
    """The bytes before the first signature increment: the file as it was published, if nobody changed it. All of it when unsigned.

    Empty when the file was written anew with a signature in it, so that nothing of the unsigned file is left.
    Raises Refused when the bytes are not a PDF that can be read.
    """
    reader, signatures = _opened(pdf)
    if not signatures:
        return pdf
    before = _first_signed(signatures) - 1
    if before < 0:
        return b""
    start = reader.xrefs.get_startxref_for_revision(before)
    end = re.compile(rb"startxref\s+%d\s+%%%%EOF(?:\r\n|\r|\n)?" % start).search(pdf, start)
    return pdf[: end.end()] if end else b""


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A signature field. label: what a screen reader says of it ("Tanda tangan elektronik Ketua TPPS …"), the name when there is none."""

    name: str
    label: str
    is_signed: bool


def signature_fields(pdf: bytes) -> tuple[SignatureField, ...]:
    """The signature fields of a file in the order of the document, signed or not. Raises Refused for what is no PDF."""
    reader, _ = _opened(pdf)
    try:
        form = reader.root.get("/AcroForm") or {}
        fields = [each.get_object() for each in form.get("/Fields", ())]
        return tuple(
            SignatureField(str(each["/T"]), str(each.get("/TU", each["/T"])), "/V" in each)
            for each in fields
            if each.get("/FT") == "/Sig" and "/T" in each
        )
    except _UNREADABLE:
        raise _not_readable() from None


def _opened(pdf: bytes) -> tuple[PdfFileReader, list[EmbeddedPdfSignature]]:
    try:
        reader = SignedReader(pdf)
        return reader, list(reader.embedded_regular_signatures)
    except _UNREADABLE:
        raise _not_readable() from None


def _not_readable() -> Refused:
    return Refused.because("unreadable_pdf", "Berkas ini bukan PDF yang utuh, atau tanda tangan di dalamnya rusak.")


def _first_signed(signatures: Sequence[EmbeddedPdfSignature]) -> int:
    """Number of the revision that brought the first signature; 0 is the file as it was first written."""
    return min(int(each.signed_revision) for each in signatures)


def _is_only_signed(reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]) -> bool:
    """Whether only signatures came after the unsigned file: an increment could also bring another page and be signed with it."""
    before = _first_signed(signatures) - 1
    if before < 0:
        return False
    try:
        return is_only_signed_since(reader, before)
    except _UNREADABLE:
        return False


def _state(signature: EmbeddedPdfSignature, roots: Sequence[Any], *, is_only_signed: bool) -> SignatureState:
    try:
        certificate = signature.signer_cert
        at = signature.self_reported_timestamp
        context = ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=at, revocation_mode="soft-fail")
        status = validate_pdf_signature(signature, context, skip_diff=True)  # what came after is looked at above, in less time
        is_whole = status.intact and status.valid and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
        return SignatureState(
            field=str(signature.field_name),
            signed_by=common_name(certificate),
            signed_at=at,
            is_intact=bool(is_whole and is_only_signed),
            covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            is_trusted=bool(status.trusted),
            is_self_made=certificate.self_signed != "no",
        )
    except (SignatureValidationError, *_UNREADABLE):
        return SignatureState(str(signature.field_name), "", None, False, False, False, False)


def common_name(certificate: Any) -> str:
    """Who a certificate is of: its common name, else its whole subject in words. certificate: of asn1crypto."""
    subject = certificate.subject
    name = subject.native.get("common_name")
    return str(name[0] if isinstance(name, list) else name or subject.human_friendly)
