"""What stored groups, topics and outcomes are called."""

from __future__ import annotations

from annotate.codebook import DEFAULT
from annotate.ui.languages import speaking
from annotate.ui.views.history_words import value_name


def test_a_topic_is_called_as_the_codebook_calls_an_answer_of_the_same_stored_name() -> None:
    answer = DEFAULT.document_labels[0].values[0]
    with speaking("en"):
        assert value_name(DEFAULT, "claim", "topic", answer.name) == answer.en
    with speaking("zh-Hans"):
        assert value_name(DEFAULT, "claim", "topic", answer.name) == answer.zh
        assert value_name(DEFAULT, "claim", "topic", "public_opinion") == "public_opinion"


def test_the_usual_kinds_of_actors_are_translated_in_the_history() -> None:
    with speaking("zh-Hans"):
        assert value_name(DEFAULT, "actor", "kind", "person") == "人物"
        assert value_name(DEFAULT, "actor", "kind", "a kind of ours") == "a kind of ours"
