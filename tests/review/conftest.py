from __future__ import annotations

import pytest

from annotate.store import Store
from tests.review.coding import Coding, coding


@pytest.fixture
def desk(store: Store) -> Coding:
    return coding(store)
