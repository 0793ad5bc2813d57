"""`aks zscore` on tables as people have them: every format, every dialect, every refusal."""

from __future__ import annotations

import json
import os
import resource
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from audit.cli.zscore import in_words, zscore, zscore_command
from audit.errors import Refused
from audit.growth.files import write_table
from audit.growth.table import ADDED

CHILDREN = pl.DataFrame(
    {
        "catatan": ["Sari, anak ke-2", "Budi", "Ayu", "Joko", "Wati"],
        "sex": ["P", "L", "f", "M", "2"],
        "age_days": [730, 300, 1826, 1100, 900],
        "weight_kg": [9.8, 6.0, 14.2, 9.5, 10.5],
        "height_cm": [80.5, 70.0, 100.3, 70.0, 84.0],
        "position": ["Berdiri", "l", "h", "Terlentang", None],
        "oedema": ["n", "y", None, "tidak", "T"],
        "head_cm": [46.0, None, 49.5, None, 48.0],
        "muac_cm": [14.0, 11.4, None, 12.4, 13.5],
    }
)
HAZ = [-1.61, -1.36, -1.92, -7.24, -1.81]  # Sari, standing on day 730, is among the worked examples


def written(folder: Path, frame: pl.DataFrame, name: str) -> Path:
    path = folder / name
    match path.suffix:
        case ".xlsx":
            frame.write_excel(path)
        case ".parquet":
            frame.write_parquet(path)
        case _:
            frame.write_csv(path)
    return path


def read(path: Path, separator: str = ",") -> pl.DataFrame:
    match path.suffix:
        case ".xlsx":
            return pl.read_excel(path)
        case ".parquet":
            return pl.read_parquet(path)
        case _:
            return pl.read_csv(path, separator=separator)


def from_text(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "anak.csv") -> pl.DataFrame:
    (folder / name).write_bytes(text.encode(encoding))
    zscore(folder / name, folder / "hasil.parquet")
    return pl.read_parquet(folder / "hasil.parquet")


def refusal(source: Path, target: Path) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        zscore(source, target)
    assert not target.exists() or target.read_text() == "yang lama"
    return {reason.code: reason.sentence for reason in caught.value.reasons}


@pytest.mark.parametrize("given", ["anak.csv", "anak.xlsx", "anak.parquet"])
@pytest.mark.parametrize("wanted", ["hasil.csv", "hasil.xlsx", "hasil.parquet"])
def test_every_format_goes_to_every_format(tmp_path: Path, given: str, wanted: str) -> None:
    result = zscore(written(tmp_path, CHILDREN, given), tmp_path / wanted)
    found = read(tmp_path / wanted)
    assert result.rows == 5 and not result.problems
    assert found.columns == [*CHILDREN.columns, *ADDED] == list(result.columns)
    assert found["catatan"].to_list() == CHILDREN["catatan"].to_list()
    assert found["weight_kg"].cast(pl.Float64).to_list() == CHILDREN["weight_kg"].to_list()
    assert found["haz"].to_list() == HAZ
    assert found["haz_flag"].cast(pl.Int64).to_list() == [0, 0, 0, 1, 0]
    assert found["haz_label"].to_list() == ["Normal", "Normal", "Normal", "Sangat pendek", "Normal"]
    assert found["haz_category"].to_list()[3] == "severely_stunted"
    assert found["hcz"].cast(pl.Float64).is_null().to_list() == [False, True, False, True, False]
    assert found["muac_label"].to_list() == ["Gizi baik", "Gizi buruk", None, "Gizi kurang", "Gizi baik"]


def test_oedema_leaves_weight_scores_empty_and_is_gizi_buruk(tmp_path: Path) -> None:
    zscore(written(tmp_path, CHILDREN, "anak.csv"), tmp_path / "hasil.csv")
    budi = (tmp_path / "hasil.csv").read_text(encoding="utf-8").splitlines()[2]
    found = read(tmp_path / "hasil.csv").row(1, named=True)
    assert [found[name] for name in ("waz", "whz", "baz", "waz_flag", "waz_label", "whz_label")] == [None] * 6
    assert (found["oedema_category"], found["oedema_label"]) == ("severely_wasted", "Gizi buruk")
    assert ",l,y,,11.4,-1.36,,,,,-3.12,0,,,,,0," in budi


