from __future__ import annotations

import pytest

from annotate.text.language import language, script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("韩国的态度是开放的，这取决于日本。", "zh-Hans"),
        ("韓國的態度是開放的，這取決於日本。", "zh-Hant"),
        ("山水人口", "zh-Hans"),
        ("首尔对日本参与核咨商持开放态度 (NCG, CSIS, Kim Sung-han, Joe Biden)", "zh-Hans"),
        ("The government said on Tuesday that it was open to talks with Seoul.", "en"),
        ("Le gouvernement a déclaré mardi qu'il était ouvert aux discussions.", "fr"),
        ("Правительство заявило во вторник, что открыто для переговоров.", "ru"),
        ("韓国政府は火曜日、協議に前向きだと述べた。", "ja"),
        ("한국 정부는 화요일 협의에 열려 있다고 밝혔다.", "ko"),
        ("Seoul said in a statement that 金圣翰 was speaking for himself at the forum.", "en"),
        ("", "und"),
        ("123 👍 …", "und"),
    ],
)
def test_language(text: str, expected: str) -> None:
    assert language(text) == expected
    assert language(text * 50) == expected


def test_script_counts_what_only_one_of_them_has() -> None:
    assert script("臺灣的国") == "Hant"
    assert script("台湾的國说") == "Hans"
