"""Figures of agreement from the store, with planted disagreement; what leads back to the labels."""

from __future__ import annotations

import random

import pytest

from annotate import accounts, registries
from annotate.agreement import Bootstrap
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.review import figures, quality
from annotate.review.coded import GOLD
from annotate.review.figures import Wanted
from annotate.store import figures as stored
from tests.review.coders import STANCES, Team, code, coded, team
from tests.world import World, op, send


@pytest.fixture
def pair(world: World) -> Team:
    """Two coders on forty articles, of whom the second errs in three stances of ten."""
    made, chance = team(world, 40, (0.0, 0.3)), random.Random(3)
    for n, id_ in enumerate(made.articles):
        month = 9 if n < 20 else 10
        for coder in (0, 1):
            code(made, id_, coder, chance, at=f"2026-{month:02d}-28T10:00:00.000Z", again=n == 0)
    return made


def report(made: Team, **changes) -> figures.Report:
    return figures.report(made.world.store, made.world.operator, made.world.project.id, **changes)


def test_a_planted_error_shows_in_its_part_alone(pair: Team) -> None:
    made = report(pair)
    (key,) = made.pairs
    tally = made.pairs[key]
    assert sorted(key) == sorted(coder.id for coder in pair.coders)
    assert (made.articles, made.compared, tally.articles) == (40, 40, 40)
    assert tally.found().f1.value == 1.0
    for part in ("speaker", "holder", "claim"):
        assert tally.figure(part, "alpha").value == 1.0
    figure = tally.figure("stance", "alpha", Bootstrap(200))
    assert figure.value == pytest.approx(1 - 0.3 / 0.75, abs=0.08)
    assert figure.low < 1 - 0.3 / 0.75 < figure.high
    assert figure.n == 200
    assert tally.figure("stance", "percent").value == pytest.approx(0.7, abs=0.06)
    assert tally.figure("stance", "alpha_interval").n < 200
    assert tally.figure("certainty", "alpha").reason
    assert tally.spans(overlap=True).f1.value == 1.0
    assert 0 < tally.spans(overlap=False).f1.value < 0.6
    assert 0 < tally.alpha_u().value < 1
    assert tally.figure("document:relevance", "percent").value == pytest.approx(0.7, abs=0.2)
    measures = [line.measure for line in tally.lines() if line.part == "stance"]
    assert measures == [
        "percent", "cohen", "fleiss", "alpha", "alpha_ordinal", "alpha_interval", "ac1",
    ]  # fmt: skip
    assert made.overall.figure("stance", "alpha").value == pytest.approx(figure.value)
    assert made.overall.found().f1.value == 1.0


def test_the_first_submission_counts_and_periods_divide(pair: Team) -> None:
    made = report(pair)
    assert {name: one.articles for name, one in made.periods.items()} == {
        "2026-09": 20, "2026-10": 20,
    }  # fmt: skip
    # The second submission of the first article is empty, and counts nowhere.
    assert made.overall.found().f1.n == 400
    weeks = report(pair, period="week").periods
    assert list(weeks) == ["2026-W40", "2026-W44"]
    assert {name: one.articles for name, one in made.versions.items()} == {"1": 40}


def test_every_figure_leads_to_the_very_labels(pair: Team) -> None:
    store, person, project = pair.world.store, pair.world.operator, pair.world.project.id
    made = report(pair)
    ((first, second), tally) = next(iter(made.pairs.items()))
    for (one, other), times in tally.parts["stance"].confusion().items():
        wanted = Wanted("stance", first, second, one, other, agreeing=True)
        found = figures.cases(store, person, project, wanted, limit=1000).items
        assert len(found) == times
        for case in found:
            sets = {
                id_: store.labels.with_content(
                    [store.labels.head_of(project, case.article_id, id_)]
                )[0]
                for id_ in (first, second)
            }
            for id_, statement_id, value in (
                (first, case.first_id, case.first_value),
                (second, case.second_id, case.second_value),
            ):
                (there,) = [s for s in sets[id_].statements if s.id == statement_id]
                assert there.stance == value
    turned = figures.cases(
        store, person, project, Wanted("stance", second, first, "oppose", "support"), limit=1000
    )
    assert len(turned.items) == tally.parts["stance"].confusion()["support", "oppose"]
    # Values that cause disagreement count the pairs of whom one alone chose them.
    for label in made.overall.labels():
        wanted = Wanted(label.part, value=label.value)
        found = figures.cases(store, person, project, wanted, limit=1000).items
        assert len(found) == label.apart, label


