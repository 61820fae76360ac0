"""Agreement counted up while articles pass by, for one pair, person, version or month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from annotate.agreement import (
    PARTS,
    Bootstrap,
    Continuum,
    Figure,
    Found,
    Ratings,
    Units,
    ac1,
    align,
    alpha,
    cohen,
    fleiss,
    found,
    percent,
    rows,
    shared,
    unitizing_alpha,
)
from annotate.agreement.model import NO_SPANS, NO_STATEMENTS
from annotate.codebook import Codebook, DocumentLabel
from annotate.review.coded import Coded, CodedArticle

Scale = Mapping[str, float | None]
Counts = list[tuple[int, int, int, int]]
# Measures of a question with a scale, in the order in which they are listed.
MEASURES = (
    "percent", "cohen", "fleiss", "alpha", "alpha_ordinal", "alpha_interval", "ac1",
)  # fmt: skip
_BY_NAME: Mapping[str, Callable[[Ratings, Bootstrap | None], Figure]] = {
    "percent": percent,
    "cohen": cohen,
    "fleiss": fleiss,
    "alpha": lambda ratings, bootstrap: alpha(ratings, "nominal", bootstrap),
    "alpha_ordinal": lambda ratings, bootstrap: alpha(ratings, "ordinal", bootstrap),
    "alpha_interval": lambda ratings, bootstrap: alpha(ratings, "interval", bootstrap),
    "ac1": ac1,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: of which part of the work, by which measure.

    ``part`` is ``found``, ``speaker`` ..., ``spans`` or ``document:NAME``; ``measure`` one of
    ``MEASURES``, ``precision``, ``recall`` or ``f1`` (of spans with ``exact_`` or ``overlap_``
    before it), or ``alpha_u``.
    """

    part: str
    measure: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Labels:
    """One value that can be chosen, and how far those who chose it agree on it.

    ``apart`` counts the pairs of coders of whom one alone chose it. ``figure`` is the specific
    agreement: of those who chose it, the share whose colleague did too.
    """

    part: str
    value: str
    apart: int
    together: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class Compared:
    """Two coders' work on one article, compared once for all tallies that count it.

    ``found`` are the statements of both, of the first and of the second coder; ``spans`` by kind
    those with the same bounds, those that overlap, the first coder's and the second's. ``parts``
    are the values of each part over the pairs of statements.
    """

    found: tuple[int, int, int]
    spans: Mapping[str, tuple[int, int, int, int]]
    parts: Mapping[str, Sequence[tuple[str | None, str | None]]]
    documents: Mapping[str, Sequence[str | None]]
    continuum: Continuum

    @classmethod
    def of(cls, book: Codebook, article: CodedArticle, first: Coded, second: Coded) -> Compared:
        """Compare two coders."""
        pairs = align(first.statements, second.statements)
        both = [(first.statements[i].parts, second.statements[j].parts) for i, j in pairs]
        return replace(
            cls.counted(first, second, len(pairs)),
            parts={part: [(a.get(part), b.get(part)) for a, b in both] for part in PARTS},
            documents=_answers(book, (first, second)),
            continuum=Continuum(article.length, (first.spans, second.spans)),
        )

    @classmethod
    def counted(cls, first: Coded, second: Coded, common: int) -> Compared:
        """What two coders found, and nothing of what they said of it."""
        spans = {}
        for kind in sorted({*first.spans, *second.spans}):
            one, other = ({kind: side.spans.get(kind, ())} for side in (first, second))
            exact, overlap = (shared(one, other, overlap=way) for way in (False, True))
            spans[kind] = exact, overlap, len(one[kind]), len(other[kind])
        found = common, len(first.statements), len(second.statements)
        return cls(found, spans, {}, {}, Continuum(0, ()))


