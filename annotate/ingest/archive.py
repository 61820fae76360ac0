"""The reader of archived feed items: decoding, taking apart, cleaning, language, index terms."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from annotate.errors import Rejected
from annotate.ingest import items, urls
from annotate.ingest.clean import CLEANER_VERSION, clean
from annotate.ingest.decode import decode
from annotate.ingest.readers import MAX_ITEM_BYTES, reader
from annotate.model import CleanedItem
from annotate.text.language import language
from annotate.text.search import index_terms

_NUMBERS = re.compile(r"\d+")


@reader(name="archive", title="Archived feed items", version=CLEANER_VERSION)
def read_archive_item(item: str, raw: bytes) -> CleanedItem:
    """One archived item, cleaned.

    Args:
        item: Where it was found.
        raw: Its bytes.

    Raises:
        Rejected: The item cannot be taken; the reason says why.
    """
    if len(raw) > MAX_ITEM_BYTES:
        raise Rejected(
            "too_large", "The item is larger than {value} MiB", value=MAX_ITEM_BYTES >> 20
        )
    found = items.parse(decode(raw))
    cleaned = clean(found.html, found.title)
    if not cleaned.text:
        raise Rejected("empty", "No text is left of the item once it is cleaned")
    published_at, published_from = found.published_at, found.published_from
    if published_at is None and cleaned.dateline is not None:
        published_at = dateline_moment(cleaned.dateline)
        published_from = "dateline" if published_at else ""
    return CleanedItem(
        item=item,
        url=found.url,
        canonical_url=urls.canonical(found.url),
        source=urls.source_name(found.url),
        title=found.title,
        text=cleaned.text,
        language=language(f"{found.title}\n{cleaned.text}"),
        published_at=published_at,
        published_from=published_from,
        dateline=cleaned.dateline,
        captions=cleaned.captions,
        raw=raw,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        cleaner_version=CLEANER_VERSION,
        title_terms=index_terms(found.title),
        text_terms=index_terms(cleaned.text),
    )


def dateline_moment(dateline: str) -> str | None:
    """A printed dateline as a moment, read as UTC since it names no time zone.

    Args:
        dateline: Day first (``13/02/2024 - 11:14``) or year first (``2024-02-13 11:14``).
    """
    numbers = [int(number) for number in _NUMBERS.findall(dateline)][:5]
    if len(numbers) < 5:
        return None
    if numbers[0] <= 31:
        numbers[0], numbers[2] = numbers[2], numbers[0]
    year, month, day, hour, minute = numbers
    try:
        at = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    return items.moment(at.timestamp())
