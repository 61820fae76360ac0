"""What Label Studio's own editor shows of our labels, and what of its changes comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from annotate.ingest.run import ingest
from annotate.model import new_id
from annotate.store import ArticleFilter
from tests.conftest import PATIENCE_MS as USUAL_MS
from tests.labelstudio.linked import Linked, linked, once
from tests.labelstudio.server import LabelStudio
from tests.world import World, item, op, send, span

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000
# The editor counts UTF-16 units inside, we code points: all that follows the emoji shows it.
TEXT = (
    "📻👨‍👩‍👧 海岸通讯社记者报道：北岸共和国前安全顾问沈若川周一在港城论坛表示，"
    "本国对南屿加入核磋商小组持开放态度，“但这也取决于南屿自己”。\n"
    "𠮷田议员🙂说，南屿认为此事敏感；首都晚报转述了其中一部分，cafe\u0301 里很安静。"
)
POSITION, CONDITION = "本国对南屿加入核磋商小组持开放态度", "这也取决于南屿自己"
# An annotation's address, not that of the drafts which the editor keeps of it.
ANNOTATION = re.compile(r"/annotations(/\d+)?/?(\?|$)")
# Where the mouse finds the first and the last of some words that stand in the article once.
FIND = """(words) => {
  const root = document.querySelector('.lsf-htx-richtext');
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const places = [];
  let all = '';
  for (let node; (node = walk.nextNode()); all += node.data)
    for (let at = 0; at < node.data.length; at++) places.push([node, at]);
  const first = places[all.indexOf(words)];
  const last = places[all.indexOf(words) + words.length - 1];
  const range = document.createRange();
  range.setStart(...first);
  range.setEnd(last[0], last[1] + 1);
  first[0].parentElement.scrollIntoView({ block: 'center' });
  const boxes = [...range.getClientRects()];
  const [from, to] = [boxes[0], boxes[boxes.length - 1]];
  return [from.left + 1, from.top + from.height / 2, to.right - 1, to.top + to.height / 2];
}"""


class Editor:
    """Label Studio's page of one task, as somebody sees it who works with the mouse."""

    def __init__(self, page: Page, there: LabelStudio) -> None:
        self.page = page
        self.there = there

    def sign_in(self, email: str) -> None:
        """Sign in as one of the server's users."""
        self.page.goto(f"{self.there.url}/user/login/")
        self.page.locator("[name=email]").fill(email)
        self.page.locator("[name=password]").fill(self.there.password)
        self.page.locator("[type=submit]").click()
        expect(self.page.locator("[name=password]")).to_have_count(0)

    def open(self, project: int, task: int) -> None:
        """Open a task and wait until all of it is there."""
        self.page.goto(f"{self.there.url}/projects/{project}/data?task={task}")
        expect(self.page.locator(".lsf-richtext__line").first).to_be_visible()
        expect(self._save()).to_be_visible()

    def regions(self) -> list[str]:
        """The list of regions: of each its label and words."""
        items = self.page.locator(".lsf-outliner-item").all_inner_texts()
        return [" ".join(one.split("\n")[1:]) for one in items]

    def choose(self, label: str, words: str, id_: str = "") -> None:
        """Click on a region in the list; its words and its id are shown then."""
        at = self.regions().index(f"{label} {words}")
        self.page.locator(".lsf-outliner-item").nth(at).click()
        expect(self._details()).to_contain_text(id_ or words)

    def mark(self, label: str, words: str) -> None:
        """Make a region: choose its label and drag over its words."""
        before = len(self.regions())
        self.page.locator(".lsf-labels .lsf-label").filter(has_text=label).click()
        left, top, right, bottom = self.page.evaluate(FIND, words)
        self.page.mouse.move(left, top)
        self.page.mouse.down()
        self.page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=5)
        self.page.mouse.move(right, bottom, steps=5)
        self.page.mouse.up()
        expect(self.page.locator(".lsf-outliner-item")).to_have_count(before + 1)

    def answer(self, shown: str) -> None:
        """Click on a choice for the chosen region."""
        self._choice(shown).click()
        expect(self._choice(shown)).to_be_checked()

    def expect_answer(self, shown: str) -> None:
        """See what is chosen."""
        expect(self._choice(shown)).to_be_checked()

    def delete(self) -> None:
        """Delete the chosen region."""
        before = len(self.regions())
        self._details().get_by_label("Delete selected region").click()
        expect(self.page.locator(".lsf-outliner-item")).to_have_count(before - 1)

    def write(self, title: str, words: str) -> None:
        """Write into a field of the chosen region."""
        field = self.page.get_by_role("heading", name=title).locator("+ *")
        field.get_by_role("textbox").first.fill(words)
        field.get_by_role("textbox").first.press("Enter")
        expect(field).to_contain_text(words)

    def relate(self, words: str, role: str) -> None:
        """Draw the only relation, from the chosen region to another, and say what it means."""
        self._details().get_by_label("Create Relation").click()
        left, top, right, bottom = self.page.evaluate(FIND, words)
        self.page.mouse.click((left + right) / 2, (top + bottom) / 2)
        self.page.get_by_text("Relations", exact=True).first.click()
        self.page.locator(".lsf-relations__item").hover()
        self.page.get_by_label("Show Relation Labels").click()
        self.page.locator(".lsf-relation-meta button").click()
        self.page.get_by_role("option", name=role).click()
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".lsf-relation-meta")).to_contain_text(role)

    def save(self) -> None:
        """Press Update, or Submit, and wait until the server has it."""
        with self.page.expect_response(
            lambda answer: (
                answer.request.method in ("PATCH", "POST")
                and ANNOTATION.search(answer.request.url) is not None
            )
        ) as done:
            self._save().click()
        assert done.value.ok, done.value.text()

    def _save(self) -> Locator:
        return self.page.locator("button[name=submit]")

    def _choice(self, shown: str) -> Locator:
        return self.page.get_by_role("checkbox", name=shown)

    def _details(self) -> Locator:
        return self.page.locator(".lsf-info")


