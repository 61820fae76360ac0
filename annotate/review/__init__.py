"""The review loop: from the articles handed out to the gold layer that stands in the end.

Like all rooms above the store it asks the permission table on every call, and covers only what
the asker may see.
"""

from annotate.review.assignments import (
    Moved,
    add_coder,
    hand_out,
    pull,
    reassign,
    remove_coder,
    restore,
    set_wanted,
    withdraw,
)
from annotate.review.board import (
    STALE_DAYS,
    Board,
    Listed,
    Load,
    RoundSeen,
    articles,
    board,
    closed,
    untouched,
)
from annotate.review.planning import Preview, Wish
from annotate.review.rounds import (
    Kept,
    close,
    coders,
    create,
    named_round,
    preview,
    recount,
    reopen,
)

__all__ = [
    "STALE_DAYS",
    "Board",
    "Kept",
    "Listed",
    "Load",
    "Moved",
    "Preview",
    "RoundSeen",
    "Wish",
    "add_coder",
    "articles",
    "board",
    "close",
    "closed",
    "coders",
    "create",
    "hand_out",
    "named_round",
    "preview",
    "pull",
    "reassign",
    "recount",
    "remove_coder",
    "reopen",
    "restore",
    "set_wanted",
    "untouched",
    "withdraw",
]