def test_dates_give_the_age_in_every_usual_way_of_writing(tmp_path: Path) -> None:
    rows = ["2023-01-01,2024-12-31", "01/01/2023,31/12/2024", "1-1-2023,31.12.2024", "44927,45657", "2023-01-01 00:00:00,2024-12-31T08:15"]
    text = "sex,weight_kg,height_cm,position,birth_date,measured_on\n" + "".join(f"P,9.8,80.5,h,{row}\n" for row in rows)
    assert from_text(tmp_path, text)["haz"].to_list() == [-1.61] * 5


def test_dates_of_a_workbook_stay_dates(tmp_path: Path) -> None:
    dated = CHILDREN.drop("age_days").with_columns(birth_date=pl.lit(date(2023, 1, 1)), measured_on=pl.lit(date(2024, 12, 31)))
    zscore(written(tmp_path, dated, "anak.xlsx"), tmp_path / "hasil.csv")
    found = read(tmp_path / "hasil.csv")
    assert found["haz"][0] == -1.61 and found["birth_date"].cast(pl.String)[0] == "2023-01-01"


def test_age_in_days_goes_before_the_dates_and_the_dates_fill_it_up(tmp_path: Path) -> None:
    text = (
        "sex,weight_kg,height_cm,age_days,birth_date,measured_on\nP,9.8,80.5,500,2023-01-01,2024-12-31\nP,9.8,80.5,,2023-08-19,2024-12-31\n"
    )
    assert from_text(tmp_path, text)["haz"].n_unique() == 1


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_tables_of_every_dialect(tmp_path: Path, separator: str, encoding: str) -> None:
    text = separator.join(["Sex", " AGE_DAYS ", "weight_kg", "height_cm", "position", "alamat"]) + "\r\n"
    text += separator.join(["P", "730", '"9,8"', '"80,5"', "H", "Gang Café"]) + "\r\n"
    found = from_text(tmp_path, text, encoding=encoding)
    assert found["haz"].to_list() == [-1.61] and found["alamat"].to_list() == ["Gang Café"]


def test_a_text_table_is_written_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "anak.csv").write_bytes("sex;age_days;weight_kg;height_cm;position;alamat\nP;730;9,8;80,5;h;Gang Café\n".encode("cp1252"))
    zscore(tmp_path / "anak.csv", tmp_path / "hasil.csv")
    line = (tmp_path / "hasil.csv").read_bytes().decode("cp1252").splitlines()[1]
    assert line.startswith("P;730;9,8;80,5;h;Gang Café;-1,61;-1,3;")


def test_a_decimal_comma_between_commas_stays_a_number_and_a_point_is_written(tmp_path: Path) -> None:
    (tmp_path / "anak.csv").write_text('sex,age_days,weight_kg,height_cm,position\nP,730,"9,8","80,5",h\n', encoding="utf-8")
    zscore(tmp_path / "anak.csv", tmp_path / "hasil.csv")
    assert (tmp_path / "hasil.csv").read_text(encoding="utf-8").splitlines()[1].startswith('P,730,"9,8","80,5",h,-1.61,-1.3,')


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"sex,age_days,weight_kg,height_cm\rP,730,9.8,80.5\rX,,,\r", 3),
        (b"sep=;\r\nsex;age_days;weight_kg;height_cm\r\nP;730;9,8;80,5\r\nX;;;\r\n", 4),
        ("sex\tage_days\tweight_kg\theight_cm\nP\t730\t9,8\t80,5\nX\t\t\t\n".encode("utf-16"), 3),
        (b"sex,age_days,weight_kg,height_cm\nP,730,9.8,80.5\n\nX,,,\n\n\n", 4),
        (b'sex,age_days,weight_kg,height_cm,catatan\nP,730,9.8,80.5,"a\nb"\nX,,,,\n', 3),
    ],
)
def test_text_tables_of_other_programs(tmp_path: Path, content: bytes, row: int) -> None:
    (tmp_path / "anak.csv").write_bytes(content)
    result = zscore(tmp_path / "anak.csv", tmp_path / "hasil.csv")
    assert result.computed["haz"] == 1 and result.rows == row - 1 - content.startswith(b"sep")
    assert [(p.row, p.column) for p in result.problems] == [(row, "sex")]


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    (tmp_path / "anak.csv").write_text(HEAD + ',catatan\nP,730,9.8,80.5,"' + "a" * 200_000 + "\nP,730,9.8,80.5,b\n", encoding="utf-8")
    assert "kutip" in refusal(tmp_path / "anak.csv", tmp_path / "hasil.csv")["damaged"]


