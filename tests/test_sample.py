"""The sample data: every quote anchors, every article cleans as meant, loading is idempotent."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotate import accounts, demo, sample, tagging
from annotate.codebook import DEFAULT, missing, names
from annotate.errors import Forbidden, Invalid
from annotate.model import Article
from annotate.store import Store

# How many paragraphs each article has, and what the first begins and the last ends with.
EXPECTED = {
    "2026-02-05-haian-fishers.md": (8, "林𠮷海的船叫“满福号”", "是我们的饭碗。”"),
    "2026-02-07-haian-harbour.md": (5, "砚港市长罗汀周六", "都为时过早”。"),
    "2026-02-08-chaosheng-reprint.md": (5, "砚港市长罗汀周六", "都为时过早”。"),
    "2026-02-08-harbour-wire-bilateral.md": (5, "XICHENG, Feb 8", "closer to war”."),
    "2026-02-08-sunday-review-column.md": (6, "這個星期", "不會游泳的。"),
    "2026-02-10-capital-hearing.md": (7, "议会国防委员会2月9日", "提出书面意见。"),
    "2026-02-11-capital-editorial.md": (5, "国防部长韩暮云前天", "没有白问。"),
    "2026-02-12-haian-adviser.md": (7, "北岸共和国前国家安全顾问", "“海上封锁应对脚本”。"),
    "2026-02-13-beian-ministry-release.md": (5, "2026年2月13日", "没有改变。"),
    "2026-02-13-chaosheng-roundup.md": (7, "北岸前安全顾问沈若川一句", "网友的说法。"),
    "2026-02-14-xicheng-daily-interview.md": (7, "在野黨聯盟主席", "這樣一份文件？"),
    "2026-02-15-haian-oped.md": (6, "（作者贺知远", "写满才交。"),
    "2026-02-16-strait-review-analysis.md": (6, "On paper the bargain", "a weather report."),
    "2026-02-17-ossi-qa.md": (9, "Beian’s former security", "anybody tells you."),
    "2026-02-18-capital-numbers.md": (8, "《圣维港宣言》签署至今", "拖到明年春天。"),
    "corrections/2026-02-09-harbour-wire-bilateral.md": (6, "XICHENG, Feb 8", "it holds 47."),
}
CLUTTER = (
    "分享 :", "分享到", "RSS", "Permalink", "Better Feed", "Post tags", "延伸阅读", "版权",
    "版權", "©", "Copyright", "Related", "Subscribe", "subscribe", "Sign up", "订阅", "下载",
    "下載", "標籤", "打印", "内部编号", "机器人", "_track", "资料图", "制图", "鸟瞰", "受訪。",
    "潮水不問國籍", "应用程序", "潮声App", "11:14", "17:05",
)  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, demo.SampleAccounts]]:
    store = Store(tmp_path_factory.mktemp("sample") / "sample.db")
    yield store, demo.load_sample(store)
    store.close()


@pytest.fixture(scope="module")
def articles(loaded: tuple[Store, demo.SampleAccounts]) -> dict[str, Article]:
    store, _ = loaded
    ids = demo.article_ids(store)
    return {name: store.articles.get(ids[name]) for name in EXPECTED}


def test_every_file_is_expected() -> None:
    files = {path.relative_to(sample.ARTICLES).as_posix() for path in sample.ARTICLES.rglob("*.*")}
    assert files == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_article_cleans_to_its_paragraphs(name: str, articles: dict[str, Article]) -> None:
    count, beginning, end = EXPECTED[name]
    text = articles[name].text
    assert (len(text.split("\n")), text.startswith(beginning), text.endswith(end)) == (
        count,
        True,
        True,
    ), text
    assert [word for word in CLUTTER if word in text] == []


def test_articles_have_their_metadata(articles: dict[str, Article]) -> None:
    adviser = articles["2026-02-12-haian-adviser.md"]
    assert adviser.published_at == "2026-02-12T10:45:02Z"
    assert adviser.published_from == "epoch"
    assert adviser.dateline == "12/02/2026 - 11:14"
    hearing = articles["2026-02-10-capital-hearing.md"]
    assert hearing.title == "[议会纪要] 国防委员会质询：“预案要不要先送议会？”"
    assert hearing.url.endswith("(%E7%AC%AC12%E6%AC%A1)/")
    assert hearing.published_from == "date_line"
    assert any("首都晚报资料图" in caption for caption in hearing.captions)
    languages = Counter(article.language for article in articles.values())
    assert set(languages) == {"zh-Hans", "zh-Hant", "en"}
    assert languages["zh-Hant"] == 2
    assert languages["en"] == 4


def test_there_is_a_duplicate_and_a_correction(articles: dict[str, Article]) -> None:
    harbour = articles["2026-02-07-haian-harbour.md"]
    reprint = articles["2026-02-08-chaosheng-reprint.md"]
    assert reprint.duplicate_of == harbour.id
    assert harbour.duplicate_of is None
    wire = articles["2026-02-08-harbour-wire-bilateral.md"]
    corrected = articles["corrections/2026-02-09-harbour-wire-bilateral.md"]
    assert (wire.revision, corrected.revision) == (1, 2)
    assert corrected.series_id == wire.series_id
    assert wire.superseded and not corrected.superseded


def test_difficult_characters_survive(articles: dict[str, Article]) -> None:
    text = articles["2026-02-13-chaosheng-roundup.md"].text
    for whole in ("👨‍👩‍👧‍👦", "👍🏽", "1️⃣", "🤷🏻‍♀️", "𠮷叔", "Na\u0301nyu\u030c"):
        assert whole in text


def test_every_quote_anchors_as_said(articles: dict[str, Article]) -> None:
    for label_set in sample.read().label_sets:
        text = articles[label_set.article].text
        for span in label_set.spans:
            start, end = span.anchor(text)
            assert text[start:end] == span.quote
            if span.occurrence is not None:
                assert text.count(span.quote) > 1, f"{span.quote!r} needs no occurrence"


def test_a_quote_that_stands_twice_needs_its_occurrence() -> None:
    span = sample.SampleSpan("id", "", "actor", "ab", None, None)
    assert span.anchor("xab") == (1, 3)
    with pytest.raises(Invalid, match="2 times"):
        span.anchor("abab")
    with pytest.raises(Invalid, match="0 times"):
        span.anchor("ba")
    assert replace(span, occurrence=2).anchor("abab") == (2, 4)
    with pytest.raises(Invalid, match="no occurrence 3"):
        replace(span, occurrence=3).anchor("abab")


def test_labels_keep_to_the_codebook() -> None:
    content = sample.read()
    book = content.codebook
    assert book.stances == DEFAULT.stances
    assert [label.name for label in book.document_labels] == ["relevance", "topic"]
    for label_set in content.label_sets:
        for statement in label_set.statements:
            assert statement["stance"] in names(book.stances)
            assert statement["certainty"] in names(book.certainties)
            assert statement["speaker_id"] and statement["evidence"]
    used = {s["claim_id"] for label_set in content.label_sets for s in label_set.statements}
    assert {claim.topic for claim in content.claims} <= names(book.document_labels[1].values)
    assert used <= {claim.id for claim in content.claims}


def test_ids_are_stable_and_sort_by_number() -> None:
    assert sample.stable_id("project") == "019c167f-cc00-79d2-842e-6c4516f37300"
    ids = [sample.stable_id("x", number) for number in range(300)]
    assert ids == sorted(ids) and len(set(ids)) == 300


def test_labels_are_stored_as_written(loaded: tuple[Store, demo.SampleAccounts]) -> None:
    store, made = loaded
    content = sample.read()
    ids = demo.article_ids(store)
    gold = {article for article, _ in content.gold}
    for label_set in content.label_sets:
        coder = store.people.named(label_set.coder)
        head = store.labels.head_of(made.project_id, ids[label_set.article], coder.id)
        assert head is not None
        accepted = label_set.article in gold
        assert head.status == ("accepted" if accepted else label_set.status)
        stored = store.labels.with_content([head])[0]
        assert Counter(s.quote for s in stored.spans) == Counter(s.quote for s in label_set.spans)
        assert [s.id for s in stored.statements] == [s["id"] for s in label_set.statements]
        assert not missing(stored, content.codebook)
        submissions = store.labels.submissions([head.id]).get(head.id, ())
        assert len(submissions) == (label_set.status != "draft")


def test_the_adviser_case_is_coded_in_full(loaded: tuple[Store, demo.SampleAccounts]) -> None:
    store, made = loaded
    article_id = demo.article_ids(store)["2026-02-12-haian-adviser.md"]
    analyst = store.people.named("analyst-1")
    head = store.labels.head_of(made.project_id, article_id, analyst.id)
    assert head is not None and head.status == "draft"
    stored = store.labels.with_content([head])[0]
    statement = stored.statements[0]
    ids = [statement.speaker_id, statement.holder_id, *statement.reported_by]
    actors = store.registry.actors([id_ for id_ in ids if id_])
    claim = store.registry.claims([statement.claim_id])[statement.claim_id]
    quotes = {span.id: span.quote for span in stored.spans}
    assert [actors[id_].name for id_ in ids if id_] == ["沈若川", "北岸共和国", "海岸通讯"]
    assert claim.text == "Beian open to Nanyu joining consultations"
    assert (statement.stance, statement.certainty) == ("support", "conditional")
    assert [quotes[id_] for id_ in statement.evidence] == ["北岸的态度是开放的"]
    assert statement.venue.startswith("海峡安全论坛")
    other = store.people.named("analyst-2")
    assert store.labels.head_of(made.project_id, article_id, other.id) is None


def test_gold_repeats_what_was_accepted(loaded: tuple[Store, demo.SampleAccounts]) -> None:
    store, made = loaded
    ids = demo.article_ids(store)
    for file_name, coder in sample.read().gold:
        heads = store.labels.heads_on([ids[file_name]], made.project_id)
        sets = {head.coder_id: head for head in store.labels.with_content(heads)}
        gold, source = sets[None], sets[store.people.named(coder).id]
        assert gold.kind == "gold" and gold.status == "accepted"
        assert {s.quote for s in gold.spans} == {s.quote for s in source.spans}
        assert not {s.id for s in gold.spans} & {s.id for s in source.spans}
        said = [
            sorted((s.claim_id, s.stance, s.speaker_id or "", len(s.evidence)) for s in statements)
            for statements in (gold.statements, source.statements)
        ]
        assert said[0] == said[1]
        decisions = store.decisions.live([gold.id])
        assert {s.id for s in gold.statements} <= {one.entity_id for one in decisions}
        assert gold.document_labels == source.document_labels


def test_some_work_is_left_for_newcomers(loaded: tuple[Store, demo.SampleAccounts]) -> None:
    store, made = loaded
    heads = store.labels.heads_on(list(demo.article_ids(store).values()), made.project_id)
    touched = {head.article_id for head in heads}
    assert len(EXPECTED) - len(touched) >= 5
    statuses = Counter(head.status for head in heads if head.kind == "analyst")
    assert set(statuses) == {"draft", "submitted", "returned", "accepted"}


def test_accounts_sign_in_with_the_passwords_returned(
    loaded: tuple[Store, demo.SampleAccounts],
) -> None:
    store, made = loaded
    assert {account.role for account in made.accounts} == {
        "admin", "editor", "reviewer", "analyst", "viewer",
    }  # fmt: skip
    for account in made.accounts:
        assert account.password
        token = accounts.sign_in(store, account.name, account.password, "127.0.0.1", "test")
        person = accounts.session_person(store, token)
        assert person is not None and person.display_name == account.display_name
        assert [p.id for p in accounts.projects_of(store, person)] == [made.project_id]
    assert len({account.password for account in made.accounts}) == len(made.accounts)
    contents = _contents(store)
    assert [a.name for a in made.accounts if a.password and a.password in contents] == []


def _contents(store: Store) -> str:
    """The whole database as SQL text."""
    with sqlite3.connect(store.path) as db:
        return "\n".join(db.iterdump())


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "twice.db")
    demo.load_sample(store)
    before = _contents(store)
    again = demo.load_sample(store)
    assert _contents(store) == before
    assert {account.password for account in again.accounts} == {None}


def test_loading_again_leaves_later_work_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "later.db")
    made = demo.load_sample(store)
    article_id = demo.article_ids(store)["2026-02-12-haian-adviser.md"]
    analyst = store.people.named("analyst-1")
    head = store.labels.head_of(made.project_id, article_id, analyst.id)
    assert head is not None
    statement = store.labels.with_content([head])[0].statements[0]
    removal = {
        "id": sample.stable_id("removal"),
        "kind": "remove_statement",
        "statement_id": statement.id,
    }
    tagging.apply(
        store, analyst, made.project_id, article_id,
        client="page", base_revision=head.revision, operations=[removal],
    )  # fmt: skip
    demo.load_sample(store)
    after = store.labels.with_content([head])[0]
    assert statement.id not in {s.id for s in after.statements}
    store.close()


@pytest.mark.parametrize("step", ["_make_people", "_ingest", "_tag", "_return", "_accept"])
def test_an_interrupted_load_is_finished(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "interrupted.db")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, step, stop)
        with pytest.raises(KeyboardInterrupt):
            demo.load_sample(store)
    made = demo.load_sample(store)
    heads = store.labels.heads_on(list(demo.article_ids(store).values()), made.project_id)
    content = sample.read()
    assert len(heads) == len(content.label_sets) + len(content.gold)
    assert Counter(head.status for head in heads)["returned"] == 1
    assert not list(store.examine())
    store.close()


def test_a_database_in_real_use_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "real.db")
    operator = accounts.operator(store)
    accounts.add_person(store, operator, "lena", password="correct horse", role="admin")
    with pytest.raises(Invalid, match="in real use"):
        demo.load_sample(store)
    assert store.projects.all() == []
    assert [person.name for person in store.people.all()] == ["lena"]
    store.close()


def test_only_administrators_may_load_it(
    loaded: tuple[Store, demo.SampleAccounts],
) -> None:
    store, _ = loaded
    for name in ("editor-1", "analyst-1", "viewer-1"):
        with pytest.raises(Forbidden):
            demo.load_sample(store, store.people.named(name))
