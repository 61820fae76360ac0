"""While a project is blind, nobody finds a colleague's labels before submitting their own.

Every request, command, call, export and page is asked as somebody who works blind, at every stage
of a colleague's work, in the real world and in one where the colleague never began: the answers
are the same. A way of asking that is not among the cases fails the test.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from annotate.accounts import may
from annotate.store import Store
from annotate.ui import main
from tests.review import routes
from tests.review.planting import SECRETS, STAGES, STEPS, Planted, planted

VIEWERS = [
    ("analyst", "new"), ("analyst", "begun"), ("analyst", "returned"), ("analyst", "assigned"),
    ("analyst", "offered"), ("reviewer", "begun"), ("reviewer", "assigned"),
    ("reviewer", "offered"), ("editor", "begun"), ("editor", "assigned"), ("editor", "offered"),
]  # fmt: skip
# Who reviews or edits may know how far a colleague is, as the board tells it, and how many label
# sets an export had to leave out; nothing of what is in them.
PROGRESS = (
    "GET /api/review/", "$ review ", "$ rounds ", "to_review", "history project",
    "page review", "page assignments", "export ", "$ export ", "page history {}",
)  # fmt: skip
Answers = dict[str, str]


def _differing(real: Answers, twin: Answers, excused: Iterable[str] = ()) -> list[str]:
    return [
        f"{name}\n  there: {told}\n  twin:  {twin[name]}"
        for name, told in real.items()
        if told != twin[name] and not name.startswith(tuple(excused))
    ]


def _leaking(real: Answers, twin: Answers, secrets: Iterable[str]) -> list[str]:
    """What tells a secret that the asker did not bring along."""
    return [
        f"{name}: {secret}"
        for name, told in real.items()
        for secret in secrets
        if told.count(secret) > twin[name].count(secret)
    ]


def _excused(here: Planted) -> tuple[str, ...]:
    reads = may(here.store, here.viewer, "label_set.read_submitted", here.world.project.id)
    return PROGRESS if reads else ()


def _asked(here: Planted, folder: Path) -> Answers:
    return {
        **routes.requests(here), **routes.calls(here), **routes.commands(here, folder / "commands")
    }  # fmt: skip


def test_every_request_command_and_page_has_a_case() -> None:
    assert routes.request_routes() == set(routes.GETS) | routes.NOBODYS
    assert routes.command_names() == set(routes.COMMANDS) | routes.WRITERS
    assert {page.path for page in main.pages()} == set(routes.PAGES)


@pytest.mark.parametrize(("role", "how"), VIEWERS)
def test_whoever_works_blind_learns_nothing(
    store: Store, tmp_path: Path, role: str, how: str
) -> None:
    here = planted(store, role, how)
    there = here.twin(tmp_path / "twin.db")
    before = _asked(there, tmp_path / "twin")
    for stage in STAGES:
        STEPS[stage](here, False)
        there.ids |= here.ids
        told = _asked(here, tmp_path / stage)
        assert _leaking(told, before, SECRETS) == [], stage
        assert _differing(told, before, _excused(here)) == [], stage
    there.store.close()
