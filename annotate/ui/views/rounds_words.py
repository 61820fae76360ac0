"""The words of the Assignments page: states, ways of handing out, orders."""

from __future__ import annotations

from annotate.reviews import ArticleState, Ordering, Round, RoundMode
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell

_TONES: dict[ArticleState, str] = {
    "to_do": "neutral",
    "in_progress": "accent",
    "submitted": "support",
    "in_review": "unclear",
    "gold": "gold",
}


def state_name(state: ArticleState) -> str:
    """Where an article stands."""
    return {
        "to_do": t("to do"),
        "in_progress": t("in progress"),
        "submitted": t("submitted"),
        "in_review": t("in review"),
        "gold": t("gold"),
    }[state]


def state_cell(state: ArticleState) -> Cell:
    """Where an article stands, as a chip."""
    return Cell(state_name(state), tone=_TONES[state])


def mode_name(mode: RoundMode) -> str:
    """How a round hands out its articles."""
    return {
        "pull": t("Each takes the next article when ready for it"),
        "list": t("Everything is handed out at once"),
    }[mode]


def ordering_name(ordering: Ordering) -> str:
    """The order of a round."""
    return {
        "newest": t("newest first"),
        "oldest": t("oldest first"),
        "random": t("at random"),
    }[ordering]


def rule(made: Round) -> str:
    """How many coders an article of a round gets, and how it is handed out."""
    parts = [tn("{n} coder an article", "{n} coders an article", made.coders)]
    if made.share and made.share_coders != made.coders:
        parts.append(t("{share}% with {n}", share=f"{made.share * 100:g}", n=made.share_coders))
    parts += [mode_name(made.mode), ordering_name(made.ordering)]
    return " · ".join(parts)
