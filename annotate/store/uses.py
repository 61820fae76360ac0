"""Where registry entries are used: found for reading, moved from one entry to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from annotate.model import LabelSet, new_ids
from annotate.store.database import Connections, Row, Transaction, to_json
from annotate.store.labels import SPAN_FIELDS, STATEMENT_FIELDS, Entity
from annotate.store.registry import Kind

Subject = Literal["statement", "span"]
_GIVEN = "(SELECT value FROM json_each(?))"
_STATEMENT_ROLES = ("speaker_id", "holder_id", "addressee_id")
_COLUMNS = (*_STATEMENT_ROLES, "claim_id", "actor_id")
_HEAD = "id, project_id, article_id, coder_id, kind, status, revision, created_at, updated_at"


@dataclass(frozen=True, slots=True)
class Moved:
    """A statement or span before and after its references were changed, as entities."""

    subject: Subject
    label_set_id: str
    before: Entity
    after: Entity

    @property
    def id(self) -> str:
        """The statement's or span's id."""
        return str(self.before["id"])


class Uses:
    """The references from one database's labels to its registries; deleted labels have none."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def tally(
        self, kind: Kind, project_id: str, ids: Sequence[str] | None
    ) -> list[tuple[str, Subject, str, int]]:
        """Uses in a project: (entry id, subject, label set id, how many).

        Args:
            kind: The registry.
            project_id: The project whose label sets count.
            ids: The entries; None for all.
        """
        sql, times = _references(kind, "IS NOT NULL" if ids is None else f"IN {_GIVEN}")
        given = [] if ids is None else [to_json(list(ids))] * times
        return self._c.tuples(
            f"SELECT entry, subject, label_set_id, count(*) FROM ({sql}) u"
            " JOIN label_set l ON l.id = u.label_set_id WHERE l.project_id = ?"
            " GROUP BY entry, subject, label_set_id",
            [*given, project_id],
        )

    def projects(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        """The projects in which any of the entries is used."""
        sql, times = _references(kind, f"IN {_GIVEN}")
        rows = self._c.tuples(
            f"SELECT DISTINCT l.project_id FROM ({sql}) u JOIN label_set l"
            " ON l.id = u.label_set_id",
            [to_json(list(ids))] * times,
        )
        return {row[0] for row in rows}

    def used(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        """Which of the entries are used, in whatever project."""
        sql, times = _references(kind, f"IN {_GIVEN}")
        rows = self._c.tuples(f"SELECT DISTINCT entry FROM ({sql})", [to_json(list(ids))] * times)
        return {row[0] for row in rows}

    def places(self, kind: Kind, project_id: str, entry_id: str) -> list[tuple[int, Subject, str,
                                                                              str]]:  # fmt: skip
        """Uses of one entry in a project, newest article first.

        Returns:
            (article's sort key, subject, its id, its label set).
        """
        sql, times = _references(kind, f"IN {_GIVEN}")
        return self._c.tuples(
            f"SELECT a.sort_key, u.subject, u.id, u.label_set_id FROM ({sql}) u"
            " JOIN label_set l ON l.id = u.label_set_id JOIN article a ON a.id = l.article_id"
            " WHERE l.project_id = ? ORDER BY a.sort_key DESC, u.subject, u.id",
            [*[to_json([entry_id])] * times, project_id],
        )

    def heads(self, project_id: str, label_set_ids: Iterable[str], own: str) -> list[LabelSet]:
        """Label sets of a project without content, and all those that ``own`` made in it.

        One's own decide on the blindness towards the others.
        """
        given = [to_json(sorted(label_set_ids)), project_id]
        wanted = f"SELECT {_HEAD} FROM label_set WHERE id IN {_GIVEN} AND project_id = ?"
        mine = f"SELECT {_HEAD} FROM label_set WHERE coder_id = ? AND project_id = ?"
        rows = [*self._c.tuples(wanted, given), *self._c.tuples(mine, [own, project_id])]
        return [LabelSet(*row) for row in {row[0]: row for row in rows}.values()]

    def projects_of(self, label_set_ids: Iterable[str]) -> dict[str, list[str]]:
        """Label sets by their project."""
        found: dict[str, list[str]] = {}
        for row in self._c.tuples(
            f"SELECT project_id, id FROM label_set WHERE id IN {_GIVEN}",
            [to_json(sorted(label_set_ids))],
        ):
            found.setdefault(row[0], []).append(row[1])
        return found

    def described(self, label_set_ids: Sequence[str]) -> dict[str, Row]:
        """What a list says of a use's article and coder ("" in gold), by label set id."""
        rows = self._c.rows(
            "SELECT l.id, l.status, l.article_id, a.title, a.published_at,"
            " coalesce(p.display_name, '') AS coder FROM label_set l"
            " JOIN article a ON a.id = l.article_id LEFT JOIN person p ON p.id = l.coder_id"
            f" WHERE l.id IN {_GIVEN}",
            [to_json(list(label_set_ids))],
        )
        return {row["id"]: row for row in rows}

    def quotes(self, span_ids: Sequence[str]) -> dict[str, str]:
        """The text of spans by id."""
        rows = self._c.tuples(
            f"SELECT id, quote FROM span WHERE id IN {_GIVEN}", [to_json(list(span_ids))]
        )
        return {row[0]: row[1] for row in rows}

    def of_entries(self, kind: Kind, ids: Sequence[str]) -> list[tuple[Subject, str]]:
        """Every statement and span, of any project, that refers to one of the entries."""
        sql, times = _references(kind, f"IN {_GIVEN}")
        return self._c.tuples(
            f"SELECT DISTINCT subject, id FROM ({sql}) ORDER BY subject, id",
            [to_json(list(ids))] * times,
        )

    def entities(self, subject: Subject, ids: Sequence[str]) -> dict[str, tuple[str, Entity]]:
        """Live statements or spans as entities: (label set id, entity) by id."""
        fields = SPAN_FIELDS if subject == "span" else STATEMENT_FIELDS
        columns = ", ".join(f'"{name}"' for name in fields)
        given = [to_json(list(ids))]
        found = {
            row[1]: (row[0], dict(zip(fields, row[1:], strict=True)))
            for row in self._c.tuples(
                f"SELECT label_set_id, {columns} FROM {subject}"
                f" WHERE deleted_at IS NULL AND id IN {_GIVEN}",
                given,
            )
        }
        if subject == "statement":
            for key, column in (("evidence", "span_id"), ("reported_by", "actor_id")):
                table = "statement_evidence" if key == "evidence" else "statement_reporter"
                for _, entity in found.values():
                    entity[key] = []
                for row in self._c.tuples(
                    f"SELECT statement_id, {column} FROM {table} WHERE statement_id IN {_GIVEN}"
                    " ORDER BY statement_id, position",
                    given,
                ):
                    if row[0] in found:
                        found[row[0]][1][key].append(row[1])
        return found

    def move(self, tx: Transaction, change_id: str, moved: Sequence[Moved]) -> None:
        """Write changed references with their events, one revision for each label set.

        Open pages of the label sets' coders learn of it as of any other window's work.
        """
        _write_references(tx, moved)
        heads = {
            row[0]: (row[1], row[2])
            for row in self._c.tuples(
                f"SELECT id, project_id, revision + 1 FROM label_set WHERE id IN {_GIVEN}",
                [to_json(sorted({one.label_set_id for one in moved}))],
            )
        }
        steps = dict(zip(heads, new_ids(len(heads)), strict=True))
        tx.db.executemany(
            "UPDATE label_set SET revision = ?, updated_at = ? WHERE id = ?",
            [(revision, tx.at, id_) for id_, (_, revision) in heads.items()],
        )
        tx.db.executemany(
            "INSERT INTO operation VALUES (?, ?, ?, 'registry', ?, ?, ?, 'final')",
            [
                (steps[id_], id_, change_id, revision, tx.at, tx.by)
                for id_, (_, revision) in heads.items()
            ],
        )
        tx.db.executemany(
            "INSERT INTO event (id, at, by, action, subject_kind, subject_id, project_id,"
            " operation_id, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (id_, tx.at, tx.by, f"{one.subject}.change", one.subject, one.id,
                 heads[one.label_set_id][0], steps[one.label_set_id], _json(one.before),
                 _json(one.after))
                for id_, one in zip(new_ids(len(moved)), moved, strict=True)
            ],
        )  # fmt: skip
        tx.events += len(moved)

    def counted(self, change_id: str) -> list[tuple[Subject, str, int]]:
        """How much a change moved: (statement or span, label set, how many)."""
        return self._c.tuples(
            "SELECT e.subject_kind, o.label_set_id, count(*) FROM operation o"
            " JOIN event e ON e.operation_id = o.id"
            " WHERE o.kind = 'registry' AND o.client = ? GROUP BY 1, 2",
            (change_id,),
        )

    def moved_by(self, change_id: str) -> list[Moved]:
        """What a change moved, as it recorded it."""
        return [
            Moved(row[0], row[1], orjson.loads(row[2]), orjson.loads(row[3]))
            for row in self._c.tuples(
                "SELECT e.subject_kind, o.label_set_id, e.before, e.after FROM operation o"
                " JOIN event e ON e.operation_id = o.id"
                " WHERE o.kind = 'registry' AND o.client = ?",
                (change_id,),
            )
        ]


