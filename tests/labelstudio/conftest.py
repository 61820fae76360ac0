"""What the tests on a real Label Studio share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.labelstudio.flaky import Flaky
from tests.labelstudio.server import LabelStudio


@pytest.fixture
def flaky(labelstudio: LabelStudio) -> Iterator[Flaky]:
    """A proxy in front of the server that misbehaves as it is told."""
    flaky = Flaky(labelstudio.url)
    yield flaky
    flaky.close()
