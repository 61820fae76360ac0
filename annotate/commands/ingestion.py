"""``ingest``, ``rejected`` and ``reclean``: archived items into the database."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
