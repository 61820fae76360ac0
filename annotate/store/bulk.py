"""Work on very many rows at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from annotate.store.database import Transaction

# From so many rows at once on, and in a table of no more than so many times them.
_MANY, _GROWN = 10_000, 3


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


@contextmanager
def set_aside(tx: Transaction, table: str, coming: int) -> Iterator[bool]:
    """Inside, a table has neither indexes nor triggers, if that is worth it; then it has them anew.

    Rows that come in their ten thousands go in several times quicker so, because indexes are then
    written in their order. Whoever works inside writes what the triggers would have counted. All
    of it is part of the transaction: other connections see the table as it was, or as it is then.

    Args:
        tx: The transaction; none of its queries may be half read.
        table: The table.
        coming: How many rows are about to come.

    Yields:
        Whether they are set aside: not for few rows, nor where the table is long, since making
        its indexes anew takes the longer, the longer it is.

    Raises:
        Conflict: at the end, if what was written breaks a unique index.
    """
    there = tx.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT ?)", (_GROWN * coming + 1,)
    ).fetchone()[0]
    if coming < _MANY or there > _GROWN * coming:
        yield False
        return
    made = tx.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
        " AND type IN ('index', 'trigger')",
        (table,),
    ).fetchall()
    for kind, name, _ in made:
        tx.execute(f'DROP {kind} "{name}"')
    yield True
    for _, _, sql in made:
        tx.execute(sql)
