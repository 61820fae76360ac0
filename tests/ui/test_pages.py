from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

import exports
from annotate import accounts, projects, versions
from annotate.codebook import DEFAULT
from annotate.model import Person
from annotate.store import Store
from annotate.ui import database, shell, visitor
from annotate.ui.downloads import Downloads
from annotate.ui.visitor import Visitor
from exports.formats.tables import STATEMENT_COLUMNS
from exports.registry import Group
from tests.ui.drawing import draw
from tests.world import PASSWORD, World, statement

Run = Callable[..., AppTest]


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the script as somebody, at some address."""
    monkeypatch.setenv("CLAIMDESK_DB", str(store.path))
    database.store.cache_clear()

    def run(person: Person | None, page: str = "", **query: str) -> AppTest:
        token = None
        if person is not None:
            accounts.set_password(store, accounts.operator(store), person, PASSWORD)
            token = accounts.sign_in(store, person.name, PASSWORD, "10.0.0.1", "test")
        monkeypatch.setattr(visitor, "page_token", lambda: token)
        return draw(page, **query)

    yield run
    database.store.cache_clear()


def _text(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.header, *app.title, *app.text))


def test_nothing_is_drawn_without_a_session(run: Run, world: World) -> None:
    app = run(None)
    assert not app.exception
    assert "You are signed out" in _text(app)


def test_somebody_without_a_project_is_told_what_to_do(run: Run, store: Store) -> None:
    operator = accounts.operator(store)
    person = accounts.add_person(store, operator, "lonely", password=PASSWORD)
    assert "You are in no project yet" in _text(run(person))


def test_a_foreign_project_is_not_shown(run: Run, world: World) -> None:
    app = run(world.analyst, project="01a00000-0000-7000-8000-000000000000")
    assert "There is no such project" in _text(app)


def test_a_page_without_a_project_in_its_address_shows_the_one_used_last(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = world.people["admin"]
    other = projects.create(world.store, admin, "Zone talks")
    named = "Labels and articles of {} as files."
    # A browser that knows none shows the one in which they changed anything last.
    begun = ((other.id, "Zone talks"), (world.project.id, "Talks"), (None, "Zone talks"))
    for last, shown in (*begun, ("no such", "Zone talks")):
        monkeypatch.setattr(shell, "last_used", lambda last=last: last)
        assert named.format(shown) in [one.value for one in run(admin, "export").caption], last
    projects.archive(world.store, admin, other.id)
    monkeypatch.setattr(shell, "last_used", lambda: other.id)
    assert named.format("Talks") in [one.value for one in run(admin, "export").caption]


def test_tagging_begins_when_there_is_something_to_tag(run: Run, world: World) -> None:
    assert "Nothing is left to tag" not in _text(run(world.analyst, "tag"))


def _previewed(app: AppTest) -> str:
    """What the tables of a preview hold."""
    return "".join(str(json.loads(one.proto.json)) for one in app.get("bidi_component"))


def test_a_withdrawn_value_is_called_as_it_was_last(run: Run, world: World) -> None:
    statement(world)
    editor = world.people["editor"]
    accounts.set_language(world.store, editor, "zh-Hans")
    book = replace(DEFAULT, stances=DEFAULT.stances[1:])
    versions.save(world.store, world.operator, world.project.id, book, "Fewer", base=1)
    assert "'value': {'text': '支持'" in _previewed(run(editor, "recheck"))


def _choose(app: AppTest, name: str) -> None:
    group = exports.get(name).group
    app.button_group(key="export_group").set_value(group).run()
    app.radio(key=f"export_format_{group}").set_value(name).run()


def test_the_export_page_offers_every_format_and_previews_it(run: Run, world: World) -> None:
    statement(world)
    app = run(world.analyst, "export")
    assert not app.exception
    assert "沈若川表示" in _previewed(app)
    offered = {}
    for group in get_args(Group):
        app.button_group(key="export_group").set_value(group).run()
        offered[group] = app.radio(key=f"export_format_{group}").options
    by_group: dict[str, list[str]] = {group: [] for group in get_args(Group)}
    for entry in exports.FORMATS:
        by_group[entry.group].append(entry.title)
    assert offered == by_group
    _choose(app, "jsonl")
    assert "沈若川表示" in _previewed(app)
    _choose(app, "stance")
    app.checkbox(key="export_drafts_stance").check().run()
    assert not app.exception
    assert "Beian open to Nanyu joining" in _previewed(app)


@pytest.mark.parametrize("name", ["stance", "soft"])
def test_what_the_export_page_counts_is_kept_until_something_changes(
    run: Run, world: World, name: str
) -> None:
    def rows(app: AppTest) -> int:
        (told,) = [one.value for one in app.caption if re.match(r"\d+ rows?\b", one.value)]
        assert _previewed(app).count("Beian open to Nanyu joining") == int(told.split()[0])
        return int(told.split()[0])

    def forget(app: AppTest) -> AppTest:
        # No event tells of it, so that whoever reads again is found out.
        with closing(sqlite3.connect(world.store.path)) as db, db:
            db.execute("UPDATE statement SET deleted_at = created_at")
        return app.run()

    statement(world)
    app = run(world.analyst, "export")
    _choose(app, name)
    app.checkbox(key=f"export_drafts_{name}").check().run()
    assert rows(app) == 1
    statement(world, article=1)
    assert rows(app.run()) == 2
    assert rows(forget(app)) == 2
    statement(world, article=2)
    assert rows(app.run()) == 1


def test_the_preview_shows_first_what_a_table_is_there_for(run: Run, world: World) -> None:
    app = run(world.analyst, "export")
    app.checkbox(key="export_drafts_csv").check().run()
    statement(world)
    app.run()
    (names,) = [
        [column["name"] for column in data["columns"]]
        for one in app.get("bidi_component")
        if (data := json.loads(one.proto.json)).get("label") == "The first rows of statements"
    ]
    whose = ["coder", "status"]
    assert names[:7] == [*whose, "speaker", "holder", "stance", "claim", "evidence"]
    assert sorted(names) == sorted(column.name for column in STATEMENT_COLUMNS)


def test_whose_labels_are_exported_first_and_what_all_of_them_means(run: Run, world: World) -> None:
    app = run(world.analyst, "export")
    layers = app.selectbox(key="export_layer_False")
    assert (layers.value, layers.options[0]) == ("all", "all coders")
    _choose(app, "jsonl")
    assert app.selectbox(key="export_layer_True").options[0] == "all coders, and gold"
    viewer = run(world.people["viewer"], "export")
    assert viewer.selectbox(key="export_layer_False").value == "gold"


def test_an_export_is_made_and_offered_to_its_maker_only(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Downloads()
    monkeypatch.setattr("annotate.ui.views.export.downloads", lambda: made)
    statement(world)
    app = run(world.analyst, "export")
    _choose(app, "jsonl")
    app.button(key="export_make").click().run()
    assert not app.exception
    done = app.session_state[f"export_done_{world.project.id}"]
    assert (done["articles"], done["statements"]) == (3, 1)
    token = done["href"].rsplit("/", 1)[-1]
    text = made.fetch(Visitor(world.analyst, ""), token).path.read_text("utf-8")
    assert text.count("\n") == 3
    assert "Beian open to Nanyu joining" in text
