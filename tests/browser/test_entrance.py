from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from annotate import accounts
from annotate.store import Store
from tests.browser.conftest import Open
from tests.browser.desk import Server, new_coder, running
from tests.world import PASSWORD, World


def test_the_first_administrator_is_made_with_the_code_of_the_terminal(
    context: BrowserContext, tmp_path: Path
) -> None:
    store = Store(tmp_path / "empty.db")
    with running(store, tmp_path) as server:
        printed = server.log.read_text("utf-8")
        code = re.search(r"\n    ([0-9a-f-]{19})\n", printed)
        assert code is not None, printed
        page = context.new_page()
        page.goto(f"{server.url}/articles")
        expect(page).to_have_url(f"{server.url}/setup")
        page.get_by_label("Setup code").fill(code[1])
        page.get_by_label("Name to sign in with").fill("head")
        page.get_by_label(re.compile("^Password,")).fill(PASSWORD)
        page.get_by_label("Password once more").fill(PASSWORD)
        page.get_by_role("button", name="Create administrator").click()
        expect(page.get_by_role("button", name="Account: head")).to_be_visible()
        expect(page.locator(".cd-articles .empty code")).to_contain_text("annotate ingest")
    assert store.people.named("head").role == "admin"


def test_signing_in_goes_where_one_wanted_and_signing_out_ends_it(
    server: Server, shared_world: World, context: BrowserContext
) -> None:
    server.cookie(shared_world.people["editor"])
    context.add_cookies([server.project_cookie()])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{server.url}/articles?q=议会")
    expect(page).to_have_url(re.compile(r"/signin\?next="))
    page.get_by_label("Name").fill("editor-1")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Name or password is not right")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".cd-articles mark").first).to_have_text("议会")
    page.get_by_role("button", name="Account: editor-1").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page).to_have_url(f"{server.url}/signin")
    page.goto(f"{server.url}/tag")
    expect(page).to_have_url(re.compile("/signin"))


def test_a_revoked_session_sees_nothing_at_the_next_run(
    open_as: Open, server: Server, shared_world: World
) -> None:
    person = new_coder(shared_world, "leaving")
    page = open_as(person, "/articles")
    expect(page.locator(".cd-articles tbody tr[data-id]").first).to_be_visible()
    accounts.change_person(shared_world.store, shared_world.operator, person, active=False)
    page.get_by_role("link", name="Tag", exact=True).click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    assert page.locator(".cd-articles, .cd-top").count() == 0
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/signin\?next=%2Ftag"))


def test_streamlit_and_its_components_run_under_the_policy(
    signed_in_page: Page, server: Server, expected_complaints: list[str]
) -> None:
    expected_complaints.append("violates the following Content Security Policy directive")
    expect(signed_in_page.locator(".cd-articles tbody tr[data-id]").first).to_be_visible()
    answer = signed_in_page.request.get(f"{server.url}/articles")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self' blob: 'sha256-" in policy
    assert "'unsafe-eval'" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    injected = signed_in_page.evaluate(
        """() => new Promise((resolve) => {
          const script = document.createElement('script')
          script.textContent = 'window.injected = true'
          document.head.append(script)
          setTimeout(() => resolve(Boolean(window.injected)), 50)
        })"""
    )
    assert injected is False


def test_a_page_of_another_origin_can_do_nothing(
    context: BrowserContext, server: Server, shared_world: World
) -> None:
    context.add_cookies([server.cookie(shared_world.analyst)])
    page = context.new_page()
    page.route("http://evil.example/", lambda route: route.fulfill(body="<title>evil</title>"))
    page.goto("http://evil.example/")
    refused = page.evaluate(
        """async (url) => {
          const answers = []
          for (const init of [{}, { method: 'POST', credentials: 'include', body: '{}' }]) {
            const answer = fetch(url + '/api/session', init)
            answers.push(await answer.then(() => 'read', () => 'refused'))
          }
          const socket = new WebSocket(url.replace('http', 'ws') + '/_stcore/stream')
          answers.push(await new Promise((resolve) => {
            socket.onopen = () => resolve('open')
            socket.onerror = () => resolve('refused')
          }))
          return answers
        }""",
        server.url,
    )
    assert refused == ["refused", "refused", "refused"]
