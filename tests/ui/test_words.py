"""What stored groups, topics and outcomes are called."""

from __future__ import annotations

import re
from pathlib import Path

import annotate
from annotate.codebook import DEFAULT
from annotate.links import CHOICES
from annotate.ui.languages import speaking
from annotate.ui.views.history_words import happened, value_name
from annotate.ui.words import readable_address


def test_a_topic_is_called_as_the_codebook_calls_an_answer_of_the_same_stored_name() -> None:
    answer = DEFAULT.document_labels[0].values[0]
    with speaking("en"):
        assert value_name(DEFAULT, "claim", "topic", answer.name) == answer.en
    with speaking("zh-Hans"):
        assert value_name(DEFAULT, "claim", "topic", answer.name) == answer.zh
        assert value_name(DEFAULT, "claim", "topic", "public_opinion") == "public_opinion"
    assert value_name(DEFAULT, "round", "mode", "list") == "Everything is handed out at once"
    assert value_name(DEFAULT, "round", "ordering", "newest") == "newest first"


def test_the_usual_kinds_of_actors_are_translated_in_the_history() -> None:
    with speaking("zh-Hans"):
        assert value_name(DEFAULT, "actor", "kind", "person") == "人物"
        assert value_name(DEFAULT, "actor", "kind", "a kind of ours") == "a kind of ours"


def test_whatever_happens_to_a_link_has_words_in_both_languages() -> None:
    sources = Path(annotate.__file__).parent.rglob("*.py")
    actions = {
        action
        for path in sources
        if "views" not in path.parts
        for action in re.findall(r'"(link\.[a-z_]+)"', path.read_text("utf-8"))
    }
    assert {"link.create", "link.sync", "link.resolve"} <= actions
    for action in sorted(actions):
        with speaking("en"):
            english = happened(action)
        with speaking("zh-Hans"):
            assert action != english != happened(action)


def test_a_decision_and_a_setting_of_a_link_are_told_in_words() -> None:
    with speaking("en"):
        told = [value_name(DEFAULT, "sync_conflict", "choice", one) for one in CHOICES]
        assert value_name(DEFAULT, "sync_link", "reveals", "true") == "yes"
    assert told == ["kept Claimdesk's", "took Label Studio's", "wrote something else"]


def test_an_address_is_read_in_its_letters_and_never_means_something_else() -> None:
    assert readable_address("https://a.example/%e6%9b%b9%E6%95%99/?q=%C3%A9") == (
        "https://a.example/曹教/?q=é"
    )
    # Separators, halves of letters, what is not seen and what turns the text around stay.
    for kept in ("%2Fx%3F%23%20%25", "%E6%9B", "%E2%80%AE", "%E2%80%8B", "%00", "100%", "%zz"):
        assert readable_address(f"https://a.example/{kept}") == f"https://a.example/{kept}"
    assert readable_address("%E6%9B%B9%2F%E6%95%99") == "曹%2F教"
