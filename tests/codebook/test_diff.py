from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from annotate.codebook import DEFAULT, Codebook, DocumentLabel, Value
from annotate.codebook.diff import Change, diff
from tests.codebook.strategies import codebooks


@settings(deadline=None)
@given(codebooks(), codebooks())
def test_there_are_differences_unless_the_two_are_equal(one: Codebook, other: Codebook) -> None:
    assert diff(one, one) == []
    told = diff(one, other)
    # A text's last line break is no line, and the order of fields says nothing.
    same = replace(other, guidelines=one.guidelines, shown=one.shown, required=one.required)
    assert told or one == same
    mirror = {"added": "removed", "removed": "added", "changed": "changed"}
    back = diff(other, one)
    assert sorted(c.place for c in told) == sorted(c.place for c in back)
    assert sorted(mirror[c.kind] for c in told) == sorted(c.kind for c in back)


def test_a_change_names_its_place_and_both_sides() -> None:
    support, oppose, *rest = DEFAULT.stances
    mixed = Value("mixed", "mixed", "兼有", "#123456")
    later = replace(
        DEFAULT,
        stances=(oppose, replace(support, zh="赞成", number=2.0), *rest[:1], mixed),
        document_labels=(
            *DEFAULT.document_labels,
            DocumentLabel("tone", "Tone", "语气", (Value("calm", "calm", "平静"),)),
        ),
        required=("speaker", "certainty"),
        guidelines="First\nOld\nNew\nEnd\nMore\n",
    )  # fmt: skip
    assert diff(replace(DEFAULT, guidelines="First\nFormer\nEnd\n"), later) == [
        Change(("stances", "order"), "changed", "support, oppose, neutral",
               "oppose, support, neutral"),
        Change(("stances", "support", "zh"), "changed", "支持", "赞成"),
        Change(("stances", "support", "number"), "changed", "1", "2"),
        Change(("stances", "unclear"), "removed", "unclear · 不明 · #7a4fa3 · 4", None),
        Change(("stances", "mixed"), "added", None, "mixed · 兼有 · #123456"),
        Change(("document_labels", "tone"), "added", None, "Tone · 语气"),
        Change(("document_labels", "tone", "values", "calm"), "added", None, "calm · 平静"),
        Change(("required", "certainty"), "added", None, "certainty"),
        Change(("guidelines",), "changed", "2: Former", "2: Old\n3: New\n5: More"),
    ]  # fmt: skip
