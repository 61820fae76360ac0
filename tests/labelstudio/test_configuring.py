"""A configuration edited in Label Studio: read, taken in as a version, or ours put back."""

from __future__ import annotations

import pytest

from annotate.errors import Conflict, Forbidden, Invalid
from annotate.labelstudio import configuring
from annotate.links import Link
from annotate.model import utc_now
from exports.formats.labelstudio import configuration
from tests.world import World


def edited(world: World, *changes: tuple[str, str]) -> str:
    """Link the project with one whose configuration somebody changed; gives that."""
    xml = ours = configuration(world.store.projects.codebook(world.project.id), ())
    for old, new in changes:
        assert old in xml
        xml = xml.replace(old, new, 1)
    link = Link(
        world.project.id, "http://127.0.0.1:9", None, 7, "2026-02-01T08:00:00Z", "Talks",
        "editor@example.org", "1.23.2", utc_now(), world.operator.id,
        configuration=ours, configuration_there=xml if changes else "",
    )  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        world.store.links.put(tx, link)
    return xml


def seen_of(world: World) -> str:
    """What the page shows now; nothing if nothing waits."""
    found = configuring.edited_there(world.store, world.operator, world.project.id)
    return found.seen if found else ""


COLOUR = ('background="#0072b2"', 'background="#123456"')


def test_what_was_changed_is_shown_and_taken_in(world: World) -> None:
    editor, project = world.people["editor"], world.project.id
    xml = edited(world, COLOUR)
    there = configuring.edited_there(world.store, editor, project)
    assert there is not None and there.version == 1
    assert [(one.before, one.after) for one in there.changes] == [("#0072b2", "#123456")]
    assert configuring.take_in(world.store, editor, project, "As there", seen=seen_of(world)) == 2
    assert world.store.projects.codebook(project).span_kinds[0].colour == "#123456"
    link = world.store.links.link(project)
    # The next sync finds what it knows, and writes what the new version says.
    assert link is not None and (link.configuration, link.configuration_there) == (xml, "")
    assert configuring.edited_there(world.store, editor, project) is None


def test_it_is_taken_in_whole_or_not_at_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    editor, project = world.people["editor"], world.project.id
    xml = edited(world, COLOUR)

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(world.store.links, "put", full)
        with pytest.raises(OSError, match="full"):
            configuring.take_in(world.store, editor, project, "As there", seen=seen_of(world))
    link = world.store.links.link(project)
    assert link is not None and link.configuration_there == xml
    assert world.store.projects.get(project).codebook_version == 1
    assert configuring.take_in(world.store, editor, project, "As there", seen=seen_of(world)) == 2


def test_ours_is_put_back(world: World) -> None:
    editor, project = world.people["editor"], world.project.id
    xml = edited(world, COLOUR)
    configuring.put_back(world.store, editor, project, seen=seen_of(world))
    link = world.store.links.link(project)
    assert link is not None and (link.configuration, link.configuration_there) == (xml, "")
    assert world.store.projects.get(project).codebook_version == 1
    with pytest.raises(Conflict):
        configuring.put_back(world.store, editor, project, seen=seen_of(world))
    with pytest.raises(Conflict):
        configuring.take_in(world.store, editor, project, "Late", seen=seen_of(world))


def test_what_no_codebook_holds_is_said_and_not_saved(world: World) -> None:
    editor, project = world.people["editor"], world.project.id
    edited(world, ("</View>", '<Rating name="mood" toName="text"/></View>'))
    there = configuring.edited_there(world.store, editor, project)
    assert there is not None and there.changes == []
    assert [control for control, _ in there.problems] == ["mood"]
    with pytest.raises(Invalid):
        configuring.take_in(world.store, editor, project, "Nothing", seen=seen_of(world))
    link = world.store.links.link(project)
    assert link is not None and link.configuration_there


def test_nothing_waits_and_others_may_not(world: World) -> None:
    project = world.project.id
    edited(world)
    assert configuring.edited_there(world.store, world.people["editor"], project) is None
    for attempt in (
        lambda: configuring.edited_there(world.store, world.analyst, project),
        lambda: configuring.take_in(world.store, world.analyst, project, "x", seen=""),
        lambda: configuring.put_back(world.store, world.analyst, project, seen=""),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_decision_holds_for_the_configuration_that_was_seen(world: World) -> None:
    editor, project = world.people["editor"], world.project.id
    edited(world, COLOUR)
    shown = seen_of(world)
    edited(world, COLOUR, ("#123456", "#654321"))
    with pytest.raises(Conflict, match="edited again"):
        configuring.put_back(world.store, editor, project, seen=shown)
    with pytest.raises(Conflict, match="edited again"):
        configuring.take_in(world.store, editor, project, "As there", seen=shown)
    assert configuring.take_in(world.store, editor, project, "As there", seen=seen_of(world)) == 2
