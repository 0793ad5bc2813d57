"""What the public editions of a cycle have told so far, laid beside the snapshot of the next one. What that means is in disclosure.

Whoever holds two editions subtracts them. So the snapshot of a public edition also has the counts behind earlier ones; its file does not
tell them.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Document
from audit.reports.dissemination.view import EARLIER, told_cells
from audit.reports.document import PUBLIC, DocumentEntry
from audit.store.canonical import canonical_json
from audit.store.files import Files


def with_earlier(one: DocumentEntry, session: Session, files: Files, cycle_id: int, snapshot: dict[str, Any]) -> dict[str, Any]:
    """The snapshot with the cells of every public document of the cycle under EARLIER; as it is before there is any.

    When this document was published from the same snapshot before, that one comes back: an unchanged audit makes no new revision.
    Every public document is made from a record of the dissemination. One statement; reads one file for each public document.
    Raises Fault when a kept snapshot is gone.
    """
    published = session.execute(
        select(Document.name, Document.snapshot_sha256)
        .where(Document.cycle_id == cycle_id, Document.edition == PUBLIC)
        .order_by(Document.id.desc())
    ).all()
    plain = canonical_json(snapshot)
    told = []
    for name, digest in published:
        kept = json.loads(files.get(digest))
        if name == one.name and canonical_json({key: value for key, value in kept.items() if key != EARLIER}) == plain:
            return dict(kept)
        if (cells := told_cells(kept)) not in told:
            told.append(cells)
    return {**snapshot, EARLIER: told} if told else snapshot
