"""What an ingestion accepts at most; defence against mistakes and archive bombs."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.ingest.readers import MAX_ITEM_BYTES

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one ingestion.

    Args:
        item_bytes: Of one item.
        archive_bytes: Of one archive, unpacked.
        members: Of one archive.
        ratio: Unpacked to packed size, above which an archive is a bomb.
        ratio_from_bytes: Below so much unpacked data the ratio is not looked at; small and
            repetitive texts pack very well.
    """

    item_bytes: int = MAX_ITEM_BYTES
    archive_bytes: int = 16 * 1024 * MIB
    members: int = 1_000_000
    ratio: int = 200
    ratio_from_bytes: int = 32 * MIB


DEFAULT_LIMITS = Limits()
