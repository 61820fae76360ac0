from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from annotate import accounts, codebook, registries
from annotate.errors import Forbidden
from annotate.model import Alias, Person, Project, new_id
from annotate.registries import Draft, Entry, Kind
from annotate.tagging import apply
from tests.browser.conftest import Open
from tests.browser.desk import go_by_key
from tests.world import World, item, op, span

TEXT = "周一，北岸共和国前安全顾问沈若川表示，本国对南屿加入磋商机制持开放态度。" * 30
HOSTILE = (
    '![x](https://evil.example/x.png) **b** <img src=x onerror="document.title=1">'
    " :red[y] $x^2$ \u202e[l](javascript:alert(1))"
)


@dataclass
class Office:
    """A project of one test: its people, and one article."""

    world: World
    project: Project
    editor: Person
    viewer: Person
    analyst: Person
    article: str
    mark: str

    def add(self, kind: Kind, name: str, *aliases: str, group: str = "", note: str = "") -> str:
        """Add an entry; gives its id."""
        draft = Draft(name, group, aliases=tuple(Alias(one) for one in aliases), note=note)
        made = registries.add(self.world.store, self.editor, self.project.id, kind, draft)
        return made.entry_ids[0]

    def entry(self, kind: Kind, entry_id: str) -> Entry:
        """An entry as the editor sees it now."""
        return registries.entry(self.world.store, self.editor, self.project.id, kind, entry_id)

    def present(self, kind: Kind) -> tuple[Entry, ...]:
        """The entries of a registry."""
        store, request = self.world.store, registries.EntryRequest()
        return registries.search(store, self.editor, self.project.id, kind, request).items

    def annotate(self, kind: Kind, entry_id: str, note: str) -> None:
        """Change an entry's note behind the page's back."""
        entry = self.entry(kind, entry_id)
        draft = replace(entry.draft, note=note)
        registries.change(
            self.world.store, self.editor, self.project.id, kind, entry_id, draft,
            base=entry.version,
        )  # fmt: skip

    def state(self, actor: str, claim: str, quote: str = "持开放态度") -> str:
        """Record a statement of the analyst's; gives its id."""
        store = self.world.store
        evidence = span(quote, text=TEXT)
        fields = {
            "id": new_id(), "claim_id": claim, "stance": "support", "speaker_id": actor,
            "certainty": "stated", "evidence": [evidence["id"]], "reported_by": [], "venue": "",
            "statement_date": None, "note": "",
        }  # fmt: skip
        head = store.labels.head_of(self.project.id, self.article, self.analyst.id)
        result = apply(
            store, self.analyst, self.project.id, self.article, client=new_id(),
            base_revision=head.revision if head else 0,
            operations=[op("add_statement", statement=fields, spans=[evidence])],
        )  # fmt: skip
        assert [outcome.state for outcome in result.outcomes] == ["applied"], result.outcomes
        return str(fields["id"])

    def path(self, page: str, **query: str) -> str:
        """The address of a page in this project."""
        return f"/{page}?project={self.project.id}" + "".join(
            f"&{name}={value}" for name, value in query.items()
        )


@pytest.fixture
def office(shared_world: World) -> Office:
    """A project of its own, with one article; names carry its mark, as actors are shared."""
    store, operator = shared_world.store, shared_world.operator
    mark = new_id()[-8:]
    with store.write(operator.id) as tx:
        project = store.projects.create(tx, f"Registry {mark}", codebook.DEFAULT)
        [made] = store.articles.add(tx, [item(f"https://r.example/{mark}", TEXT)], project.id)
    editor, viewer, analyst = (
        accounts.add_person(store, operator, f"{role}-{mark}", role=role, project_id=project.id)
        for role in ("editor", "viewer", "analyst")
    )
    return Office(shared_world, project, editor, viewer, analyst, made.article_id, mark)


def _names(page: Page) -> Locator:
    return page.locator(".st-key-registry_master .cd-table .open")


def _tick(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=f"Select {name}", exact=True).check()