def test_a_cell_that_cannot_be_used_is_named_and_the_row_is_kept(tmp_path: Path) -> None:
    text = (
        "sex,age_days,weight_kg,height_cm,position,oedema\n"
        "P,730,9.8,80.5,h,n\n"
        "X,730,9.8,80.5,h,n\n"
        "P,2000,9.8,80.5,h,n\n"
        "P,730,sembilan,80.5,h,n\n"
        "P,730,0,80.5,samping,mungkin\n"
        "P,730,1.234.5,inf,h,n\n"
    )
    (tmp_path / "anak.csv").write_text(text, encoding="utf-8")
    result = zscore(tmp_path / "anak.csv", tmp_path / "hasil.csv")
    found = read(tmp_path / "hasil.csv")
    assert [(p.row, p.column, p.value, p.code) for p in result.problems] == [
        (3, "sex", "X", "unknown_word"),
        (4, "age_days", "2000", "age_outside"),
        (5, "weight_kg", "sembilan", "not_a_number"),
        (6, "weight_kg", "0", "not_positive"),
        (6, "position", "samping", "unknown_word"),
        (6, "oedema", "mungkin", "unknown_word"),
        (7, "weight_kg", "1.234.5", "not_a_number"),
        (7, "height_cm", "inf", "not_a_number"),
    ]
    assert in_words(result.problems[0]) == "Baris 3, kolom sex: isi “X” tidak dapat dipakai; seharusnya L atau P."
    assert found.height == 6 and found["haz"].to_list() == [-1.61, None, None, -1.61, -1.83, None]


@pytest.mark.parametrize("born", ["31/02/2023", "05/10/24", "2023", "kemarin", "2023-13-01"])
def test_a_date_that_is_none_is_named(tmp_path: Path, born: str) -> None:
    text = f"sex,weight_kg,height_cm,birth_date,measured_on\nP,9.8,80.5,{born},2024-12-31\nP,9.8,80.5,2023-01-01,2024-12-31\n"
    (tmp_path / "anak.csv").write_text(text, encoding="utf-8")
    result = zscore(tmp_path / "anak.csv", tmp_path / "hasil.csv")
    assert [(p.row, p.column, p.value, p.code) for p in result.problems] == [(2, "birth_date", born, "not_a_date")]


def test_measured_before_birth_is_named(tmp_path: Path) -> None:
    text = "sex,weight_kg,height_cm,birth_date,measured_on\nP,9.8,80.5,2025-01-01,2024-12-31\nP,9.8,80.5,2023-01-01,2024-12-31\n"
    (tmp_path / "anak.csv").write_text(text, encoding="utf-8")
    result = zscore(tmp_path / "anak.csv", tmp_path / "hasil.csv")
    assert [(p.row, p.column, p.code) for p in result.problems] == [(2, "measured_on", "age_outside")]


def test_empty_cells_are_missing_not_problems(tmp_path: Path) -> None:
    text = "sex,age_days,weight_kg,height_cm,position,oedema,head_cm\nP,730,,80.5,,-,NA\n,,,,,,\nL,300,9,70,l,n,45\n"
    (tmp_path / "anak.csv").write_text(text, encoding="utf-8")
    result = zscore(tmp_path / "anak.csv", tmp_path / "hasil.csv")
    assert not result.problems and result.rows == 3
    assert read(tmp_path / "hasil.csv")["waz"].is_null().to_list() == [True, True, False]


def test_a_column_that_is_empty_throughout_is_usable(tmp_path: Path) -> None:
    empty = CHILDREN.with_columns(head_cm=pl.lit(None), oedema=pl.lit(None), position=pl.lit(None))
    zscore(written(tmp_path, empty, "anak.parquet"), tmp_path / "hasil.parquet")
    assert pl.read_parquet(tmp_path / "hasil.parquet")["hcz"].null_count() == 5


