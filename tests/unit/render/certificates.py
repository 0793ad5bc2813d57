"""Certificates for tests, made when they are asked for: a root, officers whom it issued, and one who vouches for himself. Never shipped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PASSPHRASE = "Kopi-Jember-2026"
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Officer:
    """p12: the file, sealed with PASSPHRASE. root: of the authority, PEM."""

    p12: bytes
    root: bytes


@cache
def officer(
    name: str = "Bambang Setyadi", *, first: datetime = FIRST, last: datetime = LAST, signs: bool = True, is_self_made: bool = False
) -> Officer:
    """Somebody with a certificate, issued by the authority of the tests or by nobody."""
    authority, authority_key = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, by = (_name(name), key) if is_self_made else (authority.subject, authority_key)
    certificate = _certificate(name, key, issuer=issuer, by=by, first=first, last=last, signs=signs)
    sealed = pkcs12.serialize_key_and_certificates(
        name.encode(), key, certificate, [authority], serialization.BestAvailableEncryption(PASSPHRASE.encode())
    )
    return Officer(sealed, authority.public_bytes(serialization.Encoding.PEM))


@cache
def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = "Penerbit Sertifikat Uji"
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    made = _builder(name, key, issuer=_name(name), first=FIRST.replace(year=2020), last=LAST.replace(year=2040))
    made = made.add_extension(x509.BasicConstraints(True, None), critical=True).add_extension(usage, critical=True)
    return made.sign(key, hashes.SHA256()), key


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    first: datetime,
    last: datetime,
    signs: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(signs, signs, not signs, False, not signs, False, False, False, False)
    made = _builder(name, key, issuer=issuer, first=first, last=last)
    made = made.add_extension(x509.BasicConstraints(False, None), critical=True).add_extension(usage, critical=True)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    return made.sign(by, hashes.SHA256())


def _builder(name: str, key: ec.EllipticCurvePrivateKey, *, issuer: x509.Name, first: datetime, last: datetime) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(_name(name)).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(last)
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"), x509.NameAttribute(NameOID.COMMON_NAME, common)])
