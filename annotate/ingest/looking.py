"""Items as they were found, beside what cleaning made of them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace

from annotate import accounts
from annotate.errors import NotFound, Rejected, WorkbenchError
from annotate.ingest import READERS, desk, items
from annotate.ingest.decode import decode, decoded
from annotate.ingest.items import Item
from annotate.ingest.limits import DEFAULT_LIMITS, MIB
from annotate.ingest.prospects import TRIED_WITH, can_change
from annotate.ingest.run import again
from annotate.ingest.workers import Pool, Task
from annotate.model import Article, CleanedItem, Person, Rejection
from annotate.store import Store

LONGEST_TEXT = 100_000
LONGEST_HEX = 4096
# An item that was too large is looked at nevertheless, up to here.
_LIMITS = replace(DEFAULT_LIMITS, item_bytes=64 * MIB)
_CLEANING_S = 15.0
_ROW = 16
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of an item, to be looked at.

    Args:
        text: Their characters, or their hexadecimal digits if they are no text.
        encoding: What they were read as; None for digits.
        size: How many bytes there are.
        cut: Whether ``text`` is only their beginning.
        unsure: Whether some characters could not be read.
    """

    text: str
    encoding: str | None
    size: int
    cut: bool
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Original:
    """An article and the item that it was made of.

    Args:
        article: The article.
        raw: The item; None for an article that came from an export.
        newest_id: The newest revision.
    """

    article: Article
    raw: Raw | None
    newest_id: str


@dataclass(frozen=True, slots=True)
class Look:
    """A rejected item and what cleaning makes of it now, as far as it gets.

    Args:
        rejection: As it is listed.
        raw: The item; None if it cannot be had any more.
        parts: Title, address and time, if it has the form of an item.
        cleaned: What would become of it: it could be taken now.
        refused: Why it cannot be had, or taken.
        worth_a_try: Whether trying it again may end in another way than the last time.
    """

    rejection: Rejection
    raw: Raw | None = None
    parts: Item | None = None
    cleaned: CleanedItem | None = None
    refused: Rejected | None = None
    worth_a_try: bool = True


def original(store: Store, who: Person, article_id: str) -> Original:
    """An article beside the item that it was made of.

    Raises:
        NotFound: There is none, or in no project that they may read.
    """
    article = store.articles.get(article_id)
    inside = store.articles.projects_of([article_id])[article_id]
    readable = any(accounts.may(store, who, "article.read", one) for one in inside)
    if not readable and accounts.role_of(store, who, None) != "admin":
        raise NotFound("There is no article {article_id}", article_id=article_id)
    raw = store.articles.raw(article_id)
    newest = store.articles.newest(article.series_id)
    return Original(article, None if raw is None else glimpse(raw), newest)


def look(store: Store, who: Person, rejection_id: str) -> Look:
    """A rejected item, read again where it was found, if it is there.

    It is cleaned in a process of its own, which may crash or be stopped; where that is what it
    was rejected for, it is not tried.

    Raises:
        Forbidden: They may not see it.
        NotFound: There is none, or not for them.
    """
    seen = _looked_at(store, desk.rejection(store, who, rejection_id))
    reason = seen.refused.reason if seen.refused else seen.rejection.reason
    as_now = replace(seen.rejection, reason=reason, tried_with=TRIED_WITH)
    return replace(seen, worth_a_try=seen.cleaned is not None or can_change(store.path, as_now))


def _looked_at(store: Store, rejection: Rejection) -> Look:
    why = desk.rebuilt(rejection)
    found = next((one for one in again(store, [rejection.item], _LIMITS) if one.content), None)
    if found is None or not isinstance(found.content, bytes) or found.item != rejection.item:
        gone = found.content if found and isinstance(found.content, Rejected) else None
        return Look(rejection, refused=gone or why)
    seen = Look(rejection, glimpse(found.content), refused=why)
    try:
        seen = replace(seen, parts=items.parse(decode(found.content)))
    except Rejected as refused:
        return replace(seen, refused=refused)
    if rejection.reason in ("crashed", "timeout", "too_large"):
        return seen
    result = _cleaned(found.item, found.content)
    if isinstance(result, CleanedItem):
        return replace(seen, cleaned=result, refused=None)
    return replace(seen, refused=result)


def glimpse(raw: bytes) -> Raw:
    """Bytes as text if they are text, as hexadecimal digits if they are not."""
    unsure = False
    try:
        text, encoding = decoded(raw)
    except Rejected:
        text, encoding = raw[: 4 * LONGEST_TEXT].decode("utf-8", "replace"), "utf-8"
        unsure = True
        odd = sum(c == "\ufffd" or (c < " " and c not in "\t\r\n") for c in text)
        if odd > (1 - _MOSTLY) * len(text):
            return Raw(_hex(raw[:LONGEST_HEX]), None, len(raw), len(raw) > LONGEST_HEX)
    cut = len(text) > LONGEST_TEXT
    return Raw(text[:LONGEST_TEXT], encoding, len(raw), cut, unsure)


def _cleaned(item: str, raw: bytes) -> CleanedItem | Rejected:
    task = Task([(item, raw)])
    pool = Pool(READERS.get("archive"), 1, _CLEANING_S)
    try:
        with closing(pool.run(iter([task]), 1)) as done:
            result = next(done).results[0]
    except WorkbenchError as error:
        return Rejected("crashed", "Cleaning failed: {value}", value=error.message)
    return result


def _hex(data: bytes) -> str:
    rows = []
    for at in range(0, len(data), _ROW):
        row = data[at : at + _ROW]
        seen = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in row)
        rows.append(f"{at:06x}  {row.hex(' '):<{3 * _ROW - 1}}  {seen}")
    return "\n".join(rows)