def _write_references(tx: Transaction, moved: Sequence[Moved]) -> None:
    # Only columns that change are named: SQLite rewrites the index of every column that is.
    changed: dict[tuple[str, tuple[str, ...]], list[Moved]] = {}
    for one in moved:
        columns = tuple(name for name in _COLUMNS if one.before.get(name) != one.after.get(name))
        if columns:
            changed.setdefault((one.subject, columns), []).append(one)
    for (subject, columns), those in changed.items():
        tx.db.executemany(
            f"UPDATE {subject} SET {', '.join(f'{column} = ?' for column in columns)} WHERE id = ?",
            [(*(one.after[column] for column in columns), one.id) for one in those],
        )
    chains = [one for one in moved if one.after.get("reported_by") != one.before.get("reported_by")]
    tx.db.executemany(
        "INSERT INTO statement_reporter (statement_id, position, actor_id) VALUES (?, ?, ?)"
        " ON CONFLICT (statement_id, position) DO UPDATE SET actor_id = excluded.actor_id",
        [
            (one.id, position, actor_id)
            for one in chains
            for position, actor_id in enumerate(one.after["reported_by"])
        ],
    )
    tx.db.executemany(
        "DELETE FROM statement_reporter WHERE statement_id = ? AND position >= ?",
        [
            (one.id, len(one.after["reported_by"]))
            for one in chains
            if len(one.after["reported_by"]) < len(one.before["reported_by"])
        ],
    )


