"""Every text that people see can be said in every language, and is chosen for its reader."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest

from annotate.errors import Invalid, Word, Words
from annotate.ui.i18n import catalogue, edition, explain, t, tn, told
from annotate.ui.languages import NAMES, SOURCE, accepted, language, speak, speaking
from tools import scripts, texts, unsaid


def test_every_text_has_its_translation() -> None:
    complaints = texts.complaints()
    assert not complaints, "\n".join(
        [*complaints, "`python -m tools.texts --write` adds the missing ones, to be filled in"]
    )


def test_translations_speak_of_the_same_values_in_one_voice() -> None:
    for text, translation in catalogue("zh-Hans").items():
        words = re.sub(r"\{\w+\}", "", text)
        assert re.search(r"[\u4e00-\u9fff]", translation) or not re.search(r"[a-z]{3}", words), text
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", translation), translation


SCRIPT = r"""
// t("not in a comment"), nor /* t("here") */
import { t } from "./i18n.js"
function t(text) { return /t\("not in a pattern"\)/.test(text) }
const a = [t("one"), tn("{n} two", "{n} twos", n), other.t("method")]
const c = `${t('three "x"')} ${`${t("four")}`}`
const b = 4 / 2 / t(name) + t("five" + six) + t("it\u2019s", { a: t("six") })
"""


def test_the_texts_of_a_script_are_found() -> None:
    found = [(call.name, call.texts) for call in scripts.calls(SCRIPT, frozenset({"t", "tn"}))]
    assert found == [
        ("t", ("one",)),
        ("tn", ("{n} two", "{n} twos")),
        ("t", ('three "x"',)),
        ("t", ("four",)),
        ("t", ()),
        ("t", ()),
        ("t", ("it’s",)),
        ("t", ("six",)),
    ]


UNSAID_SCRIPT = r"""
const a = h("p", { class: "not read", title: "Read out", "aria-label": t("said") }, "Read")
const b = button("link", () => go("Nowhere"), {}, done ? "Read too" : t("said"), name)
const c = { "Key of a map": t("said"), other: "Enter" }
input.placeholder = "Read as well"
throw new Error(`${n} Not looked at`) || fail("A sentence that is read")
"""
UNSAID_PAGE = """
st.button("Read", key="not_read", help="Read out")
st.tabs(["One", t("said"), f"{n} read"])
Column("not_read", "Heading")
_log.warning("not read here")
st.text(t("said") if x else "Else")
"""


def test_words_without_a_translation_of_any_kind_are_found(tmp_path: Path) -> None:
    found = [text for _, text in unsaid.in_script(UNSAID_SCRIPT)]
    assert found == ["Read out", "Read", "Read too", "Read as well", "A sentence that is read"]
    page = tmp_path / "page.py"
    page.write_text(UNSAID_PAGE, "utf-8")
    assert sorted(text.strip() for _, text in unsaid.in_python(page)) == [
        "Else", "Heading", "One", "Read", "Read out", "read",
    ]  # fmt: skip


def test_a_text_without_translation_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.loads((texts.LOCALES / "zh-Hans.json").read_text("utf-8"))
    broken = {key: value for key, value in whole.items() if key != "Sign out"}
    broken |= {"Nobody says this": "没有人说", "Sign in": "", "Select {name}": "选择 {nome}"}
    (tmp_path / "zh-Hans.json").write_text(texts.written(broken), "utf-8")
    monkeypatch.setattr(texts, "LOCALES", tmp_path)
    told_of = "\n".join(texts.complaints())
    assert 'no zh-Hans for "Sign out"' in told_of
    assert 'nobody says "Nobody says this"' in told_of
    assert 'no words for "Sign in"' in told_of
    assert 'other placeholders in "选择 {nome}"' in told_of


def test_numbers_and_plurals() -> None:
    with speaking("en"):
        assert tn("{n} article", "{n} articles", 1) == "1 article"
        assert tn("{n} article", "{n} articles", 1234) == "1,234 articles"
    with speaking("zh-Hans"):
        assert tn("{n} article", "{n} articles", 1) == "1 篇文章"
        assert tn("{n} article", "{n} articles", 1234) == "1,234 篇文章"


def test_an_error_is_told_in_the_readers_language_with_its_words_and_what_caused_it() -> None:
    inner = Invalid("The {what} has no text", what=Word("claim"))
    error = Invalid(
        "{problem}; {others}",
        "Ask somebody who may: {roles}",
        problem=inner,
        others="admin",
        roles=Words((Word("admin"), Word("editor"))),
    )
    assert str(error) == "The claim has no text; admin. Ask somebody who may: admin, editor"
    with speaking("zh-Hans"):
        # A value that is no word of ours stays as it is.
        assert explain(error) == ("此主张没有文字；admin", "请联系有权限的人：管理员、编辑")
        assert told(inner) == "此主张没有文字"
    assert told(error) == str(error)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en"),
        ("de, fr", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr, en;q=0.3, zh-TW;q=0.7", "zh-Hans"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=much", "en"),
        ("zha", "en"),
    ],
)
def test_the_browsers_language(header: str, expected: str) -> None:
    assert accepted(header) == expected


def test_a_language_is_set_for_one_thread_alone() -> None:
    seen: list[str] = []
    with speaking("zh-Hans"):
        thread = threading.Thread(target=lambda: seen.append(language()))
        thread.start()
        thread.join()
        assert t("Sign out") == "退出登录"
    assert seen == [SOURCE]
    assert t("Sign out") == "Sign out"


def test_an_unknown_language_is_english() -> None:
    with speaking("en"):
        speak("xx")  # type: ignore[arg-type]
        assert language() == "en"
    assert catalogue("../zh-Hans") == {}
    assert len(edition()) == 12
    assert set(NAMES) == {"en", "zh-Hans"}