def _said(page: Page, text: str) -> Locator:
    said = page.locator("[role=alert], [role=status]").filter(has_text=text)
    expect(said).to_be_visible()
    return said


def test_any_name_in_any_script_finds_an_actor(open_as: Open, office: Office) -> None:
    ministry = f"韓國外交部{office.mark}"
    office.add("actor", ministry, f"Foreign Ministry {office.mark}", group="government")
    office.add("actor", f"Harbour Wire {office.mark}", group="media")
    page = open_as(office.editor, office.path("actors"))
    expect(page.get_by_role("heading", name="Actors")).to_be_visible()
    expect(_names(page).first).to_be_visible()
    go_by_key(page, "/", page.get_by_role("searchbox"))
    page.keyboard.type(f"韩国外交部{office.mark[:3]}")
    expect(_names(page)).to_have_text([ministry])
    page.reload()
    expect(_names(page)).to_have_text([ministry])
    search = page.get_by_role("searchbox")
    search.fill(f"foreign ministry {office.mark}")
    expect(_names(page)).to_have_text([ministry])
    search.fill(office.mark)
    expect(_names(page)).to_have_count(2)
    page.get_by_role("combobox", name="Kind").first.click()
    page.get_by_role("option", name=re.compile("^media")).click()
    expect(_names(page)).to_have_text([f"Harbour Wire {office.mark}"])
    search.fill(f"nobody {office.mark}")
    expect(page.get_by_text(f"Nothing is called “nobody {office.mark}”.")).to_be_visible()


def test_an_entry_is_opened_and_edited_from_the_keyboard(open_as: Open, office: Office) -> None:
    first = office.add("claim", "Accession is near")
    office.add("claim", "Accession is far")
    page = open_as(office.editor, office.path("claims"))
    expect(_names(page)).to_have_text(["Accession is far", "Accession is near"])
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Accession is near")).to_be_visible()
    expect(page).to_have_url(re.compile(f"claim={first}"))
    wording = page.get_by_label("Wording", exact=True)
    go_by_key(page, "e", wording)
    page.keyboard.press("End")
    page.keyboard.type(" enough")
    page.get_by_label("Other name 1", exact=True).fill("加入在即")
    page.get_by_role("combobox", name=re.compile("Language of other name 1")).click()
    page.get_by_role("option", name="Chinese, simplified").click()
    page.get_by_role("combobox", name=re.compile("Kind of other name 1")).click()
    page.get_by_role("option", name="translation").click()
    topic = page.get_by_role("combobox", name="Topic").last
    topic.click()
    topic.fill("timing")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save").click()
    _said(page, "Saved: Accession is near enough")
    draft = office.entry("claim", first).draft
    assert (draft.name, draft.group) == ("Accession is near enough", "timing")
    assert draft.aliases == (Alias("加入在即", "zh-Hans", "translation"),)
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    expect(_names(page)).to_have_text(["Accession is far", "Accession is near"])
    assert office.entry("claim", first).draft.aliases == ()
    page.reload()
    expect(page.get_by_role("heading", name="Accession is near")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Accession is near")).to_have_count(0)


def test_a_change_by_somebody_else_is_never_overwritten_unseen(
    open_as: Open, office: Office
) -> None:
    claim = office.add("claim", "Patrols are joint")
    page = open_as(office.editor, office.path("claims", claim=claim))
    wording = page.get_by_label("Wording", exact=True)
    wording.fill("Patrols are mine")
    office.annotate("claim", claim, "from somebody else")
    page.get_by_role("button", name="Save").click()
    _said(page, "Somebody has changed this entry since you opened it")
    expect(page.get_by_text("Note: from somebody else")).to_be_visible()
    expect(wording).to_have_value("Patrols are mine")
    assert office.entry("claim", claim).name == "Patrols are joint"
    page.get_by_role("button", name="Save mine over it").click()
    _said(page, "Saved: Patrols are mine")
    assert office.entry("claim", claim).draft.note == ""


def test_what_was_typed_survives_a_refusal(open_as: Open, office: Office) -> None:
    actor = office.add("actor", f"Refused {office.mark}")
    page = open_as(office.editor, office.path("actors", actor=actor))
    page.get_by_label("Wikidata", exact=True).fill("nonsense")
    page.get_by_label("Note", exact=True).fill("a long note")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".st-key-registry_detail").get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_have_value("a long note")
    assert office.entry("actor", actor).draft.note == ""


