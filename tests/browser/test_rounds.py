"""Rounds in a real browser, by keyboard: made, pulled from, given to others, taken back."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, expect

from annotate import accounts, projects, review
from annotate.model import Person, Project
from annotate.reading import ListRequest
from annotate.review import Wish
from tests.browser.conftest import Open
from tests.browser.test_accessibility import violations
from tests.review.desk import submit
from tests.review.test_rounds_gold import gold
from tests.world import World, item

_numbers = itertools.count(1)


@dataclass
class Team:
    """A project of its own with an editor and two analysts; three articles stand in it."""

    world: World
    project: Project
    editor: Person
    coders: tuple[Person, ...]

    def round(self, mode: str = "pull", **asked: object) -> str:
        wish = Wish("Spring", tuple(one.id for one in self.coders), mode, **asked)  # type: ignore[arg-type]
        made, _ = review.create(self.world.store, self.editor, self.project.id, wish, ListRequest())
        return made.id

    def held(self, person: Person) -> list[str]:
        rounds = self.world.store.rounds.of_project(self.project.id)
        unbegun = self.world.store.assignments.unbegun
        return [one.article_id for made in rounds for one in unbegun(made.id, person.id)]


@pytest.fixture
def team(shared_world: World) -> Team:
    n = next(_numbers)
    store, operator = shared_world.store, shared_world.operator
    project = projects.create(store, operator, f"Rounds {n}")
    projects.add_named(store, operator, project.id, shared_world.articles)

    def member(name: str, role: str) -> Person:
        return accounts.add_person(
            store,
            operator,
            f"{name}-{n}",
            role=role,
            project_id=project.id,  # type: ignore[arg-type]
        )

    coders = (member("ann", "analyst"), member("bob", "analyst"))
    return Team(shared_world, project, member("edith", "editor"), coders)


def _open(open_as: Open, team: Team, person: Person, path: str = "assignments") -> Page:
    return open_as(person, f"/{path}?project={team.project.id}")


def test_a_round_is_made_after_a_look_at_what_it_holds(open_as: Open, team: Team) -> None:
    page = _open(open_as, team, team.editor)
    expect(page.get_by_text("Without a round everybody tags what they like.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="New round").press("Enter")
    # What it would hold stands beside the fields before anybody is chosen.
    expect(page.get_by_text("3 articles; 4 codings in all")).to_be_in_viewport()
    expect(page.get_by_text("Choose who codes to make the round.")).to_be_in_viewport()
    expect(page.get_by_text("20 % of the articles get 2 coders instead of 1")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Also articles that have gold")).to_be_disabled()
    for one in team.coders:
        field = page.get_by_role("combobox", name=re.compile("^Coders"))
        field.press_sequentially(one.name)
        field.press("Enter")
        expect(
            page.get_by_role(
                "button", name=re.compile(f"{one.name}.*remove|remove.*{one.name}", re.IGNORECASE)
            ).or_(page.get_by_text(f"{one.name} · analyst", exact=True).first)
        ).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Coders for each article").fill("2")
    page.get_by_label("Coders for each article").press("Enter")
    expect(page.get_by_text("3 articles; 6 codings in all")).to_be_visible()
    expect(page.get_by_label("Name of the round")).to_have_value(re.compile(r"^Round 1, \w+ 2\d+$"))
    page.get_by_label("Name of the round").fill("**Spring**")
    page.get_by_label("Name of the round").press("Enter")
    assert violations(page) == []
    page.get_by_role("button", name="Make the round").press("Enter")
    expect(page.get_by_text("**Spring** holds 3 articles")).to_be_visible()
    expect(page.get_by_role("heading", name="**Spring**")).to_be_visible()
    expect(page.get_by_text("0 of 3 articles of this round have all")).to_be_visible()
    expect(page.get_by_text("0 to do, in no open round")).to_be_visible()
    (made,) = team.world.store.rounds.of_project(team.project.id)
    assert (made.name, made.coders, made.mode) == ("**Spring**", 2, "pull")
    assert violations(page) == []


def test_an_analyst_takes_the_next_article_by_key(open_as: Open, team: Team) -> None:
    team.round()
    (ann, _) = team.coders
    page = _open(open_as, team, ann, "tag")
    expect(page.get_by_role("heading", name="Your queue is empty")).to_be_visible()
    assert team.held(ann) == []
    page.get_by_role("button", name="Next article for me").press("Enter")
    expect(page.locator(".cd-tag .text")).to_be_focused()
    (first,) = team.held(ann)
    expect(page).to_have_url(re.compile(first))
    expect(page.get_by_text("0 of 1 done")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog", name="Submit").get_by_role("button", name="Submit").press("Enter")
    expect(page.locator(".cd-tag .toast")).to_contain_text("Submitted")
    expect(page.get_by_text("1 of 1 done")).to_be_visible()
    page.keyboard.press("Shift+J")
    expect(page.get_by_text("1 of 2 done")).to_be_visible()
    expect(page).not_to_have_url(re.compile(first))
    (second,) = team.held(ann)
    assert second != first
    assert violations(page) == []
    # Another look at the page opens what is held, and takes nothing.
    page.goto(page.url.partition("/tag")[0] + f"/tag?project={team.project.id}")
    expect(page.get_by_text("1 of 2 done")).to_be_visible()
    assert team.held(ann) == [second]


def test_articles_are_given_to_somebody_else_and_taken_back(open_as: Open, team: Team) -> None:
    team.round("list")
    ann, bob = team.coders
    mine = team.held(ann)
    page = _open(open_as, team, team.editor)
    page.get_by_role("link", name=re.compile("3 to do")).press("Enter")
    expect(page.get_by_role("heading", name="Articles · to do")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Done / wanted")).to_be_visible()
    row = page.locator(".cd-table tbody tr", has_text=ann.name).first
    expect(row).to_contain_text("0 / 1")
    row.get_by_role("checkbox").press("Space")
    give = page.get_by_role("button", name="Give to somebody else…")
    expect(give).to_be_enabled()
    give.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox", name=re.compile(r"\bTo\b"))).to_have_value(bob.name)
    assert violations(page) == []
    dialog.get_by_role("button", name="Give to them").press("Enter")
    expect(page.get_by_text("1 article given to them")).to_be_visible()
    assert len(team.held(ann)) == len(mine) - 1
    page.goto(page.url.partition("/assignments")[0] + f"/assignments?project={team.project.id}")
    expect(page.locator(".cd-table tbody tr")).to_have_count(2)
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name=f"Articles · {bob.name}")).to_be_visible()
    held = len(team.held(bob))
    page.get_by_role("button", name="Take all that is not begun back…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Take back").press("Enter")
    expect(page.get_by_text(f"{held} articles taken back")).to_be_visible()
    assert team.held(bob) == []
    page.get_by_role("button", name="Undo: give them back").press("Enter")
    expect(page.get_by_text(f"{held} articles given back")).to_be_visible()
    assert len(team.held(bob)) == held


def test_what_no_round_holds_is_listed_behind_its_count(open_as: Open, team: Team) -> None:
    page = _open(open_as, team, team.editor)
    page.get_by_role("link", name="3 to do, in no open round").press("Enter")
    title = "Articles · to do, in no open round"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator(".cd-table tbody tr")).to_have_count(3)
    assert violations(page) == []
    team.round("list")
    page.reload()
    expect(page.get_by_text("No articles here.")).to_be_visible()


def test_articles_that_have_gold_are_coded_anew(open_as: Open, team: Team) -> None:
    ann, bob = team.coders
    inside = replace(team.world, project=team.project)
    for id_ in inside.articles:
        submit(inside, ann, id_)
    gold(inside, *inside.articles)
    page = _open(open_as, team, team.editor)
    page.get_by_role("button", name="New round").press("Enter")
    page.get_by_text("Everything is handed out at once").click()
    field = page.get_by_role("combobox", name=re.compile("^Coders"))
    field.press_sequentially(ann.name)
    field.press("Enter")
    percent = page.get_by_label("Percent coded by more")
    percent.fill("0")
    percent.press("Enter")
    expect(page.get_by_text("Nobody gets an article: none is left")).to_be_visible()
    page.get_by_text("Also articles that have gold").click()
    expect(page.get_by_text("3 of these find too few coders")).to_be_visible()
    expect(page.get_by_text("Nobody gets an article: choose coders who")).to_be_visible()
    field.press_sequentially(bob.name)
    field.press("Enter")
    expect(page.get_by_text(f"{bob.display_name}: 3")).to_be_visible()
    page.keyboard.press("Escape")
    # The name that is offered will do.
    page.get_by_role("button", name="Make the round").press("Enter")
    expect(page.get_by_text("0 of 3 articles of this round have all")).to_be_visible()
    assert len(team.held(bob)) == 3


def test_a_round_is_closed_after_asking_and_opened_again(open_as: Open, team: Team) -> None:
    team.round("list")
    page = _open(open_as, team, team.editor)
    page.get_by_role("button", name="Close…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Close the round").press("Enter")
    expect(page.get_by_text("Round closed: 3 assignments taken back")).to_be_visible()
    page.get_by_text("1 closed round").click()
    page.get_by_role("button", name="Open again").press("Enter")
    expect(page.get_by_text("The round is open again")).to_be_visible()
    assert sum(len(team.held(one)) for one in team.coders) == 3


def test_analysts_are_told_that_the_page_is_not_theirs(open_as: Open, team: Team) -> None:
    page = _open(open_as, team, team.coders[0])
    expect(
        page.get_by_role("heading", name="This page is for reviewers and editors")
    ).to_be_visible()
    expect(page.get_by_role("navigation", name="Pages").get_by_text("Assignments")).to_have_count(0)


def test_whoever_reads_alone_is_led_to_what_there_is_to_read(
    open_as: Open, shared_world: World
) -> None:
    viewer = shared_world.people["viewer"]
    page = open_as(viewer, f"/assignments?project={shared_world.project.id}")
    expect(page.get_by_text("What there is to read is on the page Articles.")).to_be_visible()
    page.locator(".st-key-message").get_by_role("link", name="Articles").click()
    expect(page.locator(".cd-articles tbody a").first).to_be_visible()


def test_an_old_text_and_its_coder_are_told_from_the_new_one(open_as: Open, team: Team) -> None:
    ann, bob = team.coders
    store, inside = team.world.store, replace(team.world, project=team.project)
    url = f"https://revised.example/{team.project.id}"
    with store.write(team.world.operator.id) as tx:
        (old,) = store.articles.add(tx, [item(url, title="Twice")], team.project.id)
    submit(inside, ann, old.article_id)
    with store.write(team.world.operator.id) as tx:
        (new,) = store.articles.add(tx, [item(url, "更正。", "Twice")], team.project.id)
    wish = Wish("Again", (bob.id,), "list")
    review.create(store, team.editor, team.project.id, wish, [new.article_id])
    page = _open(open_as, team, team.editor, "assignments")
    expect(page.get_by_role("link", name="1 to do, in an open round")).to_be_visible()
    # What the page Articles does not count stands beside the number.
    expect(page.get_by_role("link", name="0 submitted")).to_be_visible()
    page.get_by_role("link", name="+ 1 earlier revision").press("Enter")
    expect(
        page.get_by_role("heading", name="Articles · submitted · earlier revisions")
    ).to_be_visible()
    row = page.locator(".cd-table tbody tr", has_text="Twice")
    expect(row).to_contain_text("earlier revision")
    expect(row).to_contain_text(f"{ann.name} (submitted)")
    # No round wants a number of coders for it; and so nothing was given that could be moved.
    expect(row).not_to_contain_text("/")
    expect(page.get_by_text("Tick articles to give them to somebody else")).to_be_visible()
    row.get_by_role("checkbox").click()
    expect(page.get_by_text("The ticked articles are in no round")).to_be_visible()
