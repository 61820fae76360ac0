from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate import accounts, history, registries
from annotate.errors import Forbidden, Invalid, NotFound, WorkbenchError
from annotate.history import Entry, Kind, Other, Step, TimelinePage, Wanted, differences
from annotate.history.differences import Part
from annotate.model import Alias, Person
from annotate.registries import Draft
from annotate.store.labels import Entity
from tests.world import TEXT, World, item, op, send, span, statement


def look(
    world: World, kind: Kind = "project", id_: str = "", person: Person | None = None, **more: Any
) -> TimelinePage:
    return history.timeline(
        world.store,
        person or world.analyst,
        world.project.id,
        kind,
        id_ or world.project.id,
        **more,
    )


def actions(page: TimelinePage) -> list[str]:
    return [entry.action for entry in page.items]


def changed(entry: Entry) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {change.field: (change.before, change.after) for change in entry.changes}


def stored(world: World, fields: dict[str, Any]) -> Entity | None:
    head = world.store.labels.head_of(world.project.id, world.articles[0], world.analyst.id)
    assert head is not None
    return world.store.labels.read(head.id, "statement", fields["id"])


WORDS = st.text("南屿加入 the\n，。á", max_size=40)


# The first example waits for the dictionary of words.
@settings(deadline=None)
@given(WORDS, WORDS)
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    parts = differences.of_text(before, after)
    assert "".join(p.text for p in parts if p.change != "added") == before
    assert "".join(p.text for p in parts if p.change != "removed") == after
    assert all(a.change != b.change for a, b in pairwise(parts))


def test_a_difference_is_by_words_not_characters() -> None:
    assert differences.of_text("韩国的态度是开放的", "韩国的立场是开放的") == (
        Part("same", "韩国的"),
        Part("removed", "态度"),
        Part("added", "立场"),
        Part("same", "是开放的"),
    )


def test_the_difference_of_a_million_characters_is_quick_and_is_shown_short() -> None:
    parts = differences.of_text("啊" * 1_000_000, "啊" * 999_999 + "吧\n新的一段")
    assert [part.change for part in parts] == ["removed", "added"]
    assert sum(len(part.text) for part in differences.abridged(parts)) < 3000


def test_a_change_of_a_statement_is_told_with_names(world: World) -> None:
    fields = statement(world)
    changes = {"stance": "oppose", "note": "二", "speaker_id": None, "evidence": []}
    send(world, op("change_statement", statement_id=fields["id"], set=changes))
    page = look(world, "statement", fields["id"])
    assert actions(page) == ["statement.change", "statement.add"]
    entry = page.items[0]
    assert entry.by == "analyst-1"
    assert entry.subject.name == "Beian open to Nanyu joining"
    assert changed(entry) == {
        "stance": (("support",), ("oppose",)),
        "speaker_id": (("沈若川",), ()),
        "evidence": ((TEXT[-12:-2],), ()),
        "note": ((), ("二",)),
    }


def test_an_article_s_history_has_its_revisions_and_its_labels(world: World) -> None:
    fields = statement(world)
    with world.store.write(world.operator.id) as tx:
        newer = item("https://a.example/1", TEXT.replace("开放", "保留"))
        revision = world.store.articles.add(tx, [newer], world.project.id)[0].article_id
    send(world, op("set_document_label", name="relevance", values=["relevant"]))
    send(world, op("submit"))
    page = look(world, "article", revision)
    assert actions(page) == [
        "label_set.status", "document_label.add", "article.ingest", "statement.add", "span.add",
        "label_set.create", "article.ingest",
    ]  # fmt: skip
    (text,) = (c for c in page.items[2].changes if c.field == "text")
    assert [p.text for p in text.parts if p.change != "same"] == ["开放", "保留"]
    assert {e.subject.article_id for e in page.items} == {revision, world.articles[0]}
    assert look(world, "statement", fields["id"]).items[0].subject.article == item("x").title


def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    send(world, *(op("add_span", span=span("南屿", kind="evidence")) for _ in range(120)))
    send(world, *(op("set_document_label", name="relevance", values=[value])
                  for value in ("relevant", "marginal") * 20))  # fmt: skip
    for kind, id_ in (("article", world.articles[0]), ("project", world.project.id)):
        whole = look(world, kind, id_, limit=200)
        ids = [entry.id for entry in whole.items]
        assert len(ids) > 160
        seen: list[str] = []
        after: str | None = None
        while True:
            page = look(world, kind, id_, limit=37, after=after)
            seen += [entry.id for entry in page.items]
            after = page.after
            if after is None:
                break
        assert seen == ids


