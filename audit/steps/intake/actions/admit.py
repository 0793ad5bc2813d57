"""Loading a registry file: read, check, match, compute, store, as one import that can be undone. Each part is decided in rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import update
from sqlalchemy.orm import Session

from audit.people.roles import Person
from audit.steps.intake import queries
from audit.steps.intake.actions.bulk import insert_rows, widen_cache
from audit.steps.intake.actions.persons import Resolved, resolve
from audit.steps.intake.actions.records import MEASUREMENT_COLUMNS, SUBJECT_COLUMNS, identities_of, with_record_columns
from audit.steps.intake.actions.report import ImportReport
from audit.steps.intake.queries import COMPARED, MEASURED
from audit.steps.intake.reader import RegistryFile, read_registry
from audit.steps.intake.rules.check import read_columns
from audit.steps.intake.rules.findings import Findings
from audit.steps.intake.rules.growth import Grown, with_scores, without_scores
from audit.steps.intake.rules.rows import check_rows, usable
from audit.steps.intake.tables import DoubtfulMatch, Import, ImportProblem, Measurement, Subject
from audit.store.canonical import canonical_json, sha256_hex
from audit.store.session import keyring, reserve_ids, take_import_lock

Progress = Callable[[str], None]

_KINDS = {"child": ("child",), "woman": ("woman",), None: ("woman", "man")}


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The rows of a file by what becomes of them; `subject_id` is null for people not known before."""

    accepted: pl.DataFrame
    doubtful: pl.DataFrame
    repeated: int
    replaced_ids: Sequence[int]