@dataclass(slots=True)
class Tally:
    """What some comparisons have in common, as numbers; the figures are made when asked for.

    ``two`` says whether each unit has two coders in a fixed order, which Cohen's kappa needs.
    """

    book: Codebook
    two: bool = True
    articles: int = 0
    parts: dict[str, Units] = field(default_factory=dict)
    documents: dict[str, Units] = field(default_factory=dict)
    _found: Counts = field(default_factory=list)
    _exact: dict[str, Counts] = field(default_factory=dict)
    _overlap: dict[str, Counts] = field(default_factory=dict)
    _continua: list[Continuum] = field(default_factory=list)

    def add(self, number: int, compared: Compared) -> None:
        """Take in two coders' work on one article, which the caller numbers."""
        self.articles += 1
        self._count(number, compared)
        for part, values in compared.parts.items():
            units = self._units(part)
            for pair in values:
                units.add(number, pair)
        self._add_documents(number, compared.documents)
        self._continua.append(compared.continuum)

    def add_all(self, number: int, article: CodedArticle) -> None:
        """Take in the work of all coders of an article: a unit is a row of what they found."""
        self.articles += 1
        sets = [one.statements for one in article.coders]
        together = rows(sets)
        for row in together:
            for part in PARTS if len(row) > 1 else ():
                values = [sets[n][i].parts.get(part) for n, i in row]
                self._units(part).add(number, values)
        places = {member: n for n, row in enumerate(together) for member in row}
        held = [{places[n, i] for i in range(len(one))} for n, one in enumerate(sets)]
        for n, m in combinations(range(len(sets)), 2):
            first, second = article.coders[n], article.coders[m]
            common = len(held[n] & held[m])
            self._count(number, Compared.counted(first, second, common))
        self._add_documents(number, _answers(self.book, article.coders))
        spans = tuple(one.spans for one in article.coders)
        self._continua.append(Continuum(article.length, spans))

    def found(self, bootstrap: Bootstrap | None = None) -> Found:
        """Whether statements were found at all."""
        return found(self._found, bootstrap, NO_STATEMENTS)

    def spans(self, *, overlap: bool, bootstrap: Bootstrap | None = None) -> Found:
        """Whether spans were found, of all kinds together."""
        counts = self._overlap if overlap else self._exact
        return found([one for many in counts.values() for one in many], bootstrap, NO_SPANS)

    def alpha_u(self, bootstrap: Bootstrap | None = None) -> Figure:
        """Krippendorff's alpha for unitizing over all kinds of spans."""
        return unitizing_alpha(self._continua, None, bootstrap)

    def figure(self, part: str, measure: str, bootstrap: Bootstrap | None = None) -> Figure:
        """One figure of a part that has values: a part of statements or a document label."""
        return _BY_NAME[measure](self.ratings(part), bootstrap)

    def ratings(self, part: str) -> Ratings:
        """The values of a part as a table."""
        name = part.removeprefix("document:")
        units = self.documents.get(name) if name != part else self.parts.get(part)
        return (units or Units()).ratings(scale_of(self.book, part))

    def lines(self, bootstrap: Bootstrap | None = None) -> Iterator[Line]:
        """All figures, in the order in which they are listed."""
        yield from _three("found", "", self.found(bootstrap))
        for part in PARTS:
            # A scale orders stances; who spoke and on what is the same or is not.
            names = self._measures() if part == "stance" else ("percent", "alpha")
            for measure in names:
                yield Line(part, measure, self.figure(part, measure, bootstrap))
        for overlap in (False, True):
            prefix = "overlap_" if overlap else "exact_"
            yield from _three("spans", prefix, self.spans(overlap=overlap, bootstrap=bootstrap))
        yield Line("spans", "alpha_u", self.alpha_u(bootstrap))
        for label in self.book.document_labels:
            part = f"document:{label.name}"
            for measure in self._measures():
                yield Line(part, measure, self.figure(part, measure, bootstrap))

    def labels(self, bootstrap: Bootstrap | None = None) -> list[Labels]:
        """The values that can be chosen, those that cause most disagreement first."""
        counted: dict[tuple[str, str], Counts] = {}
        for part in ("stance", "certainty", "claim"):
            for value, counts in self._units(part).counts().items():
                counted[part, value] = counts
        for kind, counts in self._overlap.items():
            counted["spans", kind] = counts
        for name, units in self.documents.items():
            for value, counts in units.counts().items():
                counted[f"document:{name}", value] = counts
        listed = []
        for (part, value), counts in counted.items():
            together = sum(count[1] for count in counts)
            apart = sum(count[2] + count[3] for count in counts) - 2 * together
            listed.append((part, value, apart, together, counts))
        listed.sort(key=lambda one: (-one[2], one[:2]))
        return [
            Labels(part, value, apart, together, found(counts, bootstrap).f1)
            for part, value, apart, together, counts in listed
            if apart
        ]

    def _measures(self) -> Sequence[str]:
        return [name for name in MEASURES if self.two or name != "cohen"]

    def _units(self, part: str) -> Units:
        return self.parts.setdefault(part, Units())

    def _count(self, number: int, compared: Compared) -> None:
        self._found.append((number, *compared.found))
        for kind, (exact, overlap, first, second) in compared.spans.items():
            self._exact.setdefault(kind, []).append((number, exact, first, second))
            self._overlap.setdefault(kind, []).append((number, overlap, first, second))

    def _add_documents(self, number: int, answers: Mapping[str, Sequence[str | None]]) -> None:
        for name, values in answers.items():
            self.documents.setdefault(name, Units()).add(number, values)


def chosen(label: DocumentLabel, coded: Coded) -> str | None:
    """A coder's answer to a question on the whole article, several values as one."""
    values = coded.documents.get(label.name, ())
    return " + ".join(sorted(values)) if values else None


def _answers(book: Codebook, coders: Sequence[Coded]) -> dict[str, Sequence[str | None]]:
    return {label.name: [chosen(label, one) for one in coders] for label in book.document_labels}


def scale_of(book: Codebook, part: str) -> Scale | None:
    """The values that a part can have, with their numbers; None where they are not listed."""
    if part in ("stance", "certainty"):
        values = book.stances if part == "stance" else book.certainties
        return {value.name: value.number for value in values}
    for label in book.document_labels:
        if part == f"document:{label.name}" and not label.multiple:
            return {value.name: value.number for value in label.values}
    return None


def _three(part: str, prefix: str, figures: Found) -> Iterator[Line]:
    yield Line(part, f"{prefix}precision", figures.precision)
    yield Line(part, f"{prefix}recall", figures.recall)
    yield Line(part, f"{prefix}f1", figures.f1)


__all__ = ["MEASURES", "Compared", "Labels", "Line", "Tally", "chosen", "scale_of"]