def test_while_blind_nobody_learns_of_a_colleague_s_labels(world: World) -> None:
    """For each role: labels of a colleague on an article where one's own are not in yet."""
    colleague = accounts.add_person(
        world.store, world.operator, "colleague", project_id=world.project.id
    )
    fields = statement(world, person=colleague)
    send(world, op("submit"), person=colleague)
    for role in ("analyst", "reviewer", "editor", "admin"):
        person = world.people[role]
        send(world, op("add_span", span=span("南屿")), person=person)
        told = [
            look(world, person=person), look(world, "article", world.articles[0], person),
            look(world, "claim", fields["claim_id"], person),
            look(world, "actor", fields["speaker_id"], person),
            look(world, person=person, wanted=Wanted(by=colleague.id)),
        ]  # fmt: skip
        for page in told:
            assert "colleague" not in {name for e in page.items for name in (e.by, e.subject.owner)}
            assert not [e for e in page.items if e.subject.id == fields["id"]]
        assert told[-1].items == ()
        with pytest.raises(NotFound):
            look(world, "statement", fields["id"], person)
        send(world, op("submit"), person=person)
        assert look(world, "statement", fields["id"], person).items[0].by == "colleague"
    assert changed(look(world, "claim", fields["claim_id"]).items[0])["text"] == (
        (), ("Beian open to Nanyu joining",),
    )  # fmt: skip


def test_who_added_an_entry_is_for_those_who_may_read_drafts(world: World) -> None:
    fields = statement(world, person=world.people["admin"])
    makers = {
        role: look(world, "actor", fields["speaker_id"], world.people[role]).items[-1].by
        for role in ("analyst", "reviewer", "editor", "admin")
    }
    assert makers == {"analyst": None, "reviewer": None, "editor": "admin-1", "admin": "admin-1"}


def test_who_took_an_entry_back_by_undoing_is_not_told(world: World) -> None:
    """Undo revives a removed entry that it refers to, which tells what its coder recorded."""
    colleague = accounts.add_person(
        world.store, world.operator, "colleague", project_id=world.project.id
    )
    fields = statement(world, person=colleague)
    send(world, op("remove_statement", statement_id=fields["id"]), person=colleague)
    editor, project_id = world.people["editor"], world.project.id
    registries.remove(world.store, editor, project_id, "claim", fields["claim_id"])
    send(world, op("undo"), person=colleague)
    (entry, *_) = look(world, "claim", fields["claim_id"]).items
    assert (entry.action, entry.by) == ("claim.restore", None)
    registries.remove(world.store, editor, project_id, "actor", added := _unused(world))
    registries.restore(world.store, editor, project_id, "actor", added)
    assert look(world, "actor", added).items[0].by == "editor-1"


def _unused(world: World) -> str:
    editor = world.people["editor"]
    draft = registries.Draft("Nobody's")
    return registries.add(world.store, editor, world.project.id, "actor", draft).entry_ids[0]


