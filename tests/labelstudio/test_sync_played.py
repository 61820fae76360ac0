"""Any edits on both sides with syncs between: both become equal, and nothing is lost."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.labelstudio.fake import faked
from tests.labelstudio.linked import linked, once
from tests.labelstudio.played import Played
from tests.labelstudio.server import LabelStudio
from tests.world import World, op, send


def left_over(played: Played, length: int) -> list[Any]:
    """Let them work and bring both sides in step; gives what differs or is lost then."""
    played.two.sync()
    send(played.two.world, op("take_back"))
    for _ in range(length):
        played.act()
    found = played.settle()
    once(played.two)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_any_edits_converge_and_lose_nothing(world: World, seed: int) -> None:
    assert left_over(Played(faked(world), random.Random(seed)), 25) == []


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(3))
def test_the_same_on_a_real_server(world: World, labelstudio: LabelStudio, seed: int) -> None:
    assert left_over(Played(linked(world, labelstudio), random.Random(seed)), 25) == []
