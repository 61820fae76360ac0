from __future__ import annotations

from pathlib import Path

import pytest

from annotate import releases
from annotate.errors import Invalid
from annotate.releases import Choice
from annotate.review.waiting import Place, place, to_review
from tests.review.coding import FIRST, SECOND, Coding, reject
from tests.world import TEXT, item, op, send, span


def _submitted(desk: Coding, count: int) -> list[str]:
    """More articles, each submitted by the first coder, in this order."""
    with desk.store.write(desk.world.operator.id) as tx:
        items = [item(f"https://w.example/{n}", TEXT + str(n)) for n in range(count)]
        added = desk.store.articles.add(tx, items, desk.world.project.id)
    for outcome in added:
        desk.world.articles.append(outcome.article_id)
        done = send(
            desk.world, op("add_span", span=span("南屿", kind="actor")), op("submit"),
            person=desk.coders[0], article=len(desk.world.articles) - 1,
        )  # fmt: skip
        assert {one.state for one in done.outcomes} == {"applied"}
    return [outcome.article_id for outcome in added]


def test_articles_wait_in_the_order_in_which_they_came(desk: Coding) -> None:
    ids = _submitted(desk, 5)
    project_id = desk.world.project.id
    first = to_review(desk.store, desk.reviewer, project_id, limit=2)
    assert first.total == 5
    seen = [one.article.id for one in first.items]
    while first.after:
        first = to_review(desk.store, desk.reviewer, project_id, limit=2, after=first.after)
        seen += [one.article.id for one in first.items]
    # Those of one millisecond stand in the order of their ids.
    assert sorted(seen) == sorted(ids)
    assert [place(desk.store, project_id, id_).position for id_ in seen] == [1, 2, 3, 4, 5]
    assert place(desk.store, project_id, seen[1]) == Place(2, 5, seen[2], seen[0])
    assert place(desk.store, project_id, seen[4]).next == seen[0]
    assert place(desk.store, project_id, desk.world.articles[1]).position == 0
    with pytest.raises(Invalid):
        to_review(desk.store, desk.reviewer, project_id, after="nonsense")
    with pytest.raises(Invalid):
        to_review(desk.store, desk.reviewer, project_id, state="to_do")


def test_the_list_counts_what_is_decided(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.record(1, FIRST)
    desk.record(1, SECOND)
    project_id = desk.world.project.id
    assert to_review(desk.store, desk.reviewer, project_id).items == ()
    desk.submit(0, 1)
    (one,) = to_review(desk.store, desk.reviewer, project_id).items
    assert (one.state, one.coders, one.decided, one.open) == ("submitted", 2, 0, 2)
    desk.done(op("accept_unanimous"))
    (one,) = to_review(desk.store, desk.reviewer, project_id, state="in_review").items
    assert (one.decided, one.open) == (1, 1)
    desk.done(reject(desk.rows()[1]), op("make_gold"))
    assert to_review(desk.store, desk.reviewer, project_id).items == ()
    (one,) = to_review(desk.store, desk.reviewer, project_id, state="gold").items
    assert (one.state, one.open) == ("gold", 0)


def test_exports_call_nothing_gold_that_is_in_review(desk: Coding, tmp_path: Path) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(op("accept_unanimous"))

    def exported(layer: str, name: str) -> str:
        out = tmp_path / name
        releases.export(desk.store, desk.world.operator, Choice(layer=layer), "stance", out)
        return out.read_text("utf-8")

    held = exported("gold", "held.csv")
    desk.done(op("make_gold"))
    assert "Claim 0" not in held
    assert exported("gold", "made.csv").count("Claim 0") == 1
    assert exported("all", "all.csv").count("Claim 0") == 1
