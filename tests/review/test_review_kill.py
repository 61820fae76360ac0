"""Review actions killed at every step: each done wholly or not at all, and none twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.model import new_id
from annotate.store import Store
from tests.conftest import ROOT
from tests.killing import WRITING
from tests.review.coding import FIRST, SECOND, THIRD, Coding, decide, reject
from tests.world import op, span

# Each audit event is a step, and so are the moments before and after a commit. The process that
# forks has loaded everything, and holds nothing open.
_PROGRAM = (
    """
import json, os, signal, sys, traceback
from contextlib import contextmanager
import scipy.optimize
from annotate.review import adjudicating, comments
from annotate.store import Store
from annotate.store.database import Connections, Transaction

record, write, left = Transaction.record, Connections.write, 0

def step():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def recording(self, *rest, **more):
    record(self, *rest, **more)
    step()
"""
    + WRITING
    + """
def run(path, person, project, article, base, operations, steps):
    global left
    left = steps
    store = Store(path)
    who = store.people.get(person)
    if "thread_id" in operations[0]:
        comments.apply(store, who, project, operations[0])
        return
    outcomes, _ = adjudicating.apply(
        store, who, project, article, client="killed", base_revision=base, operations=operations
    )
    problems = [str(one.problem) for one in outcomes if one.problem]
    assert not problems, problems

Transaction.record, Connections.write = recording, writing
for line in sys.stdin:
    child = os.fork()
    if not child:
        code = 1
        try:
            run(*json.loads(line))
            code = 0
        except BaseException:
            traceback.print_exc()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
)
NEVER = 1 << 30
Act = Callable[[Coding], list[dict[str, Any]]]


class Runs:
    """A process that does review actions in children of its own, and has them killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, desk: Coding, operations: list[dict[str, Any]], steps: int) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        gold = desk.gold()
        base = gold.revision if gold else 0
        asked = [
            str(desk.store.path), desk.reviewer.id, desk.world.project.id, desk.article, base,
            operations, steps,
        ]  # fmt: skip
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(30) == 0


@pytest.fixture
def runs() -> Iterator[Runs]:
    made = Runs()
    yield made
    made.close()


def _decision(desk: Coding, n: int) -> str:
    decision = desk.rows()[n].decision
    assert decision is not None
    return decision.id


def _opening(desk: Coding, **more: Any) -> dict[str, Any]:
    return op("open", thread_id=new_id(), comment_id=new_id(), article_id=desk.article,
              thread_kind="article", text="Why?", **more)  # fmt: skip


def _thread(desk: Coding) -> str:
    return desk.store.threads.on(desk.world.project.id, desk.article)[0].id


def _written(desk: Coding) -> dict[str, Any]:
    new = span("沈若川")
    statement = {"claim_id": desk.claims[1], "stance": "unclear", "speaker_id": desk.actors[0]}
    return op("write", statement={**statement, "evidence": [new["id"]]}, spans=[new])


ACTIONS: list[tuple[str, Act]] = [
    ("decide", lambda desk: [decide(desk.rows()[1], take={"stance": desk.head(1)})]),
    ("undo", lambda desk: [op("undo")]),
    ("redo", lambda desk: [op("redo")]),
    ("undo it again", lambda desk: [op("undo")]),
    ("accept unanimous", lambda desk: [op("accept_unanimous")]),
    ("mix", lambda desk: [decide(desk.rows()[1], take={"certainty": desk.head(1)})]),
    ("edit", lambda desk: [decide(desk.rows()[1], set={"venue": "x"}, spans=[span("南屿")])]),
    ("reject", lambda desk: [reject(desk.rows()[2], "no")]),
    ("reopen", lambda desk: [op("reopen", decision_id=_decision(desk, 1))]),
    ("decide again", lambda desk: [decide(desk.rows()[1])]),
    ("write", lambda desk: [_written(desk)]),
    ("open a thread", lambda desk: [_opening(desk, label_set_id=desk.head(0))]),
    ("comment", lambda desk: [op("comment", thread_id=_thread(desk), comment_id=new_id(),
                                 text="x")]),
    ("resolve", lambda desk: [op("resolve", thread_id=_thread(desk))]),
    ("open it again", lambda desk: [op("reopen", thread_id=_thread(desk))]),
    ("make gold", lambda desk: [op("make_gold")]),
    ("return accepted labels", lambda desk: [op("return", label_set_id=desk.head(0), text="y")]),
    ("keep", lambda desk: [op("keep", decision_id=row.decision.id) for row in desk.rows()
                           if row.decision and row.raised]),
    ("make gold of the rest", lambda desk: [op("make_gold")]),
    ("take gold back", lambda desk: [op("reopen_gold")]),
    ("return", lambda desk: [op("return", label_set_id=desk.head(1), text="z")]),
    ("several at once", lambda desk: [op("undo"), op("undo"), _written(desk)]),
]  # fmt: skip


def _summary(desk: Coding) -> Any:
    """What a review has made, without ids."""
    gold, store = desk.gold(), desk.store
    spans = {one.id: (one.start, one.end, one.kind) for one in gold.spans} if gold else {}
    decisions = store.decisions.live([gold.id]) if gold else []
    threads = store.threads.on(desk.world.project.id, desk.article)
    return [
        gold and (gold.status, gold.revision, sorted(spans.values())),
        Counter(
            (one.stance, one.certainty, one.venue, one.claim_id,
             tuple(sorted(spans[id_] for id_ in one.evidence)))
            for one in (gold.statements if gold else ())
        ),
        Counter((one.verdict, one.reason, len(one.sources)) for one in decisions),
        len(desk.submissions_of(gold.id)) if gold else 0,
        [desk.status(0), desk.status(1)],
        Counter((one.resolved_at is not None, len(one.comments)) for one in threads),
        [Counter(desk.notices(person)) for person in desk.coders],
    ]  # fmt: skip


def _events(desk: Coding) -> int:
    return len(desk.store.history.events(limit=NEVER))


def _doubled(desk: Coding) -> list[str]:
    operations = [one.subject_id for one in desk.store.history.events("operation", limit=NEVER)]
    return [id_ for id_, n in Counter(operations).items() if n > 1]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_actions_killed_at_every_step_are_done_wholly_or_not_at_all(
    desk: Coding, runs: Runs, tmp_path: Path
) -> None:
    for coder in (0, 1):
        desk.record(coder, FIRST)
    desk.record(0, SECOND)
    desk.record(1, SECOND, stance="oppose", certainty="hedged")
    desk.record(0, THIRD)
    desk.submit(0, 1)
    twin_path = desk.store.backup(tmp_path / "twin.db")
    twin = replace(desk, world=replace(desk.world, store=Store(twin_path)))
    assert len(ACTIONS) >= 20
    for name, action in ACTIONS:
        before, events = _summary(desk), _events(desk)
        assert runs(twin, action(twin), NEVER) == 0, name
        operations, steps = action(desk), 0
        while (code := runs(desk, operations, steps)) == -signal.SIGKILL:
            steps += 1
            if _events(desk) == events:
                assert _summary(desk) == before, name
            else:
                assert _summary(desk) == _summary(twin), name
        # The last run was not killed: all of it was done before, or is now.
        assert code == 0, name
        assert steps >= 3, name
        assert _summary(desk) == _summary(twin), name
        done = _events(desk)
        assert runs(desk, operations, NEVER) == 0, name
        assert (_summary(desk), _events(desk)) == (_summary(twin), done), name
    assert _doubled(desk) == []
    assert list(desk.store.examine()) == []
    twin.store.close()
