"""How good each coder is: against gold over time, and by each other where there is no gold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotate.agreement import Bootstrap, Estimate, Figure, Found, dawid_skene, rows
from annotate.model import Person
from annotate.review.coded import CodedArticle, articles
from annotate.review.figures import Report
from annotate.review.tallies import chosen, scale_of
from annotate.store import Store

PARTS = ("speaker", "holder", "claim", "stance", "certainty")


@dataclass(frozen=True, slots=True)
class Progress:
    """One coder against gold in one month or week; ``articles`` is how many gold ones they had."""

    period: str
    articles: int
    found: Found
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Standing:
    """One coder against gold: altogether, over time, and which values they take for others.

    ``confusion`` counts (gold's stance, the coder's stance) over statements that both have.
    """

    coder: str
    name: str
    articles: int
    found: Found
    figures: Mapping[str, Figure]
    confusion: Counter[tuple[str, str]]
    over_time: Sequence[Progress]


@dataclass(frozen=True, slots=True)
class Likely:
    """The most likely value of something that several coders recorded, and how likely it is.

    ``entity_ids`` are the coders' statements; none for the article as a whole.
    """

    article_id: str
    title: str
    entity_ids: tuple[str, ...]
    value: str
    chance: float
    votes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Dawid and Skene's estimate of one question.

    ``coders`` and ``values`` are what the numbers in ``estimate`` stand for; ``labels`` counts
    each coder's. ``doubtful`` are the things without gold about which the model is least sure,
    the least sure first, with the value that is most likely.
    """

    part: str
    coders: Sequence[str]
    values: Sequence[str]
    labels: Sequence[int]
    estimate: Estimate
    doubtful: Sequence[Likely]


def standings(report: Report, bootstrap: Bootstrap | None = None) -> list[Standing]:
    """Each coder of a report against gold, by name; those without gold are left out.

    Args:
        report: As `figures.report` made it, under the permission that it asks for.
        bootstrap: How to draw the intervals of the figures altogether.
    """
    found = []
    for coder, tally in report.gold.items():
        over_time = [
            Progress(
                period,
                one.articles,
                one.found(),
                {part: one.figure(part, "alpha") for part in PARTS},
            )
            for (who, period), one in sorted(report.gold_periods.items())
            if who == coder
        ]
        stance = tally.parts.get("stance")
        found.append(
            Standing(
                coder,
                report.people.get(coder, coder),
                tally.articles,
                tally.found(bootstrap),
                {part: tally.figure(part, "alpha", bootstrap) for part in PARTS},
                stance.confusion() if stance else Counter(),
                over_time,
            )
        )
    return sorted(found, key=lambda one: one.name)


def reliability(
    store: Store, person: Person, project_id: str, part: str = "stance", most: int = 20
) -> Reliability:
    """Estimate how reliable each coder is without gold, from what several say of the same.

    The things are rows of statements aligned by their evidence, or whole articles for a document
    label. What a single coder found tells nothing of errors in ``part`` and is left out.

    Args:
        store: The store.
        person: Who asks; only what they may see counts.
        project_id: The project.
        part: ``stance``, ``certainty`` or ``document:NAME``.
        most: How many doubtful things to list.

    Raises:
        Forbidden, NotFound: if the person may not read figures of agreement there.
    """
    project = store.projects.get(project_id)
    book = store.projects.codebook(project_id)
    label = next((one for one in book.document_labels if part == f"document:{one.name}"), None)
    votes = _Votes({name: n for n, name in enumerate(scale_of(book, part) or ())})
    with store.snapshot():
        for article in articles(store, person, project):
            if label is not None:
                answers = {one.coder: chosen(label, one) for one in article.coders}
                votes.add(article, answers, ())
                continue
            sets = [one.statements for one in article.coders]
            for row in rows(sets):
                chose = {article.coders[n].coder: sets[n][i].parts.get(part) for n, i in row}
                votes.add(article, chose, tuple(sets[n][i].id for n, i in row))
    size = max(len(votes.values), 1)
    estimate = dawid_skene(votes.items, votes.who, votes.said, size)
    doubtful = [] if estimate.reason else votes.doubtful(estimate, most)
    counted = Counter(votes.who)
    labels = [counted[n] for n in range(len(votes.coders))]
    return Reliability(part, list(votes.coders), list(votes.values), labels, estimate, doubtful)


@dataclass(slots=True)
class _Votes:
    """Who said what of which thing, as numbers."""

    values: dict[str, int]
    coders: dict[str, int] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)
    who: list[int] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    things: list[tuple[str, str, tuple[str, ...], bool]] = field(default_factory=list)

    def add(
        self, article: CodedArticle, answers: Mapping[str, str | None], ids: tuple[str, ...]
    ) -> None:
        """Take in one thing, if two coders at least answered."""
        given = {coder: value for coder, value in answers.items() if value is not None}
        if len(given) < 2:
            return
        for coder, value in given.items():
            self.items.append(len(self.things))
            self.who.append(self.coders.setdefault(coder, len(self.coders)))
            self.said.append(self.values.setdefault(value, len(self.values)))
        self.things.append((article.id, article.title, ids, article.gold is not None))

    def doubtful(self, estimate: Estimate, most: int) -> list[Likely]:
        """What coders disagree on and has no gold, the least sure first."""
        names, people = list(self.values), list(self.coders)
        votes: dict[int, dict[str, str]] = {}
        for item, coder, value in zip(self.items, self.who, self.said, strict=True):
            votes.setdefault(item, {})[people[coder]] = names[value]
        sure = estimate.posterior.max(axis=1)
        found: list[Likely] = []
        for item in sorted(votes, key=lambda n: (sure[n], n)):
            id_, title, ids, gold = self.things[item]
            if not gold and len(found) < most and len(set(votes[item].values())) > 1:
                best = names[int(estimate.likely[item])]
                found.append(Likely(id_, title, ids, best, float(sure[item]), votes[item]))
        return found