def test_absent_columns_are_all_named_with_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "anak.csv").write_text("jenis,berat,height_cm\nP,9,70\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        zscore(tmp_path / "anak.csv", tmp_path / "hasil.csv")
    assert [reason.sentence for reason in caught.value.reasons] == [
        "Kolom sex tidak ada.",
        "Kolom weight_kg tidak ada.",
        "Kolom umur tidak ada: dibutuhkan age_days, atau birth_date dan measured_on.",
        "Kolom yang ditemukan: jenis, berat, height_cm.",
    ]


HEAD = "sex,age_days,weight_kg,height_cm"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("\n \n", "empty_file"),
        (HEAD + "\n", "no_rows"),
        (HEAD + ",Sex\nP,730,9.8,80.5,L\n", "column_twice"),
        (HEAD + ",catatan,catatan\nP,730,9.8,80.5,a,b\n", "column_twice"),
        (HEAD + ",haz,WAZ_flag\nP,730,9.8,80.5,1,0\n", "column_taken"),
        (HEAD + "\nP,730,9.8,80.5,lebih,lagi\n", "uneven_row"),
        (HEAD + "\nX,730,9.8,80.5\n", "nothing_usable"),
        ("\x00\x01\x02" + HEAD, "not_text"),
        ("PK\x03\x04 bukan teks", "not_text"),
    ],
)
def test_a_text_table_that_cannot_be_used_is_refused(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "anak.csv").write_bytes(text.encode("latin-1"))
    (tmp_path / "hasil.csv").write_text("yang lama")
    assert code in refusal(tmp_path / "anak.csv", tmp_path / "hasil.csv")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("anak.xlsx", b"ini bukan buku kerja", "damaged"),
        ("anak.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked"),
        ("anak.xlsx", b"PK\x05\x06" + b"\0" * 18, "damaged"),
        ("anak.parquet", b"PAR1 rusak PAR1", "damaged"),
        ("anak.xls", b"apa saja", "unknown_format"),
    ],
)
def test_a_binary_file_that_cannot_be_used_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert code in refusal(tmp_path / name, tmp_path / "hasil.csv")


def test_an_uneven_row_is_named_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "anak.csv").write_text(HEAD + "\nP,730,9.8,80.5\nP,730,9.8,80.5,lebih\n", encoding="utf-8")
    assert "baris 3" in refusal(tmp_path / "anak.csv", tmp_path / "hasil.csv")["uneven_row"]


def test_two_sheets_with_children_are_refused_and_one_beside_notes_is_found(tmp_path: Path) -> None:
    import xlsxwriter

    for name, second in (("dua.xlsx", CHILDREN), ("satu.xlsx", pl.DataFrame({"catatan": ["lihat lembar lain"]}))):
        with xlsxwriter.Workbook(str(tmp_path / name)) as book:
            second.write_excel(book, worksheet="Pertama")
            CHILDREN.write_excel(book, worksheet="Data")
    assert "two_sheets" in refusal(tmp_path / "dua.xlsx", tmp_path / "hasil.csv")
    assert zscore(tmp_path / "satu.xlsx", tmp_path / "hasil.csv").rows == 5


def test_a_sheet_with_titles_and_empty_rows_keeps_its_own_row_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Posyandu Melati"], [], ["sex", "age_days", "weight_kg", "height_cm"], ["P", 730, "x", 80.5], [], ["P", 730, 9.8, 80.5]):
        book.active.append(row)
    book.save(tmp_path / "anak.xlsx")
    result = zscore(tmp_path / "anak.xlsx", tmp_path / "hasil.csv")
    assert [(p.row, p.column, p.value) for p in result.problems] == [(4, "weight_kg", "x")]
    assert result.rows == 3 and read(tmp_path / "hasil.csv")["waz"].to_list() == [None, None, -1.3]


@pytest.mark.parametrize(("rows", "code"), [([], "empty_file"), ([["sex", "age_days", "weight_kg", "height_cm"]], "no_rows")])
def test_a_sheet_without_children_is_refused(tmp_path: Path, rows: list[list[str]], code: str) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "anak.xlsx")
    assert code in refusal(tmp_path / "anak.xlsx", tmp_path / "hasil.csv")