def test_viewers_strangers_and_other_projects_are_refused(world: World) -> None:
    fields = statement(world)
    with pytest.raises(Forbidden):
        look(world, person=world.people["viewer"])
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(
            tx, "Other", world.store.projects.codebook(world.project.id)
        )
        world.store.projects.set_member(tx, other.id, world.analyst.id, "analyst")
    event = look(world, "statement", fields["id"]).items[0].id
    elsewhere = replace(world, project=other)
    for kind, id_ in (
        ("article", world.articles[0]), ("statement", fields["id"]), ("claim", fields["claim_id"]),
        ("project", world.project.id), ("statement", "nothing"), ("actor", "nothing"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            look(elsewhere, kind, id_)
    with pytest.raises(NotFound):
        history.restore(world.store, world.analyst, other.id, event)
    assert "statement.add" not in actions(look(elsewhere))


def test_the_project_s_changes_by_person_kind_and_day(world: World) -> None:
    statement(world)
    send(world, op("add_span", span=span("南屿")), person=world.people["editor"], article=0)
    admin = world.people["admin"]
    mine = look(world, person=admin, wanted=Wanted(by=world.analyst.id, group="labels"))
    assert actions(mine) == ["statement.add", "span.add", "label_set.create"]
    assert actions(look(world, wanted=Wanted(group="articles"))) == ["article.ingest"] * 3
    assert {e.subject.kind for e in look(world, wanted=Wanted(group="registries")).items} == {
        "actor", "claim",
    }  # fmt: skip
    at = mine.items[0].at
    assert look(world, person=admin, wanted=Wanted(since=at)).items[-1].at >= at
    assert look(world, person=admin, wanted=Wanted(since="2999-01-01")).items == ()
    assert look(world, person=admin, wanted=Wanted(until="2000-01-01")).items == ()
    assert "member.set" in actions(look(world, person=admin))
    assert "member.set" not in actions(look(world))


def test_what_other_projects_do_to_shared_actors_is_told_where_it_is_asked_for(
    world: World,
) -> None:
    statement(world)
    editor, store = world.people["editor"], world.store
    with store.write(world.operator.id) as tx:
        other = store.projects.create(tx, "Other", store.projects.codebook(world.project.id))
        store.projects.set_member(tx, other.id, editor.id, "editor")
    elsewhere = replace(world, project=other)
    own = registries.add(store, editor, other.id, "actor", registries.Draft("Own")).entry_ids[0]
    mine = {e.subject.id for e in look(elsewhere, person=editor).items if e.subject.kind == "actor"}
    assert mine == {own}
    assert own not in {e.subject.id for e in look(world, person=editor).items}
    assert "actor.add" in actions(look(world, person=editor))
    shared = look(elsewhere, person=editor, wanted=Wanted(group="shared"))
    assert set(actions(shared)) == {"actor.add"}
    assert {e.subject.name for e in shared.items} == {"Own", "沈若川"}
    # An editor of any project may take back what was done to an actor in another.
    entry = registries.entry(store, editor, other.id, "actor", own)
    draft = registries.Draft("Renamed")
    registries.change(store, editor, other.id, "actor", own, draft, base=entry.version)
    assert registries.changes(store, editor, world.project.id, "actor", own)


def test_a_deleted_statement_comes_back_with_its_evidence(world: World) -> None:
    fields = statement(world)
    before = stored(world, fields)
    send(world, op("remove_statement", statement_id=fields["id"]))
    send(world, op("remove_span", span_id=fields["evidence"][0]))
    entry = look(world, "statement", fields["id"]).items[0]
    assert (entry.action, entry.restorable) == ("statement.remove", True)
    history.restore(world.store, world.analyst, world.project.id, entry.id)
    assert stored(world, fields) == before
    changes = look(world, "statement", fields["id"]).items
    assert [(one.action, one.again) for one in changes] == [
        ("statement.add", True), ("statement.remove", False), ("statement.add", False),
    ]  # fmt: skip
    assert not look(world, "statement", fields["id"]).items[1].restorable
    with pytest.raises(Invalid, match="already"):
        history.restore(world.store, world.analyst, world.project.id, entry.id)
    send(world, op("undo"))
    assert stored(world, fields) is None


def test_spans_labels_and_changes_of_statements_go_back(world: World) -> None:
    fields = statement(world)
    before = stored(world, fields)
    mark = span("南屿")
    changes = {"stance": "oppose", "note": "x"}
    send(
        world,
        op("add_span", span=mark),
        op("change_span", span_id=mark["id"], set={"kind": "claim"}),
        op("set_document_label", name="relevance", values=["relevant"]),
        op("set_document_label", name="relevance", values=[]),
        op("change_statement", statement_id=fields["id"], set=changes),
    )
    page = look(world, "article", world.articles[0])
    assert [e.action for e in page.items if e.restorable] == [
        "statement.change", "document_label.remove", "span.change",
    ]  # fmt: skip
    for entry in page.items:
        if entry.restorable:
            history.restore(world.store, world.analyst, world.project.id, entry.id)
    head = world.store.labels.head_of(world.project.id, world.articles[0], world.analyst.id)
    assert head is not None
    content = world.store.labels.with_content([head])[0]
    assert stored(world, fields) == before
    assert content.document_labels == {"relevance": ("relevant",)}
    assert {one.kind for one in content.spans} == {"evidence"}


def test_only_its_analyst_restores_and_only_a_draft(world: World) -> None:
    fields = statement(world)
    send(world, op("change_statement", statement_id=fields["id"], set={"stance": "oppose"}))
    event = look(world, "statement", fields["id"]).items[0].id
    admin = world.people["admin"]
    assert not look(world, "statement", fields["id"], admin).items[0].restorable
    with pytest.raises(Forbidden, match="Only"):
        history.restore(world.store, admin, world.project.id, event)
    with pytest.raises(NotFound):
        history.restore(world.store, world.people["reviewer"], world.project.id, event)
    added = look(world, "statement", fields["id"]).items[1].id
    with pytest.raises(Invalid, match="nothing"):
        history.restore(world.store, world.analyst, world.project.id, added)
    send(world, op("submit"))
    assert not look(world, "statement", fields["id"]).items[0].restorable
    with pytest.raises(Forbidden, match="submitted"):
        history.restore(world.store, world.analyst, world.project.id, event)


def test_what_the_codebook_forbids_now_is_not_restored(world: World) -> None:
    fields = statement(world)
    send(world, op("remove_statement", statement_id=fields["id"]))
    book = world.store.projects.codebook(world.project.id)
    with world.store.write(world.operator.id) as tx:
        fewer = replace(book, stances=tuple(v for v in book.stances if v.name != "support"))
        world.store.projects.add_codebook_version(tx, world.project.id, fewer, "")
    entry = look(world, "statement", fields["id"]).items[0]
    with pytest.raises(WorkbenchError, match="stance"):
        history.restore(world.store, world.analyst, world.project.id, entry.id)
    assert stored(world, fields) is None


def test_an_entry_goes_back_and_a_merge_is_undone(world: World) -> None:
    editor, store, project_id = world.people["editor"], world.store, world.project.id
    fields = statement(world)
    entry = registries.entry(store, editor, project_id, "actor", fields["speaker_id"])
    draft = replace(entry.draft, name="沈若海", note="改名")
    registries.change(store, editor, project_id, "actor", entry.id, draft, base=entry.version)
    change = look(world, "actor", entry.id).items[0]
    assert changed(change) == {"name": (("沈若川",), ("沈若海",)), "note": ((), ("改名",))}
    assert (change.by, change.restorable) == ("editor-1", False)
    with pytest.raises(Forbidden):
        history.restore(store, world.analyst, project_id, change.id)
    history.restore(store, editor, project_id, change.id)
    assert registries.entry(store, editor, project_id, "actor", entry.id).draft == entry.draft

    other = registries.add(
        store, editor, project_id, "actor", registries.Draft("沈先生")
    ).entry_ids[0]
    registries.merge(store, editor, project_id, "actor", other, [entry.id])
    (moved, *_) = look(world, "statement", fields["id"]).items
    assert (moved.by, changed(moved)["speaker_id"]) == ("editor-1", (("沈若川",), ("沈先生",)))
    merged = next(
        e for e in look(world, "actor", entry.id, editor).items if e.action == "actor.merge"
    )
    assert merged.restorable
    history.restore(store, editor, project_id, merged.id)
    assert not registries.entry(store, editor, project_id, "actor", entry.id).removed
    again = next(
        e for e in look(world, "actor", entry.id, editor).items if e.action == "actor.merge"
    )
    assert not again.restorable
    # Half of a merge is none: what was undone as a whole comes back as a whole or not at all.
    halves = [
        e
        for id_ in (entry.id, other)
        for e in look(world, "actor", id_, editor).items
        if e.action == "actor.undo"
    ]
    assert [e.restorable for e in halves] == [False, False]
    for half in halves:
        with pytest.raises(Invalid, match="as a whole"):
            history.restore(store, editor, project_id, half.id)


def test_a_statement_restored_after_a_merge_names_the_present_entries(world: World) -> None:
    editor, store, project_id = world.people["editor"], world.store, world.project.id
    fields = statement(world)
    send(world, op("remove_statement", statement_id=fields["id"]))
    other = registries.add(
        store, editor, project_id, "actor", registries.Draft("沈先生")
    ).entry_ids[0]
    registries.merge(store, editor, project_id, "actor", other, [fields["speaker_id"]])
    removed = next(
        e for e in look(world, "statement", fields["id"]).items if e.action == "statement.remove"
    )
    history.restore(store, world.analyst, project_id, removed.id)
    now = stored(world, fields)
    assert now is not None
    assert (now["speaker_id"], now["reported_by"]) == (other, [other])


def test_ten_thousand_events_are_paged_in_no_time(world: World) -> None:
    send(world, op("add_span", span=span("南屿")))
    head = world.store.labels.head_of(world.project.id, world.articles[0], world.analyst.id)
    assert head is not None
    one = world.store.labels.with_content([head])[0].spans[0]
    with world.store.write(world.operator.id) as tx:
        for n in range(10_000):
            tx.record("span.change", "span", one.id, project_id=world.project.id,
                      before={"kind": f"a{n}"}, after={"kind": f"a{n + 1}"})  # fmt: skip
    for kind, id_ in (("article", world.articles[0]), ("project", "")):
        begun = time.perf_counter()
        page = look(world, kind, id_)
        assert len(page.items) == 50
        assert time.perf_counter() - begun < 0.5


def test_a_removed_entry_comes_back_as_it_was_at_once_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, store, project_id = world.people["editor"], world.store, world.project.id
    first = registries.Draft("沈若川", "person")
    id_ = registries.add(store, editor, project_id, "actor", first).entry_ids[0]
    entry = registries.entry(store, editor, project_id, "actor", id_)
    renamed = replace(entry.draft, name="沈若海")
    registries.change(store, editor, project_id, "actor", id_, renamed, base=entry.version)
    change = look(world, "actor", id_, editor).items[0]
    registries.remove(store, editor, project_id, "actor", id_)

    def refused(*_: object, **__: object) -> None:
        raise Invalid("This name is refused now")

    with monkeypatch.context() as patch:
        patch.setattr("annotate.registries.changing.checked", refused)
        with pytest.raises(Invalid):
            history.restore(store, editor, project_id, change.id)
    assert registries.entry(store, editor, project_id, "actor", id_).removed
    history.restore(store, editor, project_id, change.id)
    back = registries.entry(store, editor, project_id, "actor", id_)
    assert (back.removed, back.draft) == (False, entry.draft)
    assert actions(look(world, "actor", id_, editor))[0] == "actor.restore"


def test_of_colleagues_only_the_names_are_told(world: World) -> None:
    statement(world)
    found = history.people(world.store, world.analyst, world.project.id)
    assert world.analyst.display_name in [one.display_name for one in found]
    assert {one.__slots__ for one in found} == {("id", "display_name")}


def test_two_texts_with_little_in_common_stand_one_after_the_other() -> None:
    before, after = "岚京 (Lanjing), its capital, often stands for the government.", "admin's note"
    assert differences.of_text(before, after) == (Part("removed", before), Part("added", after))
    lines = differences.of_text(f"same line\n{before}", f"same line\n{after}")
    assert lines == (Part("same", "same line\n"), Part("removed", before), Part("added", after))
    assert differences.of_text("北岸共和国", "北岸") == (
        Part("same", "北岸"),
        Part("removed", "共和国"),
    )


def test_merges_splits_and_moves_say_with_whom_and_what_followed(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    made = statement(world)
    old = made["speaker_id"]
    draft = Draft("岚京", "place", aliases=(Alias("Lanjing"),))
    new = registries.add(store, editor, project, "actor", draft).entry_ids[0]
    merged = registries.merge(store, editor, project, "actor", new, [old])
    registries.undo(store, editor, project, merged.id)
    registries.move(store, editor, project, "actor", old, new, statements=[made["id"]])
    registries.split(store, editor, project, "actor", new, Draft("南嶼"), statements=[made["id"]])

    def steps(id_: str, who: str) -> list[Step | None]:
        page = look(world, "actor", id_, world.people[who])
        return [one.step for one in page.items if one.step or one.action.endswith(".undo")]

    shen, lanjing = (Other("沈若川", "person"),), (Other("岚京", "place"),)
    assert steps(new, "editor") == [
        Step("split", False, True, (Other("南嶼", "person"),), 1, 0),
        Step("move", False, False, shen, 1, 0),
        Step("merge", True, False, shen, 1, 0),
        Step("merge", False, False, shen, 1, 0),
    ]
    assert steps(old, "editor") == [
        Step("move", False, True, lanjing, 1, 0),
        Step("merge", True, True, lanjing, 1, 0),
        Step("merge", False, True, lanjing, 1, 0),
    ]
    # Said with the step, by which it came about.
    fields = {f.field for one in look(world, "actor", old, editor).items for f in one.changes}
    assert "merged_into" not in fields
    # Who codes blind must not learn from the counts what a colleague has recorded.
    colleague = accounts.add_person(store, world.operator, "blind", role="analyst")
    page = look(world, "actor", new, colleague)
    assert [one.step.statements for one in page.items if one.step] == [0, 0, 0, 0]


def test_a_move_is_taken_back_from_the_history(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    made = statement(world)
    old = made["speaker_id"]
    new = registries.add(store, editor, project, "actor", Draft("岚京")).entry_ids[0]
    registries.move(store, editor, project, "actor", old, new, statements=[made["id"]])
    moved = look(world, "actor", new, editor).items[0]
    assert (moved.action, moved.restorable) == ("actor.move", True)
    history.restore(store, editor, project, moved.id)
    assert (stored(world, made) or {})["speaker_id"] == old
    assert not look(world, "actor", new, editor).items[1].restorable
