"""The names that Label Studio's configuration and results share, and where they come from."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

FORMAT = "claimdesk-labelstudio/1"
# Our own part of a region's or task's ``meta``, which Label Studio and its editor hand back.
META = "claimdesk"
# There, the number of the write that it came with.
WRITE = "write"

TEXT = "text"
LABEL = "label"
# In capitals no kind of span can be named so.
STATEMENT = "STATEMENT"
MENTION = "actor"

STANCE = "stance"
CERTAINTY = "certainty"
CLAIM = "claim"
NOTE = "note"
VENUE = "venue"
DATE = "statement_date"
ACTOR = "actor"
EVIDENCE = "evidence"
REPORTERS = "reported_by"
ACTOR_ROLES = ("speaker", "holder", "addressee")
ROLES = (*ACTOR_ROLES, REPORTERS, EVIDENCE)

SCALES = (STANCE, CERTAINTY)
STATEMENT_TEXTS = (CLAIM, *ACTOR_ROLES, REPORTERS, VENUE, DATE, NOTE)
TEXTS = (ACTOR, *STATEMENT_TEXTS)
CONTROLS = frozenset((LABEL, *SCALES, *TEXTS))
_DOCUMENT = "document_"


def document_control(name: str) -> str:
    """The control that holds a document label."""
    return _DOCUMENT + name


def document_label(control: object) -> str | None:
    """The document label that a control holds, None if it holds none."""
    if isinstance(control, str) and control.startswith(_DOCUMENT):
        return control.removeprefix(_DOCUMENT)
    return None
