"""The one database that this server works on."""

from __future__ import annotations

import os
from functools import cache

from annotate.store import Store

DEFAULT = "claimdesk.db"


@cache
def store() -> Store:
    """The database named by ``$CLAIMDESK_DB``, else ``claimdesk.db`` in the working directory."""
    return Store(os.environ.get("CLAIMDESK_DB") or DEFAULT)
