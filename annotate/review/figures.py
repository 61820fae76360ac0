"""Figures of agreement from the store: per pair, against gold, per version and over time.

Figures rest on first submissions alone, so that no adjudication and no second attempt makes
coders look as if they had agreed. Whoever still works blind on an article gets figures without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Literal

from annotate.agreement import PARTS, align, pairs
from annotate.codebook import Codebook
from annotate.errors import Invalid
from annotate.model import Person, Project
from annotate.review.coded import GOLD, Coded, CodedArticle, articles
from annotate.review.tallies import Compared, Tally, chosen
from annotate.store import Store

Period = Literal["month", "week"]
PERIODS: tuple[Period, ...] = ("month", "week")
Pair = tuple[str, str]


@dataclass(slots=True)
class Report:
    """All comparisons of a project, counted up.

    Keys of ``pairs`` are two coders' ids, of ``gold`` one; in a tally of ``gold``, gold is the
    first. ``versions`` are codebook versions, as text; two of them where coders worked under
    different ones. ``periods`` are months (``2026-11``) or weeks (``2026-W48``) of the later
    submission of a pair, UTC. Versions and periods count every two coders of an article.
    ``people`` are names by id, or numbers where the project hides the coders' names
    (``hidden``); ``coded`` how many submissions each has here.
    """

    book: Codebook
    overall: Tally
    pairs: dict[Pair, Tally] = field(default_factory=dict)
    gold: dict[str, Tally] = field(default_factory=dict)
    gold_periods: dict[tuple[str, str], Tally] = field(default_factory=dict)
    versions: dict[str, Tally] = field(default_factory=dict)
    periods: dict[str, Tally] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    coded: dict[str, int] = field(default_factory=dict)
    hidden: bool = False
    articles: int = 0
    compared: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which disagreements to list.

    Args:
        part: ``found``, a part of statements, ``spans`` or ``document:NAME``.
        first: A coder's id, or ``gold``; empty for any two coders.
        second: The other coder's id.
        one: The first coder's value; empty for any. For ``spans`` their kind. Where no coder is
            named, either of the two may be the first.
        other: The second coder's value; empty for any.
        value: A value that one of the two chose and the other did not.
        version: A key of ``Report.versions``, or empty.
        period: A key of ``Report.periods``, or empty.
        agreeing: Whether cases in which both chose the same are listed too.
    """

    part: str
    first: str = ""
    second: str = ""
    one: str = ""
    other: str = ""
    value: str = ""
    version: str = ""
    period: str = ""
    agreeing: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One thing of which two coders said something different.

    ``kind`` says what ``first_id`` and ``second_id`` are: statements, spans, or nothing for the
    article as a whole; None where that coder has none. ``first_value`` and ``second_value`` are
    values by stored name or id. ``place`` is where it stands in the text, if at one place.
    """

    article_id: str
    title: str
    kind: Literal["statement", "span", ""]
    part: str
    first: str
    second: str
    first_value: str | None
    second_value: str | None
    first_id: str | None = None
    second_id: str | None = None
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some cases, and the article behind which the next ones are; None after the last."""

    items: Sequence[Case]
    after: str | None


def report(store: Store, person: Person, project_id: str, period: Period = "month") -> Report:
    """Compare all first submissions of a project that a person may see.

    Args:
        store: The store.
        person: Who asks.
        project_id: The project.
        period: What time is divided by.

    Raises:
        Forbidden, NotFound: if the person may not read figures of agreement there.
    """
    project = store.projects.get(project_id)
    book = store.projects.codebook(project_id)
    made = Report(book, Tally(book, two=False))
    with store.snapshot():
        for number, article in enumerate(articles(store, person, project)):
            made.articles += 1
            for one in article.coders:
                made.coded[one.coder] = made.coded.get(one.coder, 0) + 1
            if len(article.coders) > 1:
                made.compared += 1
                made.overall.add_all(number, article)
            for first, second in article.pairs():
                _add(made, number, article, first, second, period)
            for one in article.coders if article.gold else ():
                _add_gold(made, number, article, one, period)
        made.people, made.hidden = named(store, person, project, made.coded)
    return made


