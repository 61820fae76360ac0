"""A project linked with a Label Studio that is not there: for pictures and tests of its page.

What waits on the page is planted through the store; the conflicts are those that the merge finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from annotate import accounts
from annotate.errors import Rejected
from annotate.labelstudio.merge import merge
from annotate.links import Link, LinkedSet, LinkedTask, SyncConflict, SyncProblem, SyncState
from annotate.model import Article, LabelSet, Span, new_id, utc_now
from annotate.store import Store, Transaction
from annotate.store.labels import content_of

URL = "http://127.0.0.1:9"
REMOTE = 7
STRANGER = "zhao@example.org"
_STANCES = ("support", "oppose", "neutral")


def plant(store: Store, project_id: str) -> None:
    """Link a project, and let conflicts, problems, deleted tasks and runs wait on its page.

    Args:
        store: The store.
        project_id: A project with label sets that hold statements.
    """
    operator = accounts.operator(store)
    heads = [
        head
        for person in store.people.all()
        for article_id, status, statements in store.labels.of_coder(person.id, project_id)
        if status != "accepted" and statements
        for head in [store.labels.head_of(project_id, article_id, person.id)]
        if head is not None
    ]
    label_sets = store.labels.with_content(heads)
    articles = sorted({one.article_id for one in label_sets})
    with store.write(operator.id) as tx:
        store.links.put(tx, _link(project_id, operator.id))
        store.links.put_tasks(
            tx, [LinkedTask(project_id, id_, 100 + n, tx.at) for n, id_ in enumerate(articles)]
        )
        tasks = {id_: 100 + n for n, id_ in enumerate(articles)}
        for n, label_set in enumerate(label_sets):
            _conflicts(store, tx, label_set, tasks[label_set.article_id], n)
        _problems(store, tx, project_id, store.articles.many(articles), tasks)
        store.links.set_gone(tx, project_id, articles[-1:])
    _runs(store, project_id, operator.id)


def _link(project_id: str, by: str) -> Link:
    return Link(
        project_id, URL, None, REMOTE, "2026-02-01T08:00:00.000000Z", "Beian–Nanyu security",
        "editor@example.org", "1.23.2", utc_now(), by,
    )  # fmt: skip


def _conflicts(store: Store, tx: Transaction, ours: LabelSet, task_id: int, n: int) -> None:
    """Make a label set differ from what is there, each in another way."""
    base, theirs = _sides(ours, n % 4)
    merged = merge(content_of(base), ours, theirs)
    store.links.put_set(
        tx,
        LinkedSet(
            ours.id, ours.project_id, ours.article_id, task_id, 500 + n,
            "2026-02-01T09:00:00.000000Z", merged.base, revision=ours.revision,
        ),
    )  # fmt: skip
    found = [
        SyncConflict(new_id(), ours.project_id, ours.id, ours.article_id, one, tx.at)
        for one in merged.differences
    ]
    store.links.replace_conflicts(tx, ours.id, found)


def _sides(ours: LabelSet, way: int) -> tuple[LabelSet, LabelSet]:
    """What both last agreed on, and what is there."""
    first, *rest = ours.statements
    if way == 1 and ours.spans:
        # The same words, a little more of them here and a little less there.
        span = max(ours.spans, key=lambda one: one.end - one.start)
        if span.end - span.start > 3:
            return _with_span(ours, _shorter(span, 1)), _with_span(ours, _shorter(span, 2))
    if way == 2:
        base = replace(first, note="")
        ours_before = replace(ours, statements=(base, *rest))
        return ours_before, replace(ours, statements=(replace(first, note="见第二段"), *rest))
    others = [name for name in _STANCES if name != first.stance]
    before = replace(ours, statements=(replace(first, stance=others[0]), *rest))
    if way == 3:
        return before, replace(ours, statements=tuple(rest))
    return before, replace(ours, statements=(replace(first, stance=others[1]), *rest))


def _with_span(label_set: LabelSet, span: Span) -> LabelSet:
    spans = tuple(span if one.id == span.id else one for one in label_set.spans)
    return replace(label_set, spans=spans)


def _shorter(span: Span, by: int) -> Span:
    return replace(span, end=span.end - by, quote=span.quote[:-by])


def _problems(
    store: Store,
    tx: Transaction,
    project_id: str,
    articles: Sequence[Article],
    tasks: Mapping[str, int],
) -> None:
    found = (
        Rejected("person", "Nobody here has the address {email}",
                 "Say on the page Sync who it is, or invite them", email=STRANGER),
        Rejected("offsets", "The region {start} to {end} is not in a text of {count} characters",
                 start=812, end=934, count=640),
        Rejected("draft", "This is a draft that was not submitted there"),
    )  # fmt: skip
    for n, (article, problem) in enumerate(zip(articles, found, strict=False)):
        email = STRANGER if problem.reason == "person" else None
        region = "Qm3xk2" if problem.reason == "offsets" else None
        one = SyncProblem(
            new_id(), project_id, tasks[article.id], article.id, 600 + n, region, problem.reason,
            problem.told(), tx.at, tx.at, email,
        )  # fmt: skip
        store.links.replace_problems(tx, project_id, one.task_id, [one])


def _runs(store: Store, project_id: str, by: str) -> None:
    counts = {"task.create": 12, "label_set.create_there": 14, "configuration.change_there": 1}
    failed = Rejected("unreachable", "Label Studio at {url} does not answer", url=URL)
    later = {"label_set.change_here": 3, "label_set.change_there": 2, "label_set.withheld": 4}
    ends: tuple[tuple[SyncState, dict[str, int], dict[str, object] | None], ...] = (
        ("done", counts, None),
        ("failed", {}, failed.told()),
        ("done", later, None),
    )
    for state, done, problem in ends:
        with store.write(by) as tx:
            run_id = store.links.start_run(tx, project_id)
        with store.write(by) as tx:
            store.links.finish_run(tx, run_id, state, done, problem)
