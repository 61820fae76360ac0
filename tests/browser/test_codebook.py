"""The codebook: edited by keyboard, saved, compared, as YAML; guidelines while tagging."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, FloatRect, Locator, Page, expect

from annotate import versions
from annotate.codebook import DEFAULT, Codebook, DocumentLabel, Value, yaml
from annotate.model import Project, Role
from tests.browser.conftest import Open, SitDown
from tests.browser.desk import go_to, quiet
from tests.browser.tagging import TEXT, TagWorld, statement_on
from tests.world import World

_numbers = itertools.count(1)
HOSTILE = """# <img src=x onerror="window.hacked = 1">

<script>window.hacked = 1</script> <style>body { display: none }</style>
<form action="//evil.example"><svg onload="window.hacked = 1">

![picture](https://evil.example/track.png)
[run](javascript:window.hacked=1) [data](data:text/html,x)

[web](https://good.example/page "title") **bold** :red[colour] $x^2$

| value | when |
|---|---|
| `support` | it is said |
"""


@dataclass
class CodebookDesk:
    """The page of a project that no other test has."""

    world: World
    project: Project
    page: Page

    def open(self, section: str) -> None:
        self.page.get_by_role("radio", name=section, exact=True).click()

    def scale(self, name: str) -> Locator:
        return self.page.locator(f'.cd-codebook section[aria-label="{name}"]')

    def field(self, scale: str, row: int, name: str) -> Locator:
        return self.scale(scale).locator("li.value").nth(row).get_by_label(name, exact=True)

    def state(self, words: str) -> None:
        bar = self.page.locator(".st-key-codebook_bar")
        expect(bar.get_by_text(words, exact=True)).to_be_visible()

    def said(self, words: str) -> None:
        expect(self.page.get_by_role("status").get_by_text(words, exact=True)).to_be_visible()

    def note_and_save(self, note: str, number: int) -> None:
        """As at the keyboard: the note, then on to the button."""
        # What is drawn again while one types would lose the letters.
        quiet(self.page)
        self.page.get_by_label("What has changed and why").focus()
        self.page.keyboard.type(note)
        self.page.keyboard.press("Tab")
        save = self.page.get_by_role("button", name=f"Save as version {number}")
        expect(save).to_be_enabled()
        save.focus()
        self.page.keyboard.press("Enter")
        self.said(f"Saved as version {number}")

    def stored(self) -> Codebook:
        return self.world.store.projects.codebook(self.project.id)


def new_project(world: World) -> Project:
    store = world.store
    with store.write(world.operator.id) as tx:
        project = store.projects.create(tx, f"Codebook {next(_numbers)}", DEFAULT)
        for role, person in world.people.items():
            store.projects.set_member(tx, project.id, person.id, role)
    return project


Sit = Callable[..., CodebookDesk]


@pytest.fixture
def sit(open_as: Open, shared_world: World) -> Sit:
    """Opens a part of the codebook of a new project; it has a second version if one is given."""

    def sit_(section: str, role: Role = "editor", book: Codebook | None = None) -> CodebookDesk:
        project = new_project(shared_world)
        if book is not None:
            save(shared_world, project, book)
        path = f"/codebook?project={project.id}&section={section}"
        return CodebookDesk(shared_world, project, open_as(shared_world.people[role], path))

    return sit_


def save(world: World, project: Project, book: Codebook) -> int:
    """Save a version without the page."""
    base = world.store.projects.get(project.id).codebook_version
    return versions.save(world.store, world.operator, project.id, book, "A reason", base=base)


def test_an_unsaved_draft_is_not_left_without_asking(sit: Sit) -> None:
    desk = sit("values")
    desk.state("No changes since version 1")
    asks_no_more(desk.page)
    field = desk.field("Stances", 0, "English")
    field.focus()
    desk.page.keyboard.type("x")
    assert asks(desk.page), "typed, and not yet told to the server"
    desk.page.keyboard.press("Tab")
    desk.state("Unsaved changes to version 1")
    assert asks(desk.page)
    desk.page.get_by_role("link", name="Articles", exact=True).click()
    expect(desk.page).to_have_url(re.compile("/articles"))
    assert asks(desk.page), "the draft is still there, and still lost by loading the page"
    desk.page.go_back()
    desk.state("Unsaved changes to version 1")
    desk.note_and_save("A letter more", 2)
    desk.state("No changes since version 2")
    asks_no_more(desk.page)


def asks(page: Page) -> bool:
    """Whether the browser would ask before the page goes."""
    return bool(
        page.evaluate("() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    )


def asks_no_more(page: Page) -> None:
    """The list of values hears of a saving a moment after the bar above it."""
    page.wait_for_function("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))")


def test_a_scale_is_edited_and_saved_by_keyboard(sit: Sit) -> None:
    desk = sit("values")
    desk.state("No changes since version 1")
    desk.field("Stances", 0, "English").focus()
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.type("in favour")
    desk.page.keyboard.press("Alt+ArrowDown")
    expect(desk.field("Stances", 1, "English")).to_be_focused()
    desk.state("Unsaved changes to version 1")
    desk.scale("Stances").get_by_role("button", name="Add a value").press("Enter")
    expect(desk.field("Stances", 4, "Stored name")).to_be_focused()
    for text in ("mixed", "mixed", "兼有"):
        desk.page.keyboard.type(text)
        desk.page.keyboard.press("Tab")
    expect(desk.field("Stances", 4, "Key")).to_have_value("5")
    desk.field("Stances", 4, "Key").fill("s")
    desk.page.keyboard.press("Tab")
    wrong = desk.scale("Stances").locator("li.value").nth(4).locator(".wrong")
    problems = desk.page.get_by_role("button", name="1 problem")
    # A new row is told what is wrong with it once it is left.
    desk.state("Unsaved changes to version 1")
    expect(wrong).to_be_hidden()
    expect(desk.page.get_by_role("button", name="Save as version 2")).to_be_disabled()
    expect(problems).to_have_count(0)
    desk.field("Stances", 0, "English").focus()
    expect(wrong).to_contain_text("is a key of the tagging page")
    problems.click()
    expect(desk.page.get_by_text("Stances › mixed › Key")).to_be_visible()
    desk.page.keyboard.press("Escape")
    desk.field("Stances", 4, "Key").fill("x")
    desk.field("Stances", 4, "Number").fill("0.5")
    desk.page.keyboard.press("Tab")
    expect(wrong).to_be_hidden()
    desk.note_and_save("Mixed positions", 2)
    stances = desk.stored().stances
    assert [(v.name, v.en) for v in stances[:2]] == [("oppose", "oppose"), ("support", "in favour")]
    assert (stances[4].name, stances[4].zh, stances[4].key, stances[4].number) == (
        "mixed", "兼有", "x", 0.5,
    )  # fmt: skip


def test_a_draft_is_kept_while_one_looks_elsewhere_and_discarded_when_asked(sit: Sit) -> None:
    desk = sit("values")
    desk.field("Certainty", 0, "English").fill("outright")
    desk.page.keyboard.press("Tab")
    desk.state("Unsaved changes to version 1")
    desk.open("Fields")
    desk.page.get_by_label("Venue is required").check()
    desk.page.get_by_role("link", name="Articles").click()
    expect(desk.page).to_have_url(re.compile("/articles"))
    go_to(desk.page, "Codebook")
    desk.state("Unsaved changes to version 1")
    expect(desk.page.get_by_label("Venue is required")).to_be_checked()
    desk.open("Scales")
    expect(desk.field("Certainty", 0, "English")).to_have_value("outright")
    desk.page.get_by_role("button", name="Discard…", exact=True).click()
    desk.page.get_by_role("button", name="Cancel").click()
    desk.state("Unsaved changes to version 1")
    desk.page.get_by_role("button", name="Discard…", exact=True).click()
    # The safe answer is the one that stands out.
    safe = desk.page.get_by_role("dialog").get_by_role("button", name="Cancel")
    expect(safe).to_have_attribute("data-testid", "stBaseButton-primary")
    desk.page.get_by_role("button", name="Discard them").click()
    desk.state("No changes since version 1")
    expect(desk.field("Certainty", 0, "English")).to_have_value("stated")


def test_a_colour_that_is_hard_to_read_is_told(sit: Sit) -> None:
    desk = sit("values")
    row = desk.scale("Stances").locator("li.value").first
    desk.field("Stances", 0, "Colour").fill("#ffee00")
    desk.page.keyboard.press("Tab")
    expect(row.locator(".hard")).to_have_text("Hard to read on light pages (contrast below AA)")
    desk.field("Stances", 0, "Colour").fill("#005a9c")
    desk.page.keyboard.press("Tab")
    expect(row.locator(".hard")).to_be_hidden()


def test_versions_are_compared_and_an_old_one_comes_back(sit: Sit) -> None:
    lean = replace(DEFAULT, stances=DEFAULT.stances[:3], guidelines="Second *thoughts*\n")
    desk = sit("versions", book=lean)
    changes = desk.page.get_by_role("table", name="Differences")
    expect(changes.locator("tbody tr")).to_have_count(2)
    expect(changes.locator("tbody tr").nth(0)).to_contain_text("Stances › unclear")
    expect(changes.locator("tbody tr").nth(0)).to_contain_text("removed")
    expect(changes.locator("tbody tr").nth(1)).to_contain_text("1: Second *thoughts*")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("Enter")
    expect(desk.page).to_have_url(re.compile("version=1"))
    desk.page.get_by_text("Version 1 in full, as YAML").click()
    expect(desk.page.get_by_test_id("stCode")).to_contain_text("working_language: en")
    desk.page.get_by_role("button", name="Bring version 1 back").click()
    desk.state("Unsaved changes to version 2")
    desk.page.get_by_role("button", name="Save as version 3").click()
    desk.said("Saved as version 3")
    assert desk.stored() == DEFAULT
    assert desk.world.store.codebooks.heads(desk.project.id)[0].note == "Version 1 again"


def test_yaml_names_the_line_of_a_problem_until_it_is_mended(sit: Sit, tmp_path: Path) -> None:
    desk = sit("yaml")
    good = yaml.dump(replace(DEFAULT, guidelines="From a file\n"))
    bad = good.replace("number: -1.0", "number: minus one")
    line = bad[: bad.index("number: minus one")].count("\n") + 1
    path = tmp_path / "codebook.yaml"
    path.write_text(bad, "utf-8")
    desk.page.locator(".cd-yaml input[type=file]").set_input_files(path)
    problem = desk.page.locator(".cd-yaml .problems li")
    expect(problem).to_have_count(1)
    expect(problem).to_contain_text(f"Line {line}")
    expect(problem).to_contain_text("stances[1].number must be a number within ±1,000,000")
    expect(desk.page.get_by_text("codebook.yaml is in the editor")).to_be_visible()
    expect(desk.page.locator(".cd-yaml .gutter .wrong")).to_have_text(str(line))
    problem.get_by_role("button").press("Enter")
    desk.page.keyboard.type("    number: -2")
    desk.page.keyboard.press("Shift+Tab")
    expect(problem).to_have_count(0)
    desk.page.get_by_role("button", name="Take into the draft").press("Enter")
    expect(desk.page.get_by_text("Taken into the draft: 2 changes")).to_be_visible()
    desk.note_and_save("From a file", 2)
    assert desk.stored().guidelines == "From a file\n"
    assert desk.stored().stances[1].number == -2
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="Download as YAML").click()
    assert Path(download.value.path()).read_text("utf-8") == yaml.dump(desk.stored())


def test_whoever_saved_meanwhile_is_not_overwritten_unseen(sit: Sit) -> None:
    desk = sit("values")
    desk.field("Certainty", 0, "English").fill("outright")
    desk.page.keyboard.press("Tab")
    desk.state("Unsaved changes to version 1")
    save(desk.world, desk.project, replace(DEFAULT, guidelines="Another's\n"))
    desk.field("Certainty", 1, "English").fill("vague")
    desk.page.keyboard.press("Tab")
    told = desk.page.get_by_text("Version 2 was saved meanwhile by Local operator (“A reason”)")
    expect(told).to_be_visible()
    expect(desk.page.get_by_role("button", name="Save as version 3")).to_be_disabled()
    desk.page.get_by_role("button", name="Show what differs").click()
    changes = desk.page.get_by_role("table", name="Differences").locator("tbody tr")
    expect(changes).to_have_count(1)
    expect(changes).to_contain_text("Another's")
    desk.page.get_by_role("button", name="Put my codebook in place of version 2").click()
    desk.note_and_save("Mine", 3)


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_readers_read_only(sit: Sit, role: Role) -> None:
    desk = sit("values", role)
    expect(desk.field("Stances", 0, "English")).to_have_attribute("readonly", "")
    expect(desk.page.get_by_role("button", name="Add a value")).to_have_count(0)
    expect(desk.page.locator(".st-key-codebook_bar")).to_have_count(0)
    heading = desk.scale("Stances").locator(".heads span").nth(4)
    words = heading.evaluate(
        "(one) => { const text = document.createRange(); text.selectNodeContents(one);"
        " const { x, width } = text.getBoundingClientRect(); return x + width / 2 }"
    )
    key = desk.field("Stances", 0, "Key").bounding_box()
    assert key and abs(words - middle(key)) <= 1
    desk.open("Fields")
    row = desk.page.locator(".fields-table tr[data-field=speaker]")
    box, whole = row.get_by_role("checkbox").first.bounding_box(), row.bounding_box()
    assert box and whole and abs(middle(box, "y") - middle(whole, "y")) <= 0.5
    desk.open("YAML")
    expect(desk.page.get_by_role("button", name="Download as YAML")).to_be_visible()
    expect(desk.page.locator(".cd-yaml .zone")).to_be_hidden()


def middle(box: FloatRect, along: str = "x") -> float:
    return box["x"] + box["width"] / 2 if along == "x" else box["y"] + box["height"] / 2


def test_hostile_guidelines_stay_text_in_the_preview(sit: Sit) -> None:
    desk = sit("guidelines")
    requests: list[str] = []
    desk.page.on("request", lambda request: requests.append(request.url))
    editor = desk.page.get_by_label("Guidelines in Markdown")
    editor.fill(HOSTILE)
    editor.press("Control+Enter")
    prose = desk.page.locator(".cd-prose")
    expect(prose.get_by_role("cell", name="it is said")).to_be_visible()
    harmless(desk.page, prose)
    assert not [url for url in requests if "evil.example" in url]


@contextmanager
def codebook_of(world: TagWorld, book: Codebook) -> Iterator[int]:
    """Another codebook in the project of the tagging tests, for a while; gives its number."""

    def save(one: Codebook) -> int:
        base = world.store.projects.get(world.project_id).codebook_version
        operator = world.world.operator
        return versions.save(world.store, operator, world.project_id, one, "A test", base=base)

    before = world.store.projects.codebook(world.project_id)
    yield save(book)
    save(before)


def test_guidelines_are_one_key_away_while_tagging(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    book = replace(
        DEFAULT,
        guidelines=f"{HOSTILE}\n\nSuch as [沈若川](span:{desk.article.id}/0-3).\n",
        stances=(replace(DEFAULT.stances[0], help="It is *said*"), *DEFAULT.stances[1:]),
    )
    with codebook_of(desk.world, book) as number:
        desk.page.reload()
        desk.ready()
    desk.find("开放")
    desk.press("m")
    sheet = desk.dialog("Guidelines")
    expect(sheet).to_contain_text(f"Codebook v{number}")
    harmless(desk.page, sheet)
    expect(sheet.locator(".values")).to_contain_text("It is *said*")
    example = sheet.get_by_label("The chosen words as an example for the guidelines")
    start = desk.article.text.index("开放")
    expect(example).to_have_value(f"[开放](span:{desk.article.id}/{start}-{start + 2})")
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sheet.get_by_role("button", name="Copy").click()
    expect(sheet.get_by_text("Copied")).to_be_visible()
    assert desk.page.evaluate("navigator.clipboard.readText()") == example.input_value()
    desk.press("Escape")
    expect(sheet).to_be_hidden()
    expect(desk.text).to_be_focused()
    desk.press("m")
    sheet.get_by_role("link", name="沈若川").press("Enter")
    expect(sheet).to_be_hidden()
    expect(desk.text).to_be_focused()
    assert desk.selected() == (0, 3)


def test_an_example_of_another_article_opens_it_at_its_words(sit_down: SitDown) -> None:
    desk = sit_down("今天没有别的消息。")
    other = desk.world.article(TEXT)
    book = replace(DEFAULT, guidelines=f"Such as [沈若川](span:{other.id}/0-3).\n")
    with codebook_of(desk.world, book):
        desk.page.reload()
        desk.ready()
    desk.page.get_by_role("button", name="guidelines").click()
    desk.dialog("Guidelines").get_by_role("link", name="沈若川").click()
    expect(desk.text).to_contain_text("北岸的态度是开放的")
    expect(desk.text).to_be_focused()
    desk.page.wait_for_function("() => document.getSelection().toString() === '沈若川'")


def test_labels_of_a_withdrawn_value_are_shown_and_can_be_edited(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    before = desk.world.store.projects.get(desk.world.project_id).codebook_version
    # It goes by the name that it had last.
    named = replace(DEFAULT.stances[0], en="in favour")
    renamed = replace(DEFAULT, stances=(named, *DEFAULT.stances[1:]))
    book = replace(DEFAULT, stances=DEFAULT.stances[1:], certainties=DEFAULT.certainties[1:])
    with codebook_of(desk.world, renamed), codebook_of(desk.world, book):
        desk.page.reload()
        desk.ready()
        expect(desk.cards.first).to_contain_text("in favour")
        desk.press(".", "e")
        kept = desk.page.get_by_role("radio", name="in favour")
        expect(kept).to_have_attribute("aria-checked", "true")
        expect(desk.field("certainty")).to_have_value("stated")
        desk.page.locator(".cd-tag .form .more").click()
        desk.field("note").fill("Still here")
        desk.press("Enter")
        expect(desk.cards.first).to_contain_text("Still here")
        [statement] = desk.statements()
    assert (statement.stance, statement.certainty, statement.note) == (
        "support", "stated", "Still here",
    )  # fmt: skip
    assert statement.codebook_version == before


def test_a_kind_of_span_may_have_a_letter_of_its_own(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    claim = replace(DEFAULT.span_kinds[1], key="x")
    kinds = (DEFAULT.span_kinds[0], claim, replace(DEFAULT.span_kinds[2], key=""))
    with codebook_of(desk.world, replace(DEFAULT, span_kinds=kinds)):
        desk.page.reload()
        desk.ready()
        bar = desk.page.get_by_role("toolbar")
        expect(bar.get_by_role("button", name="evidence").locator("kbd")).to_have_count(0)
        assert desk.mark("态度", "x").kind == "claim"


def harmless(page: Page, place: Locator) -> None:
    """Nothing ran, nothing loads, and only the web address is a link to the web."""
    assert page.evaluate("() => window.hacked") is None
    expect(place.locator("img, script, style, form, iframe")).to_have_count(0)
    expect(place.locator("h3").first).to_contain_text("<img src=x onerror=")
    web = place.locator("a[target=_blank]")
    expect(web).to_have_count(1)
    expect(web).to_have_attribute("href", "https://good.example/page")
    expect(web).to_have_attribute("rel", "noopener noreferrer")
    expect(place).to_contain_text("[run](javascript:window.hacked=1)")
    expect(place).to_contain_text(":red[colour] $x^2$")


def test_other_words_are_only_that_unless_said_otherwise(sit: Sit) -> None:
    desk = sit("values")
    for n, name in enumerate(("in favour", "against")):
        desk.field("Stances", n, "English").fill(name)
        desk.page.keyboard.press("Tab")
    desk.state("Unsaved changes to version 1")
    words = "The English name changed: does the value mean the same?"
    desk.page.get_by_role("button", name=words).click()
    choices = desk.page.get_by_test_id("stPopoverBody").get_by_role("radiogroup")
    expect(choices).to_have_count(2)
    for n in range(2):
        expect(choices.nth(n).get_by_role("radio", name="only worded")).to_be_checked()
    choices.nth(1).get_by_text("means something else: recheck").click()
    expect(choices.nth(1).get_by_role("radio", name="means something else")).to_be_checked()
    quiet(desk.page)
    desk.page.keyboard.press("Escape")
    desk.open("Versions")
    rows = desk.page.get_by_role("table", name="Differences").locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("only worded differently")
    expect(rows.nth(1)).to_contain_text("means something else: recheck")
    desk.note_and_save("Clearer names", 2)
    kept = desk.world.store.projects.versions(desk.project.id)[-1]
    assert kept.reworded == (("stances", "support"),)
    expect(rows.nth(0)).to_contain_text("only worded differently")
    expect(rows.nth(1)).to_contain_text("means something else: recheck")
    # The first version has none before it: it is compared with the current one.
    desk.page.get_by_role("button", name="Version 1", exact=True).click()
    expect(desk.page).to_have_url(re.compile("version=1"))
    expect(rows).to_have_count(2)


def test_yaml_that_is_not_taken_in_is_kept_and_told(sit: Sit) -> None:
    desk = sit("yaml")
    text = desk.page.get_by_role("textbox", name="Codebook as YAML")
    whole = text.input_value()
    text.fill(whole.replace("en: support", "en: in favour"))
    # Looked at another part at once, as with the mouse.
    desk.open("Fields")
    desk.state("The YAML differs from your draft")
    assert asks(desk.page)
    desk.open("YAML")
    expect(text).to_have_value(re.compile("en: in favour"))
    desk.page.get_by_role("button", name="Reset", exact=True).click()
    desk.state("No changes since version 1")
    expect(text).to_have_value(whole)
    asks_no_more(desk.page)
    # What is wrong with it is shown where it stands, wherever one was.
    text.fill(whole.replace("number: -1.0", "number: minus one"))
    desk.open("Fields")
    desk.page.get_by_role("button", name="Take into the draft").click()
    expect(desk.page.locator(".cd-yaml .problems li")).to_have_count(1)
    text.fill(whole.replace("en: support", "en: in favour"))
    desk.open("Scales")
    expect(desk.field("Stances", 0, "English")).to_have_value("support")
    desk.page.get_by_role("button", name="Take into the draft").click()
    desk.said("Taken into the draft: 1 change")
    expect(desk.field("Stances", 0, "English")).to_have_value("in favour")
    desk.state("Unsaved changes to version 1")


def test_a_draft_survives_loading_the_page_anew(sit: Sit) -> None:
    desk = sit("values")
    desk.field("Certainty", 0, "English").fill("outright")
    desk.page.keyboard.press("Tab")
    desk.state("Unsaved changes to version 1")
    desk.page.get_by_label("What has changed and why").fill("Half way")
    desk.page.keyboard.press("Tab")
    desk.page.wait_for_function(
        "() => Object.values({...localStorage}).join().includes('Half way')"
    )
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.reload()
    expect(desk.page.get_by_text("You have an unsaved draft of")).to_be_visible()
    expect(desk.field("Certainty", 0, "English")).to_have_value("stated")
    desk.page.get_by_role("button", name="Resume", exact=True).click()
    desk.state("Unsaved changes to version 1")
    expect(desk.field("Certainty", 0, "English")).to_have_value("outright")
    expect(desk.page.get_by_label("What has changed and why")).to_have_value("Half way")
    desk.page.reload()
    desk.page.get_by_role("button", name="Discard it", exact=True).click()
    desk.state("No changes since version 1")
    expect(desk.page.get_by_text("You have an unsaved draft of")).to_have_count(0)
    quiet(desk.page)
    desk.page.reload()
    desk.state("No changes since version 1")
    quiet(desk.page)
    expect(desk.page.get_by_text("You have an unsaved draft of")).to_have_count(0)


def test_a_draft_that_another_tab_is_at_is_its_own(sit: Sit) -> None:
    desk = sit("values")
    desk.field("Certainty", 0, "English").fill("outright")
    desk.page.keyboard.press("Tab")
    desk.state("Unsaved changes to version 1")
    desk.page.wait_for_function(
        "() => Object.values({...localStorage}).join().includes('outright')"
    )
    other = desk.page.context.new_page()
    offered = other.get_by_text("You have an unsaved draft of")
    other.goto(desk.page.url)
    expect(other.get_by_text("No changes since version 1")).to_be_visible()
    quiet(other)
    expect(offered).to_have_count(0)
    # Once that tab is gone, as after a crash, this one offers what it has left.
    desk.page.close()
    other.reload()
    expect(offered).to_be_visible()
    other.get_by_role("button", name="Resume", exact=True).click()
    expect(other.get_by_text("Unsaved changes to version 1")).to_be_visible()
    quiet(other)
    kept = other.evaluate(
        "() => Object.keys(localStorage).filter((key) => key.startsWith('claimdesk:codebook:'))"
    )
    assert len(kept) == 1, "taken over, not doubled"


def test_the_bar_covers_no_row_that_takes_the_focus(sit: Sit) -> None:
    desk = sit("values")
    quiet(desk.page)
    bar = desk.page.locator(".st-key-codebook_bar")
    low = bar.bounding_box()
    desk.scale("Certainty").get_by_role("button", name="Add a value").click()
    row = desk.field("Certainty", 3, "Stored name")
    expect(row).to_be_focused()
    for n in range(12):
        desk.page.keyboard.press("Shift+Tab")
        here = desk.page.locator(":focus").bounding_box()
        edge = bar.bounding_box()
        assert here and edge and here["y"] >= edge["y"] + edge["height"], n
    assert low and edge["height"] == low["height"], "as high as before, whatever is wrong"


def file_of(text: str, name: str = "codebook.yaml") -> FilePayload:
    return {"name": name, "mimeType": "application/yaml", "buffer": text.encode()}


def test_a_file_goes_into_the_editor_and_replaces_nothing_unasked(sit: Sit) -> None:
    desk = sit("yaml")
    text = desk.page.get_by_role("textbox", name="Codebook as YAML")
    whole = text.input_value()
    upload = desk.page.locator(".cd-yaml input[type=file]")
    good = yaml.dump(replace(DEFAULT, guidelines="From a file\n"))
    text.fill("foo: 1")
    upload.set_input_files(file_of(good))
    question = desk.page.get_by_role("dialog", name="Put codebook.yaml in place of the text?")
    question.get_by_role("button", name="Cancel").click()
    expect(text).to_have_value("foo: 1")
    upload.set_input_files(file_of(good))
    question.get_by_role("button", name="Replace the text").click()
    expect(text).to_have_value(good)
    desk.state("The YAML differs from your draft")
    take = desk.page.get_by_role("button", name="Take into the draft")
    take.click()
    desk.said("Taken into the draft: 1 change")
    desk.state("Unsaved changes to version 1")
    # What it replaced is had back, the text that was not yet in the draft included.
    quiet(desk.page)
    desk.page.get_by_role("button", name="Undo").click()
    desk.said("The draft is again as it was")
    desk.state("The YAML differs from your draft")
    expect(text).to_have_value(good)
    desk.page.get_by_role("button", name="Reset", exact=True).click()
    expect(text).to_have_value(whole)
    quiet(desk.page)
    desk.page.get_by_role("button", name="Undo").click()
    expect(text).to_have_value(good)


def test_a_file_after_a_refused_text_is_looked_at_itself(sit: Sit) -> None:
    desk = sit("yaml")
    text = desk.page.get_by_role("textbox", name="Codebook as YAML")
    text.fill("foo: 1")
    desk.page.get_by_role("button", name="Take into the draft").click()
    problems = desk.page.locator(".cd-yaml .problems li")
    expect(problems.first).to_contain_text("foo is no setting of a codebook")
    broken = yaml.dump(DEFAULT).replace("en: support", "en: a: support")
    line = broken[: broken.index("en: a: support")].count("\n") + 1
    desk.page.locator(".cd-yaml input[type=file]").set_input_files(file_of(broken))
    desk.page.get_by_role("button", name="Replace the text").click()
    expect(text).to_have_value(broken)
    for _ in range(2):
        expect(problems).to_have_count(1)
        expect(problems).to_contain_text("a colon where none can be")
        expect(desk.page.locator(".cd-yaml .gutter .wrong")).to_have_text(str(line))
        desk.page.get_by_role("button", name="Take into the draft").click()
        quiet(desk.page)


def test_what_is_undone_takes_no_later_change_with_it(sit: Sit) -> None:
    desk = sit("versions", book=replace(DEFAULT, guidelines="Second\n"))
    desk.page.get_by_role("button", name="Version 1", exact=True).click()
    desk.page.get_by_role("button", name="Bring version 1 back").click()
    desk.said("Version 1 is in the draft")
    undo = desk.page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    desk.open("Scales")
    desk.field("Certainty", 0, "English").fill("outright")
    desk.page.keyboard.press("Tab")
    expect(undo).to_have_count(0)
    expect(desk.field("Certainty", 0, "English")).to_have_value("outright")


def test_what_is_undone_is_of_the_project_in_which_it_was_done(
    sit: Sit, shared_world: World
) -> None:
    other = new_project(shared_world)
    desk = sit("versions", book=replace(DEFAULT, guidelines="Second\n"))
    page = desk.page
    page.get_by_role("button", name="Version 1", exact=True).click()
    page.get_by_role("button", name="Bring version 1 back").click()
    desk.said("Version 1 is in the draft")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()

    def choose(project: Project) -> None:
        page.get_by_role("button", name="Project:").click()
        page.get_by_role("menuitem", name=project.name, exact=True).click()

    choose(other)
    desk.state("No changes since version 1")
    expect(undo).to_have_count(0)
    choose(desk.project)
    desk.state("Unsaved changes to version 2")
    undo.click()
    desk.said("The draft is again as it was")
    desk.state("No changes since version 2")


def test_a_problem_leads_to_its_field(sit: Sit) -> None:
    desk = sit("values")
    desk.field("Stances", 1, "Key").fill("q")
    desk.page.keyboard.press("Tab")
    row = desk.scale("Stances").locator("li.value").nth(1)
    expect(row.locator(".wrong")).to_contain_text("Free here: 2 5 6 7 8 9 0 h u x y z")
    quiet(desk.page)
    desk.open("Fields")
    desk.page.get_by_role("button", name="1 problem").click()
    desk.page.get_by_role("button", name="Stances › oppose › Key").click()
    expect(desk.field("Stances", 1, "Key")).to_be_focused()
    expect(desk.page.get_by_test_id("stPopoverBody")).to_have_count(0)
    # Where a key stands twice, its place is told in the same words.
    desk.field("Stances", 1, "Key").fill("1")
    desk.page.keyboard.press("Tab")
    expect(row.locator(".wrong")).to_have_text(
        "Key '1' stands twice. Free here: 2 5 6 7 8 9 0 h u x y z"
    )
    # A row that is not complete is the reason why nothing can be saved.
    desk.field("Stances", 1, "Key").fill("2")
    desk.scale("Stances").get_by_role("button", name="Add a value").press("Enter")
    desk.state("The new row is not complete yet")


def test_nothing_is_told_of_numbers_that_no_label_uses(sit: Sit) -> None:
    desk = sit("values")
    expect(desk.scale("Stances")).to_contain_text("in interval measures of agreement")
    desk.field("Stances", 0, "Number").fill("2")
    desk.page.keyboard.press("Tab")
    desk.state("Unsaved changes to version 1")
    quiet(desk.page)
    bar = desk.page.locator(".st-key-codebook_bar")
    expect(bar.get_by_test_id("stPopover")).to_have_count(0)


def test_one_comes_back_to_the_part_that_one_left(sit: Sit) -> None:
    desk = sit("values")
    desk.open("Guidelines")
    expect(desk.page.get_by_label("Guidelines in Markdown")).to_be_visible()
    quiet(desk.page)
    go_to(desk.page, "Articles")
    go_to(desk.page, "Codebook")
    expect(desk.page.get_by_label("Guidelines in Markdown")).to_be_visible()
    expect(desk.page).to_have_url(re.compile("section=guidelines"))
    desk.open("Scales")
    expect(desk.field("Stances", 0, "English")).to_be_visible()


def test_the_sheet_of_keys_names_those_of_the_codebook(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    kinds = (*DEFAULT.span_kinds[:2], replace(DEFAULT.span_kinds[2], key="x"))
    with codebook_of(desk.world, replace(DEFAULT, span_kinds=kinds)):
        desk.page.reload()
        desk.ready()
    desk.press("?")
    own = desk.dialog("Keys").locator("section", has_text="Of this codebook")
    rows = own.locator("dl > div")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_have_text("1 2 X Span kind: actor, claim, evidence")
    expect(rows.nth(1)).to_contain_text("In the stance field: support, oppose, neutral, unclear")


def test_a_new_question_is_compared_with_its_answers_and_guidelines_by_line(sit: Sit) -> None:
    tone = DocumentLabel("tone", "Tone", "语气", (Value("calm", "calm", "平静"),))
    questions = (*DEFAULT.document_labels, tone)
    desk = sit("versions", book=replace(DEFAULT, document_labels=questions, guidelines="A\nB\n"))
    rows = desk.page.get_by_role("table", name="Differences").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("Document labels › tone › Answers › calm")
    lines = rows.nth(2).locator("td").last
    assert lines.inner_text() == "1: A\n2: B"
