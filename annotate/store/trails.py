"""The audit events as trails: of one thing, of an article with its labels, of a project.

A page of a trail begins after an event, known by its id: row numbers would tell how much
else was recorded in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.errors import NotFound
from annotate.model import Event
from annotate.store.database import Connections, event_of, marks, to_json

BATCH = 200
LONGEST_BATCH = 6400
_HEAD = "id, at, by, action, subject_kind, subject_id, project_id, operation_id"
_EVENT = "id, at, by, action, subject_kind, subject_id, project_id, operation_id, before, after"

_SHARED = "subject_kind = 'actor'"


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which events of a project: by whom, of which kinds of thing, in ``[since, until)`` (UTC).

    ``shared`` asks for those of the actors instead, wherever they were changed.
    """

    by: str = ""
    kinds: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    shared: bool = False


class Trails:
    """Reads the audit events of one database, newest first.

    Trails give events without what was there before and after: see ``whole``.
    """

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def event(self, event_id: str) -> Event:
        """One event.

        Raises:
            NotFound: if there is none with this id.
        """
        row = self._c.row(f"SELECT {_EVENT} FROM event WHERE id = ?", (event_id,))
        if row is None:
            raise NotFound("There is no such change")
        return event_of(row)

    def whole(self, events: Sequence[Event]) -> list[Event]:
        """The same events with what was there before and after, in their order."""
        ids = [event.id for event in events]
        rows = self._c.rows(f"SELECT {_EVENT} FROM event WHERE id IN ({marks(ids)})", ids)
        found = {row["id"]: event_of(row) for row in rows}
        return [found[id_] for id_ in ids]

    def of_subject(self, kind: str, subject_id: str, after: str | None) -> Iterator[Event]:
        """The events of one thing that come after an event (None: from the newest on)."""
        return self._batches(
            "SELECT rowid AS n FROM event WHERE subject_kind = :kind AND subject_id = :subject"
            " AND rowid < :below",
            {"kind": kind, "subject": subject_id},
            after,
        )

    def of_article(
        self, article_ids: Sequence[str], label_set_ids: Sequence[str], after: str | None
    ) -> Iterator[Event]:
        """The events of some revisions, of label sets, and of all that ever stood in these."""
        articles = self._named("article", article_ids)
        sets = self._named("set", label_set_ids)
        inside = ", ".join(f":{name}" for name in sets)
        pieces = [
            f"SELECT rowid AS n FROM event WHERE subject_kind = '{kind}' AND subject_id IN ({ids})"
            " AND rowid < :below"
            for kind, ids in (
                ("article", ", ".join(f":{name}" for name in articles)),
                ("label_set", inside),
                ("span", f"SELECT id FROM span WHERE label_set_id IN ({inside})"),
                ("statement", f"SELECT id FROM statement WHERE label_set_id IN ({inside})"),
            )
        ]
        # A document label's subject is "label set/name", and its row is gone once it is unset.
        pieces += [
            "SELECT rowid AS n FROM event WHERE subject_kind = 'document_label'"
            f" AND subject_id > :{name} || '/' AND subject_id < :{name} || '0' AND rowid < :below"
            for name in sets
        ]
        return self._batches(" UNION ALL ".join(pieces), {**articles, **sets}, after)

    def of_project(
        self, project_id: str, wanted: TrailFilter, after: str | None
    ) -> Iterator[Event]:
        """The events of a project, or those of the actors, which all projects share.

        Of the actors a project has those events that happened in the course of work in it.
        Labels that follow a change of a registry are left out.
        """
        values: dict[str, object] = {
            "project": project_id, "by": wanted.by, "since": wanted.since,
        }  # fmt: skip
        kinds = self._named("kind", wanted.kinds)
        # What a merge did to thousands of statements is told by the merge.
        conditions = [
            "rowid < :below",
            "NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = operation_id"
            " AND o.kind = 'registry')",
        ]
        if wanted.by:
            conditions.append("by = :by")
        if kinds:
            conditions.append(f"subject_kind IN ({', '.join(f':{name}' for name in kinds)})")
        if wanted.since:
            first = self._first_from(wanted.since)
            if first is None:
                return iter(())
            conditions += ["at >= :since", f"rowid >= {first}"]
        if wanted.until:
            values["until"] = wanted.until
            conditions.append("at < :until")
        where = " AND ".join(conditions)
        whose = "project_id = :project AND subject_kind != 'operation'"
        return self._batches(
            "SELECT rowid AS n FROM event"
            f" WHERE {_SHARED if wanted.shared else whose} AND {where}"
            " ORDER BY rowid DESC LIMIT :size",
            {**values, **kinds},
            after,
            None if not wanted.until else self._first_from(wanted.until),
        )

    def exports(self, project_id: str, by: str | None, limit: int) -> list[Event]:
        """The last exports from a project, of one person or of all."""
        rows = self._c.rows(
            f"SELECT {_EVENT} FROM event INDEXED BY event_subject WHERE subject_kind = 'export'"
            " AND action = 'export.make' AND project_id = ? AND by = coalesce(?, by)"
            " ORDER BY rowid DESC LIMIT ?",
            (project_id, by, limit),
        )
        return [event_of(row) for row in rows]

    def put_back(self, events: Iterable[Event]) -> set[str]:
        """The ids of those of some events before which something happened to the same thing."""
        rows = self._c.rows(
            "SELECT e.id FROM json_each(?) asked JOIN event e ON e.id = asked.value"
            " WHERE EXISTS (SELECT 1 FROM event o WHERE o.subject_kind = e.subject_kind"
            "  AND o.subject_id = e.subject_id AND o.rowid < e.rowid)",
            (to_json([event.id for event in events]),),
        )
        return {row["id"] for row in rows}

    def last_project(self, by: str, project_ids: Sequence[str]) -> str | None:
        """Of some projects the one in which somebody changed anything last; None if in none."""
        row = self._c.row(
            "SELECT value AS id, (SELECT rowid FROM event WHERE by = ? AND project_id = value"
            "  ORDER BY rowid DESC LIMIT 1) AS last"
            " FROM json_each(?) WHERE last IS NOT NULL ORDER BY last DESC LIMIT 1",
            (by, to_json(list(project_ids))),
        )
        return None if row is None else str(row["id"])

    def label_sets_of(self, subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The label set that each (subject kind, subject id) stands in; none for other kinds."""
        found: dict[tuple[str, str], str] = {}
        inside: dict[str, set[str]] = {"span": set(), "statement": set()}
        for kind, id_ in subjects:
            if kind == "label_set":
                found[kind, id_] = id_
            elif kind == "document_label":
                found[kind, id_] = id_.split("/", 1)[0]
            elif kind in inside:
                inside[kind].add(id_)
        for kind, ids in inside.items():
            rows = self._c.rows(
                f"SELECT id, label_set_id FROM {kind} WHERE id IN ({marks(tuple(ids))})",
                sorted(ids),
            )
            found.update({(kind, row["id"]): row["label_set_id"] for row in rows})
        return found

    def articles_of(self, label_set_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """(article id, project id) of label sets."""
        ids = sorted(label_set_ids)
        return {
            row["id"]: (row["article_id"], row["project_id"])
            for row in self._c.rows(
                f"SELECT id, article_id, project_id FROM label_set WHERE id IN ({marks(ids)})", ids
            )
        }

    def titles(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The titles of articles."""
        ids = sorted(article_ids)
        rows = self._c.rows(f"SELECT id, title FROM article WHERE id IN ({marks(ids)})", ids)
        return {row["id"]: row["title"] for row in rows}

    def quotes(self, span_ids: Sequence[str]) -> dict[str, str]:
        """What spans quote, removed ones included."""
        rows = self._c.rows(
            f"SELECT id, quote FROM span WHERE id IN ({marks(span_ids)})", list(span_ids)
        )
        return {row["id"]: row["quote"] for row in rows}

    def revisions(self, article_id: str) -> list[str]:
        """The ids of all revisions of an article's series, oldest first."""
        rows = self._c.rows(
            "SELECT a.id FROM article a JOIN article asked USING (series_id)"
            " WHERE asked.id = ? ORDER BY a.revision",
            (article_id,),
        )
        return [row["id"] for row in rows]

    def _batches(
        self, rows: str, values: Mapping[str, object], after: str | None, below: int | None = None
    ) -> Iterator[Event]:
        at = self._row_of(after) if after else None
        bounds = [one for one in (at, below) if one is not None]
        lowest, size = min(bounds, default=1 << 62), BATCH
        while True:
            found = self._c.tuples(
                f"SELECT rowid, {_HEAD} FROM event WHERE rowid IN (SELECT n FROM ({rows})"
                " ORDER BY n DESC LIMIT :size) ORDER BY rowid DESC",
                {**values, "below": lowest, "size": size},
            )
            for row in found:
                yield Event(*row[1:])
            if len(found) < size:
                return
            lowest = found[-1][0]
            # Whoever may see little reads far: in longer and longer strides.
            size = min(size * 2, LONGEST_BATCH)

    def _row_of(self, event_id: str) -> int | None:
        row = self._c.row("SELECT rowid AS n FROM event WHERE id = ?", (event_id,))
        return None if row is None else int(row["n"])

    def _first_from(self, moment: str) -> int | None:
        row = self._c.row(
            "SELECT rowid AS n FROM event WHERE at >= ? ORDER BY at, rowid LIMIT 1", (moment,)
        )
        return None if row is None else int(row["n"])

    @staticmethod
    def _named(prefix: str, values: Sequence[str]) -> dict[str, object]:
        return {f"{prefix}{n}": value for n, value in enumerate(values)}
