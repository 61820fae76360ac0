"""While a project is blind, nobody finds a colleague's labels before submitting their own.

Every request, command, call, export and page is asked as somebody who works blind, at every stage
of a colleague's work, in the real world and in one where the colleague never began: the answers
are the same. A way of asking that is not among the cases fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from annotate import projects, registries
from annotate.accounts import may
from annotate.model import new_id
from annotate.store import Store
from annotate.ui import main
from tests.review import routes
from tests.review.planting import (
    ENTRIES,
    NAME,
    SECRETS,
    STAGES,
    STEPS,
    Planted,
    planted,
    tag,
)
from tests.world import op

VIEWERS = [
    ("analyst", "new"), ("analyst", "begun"), ("analyst", "returned"), ("analyst", "assigned"),
    ("analyst", "offered"), ("reviewer", "begun"), ("reviewer", "assigned"),
    ("reviewer", "offered"), ("editor", "begun"), ("editor", "assigned"), ("editor", "offered"),
]  # fmt: skip
# Who reviews or edits may know how far a colleague is, as the board tells it, and how many label
# sets an export had to leave out; nothing of what is in them.
PROGRESS = (
    "GET /api/review/", "$ review ", "$ rounds ", "to_review", "history project", "history by",
    "page review", "page assignments", "export ", "$ export ", "page history {}",
)  # fmt: skip
# Where articles stand, which lists tell those who may see the board; all else there is the same.
STANDS = re.compile(r""""state":"\w+"|"states":\[[^]]*\]|\bstate='\w+'""")
# Where asking takes long.
CHECKED = ("draft", "in_review", "returned")
Answers = dict[str, str]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]


def _differing(real: Answers, twin: Answers, excused: Iterable[str] = ()) -> list[str]:
    return [
        f"{name}: {_parting(told, twin[name])}"
        for name, told in real.items()
        if _compared(told, excused) != _compared(twin[name], excused)
        and not name.startswith(tuple(excused))
    ]


def _compared(told: str, excused: Iterable[str]) -> str:
    return STANDS.sub("", told) if excused else told


def _parting(one: str, other: str) -> str:
    """Where two texts begin to differ."""
    pairs = enumerate(zip(one, other, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
    start = max(at - 80, 0)
    return f"{one[start : at + 120]!r} and not {other[start : at + 120]!r}"


def _nothing(found: list[str], stage: str) -> None:
    assert not found, "\n".join([stage, *found])


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
    # Once gold is begun an article is offered to nobody, and reviewers may see it.
    last = "submitted" if how == "offered" and _excused(here) else STAGES[-1]
    for stage in STAGES[: STAGES.index(last) + 1]:
        STEPS[stage](here, False)
        there.ids |= here.ids
        told = _asked(here, tmp_path / stage)
        _nothing(_leaking(told, before, SECRETS), stage)
        _nothing(_differing(told, before, _excused(here)), stage)
    there.store.close()


@pytest.mark.parametrize(("role", "how"), [("analyst", "begun"), ("reviewer", "assigned")])
def test_no_export_tells_it(store: Store, tmp_path: Path, role: str, how: str) -> None:
    here = planted(store, role, how)
    there = here.twin(tmp_path / "twin.db")
    before = routes.exported(there, tmp_path / "twin")
    for stage in STAGES:
        STEPS[stage](here, False)
        if stage in CHECKED:
            told = routes.exported(here, tmp_path / stage)
            _nothing(_leaking(told, before, SECRETS), stage)
            _nothing(_differing(told, before), stage)
    there.store.close()


@pytest.mark.parametrize(("role", "how"), [("analyst", "assigned"), ("editor", "begun")])
def test_no_page_shows_it(store: Store, tmp_path: Path, role: str, how: str) -> None:
    here = planted(store, role, how)
    there = here.twin(tmp_path / "twin.db")
    before = routes.pages(there)
    for stage in STAGES:
        STEPS[stage](here, False)
        if stage in CHECKED:
            told = routes.pages(here)
            _nothing(_leaking(told, before, SECRETS), stage)
            # One's own sessions were begun at another moment.
            _nothing(_differing(told, before, ("page account", *_excused(here))), stage)
    there.store.close()


# Registry entries are shared, and found by their names as soon as they are made.
SHARED = ("$ registry export", "actor ", "claim ", "page actors", "page claims",
          "GET /api/registry/", "history actor", "history claim", "history project",
          "page history {}", "$ show", "open", "GET /api/tag/")  # fmt: skip


def test_entries_made_in_tagging_are_known_by_their_names_alone(
    store: Store, tmp_path: Path
) -> None:
    here = planted(store, "analyst", "begun")
    there = here.twin(tmp_path / "twin.db")
    before = {**_asked(there, tmp_path / "twin"), **routes.pages(there)}
    for stage in ("draft", "submitted", "in_review"):
        STEPS[stage](here, True)
    told = {**_asked(here, tmp_path / "real"), **routes.pages(here)}
    _nothing(_leaking(told, before, SECRETS), "in_review")
    assert [one for one in _leaking(told, before, ENTRIES) if not one.startswith(SHARED)] == []
    # Who made them is told nowhere, nor where they are used.
    makers = ("zqdisplay", here.colleague.id, here.ids["label_set"])
    _nothing(_leaking(told, before, makers), "in_review")
    for kind, id_ in (("actor", here.ids["actor"]), ("claim", here.ids["claim"])):
        entry = registries.entry(store, here.viewer, here.world.project.id, kind, id_)
        assert entry.uses == 0
    there.store.close()


def test_the_walk_finds_what_is_there_to_find(store: Store, tmp_path: Path) -> None:
    """Once their own labels are in, the viewer sees the colleague's: so the walk looks rightly."""
    here = planted(store, "analyst", "begun")
    there = here.twin(tmp_path / "twin.db")
    for one in (here, there):
        tag(one, one.viewer, op("submit"))
    for stage in ("draft", "submitted", "in_review"):
        STEPS[stage](here, False)
        there.ids |= here.ids
    told, before = _asked(here, tmp_path / "real"), _asked(there, tmp_path / "twin")
    found = _leaking(told, before, ("zqnote", "zqvenue", "zqcomment", "2031-07"))
    for way in ("GET /api/tag/", "GET /api/threads", "$ show", "$ export jsonl", "threads",
                "history statement"):  # fmt: skip
        assert any(one.startswith(way) for one in found), way
    assert _differing(told, before)
    there.store.close()


