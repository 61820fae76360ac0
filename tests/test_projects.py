"""Projects: who may do what with them, which articles they hold, and what the archive closes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotate import accounts, codebook, imports, projects, reading, releases, tagging
from annotate.accounts import CHANGES, PERMISSIONS, Action
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.ingest.run import ingest
from annotate.model import ROLES, Person, Role
from annotate.reading import ListRequest
from annotate.store import ArticleFilter
from tests.world import World, item, op, send, span, statement

Attempt = Callable[[World, Person], object]
EVERYTHING = ListRequest()

CALLS: dict[str, tuple[Action, Attempt]] = {
    "create": ("project.create", lambda w, by: projects.create(w.store, by, "New")),
    "describe": (
        "project.change",
        lambda w, by: projects.describe(w.store, by, w.project.id, description="x"),
    ),
    "add_named": (
        "project.change",
        lambda w, by: projects.add_named(w.store, by, w.project.id, w.articles),
    ),
    "add_matching": (
        "project.change",
        lambda w, by: projects.add_matching(w.store, by, w.project.id, w.project.id, EVERYTHING),
    ),
    "remove": (
        "project.change",
        lambda w, by: projects.remove(w.store, by, w.project.id, w.articles),
    ),
    "remove_named": (
        "project.change",
        lambda w, by: projects.remove_named(w.store, by, w.project.id, w.articles),
    ),
    "remove_matching": (
        "project.change",
        lambda w, by: projects.remove_matching(w.store, by, w.project.id, EVERYTHING),
    ),
    "addable": (
        "project.change",
        lambda w, by: projects.addable(w.store, by, w.project.id, w.project.id, EVERYTHING),
    ),
    "at_work": ("project.change", lambda w, by: projects.at_work(w.store, by, w.project.id)),
    "unfinished": (
        "project.change",
        lambda w, by: projects.unfinished(w.store, by, w.project.id, w.analyst.id),
    ),
    "put_back": (
        "project.change",
        lambda w, by: projects.put_back(w.store, by, w.project.id, w.articles),
    ),
    "candidates": (
        "project.change",
        lambda w, by: projects.candidates(w.store, by, w.project.id),
    ),
    "members": (
        "project.read_settings",
        lambda w, by: projects.members(w.store, by, w.project.id),
    ),
    "removed": (
        "project.read_settings",
        lambda w, by: projects.removed(w.store, by, w.project.id, 10),
    ),
    "facets": ("article.read", lambda w, by: projects.facets(w.store, by, w.project.id)),
    "all_facets": ("database.maintain", lambda w, by: projects.facets(w.store, by, None)),
    "archive": ("project.archive", lambda w, by: projects.archive(w.store, by, w.project.id)),
    "unarchive": ("project.archive", lambda w, by: projects.unarchive(w.store, by, w.project.id)),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("call", CALLS)
def test_each_call_asks_the_permission_table(world: World, call: str, role: Role) -> None:
    action, attempt = CALLS[call]
    if role in PERMISSIONS[action]:
        attempt(world, world.people[role])
    else:
        with pytest.raises(Forbidden):
            attempt(world, world.people[role])


@pytest.mark.parametrize("call", [name for name in CALLS if name not in ("create", "all_facets")])
def test_a_project_hides_from_the_editors_of_others(world: World, call: str) -> None:
    stranger = accounts.add_person(world.store, world.operator, "stranger", role="editor")
    accounts.remove_member(world.store, world.operator, stranger, world.project.id)
    with pytest.raises(NotFound):
        CALLS[call][1](world, stranger)


def _inside(world: World, project_id: str) -> set[str]:
    chosen = ArticleFilter(project_id=project_id)
    return {id_ for ids in world.store.listing.walk(chosen) for id_ in ids}


def test_a_new_project_has_its_maker_as_editor_and_a_copied_codebook(world: World) -> None:
    book = codebook.load(codebook.DEFAULT.to_json().replace("support", "backing"))
    first = projects.create(world.store, world.people["editor"], " First ", book=book)
    made = projects.create(
        world.store, world.people["editor"], "Second", blind=False, book_of=first.id
    )
    assert (first.name, made.blind) == ("First", False)
    assert world.store.projects.codebook(made.id) == book
    assert world.store.projects.members(made.id) == {world.people["editor"].id: "editor"}
    with pytest.raises(Invalid, match="already"):
        projects.create(world.store, world.people["editor"], "Second")


def test_a_codebook_is_copied_only_from_a_project_one_may_read(world: World) -> None:
    hidden = projects.create(world.store, world.operator, "Hidden")
    with pytest.raises(NotFound):
        projects.create(world.store, world.people["editor"], "New", book_of=hidden.id)


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\u202eb"])
def test_names_that_mislead_are_refused(world: World, name: str) -> None:
    with pytest.raises(Invalid):
        projects.describe(world.store, world.operator, world.project.id, name=name)


def test_a_project_is_described_anew(world: World) -> None:
    other = projects.create(world.store, world.operator, "Other")
    with pytest.raises(Invalid, match="already"):
        projects.describe(world.store, world.operator, world.project.id, name=other.name)
    changed = projects.describe(
        world.store, world.people["editor"], world.project.id, name="Renamed", blind=False
    )
    assert (changed.name, changed.blind, changed.description) == ("Renamed", False, "")


def test_articles_join_by_the_filter_of_a_list(world: World) -> None:
    editor = world.people["editor"]
    made = projects.create(world.store, editor, "Harbour")

    def add(**asked: Any) -> projects.Arrival:
        request = ListRequest(**asked)
        return projects.add_matching(world.store, editor, made.id, world.project.id, request)

    english = add(languages=("en",))
    assert (len(english.added), english.present) == (1, 0)
    more = add(search="磋商")
    assert {*english.added, *more.added} == set(world.articles)
    assert add() == projects.Arrival((), 3)
    assert add(search="！？") == projects.Arrival((), 0)
    assert _inside(world, made.id) == set(world.articles)
    # Exactly what joined at once can leave again at once, and come back.
    gone = projects.remove(world.store, editor, made.id, more.added)
    assert (set(gone.gone), gone.kept) == (set(more.added), 0)
    assert _inside(world, made.id) == set(english.added)
    assert projects.put_back(world.store, editor, made.id, gone.gone) == 2
    assert _inside(world, made.id) == set(world.articles)
    with pytest.raises(Forbidden):
        projects.add_matching(world.store, editor, made.id, None, EVERYTHING)


def test_articles_join_by_name_and_what_is_not_found_is_told(world: World) -> None:
    made = projects.create(world.store, world.people["editor"], "Harbour")
    names = [
        world.articles[0].upper(),
        " https://A.example/2?utm_source=mail#top ",
        f"https://desk.example/tag?project={world.project.id}&article={world.articles[2]}",
        "",
        "https://a.example/unknown",
        "no address at all",
        "https://[broken",
        world.articles[0],
    ]
    done = projects.add_named(world.store, world.people["editor"], made.id, names)
    assert (set(done.added), done.missing) == (
        set(world.articles),
        tuple(names[4:7]),
    )
    assert _inside(world, made.id) == set(world.articles)


def test_nobody_adds_articles_that_they_may_not_read(world: World) -> None:
    with world.store.write(world.operator.id) as tx:
        (hidden,) = world.store.articles.add(tx, [item("https://h.example/1", "Hidden.")])
    made = projects.create(world.store, world.people["editor"], "Harbour")
    for person, added in ((world.people["editor"], 0), (world.people["admin"], 1)):
        done = projects.add_named(world.store, person, made.id, ["https://h.example/1"])
        assert len(done.added) == added
        assert done.missing == (() if added else ("https://h.example/1",))
    assert _inside(world, made.id) == {hidden.article_id}


def test_articles_are_taken_out_but_those_with_labels_and_put_back(world: World) -> None:
    statement(world)
    editor = world.people["editor"]
    gone = projects.remove_matching(world.store, editor, world.project.id, EVERYTHING)
    assert (set(gone.gone), gone.kept) == (set(world.articles[1:]), 1)
    assert _inside(world, world.project.id) == {world.articles[0]}
    assert world.store.listing.facets(world.project.id).total == 1
    listed = projects.removed(world.store, editor, world.project.id, 10)
    assert {one.id for one in listed} == set(world.articles[1:])
    with pytest.raises(NotFound):
        send(world, op("add_span", span=span("议会质询", text="议会质询")), article=1)
    back = [world.articles[1], "an article that was never in it"]
    assert projects.put_back(world.store, editor, world.project.id, back) == 1
    assert _inside(world, world.project.id) == set(world.articles[:2])
    assert projects.put_back(world.store, editor, world.project.id, world.articles) == 1
    assert projects.removed(world.store, editor, world.project.id, 10) == []


def test_an_article_leaves_with_all_its_revisions_unless_one_has_labels(world: World) -> None:
    def revise(n: int) -> str:
        again = item(f"https://a.example/{n}", "A corrected text.", title="Corrected")
        with world.store.write(world.operator.id) as tx:
            return world.store.articles.add(tx, [again])[0].article_id

    statement(world)
    newer = [revise(1), revise(2)]
    gone, missing = projects.remove_named(
        world.store, world.people["editor"], world.project.id, [*newer, "nothing"]
    )
    assert (gone.gone, gone.kept, missing) == ((newer[1],), 1, ("nothing",))
    inside = world.store.articles.projects_of([*world.articles, *newer])
    assert [bool(inside[id_]) for id_ in world.articles] == [True, False, True]
    assert [bool(inside[id_]) for id_ in newer] == [True, False]


def test_members_and_those_who_could_become_one(world: World) -> None:
    made = projects.create(world.store, world.people["editor"], "Harbour")
    accounts.change_person(world.store, world.operator, world.people["viewer"], active=False)
    found = projects.candidates(world.store, world.people["editor"], made.id)
    assert {person.name for person in found} == {"admin-1", "reviewer-1", "analyst-1"}
    accounts.change_member(world.store, world.people["editor"], world.analyst, made.id, "reviewer")
    members = projects.members(world.store, world.people["editor"], made.id)
    assert [(one.person.name, one.role) for one in members] == [
        ("analyst-1", "reviewer"),
        ("editor-1", "editor"),
    ]


def test_an_overview_shows_the_projects_that_somebody_edits(world: World) -> None:
    made = projects.create(world.store, world.operator, "Elsewhere")
    projects.archive(world.store, world.operator, made.id)

    def names(person: Person) -> list[tuple[str, int, int]]:
        found = projects.overview(world.store, person, archived=True)
        return [(one.project.name, one.articles, one.members) for one in found]

    assert names(world.people["admin"]) == [("Talks", 3, 5), ("Elsewhere", 0, 0)]
    assert names(world.people["editor"]) == [("Talks", 3, 5)]
    assert names(world.analyst) == []


def _ask(action: Action) -> Attempt:
    return lambda w, by: accounts.require(w.store, by, action, w.project.id)


CHANGING: dict[str, Attempt] = {
    **{name: attempt for name, (action, attempt) in CALLS.items() if action == "project.change"},
    "tag": lambda w, by: tagging.apply(
        w.store, by, w.project.id, w.articles[0], client="c", base_revision=0,
        operations=[op("add_span", span=span("南屿"))],
    ),
    "ingest": lambda w, by: ingest(w.store, by, [], project_id=w.project.id),
    "member": lambda w, by: accounts.change_member(
        w.store, by, w.analyst, w.project.id, "viewer"
    ),
    "leave": lambda w, by: accounts.remove_member(w.store, by, w.analyst, w.project.id),
    **{f"ask {action}": _ask(action) for action in sorted(CHANGES)},
}  # fmt: skip


@pytest.mark.parametrize("call", CHANGING)
def test_nothing_changes_in_an_archived_project(world: World, call: str) -> None:
    projects.archive(world.store, world.people["editor"], world.project.id)
    for person in (world.people["admin"], world.operator):
        with pytest.raises(Forbidden, match="archived"):
            CHANGING[call](world, person)
    for action in CHANGES:
        assert not accounts.may(world.store, world.people["admin"], action, world.project.id)
    projects.unarchive(world.store, world.people["editor"], world.project.id)
    CHANGING[call](world, world.people["admin"])


def test_every_action_that_changes_a_project_is_closed_by_the_archive() -> None:
    reads = {
        "article.read", "label_set.read_submitted", "label_set.read_drafts", "registry.read",
        "history.read", "ingest.read", "export.read", "project.read_settings",
        "assignment.read", "agreement.read",
    }  # fmt: skip
    elsewhere = {"project.create", "project.archive", "person.manage", "database.maintain"}
    assert set(PERMISSIONS) - reads - elsewhere == CHANGES


def test_an_archived_project_is_read_and_exported_by_its_members(
    world: World, tmp_path: Path
) -> None:
    statement(world)
    send(world, op("submit"))
    projects.archive(world.store, world.people["editor"], world.project.id)
    assert accounts.projects_of(world.store, world.analyst) == []
    (old,) = accounts.projects_of(world.store, world.analyst, archived=True)
    assert accounts.may_open(world.store, world.analyst, world.articles[0])
    opened = reading.open_article(world.store, world.analyst, old.id, world.articles[0])
    assert (opened.can_edit, opened.mine is not None) == (False, True)
    choice = releases.Choice(old.id)
    done = releases.export(
        world.store, world.people["reviewer"], choice, releases.NATIVE, tmp_path / "out.jsonl", {}
    )
    assert (done.summary.articles, done.summary.statements) == (3, 1)
    back = imports.import_file(
        world.store, world.people["admin"], releases.NATIVE, tmp_path / "out.jsonl"
    )
    assert ["archived" in problem.message for problem in back.problems] == [True] * 3


def test_an_article_comes_back_with_its_earlier_revisions(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    with store.write(world.operator.id) as tx:
        newer = item("https://a.example/1", "A corrected text.", title="Corrected")
        revision = store.articles.add(tx, [newer], project)[0].article_id
    both = [world.articles[0], revision]
    projects.remove_named(store, editor, project, [revision])
    assert not store.articles.inside(project, both)
    assert projects.put_back(store, editor, project, [revision]) == 1
    assert store.articles.inside(project, both) == set(both)
    assert not projects.removed(store, editor, project, 10)


def test_an_article_that_was_corrected_meanwhile_comes_back_with_the_correction(
    world: World,
) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    old = world.articles[0]
    gone = projects.remove(store, editor, project, [old, world.articles[1]])
    newer = item("https://a.example/1", "A corrected text.", title="Corrected")
    with store.write(world.operator.id) as tx:
        revision = store.articles.add(tx, [newer])[0].article_id
    assert not store.articles.inside(project, [old, revision])
    listed = {one.id: one.title for one in projects.removed(store, editor, project, 10)}
    assert (set(listed), listed[revision]) == ({revision, world.articles[1]}, "Corrected")
    assert projects.put_back(store, editor, project, gone.gone) == 2
    assert store.articles.inside(project, [old, revision]) == {old, revision}
    assert not projects.removed(store, editor, project, 10)
    assert projects.put_back(store, editor, project, gone.gone) == 0


def test_half_a_character_is_refused(world: World) -> None:
    editor = world.people["editor"]
    for given in ({"name": "a\ud800"}, {"description": "\udfff"}):
        with pytest.raises(Invalid):
            projects.describe(world.store, editor, world.project.id, **given)


def test_what_would_join_is_told_before_it_does(world: World) -> None:
    made = projects.create(world.store, world.people["editor"], "New")
    store, by = world.store, world.people["editor"]
    projects.add_named(store, by, made.id, world.articles[:1])
    seen = projects.addable(store, by, made.id, world.project.id, EVERYTHING)
    assert (seen.matching, seen.new) == (3, 2)
    assert [one.id for one in seen.first] == [world.articles[2], world.articles[1]]
    projects.add_matching(store, by, made.id, world.project.id, EVERYTHING)
    seen = projects.addable(store, by, made.id, world.project.id, EVERYTHING)
    assert (seen.matching, seen.new, seen.first) == (3, 0, ())
    nothing = ListRequest(search="？！")
    assert projects.addable(store, by, made.id, world.project.id, nothing).matching == 0


def test_what_would_join_is_told_only_of_what_one_may_read(world: World) -> None:
    hidden = projects.create(world.store, world.operator, "Hidden")
    made = projects.create(world.store, world.people["editor"], "New")
    for source, refused in ((hidden.id, NotFound), (None, Forbidden)):
        with pytest.raises(refused):
            projects.addable(world.store, world.people["editor"], made.id, source, EVERYTHING)


def test_reviewers_may_be_kept_from_names_from_the_beginning(world: World) -> None:
    made = projects.create(world.store, world.people["editor"], "New", hide_coders=True)
    assert world.store.projects.get(made.id).hide_coders
