"""Which language a reader gets: their own, else that chosen in this browser, else the browser's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from starlette.requests import HTTPConnection
from streamlit.runtime.scriptrunner import get_script_run_ctx

from annotate.model import LANGUAGES, Language, Person
from annotate.ui import visitor

COOKIE = "claimdesk_language"
SOURCE: Language = "en"
NAMES: Mapping[Language, str] = {"en": "English", "zh-Hans": "简体中文"}
"""What each language calls itself."""

_PRIMARY: Mapping[str, Language] = {"en": "en", "zh": "zh-Hans"}
_language: ContextVar[Language] = ContextVar("language", default="")


def language() -> Language:
    """The language of the reader whom the present run or request serves."""
    found = _language.get()
    if found:
        return found
    if get_script_run_ctx(suppress_warning=True) is None:
        return SOURCE
    # A page's callbacks run before its script does, in a thread that nobody has told yet.
    asking = visitor.of_page()
    found = of_page(asking.person if asking else None)
    _language.set(found)
    return found


def speak(tag: Language) -> None:
    """Set the language of the run or request under way."""
    _language.set(tag if tag in LANGUAGES else SOURCE)


@contextmanager
def speaking(tag: Language) -> Iterator[None]:
    """Set the language for a while."""
    before = _language.set(tag if tag in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _language.reset(before)


def of_page(person: Person | None) -> Language:
    """The language of the Streamlit page that is being run for somebody."""
    return _chosen(person, st.context.cookies, st.context.headers)


def of_request(connection: HTTPConnection) -> Language:
    """The language of a request; its visitor counts once it has passed the gate."""
    asking = visitor.of_request(connection)
    person = asking.person if asking else None
    return _chosen(person, connection.cookies, connection.headers)


def accepted(header: str) -> Language:
    """The language that a browser asks for with its ``Accept-Language`` header (RFC 9110).

    Of two that it likes as much, the first.
    """
    best: tuple[float, Language] = (0.0, SOURCE)
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        found = _PRIMARY.get(primary)
        if found and _weight(weight) > best[0]:
            best = (_weight(weight), found)
    return best[1]


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0


def _chosen(
    person: Person | None, cookies: Mapping[str, str], headers: Mapping[str, str]
) -> Language:
    if person is not None and person.language:
        return person.language
    chosen = cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    header = headers.get("accept-language")
    return accepted(header if isinstance(header, str) else "")
