"""The list of reference pages: file, title, and the function that writes each. The pages themselves are in the modules beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from audit.manual.criteria import causes_page, growth_page, screening_page
from audit.manual.cycle import settings_page
from audit.manual.data_model import data_model_page
from audit.manual.documents import documents_page
from audit.manual.markdown import bullets, page
from audit.manual.process import lifecycle_page, permissions_page
from audit.manual.questions import forms_page
from audit.manual.registry import registry_page

PAGES: Mapping[str, Callable[[], str]] = {
    "alur-kasus.md": lifecycle_page,
    "hak-akses.md": permissions_page,
    "pengaturan-siklus.md": settings_page,
    "berkas-registri.md": registry_page,
    "penapisan.md": screening_page,
    "status-gizi.md": growth_page,
    "isian.md": forms_page,
    "penyebab.md": causes_page,
    "dokumen.md": documents_page,
    "model-data.md": data_model_page,
}
"""File name -> the function that writes the page, in reading order."""


def written() -> dict[str, str]:
    """Every page by its file name, the index (README.md) first."""
    pages = {name: write() for name, write in PAGES.items()}
    links = bullets(f"[{_title(text)}]({name})" for name, text in pages.items())
    index = page("Rujukan", "Ditulis dari tabel-tabel yang sama dengan yang dijalankan program.", links)
    return {"README.md": index, **pages}


def _title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ")