def _references(kind: Kind, chosen: str) -> tuple[str, int]:
    """SQL of (entry, subject, id, label_set_id), each use once, and how often it takes the ids."""
    if kind == "claim":
        return (
            "SELECT claim_id AS entry, 'statement' AS subject, id, label_set_id FROM statement"
            f" WHERE claim_id {chosen} AND deleted_at IS NULL",
            1,
        )
    parts = [
        f"SELECT {column} AS entry, 'statement' AS subject, id, label_set_id FROM statement"
        f" WHERE {column} {chosen} AND deleted_at IS NULL"
        for column in _STATEMENT_ROLES
    ]
    parts.append(
        "SELECT r.actor_id, 'statement', s.id, s.label_set_id FROM statement_reporter r"
        f" JOIN statement s ON s.id = r.statement_id WHERE r.actor_id {chosen}"
        " AND s.deleted_at IS NULL"
    )
    parts.append(
        "SELECT actor_id, 'span', id, label_set_id FROM span"
        f" WHERE actor_id {chosen} AND deleted_at IS NULL"
    )
    return " UNION ".join(parts), len(parts)


def _json(entity: Mapping[str, Any]) -> str:
    # As `to_json` writes it, in a tenth of the time: a merge writes tens of thousands.
    return orjson.dumps(entity, option=orjson.OPT_SORT_KEYS).decode()
