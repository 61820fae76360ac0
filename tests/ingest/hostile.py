"""Readers that misbehave, for the tests of what cleaning in several processes survives."""

from __future__ import annotations

import os
import time

from annotate.errors import Rejected
from annotate.ingest import READERS, reader
from annotate.model import CleanedItem

NAME = "hostile"


@reader(name=NAME, title="Crashes, hangs or fails as its item says", version="1")
def read_hostile(item: str, raw: bytes) -> CleanedItem:
    if b"CRASH" in raw:
        os._exit(11)
    if b"HANG" in raw:
        time.sleep(600)
    if b"FAIL" in raw:
        raise RecursionError("too deep")
    if b"REFUSE" in raw:
        raise Rejected("refused", "No", "Never")
    return READERS.get("archive").read(item, raw)
