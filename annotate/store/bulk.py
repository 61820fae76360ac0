"""Work on very many rows at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Rows in their ten thousands become objects without cycles among them.

    Looking for cycles again and again while they are made costs a tenth of an export and a
    quarter of a merge. Work inside must be bounded: nothing cyclic is freed meanwhile.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
