"""The archival PDF: what it claims, that it is the same every time, and that it opens nothing but our own files."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pydyf
import pytest

from audit.errors import Fault
from audit.render import fonts, pdf
from audit.render.archival import finish
from audit.render.fonts import refresh

STYLE = "report/packet/style.css"
HEAD = '<!DOCTYPE html><html lang="id"><head><title>Uji</title></head><body>'
ATTACHMENT = pdf.Attachment("kasus.json", b'{"z": -3.21}', "Rekaman", datetime(2026, 6, 30, 8, tzinfo=UTC), "Source")


def made(body: str, **how: object) -> bytes:
    return pdf.to_pdf(f"{HEAD}{body}</body></html>", stylesheet=STYLE, identifier=b"uji", **how)  # type: ignore[arg-type]


def test_the_file_claims_both_standards_in_readable_metadata() -> None:
    file = made("<h1>Uji</h1><p>Isi</p>")
    with pikepdf.open(io.BytesIO(file)) as opened:
        metadata = opened.Root.Metadata
        assert "/Filter" not in metadata
        text = metadata.read_bytes().decode()
        assert 'pdfaid:part="3"' in text and 'pdfaid:conformance="A"' in text
        assert "<pdfuaid:part>1</pdfuaid:part>" in text and "pdfaExtension:schemas" in text
        assert opened.Root.MarkInfo.Marked and str(opened.Root.Lang) == "id"


def test_no_compressed_stream_ends_in_a_line_break() -> None:
    """Of 600 streams a few would, were they left alone."""
    file = pydyf.PDF()
    metadata = pydyf.Stream([b"<rdf:RDF></rdf:RDF>"], {"Type": "/Metadata"}, compress=True)
    drawn = [pydyf.Stream([b"0 0 m " * number], compress=True) for number in range(1, 300)]
    other = [pydyf.Stream([b"data " * number], {"Type": "/XObject"}, compress=True) for number in range(1, 300)]
    for stream in (metadata, *drawn, *other):
        file.add_object(stream)
    file.catalog["Metadata"] = metadata.reference

    def broken(streams: list[pydyf.Stream]) -> list[pydyf.Stream]:
        return [each for each in streams if each.data.removesuffix(b"\nendstream")[-1:] in (b"\r", b"\n")]

    assert broken(drawn) and broken(other)
    finish(None, file)
    assert not broken(drawn) and not broken(other)
    packed = [stream for stream in drawn if b"/Filter /FlateDecode" in stream.data]
    assert len(packed) > 290 and all(set(zlib.decompress(stream.stream[0]).split()) == {b"0", b"m"} for stream in packed)


def test_an_attachment_comes_back_with_its_fixed_date() -> None:
    with pikepdf.open(io.BytesIO(made("<p>Isi</p>", attachments=[ATTACHMENT]))) as opened:
        attached = opened.attachments["kasus.json"].get_file()
        assert json.loads(attached.read_bytes()) == {"z": -3.21}
        assert attached.obj.Params.CreationDate == "D:20260630080000Z"
        assert opened.attachments["kasus.json"].obj.AFRelationship == "/Source"


_PROGRAM = """
import hashlib, sys
from datetime import UTC, datetime
from audit.render import pdf
attachment = pdf.Attachment("kasus.json", b'{"z": -3.21}', "Rekaman", datetime(2026, 6, 30, 8, tzinfo=UTC), "Source")
body = '<!DOCTYPE html><html lang="id"><head><title>Uji</title></head><body><h1>Uji</h1><p>≥ −2 ✓</p></body></html>'
made = pdf.to_pdf(body, stylesheet="report/packet/style.css", identifier=b"uji", attachments=[attachment])
print(hashlib.sha256(made).hexdigest())
"""


def test_other_processes_make_the_same_bytes() -> None:
    ours = hashlib.sha256(made("<h1>Uji</h1><p>≥ −2 ✓</p>", attachments=[ATTACHMENT])).hexdigest()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Makassar")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        run = subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == ours


@pytest.mark.parametrize(
    "body",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="file:///etc/hostname" alt="x">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<p style="background: url(file:///etc/hostname)">x</p>',
        '<img src="aks-asset:/../../pyproject.toml" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<object data="file:///etc/hostname"></object>',
    ],
)
def test_a_foreign_resource_stops_the_rendering(body: str) -> None:
    with pytest.raises(Fault, match="di luar berkas AKS") as refused:
        made(body)
    assert "/etc" not in str(refused.value)


def test_our_own_drawing_may_be_used() -> None:
    assert made('<img src="aks-asset:/base/terbatas.svg" alt="Terbatas">').startswith(b"%PDF-1.7")


def test_a_warning_is_a_fault_in_strict_mode_and_a_log_line_otherwise(caplog: pytest.LogCaptureFixture) -> None:
    body = '<p style="colour: red">Siti Contoh</p>'
    with pytest.raises(Fault, match="memperingatkan"):
        made(body, is_strict=True)
    assert made(body).startswith(b"%PDF")
    assert "pdf engine warned" in caplog.text and "colour" not in caplog.text


def test_the_engine_of_this_machine_is_well_and_says_its_versions() -> None:
    assert pdf.check_engine() == []
    assert pdf.engine_versions().keys() == {"weasyprint", "pango", "fonts"}


def test_a_missing_system_library_is_told_with_the_command_to_mend_it(tmp_path: Path) -> None:
    """A stand-in for the import of WeasyPrint on a machine without Pango: the same OSError from the same place."""
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libgobject-2.0-0'\")")
    program = "from audit.render import pdf; print(pdf.check_engine()[0])"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert all(package in run.stdout for package in pdf.SYSTEM_PACKAGES)


def test_the_fonts_are_the_ones_recorded(tmp_path: Path) -> None:
    assert {path.name for path in fonts.FOLDER.glob("*.ttf")} | {"OFL.txt"} == set(fonts.SHA256)
    (tmp_path / "OFL.txt").write_text("changed")
    assert not fonts.is_intact(tmp_path / "OFL.txt")


def test_the_fonts_can_be_copied_again_and_another_version_is_refused(tmp_path: Path) -> None:
    package, into = tmp_path / "package", tmp_path / "into"
    into.mkdir()
    for name, place in refresh.PLACES.items():
        (package / place).parent.mkdir(parents=True, exist_ok=True)
        (package / place).write_bytes((fonts.FOLDER / name).read_bytes())
    described = {"name": fonts.PACKAGE_NAME, "version": fonts.PACKAGE_VERSION}
    (package / "package.json").write_text(json.dumps(described))
    refresh.refresh(package, into)
    assert all(fonts.is_intact(into / name) for name in fonts.SHA256)
    (package / "package.json").write_text(json.dumps({**described, "version": "9"}))
    with pytest.raises(ValueError, match="ditemukan"):
        refresh.refresh(package, into)
