"""What an item looks like, for people who make one, and what is often brought instead."""

from __future__ import annotations

import csv
import re
from itertools import islice

from annotate.errors import Rejected
from annotate.model import Language

_EXAMPLE_EN = """\
[Seoul leaves the door open](https://news.example/2024/talks)
------
日期：Tue, 13 Feb 2024 10:45:02 +0000
<p>The minister said on Tuesday that her government was open to three-way talks.</p>
<p>Talks would have to wait until spring, she added.</p>
"""
_EXAMPLE_ZH = """\
[首尔对三方磋商持开放态度](https://news.example/2024/talks)
------
日期：Tue, 13 Feb 2024 10:45:02 +0000
<p>部长周二表示，韩国政府对三方磋商持开放态度。</p>
<p>她补充说，磋商要等到春天。</p>
"""
# Whatever is behind it is not needed to tell what a text is.
_BEGINNING = 20_000
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b")
_HTML = re.compile(r"<(?:!doctype\s+html|[a-z][a-z0-9]*[\s/>])", re.I)
_XHTML = re.compile(r"<(?:!|html)", re.I)
_JSON_LINES = re.compile(r"\s*\{[^\n]*\}[^\S\n]*\n\s*\{")
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[{\[\"])")
_COLUMN = re.compile(r"\s*[\w .()/-]{1,40}\s*")
# Prose has a comma in many a line, but hardly two short names and two commas.
_FEWEST_COLUMNS = {"\t": 2, ",": 3, ";": 3}


def example(language: Language) -> str:
    """A short item that is taken as it stands.

    Args:
        language: That of the reader.
    """
    return _EXAMPLE_ZH if language == "zh-Hans" else _EXAMPLE_EN


def no_item(text: str) -> Rejected:
    """Why a text that does not begin as an item does is none, by what it plainly is.

    Args:
        text: The whole of it; lines end with line feeds.
    """
    is_xml, text = _opened(text[:_BEGINNING])
    if _FEED.match(text):
        return Rejected(
            "not_an_item",
            "This is a whole feed, not an item of one",
            "Make a text file of each article, as the page Ingest shows it",
        )
    if (_XHTML if is_xml else _HTML).match(text):
        return Rejected(
            "not_an_item",
            "This is an HTML page without its first line [title](url)",
            "Put that line and a line of dashes before it, as the page Ingest shows it",
        )
    if _JSON_LINES.match(text):
        return Rejected(
            "not_an_item",
            "These are JSON lines, not an item",
            "Make a text file of each article, as the page Ingest shows it",
        )
    if _JSON.match(text):
        return Rejected(
            "not_an_item",
            "This is JSON, not an item",
            "Make a text file of each article, as the page Ingest shows it",
        )
    if _is_table(text):
        return Rejected(
            "not_an_item",
            "This is a table, not an item",
            "Make a text file of each row, as the page Ingest shows it",
        )
    return Rejected(
        "not_an_item",
        "The item does not begin with a line [title](url)",
        "Begin it with that line and a line of dashes, as the page Ingest shows it",
    )


def _opened(text: str) -> tuple[bool, str]:
    """Whether a text says that it is XML, and the text without that and the comments before it."""
    is_xml, text = False, text.lstrip()
    # Not by one expression: over many comments it would try every way to part them.
    while text.startswith(("<?xml", "<!--")):
        ends = "?>" if text.startswith("<?") else "-->"
        _, found, rest = text.partition(ends)
        if not found:
            break
        is_xml, text = is_xml or ends == "?>", rest.lstrip()
    return is_xml, text


def _is_table(text: str) -> bool:
    """Whether the first line names columns and the next has as many cells."""
    for delimiter, fewest in _FEWEST_COLUMNS.items():
        lines = (line for line in text.splitlines(keepends=True) if line.strip())
        try:
            rows = list(islice(csv.reader(lines, delimiter=delimiter), 2))
        except csv.Error:
            continue
        if len(rows) == 2 and len(rows[0]) == len(rows[1]) >= fewest:
            return all(_COLUMN.fullmatch(name) for name in rows[0])
    return False