def test_a_number_column_with_a_word_far_down_is_still_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["sex", "age_days", "weight_kg", "height_cm", "oedema", "head_cm"])
    for row in range(1500):
        book.active.append([2, 730, "sembilan" if row == 1400 else 9.8, 80.5, False, None])
    book.save(tmp_path / "anak.xlsx")
    result = zscore(tmp_path / "anak.xlsx", tmp_path / "hasil.parquet")
    assert [(p.row, p.value) for p in result.problems] == [(1402, "sembilan")] and result.computed["waz"] == 1499


def test_absent_files_and_folders_are_refused(tmp_path: Path) -> None:
    source = written(tmp_path, CHILDREN, "anak.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "file_missing" in refusal(tmp_path / "tidak-ada.csv", tmp_path / "hasil.csv")
    assert "not_a_file" in refusal(tmp_path / "folder.csv", tmp_path / "hasil.csv")
    assert "unknown_format" in refusal(source, tmp_path / "hasil.docx")
    assert "foldernya tidak ada" in refusal(source, tmp_path / "entah" / "hasil.csv")["target_unwritable"]


def test_the_same_file_for_both_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path, CHILDREN, "anak.csv")
    before = source.read_bytes()
    os.symlink(source, tmp_path / "lain.csv")
    for target in (source, tmp_path / "lain.csv"):
        with pytest.raises(Refused, match="harus berbeda"):
            zscore(source, target)
    assert source.read_bytes() == before


def test_an_output_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    source = written(tmp_path, CHILDREN, "anak.csv")
    (tmp_path / "hasil.csv").write_text("yang lama")
    zscore(source, tmp_path / "hasil.csv")
    assert read(tmp_path / "hasil.csv").height == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["anak.csv", "hasil.csv"]


@pytest.mark.parametrize("name", ["hasil.csv", "hasil.xlsx", "hasil.parquet"])
def test_a_write_that_breaks_off_leaves_the_old_output_and_nothing_else(tmp_path: Path, name: str) -> None:
    source = written(tmp_path, pl.concat([CHILDREN] * 200), "anak.parquet")
    (tmp_path / name).write_text("yang lama")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        refused = refusal(source, tmp_path / name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "tidak dapat ditulis" in refused["target_unwritable"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["anak.parquet", name]


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    frame = CHILDREN.with_columns(catatan=pl.lit("=1+1"))
    zscore(written(tmp_path, frame, "anak.parquet"), tmp_path / "hasil.xlsx")
    assert pl.read_excel(tmp_path / "hasil.xlsx")["catatan"].to_list() == ["=1+1"] * 5


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path) -> None:
    from audit.growth.files import MOST_SHEET_ROWS, Dialect

    with pytest.raises(Refused, match="tidak muat"):
        write_table(pl.DataFrame({"a": range(MOST_SHEET_ROWS + 1)}), tmp_path / "hasil.xlsx", Dialect())
    assert not list(tmp_path.iterdir())


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command("zscore")(zscore_command)
    return app


def test_the_command_prints_one_json_object_and_nothing_else(tmp_path: Path, app: typer.Typer) -> None:
    source = tmp_path / "anak.csv"
    source.write_text(HEAD + "\nP,730,9.8,80.5\nX,730,9.8,80.5\n", encoding="utf-8")
    result = CliRunner().invoke(app, [str(source), str(tmp_path / "hasil.csv"), "--json"])
    said = json.loads(result.stdout)
    assert result.exit_code == 0 and result.stderr == ""
    assert said["rows"] == 2 and said["columns"][-1] == "oedema_label" and said["computed"]["haz"] == 1
    assert [(p["row"], p["column"], p["value"]) for p in said["problems"]] == [(3, "sex", "X")]


def test_the_command_says_in_words_what_it_did(tmp_path: Path, app: typer.Typer) -> None:
    source = tmp_path / "anak.csv"
    source.write_text(HEAD + "\nP,730,9.8,80.5\n" + "X,730,9.8,80.5\n" * 25, encoding="utf-8")
    result = CliRunner().invoke(app, [str(source), str(tmp_path / "hasil.csv")])
    assert result.exit_code == 0 and result.stdout.startswith("26 baris ditulis ke") and "haz 1" in result.stdout
    assert "Baris 3, kolom sex" in result.stderr and "… dan 5 masalah lain" in result.stderr


def test_the_command_without_arguments_is_a_usage_error(app: typer.Typer) -> None:
    assert CliRunner().invoke(app, []).exit_code == 2
