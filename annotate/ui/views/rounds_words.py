"""The words of rounds and of where articles stand: states, ways of handing out, orders."""

from __future__ import annotations

from annotate.reviews import ArticleState, Ordering, Round, RoundMode
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell


def state_name(state: ArticleState) -> str:
    """Where an article stands."""
    return {
        "to_do": t("to do"),
        "in_progress": t("in progress"),
        "submitted": t("submitted"),
        "in_review": t("in review"),
        "gold": t("gold"),
    }[state]


def to_do_name(*, held: bool) -> str:
    """The two parts of what the page Articles has to do: in an open round, and in none."""
    return t("to do, in an open round") if held else t("to do, in no open round")


def state_cell(state: ArticleState) -> Cell:
    """Where an article stands, as a chip."""
    return Cell(state_name(state), tone=f"at-{state}")


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


def another(share: float, share_coders: int, coders: int) -> str:
    """What share of a round's articles gets another number of coders, as a sentence.

    Args:
        share: The share, 0 to 1.
        share_coders: How many coders those articles get.
        coders: How many the others get.
    """
    return tn(
        "{share} % of the articles get {n} coder instead of {coders}",
        "{share} % of the articles get {n} coders instead of {coders}",
        share_coders, share=f"{share * 100:g}", coders=coders,
    )  # fmt: skip


def rule(made: Round) -> str:
    """How many coders an article of a round gets, and how it is handed out."""
    parts = [tn("{n} coder an article", "{n} coders an article", made.coders)]
    if made.share and made.share_coders != made.coders:
        parts.append(another(made.share, made.share_coders, made.coders))
    parts += [mode_name(made.mode), ordering_name(made.ordering)]
    return " · ".join(parts)