def named(
    store: Store, person: Person, project: Project, ids: Iterable[str]
) -> tuple[dict[str, str], bool]:
    """What coders are called, by id: names, or numbers if the project hides the names.

    Returns:
        The names, and whether they are hidden.
    """
    if project.hide_coders and person.kind != "operator":
        # In an order that neither names nor the age of an account give away.
        order = sorted(ids, key=lambda id_: token(project.id, id_))
        return {id_: str(n) for n, id_ in enumerate(order, 1)}, True
    people = store.people.many(sorted(ids))
    return {id_: one.display_name for id_, one in people.items()}, False


def token(project_id: str, coder_id: str) -> str:
    """What stands for a coder in addresses, which others may see."""
    return sha256(f"{project_id}/{coder_id}".encode()).hexdigest()[:12]


def cases(
    store: Store,
    person: Person,
    project_id: str,
    wanted: Wanted,
    *,
    after: str = "",
    limit: int = 50,
    period: Period = "month",
) -> CasePage:
    """The articles, statements and spans behind a figure; whole articles, by their ids.

    Args:
        store: The store.
        person: Who asks.
        project_id: The project.
        wanted: Which disagreements.
        after: Only articles behind this id, as a page before said.
        limit: How many cases are enough.
        period: What ``wanted.period`` is a name of.

    Raises:
        Forbidden, NotFound: as for `report`.
        Invalid: if there is no such part.
    """
    project = store.projects.get(project_id)
    book = store.projects.codebook(project_id)
    documents = {f"document:{label.name}" for label in book.document_labels}
    if wanted.part not in ("found", "spans", *PARTS, *documents):
        raise Invalid("There is no such part of the labels")
    items: list[Case] = []
    with store.snapshot():
        for article in articles(store, person, project, after):
            if len(items) >= limit:
                return CasePage(items, after)
            for first, second in _compared(article, wanted):
                if wanted.version and wanted.version != version_key(first, second):
                    continue
                if wanted.period and wanted.period != period_key(first, second, period):
                    continue
                items += (
                    _turned(case, wanted)
                    for case in _cases(book, article, first, second, wanted.part)
                    if _fits(case, wanted)
                )
            after = article.id
    return CasePage(items, None)


def version_key(first: Coded, second: Coded) -> str:
    """The codebook versions that two submissions were made under."""
    numbers = sorted({one.version for one in (first, second) if one.version})
    return " + ".join(map(str, numbers)) or "–"


def period_key(first: Coded, second: Coded, period: Period) -> str:
    """The month or week of the later of two submissions; of the coder's against gold."""
    at = first.at if second.coder == GOLD else second.at
    if GOLD not in (first.coder, second.coder):
        at = max(first.at, second.at)
    if period == "month":
        return at[:7]
    year, week, _ = date.fromisoformat(at[:10]).isocalendar()
    return f"{year}-W{week:02d}"


def _add(
    made: Report, number: int, article: CodedArticle, first: Coded, second: Coded, period: Period
) -> None:
    key = (first.coder, second.coder)
    compared = Compared.of(made.book, article, first, second)
    for tallies, name in (
        (made.versions, version_key(first, second)),
        (made.periods, period_key(first, second, period)),
    ):
        if name not in tallies:
            tallies[name] = Tally(made.book, two=False)
        tallies[name].add(number, compared)
    if key not in made.pairs:
        made.pairs[key] = Tally(made.book)
    made.pairs[key].add(number, compared)


def _add_gold(made: Report, number: int, article: CodedArticle, one: Coded, period: Period) -> None:
    assert article.gold is not None
    there = (one.coder, period_key(article.gold, one, period))
    if one.coder not in made.gold:
        made.gold[one.coder] = Tally(made.book)
    if there not in made.gold_periods:
        made.gold_periods[there] = Tally(made.book)
    compared = Compared.of(made.book, article, article.gold, one)
    for tally in (made.gold[one.coder], made.gold_periods[there]):
        tally.add(number, compared)


