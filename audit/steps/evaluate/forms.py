"""What is asked when a case is evaluated: a note at most. The outcome itself is worked out, nobody types it."""

from __future__ import annotations

from audit.forms import Field, Form, Kind, Section

EVALUATION = Form("evaluasi", "Evaluasi hasil", (Section("evaluation", "Evaluasi", (Field("note", "Catatan", Kind.TEXT, highest=1000),)),))
NOTHING = Form("lanjutkan", "Lanjutkan ke siklus berikut", ())
