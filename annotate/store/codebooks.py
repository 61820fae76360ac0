"""Codebook versions with who made them, and where their values are used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate.store.database import Connections, to_json

_GIVEN = "(SELECT value FROM json_each(?))"
# What a label set holds of each scale: kept apart because each lies in a column of its own.
_SPANS = "span x WHERE x.deleted_at IS NULL"
_STATEMENTS = "statement x WHERE x.deleted_at IS NULL"
_HOLDERS = {
    "span_kinds": ("x.kind", _SPANS),
    "stances": ("x.stance", _STATEMENTS),
    "certainties": ("x.certainty", _STATEMENTS),
    "document_labels": ("x.name || '/' || x.value", "document_label x WHERE 1"),
}


@dataclass(frozen=True, slots=True)
class VersionHead:
    """A codebook version without its content; ``by`` is the id of who made it."""

    number: int
    note: str
    created_at: str
    by: str


@dataclass(frozen=True, slots=True)
class ValueUse:
    """How often a label set uses a value of a scale, deleted labels left out."""

    article_id: str
    label_set_id: str
    value: str
    count: int


class Codebooks:
    """The codebook versions of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def heads(self, project_id: str) -> list[VersionHead]:
        """The versions of a project's codebook, newest first."""
        return [
            VersionHead(*row)
            for row in self._c.tuples(
                "SELECT number, note, created_at, created_by FROM codebook_version"
                " WHERE project_id = ? ORDER BY number DESC",
                (project_id,),
            )
        ]

    def uses(self, project_id: str, scale: str, values: Sequence[str]) -> list[ValueUse]:
        """The uses of some values in a project, a row for each label set and value.

        Args:
            project_id: The project.
            scale: ``span_kinds``, ``stances``, ``certainties`` or ``document_labels``.
            values: Stored names; those of document labels as ``label/value``.
        """
        column, source = _HOLDERS[scale]
        return [
            ValueUse(*row)
            for row in self._c.tuples(
                "SELECT l.article_id, l.id, u.value, u.n FROM"
                f" (SELECT x.label_set_id, {column} AS value, count(*) AS n FROM {source}"
                f" AND {column} IN {_GIVEN} GROUP BY 1, 2) u"
                " JOIN label_set l ON l.id = u.label_set_id WHERE l.project_id = ?"
                " ORDER BY l.id, u.value",
                (to_json(list(values)), project_id),
            )
        ]
