"""Golden items: written for these tests in the shapes that feeds have, with what cleaning makes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from annotate.ingest import READERS

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "ingest"
_LEFT_OUT = ("item", "raw", "raw_sha256", "title_terms", "text_terms", "cleaner_version")


def shown(path: Path) -> dict[str, Any]:
    """What becomes of an item, as the golden files show it: the text as a list of lines."""
    cleaned = asdict(READERS.get("archive").read(path.name, path.read_bytes()))
    for name in _LEFT_OUT:
        del cleaned[name]
    return cleaned | {"captions": list(cleaned["captions"]), "text": cleaned["text"].split("\n")}
