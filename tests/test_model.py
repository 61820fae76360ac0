"""Ids: UUIDv7, in the order in which they were made."""

from __future__ import annotations

import time
from uuid import UUID

from annotate.model import new_id, new_ids


def test_ids_are_of_version_7_and_tell_their_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = UUID(new_id())
    assert made.version == 7
    assert made.variant == UUID("01a228d7-3434-7af7-ae40-f12495bbdee1").variant
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_made_one_after_another_and_many_at_once_are_in_order() -> None:
    one_by_one = [new_id() for _ in range(2000)]
    assert one_by_one == sorted(one_by_one)
    at_once = new_ids(10_000)
    assert at_once == sorted(at_once)
    assert len({*one_by_one, *at_once}) == 12_000