def test_a_new_entry_begins_with_what_was_searched(open_as: Open, office: Office) -> None:
    page = open_as(office.editor, office.path("claims"))
    expect(page.get_by_text("No claims yet.")).to_be_visible()
    page.get_by_role("searchbox").fill("Ports stay open")
    expect(page.get_by_text("Nothing is called")).to_be_visible()
    page.locator(".st-key-registry_nothing").get_by_role(
        "button", name="Add “Ports stay open”"
    ).click()
    wording = page.get_by_label("Wording", exact=True)
    expect(wording).to_have_value("Ports stay open")
    expect(wording).to_be_focused()
    page.get_by_role("button", name="Add", exact=True).click()
    _said(page, "Added: Ports stay open")
    expect(_names(page)).to_have_text(["Ports stay open"])
    page.get_by_role("button", name="Remove", exact=True).click()
    _said(page, "Removed: Ports stay open")
    expect(_names(page)).to_have_count(0)
    page.get_by_role("combobox", name="Which").click()
    page.get_by_role("option", name="Removed or merged").click()
    _names(page).filter(has_text="Ports stay open").click()
    page.get_by_role("button", name="Restore").click()
    _said(page, "Restored: Ports stay open")
    assert [one.name for one in office.present("claim")] == ["Ports stay open"]


def test_entries_are_merged_and_parted_again(open_as: Open, office: Office) -> None:
    keep = office.add("actor", f"Wire {office.mark}")
    other = office.add("actor", f"Wyre {office.mark}")
    claim = office.add("claim", "Ships sail")
    office.state(keep, claim)
    office.state(other, claim)
    page = open_as(office.editor, office.path("actors", search=office.mark))
    expect(_names(page)).to_have_count(2)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Merge…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Moving with it: 1 statement that you can see")).to_be_visible()
    dialog.get_by_text(f"Wire {office.mark}", exact=True).click()
    dialog.get_by_role("button", name="Merge", exact=True).click()
    _said(page, f"Merged into Wire {office.mark}: 1 statement moved")
    expect(_names(page)).to_have_text([f"Wire {office.mark}"])
    expect(page.get_by_label("Other name 1", exact=True)).to_have_value(f"Wyre {office.mark}")
    assert office.entry("actor", keep).statements == 2
    assert office.entry("actor", other).merged_into == keep
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    expect(_names(page)).to_have_count(2)
    assert [office.entry("actor", one).statements for one in (keep, other)] == [1, 1]


def test_an_entry_is_merged_with_one_far_down_the_list(open_as: Open, office: Office) -> None:
    """Names without a word in common, more than a page apart: no ticks join them."""
    other = office.add("claim", "Zones at sea are closed", "海上禁区")
    for n in range(60):
        office.add("claim", f"Between them {n:02}")
    keep = office.add("claim", "All waters are shut", group="sea")
    page = open_as(office.editor, office.path("claims", claim=keep))
    page.get_by_role("button", name="Merge with…").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("combobox", name="Merge with")
    expect(field).to_be_focused()
    page.keyboard.type("All waters")
    expect(dialog.get_by_text("nothing found")).to_be_visible()
    field.fill("海上禁區")
    expect(dialog.get_by_role("option")).to_have_text(["Zones at sea are closed 海上禁区"])
    page.keyboard.press("Enter")
    expect(field).to_have_value("Zones at sea are closed")
    dialog.get_by_text("All waters are shut", exact=True).click()
    dialog.get_by_role("button", name="Merge", exact=True).click()
    _said(page, "Merged into All waters are shut")
    assert office.entry("claim", other).merged_into == keep
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    assert office.entry("claim", other).merged_into is None
    page.get_by_role("button", name="Merge with…").click()
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_have_value("")
    expect(page.get_by_role("dialog").get_by_role("radio")).to_have_count(0)


