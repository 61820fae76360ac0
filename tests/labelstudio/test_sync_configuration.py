"""A configuration that somebody made or edited there: not written over, and nothing dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotate import codebook, versions
from annotate.codebook import Value
from annotate.labelstudio.configuring import edited_there, put_back, take_in
from exports.formats.labelstudio import configuration, read_configuration, with_kept
from tests.labelstudio.fake import Fake, faked
from tests.labelstudio.linked import Linked, steps
from tests.labelstudio.server import CONFIGURATION
from tests.world import World, op, send

RATING = (
    '<View whenTagName="label"><Header value="Mood"/><Rating name="mood" toName="text"/></View>'
)


def there(two: Linked) -> Fake:
    found: Any = two.there
    return found  # type: ignore[no-any-return]


def seen(two: Linked) -> str:
    found = edited_there(two.world.store, two.world.operator, two.world.project.id)
    assert found is not None
    return found.seen


def edit(two: Linked, *changes: tuple[str, str]) -> None:
    for old, new in changes:
        assert old in there(two).configuration
        there(two).configuration = there(two).configuration.replace(old, new, 1)


@pytest.mark.parametrize("blank", ["<View></View>", " <View/>\n", ""])
def test_a_project_without_a_configuration_gets_ours(world: World, blank: str) -> None:
    two = faked(world, configured=blank or " ")
    assert two.sync()["configuration.change_there"] == 1
    assert '"stance"' in there(two).configuration


def test_a_hand_made_configuration_waits_and_so_does_what_it_would_lose(world: World) -> None:
    two = faked(world, configured=CONFIGURATION)
    foreseen = two.outcome(dry_run=True)
    assert (steps(foreseen), foreseen.counts["configuration"]) == ({}, 1)
    outcome = two.outcome()
    assert (steps(outcome), outcome.counts["configuration"]) == ({}, 1)
    assert there(two).configuration == CONFIGURATION
    assert two.tasks() == []
    put_back(world.store, world.people["editor"], world.project.id, seen=seen(two))
    assert two.sync() == {
        "configuration.change_there": 1, "task.create": 3, "label_set.create_there": 1,
    }  # fmt: skip
    # What is recorded with what was there keeps its control.
    assert '<Labels name="spans"' in there(two).configuration
    assert two.outcome().counts["configuration"] == 0
    two.settled()


@pytest.mark.parametrize("decision", ["put back", "take in"])
def test_what_was_added_there_stays_whatever_is_decided(world: World, decision: str) -> None:
    two, editor = faked(world), world.people["editor"]
    two.sync()
    edit(two, ("</View>", RATING + "</View>"), ('background="#0072b2"', 'background="#123456"'))
    assert two.outcome(dry_run=True).counts["configuration"] == 1
    assert two.outcome().counts["configuration"] == 1
    if decision == "take in":
        take_in(world.store, editor, world.project.id, "As there", seen=seen(two))
    else:
        put_back(world.store, editor, world.project.id, seen=seen(two))
    assert two.sync() == {"configuration.change_there": 1}
    assert 'name="mood"' in there(two).configuration
    assert ("#123456" in there(two).configuration) == (decision == "take in")
    two.settled()
    version = world.store.projects.get(world.project.id).codebook_version
    book = world.store.projects.codebook(world.project.id)
    wider = replace(book, stances=(*book.stances, Value("torn", "Torn", "两难", colour="#123456")))
    versions.save(world.store, editor, world.project.id, wider, "New", base=version)
    assert two.sync() == {"configuration.change_there": 1}
    assert all(one in there(two).configuration for one in ('name="mood"', "两难", "Mood"))
    two.settled()


def test_labels_wait_while_their_controls_are_missing(world: World) -> None:
    two = faked(world)
    two.sync()
    edit(two, ('name="claim"', 'name="assertion"'))
    send(world, op("take_back"))
    two.change_here(note="hier")
    assert two.sync() == {}
    assert "hier" not in str(two.annotation())
    put_back(world.store, world.people["editor"], world.project.id, seen=seen(two))
    assert two.sync() == {"configuration.change_there": 1, "label_set.change_there": 1}
    assert all(f'name="{one}"' in there(two).configuration for one in ("claim", "assertion"))


def test_additions_are_carried_on_once_and_in_the_same_form() -> None:
    ours = configuration(codebook.DEFAULT)
    changes = [
        ("</View>", RATING + "</View>"),
        ("<Relations>", '<Relations><Relation value="contradicts"/>'),
        ('alias="support"', 'alias="support" showalias="true"'),
        (
            '"STATEMENT" showInLine="true">',
            '"STATEMENT" showInLine="true"><Choice value="另一种"/>',
        ),
    ]
    edited = ours
    for old, new in changes:
        assert old in edited
        edited = edited.replace(old, new, 1)
    kept = with_kept(ours, edited)
    for one in ('name="mood"', 'value="Mood"', '"contradicts"', 'showalias="true"', '"另一种"'):
        assert kept.count(one) == 1, one
    assert with_kept(ours, kept) == kept
    assert with_kept(ours, ours) == with_kept(ours, "no XML") == ours
    # Of it, nothing is a change of the codebook, and all of it is said.
    found = read_configuration(kept, codebook.DEFAULT)
    assert found.codebook == codebook.DEFAULT
    assert sorted(name for name, _ in found.problems) == ["contradicts", "mood", "stance", "stance"]
