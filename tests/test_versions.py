"""Codebook versions: who may save one, what it touches, and labels of withdrawn values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotate import versions
from annotate.codebook import DEFAULT, Codebook, CodebookInvalid, Value
from annotate.errors import Conflict, Forbidden, Invalid, NotFound
from annotate.model import LabelSet, Role
from annotate.store.labels import span_entity
from tests.world import World, op, send, span, statement

MIXED = Value("mixed", "mixed", "兼有", "#7a4fa3", "5")
WITHOUT_SUPPORT = replace(DEFAULT, stances=DEFAULT.stances[1:])


def save(world: World, book: object = None, role: Role = "editor", base: int = 1) -> int:
    book = book or replace(DEFAULT, stances=(*DEFAULT.stances, MIXED))
    return versions.save(
        world.store,
        world.people[role],
        world.project.id,
        book,
        "A reason",
        base=base,  # type: ignore[arg-type]
    )


def stored(world: World) -> LabelSet:
    head = world.store.labels.head_of(world.project.id, world.articles[0], world.analyst.id)
    assert head is not None
    return world.store.labels.with_content([head])[0]


def test_a_new_version_is_the_current_one_and_recorded_once(world: World) -> None:
    assert save(world) == 2
    project = world.store.projects.get(world.project.id)
    assert project.codebook_version == 2
    assert world.store.projects.codebook(project.id).stances[-1] == MIXED
    events = world.store.history.events("codebook_version", f"{project.id}/2")
    assert [(e.action, e.by, e.after) for e in events] == [
        ("codebook.add_version", world.people["editor"].id, {"number": 2, "note": "A reason"})
    ]
    newest, first = versions.versions(world.store, world.analyst, project.id)
    assert (newest.number, newest.note, newest.by, newest.current) == (
        2, "A reason", "editor-1", True,
    )  # fmt: skip
    assert (first.number, first.current) == (1, False)


@pytest.mark.parametrize("role", ["reviewer", "analyst", "viewer"])
def test_only_editors_save(world: World, role: Role) -> None:
    with pytest.raises(Forbidden):
        save(world, role=role)
    assert world.store.projects.get(world.project.id).codebook_version == 1


def test_whoever_saved_first_is_not_overwritten(world: World) -> None:
    save(world)
    with pytest.raises(Conflict, match="Version 2"):
        save(world, WITHOUT_SUPPORT)


def test_a_version_needs_a_change_a_note_and_no_problems(world: World) -> None:
    with pytest.raises(Invalid, match="Nothing has changed since version 1"):
        save(world, DEFAULT)
    with pytest.raises(Invalid, match="needs a note"):
        versions.save(world.store, world.operator, world.project.id, WITHOUT_SUPPORT, "  ", base=1)
    with pytest.raises(CodebookInvalid, match="key of the tagging page"):
        save(world, replace(DEFAULT, stances=(*DEFAULT.stances, replace(MIXED, key="s"))))
    assert len(world.store.codebooks.heads(world.project.id)) == 1


def test_versions_are_compared_by_whoever_may_read(world: World) -> None:
    save(world)
    changes = versions.compare(world.store, world.people["viewer"], world.project.id, 1, 2)
    assert [(c.place, c.kind) for c in changes] == [(("stances", "mixed"), "added")]
    with pytest.raises(NotFound):
        versions.compare(world.store, world.analyst, world.project.id, 1, 9)
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(tx, "Elsewhere", DEFAULT)
    with pytest.raises(NotFound):
        versions.versions(world.store, world.analyst, other.id)


def test_the_impact_counts_live_labels_of_withdrawn_values(world: World) -> None:
    statement(world)
    extra = span("沈若川", "actor")
    send(world, op("add_span", span=extra))
    send(world, op("remove_span", span_id=extra["id"]))
    send(world, op("set_document_label", name="relevance", values=["marginal"]))
    lean = replace(
        WITHOUT_SUPPORT,
        span_kinds=(replace(DEFAULT.span_kinds[0], name="person"),),
        certainties=DEFAULT.certainties[:2],
        document_labels=(),
    )
    found = versions.impact(world.store, world.operator, world.project.id, lean)
    assert {use.place: use.count for use in found.uses} == {
        ("span_kinds", "evidence"): 1,
        ("stances", "support"): 1,
        ("certainties", "conditional"): 1,
        ("document_labels", "relevance", "marginal"): 1,
    }
    assert versions.impact(world.store, world.operator, world.project.id, DEFAULT).uses == ()


def test_the_impact_tells_nobody_of_labels_that_they_may_not_see(world: World) -> None:
    statement(world)
    editor = world.people["editor"]
    assert versions.impact(world.store, editor, world.project.id, WITHOUT_SUPPORT).uses
    # From here on the editor works blind on the same article.
    send(world, op("add_span", span=span("沈若川", "actor")), person=editor)
    assert not versions.impact(world.store, editor, world.project.id, WITHOUT_SUPPORT).uses


def test_examples_that_lead_nowhere_are_named_with_their_line(world: World) -> None:
    here, length = world.articles[0], len(world.store.articles.get(world.articles[0]).text)
    text = (
        f"# Stance\n\n[fine](span:{here}/0-{length})\n[long](span:{here}/0-{length + 1}) and\n"
        f"[lost](span:{'0' * 36}/0-3) [odd](span:x)\n"
    )
    found = versions.impact(
        world.store, world.analyst, world.project.id, replace(DEFAULT, guidelines=text)
    )
    assert [problem.line for problem in found.examples] == [4, 5, 5]
    assert "leads to no words" in str(found.examples[0].error)


def test_labels_of_withdrawn_values_can_be_edited_and_stay_under_their_version(
    world: World,
) -> None:
    fields = statement(world)
    lean = replace(WITHOUT_SUPPORT, span_kinds=DEFAULT.span_kinds[:2])
    save(world, lean)
    evidence = stored(world).spans[0]
    done = send(
        world,
        op("change_statement", statement_id=fields["id"], set={"note": "still here"}),
        op("change_span", span_id=evidence.id, set={"end": evidence.end - 1,
                                                    "quote": evidence.quote[:-1]}),
    )  # fmt: skip
    assert [o.state for o in done.outcomes] == ["applied"] * 2, done.outcomes
    after = stored(world)
    assert (after.statements[0].stance, after.statements[0].note) == ("support", "still here")
    assert after.statements[0].codebook_version == 1
    assert span_entity(after.spans[0])["codebook_version"] == 1


def test_a_withdrawn_value_cannot_be_chosen_anew(world: World) -> None:
    fields = statement(world)
    save(world, WITHOUT_SUPPORT)
    to_present = {"stance": "oppose"}
    back = {"stance": "support"}
    done = send(
        world,
        op("change_statement", statement_id=fields["id"], set=to_present),
        op("change_statement", statement_id=fields["id"], set=back),
    )
    assert [o.state for o in done.outcomes] == ["applied", "refused"]
    assert stored(world).statements[0].codebook_version == 2


def test_a_withdrawn_document_label_can_be_kept_or_taken_away(world: World) -> None:
    send(world, op("set_document_label", name="relevance", values=["marginal"]))
    label = DEFAULT.document_labels[0]
    book = replace(DEFAULT, document_labels=(replace(label, values=label.values[:1]),))
    save(world, book)
    again = send(world, op("set_document_label", name="relevance", values=["marginal"]))
    other = send(world, op("set_document_label", name="relevance", values=["irrelevant"]))
    assert [again.outcomes[0].state, other.outcomes[0].state] == ["applied", "refused"]
    save(world, replace(DEFAULT, document_labels=()), base=2)
    send(world, op("set_document_label", name="relevance", values=[]))
    assert stored(world).document_labels == {}
    back = send(world, op("set_document_label", name="relevance", values=["marginal"]))
    assert back.outcomes[0].state == "refused"


def named(**words: str) -> Codebook:
    """The built-in codebook with other English names for stances."""
    stances = tuple(replace(one, en=words.get(one.name, one.en)) for one in DEFAULT.stances)
    return replace(DEFAULT, stances=stances)


def test_the_impact_counts_labels_whose_value_is_worded_differently(world: World) -> None:
    statement(world)
    stances = named(support="in favour").stances
    book = replace(DEFAULT, stances=(stances[0], replace(stances[1], number=-2.0), *stances[2:]))
    found = versions.impact(world.store, world.operator, world.project.id, book)
    assert [(one.place, one.count, one.worded) for one in found.touched] == [
        (("stances", "support"), 1, True), (("stances", "oppose"), 0, False),
    ]  # fmt: skip
    assert [change.after for change in found.touched[0].changes] == ["in favour"]
    assert not found.uses
    # Whoever works blind on the same article is not told of a colleague's label.
    editor = world.people["editor"]
    send(world, op("add_span", span=span("沈若川", "actor")), person=editor)
    found = versions.impact(world.store, editor, world.project.id, book)
    assert [one.count for one in found.touched] == [0, 0]


def test_whether_other_words_mean_the_same_is_kept_with_the_version(world: World) -> None:
    store, project, editor = world.store, world.project.id, world.people["editor"]
    both = named(support="in favour", oppose="against")
    versions.save(
        store, editor, project, both, "A reason", base=1, rethought={("stances", "oppose")}
    )
    kept = store.projects.versions(project)[-1]
    assert kept.reworded == (("stances", "support"),)
    (event,) = store.history.events("codebook_version", f"{project}/2")
    assert event.after == {"number": 2, "note": "A reason", "reworded": ["stances/support"]}
    assert [place for place in versions.rethought(store, project)] == [("stances", "oppose")]
    same = versions.reworded(store, world.analyst, project, 1, 2)
    assert same == versions.reworded(store, world.analyst, project, 2, 1) == {kept.reworded[0]}
    # What a later version means differently does so since the first one too.
    again = named(support="for", oppose="against")
    versions.save(store, editor, project, again, "More", base=2, rethought=[kept.reworded[0]])
    assert not versions.reworded(store, world.analyst, project, 1, 3)
    with pytest.raises(Invalid, match=r"Neither the words nor the number of stances\.neutral"):
        versions.save(
            store, editor, project, both, "Back", base=3, rethought=[("stances", "neutral")]
        )


def test_another_number_always_means_something_else(world: World) -> None:
    stances = named(support="in favour").stances
    save(world, replace(DEFAULT, stances=(replace(stances[0], number=2.0), *stances[1:])))
    assert world.store.projects.versions(world.project.id)[-1].reworded == ()


def test_withdrawn_values_are_remembered_with_the_words_they_had_last(world: World) -> None:
    question = DEFAULT.document_labels[0]
    save(world, named(support="in favour"))
    fewer = replace(question, en="Is it relevant?", values=question.values[:1])
    save(world, replace(WITHOUT_SUPPORT, document_labels=(fewer,)), base=2)
    book = world.store.projects.remembered(world.project.id)
    assert [one.en for one in book.stances] == ["oppose", "neutral", "unclear", "in favour"]
    (label,) = book.document_labels
    assert (label.en, [one.name for one in label.values]) == (
        "Is it relevant?", ["relevant", "marginal", "irrelevant"],
    )  # fmt: skip
