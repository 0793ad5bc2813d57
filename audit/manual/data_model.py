"""The page on the data model: every table and column with its comment, from the metadata that the migrations are made of."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint

from audit.casework.schema import METADATA
from audit.manual.markdown import bullets, code, codes, fenced, page, section, table, yes
from audit.store.base import Base
from audit.store.sealed import SealedJson, SealedText

TYPE_LABELS = {
    "Integer": "bilangan bulat",
    "SmallInteger": "bilangan bulat kecil",
    "Float": "angka",
    "Boolean": "ya/tidak",
    "Date": "tanggal",
    "Instant": "saat (UTC)",
    "JSON": "JSON",
    "SealedText": "teks **tersandi**",
    "SealedJson": "JSON **tersandi**",
    "LargeBinary": "biner",
}
"""Class of a column's type -> its name here; a String is printed with its length."""


def data_model_page() -> str:
    """Every table: what a row is, its columns, and what the database itself refuses."""
    tables = sorted(METADATA.tables.values(), key=lambda one: one.name)
    sealed = [f"{one.name}.{column.name}" for one in tables for column in one.columns if is_sealed(column)]
    return page(
        "Model data",
        "Penjelasan tabel dan kolom berbahasa Inggris karena diambil dari kode programnya. Basis datanya SQLite atau PostgreSQL, dengan "
        "tabel yang sama. Kolom bertanda * boleh kosong.",
        section("Hubungan antartabel", fenced("\n".join(_diagram(tables)), "mermaid")),
        section(
            "Yang tersandi",
            "Disandikan dengan AES-256-GCM memakai berkas kunci di luar basis data; tanpa kunci itu isinya tidak dapat dibaca:",
            bullets(code(name) for name in sealed),
        ),
        *(section(one.name, _about(one), _columns(one), _refused(one)) for one in tables),
    )


def is_sealed(column: Column[object]) -> bool:
    """Whether a column is encrypted at rest."""
    return isinstance(column.type, (SealedText, SealedJson))


def _about(one: Table) -> str:
    """The docstring of the class that maps the table."""
    mapped = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is one)
    module = sys.modules[mapped.__module__].__name__.replace(".", "/")
    return f"{' '.join((mapped.__doc__ or '').split())} ({code(f'{module}.py')})"


def _columns(one: Table) -> str:
    heads = ("Kolom", "Jenis", "Menunjuk ke", "Unik", "Penjelasan")
    return table(heads, map(_column, one.columns))


def _column(column: Column[object]) -> tuple[object, ...]:
    targets = codes(sorted(key.target_fullname for key in column.foreign_keys))
    return (f"{code(column.name)}{'*' if column.nullable else ''}", _type(column), targets, yes(bool(column.unique)), column.comment)


def _type(column: Column[object]) -> str:
    name = type(column.type).__name__
    length = getattr(column.type, "length", None)
    return f"teks, paling panjang {length}" if name == "String" and length else TYPE_LABELS.get(name, name)


def _refused(one: Table) -> str:
    rules = sorted(
        [f"Unik bersama: {codes(c.name for c in rule.columns)}." for rule in _joint(one)]
        + [f"Selalu berlaku: {code(rule.sqltext)}." for rule in one.constraints if isinstance(rule, CheckConstraint)]
    )
    return bullets(rules)


def _joint(one: Table) -> list[UniqueConstraint]:
    return [rule for rule in one.constraints if isinstance(rule, UniqueConstraint) and len(rule.columns) > 1]


def _diagram(tables: list[Table]) -> Iterator[str]:
    """One arrow per pair of tables; the accounts are left out because almost every table names who did it."""
    yield "erDiagram"
    for one in tables:
        for target in sorted({key.column.table.name for column in one.columns for key in column.foreign_keys}):
            if target != "account":
                yield f'    {target} ||--o{{ {one.name} : ""'
