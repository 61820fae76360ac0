"""The form in which feed archives keep an item.

An item is text: an optional first line ``<!--epoch milliseconds-->``, then ``[title](url)``, a
line of dashes, an optional line ``日期：`` with an RFC 2822 date, then HTML. Titles may hold
brackets and quotes, URLs parentheses and percent escapes.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from annotate.errors import Rejected
from annotate.ingest import forms, urls

MAX_TITLE = 2000

PublishedFrom = Literal["epoch", "date_line", "dateline", ""]

_EPOCH = re.compile(r"\s*<!--\s*(-?\d{1,18})\s*-->")
_LINK = re.compile(r"\s*(\[[^\n]*\))[^\S\n]*(?:\n|\Z)")
_DASHES = re.compile(r"\s*-{3,}[^\S\n]*(?:\n|\Z)")
_DATE_LINE = re.compile(r"\s*日期[：:]([^\n]*)(?:\n|\Z)")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]+")
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One archived item, taken apart.

    Args:
        title: The headline, on one line.
        url: As written.
        published_at: ISO 8601, UTC, to the second, or None.
        published_from: Where that was taken from.
        html: The rest.
    """

    title: str
    url: str
    published_at: str | None
    published_from: PublishedFrom
    html: str


def parse(text: str) -> Item:
    """Take an item apart.

    Args:
        text: Its characters; line ends of any kind.

    Raises:
        Rejected: ``empty``, ``not_an_item`` or ``bad_url``.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Rejected(
            "empty", "The item is empty", "Save it again with its content, or dismiss it"
        )
    epoch = _EPOCH.match(text)
    link = _LINK.match(text, epoch.end() if epoch else 0)
    if link is None:
        raise forms.no_item(text[epoch.end() :] if epoch else text)
    dashes = _DASHES.match(text, link.end())
    if dashes is None:
        raise Rejected(
            "not_an_item",
            "No line of dashes follows the line [title](url)",
            "Put one below it, as the page Ingest shows it",
        )
    title, url = split_link(link.group(1))
    dated = _DATE_LINE.match(text, dashes.end())
    published_at, published_from = _published(epoch, dated)
    body = text[dated.end() if dated else dashes.end() :]
    return Item(title, url, published_at, published_from, body)


def split_link(link: str) -> tuple[str, str]:
    """Title and URL of ``[title](url)``, whatever brackets they hold themselves.

    Raises:
        Rejected: ``not_an_item``: no title, or one that is too long; ``bad_url``.
    """
    if len(link) > MAX_TITLE + urls.MAX_URL:
        raise Rejected("not_an_item", "The line [title](url) is too long")
    inner = link[1:-1]
    at = _seam(inner)
    if at < 0:
        raise Rejected(
            "not_an_item",
            "The first line is not [title](url)",
            "Write it as the page Ingest shows it",
        )
    title = one_line(html.unescape(inner[:at]))
    if not title:
        raise Rejected("not_an_item", "The title is missing")
    if len(title) > MAX_TITLE:
        raise Rejected(
            "not_an_item", "The title is longer than {count} characters", count=MAX_TITLE
        )
    return title, urls.checked(inner[at + 2 :].strip())


def one_line(text: str) -> str:
    """A text without line ends, control characters and runs of white space."""
    return " ".join(_UNPRINTED.sub(" ", text).split())


def moment(seconds: float) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC, to the second; None outside the years 1 to 9999."""
    try:
        return (_START + timedelta(seconds=int(seconds))).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return None


def _seam(inner: str) -> int:
    """Where ``](`` separates title from URL: the last place that leaves the URL balanced."""
    fallback = -1
    at = inner.rfind("](")
    while at >= 0:
        url = inner[at + 2 :].lstrip()
        if url[:8].lower().startswith(("http://", "https://")):
            if _balanced(url):
                return at
            fallback = max(fallback, at)
        at = inner.rfind("](", 0, at)
    return fallback if fallback >= 0 else inner.rfind("](")


def _balanced(url: str) -> bool:
    depth = 0
    for char in url:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def _published(
    epoch: re.Match[str] | None, dated: re.Match[str] | None
) -> tuple[str | None, PublishedFrom]:
    if epoch is not None:
        at = moment(int(epoch.group(1)) // 1000)
        if at is not None:
            return at, "epoch"
    if dated is not None:
        at = _rfc2822(dated.group(1).strip())
        if at is not None:
            return at, "date_line"
    return None, ""


def _rfc2822(text: str) -> str | None:
    try:
        at = parsedate_to_datetime(text)
        return moment((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
