"""Synchronising with Label Studio, beside the SDK's bare calls for the same work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx
from label_studio_sdk.client import LabelStudio

from annotate import accounts, releases
from annotate.labelstudio import linking
from annotate.labelstudio.run import sync
from annotate.links import Outcome
from annotate.model import Person
from benchmarks import database, labelled
from benchmarks.report import Measure, Omitted
from exports.formats.labelstudio import configuration, tasks
from tools import labelstudio

ARTICLES = 5_000
REPEATS = 3
SLOWER_THAN_BARE = 1.2
UNCHANGED_LIMIT_S = 2.0
# The sizes at which the SDK's calls were quickest on this server.
IMPORTED = 500
LISTED = 400
TIMEOUT_S = 600
T = TypeVar("T")


def run() -> Iterator[Measure | Omitted]:
    """Push, a sync with nothing changed, and a pull into a database that has no labels yet."""
    with database.opened(ARTICLES) as bench, TemporaryDirectory(dir=database.DATA) as folder:
        place = Path(folder)
        try:
            with labelstudio.running(place / "labelstudio") as program:
                yield from _measured(bench, program, place / "unlabelled.db")
        except labelstudio.Unavailable as problem:
            yield Omitted(f"push and pull, {ARTICLES:,} labelled articles", str(problem))


def _measured(
    bench: database.Bench, program: labelstudio.Program, unlabelled: Path
) -> Iterator[Measure]:
    # An editor: of one who reads there it is asked, article by article, what they may see here.
    analyst = accounts.add_person(
        bench.store, bench.operator, "editor0", role="editor", email=labelstudio.EMAIL,
        project_id=bench.project.id,
    )  # fmt: skip
    entries, ids = labelled.entries(bench), bench.article_ids(ARTICLES)
    bench.store.backup(unlabelled)
    labelled.label(bench, analyst, ids, entries)
    bare = _Bare(program)
    prepared = _tasks(bench)
    # A server that has just started loads much of itself with the first calls.
    bare.push(prepared[:20])

    project, bare_push = _timed(lambda: bare.push(prepared))
    remote = _link(bench, program, None)
    pushed, push = _timed(lambda: _sync(bench))
    _require(pushed.counts.get("task.create") == ARTICLES)
    yield Measure(
        f"push {ARTICLES:,} labelled articles", push, "s", "SDK, import", bare_push,
        SLOWER_THAN_BARE,
    )  # fmt: skip

    times = [_timed(lambda: _sync(bench)) for _ in range(REPEATS)]
    _require(not any(count for outcome, _ in times for count in outcome.counts.values()))
    unchanged = statistics.median(seconds for _, seconds in times)
    yield Measure(
        f"sync, nothing changed in {ARTICLES:,} tasks", unchanged, "s", "limit", UNCHANGED_LIMIT_S
    )

    found, bare_pull = _timed(lambda: bare.pull(project))
    _require(found == ARTICLES)
    with database.bench(unlabelled) as other:
        _link(other, program, remote)
        pulled, pull = _timed(lambda: _sync(other))
        _require(pulled.counts.get("label_set.create_here") == ARTICLES)
        _require(_statements(other, analyst) == ARTICLES * labelled.STATEMENTS)
    yield Measure(
        f"pull {ARTICLES:,} labelled articles", pull, "s", "SDK, list of tasks", bare_pull,
        SLOWER_THAN_BARE,
    )  # fmt: skip


class _Bare:
    """What a script around the SDK would do, without looking at what it sends or gets."""

    def __init__(self, program: labelstudio.Program) -> None:
        # A proxy of the environment must not come between us and our own loopback address.
        client = httpx.Client(timeout=TIMEOUT_S, trust_env=False)
        self._sdk: Any = LabelStudio(  # type: ignore[no-untyped-call]
            base_url=program.url, api_key=program.token, httpx_client=client, timeout=TIMEOUT_S
        )

    def push(self, prepared: Sequence[dict[str, Any]]) -> int:
        """Make a project and import tasks; returns its number."""
        project = self._sdk.projects.create(title="Bare", label_config=_configuration())
        for first in range(0, len(prepared), IMPORTED):
            self._sdk.projects.import_tasks(
                project.id, request=prepared[first : first + IMPORTED], return_task_ids=True
            )
        return int(project.id)

    def pull(self, project: int) -> int:
        """Read all tasks with their annotations; returns how many have labels."""
        listed = self._sdk.tasks.list(project=project, page_size=LISTED, fields="all")
        return sum(1 for task in listed if task.annotations)


def _configuration() -> str:
    from annotate.codebook import DEFAULT

    return configuration(DEFAULT)


def _tasks(bench: database.Bench) -> list[dict[str, Any]]:
    choice = releases.Choice(bench.project.id, drafts=True)
    chosen = releases.Selection(bench.store, bench.operator, choice, "labelstudio")
    return [task for record in chosen.records() for task in tasks(record)]


def _link(bench: database.Bench, program: labelstudio.Program, remote: int | None) -> int:
    """Link the project, withholding what is to be; returns the number of the project there."""
    asker = bench.store, bench.operator, bench.project.id
    return linking.link(*asker, program.url, program.token, remote, "Benchmark").remote_id


def _sync(bench: database.Bench) -> Outcome:
    return sync(bench.store, bench.operator, bench.project.id)


def _statements(bench: database.Bench, coder: Person) -> int:
    ids = bench.article_ids(ARTICLES)
    heads = [head for head in bench.store.labels.heads_on(ids) if head.coder_id == coder.id]
    return sum(len(one.statements) for one in bench.store.labels.with_content(heads))


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started


def _require(kept: bool) -> None:
    if not kept:
        raise RuntimeError("the sync did not do what was measured")