def _compared(article: CodedArticle, wanted: Wanted) -> Iterator[tuple[Coded, Coded]]:
    if wanted.first == GOLD:
        for one in article.coders if article.gold else ():
            if article.gold and one.coder == (wanted.second or one.coder):
                yield article.gold, one
        return
    asked = {id_ for id_ in (wanted.first, wanted.second) if id_}
    for first, second in article.pairs():
        if asked <= {first.coder, second.coder}:
            turned = wanted.first == second.coder or wanted.second == first.coder
            yield (second, first) if turned else (first, second)


def _cases(
    book: Codebook, article: CodedArticle, first: Coded, second: Coded, part: str
) -> Iterator[Case]:
    """What two coders said of one part of an article, the same or not."""
    about = article.id, article.title
    who = part, first.coder, second.coder
    if part == "spans":
        yield from _span_cases(article, first, second)
        return
    if part.startswith("document:"):
        label = next(one for one in book.document_labels if part == f"document:{one.name}")
        values = chosen(label, first), chosen(label, second)
        if any(values):
            yield Case(*about, "", *who, *values)
        return
    paired = align(first.statements, second.statements)
    if part != "found":
        for i, j in paired:
            one, other = first.statements[i], second.statements[j]
            yield Case(
                *about, "statement", *who, one.parts.get(part), other.parts.get(part),
                one.id, other.id, min(one.evidence, default=None),
            )  # fmt: skip
        return
    for n, side in enumerate((first, second)):
        taken = {pair[n] for pair in paired}
        for place, alone in enumerate(side.statements):
            if place not in taken:
                where = min(alone.evidence, default=None)
                said = alone.parts.get("stance")
                yield _lonely(article, "statement", who, n, said, alone.id, where)


def _span_cases(article: CodedArticle, first: Coded, second: Coded) -> Iterator[Case]:
    who = "spans", first.coder, second.coder
    for kind in sorted({*first.spans, *second.spans}):
        places = [list(side.spans.get(kind, ())) for side in (first, second)]
        ids = [side.span_ids.get(kind, ()) for side in (first, second)]
        met = pairs(places[0], places[1], overlap=True)
        for i, j in met:
            yield Case(
                article.id, article.title, "span", *who, kind, kind, ids[0][i], ids[1][j],
                places[0][i] if places[0][i] != places[1][j] else None,
            )  # fmt: skip
        for n in (0, 1):
            taken = {pair[n] for pair in met}
            for place, id_ in enumerate(ids[n]):
                if place not in taken:
                    yield _lonely(article, "span", who, n, kind, id_, places[n][place])


def _lonely(
    article: CodedArticle,
    kind: Literal["statement", "span"],
    who: tuple[str, str, str],
    side: int,
    value: str | None,
    id_: str,
    place: tuple[int, int] | None,
) -> Case:
    """What one coder has and the other has not: the first's if ``side`` is 0."""
    mine, nobodys = (value, id_), (None, None)
    first, second = (mine, nobodys) if side == 0 else (nobodys, mine)
    return Case(
        article.id, article.title, kind, *who, first[0], second[0], first[1], second[1], place
    )


def _fits(case: Case, wanted: Wanted) -> bool:
    one, other = case.first_value, case.second_value
    either = wanted.part in ("found", "spans")
    if not either and (one is None or other is None):
        return False
    # Overlapping spans of one kind differ still if their bounds do.
    same = one == other and (wanted.part != "spans" or case.place is None)
    if same and not wanted.agreeing:
        return False
    if wanted.value and (one == wanted.value) == (other == wanted.value):
        return False
    asked = (wanted.one, wanted.other)
    ways = [(one, other)] if wanted.first or wanted.second else [(one, other), (other, one)]
    return any(
        all(not want or want == has for want, has in zip(asked, way, strict=True)) for way in ways
    )


def _turned(case: Case, wanted: Wanted) -> Case:
    """The case with the value that was asked for first on the first side."""
    as_asked = not wanted.one or case.first_value == wanted.one
    if as_asked and (not wanted.other or case.second_value == wanted.other):
        return case
    return replace(
        case, first=case.second, second=case.first, first_value=case.second_value,
        second_value=case.first_value, first_id=case.second_id, second_id=case.first_id,
    )  # fmt: skip
