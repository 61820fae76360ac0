from __future__ import annotations

import time

import pytest

from annotate.model import utc_now
from annotate.store import Store, database
from tests.review.coding import Coding, coding


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each write comes a millisecond later than the last, as it does wherever people write.

    Rounds tell by such moments what somebody could have read before.
    """
    last = ""

    def moment() -> str:
        nonlocal last
        while (now := utc_now()) <= last:
            time.sleep(0.0002)
        last = now
        return now

    monkeypatch.setattr(database, "utc_now", moment)


@pytest.fixture
def desk(store: Store) -> Coding:
    return coding(store)
