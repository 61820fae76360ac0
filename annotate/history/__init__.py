"""History: who changed what and when, as one person may see it, and putting things back."""

from annotate.history.changes import FieldChange, of_drafts
from annotate.history.differences import Part
from annotate.history.restoring import restore
from annotate.history.steps import Other, Step
from annotate.history.timeline import (
    GROUPS,
    KINDS,
    Colleague,
    Entry,
    Kind,
    Subject,
    TimelinePage,
    Wanted,
    people,
    timeline,
)

__all__ = [
    "GROUPS",
    "KINDS",
    "Colleague",
    "Entry",
    "FieldChange",
    "Kind",
    "Other",
    "Part",
    "Step",
    "Subject",
    "TimelinePage",
    "Wanted",
    "of_drafts",
    "people",
    "restore",
    "timeline",
]
