"""Blind work stays blind: what goes to a project there that somebody reads."""

from __future__ import annotations

from annotate import projects
from annotate.labelstudio import linking
from tests.labelstudio.fake import faked, relink
from tests.labelstudio.linked import addressed, by_hand, region
from tests.world import World, op, send, span, statement


def test_an_annotation_in_somebodys_name_opens_nothing_that_was_recorded_here(world: World) -> None:
    two = faked(world, labelled=0, reveals=False)
    analyst = two.there.member("analyst@example.com")
    reader = two.there.member("stranger@example.com")
    statement(world)
    assert two.sync() == {"task.create": 3, "label_set.withheld": 1}
    two.there.annotate(two.task()["id"], [], analyst)
    foreseen = two.outcome(dry_run=True).counts
    assert two.sync()["label_set.withheld"] == foreseen["label_set.withheld"] == 1
    assert two.annotation()["result"] == []
    # Nor does what comes later, or what stands there with some of it.
    send(world, op("add_span", span=span("沈若川", "actor")))
    assert two.sync() == {"label_set.withheld": 1}
    assert two.annotation()["result"] == []
    two.there.change(two.annotation()["id"], analyst, result=[region("cafe\u0301", "evidence")])
    assert two.sync() == {"label_set.change_here": 1, "label_set.withheld": 1}
    assert {one.quote for one in two.labels().spans} >= {"cafe\u0301", "沈若川"}
    assert len(two.annotation()["result"]) == 1
    # Once everybody may see it, both sides are brought in step.
    two.there.leave(reader.email)
    two.there.leave(analyst.email)
    assert two.sync() == {"label_set.change_there": 1}
    assert len(two.annotation()["result"]) > 3
    two.settled()


def test_what_was_made_there_is_taken_in_and_what_is_changed_here_stays(world: World) -> None:
    two = faked(world, labelled=0, reveals=False)
    analyst = two.there.member("analyst@example.com")
    two.sync()
    two.there.annotate(two.task()["id"], by_hand("New", "沈若川表示"), analyst)
    assert two.sync() == {"label_set.create_here": 1}
    before = two.annotation()["result"]
    send(world, op("take_back"))
    two.change_here(note="hier")
    assert two.sync() == {"label_set.withheld": 1}
    assert two.annotation()["result"] == before
    relink(two, reveals=True)
    assert two.sync() == {"label_set.change_there": 1}
    assert "hier" in str(two.annotation()["result"])


def test_an_editor_who_codes_blind_reads_no_colleagues_labels_there(world: World) -> None:
    editor = world.people["editor"]
    addressed(world, editor, "editor@example.com")
    two = faked(world, labelled=2, reveals=False)
    two.there.member("editor@example.com")
    send(world, op("add_span", span=span("沈若川", "actor")), person=editor)
    assert world.project.blind
    assert two.sync() == {
        "task.create": 3, "label_set.create_there": 2, "label_set.withheld": 1,
    }  # fmt: skip
    theirs = next(one.id for one in two.label_sets() if one.coder_id == world.analyst.id)
    assert theirs not in str(two.task())
    link = linking.link_of(world.store, world.project.id)
    named = linking.readers(world.store, link, two.there.server())
    assert named == ["editor@example.com"]
    # With their own submitted they may see it, there as here.
    assert send(world, op("submit"), person=editor).outcomes[0].state == "applied"
    assert two.sync() == {"label_set.create_there": 1}
    assert linking.readers(world.store, link, two.there.server()) == []
    projects.describe(world.store, editor, world.project.id, blind=False)
    two.settled()


def test_what_was_made_there_is_no_news_to_those_who_read_there(world: World) -> None:
    two = faked(world, labelled=0, reveals=False)
    two.sync()
    analyst = two.there.member("analyst@example.com")
    two.there.annotate(two.task()["id"], by_hand("New", "沈若川表示"), analyst)
    two.sync()
    two.settled()
    assert two.reasons() == []


def test_the_account_of_the_token_is_that_of_whoever_linked(world: World) -> None:
    editor = world.people["editor"]
    two = faked(world, reveals=False)
    relink(two, created_by=editor.id)
    send(world, op("add_span", span=span("沈若川", "actor")), person=editor)
    assert two.sync()["label_set.withheld"] == 1


def test_who_comes_after_labels_were_sent_is_told_of(world: World) -> None:
    two = faked(world, reveals=False)
    assert two.sync()["label_set.create_there"] == 1
    assert two.reasons() == []
    two.there.member("analyst@example.com")
    two.there.member("late@example.com")
    assert two.sync() == {}
    (problem,) = two.problems()
    assert (problem.reason, problem.task_id) == ("reader", None)
    assert problem.told["values"]["names"] == "analyst@example.com, late@example.com"
    two.settled()
    relink(two, reveals=True)
    two.sync()
    assert two.reasons() == []
    relink(two, reveals=False)
    two.there.leave("late@example.com")
    two.there.leave("analyst@example.com")
    two.sync()
    assert two.reasons() == []
