"""Words of several pages: hostile text made harmless for labels, the names of closed sets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from annotate.codebook import Codebook, DocumentLabel, Value
from annotate.model import Role
from annotate.ui.i18n import t
from annotate.ui.languages import language

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!$:~|<>&=^\"'/@])")
# Streamlit turns these into links, pictures and arrows even where they are escaped.
_SPELLED = re.compile(
    r"(?<=[-<>~])(?=[-=>])|(?<=:)(?=//|streamlit:)|(?<=www)(?=\.)|(?<=\S)(?=@)", re.IGNORECASE
)
# Overrides and isolates of direction would turn around the words beside the text, too.
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENCODED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_LAST_ASCII = 0x7F
_BREAK = re.compile(r"[ \t]*[\r\n]\s*")
_WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Text as Markdown that shows it as it is.

    Labels of Streamlit's buttons, check boxes, fields, tabs and expanders, its headings,
    captions and messages are Markdown with directives of its own; whatever comes from articles,
    registries or people passes through here first. (The options of a select box and ``st.text``
    show text as it is: not for them.)

    Args:
        text: Anything, hostile text included. Lines stay lines; an invisible word joiner keeps
            apart what Streamlit would make a link of; controls of direction are left out.
    """
    joined = _SPELLED.sub(_WORD_JOINER, _STEERING.sub("", text))
    return _BREAK.sub("  \n", _MARKDOWN.sub(r"\\\1", joined))


def readable_address(url: str) -> str:
    """An address as it is read, not followed: with letters where they are written as bytes.

    Args:
        url: Anything. What would not be seen, or would mean something else, stays as it is.
    """
    return _ENCODED.sub(_decoded, url)


def _decoded(found: re.Match[str]) -> str:
    try:
        letters = unquote(found[0], errors="strict")
    except UnicodeDecodeError:
        return found[0]
    return "".join(
        letter if letter.isprintable() and ord(letter) > _LAST_ASCII else quote(letter, safe="")
        for letter in letters
    )


def shortened(text: str, limit: int) -> str:
    """The beginning of a text, where there is not room for all of it.

    Args:
        text: Anything.
        limit: Characters that are shown at most, the dots apart.
    """
    return text if len(text) <= limit else text[:limit] + "…"


def sentences(texts: Iterable[str]) -> str:
    """Whole sentences one after another; empty ones are left out."""
    said = ""
    for text in filter(None, texts):
        said = t("{said} {text}", said=said, text=text) if said else text
    return said


def file_stem(project: str) -> str:
    """What files of a project begin with.

    Args:
        project: Its name; whatever a file system may not like becomes a hyphen.
    """
    return re.sub(r"[^\w-]+", "-", project).strip("-").lower() or "project"


def person_name(name: str) -> str:
    """What somebody is called: that of the command line's operator, which nobody chose, in words.

    Args:
        name: A display name.
    """
    return t("Local operator") if name == "Local operator" else name


def role_name(role: Role) -> str:
    """A role in words."""
    return {
        "admin": t("admin"),
        "editor": t("editor"),
        "reviewer": t("reviewer"),
        "analyst": t("analyst"),
        "viewer": t("viewer"),
    }[role]


def codebook_name(one: Value | DocumentLabel) -> str:
    """What a value or a document label of a codebook is called in the reader's language."""
    return (one.zh if language() == "zh-Hans" else one.en) or one.name


def answer_names(book: Codebook) -> dict[str, str]:
    """What the answers to a codebook's questions about articles are called, by stored name."""
    answers = [value for label in book.document_labels for value in label.values]
    return {value.name: codebook_name(value) for value in reversed(answers)}


def status_name(status: str) -> str:
    """The state of one's own labels on an article, in words.

    Args:
        status: `todo` or the status of a label set.
    """
    return {
        "todo": t("to do"),
        "draft": t("in progress"),
        "submitted": t("submitted"),
        "returned": t("returned"),
        "accepted": t("accepted"),
    }[status]


def language_name(tag: str) -> str:
    """The language of an article, in words where it is a usual one.

    Args:
        tag: BCP 47, with the script for Chinese.
    """
    known = {
        "": t("Unknown"),
        "zh-Hans": t("Chinese, simplified"),
        "zh-Hant": t("Chinese, traditional"),
        "en": t("English"),
        "ja": t("Japanese"),
        "ko": t("Korean"),
        "ru": t("Russian"),
        "fr": t("French"),
        "de": t("German"),
        "es": t("Spanish"),
        "ar": t("Arabic"),
    }
    return known.get(tag, tag)
