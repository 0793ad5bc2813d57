"""The last touch that makes WeasyPrint's PDF/A-3a also PDF/UA-1. Works on the open file; knows no document and no page.

Three things: the metadata say PDF/UA-1 and describe that claim (PDF/A wants every schema described), the metadata stay uncompressed
(readable without decoding, as strict checkers want), and no compressed stream ends in a line break (checkers count one as the end mark).
"""

from __future__ import annotations

import zlib
from typing import Any

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_UA_CLAIM = f"""<rdf:Description xmlns:rdf="{_RDF}" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="{_RDF}" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
""".encode()
_END = b"</rdf:RDF>"
_LINE_BREAKS = (b"\r", b"\n")
_START, _TAIL = b"\nstream\n", b"\nendstream"
_LEVELS = (6, 9, 7, 5, 1)
"""The first is a good deal faster than the last per cent of size is worth."""


def finish(document: Any, pdf: Any) -> None:
    """WeasyPrint's `finisher`: called with the laid-out document (unused) and the open `pydyf.PDF` before it is written."""
    del document
    _claim_ua(_metadata(pdf))
    for stream in pdf.objects:
        if getattr(stream, "compress", False):
            _end_cleanly(stream)


def _metadata(pdf: Any) -> Any:
    reference = pdf.catalog["Metadata"]
    text = reference.decode() if isinstance(reference, bytes) else str(reference)
    return pdf.objects[int(text.split()[0])]


def _claim_ua(metadata: Any) -> None:
    text: bytes = metadata.stream[0]
    if _END not in text:
        raise ValueError("the metadata of the PDF engine have another shape than the one this was written for")
    metadata.stream[0] = text.replace(_END, _UA_CLAIM + _END)
    metadata.compress = False


def _end_cleanly(stream: Any) -> None:
    """Compress the stream here and once, and see that it does not end in a line break, as one deflated stream in 128 would.

    Another level of compression moves the end; where none helps, the stream goes in uncompressed.
    """
    stream.compress = False
    plain = stream.data.partition(_START)[2].removesuffix(_TAIL)
    stream.stream = [plain]
    for level in _LEVELS:
        packed = zlib.compress(plain, level)
        if not packed.endswith(_LINE_BREAKS):
            stream.stream = [packed]
            stream.extra["Filter"] = "/FlateDecode"
            return