def test_hidden_labels_cannot_be_asked_after(store: Store, tmp_path: Path) -> None:
    """Changes that name what the viewer cannot see are answered as if it did not exist."""
    here = planted(store, "analyst", "begun")
    there = here.twin(tmp_path / "twin.db")
    for stage in ("draft", "submitted", "in_review"):
        STEPS[stage](here, False)
    there.ids |= here.ids
    ids, article = here.ids, here.article
    posts: list[tuple[str, dict[str, Any]]] = [
        ("/api/threads", {"id": new_id(), "kind": "open", "thread_id": new_id(),
                          "comment_id": new_id(), "article_id": article, "text": "x",
                          "label_set_id": ids["label_set"], "thread_kind": "statement",
                          "entity_id": ids["statement"]}),
        ("/api/threads", {"id": new_id(), "kind": "comment", "thread_id": ids["thread"],
                          "comment_id": new_id(), "text": "x"}),
        ("/api/threads", {"id": new_id(), "kind": "resolve", "thread_id": ids["thread"]}),
        (f"/api/review/{article}/ops",
         {"client": "x", "base_revision": 0, "ops": [op("accept_unanimous")]}),
        (f"/api/tag/{article}/ops",
         {"client": "x", "base_revision": 1,
          "ops": [op("remove_statement", statement_id=ids["statement"]),
                  op("change_statement", statement={"id": ids["statement"], "stance": "support"}),
                  op("redo")]}),
        ("/api/inbox/seen", {}),
        ("/api/queue/next", {"id": new_id()}),
    ]  # fmt: skip
    told = []
    for one in (here, there):
        with routes.served(one.store, one.viewer) as client:
            answers = [
                client.post(path, params={"project": one.world.project.id}, json=body).text
                for path, body in posts
            ]
        told.append(answers)
    assert told[0] == told[1]
    there.store.close()


def test_where_coders_are_hidden_no_reviewer_finds_their_names(
    store: Store, tmp_path: Path
) -> None:
    here = planted(store, "reviewer", "new")
    projects.describe(store, here.world.operator, here.world.project.id, hide_coders=True)
    there = here.twin(tmp_path / "twin.db")
    for stage in ("draft", "submitted", "in_review"):
        STEPS[stage](here, False)
        there.ids |= here.ids
    before = {**_asked(there, tmp_path / "twin"), **routes.exported(there, tmp_path / "twin-out")}
    told = {**_asked(here, tmp_path / "real"), **routes.exported(here, tmp_path / "real-out")}
    _nothing(_leaking(told, before, (NAME, "zqdisplay")), "in_review")
    there.store.close()
