from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.desk import new_coder
from tests.world import World


def test_a_span_is_made_by_mouse_and_key_and_survives_a_reload(
    open_as: Open, shared_world: World
) -> None:
    world = shared_world
    coder = new_coder(world, "marking")
    page = open_as(coder, f"/tag?article={world.articles[0]}&project={world.project.id}")
    word = page.get_by_text("沈若川")
    expect(word).to_be_visible()
    found = page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          for (let node; (node = walker.nextNode());) {
            const at = node.data.indexOf('表示')
            if (at < 0) continue
            const range = document.createRange()
            range.setStart(node, at)
            range.setEnd(node, at + 2)
            const box = range.getBoundingClientRect()
            return { x: box.left, y: box.top + box.height / 2, width: box.width }
          }
        }"""
    )
    page.mouse.move(found["x"] + 1, found["y"])
    page.mouse.down()
    page.mouse.move(found["x"] + found["width"] - 2, found["y"], steps=6)
    page.mouse.up()
    page.keyboard.press("1")
    expect(page.get_by_text(re.compile("^1 span"))).to_be_visible()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile("^1 span"))).to_be_visible()
    head = world.store.labels.head_of(world.project.id, world.articles[0], coder.id)
    assert head is not None
    spans = world.store.labels.with_content([head])[0].spans
    assert [(one.kind, one.quote) for one in spans] == [("actor", "表示")]


def test_without_an_article_named_the_queue_decides(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["editor"], "/tag")
    newest = shared_world.store.articles.get(shared_world.articles[2])
    expect(page.get_by_role("heading", name=newest.title)).to_be_visible()


def test_where_nothing_is_left_the_page_says_so(open_as: Open, shared_world: World) -> None:
    store, operator = shared_world.store, shared_world.operator
    with store.write(operator.id) as tx:
        empty = store.projects.create(tx, "Empty", store.projects.codebook(shared_world.project.id))
        store.projects.set_member(tx, empty.id, shared_world.people["reviewer"].id, "reviewer")
    page = open_as(shared_world.people["reviewer"], f"/tag?project={empty.id}")
    expect(page.get_by_text("Nothing is left to tag")).to_be_visible()
    page.get_by_role("link", name="All articles").click()
    expect(page.get_by_text("No articles in this project yet")).to_be_visible()
    expect(page.get_by_role("button", name="Project: Empty")).to_be_visible()