@pytest.fixture
def editor(browser: Browser, labelstudio: LabelStudio) -> Iterator[Editor]:
    """The editor, on a screen so high that its list of regions shows all of them."""
    context = browser.new_context(viewport={"width": 1440, "height": 1800}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield Editor(context.new_page(), labelstudio)
    context.close()
    expect.set_options(timeout=USUAL_MS)


def labelled(world: World) -> None:
    """A former adviser says for his state what it thinks; a paper relays it; the page as such."""
    with world.store.write(world.operator.id) as tx:
        (added,) = world.store.articles.add(
            tx, [item("https://m.example/case", TEXT)], world.project.id
        )
    world.articles.insert(0, added.article_id)
    names = ("沈若川", "北岸共和国", "首都晚报", "𠮷田")
    adviser, state, paper, member = (new_id() for _ in names)
    open_to, sensitive = new_id(), new_id()
    position, condition = (span(words, text=TEXT) for words in (POSITION, CONDITION))
    said = {
        "id": new_id(), "claim_id": open_to, "stance": "support", "certainty": "conditional",
        "speaker_id": adviser, "holder_id": state, "reported_by": [paper, member],
        "evidence": [position["id"], condition["id"]], "venue": "港城论坛",
        "statement_date": "2026-02", "note": "第一行\n第二行",
    }  # fmt: skip
    whole = {
        "id": new_id(), "claim_id": sensitive, "stance": "support", "certainty": "stated",
        "speaker_id": member, "evidence": [], "reported_by": [],
    }  # fmt: skip
    done = send(
        world,
        *(
            op("create_actor", actor={"id": id_, "name": name, "kind": "person"})
            for id_, name in zip((adviser, state, paper, member), names, strict=True)
        ),
        op("create_claim", claim={"id": open_to, "text": "Beian open to Nanyu joining"}),
        op("create_claim", claim={"id": sensitive, "text": "Nanyu finds joining sensitive"}),
        op("add_span", span=span("沈若川", "actor", TEXT, actor_id=adviser)),
        op("add_span", span=span("北岸共和国", "actor", TEXT, actor_id=state)),
        op("add_span", span=span("首都晚报", "actor", TEXT, actor_id=paper)),
        op("add_span", span=span("加入核磋商小组", "claim", TEXT)),
        op("add_statement", statement=said, spans=[position, condition]),
        op("add_statement", statement=whole, spans=[]),
        op("set_document_label", name="relevance", values=["relevant"]),
        op("submit"),
    )
    assert {one.state for one in done.outcomes} == {"applied"}, done.outcomes


@pytest.fixture
def case(world: World, labelstudio: LabelStudio) -> Linked:
    """The case, labelled here and pushed."""
    labelled(world)
    made = linked(world, labelstudio, labelled=0)
    assert made.sync() == {"task.create": 4, "label_set.create_there": 1}
    return made


def test_the_case_is_changed_by_mouse(case: Linked, editor: Editor) -> None:
    before = case.labels()
    quoted = {one.quote: one for one in before.spans}
    said, whole = sorted(before.statements, key=lambda one: not one.evidence)
    editor.sign_in(case.there.email)
    editor.open(case.remote_id, case.task()["id"])
    assert sorted(editor.regions()) == sorted(
        [
            *(f"actor · 行动者 {name}" for name in ("沈若川", "北岸共和国", "首都晚报")),
            "claim · 主张 加入核磋商小组",
            f"evidence · 证据 {POSITION}",
            f"evidence · 证据 {CONDITION}",
            f"statement · 陈述 {POSITION}",
            f"statement · 陈述 {' '.join(TEXT.splitlines())}",
        ]
    )

    editor.mark("actor · 行动者", "𠮷田议员🙂")
    editor.mark("evidence · 证据", "里很安静")
    editor.choose("statement · 陈述", POSITION, said.id)
    editor.expect_answer("support · 支持")
    editor.expect_answer("conditional · 附条件")
    editor.answer("oppose · 反对")
    editor.choose("evidence · 证据", CONDITION, quoted[CONDITION].id)
    editor.delete()
    editor.save()
    assert case.sync() == {"label_set.change_here": 1}

    after = case.labels()
    assert (case.problems(), case.conflicts()) == ([], [])
    assert set(after.statements) == {
        replace(said, stance="oppose", evidence=(quoted[POSITION].id,)),
        whole,
    }
    kept = [one for one in before.spans if one.quote != CONDITION]
    assert [one for one in after.spans if one in kept] == kept
    assert [
        (one.kind, one.start, one.quote, TEXT[one.start : one.end], one.actor_id)
        for one in after.spans
        if one not in kept
    ] == [
        (kind, TEXT.index(words), words, words, None)
        for kind, words in (("actor", "𠮷田议员🙂"), ("evidence", "里很安静"))
    ]
    assert after.document_labels == before.document_labels == {"relevance": ("relevant",)}
    once(case)
    case.settled()
    assert case.labels() == after


def test_a_statement_is_made_by_mouse(
    world: World, labelstudio: LabelStudio, editor: Editor
) -> None:
    two = linked(world, labelstudio, labelled=0)
    two.sync()
    words = "本国对南屿加入磋商机制持开放态度"
    editor.sign_in(labelstudio.member("analyst@example.com").email)
    editor.open(two.remote_id, two.task()["id"])
    editor.mark("actor · 行动者", "沈若川")
    editor.mark("statement · 陈述", words)
    editor.choose("statement · 陈述", words)
    editor.answer("support · 支持")
    editor.answer("conditional · 附条件")
    editor.write("Claim · 主张", "Beian open to Nanyu joining")
    editor.write("Venue · 场合", "研讨会")
    editor.relate("沈若川", "speaker")
    editor.save()
    two.sync()

    assert (two.problems(), two.conflicts()) == ([], [])
    made = two.labels()
    assert made.coder_id == world.analyst.id
    mention, evidence = made.spans
    (said,) = made.statements
    assert (mention.kind, mention.quote) == ("actor", "沈若川")
    assert (evidence.kind, evidence.quote) == ("evidence", words)
    assert said.evidence == (evidence.id,)
    assert (said.stance, said.certainty, said.venue) == ("support", "conditional", "研讨会")
    assert said.speaker_id == mention.actor_id
    assert said.speaker_id is not None
    entries = world.store.entries
    (speaker,) = entries.many("actor", [said.speaker_id]).values()
    (claim,) = entries.many("claim", [said.claim_id]).values()
    assert speaker.name == "沈若川"
    assert claim.name == "Beian open to Nanyu joining"
    once(two)
    two.settled()
    assert two.labels() == made


def test_the_real_item_is_changed_by_mouse(
    world: World, labelstudio: LabelStudio, editor: Editor, shared_data: Path
) -> None:
    """The case by which every part is judged, as it was archived and cleaned."""
    ingest(
        world.store, world.operator, [shared_data / "archive" / "rfi-20240213-ncg.md"],
        project_id=world.project.id,
    )  # fmt: skip
    words, name = "韩国的态度是开放的", "金圣翰"
    inside = ArticleFilter(project_id=world.project.id)
    ids = [id_ for some in world.store.listing.walk(inside, 100) for id_ in some]
    (article,) = [one for one in world.store.articles.many(ids) if words in one.text]
    world.articles.insert(0, article.id)
    position = span(words, text=article.text)
    adviser, state, agency, claim = (new_id() for _ in range(4))
    said = {
        "id": new_id(), "claim_id": claim, "stance": "support", "certainty": "conditional",
        "speaker_id": adviser, "holder_id": state, "reported_by": [agency],
        "evidence": [position["id"]], "venue": "CSIS forum",
    }  # fmt: skip
    done = send(
        world,
        op("create_actor", actor={"id": adviser, "name": name, "kind": "person"}),
        op("create_actor", actor={"id": state, "name": "韩国", "kind": "government"}),
        op("create_actor", actor={"id": agency, "name": "RFI", "kind": "media"}),
        op("create_claim", claim={"id": claim, "text": "Seoul open to Japan joining NCG"}),
        op("add_span", span=span(name, "actor", article.text, actor_id=adviser)),
        op("add_statement", statement=said, spans=[position]),
        op("submit"),
    )
    assert {one.state for one in done.outcomes} == {"applied"}, done.outcomes
    two = linked(world, labelstudio, labelled=0)
    two.sync()
    before = two.labels()
    editor.sign_in(labelstudio.email)
    editor.open(two.remote_id, two.task()["id"])
    assert f"statement · 陈述 {words}" in editor.regions()
    editor.choose("statement · 陈述", words, before.statements[0].id)
    editor.expect_answer("conditional · 附条件")
    editor.answer("hedged")
    editor.save()
    assert two.sync() == {"label_set.change_here": 1}
    assert (two.problems(), two.conflicts()) == ([], [])
    assert two.labels().statements == (replace(before.statements[0], certainty="hedged"),)
    assert two.labels().spans == before.spans
    once(two)
    two.settled()
