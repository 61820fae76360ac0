"""What an entry may hold: names tidied, sizes and identifiers checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace

from annotate.errors import Invalid, Word
from annotate.model import ALIAS_KINDS, MOST_CHARACTERS, Alias
from annotate.registries.model import ACTOR_KINDS, Draft, Kind

# A claim is a sentence; whoever writes one into an actor's name has taken the wrong field.
MOST_NAME: Mapping[Kind, int] = {"actor": 200, "claim": MOST_CHARACTERS}
MOST_GROUP = 100
MOST_NOTE = 20_000
MOST_ALIASES = 1000
MOST_EXTERNAL_ID = 200
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z")
_SCHEME = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
_WIKIDATA = re.compile(
    r"(?:https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/)?([Qq][1-9][0-9]{0,11})\Z"
)


def checked(kind: Kind, draft: Draft, held: Collection[str] = ()) -> Draft:
    """A draft as it may be stored.

    Names lose needless white space; blank and repeated aliases go. Anything else that Unicode
    allows in a name stays as it is.

    Args:
        kind: The registry.
        draft: What somebody means to write.
        held: Names that the entry has already; they may be longer than new ones.

    Raises:
        Invalid: if the name is empty, something is too long, or an identifier is none.
    """
    name = _name(kind, Word("name"), draft.name, held)
    if not name:
        raise Invalid("Give the actor a name" if kind == "actor" else "Give the claim a wording")
    group = _text(Word("group"), draft.group, MOST_GROUP)
    if kind == "actor":
        language, external_ids = "", _external_ids(draft.external_ids)
        group = group or ACTOR_KINDS[0]
    else:
        language, external_ids = _language(draft.language), {}
    note = draft.note.replace("\r\n", "\n").strip()
    _measure(Word("note"), note, MOST_NOTE)
    return replace(
        draft, name=name, group=group, language=language, note=note,
        external_ids=external_ids, aliases=_aliases(kind, name, draft.aliases, held),
    )  # fmt: skip


def wikidata_id(text: str) -> str:
    """The id that a text names: ``Q42``, ``q42`` or the address of the item's page.

    Raises:
        Invalid: if it names none.
    """
    match = _WIKIDATA.match(text.strip())
    if match is None:
        raise Invalid(
            "{text!r} is no Wikidata id", "Write it as Q42, or paste its address", text=text[:80]
        )
    return match[1].upper()


def _name(kind: Kind, what: Word, text: str, held: Collection[str]) -> str:
    most = None if " ".join(text.split()) in held else MOST_NAME[kind]
    return _text(what, text, most)


def _aliases(
    kind: Kind, name: str, aliases: tuple[Alias, ...], held: Collection[str]
) -> tuple[Alias, ...]:
    found: dict[tuple[str, str, str], Alias] = {}
    for alias in aliases:
        if alias.kind not in ALIAS_KINDS:
            raise Invalid("An alias is one of {names}", names=", ".join(ALIAS_KINDS))
        text = _name(kind, Word("alias"), alias.text, held)
        if text and (text != name or alias.kind != "alias"):
            one = Alias(text, _language(alias.language), alias.kind)
            found.setdefault((one.text, one.language, one.kind), one)
    if len(found) > MOST_ALIASES:
        raise Invalid(
            "An entry has at most {most} aliases, not {count}",
            most=MOST_ALIASES,
            count=len(found),
        )
    return tuple(found.values())


def _external_ids(given: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for scheme, value in given.items():
        if not _SCHEME.match(scheme):
            raise Invalid("{scheme!r} is no name of a list of identifiers", scheme=scheme[:80])
        text = _text(scheme, value, MOST_EXTERNAL_ID)
        if text:
            found[scheme] = wikidata_id(text) if scheme == "wikidata" else text
    return found


def _language(tag: str) -> str:
    tag = tag.strip()
    if tag and not LANGUAGE_TAG.match(tag):
        raise Invalid("{tag!r} is no language tag", "Write it as en, zh-Hans or ko", tag=tag[:80])
    return tag


def _text(what: str, text: str, most: int | None) -> str:
    """One line without needless white space; empty if nothing of it can be seen."""
    tidy = " ".join(text.split())
    _measure(what, tidy, most)
    seen = any(unicodedata.category(char)[0] not in "CZ" for char in tidy)
    return tidy if seen else ""


def _measure(what: str, text: str, most: int | None) -> None:
    if most is not None and len(text) > most:
        raise Invalid(
            "The {what} has {count} characters; {most} are the most",
            what=what,
            count=len(text),
            most=most,
        )
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Invalid("The {what} holds a character that no text may hold", what=what)
