"""Whether an item that was rejected can fare better when it is tried again."""

from __future__ import annotations

from pathlib import Path

from annotate.ingest import uploads
from annotate.ingest.clean import CLEANER_VERSION
from annotate.ingest.sources import STORED
from annotate.model import Rejection

# Of decoding, unpacking, the limits and the form of an item: raise it when more is taken than
# before, or the page does not offer to try items again that could be taken now.
_TAKING = "1"
TRIED_WITH = f"{_TAKING}.{CLEANER_VERSION}"
# The machine's state has a share in these.
_PASSING = frozenset(("crashed", "timeout", "missing", "unreadable"))


def can_change(database: Path, one: Rejection) -> bool:
    """Whether trying an item again can end in another way than the last time.

    What lies on somebody's disk may have been mended there. What was uploaded keeps its bytes,
    and so does an article: only another version of the program makes something else of them.

    Args:
        database: The database file.
        one: The item, as it is listed.
    """
    if one.reason in _PASSING or one.tried_with != TRIED_WITH:
        return True
    return not (one.item.startswith(STORED) or uploads.holds(database, one.item))
