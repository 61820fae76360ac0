"""Ingest in a real browser: files in, progress, what was rejected, raw beside cleaned, a kill."""

from __future__ import annotations

import io
import itertools
import re
import signal
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotate.ingest import desk, forms, uploads
from annotate.ingest.run import ingest
from annotate.model import Person
from annotate.store import Store
from tests.browser.desk import Server, bar, running
from tests.ingest.packing import item
from tests.world import World, articles_in, build

Files = dict[str, bytes]
_late = itertools.count(777)


@pytest.fixture(scope="module")
def ingest_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: here articles come by the hundred."""
    folder = tmp_path_factory.mktemp("ingest")
    with running(Store(folder / "claimdesk.db"), folder) as server:
        yield server


@pytest.fixture(scope="module")
def world(ingest_server: Server) -> World:
    return build(ingest_server.store)


@pytest.fixture
def page(context: BrowserContext, ingest_server: Server, world: World) -> Iterator[Page]:
    """The Ingest page, as the editor sees it; the console must stay clean."""
    complaints: list[str] = []
    context.add_cookies([ingest_server.cookie(world.people["editor"])])
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.goto(ingest_server.url + "/ingest")
    yield page
    assert complaints == []


def packed(members: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def choose(page: Page, files: Files) -> None:
    page.locator("#cd-upload-files").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files.items()
        ]
    )


def list_rejected(page: Page) -> None:
    page.get_by_text("Rejected items (", exact=False).click()
    expect(page.get_by_role("combobox", name="Which")).to_be_visible()


def test_an_archive_is_uploaded_and_what_is_wrong_is_settled(
    page: Page, world: World, ingest_server: Server
) -> None:
    good = {f"{n:03}.md": item(n) for n in range(40)}
    bad = {"bad/empty.md": b"", "bad/junk.md": b"nothing of the form"}
    choose(page, {"items.zip": packed(good | bad)})
    expect(page.get_by_text("1 file,")).to_contain_text("for Talks")
    expect(page.get_by_role("button", name="Upload and take in")).to_be_focused()
    page.keyboard.press("Enter")
    row = page.get_by_role("table", name="Runs of ingestion").get_by_role("row", name="items.zip")
    expect(row).to_contain_text("done")
    expect(row.get_by_role("cell")).to_contain_text(
        ["items.zip", "", "done", "40", "0", "0", "0", "2", "s"]
    )
    expect(page.get_by_text("items.zip: 40 articles added, 2 items rejected")).to_be_visible()
    list_rejected(page)
    table = page.get_by_role("table", name="Rejected items")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table).to_contain_text("The item does not begin with a line [title](url)")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Dismiss…").click()
    expect(page.get_by_role("dialog")).to_contain_text("Dismiss 1 item?")
    page.get_by_role("button", name="Take off the list").click()
    expect(page.get_by_text("1 item was dismissed")).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 item is on the list again")).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(3)

    page.get_by_role("combobox", name="Reason").click()
    page.get_by_role("option", name="not of an item's form (1)").click()
    expect(table.get_by_role("row")).to_have_count(2)
    table.get_by_role("button", name="items.zip!bad/junk.md").press("Enter")
    found = page.get_by_role("region", name="As it was found")
    expect(found).to_contain_text("nothing of the form")
    expect(found).to_contain_text("read as UTF-8")
    why = "It cannot be taken as it is: The item does not begin with a line [title](url)"
    expect(page.get_by_text(why)).to_be_visible()
    expect(page.get_by_text("The item does not begin with")).to_have_count(1)
    expect(page.get_by_role("region", name="After cleaning")).to_contain_text("Nothing was made")
    # The same bytes would end in the same way.
    expect(page.get_by_text("1 item would only be rejected again")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    page.get_by_role("button", name="All rejected items").click()
    expect(page.get_by_text("Tick items to dismiss them.")).to_be_visible()
    expect(page.get_by_role("button", name="Try all again")).to_have_count(0)
    ids = [one.id for one in desk.rejections(world.store, world.operator, world.project.id)]
    desk.dismiss(world.store, world.operator, ids)


def test_the_example_of_an_item_is_copied_and_taken(page: Page, world: World) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("What an item looks like").click()
    page.get_by_role("button", name="Copy the example").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == forms.example("en")
    choose(page, {"mine.txt": copied.encode()})
    page.keyboard.press("Enter")
    expect(page.get_by_text("mine.txt: 1 article added")).to_be_visible()


def test_the_project_stays_in_the_address_and_originals_lead_back(page: Page, world: World) -> None:
    page.goto(f"{page.url}?project={world.project.id}")
    choose(page, {"one.zip": packed({"1.md": item(901), "page.html": b"<!doctype html><p>x"})})
    page.keyboard.press("Enter")
    runs = page.get_by_role("table", name="Runs of ingestion")
    runs.get_by_role("button", name="one.zip").click()
    expect(page).to_have_url(re.compile(f"project={world.project.id}.*run="))
    page.get_by_role("link", name="Original").click()
    expect(page.get_by_text("Published, according to")).to_be_visible()
    page.get_by_role("link", name="← Back to the run").click()
    rejected = page.get_by_role("table", name="Rejected items")
    expect(rejected).to_contain_text("This is an HTML page without its first line [title](url)")
    rejected.get_by_role("button", name="one.zip!page.html").click()
    expect(page).to_have_url(re.compile(f"project={world.project.id}.*rejected="))
    expect(page.get_by_text("What an item looks like")).to_be_visible()
    page.get_by_role("button", name="All rejected items").click()
    expect(page).to_have_url(re.compile(f"project={world.project.id}.*show=rejected"))
    ids = [one.id for one in desk.rejections(world.store, world.operator, world.project.id)]
    desk.dismiss(world.store, world.operator, ids)


def test_an_item_is_tried_again_once_it_is_right(page: Page, world: World, tmp_path: Path) -> None:
    # Another one at a second try: what was taken in the first is known by then.
    number = next(_late)
    place = tmp_path / "late.md"
    place.write_bytes(b"junk")
    ingest(world.store, world.people["editor"], [place], project_id=world.project.id)
    page.reload()
    list_rejected(page)
    page.get_by_role("table", name="Rejected items").get_by_role("button", name="late.md").click()
    expect(page.get_by_role("region", name="As it was found")).to_contain_text("junk")
    place.write_bytes(item(number))
    page.reload()
    expect(page.get_by_text("It could be taken now: try it again.")).to_be_visible()
    expect(page.get_by_role("region", name="After cleaning")).to_contain_text(
        f"第{number}条新闻的正文"
    )
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 rejected item tried again: 1 article added")).to_be_visible()
    expect(page.get_by_text("It has been taken since.")).to_be_visible()
    page.get_by_role("button", name="All rejected items").click()
    expect(page.get_by_text("No item waits")).to_be_visible()
    page.get_by_text("Runs", exact=True).click()
    runs = page.get_by_role("table", name="Runs of ingestion")
    expect(runs.get_by_role("row").nth(1)).to_contain_text("1 rejected item tried again")
    expect(runs.get_by_role("row").nth(1)).to_contain_text("done")
    runs.get_by_role("button", name="1 rejected item tried again").click()
    page.get_by_role("link", name="Original").click()
    expect(page.get_by_role("region", name="As it was found")).to_contain_text("<p>第777条")
    expect(page.get_by_text("the item's date line")).to_be_visible()


def test_progress_is_seen_and_a_run_is_cancelled_and_goes_on(page: Page, world: World) -> None:
    many = {f"{n}.md": item(n, text=f"第{n}条。" + "磋商机制" * 1500) for n in range(5000, 6500)}
    choose(page, {"many.zip": packed(many)})
    page.keyboard.press("Enter")
    going = page.get_by_text("of 1,500 items")
    expect(going).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    row = page.get_by_role("table", name="Runs of ingestion").get_by_role("row", name="many.zip")
    expect(row).to_contain_text("cancelled")
    expect(going).to_be_hidden()
    row.get_by_role("button").click()
    page.get_by_role("button", name="Run again").click()
    summary = page.get_by_role("table", name="Summary of the run")
    expect(summary).to_contain_text("done", timeout=60_000)
    expect(summary.get_by_role("cell")).to_contain_text(
        ["done", "", "editor-1", "1,500", "1,500", "0", "0", "0", "0", "s"]
    )


def test_hostile_names_and_items_stay_text(page: Page, world: World) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)> ![x](http://evil.example/y)"
    choose(
        page,
        {
            "![x](javascript:alert(1))\u202e<img src=x onerror=alert(3)>.md": hostile.encode(),
            "a.zip": packed({"<b>bold</b>.md": hostile.encode() + b"\xe2\x80\xae"}),
            "unmeant.md": b"",
        },
    )
    chosen = page.get_by_role("list", name="Chosen files")
    expect(chosen).to_contain_text("U+202E")
    chosen.get_by_role("button", name="Remove unmeant.md").press("Enter")
    expect(chosen).not_to_contain_text("unmeant.md")
    page.get_by_role("button", name="Upload and take in").press("Enter")
    runs = page.get_by_role("table", name="Runs of ingestion")
    expect(runs.get_by_role("row").nth(1)).to_contain_text("and 1 more")
    expect(runs.get_by_role("row").nth(1)).to_contain_text("done")
    list_rejected(page)
    table = page.get_by_role("table", name="Rejected items")
    expect(table).to_contain_text("a.zip!<b>bold</b>.md")
    table.get_by_role("button", name="a.zip!").click()
    found = page.get_by_role("region", name="As it was found")
    expect(found).to_contain_text("<script>alert(1)</script>")
    expect(found.locator(".hidden-char")).to_have_text("U+202E")
    expect(page.get_by_role("heading", name="a.zip!<b>bold</b>.md")).to_be_visible()
    assert page.locator(".cd-beside :is(script, img, b), h1 b, h1 img").count() == 0


def test_an_analyst_sees_originals_but_not_the_desk(
    context: BrowserContext, ingest_server: Server, world: World, tmp_path: Path
) -> None:
    (tmp_path / "1.md").write_bytes(item(888))
    done = ingest(world.store, world.operator, [tmp_path / "1.md"], project_id=world.project.id)
    (taken,) = world.store.ingests.taken(done.run_id)
    context.add_cookies([ingest_server.cookie(world.analyst)])
    page = context.new_page()
    page.goto(f"{ingest_server.url}/tag?article={taken.article_id}")
    page.get_by_role("link", name="As found").click()
    expect(page.get_by_role("region", name="As it was found")).to_contain_text("[第888条]")
    expect(page.get_by_role("link", name="Ingest")).to_have_count(0)
    expect(bar(page)).not_to_contain_text("Ingest")
    page.goto(f"{ingest_server.url}/ingest")
    expect(page.get_by_text("This page is for editors")).to_be_visible()


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_a_run_loses_and_doubles_nothing(
    context: BrowserContext, tmp_path: Path
) -> None:
    store = Store(tmp_path / "claimdesk.db")
    world = build(store)
    editor = world.people["editor"]
    many = {f"{n}.md": item(n, text=f"第{n}条。" + "磋商机制" * 1000) for n in range(1200)}
    with running(store, tmp_path) as server:
        page = _at_ingest(context, server, editor)
        choose(page, {"many.zip": packed(many | {"bad.md": b""})})
        page.keyboard.press("Enter")
        while articles_in(store.path) < 100:
            time.sleep(0.05)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        page.close()
    before = articles_in(store.path)
    assert before < 1203
    with running(store, tmp_path) as server:
        page = _at_ingest(context, server, editor)
        runs = page.get_by_role("table", name="Runs of ingestion")
        expect(runs).to_contain_text("interrupted")
        runs.get_by_role("button", name="many.zip").click()
        page.get_by_role("button", name="Run again").click()
        summary = page.get_by_role("table", name="Summary of the run")
        expect(summary).to_contain_text("done", timeout=60_000)
        expect(summary.get_by_role("cell")).to_contain_text(
            ["done", "", "editor-1", "1,201", "1,200", "0", "0", "0", "1", "s"]
        )
    assert articles_in(store.path) == 1203
    (bad,) = store.ingests.rejections()
    assert uploads.shown(store.path, bad.item) == "many.zip!bad.md"
    assert list(store.examine()) == []
    assert [path.suffix for path in uploads.folder(store.path).iterdir()] == [""]
    store.close()


def _at_ingest(context: BrowserContext, server: Server, person: Person) -> Page:
    context.add_cookies([server.cookie(person)])
    page = context.new_page()
    page.goto(server.url + "/ingest")
    return page


def test_a_broken_archive_is_not_said_to_be_missing(
    page: Page, world: World, tmp_path: Path
) -> None:
    place = tmp_path / "broken.zip"
    place.write_bytes(b"junk")
    ingest(world.store, world.people["editor"], [place], project_id=world.project.id)
    page.reload()
    list_rejected(page)
    page.get_by_role("table", name="Rejected items").get_by_role(
        "button", name="broken.zip"
    ).click()
    why = "It cannot be taken as it is: This is no zip archive, or its end is missing"
    expect(page.get_by_text(why)).to_be_visible()
    expect(page.get_by_text("it is not there")).to_have_count(0)
    tops = page.evaluate(
        "[...document.querySelectorAll('.cd-beside :is(.raw,.made)')]"
        ".map((box) => box.getBoundingClientRect().top)"
    )
    assert len(tops) == 2
    assert tops[0] == tops[1]
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 rejected item tried again: 1 item rejected")).to_be_visible()
    open_ones = desk.rejections(world.store, world.operator, world.project.id)
    (one,) = (one for one in open_ones if one.item == str(place))
    assert one.times == 2
    desk.dismiss(world.store, world.operator, [one.id])