def test_cases_come_in_pages_without_gap_or_repeat(pair: Team) -> None:
    store, person, project = pair.world.store, pair.world.operator, pair.world.project.id
    wanted = Wanted("stance")
    whole = figures.cases(store, person, project, wanted, limit=1000)
    assert whole.after is None
    paged, after = [], ""
    while after is not None:
        page = figures.cases(store, person, project, wanted, after=after, limit=7)
        paged += page.items
        after = page.after
    assert paged == list(whole.items)
    with pytest.raises(Invalid):
        figures.cases(store, person, project, Wanted("nothing"))


def test_what_one_coder_missed_is_listed_under_found(world: World) -> None:
    made, chance = team(world, 6, (0.0, 0.0)), random.Random(1)
    for id_ in made.articles:
        code(made, id_, 0, chance)
        code(made, id_, 1, chance, missed=0.5)
    tally = report(made).overall
    first, second = sorted(coder.id for coder in made.coders)
    found = figures.cases(
        world.store, world.operator, world.project.id, Wanted("found", first, second)
    ).items
    assert found and all((one.first_id is None) != (one.second_id is None) for one in found)
    counts = tally.found()
    assert len(found) == counts.precision.n + counts.recall.n - round(counts.f1.value * counts.f1.n)
    spans = figures.cases(
        world.store, world.operator, world.project.id, Wanted("spans", value="evidence")
    ).items
    assert len(spans) == len(found)
    assert all(one.kind == "span" and one.place for one in spans)


def test_merged_entries_are_the_same(world: World) -> None:
    made, chance = team(world, 3, (0.0, 0.0)), random.Random(1)
    for id_ in made.articles:
        made.truth[id_] = [one | {"speaker": made.actors[0]} for one in made.truth[id_]]
        code(made, id_, 0, chance)
        made.truth[id_] = [one | {"speaker": made.actors[1]} for one in made.truth[id_]]
        code(made, id_, 1, chance)
    assert report(made).overall.figure("speaker", "percent").value == 0.0
    registries.merge(
        world.store, world.operator, world.project.id, "actor", made.actors[0], [made.actors[1]]
    )
    assert report(made).overall.figure("speaker", "percent").value == 1.0


def test_four_coders_and_gold_over_time(world: World) -> None:
    made = coded(world, 40, gold=20, months=2)
    found = report(made)
    assert len(found.pairs) == 6
    assert set(found.gold) == {coder.id for coder in made.coders}
    units = found.overall.parts["stance"]
    assert max(row for row in found.overall.ratings("stance").values.shape) == len(units)
    assert found.overall.ratings("stance").values.shape[1] == 4
    assert "cohen" not in {line.measure for line in found.overall.lines()}
    listed = quality.standings(found, Bootstrap(50))
    assert [one.name for one in listed] == sorted(one.name for one in listed)
    for one in listed:
        rate = made.rates[[coder.id for coder in made.coders].index(one.coder)]
        right = sum(n for (gold, said), n in one.confusion.items() if gold == said)
        assert right / one.confusion.total() == pytest.approx(1 - rate, abs=0.12)
        assert [p.period for p in one.over_time] == ["2026-01"]
        assert one.found.f1.value == 1.0
    wanted = Wanted("stance", GOLD, listed[-1].coder)
    cases = figures.cases(world.store, world.operator, world.project.id, wanted, limit=500)
    wrong = sum(n for (gold, said), n in listed[-1].confusion.items() if gold != said)
    assert len(cases.items) == wrong


