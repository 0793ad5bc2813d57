"""A signer with a certificate in a PKCS#12 file, and the stamp that is seen of a signature. PAdES B-B by pyHanko; keeps nothing.

What a naive signature would break is kept: the metadata are not written again (pyHanko would change them and PDF/A would notice), the
field is the tagged one that the document brought, and the stamp is a page of our own engine with its fonts embedded.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.stamp import StaticStampStyle

from audit.errors import Refused
from audit.render import html, pdf
from audit.render.signing import SignatureField, common_name, signature_fields
from audit.render.wording import date_words

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
"""What it logs may quote a certificate or a file; what a person should know is in the refusals below."""

_STAMP_TEMPLATE, _STAMP_STYLE = "signature/stamp.html", "signature/style.css"
LARGEST_FILE = 1_000_000
"""Bytes. A PKCS#12 file with its chain takes some ten thousand."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is seen of a signature. signed_by: as in the certificate; office: of the signature block; when: in words."""

    signed_by: str
    office: str
    when: str


def draw_stamp(signed_by: str, *, office: str, at: datetime) -> bytes:
    """The stamp as a PDF of one small page. at: in the zone in which it is to be read."""
    return pdf.to_pdf(html.render(_STAMP_TEMPLATE, Stamp(signed_by, office, instant_words(at))), stylesheet=_STAMP_STYLE, identifier=b"cap")


_ZONES = {"+07": "WIB", "+08": "WITA", "+09": "WIT"}
"""What Python calls the zones of Indonesia that it has no letters for."""


def instant_words(at: datetime) -> str:
    """ "20 Juli 2026, pukul 10.04 WIB": an instant to the minute, in its own zone."""
    zone = at.tzname() or ""
    return f"{date_words(at.date())}, pukul {at:%H.%M} {_ZONES.get(zone, zone)}".rstrip()


class Pkcs12Signer:
    """Signs with the key in a PKCS#12 file (.p12, .pfx). Implements `audit.render.signing.Signer`."""

    def __init__(self, content: bytes, passphrase: str) -> None:
        """Raises Refused when the passphrase is wrong or the content is no PKCS#12 file with a key and its certificate."""
        if len(content) > LARGEST_FILE:
            raise _not_pkcs12()
        secret = passphrase.encode()
        try:
            key, certificate, _ = pkcs12.load_key_and_certificates(content, secret)
        except ValueError as problem:
            if "password" in str(problem).lower():
                raise Refused.because("wrong_passphrase", "Frasa sandi salah. Periksa huruf besar dan kecil, lalu ulangi.") from None
            raise _not_pkcs12() from None
        if key is None or certificate is None:
            raise Refused.because("no_key", "Berkas ini tidak memuat kunci pribadi beserta sertifikatnya; minta berkas .p12 yang utuh.")
        try:
            self._signer = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=secret)
        except (ValueError, NotImplementedError):
            raise _not_pkcs12() from None
        self._certificate = certificate

    @property
    def signed_by(self) -> str:
        """Common name in the certificate."""
        return common_name(self._signer.signing_cert)

    def check(self, at: datetime) -> None:
        """Raises Refused outside the validity of the certificate, or when it is not meant for signatures (RFC 5280, 4.2.1.3)."""
        first, last = self._certificate.not_valid_before_utc, self._certificate.not_valid_after_utc
        if at > last:
            raise Refused.because(
                "certificate_expired", f"Sertifikat ini sudah berakhir pada {date_words(last.date())}. Pakai sertifikat yang masih berlaku."
            )
        if at < first:
            raise Refused.because("certificate_not_yet", f"Sertifikat ini baru berlaku mulai {date_words(first.date())}.")
        try:
            usage = self._certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        except x509.ExtensionNotFound:
            return
        if not (usage.digital_signature or usage.content_commitment):
            raise Refused.because("certificate_not_for_signing", "Sertifikat ini tidak dibuat untuk tanda tangan. Pakai sertifikat lain.")

    def sign(self, pdf: bytes, field: str, *, stamp: bytes, reason: str, at: datetime) -> bytes:
        """The file with one more increment, in which `field` is signed (see `Signer.sign`).

        Raises Refused when the certificate is not valid at that instant, and when the field does not exist or is signed already.
        """
        self.check(at)
        empty_field(pdf, field)
        how = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=reason)
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        writer._update_meta = lambda: None  # type: ignore[method-assign]  # the metadata stay as they are: advice of pyHanko's author
        try:
            signed = _AtThisInstant(how, signer=self._signer, stamp_style=_style(stamp), at=at).sign_pdf(writer, existing_fields_only=True)
        except (SigningError, PdfError):
            raise Refused.because("not_signed", "Dokumen ini tidak dapat ditandatangani dengan sertifikat ini.") from None
        return bytes(signed.getvalue())


def empty_field(pdf: bytes, name: str) -> SignatureField:
    """The signature field of this name, still to be signed. Raises Refused, naming those that are left, when there is no such field."""
    fields = signature_fields(pdf)
    found = next((each for each in fields if each.name == name), None)
    if found and not found.is_signed:
        return found
    if not fields:
        raise Refused.because("no_fields", "Dokumen ini tidak mempunyai ruang tanda tangan elektronik.")
    left = ", ".join(each.name for each in fields if not each.is_signed)
    choose = f"Yang masih kosong: {left}." if left else "Semua ruang tanda tangannya sudah terisi."
    if found:
        raise Refused.because("already_signed", f"Ruang tanda tangan “{name}” sudah ditandatangani. {choose}")
    raise Refused.because("unknown_field", f"Ruang tanda tangan “{name}” tidak ada pada dokumen ini. {choose}")


def _not_pkcs12() -> Refused:
    return Refused.because("not_pkcs12", "Berkas sertifikat ini bukan PKCS#12 (.p12 atau .pfx) yang dapat dibaca.")


class _AtThisInstant(PdfSigner):
    """pyHanko would read the clock of the machine."""

    def __init__(self, how: PdfSignatureMetadata, *, signer: SimpleSigner, stamp_style: StaticStampStyle, at: datetime) -> None:
        super().__init__(how, signer=signer, stamp_style=stamp_style)
        self._at = at

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


class _OnePage(PdfContent):
    """The first page of a PDF in memory, as the background of a stamp. pyHanko's own takes a file on disk."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        super().__init__()

    def render(self) -> bytes:
        drawn = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._content)))
        self.resources.xobject["/Cap"] = drawn
        left, bottom, right, top = drawn.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Cap Do"


def _style(stamp: bytes) -> StaticStampStyle:
    layout = SimpleBoxLayoutRule(x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(1, 1, 1, 1))
    return StaticStampStyle(border_width=0, background=_OnePage(stamp), background_layout=layout, background_opacity=1.0)
