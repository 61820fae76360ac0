"""Opening an article of 50,000 characters, to tag and to review it, as the server does it."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import orjson

from annotate import agreement, reading, tagging
from annotate.model import Person, new_id
from annotate.review import adjudicating
from annotate.review.adjudicating import Review
from annotate.store.labels import content_of
from annotate.tagging import OperationOutcome
from annotate.text.segment import boundaries
from annotate.ui import review_wire
from benchmarks import corpus, database
from benchmarks.report import Measure

T = TypeVar("T")

LENGTH = 50_000
SPANS = 1_000
STATEMENTS = 500
LIMIT_MS = 1_000.0
DECIDE_LIMIT_MS = 200.0
REPEATS = 15


def run() -> Iterator[Measure]:
    """An article to tag, then one to review."""
    yield from _tagging()
    yield from _review()


def _tagging() -> Iterator[Measure]:
    """The first opening, dictionaries loading included, and the median of those after it."""
    with database.opened(1000) as bench:
        analyst = bench.analyst(0)
        article_id = _long_article(bench)
        text = bench.store.articles.get(article_id).text
        for first in range(0, SPANS, 500):
            operations = [
                {
                    "id": new_id(),
                    "kind": "add_span",
                    "span": database.span(text, n * (LENGTH // SPANS), 3 + n % 60),
                }
                for n in range(first, first + 500)
            ]
            tagging.apply(
                bench.store, analyst, bench.project.id, article_id,
                client=new_id(), base_revision=first, operations=operations,
            )  # fmt: skip
        times = []
        for _ in range(REPEATS):
            started = time.perf_counter()
            opened = reading.open_article(bench.store, analyst, bench.project.id, article_id)
            if opened.mine is None or len(opened.mine.spans) != SPANS:
                raise RuntimeError("the spans are not all there")
            json.dumps([opened.article.text, opened.boundaries, content_of(opened.mine)])
            times.append((time.perf_counter() - started) * 1000)
    work = f"open {LENGTH:,} characters, {SPANS:,} spans"
    yield Measure(f"{work}, first time", times[0], "ms", "limit", LIMIT_MS)
    yield Measure(f"{work}, then", statistics.median(times[1:]), "ms", "limit", LIMIT_MS)


def _review() -> Iterator[Measure]:
    """Two coders' statements on one article: opened for review, and decided one by one."""
    with database.opened(1000) as bench:
        article_id = _long_article(bench)
        _coded(bench, article_id)
        # The first calls import scipy and read dictionaries, which a server does once.
        agreement.align(*[[agreement.CodedStatement("a", ((0, 2),))] * 400] * 2)
        boundaries("沈若川表示", [])
        reviewer, project = bench.operator, bench.project.id
        opened, first = _taken(lambda: _opened(bench, article_id))
        rows = opened.state.rows
        times, revision, mark = [], 0, ""
        for row in rows[:REPEATS]:
            sources = [
                {"label_set_id": v.label_set_id, "entity_id": v.entity_id, "digest": v.digest}
                for v in row.versions
            ]
            decision = {
                "id": new_id(), "kind": "decide", "row_kind": "statement", "sources": sources
            }  # fmt: skip
            call = partial(
                adjudicating.apply, bench.store, reviewer, project, article_id,
                client="benchmark", base_revision=revision, operations=[decision],
            )  # fmt: skip
            (answer, after, mark), taken = _taken(partial(_answered, call, reviewer, mark))
            if answer.state != "applied" or after.state.gold is None:
                raise RuntimeError(f"a decision was not taken: {answer.problem}")
            revision = after.state.gold.revision
            times.append(taken)
        again = [_taken(lambda: _opened(bench, article_id))[1] for _ in range(REPEATS)]
    work = f"open 2 x {STATEMENTS} statements for review"
    yield Measure(f"{work}, first time", first, "ms", "limit", LIMIT_MS)
    yield Measure(f"{work}, then", statistics.median(again), "ms", "limit", LIMIT_MS)
    work = f"decide one of {2 * STATEMENTS:,} statements in {len(rows):,} rows"
    yield Measure(work, statistics.median(times), "ms", "limit", DECIDE_LIMIT_MS)


def _taken(work: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and how long it took, in milliseconds."""
    started = time.perf_counter()
    found = work()
    return found, (time.perf_counter() - started) * 1000


def _opened(bench: database.Bench, article_id: str) -> Review:
    opened = adjudicating.open_review(bench.store, bench.operator, bench.project.id, article_id)
    orjson.dumps(review_wire.changing(opened.review, bench.operator, ()))
    return opened.review


def _answered(
    call: Callable[[], tuple[tuple[OperationOutcome, ...], Review]], person: Person, mark: str
) -> tuple[OperationOutcome, Review, str]:
    outcomes, after = call()
    answer = review_wire.answer(outcomes, after, person, (), mark)
    orjson.dumps(answer)
    return outcomes[0], after, answer["mark"]


def _coded(bench: database.Bench, article_id: str) -> None:
    """Statements of two coders on about the same words, submitted."""
    text = bench.store.articles.get(article_id).text
    claim, actor = new_id(), new_id()
    made: list[dict[str, Any]] = [
        {"kind": "create_actor", "actor": {"id": actor, "name": "沈若川", "kind": "person"}},
        {"kind": "create_claim", "claim": {"id": claim, "text": "北岸对南屿加入持开放态度"}},
    ]
    for number in range(2):
        operations = made if number == 0 else []
        for n in range(STATEMENTS):
            span = database.span(text, n * (LENGTH // STATEMENTS) + 3 * number, 40)
            statement = {
                "id": new_id(), "claim_id": claim, "stance": "support", "speaker_id": actor,
                "certainty": ("stated", "hedged")[(n + number) % 3 == 0],
                "evidence": [span["id"]],
            }  # fmt: skip
            operations.append({"kind": "add_statement", "statement": statement, "spans": [span]})
        operations.append({"kind": "submit"})
        coder, revision = bench.analyst(number), 0
        for first in range(0, len(operations), 250):
            done = tagging.apply(
                bench.store, coder, bench.project.id, article_id,
                client=f"coder-{number}", base_revision=revision,
                operations=[{"id": new_id(), **one} for one in operations[first : first + 250]],
            )  # fmt: skip
            if any(one.state != "applied" for one in done.outcomes):
                raise RuntimeError("the statements are not all there")
            revision = done.revision


def _long_article(bench: database.Bench) -> str:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    text = corpus.Writer(seed=7).text(LENGTH)
    draft = corpus.Draft("https://example.org/long", "rfi", "长文", text, moment)
    with bench.store.write(bench.operator.id) as tx:
        outcome = bench.store.articles.add(tx, [corpus.cleaned(draft)], bench.project.id)
    return outcome[0].article_id
