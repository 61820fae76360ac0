from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from annotate.codebook import DEFAULT, Codebook, CodebookInvalid, load, yaml
from tests.codebook.strategies import codebooks

TEXT = yaml.dump(DEFAULT)


@settings(deadline=None)
@given(codebooks())
def test_a_codebook_comes_back_from_its_yaml_and_its_json(book: Codebook) -> None:
    text = yaml.dump(book)
    assert yaml.parse(text) == book
    assert yaml.dump(yaml.parse(text)) == text
    assert load(book.to_json(), fresh=True) == book


def test_guidelines_stand_in_the_text_line_by_line() -> None:
    text = yaml.dump(replace(DEFAULT, guidelines="# Who\n\nThe holder: whoever *has* it.\n"))
    assert "guidelines: |\n  # Who\n\n  The holder: whoever *has* it.\n" in text


def problems(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(CodebookInvalid) as refused:
        yaml.parse(text)
    return [(problem.line, str(problem.error)) for problem in refused.value.problems]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_every_problem_is_named_with_its_line_at_once() -> None:
    text = (
        TEXT.replace("colour: '#0072b2'", "colour: blue")
        .replace("number: -1.0", "number: minus one")
        .replace(
            "  - name: hedged\n    en: hedged\n", "  - name: hedged\n    en: ''\n    size: 3\n"
        )
        .replace("required:\n  - speaker", "required:\n  - speakers")
    )
    found = problems(text)
    assert [line for line, _ in found] == [
        line_of(text, "colour: blue"),
        line_of(text, "number: minus one"),
        line_of(text, "en: ''"),
        line_of(text, "size: 3"),
        line_of(text, "- speakers"),
    ]
    assert "span_kinds[0].colour must look like" in found[0][1]
    assert "certainties[1].size is no setting" in found[3][1]


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        (TEXT.replace("zh: 明言", "zh: &x 明言"), "&x", "Anchors such as &x"),
        (TEXT.replace("zh: 明言", "zh: &x 明言").replace("zh: 留有余地", "zh: *x"), "*x", "*x"),
        (TEXT.replace("en: stated", "en: !!python/name:os.system ''"), "!!", "Tags"),
        (TEXT + "stances: []\n", "stances: []", "stances stands twice"),
        (TEXT.replace("name: oppose", "name: support"), "name: support\n    en: oppose", "twice"),
        (TEXT.replace("en: claim", "en: [claim"), "zh: 主张", "a bracket"),
        ("stances: []\nguidelines: 'It\nis\n", "guidelines", "quotation mark that begins"),
        (TEXT.replace("en: claim", "en: a: claim"), "en: a: claim", "a colon where none can be"),
        (TEXT.replace("  en: claim", "en: claim"), "en: claim", "not indented as those"),
        (TEXT.replace("    en: claim", "\ten: claim"), "en: claim", "a tab at the beginning"),
        (TEXT.replace("en: claim", "en: @claim"), "en: @claim", "cannot begin with this sign"),
        (TEXT.replace("en: claim", "en: 'a' claim"), "en: 'a'", "behind a closing quotation"),
        (TEXT.replace("en: claim", "en: cl\0aim"), "en: cl", "no YAML"),
        ("a: " + "[" * 50_000, "a: ", "nested too deeply"),
        ("[]", "[]", "begins with settings"),
        ("", "", "begins with settings"),
        ("? [a]\n: b\n" + TEXT, "? [a]", "must be one word"),
        (TEXT + "---\nb: 2\n", "---", "no YAML"),
        ("#" * (yaml.MOST_CHARACTERS + 1), "#", "longer than 300,000 characters"),
    ],
)
def test_what_is_no_codebook_is_refused_with_its_line(text: str, at: str, says: str) -> None:
    line = line_of(text, at)
    assert any(one == line and says in told for one, told in problems(text)), problems(text)


def test_a_bomb_of_references_is_refused_before_it_is_built() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert "Anchors" in problems("a0: &a0 [x]\n" + levels)[0][1]


def test_words_that_yaml_would_read_as_something_else_stay_words() -> None:
    text = TEXT.replace("en: stated", "en: no").replace("en: hedged", "en: 2026-02-13")
    assert [value.en for value in yaml.parse(text).certainties[:2]] == ["no", "2026-02-13"]
    assert yaml.parse(TEXT.replace("key: '1'", "key: 1")) == DEFAULT
