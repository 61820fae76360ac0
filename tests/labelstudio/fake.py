"""A Label Studio in memory, for tests that need its answers and not its program.

It behaves as `tests.labelstudio.test_facts` found the real one to: numbers run on, whatever is
done in a task moves the task's time, ``updated_by`` is whoever was at work and ``completed_by``
whom they named, and nothing that is posted is checked.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from annotate.labelstudio.client import RemoteProject, Server
from annotate.labelstudio.problems import ServerProblem
from annotate.links import Link
from annotate.model import utc_now
from exports.formats.labelstudio import configuration
from tests.labelstudio.linked import Linked, addressed
from tests.labelstudio.server import LabelStudio, Member
from tests.world import World, op, send, statement

ADMIN = Member(1, "admin@example.com", "token")
_SECOND = timedelta(seconds=10)


class Fake:
    """One project on a server; what a person there does, as `LabelStudio` has it."""

    def __init__(self, configuration: str) -> None:
        self.url = "http://127.0.0.1:9"
        self.email, self.token = ADMIN.email, ADMIN.token
        self.configuration = configuration
        self.held: dict[int, dict[str, Any]] = {}
        self.members: dict[str, Member] = {ADMIN.email: ADMIN}
        self.deleted: list[int] = []
        # What happens just before the server next answers for a task, by its number.
        self.meanwhile: dict[int, Callable[[], object]] = {}
        self._clock = datetime(2026, 11, 1, tzinfo=UTC)
        self._number = 0

    def member(self, email: str) -> Member:
        """The account with an e-mail address, which signs up unless it did."""
        number = len(self.members) + 1
        return self.members.setdefault(email, Member(number, email, "token"))

    def leave(self, email: str) -> None:
        """Somebody's account is closed."""
        del self.members[email]

    def tasks(self, project: int) -> list[Any]:
        """All tasks, whole, by number."""
        return [copy.deepcopy(self.held[number]) for number in sorted(self.held)]

    def plant(self, project: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Import tasks; their numbers."""
        return [self._import(one) for one in tasks]

    def annotate(
        self, task: int, result: Any, member: Member | None = None, **more: Any
    ) -> dict[str, Any]:
        """A new annotation, posted by somebody."""
        who = (member or ADMIN).id
        made: dict[str, Any] = {
            "completed_by": who, "was_cancelled": False, "ground_truth": False, "unique_id": None,
            "lead_time": None, **copy.deepcopy(more), **self._born(), "updated_by": who,
            "result": copy.deepcopy(result),
        }  # fmt: skip
        self.held[task]["annotations"].append(made)
        self._touch(task, made)
        return copy.deepcopy(made)

    def change(self, annotation: int, member: Member | None = None, **keys: Any) -> Any:
        """Change an annotation."""
        task, made = self._annotation(annotation)
        made.update(copy.deepcopy(keys), updated_by=(member or ADMIN).id)
        self._touch(task, made)
        return copy.deepcopy(made)

    def draft(self, task: int, result: Any, member: Member | None = None) -> None:
        """A draft that somebody has begun, of which no time of change tells."""
        self.held[task]["draft_exists"] = True

    def delete(self, kind: str, number: int) -> None:
        """Delete an annotation or a task."""
        if kind == "tasks":
            del self.held[number]
            return
        task, made = self._annotation(number)
        self.held[task]["annotations"].remove(made)
        self._touch(task)

    def server(self) -> Server:
        """The server as a sync has it, with the administrator's account."""
        return cast(Server, _Server(self))

    # What both need

    def now(self) -> str:
        self._clock += _SECOND
        return self._clock.isoformat().replace("+00:00", "Z")

    def _born(self) -> dict[str, Any]:
        self._number += 1
        now = self.now()
        return {"id": self._number, "created_at": now, "updated_at": now}

    def _import(self, task: Mapping[str, Any]) -> int:
        whole = copy.deepcopy(dict(task))
        made = {
            "meta": {}, **whole, **self._born(), "annotations": [], "predictions": [],
            "draft_exists": False, "worked_on": False,
        }  # fmt: skip
        for raw in whole.get("annotations", ()):
            by = raw.get("completed_by", ADMIN.id)
            by = self.member(by["email"]).id if isinstance(by, dict) else by
            made["annotations"].append(
                {"was_cancelled": False, "ground_truth": True, "lead_time": None, **raw,
                 **self._born(), "unique_id": None, "completed_by": by, "updated_by": None}
            )  # fmt: skip
        for raw in whole.get("predictions", ()):
            made["predictions"].append({**raw, **self._born()})
        made["updated_at"] = self.now()
        self.held[made["id"]] = made
        return int(made["id"])

    def _touch(self, task: int, made: dict[str, Any] | None = None) -> None:
        self.held[task].update(updated_at=self.now(), worked_on=True)
        if made is not None:
            made["updated_at"] = self.held[task]["updated_at"]

    def _annotation(self, number: int) -> tuple[int, dict[str, Any]]:
        for task in self.held.values():
            for one in task["annotations"]:
                if one["id"] == number:
                    return task["id"], one
        raise ServerProblem("missing", "It is not there any more")


@dataclass
class _Server:
    """`annotate.labelstudio.client.Server` over the memory."""

    there: Fake
    version: str = "1.23.2"

    @property
    def url(self) -> str:
        return self.there.url

    @property
    def account(self) -> str:
        return self.there.email

    def project(self, number: int) -> RemoteProject:
        there = self.there
        made = "2026-11-01T00:00:00Z"
        return RemoteProject(number, made, "Talks", there.configuration, len(there.held), 0)

    def users(self) -> dict[int, str]:
        return {one.id: one.email for one in self.there.members.values()}

    def set_configuration(self, project: int, configuration: str, instruction: str) -> None:
        self.there.configuration = configuration

    def newest_change(self, project: int) -> str | None:
        return max((one["updated_at"] for one in self.there.held.values()), default=None)

    def changed_tasks(
        self, project: int, since: str | None, *, touched: bool = False
    ) -> Iterator[Any]:
        at = datetime.fromisoformat(since) if since else datetime(1970, 1, 1, tzinfo=UTC)
        for one in sorted(self.there.held.values(), key=lambda task: task["updated_at"]):
            if datetime.fromisoformat(one["updated_at"]) >= at and (
                one["worked_on"] or not touched
            ):
                yield copy.deepcopy(one)

    def tasks(self, project: int, ids: Collection[int]) -> list[Any]:
        for one in ids:
            self.there.meanwhile.pop(one, lambda: None)()
        held = self.there.held
        return [copy.deepcopy(held[one]) for one in sorted(ids) if one in held]

    def task_ids(self, project: int) -> set[int]:
        return set(self.there.held)

    def drafted_tasks(self, project: int) -> set[int]:
        return {number for number, one in self.there.held.items() if one["draft_exists"]}

    def import_tasks(self, project: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        return self.there.plant(project, tasks)

    def set_meta(self, task: int, meta: Mapping[str, Any]) -> None:
        self.there.held[task]["meta"] = copy.deepcopy(dict(meta))
        self.there._touch(task)

    def delete_task(self, task: int) -> None:
        self.there.deleted.append(task)
        self.there.held.pop(task, None)

    def create_annotation(self, task: int, body: Mapping[str, Any]) -> Any:
        return self.there.annotate(task, **body)

    def update_annotation(
        self, annotation: int, body: Mapping[str, Any], *, seen: str | None = None
    ) -> Any:
        if seen is not None and self.there._annotation(annotation)[1]["updated_at"] != seen:
            raise ServerProblem("refused", "It was changed just now")
        return self.there.change(annotation, **body)

    def create_prediction(self, task: int, body: Mapping[str, Any]) -> Any:
        made = {**copy.deepcopy(dict(body)), **self.there._born()}
        self.there.held[task]["predictions"].append(made)
        self.there._touch(task)
        return copy.deepcopy(made)


def faked(world: World, *, labelled: int = 1, reveals: bool = True, configured: str = "") -> Linked:
    """Link the world with a project in memory; on the first articles are submitted labels.

    Args:
        world: The world.
        labelled: On how many.
        reveals: As `Link.reveals`.
        configured: The configuration there, if it is not that of our codebook.
    """
    addressed(world, world.analyst, "analyst@example.com")
    addressed(world, world.people["reviewer"], "reviewer@example.com")
    for n in range(labelled):
        statement(world, article=n)
        assert send(world, op("submit"), article=n).outcomes[0].state == "applied"
    ours = configuration(world.store.projects.codebook(world.project.id)).strip()
    there = Fake(configured or ours)
    made = Link(
        world.project.id, there.url, None, 7, "2026-11-01T00:00:00Z", "Talks", there.email,
        "1.23.2", utc_now(), world.operator.id, reveals=reveals,
        configuration="" if configured else ours,
    )  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        world.store.links.put(tx, made)
    return Linked(world, cast(LabelStudio, there))


def relink(two: Linked, **changes: Any) -> None:
    """Change something of the link."""
    store, project = two.world.store, two.world.project.id
    before = store.links.link(project)
    assert before is not None
    with store.write(two.world.operator.id) as tx:
        store.links.put(tx, replace(before, **changes))
