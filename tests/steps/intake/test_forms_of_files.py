"""The forms a registry file comes in, told by their content: old workbooks, delimited text of any habit, web pages, wrong suffixes."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import Refused
from audit.steps.intake.reader import read_registry
from tests.steps.intake.old_excel import write_xls
from tests.steps.intake.sheets import BUDI, HEADER, SITI, cells, write_xlsx

LINES = [list(HEADER), cells(BUDI), cells(SITI)]
EXPECTED = [("Budi Pratama", "2024-04-14", "9.8"), ("Siti Aisyah", "2025-03-12", "8.1")]


def read(path: Path) -> list[tuple[str, ...]]:
    return read_registry(path).sheet.rows.select("name", "birth_on", "weight_kg").rows()


def delimited(delimiter: str, *, ends: str = "\n") -> str:
    return ends.join(delimiter.join("" if cell is None else str(cell) for cell in line) for line in LINES)


def test_a_workbook_of_excel_97(tmp_path: Path) -> None:
    assert read(write_xls(tmp_path / "a.xls", LINES)) == EXPECTED


def test_a_workbook_of_excel_97_with_a_password(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        read_registry(write_xls(tmp_path / "a.xls", LINES, has_password=True))
    assert caught.value.reasons[0].code == "password"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_line_end(delimiter: str, ends: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(delimited(delimiter, ends=ends).encode())
    assert read(tmp_path / "a.csv") == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(delimited(";").replace("Pratama", "Prátama").encode(encoding))
    assert read(tmp_path / "a.csv")[0][0] == "Budi Prátama"


def test_the_suffix_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(write_xlsx(tmp_path / "a.xlsx", LINES).read_bytes())
    (tmp_path / "b.xlsx").write_text(delimited("\t"))
    (tmp_path / "c.csv").write_bytes(write_xls(tmp_path / "c.xls", LINES).read_bytes())
    assert read(tmp_path / "a.xls") == read(tmp_path / "b.xlsx") == read(tmp_path / "c.csv") == EXPECTED


def test_rows_of_delimited_text_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    header, budi, siti = delimited(";").split("\n")
    budi = budi.replace("Dusun Krajan", '"Dusun ""Krajan""; RT 1\nsebelah masjid"')
    (tmp_path / "a.csv").write_text("\n".join(["DATA STATUS GIZI", "", header, budi, "", siti, "", "Jumlah;2", ""]))
    rows = read_registry(tmp_path / "a.csv").sheet.rows
    assert rows["row"].to_list() == [4, 6] and rows["address"][0] == 'Dusun "Krajan"; RT 1\nsebelah masjid'


def test_a_web_page_called_a_workbook(tmp_path: Path) -> None:
    def line(values: list[object]) -> str:
        return "<tr>" + "".join(f"<td>{'' if v is None else v}&nbsp;</td>" for v in values) + "</tr>"

    title = f'<tr><td colspan="{len(HEADER)}">DATA</td></tr>'
    page = f"<html><body><table><tr><td>Menu</td></tr></table><table>{title}{''.join(map(line, LINES))}</table></body></html>"
    (tmp_path / "a.xls").write_text(page)
    assert read(tmp_path / "a.xls") == EXPECTED
    assert read_registry(tmp_path / "a.xls").sheet.rows["row"].to_list() == [3, 4]


def test_columns_may_begin_anywhere(tmp_path: Path) -> None:
    lines = [[None] * 40, *([None, None, *line] for line in LINES)]
    assert read(write_xlsx(tmp_path / "a.xlsx", lines)) == EXPECTED
    assert read_registry(tmp_path / "a.xlsx").sheet.rows["row"].to_list() == [3, 4]
