"""Words of the Agreement page: parts of the work, measures, figures and why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotate.agreement import ONE_VALUE, Figure
from annotate.codebook import Codebook, Value
from annotate.codebook.diff import Change
from annotate.review.tallies import Tally
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, titled
from annotate.ui.views.codebook_words import part_names
from annotate.ui.words import codebook_name, shortened

LONGEST = 60
MAIN_PARTS = ("found", "speaker", "holder", "claim", "stance", "certainty", "spans")


def part_name(book: Codebook, part: str) -> str:
    """What a part of the work is called."""
    names = {
        "found": t("Found"),
        "speaker": t("Speaker, given found"),
        "holder": t("On behalf of, given found"),
        "claim": t("Claim, given found"),
        "stance": t("Stance, given found"),
        "certainty": t("Certainty, given found"),
        "spans": t("Spans"),
    }
    for label in book.document_labels:
        names[f"document:{label.name}"] = codebook_name(label)
    return names.get(part, part)


def measure_name(measure: str) -> str:
    """What a measure is called."""
    return {
        "percent": t("percent agreement"),
        "cohen": t("Cohen's kappa"),
        "fleiss": t("Fleiss' kappa"),
        "alpha": t("Krippendorff's alpha, nominal"),
        "alpha_ordinal": t("Krippendorff's alpha, ordinal"),
        "alpha_interval": t("Krippendorff's alpha, interval"),
        "ac1": t("Gwet's AC1"),
        "alpha_u": t("Krippendorff's alpha for unitizing"),
        "precision": t("precision"),
        "recall": t("recall"),
        "f1": t("F1"),
        "exact_precision": t("precision, same bounds"),
        "exact_recall": t("recall, same bounds"),
        "exact_f1": t("F1, same bounds"),
        "overlap_precision": t("precision, overlapping"),
        "overlap_recall": t("recall, overlapping"),
        "overlap_f1": t("F1, overlapping"),
    }[measure]


def main_measure(part: str) -> str:
    """The one measure by which a part stands in a matrix or a chart."""
    return {"found": "f1", "spans": "overlap_f1"}.get(part, "alpha")


def main_figure(tally: Tally, part: str) -> Figure:
    """The figure of that measure, without an interval."""
    if part == "found":
        return tally.found().f1
    if part == "spans":
        return tally.spans(overlap=True).f1
    return tally.figure(part, "alpha")


def written(figure: Figure) -> str:
    """A figure, or that there is none."""
    if figure.reason == ONE_VALUE and figure.n:
        return t("all {n} the same", n=f"{figure.n:,}")
    return t("not defined") if figure.value is None else f"{figure.value:.2f}".replace("-", "−")


def below(figure: Figure) -> str:
    """What stands below a figure: its interval and what it rests on, or why there is none."""
    if figure.reason == ONE_VALUE and figure.n:
        return t("agreement beyond chance needs variation")
    if figure.value is None:
        return titled(figure.reason)
    rests = t("n = {n}", n=f"{figure.n:,}")
    if figure.low is None or figure.high is None:
        return rests
    low, high = (f"{bound:.2f}".replace("-", "−") for bound in (figure.low, figure.high))
    return t("{low} to {high}, {rests}", low=low, high=high, rests=rests)


class Names:
    """What values are called, registry entries included."""

    def __init__(self, book: Codebook, values: Iterable[tuple[str, str | None]]) -> None:
        wanted: dict[str, set[str]] = {}
        for part, value in values:
            if value is not None:
                wanted.setdefault(part, set()).add(value)
        people = wanted.get("speaker", set()) | wanted.get("holder", set())
        registry = store().registry
        self._actors = registry.actors(sorted(people)) if people else {}
        claims = sorted(wanted.get("claim", set()))
        self._claims = registry.claims(claims) if claims else {}
        self._scales: Mapping[str, tuple[Value, ...]] = {
            "stance": book.stances,
            "found": book.stances,
            "certainty": book.certainties,
            "spans": book.span_kinds,
            "stances": book.stances,
            "certainties": book.certainties,
            "span_kinds": book.span_kinds,
            **{f"document:{label.name}": label.values for label in book.document_labels},
        }

    def of(self, part: str, value: str) -> str:
        """What a value of a part is called."""
        if part in ("speaker", "holder"):
            return shortened(self._actors[value].name if value in self._actors else value, LONGEST)
        if part == "claim":
            return shortened(self._claims[value].text if value in self._claims else value, LONGEST)
        known = {one.name: codebook_name(one) for one in self._scales.get(part, ())}
        return known.get(value) or " + ".join(known.get(one, one) for one in value.split(" + "))


def changes_told(changes: Iterable[Change]) -> str:
    """What changed about a value, in a line."""
    told = []
    for change in changes:
        if change.kind == "removed" and len(change.place) == 2:
            told.append(t("taken out of the codebook"))
            continue
        told.append(
            t(
                "{field}: “{before}” became “{after}”",
                field=part_names()[change.place[2]],
                before=shortened(change.before or "–", LONGEST),
                after=shortened(change.after or "–", LONGEST),
            )
        )
    return listed(told)
