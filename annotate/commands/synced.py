"""What a sync did with a project, or would do, as far as the person may see it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

from annotate.commands.output import print_table, progress, say
from annotate.errors import WorkbenchError

if TYPE_CHECKING:
    from annotate.commands.desk import Session
    from annotate.labelstudio.viewing import GoneTask
    from annotate.links import LabelChange, Outcome, Step, SyncConflict, SyncProblem
    from annotate.model import Project

SHORT = 60
# Up to there what would change is kept in memory, beyond it in a file.
_IN_MEMORY = 4_000_000
_WAITING = ("conflicts", "problems", "gone", "configuration")
_WORDS = {
    "task.create": "tasks made there",
    "task.delete_there": "second tasks deleted there",
    "label_set.create_there": "label sets made there",
    "label_set.change_there": "changed there",
    "label_set.create_here": "made here",
    "label_set.change_here": "changed here",
    "label_set.delete_here": "emptied here",
    "configuration.change_there": "configurations written there",
    "label_set.withheld": "withheld",
    "conflicts": "conflicts",
    "problems": "problems",
    "people": "people there who are unknown here",
    "gone": "tasks deleted there",
    "configuration": "configuration edited there",
}


class Changes:
    """The labels that a dry run says would change, as mappings: any number, read again at will."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115

    def __call__(self, change: LabelChange) -> None:
        """Keep one more."""
        self._file.write(json.dumps(asdict(change)) + "\n")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one project.

    Args:
        project: The project.
        outcome: What was done; None if it was not synchronised.
        error: Why it was not.
        steps: Of a dry run, what would be done.
        changes: Of a dry run, each label that would change, as `annotate.links.LabelChange`.
        conflicts: What waits for a decision.
        problems: What is there and cannot be taken.
        gone: The articles whose tasks were deleted there.
        withheld: How many more of all these there are, in labels that the person may not see yet.
    """

    project: Project
    outcome: Outcome | None = None
    error: WorkbenchError | None = None
    steps: Sequence[Step] = ()
    changes: Iterable[Mapping[str, Any]] = ()
    conflicts: Sequence[SyncConflict] = ()
    problems: Sequence[SyncProblem] = ()
    gone: Sequence[GoneTask] = ()
    withheld: int = 0

    @property
    def failed(self) -> bool:
        """Whether it was not synchronised, or left something to a person; no dry run does."""
        if self.outcome is None:
            return True
        found = self.outcome.counts
        return self.outcome.run_id is not None and any(found.get(name) for name in _WAITING)


def synchronised(session: Session, project: Project, *, dry_run: bool) -> Synced:
    """Synchronise one project; that it cannot be done is no exception but an answer.

    Args:
        session: The database and who asks.
        project: The project.
        dry_run: Whether only to say what would be done.
    """
    from annotate.labelstudio import viewing
    from annotate.labelstudio.conflicts import conflicts as seen
    from annotate.labelstudio.run import sync

    asker = session.store, session.person, project.id
    changes = Changes()
    with progress(f"Synchronising {project.name}") as show:
        try:
            outcome = sync(
                *asker, dry_run=dry_run, changed=changes,
                progress=lambda so_far: show(so_far.done, so_far.total),
            )  # fmt: skip
        except WorkbenchError as error:
            return Synced(project, error=error)
    if dry_run:
        steps, withheld = viewing.steps(*asker, outcome.steps)
        return Synced(project, outcome, steps=steps, changes=changes, withheld=withheld)
    conflicts, problems = seen(*asker), viewing.problems(*asker)
    return Synced(
        project,
        outcome,
        conflicts=conflicts.items,
        problems=problems.items,
        gone=viewing.gone(*asker),
        withheld=conflicts.withheld + problems.withheld,
    )


def tell(done: Synced, *, dry_run: bool) -> None:
    """Print what was done and what waits, for a person to read.

    Args:
        done: What became of a project.
        dry_run: Whether nothing was done yet.
    """
    name = done.project.name
    if done.outcome is None:
        say(f"{name}: {done.error}")
        return
    if done.steps:
        rows = [asdict(step) for step in done.steps]
        print_table(rows, ("kind", "article_id", "label_set_id", "changes", "detail"), "")
    for line in map(_change, done.changes):
        print(line)
    for line in _waiting(done):
        print(line)
    if done.withheld:
        say(f"{name}: {done.withheld} more are in labels that you may not see yet")
    counts = done.outcome.counts
    told = [f"{_WORDS.get(key, key)}: {count}" for key, count in counts.items() if count]
    would = "a sync would do this: " if dry_run else ""
    say(f"{name}: {would}{', '.join(told)}" if told else f"{name}: both sides are in step")


def as_json(done: Synced, *, dry_run: bool) -> dict[str, Any]:
    """The same for a program.

    Args:
        done: What became of a project.
        dry_run: Whether nothing was done yet.
    """
    outcome = done.outcome
    return {
        "project_id": done.project.id,
        "project": done.project.name,
        "dry_run": dry_run,
        "run_id": outcome.run_id if outcome else None,
        "counts": dict(outcome.counts) if outcome else {},
        "steps": [asdict(step) for step in done.steps],
        # An iterator, for `print_json_list`: there may be any number.
        "changes": iter(done.changes),
        "conflicts": [asdict(one) for one in done.conflicts],
        "problems": [
            {
                "task_id": one.task_id, "article_id": one.article_id, "region": one.region,
                "reason": one.reason, "message": _message(one), "email": one.email,
                "first_at": one.first_at, "last_at": one.last_at,
            }
            for one in done.problems
        ],
        "gone": [
            {"task_id": one.task_id, "article_id": one.article.id, "title": one.article.title}
            for one in done.gone
        ],
        "withheld": done.withheld,
        "error": str(done.error) if done.error else None,
    }  # fmt: skip


def _waiting(done: Synced) -> Iterator[str]:
    """A line for everything that waits for a person."""
    for one in done.conflicts:
        differs = one.difference
        place = f"{differs.kind} {differs.entity_id} {differs.field}".rstrip()
        yield (
            f"article {one.article_id}: conflict: {place}:"
            f" ours {_short(differs.ours)}, theirs {_short(differs.theirs)}"
        )
    for problem in done.problems:
        place = "project" if problem.task_id is None else f"task {problem.task_id}"
        yield f"{place}: {problem.reason}: {_message(problem)}"
    for task in done.gone:
        yield f"task {task.task_id}: deleted there: {task.article.title} ({task.article.id})"


def _change(one: Mapping[str, Any]) -> str:
    """A line for a label that would change."""
    what = one["kind"].replace("_", " ")
    if one["kind"] == "document_label":
        what = f"{what} {one['entity_id']}"
    about = f' "{one["quote"]}"' if one["quote"] else ""
    fields = "; ".join(_field(one, field) for field in one["fields"])
    side = "here" if one["side"] == "here" else "in Label Studio"
    return (
        f"article {one['article_id']}: {side}: {one['verb']} {what}{about}"
        f" of {one['coder'] or 'gold'}" + (f": {fields}" if fields else "")
    )


def _field(change: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    before, after = (_said(change["names"], field[side]) for side in ("before", "after"))
    if change["verb"] != "change":
        return f"{field['field']} {after if change['verb'] == 'add' else before}"
    return f"{field['field']} {before} → {after}"


def _said(names: Mapping[str, str], value: object) -> str:
    if isinstance(value, Mapping):
        return f"{value['start']}-{value['end']} {_short(value)}"
    if isinstance(value, list):
        return " | ".join(_said(names, one) for one in value)
    text = names.get(value, value) if isinstance(value, str) else value
    return " ".join(_short(text).split())


def _short(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        value = value.get("quote") or value.get("stance") or value.get("values") or "changed"
    text = str(value)
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _message(problem: SyncProblem) -> str:
    from annotate.labelstudio.viewing import rebuilt

    # What came from there may hold half characters, which cannot be printed.
    return str(rebuilt(problem)).encode(errors="replace").decode()
