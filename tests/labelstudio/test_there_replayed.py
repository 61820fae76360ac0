"""The sequences of `tests.labelstudio.test_there` once more, with a real server between."""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import dataclass, replace

import pytest

from annotate.labelstudio.content import of
from exports.formats.labelstudio import configuration
from tests.exports.labelstudio_samples import BOOK, RECORD, task
from tests.labelstudio.model import CHOICES
from tests.labelstudio.server import LabelStudio
from tests.labelstudio.test_there import HERE, MINE, THERE, Desk, Json

ACTIONS = (*THERE, *HERE, *("sync",) * 4, "decide")
LENGTH = 30


@dataclass
class Served(Desk):
    """A desk whose annotation stands on a server: after every step it is what that gives back."""

    server: LabelStudio | None = None
    task_id: int = 0
    number: int = 0
    given: list[Json] | None = None

    def act(self, name: str, a: int, b: int) -> None:
        super().act(name, a, b)
        self._exchange()

    def sync(self, killed: str = "") -> None:
        super().sync(killed)
        self._exchange()

    def _exchange(self) -> None:
        assert self.server is not None
        if self.given == self.result:
            # A step that changed nothing there: nobody else is at work.
            return
        self.server.change(self.number, result=self.result)
        self.there = self._stored()
        self.given = deepcopy(self.result)

    def _stored(self) -> Json:
        assert self.server is not None
        found: Json = self.server.call("GET", f"/api/tasks/{self.task_id}/")
        # By this the engine knows it again, whatever is left in it.
        found["annotations"][0]["unique_id"] = MINE.id
        return found


@pytest.mark.parametrize("seed", range(3))
def test_the_same_edits_on_a_real_server_lose_nothing(labelstudio: LabelStudio, seed: int) -> None:
    chance = random.Random(seed)
    project = labelstudio.new_project("Replayed", configuration(BOOK))
    made = task(replace(RECORD, label_sets=(MINE,)))
    (annotation,) = made.pop("annotations")
    (task_id,) = labelstudio.plant(project, [{"data": made["data"], "meta": made["meta"]}])
    number = labelstudio.annotate(task_id, annotation["result"])["id"]
    desk = Served(server=labelstudio, task_id=task_id, number=number)
    for _ in range(LENGTH):
        desk.act(chance.choice(ACTIONS), chance.randrange(10), chance.randrange(10))
    desk.settle(lambda _: chance.choice(CHOICES[:2]))
    assert desk.traces.lost(of(desk.ours)) == []