def test_a_new_name_that_another_entry_has_is_asked_about(open_as: Open, office: Office) -> None:
    there = office.add("actor", f"南屿{office.mark}")
    renamed = office.add("actor", f"Island {office.mark}")
    page = open_as(office.editor, office.path("actors", actor=renamed))
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_value(f"Island {office.mark}")
    save = page.get_by_role("button", name="Save", exact=True)
    name.fill(f"南嶼{office.mark}")
    save.click()
    expect(page.get_by_text(f"Already there: 南屿{office.mark}")).to_be_visible()
    anyway = page.get_by_role("button", name=f"Save as “南嶼{office.mark}” all the same")
    expect(anyway).to_be_visible()
    page.get_by_role("button", name="Merge with it…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=f"南屿{office.mark}")).to_be_checked()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    # What was typed stands there still.
    expect(name).to_have_value(f"南嶼{office.mark}")
    save.click()
    anyway.click()
    _said(page, f"Saved: 南嶼{office.mark}")
    assert set(office.world.store.registry.called(f"南屿{office.mark}")) == {there, renamed}


def test_chosen_uses_move_to_an_entry_of_their_own(open_as: Open, office: Office) -> None:
    actor = office.add("actor", f"Lin {office.mark}")
    claim = office.add("claim", "Ships sail")
    office.state(actor, claim)
    moving = office.state(actor, office.add("claim", "Ships rest"), "本国对南屿加入")
    page = open_as(office.editor, office.path("actors", actor=actor))
    page.get_by_role("tab", name="2 uses").click()
    uses = page.locator(".st-key-registry_detail .cd-table")
    uses.locator("tr", has_text="Ships rest").get_by_role("checkbox").check()
    page.get_by_role("button", name="Move to another entry…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"From “Lin {office.mark}”: 1 statement.")).to_be_visible()
    dialog.get_by_text("To a new one").click()
    dialog.get_by_label("Name", exact=True).fill(f"Lin the younger {office.mark}")
    dialog.get_by_role("button", name="Move", exact=True).click()
    _said(page, f"Moved to Lin the younger {office.mark}")
    expect(page.get_by_role("heading", name=f"Lin the younger {office.mark}")).to_be_visible()
    assert office.entry("actor", actor).statements == 1
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    assert office.entry("actor", actor).statements == 2
    assert moving in {
        use.id
        for use in registries.uses(
            office.world.store, office.editor, office.project.id, "actor", actor
        ).items
    }


def test_a_use_opens_the_article_at_its_statement(open_as: Open, office: Office) -> None:
    actor = office.add("actor", f"Shen {office.mark}")
    statement = office.state(actor, office.add("claim", "Ships sail"))
    page = open_as(office.editor, office.path("actors", actor=actor))
    page.get_by_role("tab", name="1 use").click()
    page.locator(".st-key-registry_detail .cd-table td a").click()
    expect(page).to_have_url(re.compile(f"/tag\\?.*statement={statement}"))
    card = page.locator(f'.cd-tag .card[data-id="{statement}"]')
    expect(card).to_have_attribute("aria-current", "true")
    expect(card).to_be_in_viewport()
    page.go_back()
    expect(page.get_by_role("heading", name=f"Shen {office.mark}")).to_be_visible()
    expect(page.get_by_role("tab", name="1 use")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".st-key-registry_detail .cd-table td a")).to_be_visible()


def test_likely_duplicates_are_merged_or_put_aside(open_as: Open, office: Office) -> None:
    office.add("claim", "The strait stays open to all ships")
    office.add("claim", "The strait stays open, to all ships!")
    office.add("claim", "Fisheries are protected by law")
    office.add("claim", "Fisheries are protected by laws")
    page = open_as(office.editor, office.path("claims", view="duplicates"))
    pairs = page.locator(".st-key-registry_master .cd-table tbody tr")
    expect(pairs).to_have_count(2)
    pairs.filter(has_text="Fisheries").get_by_role("button").click()
    detail = page.locator(".st-key-registry_detail")
    expect(detail.get_by_role("columnheader", name="Fisheries")).to_have_count(2)
    detail.get_by_role("button", name="Not the same").click()
    expect(pairs).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(pairs).to_have_count(2)
    pairs.filter(has_text="Fisheries").get_by_role("button").click()
    expect(detail.get_by_role("columnheader", name="Fisheries")).to_have_count(2)
    detail.get_by_role("button", name="Not the same").click()
    expect(pairs).to_have_count(1)
    detail.get_by_role("button", name="Merge…").click()
    page.get_by_role("dialog").get_by_role("button", name="Merge", exact=True).click()
    _said(page, "Merged into")
    expect(page.get_by_text("No two entries look alike.")).to_be_visible()
    page.get_by_text("All", exact=True).click()
    expect(_names(page)).to_have_count(3)


def test_many_entries_get_one_topic(open_as: Open, office: Office) -> None:
    ids = [office.add("claim", f"Claim {n}") for n in range(3)]
    page = open_as(office.editor, office.path("claims"))
    expect(_names(page)).to_have_count(3)
    _tick(page, "Claim 0", "Claim 2")
    page.get_by_role("button", name="Change topic…").click()
    topic = page.get_by_role("dialog").get_by_role("combobox")
    topic.fill("harbours")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Change", exact=True).click()
    _said(page, "2 entries are now: harbours")
    assert [office.entry("claim", one).draft.group for one in ids] == ["harbours", "", "harbours"]
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    assert [office.entry("claim", one).draft.group for one in ids] == ["", "", ""]


def test_a_whole_list_is_changed_and_its_uses_moved_at_once(open_as: Open, office: Office) -> None:
    """More than a page of each: 60 claims, and 40 statements of an actor."""
    actor = office.add("actor", f"Lin {office.mark}")
    claims = [office.add("claim", f"Claim {n:02}", group="old") for n in range(60)]
    for n in range(40):
        office.state(actor, claims[n % 30])
    page = open_as(office.editor, office.path("claims"))
    page.get_by_role("checkbox", name="Select all shown").check()
    expect(page.get_by_text("50 selected")).to_be_visible()
    page.get_by_role("button", name="Select all 60 matching").click()
    expect(page.get_by_text("60 selected")).to_be_visible()
    page.get_by_role("checkbox", name="Select Claim 03").uncheck()
    expect(page.get_by_text("49 selected")).to_be_visible()
    page.get_by_role("checkbox", name="Select Claim 03").check()
    expect(page.get_by_text("50 selected")).to_be_visible()
    page.get_by_role("button", name="Select all 60 matching").click()
    page.get_by_role("button", name="Change topic…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("60 entries will be changed.")).to_be_visible()
    dialog.get_by_role("combobox").fill("new")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Change", exact=True).click()
    _said(page, "60 entries are now: new")
    assert {office.entry("claim", one).draft.group for one in claims} == {"new"}

    page.goto(page.url.split("/claims")[0] + office.path("actors", actor=actor))
    page.get_by_role("tab", name="40 uses").click()
    search = page.get_by_role("searchbox", name=re.compile("^Search these uses"))
    search.fill("claim 0")
    uses = page.locator(".st-key-registry_detail .cd-table")
    expect(uses.locator("tbody tr")).to_have_count(20)
    search.fill("claim")
    expect(uses.locator("tbody tr")).to_have_count(25)
    uses.get_by_role("checkbox", name="Select all shown").check()
    page.get_by_role("button", name="Select all 40 matching").click()
    page.get_by_role("button", name="Move to another entry…").click()
    expect(dialog.get_by_text(f"From “Lin {office.mark}”: 40 statements.")).to_be_visible()
    dialog.get_by_text("To a new one").click()
    dialog.get_by_label("Name", exact=True).fill(f"Lin the younger {office.mark}")
    dialog.get_by_role("button", name="Move", exact=True).click()
    _said(page, f"Moved to Lin the younger {office.mark}")
    assert office.entry("actor", actor).statements == 0


def test_a_table_goes_out_and_comes_back_after_a_look(open_as: Open, office: Office) -> None:
    claim = office.add("claim", "Docks are full", "码头已满", group="harbours")
    page = open_as(office.editor, office.path("claims"))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export CSV").click()
    assert waiting.value.suggested_filename == f"registry-{office.mark}-claims.csv"
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == [claim]
    wording, topic = (
        next(c for c in rows[0] if rows[0][c] == v) for v in ("Docks are full", "harbours")
    )
    back = io.StringIO()
    writer = csv.DictWriter(back, list(rows[0]))
    writer.writeheader()
    writer.writerow(rows[0] | {topic: "ports", "aliases": "/term:码头已满"})
    writer.writerow(dict.fromkeys(rows[0], "") | {wording: "Docks are empty"})
    writer.writerow(dict.fromkeys(rows[0], "") | {topic: "no wording here"})
    page.get_by_role("button", name="Import CSV…").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(
        {"name": "claims.csv", "mimeType": "text/csv", "buffer": back.getvalue().encode()}
    )
    expect(dialog.get_by_text("1 new, 1 changed, 0 unchanged, 1 bad")).to_be_visible()
    rows = dialog.get_by_role("row")
    expect(rows.filter(has_text="Docks are full")).to_contain_text(
        "Topic: harbours → ports; other names of another kind"
    )
    expect(rows.filter(has_text="Docks are empty")).to_contain_text("new")
    expect(rows.filter(has_text="Give the claim a wording")).to_contain_text("4")
    expect(dialog.get_by_text("Topics that no claim has yet: ports (1)")).to_be_visible()
    assert office.entry("claim", claim).draft.group == "harbours"
    dialog.get_by_role("button", name="Import 2 rows").click()
    _said(page, "Imported: 1 new, 1 changed")
    expect(_names(page)).to_have_text(["Docks are empty", "Docks are full"])
    assert office.entry("claim", claim).draft.group == "ports"
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    expect(_names(page)).to_have_text(["Docks are full"])


def test_a_table_of_some_megabytes_comes_in_as_well(open_as: Open, office: Office) -> None:
    rows = [f"Quay {n} is full,{'x' * 9000}" for n in range(200)]
    table = "\r\n".join(["text,note", *rows]).encode()
    page = open_as(office.editor, office.path("claims"))
    page.get_by_role("button", name="Import CSV…").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(
        {"name": "claims.csv", "mimeType": "text/csv", "buffer": table}
    )
    expect(dialog.get_by_text("200 new, 0 changed, 0 unchanged, 0 bad")).to_be_visible()
    expect(dialog.get_by_text("claims.csv, 1.8 MB")).to_be_visible()
    dialog.get_by_role("button", name="Import 200 rows").click()
    _said(page, "Imported: 200 new")


def test_a_viewer_reads_and_changes_nothing(open_as: Open, office: Office) -> None:
    claim = office.add("claim", "Docks are full", "码头已满", group="harbours")
    page = open_as(office.viewer, office.path("claims", claim=claim))
    detail = page.locator(".st-key-registry_detail")
    expect(detail.get_by_role("heading", name="Docks are full")).to_be_visible()
    expect(detail.get_by_role("cell", name="码头已满")).to_be_visible()
    for name in ("Save", "Remove", "New claim", "Import CSV…", "Merge…"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    entry = office.entry("claim", claim)
    with pytest.raises(Forbidden):
        registries.change(
            office.world.store, office.viewer, office.project.id, "claim", claim,
            replace(entry.draft, name="Docks are mine"), base=entry.version,
        )  # fmt: skip


def test_hostile_names_are_shown_as_they_are(open_as: Open, office: Office) -> None:
    claim = office.add("claim", HOSTILE, HOSTILE, group=HOSTILE[:90], note=HOSTILE)
    office.add("claim", HOSTILE + "!", group="<b>x</b>")
    asked: list[str] = []
    page = open_as(office.editor, "/export")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.split("/export")[0] + office.path("claims", claim=claim))
    expect(_names(page).first).to_have_text(HOSTILE)
    expect(page.get_by_role("heading", name="evil.example")).to_be_visible()
    _tick(page, HOSTILE, HOSTILE + "!")
    page.get_by_role("button", name="Merge…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("**b** <img src=x").first).to_be_visible()
    dialog.get_by_role("button", name="Merge", exact=True).click()
    _said(page, "**b** <img src=x")
    assert page.locator("img[src='x'], .katex, .st-key-registry a[href^=javascript]").count() == 0
    assert page.title() != "1"
    assert [url for url in asked if "evil.example" in url] == []


def test_what_was_typed_is_not_left_without_asking(open_as: Open, office: Office) -> None:
    claim, other = office.add("claim", "Quays are dry"), office.add("claim", "Quays are wet")
    page = open_as(office.editor, office.path("claims", claim=claim))
    wording = page.get_by_label("Wording", exact=True)
    wording.fill("Quays are damp")
    asked = page.get_by_role("dialog", name="Leave without saving?")
    ways: dict[str, Callable[[], None]] = {
        "another entry": _names(page).filter(has_text="Quays are wet").click,
        "a new one": page.get_by_role("button", name="New claim").click,
        "duplicates": page.get_by_text("Likely duplicates").click,
        "another page": page.get_by_role("link", name="Articles").click,
        "the close button": page.get_by_role("button", name="Close", exact=True).click,
    }
    for way, go in ways.items():
        go()
        expect(asked, way).to_be_visible()
        expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
        asked.get_by_role("button", name="Cancel").click()
        expect(wording, way).to_have_value("Quays are damp")
    _names(page).filter(has_text="Quays are wet").click()
    asked.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Quays are wet")).to_be_visible()
    expect(page).to_have_url(re.compile(f"claim={other}"))
    wording.fill("Quays are soaked")
    page.get_by_role("button", name="Save").click()
    _said(page, "Saved: Quays are soaked")
    _names(page).filter(has_text="Quays are dry").click()
    expect(page.get_by_role("heading", name="Quays are dry")).to_be_visible()


# Streamlit mounts a component again at each of its renders.
TWICE = """async () => {
  const { default: mount } = await import("/assets/registry/head.js")
  const place = document.createElement("div")
  document.querySelector(".stApp").append(place)
  const data = { title: "Quay", back: "Back", chip: "", facts: "1 use", links: [], begins: "" }
  mount({ data, parentElement: place, setTriggerValue() {} })
  const first = place.firstElementChild
  const heading = first.querySelector("h2")
  // The page marks what is new when it comes to it.
  while (!heading.hasAttribute("data-narrow")) await new Promise(requestAnimationFrame)
  mount({ data: { ...data }, parentElement: place, setTriggerValue() {} })
  return first === place.firstElementChild
}"""


def test_the_head_of_an_entry_stays_while_the_page_is_drawn_again(
    open_as: Open, office: Office
) -> None:
    page = open_as(office.editor, office.path("actors"))
    expect(page.get_by_role("heading", name="Actors")).to_be_visible()
    assert page.evaluate(TWICE)


def test_a_second_entry_of_a_name_is_asked_about(open_as: Open, office: Office) -> None:
    there = office.add("actor", f"南屿{office.mark}", f"岚京{office.mark}", group="government")
    office.state(there, office.add("claim", "Ships sail"))
    page = open_as(office.editor, office.path("actors", actor="new"))
    # What hears Enter comes with the heading.
    expect(page.get_by_role("heading", name="New actor")).to_be_visible()
    name = page.get_by_label("Name", exact=True)
    name.fill(f"嵐京{office.mark}")
    name.press("Enter")
    told = page.get_by_text(f"Already there: 南屿{office.mark}, government, 1 use")
    expect(told).to_be_visible()
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", name=f"南屿{office.mark}")).to_be_visible()
    assert len(office.world.store.registry.called(f"岚京{office.mark}")) == 1
    page.get_by_role("button", name="New actor").click()
    # Until then the field is that of the entry that was open.
    expect(page.get_by_role("heading", name="New actor")).to_be_visible()
    expect(name).to_have_value("")
    name.fill(f"岚京{office.mark}")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(told).to_be_visible()
    page.get_by_role("button", name=f"Add another “岚京{office.mark}”").click()
    _said(page, f"Added: 岚京{office.mark}")
    assert len(office.world.store.registry.called(f"岚京{office.mark}")) == 2


def test_chosen_uses_move_to_an_entry_that_is_there(open_as: Open, office: Office) -> None:
    old, new = (office.add("actor", f"{name} {office.mark}") for name in ("Lin", "Chen"))
    office.state(old, office.add("claim", "Ships sail"))
    page = open_as(office.editor, office.path("actors", actor=old, tab="uses"))
    uses = page.locator(".st-key-registry_detail .cd-table")
    uses.get_by_role("checkbox").last.check()
    page.get_by_role("button", name="Move to another entry…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Move", exact=True)).to_be_disabled()
    dialog.get_by_role("combobox", name="Move to").fill(f"chen {office.mark}")
    expect(dialog.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Move", exact=True).click()
    _said(page, f"Moved to Chen {office.mark}: 1 statement")
    assert [office.entry("actor", one).statements for one in (old, new)] == [0, 1]
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    assert [office.entry("actor", one).statements for one in (old, new)] == [1, 0]


def test_an_opened_entry_leaves_the_list_where_it_is(open_as: Open, office: Office) -> None:
    for n in range(40):
        office.add("claim", f"Claim {n:02}", *(f"Wording {n} {m}" for m in range(6)))
    page = open_as(office.editor, office.path("claims"))
    row = _names(page).filter(has_text="Claim 30")
    row.scroll_into_view_if_needed()
    before = row.bounding_box()
    row.click()
    expect(page.get_by_role("heading", name="Claim 30")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)
    assert row.bounding_box() == before


def test_a_name_is_taken_away_by_its_button(open_as: Open, office: Office) -> None:
    claim = office.add("claim", "Quays are dry", "码头干涸", "Dry quays", "Docks dry")
    page = open_as(office.editor, office.path("claims", claim=claim))
    page.get_by_role("button", name="Remove other name 2").click()
    expect(page.get_by_placeholder("another wording")).to_have_count(3)
    expect(page.get_by_label("Other name 2", exact=True)).to_have_value("Docks dry")
    page.get_by_role("link", name="Articles").click()
    asked = page.get_by_role("dialog", name="Leave without saving?")
    asked.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Save").click()
    _said(page, "Saved: Quays are dry")
    assert [one.text for one in office.entry("claim", claim).draft.aliases] == [
        "码头干涸",
        "Docks dry",
    ]


def test_ticked_entries_without_uses_are_removed(open_as: Open, office: Office) -> None:
    used, _ = office.add("claim", "Ships sail"), office.add("claim", "Ships rest")
    office.state(office.add("actor", f"Lin {office.mark}"), used)
    page = open_as(office.editor, office.path("claims"))
    _tick(page, "Ships sail", "Ships rest")
    page.get_by_role("button", name="Remove unused…").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    _said(page, "1 entry removed, 1 in use stays")
    expect(_names(page)).to_have_text(["Ships sail"])
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    expect(_names(page)).to_have_count(2)


def test_merging_warns_of_different_kinds_and_says_what_follows(
    open_as: Open, office: Office
) -> None:
    for name, group in (("Lan", "person"), ("Bei", "government")):
        office.add("actor", f"{name} {office.mark}", group=group)
    page = open_as(office.editor, office.path("actors", search=office.mark))
    _tick(page, f"Lan {office.mark}", f"Bei {office.mark}")
    page.get_by_role("button", name="Merge…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("These are of different kinds:")).to_be_visible()
    expect(dialog.get_by_text("becomes another name of")).to_contain_text(
        "No statement or mention that you can see here refers to it; all others move with it."
    )
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