def admit(
    session: Session,
    path: Path,
    *,
    by: Person,
    at: datetime,
    on: date,
    kabupaten: str,
    cycle_id: int | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Load a registry file into the caller's transaction and say what became of every row.

    on: today in the district; later days are refused. kabupaten: Kemendagri code whose desa are accepted. dry_run: nothing is written.
    progress: told in Indonesian what is being done. The same file or row twice changes nothing; other values for a known person and
    day make a new measurement that replaces the old one. Raises Refused when the file cannot be read (see `read_registry`).
    """
    tell = progress or (lambda stage: None)
    tell("membaca berkas")
    file = read_registry(Path(path))
    tell("memeriksa isi")
    findings = Findings(file.sheet.header, file.sheet.rows.height)
    grown = _checked(file, findings, on=on, kabupaten=kabupaten)
    rejected = len(findings.rejected)
    tell("mencocokkan orang")
    if not dry_run:
        take_import_lock(session)
    layout = file.sheet.header.layout
    resolved = resolve(session, with_record_columns(grown.values, layout), findings, kinds=_KINDS[layout.subject])
    earlier = queries.live_import_of(session, file.sha256)
    rows = _sorted(session, resolved, findings, is_known_file=earlier is not None)
    is_nothing_new = earlier is not None and not rows.accepted.height and not rows.doubtful.height
    new_subjects = rows.accepted.filter(pl.col("subject_id").is_null())["target"].n_unique()
    import_id = earlier.id if earlier is not None and is_nothing_new else None
    problems = findings.in_order()
    if not dry_run and not is_nothing_new:
        tell("menyimpan")
        counts = {"rows": file.sheet.rows.height, "accepted": rows.accepted.height, "repeated": rows.repeated, "rejected": rejected}
        entry = Import(
            file_name=file.name[-255:],
            file_sha256=file.sha256,
            layout=layout.code,
            cycle_id=cycle_id,
            by_id=by.id,
            at=at,
            recheck=dict(grown.summary),
            **counts,
        )
        session.add(entry)
        session.flush()
        import_id = entry.id
        _store(session, entry.id, resolved, rows)
        _store_problems(session, entry.id, problems)
    return ImportReport(
        import_id=None if dry_run else import_id,
        file=file.name,
        sha256=file.sha256,
        layout=layout.code,
        rows=file.sheet.rows.height,
        accepted=rows.accepted.height,
        repeated=rows.repeated,
        rejected=rejected,
        doubtful=rows.doubtful.height,
        new_subjects=new_subjects,
        corrected=len(rows.replaced_ids),
        problems=problems,
        recheck=grown.summary,
        unknown_columns=tuple(file.sheet.header.unknown),
    )


def _checked(file: RegistryFile, findings: Findings, *, on: date, kabupaten: str) -> Grown:
    """The usable rows with their z-scores; every problem is in the findings."""
    values = read_columns(file.sheet, findings)
    values = check_rows(file.sheet, values, findings, on=on, kabupaten_code=kabupaten)
    values = usable(values, findings)
    return with_scores(values, findings) if file.sheet.header.layout.subject == "child" else without_scores(values)


def _sorted(session: Session, resolved: Resolved, findings: Findings, *, is_known_file: bool) -> _Sorted:
    """Which rows are new, corrected, already there, or in doubt."""
    values = resolved.values
    findings.add(
        "birth_differs_from_record", "birth_on", values.filter("birth_differs").select("row", value=pl.col("birth_on").cast(pl.String))
    )
    values, overruled = _last_of_each_day(values, findings)
    doubtful, already_raised = _new_doubts(session, values.filter("is_doubtful"), resolved, findings)
    sure = values.filter(~pl.col("is_doubtful"))
    fresh, already_there, replaced = _compared(session, sure, is_known_file=is_known_file)
    return _Sorted(fresh, doubtful, overruled + already_raised + already_there, replaced)


def _last_of_each_day(values: pl.DataFrame, findings: Findings) -> tuple[pl.DataFrame, int]:
    """One row for each person and day, the last of the file; the earlier ones are reported."""
    last = values.unique(["target", "measured_on"], keep="last", maintain_order=True)
    if last.height == values.height:
        return values, 0
    kept = last.select("target", "measured_on", other="row")
    overruled = values.join(kept, on=["target", "measured_on"]).filter(pl.col("row") != pl.col("other"))
    findings.add(
        "duplicate_row", "measured_on", overruled.select("row", "other", value=pl.col("measured_on").cast(pl.String)), words=["other"]
    )
    return last, overruled.height


def _compared(session: Session, values: pl.DataFrame, *, is_known_file: bool) -> tuple[pl.DataFrame, int, list[int]]:
    """The rows to be stored, how many are already there, and the measurements they replace.

    A file loaded before brings back nothing that a later file replaced: for it, replaced measurements count as being there.
    """
    known = values.filter(pl.col("subject_id").is_not_null())
    if not known.height:
        return values, 0, []
    days = known["measured_on"]
    there = queries.registry_measurements(session, first=days.min(), last=days.max())  # type: ignore[arg-type]  # a column of dates
    equal = pl.all_horizontal([pl.col(c).eq_missing(pl.col(f"{c}_there")) for c in COMPARED])
    pairs = known.select("row", "subject_id", "measured_on", *COMPARED).join(
        there.rename({c: f"{c}_there" for c in MEASURED}), on=["subject_id", "measured_on"], how="inner"
    )
    pairs = pairs.with_columns(is_equal=equal)
    counts = pairs if is_known_file else pairs.filter(~pl.col("is_replaced"))
    repeated = counts.filter("is_equal")["row"].unique()
    replaced = pairs.filter(~pl.col("is_replaced") & ~pl.col("row").is_in(repeated.implode()))["measurement_id"].unique()
    return values.filter(~pl.col("row").is_in(repeated.implode())), len(repeated), replaced.to_list()


def _new_doubts(session: Session, values: pl.DataFrame, resolved: Resolved, findings: Findings) -> tuple[pl.DataFrame, int]:
    """The doubtful rows with `content` (JSON) and `row_index`, without those raised before; and how many those are."""
    ring = keyring(session)
    contents = [canonical_json(content) for content in doubt_contents(values)]
    indexes = [ring.blind_index("doubt", sha256_hex(content)) for content in contents]
    values = values.with_columns(content=pl.Series(contents, dtype=pl.Binary), row_index=pl.Series(indexes, dtype=pl.String))
    raised = queries.doubts_already_raised(session, indexes)
    fresh = values.filter(~pl.col("row_index").is_in(pl.Series(list(raised), dtype=pl.String).implode()))
    findings.add("doubtful_match", "name", fresh.select("row", value="name"))
    return fresh, values.height - fresh.height


def doubt_contents(values: pl.DataFrame) -> list[dict[str, Any]]:
    """What a doubtful row keeps until a person decides: subject, identity and measurement, ready to be stored."""
    subject_columns = [c for c in SUBJECT_COLUMNS if c not in ("id", "identity", "import_id")]
    subjects = values.select(subject_columns).to_dicts()
    measured = values.select("measured_on", *MEASURED).with_columns(pl.col("measured_on").cast(pl.String)).to_dicts()
    return [
        {"subject": subject, "identity": json.loads(identity), "measurement": measurement}
        for subject, identity, measurement in zip(subjects, identities_of(values), measured, strict=True)
    ]


def _store(session: Session, import_id: int, resolved: Resolved, rows: _Sorted) -> None:
    ring = keyring(session)
    widen_cache(session)
    new = rows.accepted.filter(pl.col("subject_id").is_null())
    first_rows = new.unique("target", keep="last").sort("target")  # by NIK index: its tree then grows at one end only
    ids = reserve_ids(session, "subject", first_rows.height)
    given = first_rows.select("target", new_id=pl.Series(list(ids), dtype=pl.Int64))
    sealed = [ring.seal(identity) for identity in identities_of(first_rows)]
    subjects = first_rows.with_columns(
        id=pl.Series(list(ids), dtype=pl.Int64), identity=pl.Series(sealed, dtype=pl.Binary), import_id=pl.lit(import_id)
    )
    insert_rows(session, _table(Subject), SUBJECT_COLUMNS, subjects.select(SUBJECT_COLUMNS).rows())
    accepted = (
        rows.accepted.join(given, on="target", how="left", maintain_order="left")
        .with_columns(
            subject_id=pl.coalesce("subject_id", "new_id"),
            measured_on=pl.col("measured_on").cast(pl.String),
            source=pl.lit("registry"),
            import_id=pl.lit(import_id),
        )
        .sort("subject_id", "measured_on")
    )
    insert_rows(session, _table(Measurement), MEASUREMENT_COLUMNS, accepted.select(MEASUREMENT_COLUMNS).rows())
    if rows.replaced_ids:
        _mark_replaced(session, rows.replaced_ids, import_id)
    _store_doubts(session, import_id, resolved, rows.doubtful, dict(given.iter_rows()))


def _mark_replaced(session: Session, measurement_ids: Sequence[int], import_id: int) -> None:
    session.execute(update(Measurement), [{"id": one, "replaced_by_import_id": import_id} for one in measurement_ids])


def _store_doubts(session: Session, import_id: int, resolved: Resolved, doubtful: pl.DataFrame, new_ids: dict[int, int]) -> None:
    ring, matches = keyring(session), resolved.matches
    rows = []
    for row, target, content, index in doubtful.select("row", "target", "content", "row_index").iter_rows():
        persons = [matches.subject.get(p, new_ids.get(p)) for p in matches.maybe_persons.get(target, ())]
        subjects = [*matches.maybe_subjects.get(target, ()), *(p for p in persons if p is not None)]
        rows.append((import_id, row, ring.seal(content), index, json.dumps(list(dict.fromkeys(subjects)))))
    insert_rows(session, _table(DoubtfulMatch), ("import_id", "row", "content", "row_index", "subject_ids"), rows)


def _store_problems(session: Session, import_id: int, problems: Sequence[Any]) -> None:
    ring = keyring(session)
    rows = [
        (
            import_id,
            p.row,
            p.column[:80],
            None if p.value is None else ring.seal(p.value.encode()),
            p.code,
            str(p.severity),
            ring.seal(p.message.encode()),
        )
        for p in problems
    ]
    insert_rows(session, _table(ImportProblem), ("import_id", "row", "column", "value", "code", "severity", "message"), rows)


def _table(record: type[Any]) -> Any:
    return record.__table__
