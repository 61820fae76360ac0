"""What the parts of a codebook are called on its page."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.codebook.diff import Place
from annotate.ui.i18n import t


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
    settings = {
        "working_language": t("Language of the claims"),
        "span_kinds": t("Span kinds"),
        "stances": t("Stances"),
        "certainties": t("Certainty"),
        "document_labels": t("Document labels"),
        "shown": t("Shown fields"),
        "required": t("Required fields"),
        "guidelines": t("Guidelines"),
    }
    first, *rest = place
    names = [settings[first]]
    if first in ("shown", "required"):
        names += [field_names().get(name, name) for name in rest]
    elif rest:
        names += [*rest[:-1], _last(first, rest)]
    return " › ".join(names)


def _last(scale: str, steps: list[str]) -> str:
    # A value may be called like a part; it stands where no part can.
    at_value = len(steps) == 1 or (scale == "document_labels" and steps[1:2] == ["values"])
    if at_value and len(steps) in (1, 3) and steps[-1] != "order":
        return steps[-1]
    parts = {
        "en": t("English"),
        "zh": t("Chinese"),
        "colour": t("Colour"),
        "key": t("Key"),
        "number": t("Number"),
        "help": t("When to choose it"),
        "multiple": t("several answers"),
        "order": t("Order"),
    }
    return parts.get(steps[-1], steps[-1])