@pytest.mark.slow
def test_planted_reliability_comes_out_of_the_store(world: World) -> None:
    made = coded(world, 300)
    found = quality.reliability(world.store, world.operator, world.project.id)
    assert len(found.coders) == 4
    for coder, rate in zip(made.coders, made.rates, strict=True):
        place = found.coders.index(coder.id)
        assert found.estimate.reliability[place] == pytest.approx(1 - rate, abs=0.05)
    assert len(found.doubtful) == 20
    chances = [one.chance for one in found.doubtful]
    assert chances == sorted(chances)
    right = 0
    listed = quality.reliability(
        world.store, world.operator, world.project.id, most=10_000
    ).doubtful
    for one in listed:
        assert len(set(one.votes.values())) > 1 and one.value in STANCES
        right += one.chance > 0.5
    assert right > len(listed) / 2
    answers = quality.reliability(
        world.store, world.operator, world.project.id, "document:relevance"
    )
    assert set(answers.values) == {"relevant", "marginal", "irrelevant"}
    assert all(one.entity_ids == () for one in answers.doubtful)


def test_nothing_labelled_and_one_coder_are_not_defined(world: World) -> None:
    store, person, project = world.store, world.operator, world.project.id
    made = figures.report(store, person, project)
    assert (made.articles, made.pairs, made.gold) == (0, {}, {})
    assert {line.figure.value for line in made.overall.lines(Bootstrap(20))} == {None}
    assert all(line.figure.reason for line in made.overall.lines())
    one, chance = team(world, 2, (0.0,)), random.Random(1)
    code(one, one.articles[0], 0, chance)
    made = figures.report(store, person, project)
    assert (made.articles, made.compared, made.coded) == (1, 0, {one.coders[0].id: 1})
    assert quality.reliability(store, person, project).estimate.reason
    assert quality.standings(made) == []


def test_whoever_works_blind_gets_figures_without_that_article(pair: Team) -> None:
    world = pair.world
    reviewer = world.people["reviewer"]
    seen = figures.report(world.store, reviewer, world.project.id)
    assert seen.compared == 40
    article = world.store.articles.get(pair.articles[5])
    send(world, op("set_document_label", name="relevance", values=["relevant"]), person=reviewer,
         article=world.articles.index(world.articles[0]))  # fmt: skip
    world.articles.append(article.id)
    send(world, op("set_document_label", name="relevance", values=["relevant"]), person=reviewer,
         article=len(world.articles) - 1)  # fmt: skip
    seen = figures.report(world.store, reviewer, world.project.id)
    assert seen.compared == 39
    listed = figures.cases(
        world.store, reviewer, world.project.id, Wanted("stance", agreeing=True), limit=9999
    )
    assert article.id not in {case.article_id for case in listed.items}
    found = quality.reliability(world.store, reviewer, world.project.id, most=9999)
    assert article.id not in {one.article_id for one in found.doubtful}


@pytest.mark.parametrize("role", ["admin", "editor", "reviewer", "analyst", "viewer"])
def test_figures_are_for_those_whom_the_table_names(pair: Team, role: str) -> None:
    world = pair.world
    person = world.people[role]
    asked = (
        lambda: figures.report(world.store, person, world.project.id),
        lambda: figures.cases(world.store, person, world.project.id, Wanted("stance")),
        lambda: quality.reliability(world.store, person, world.project.id),
    )
    for ask in asked:
        if accounts.may(world.store, person, "agreement.read", world.project.id):
            ask()
        else:
            with pytest.raises((Forbidden, NotFound)):
                ask()


def test_articles_are_read_in_batches(pair: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report(pair).overall.figure("stance", "alpha")
    monkeypatch.setattr(stored, "BATCH", 7)
    assert report(pair).overall.figure("stance", "alpha") == whole
