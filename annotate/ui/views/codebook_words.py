"""What the parts of a codebook are called on its page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from annotate.codebook import Codebook, Problem
from annotate.codebook.diff import Place
from annotate.errors import Invalid
from annotate.ui.i18n import t, told

_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def field_names() -> Mapping[str, str]:
    """The fields of a statement, in the order of the form."""
    return {
        "speaker": t("Speaker"),
        "holder": t("On behalf of"),
        "certainty": t("Certainty"),
        "evidence": t("Evidence"),
        "reported_by": t("Reported by"),
        "addressee": t("Addressee"),
        "venue": t("Venue"),
        "statement_date": t("Date"),
        "note": t("Note"),
    }


def place_name(place: Place) -> str:
    """A place in a codebook: settings in the reader's words, values by their stored names."""
    first, *rest = place
    names = [_settings()[first]]
    if first in ("shown", "required"):
        names += [field_names().get(name, name) for name in rest]
    elif rest:
        steps = [*rest[:-1], _last(first, rest)]
        if first == "document_labels" and rest[1:2] == ["values"] and len(rest) > 2:
            steps[1] = t("Answers")
        names += steps
    return " › ".join(names)


def problem_words(problem: Problem, book: Codebook, *, whole: bool) -> str:
    """What is wrong, its place in the reader's words.

    Args:
        problem: The problem.
        book: The codebook as far as it can be read.
        whole: Whether the whole place is named, or its last step alone.
    """
    values = problem.error.values
    if "place" in values:
        steps = _steps(problem.place, asdict(book))
        values = {**values, "place": " › ".join(steps if whole else steps[-1:])}
    # A space parts Latin names from Chinese words, but not Chinese words from each other.
    return _BETWEEN_CHINESE.sub("", told(Invalid(*problem.error.templates, **values)))


def _steps(place: str, content: Any) -> list[str]:
    names = {**_settings(), **_parts(), "name": t("Stored name"), "values": t("Answers")}
    found = []
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", place):
        content = _inside(content, name or int(number))
        called = content.get("name") if isinstance(content, dict) else None
        found.append(names.get(name, name) if name else called or f"{int(number) + 1}")
    return found


def _inside(content: Any, step: str | int) -> Any:
    try:
        return content[step]
    except (KeyError, IndexError, TypeError):
        return None


def _last(scale: str, steps: list[str]) -> str:
    # A value may be called like a part; it stands where no part can.
    at_value = len(steps) == 1 or (scale == "document_labels" and steps[1:2] == ["values"])
    if at_value and len(steps) in (1, 3) and steps[-1] != "order":
        return steps[-1]
    return _parts().get(steps[-1], steps[-1])


def _settings() -> Mapping[str, str]:
    return {
        "working_language": t("Language of the claims"),
        "span_kinds": t("Span kinds"),
        "stances": t("Stances"),
        "certainties": t("Certainty"),
        "document_labels": t("Document labels"),
        "shown": t("Shown fields"),
        "required": t("Required fields"),
        "guidelines": t("Guidelines"),
    }


def part_names() -> Mapping[str, str]:
    """What a value's words and number are called in a sentence."""
    return {
        "en": t("English name"),
        "zh": t("Chinese name"),
        "help": t("explanation"),
        "number": t("number"),
    }


def _parts() -> Mapping[str, str]:
    return {
        "en": t("English"),
        "zh": t("Chinese"),
        "colour": t("Colour"),
        "key": t("Key"),
        "number": t("Number"),
        "help": t("When to choose it"),
        "multiple": t("several answers"),
        "order": t("Order"),
    }
