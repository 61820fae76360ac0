"""The registries of actors and claims: adding, finding by any name, reading."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from annotate.errors import Conflict, Invalid, Word
from annotate.model import Actor, Alias, Claim
from annotate.store.database import Connections, Row, Transaction, marks, to_json
from annotate.store.storing import Storing
from annotate.text.normal import normalise

Kind = Literal["actor", "claim"]
_JOINTS = str.maketrans("", "", " -.")


class Registry:
    """The registry entries of one database. Who created an entry is in the audit record only."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def add_actor(self, tx: Transaction, actor: Actor) -> bool:
        """Add an actor; False if one with this id is here already.

        Raises:
            Invalid: if the name is empty.
        """
        if tx.execute("SELECT 1 FROM actor WHERE id = ?", (actor.id,)).fetchone():
            return False
        _refuse_empty(Word("actor"), actor.name)
        tx.execute(
            "INSERT INTO actor (id, name, kind, external_ids, note, search_key, created_at,"
            " created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (actor.id, actor.name, actor.kind, to_json(dict(actor.external_ids)), actor.note,
             search_key(actor.name), tx.at, tx.by),
        )  # fmt: skip
        self._add_aliases(tx, "actor", actor.id, actor.aliases)
        tx.record("actor.add", "actor", actor.id, project_id=tx.within, after=asdict(actor))
        return True

    def add_claim(self, tx: Transaction, claim: Claim) -> bool:
        """Add a claim to its project; False if one with this id is here already.

        Raises:
            Invalid: if the text is empty.
            Conflict: if the id is that of a claim of another project.
        """
        known = tx.execute("SELECT project_id FROM claim WHERE id = ?", (claim.id,)).fetchone()
        if known is not None:
            if known["project_id"] != claim.project_id:
                raise Conflict("Claim {claim_id} belongs to another project", claim_id=claim.id)
            return False
        _refuse_empty(Word("claim"), claim.text)
        tx.execute(
            "INSERT INTO claim (id, project_id, text, language, topic, note, search_key,"
            " created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (claim.id, claim.project_id, claim.text, claim.language, claim.topic, claim.note,
             search_key(claim.text), tx.at, tx.by),
        )  # fmt: skip
        self._add_aliases(tx, "claim", claim.id, claim.aliases)
        tx.record("claim.add", "claim", claim.id, project_id=claim.project_id,
                  after=asdict(claim))  # fmt: skip
        return True

    def actors(self, ids: Sequence[str]) -> dict[str, Actor]:
        """Actors by id; unknown ids are left out."""
        if not ids:
            return {}
        rows = self._c.rows(
            f"SELECT id, name, kind, external_ids, note FROM actor WHERE id IN ({marks(ids)})",
            list(ids),
        )
        aliases = self._aliases("actor", ids)
        return {
            row["id"]: Actor(
                row["id"], row["name"], row["kind"], aliases.get(row["id"], ()),
                json.loads(row["external_ids"]), row["note"],
            )
            for row in rows
        }  # fmt: skip

    def claims(self, ids: Sequence[str]) -> dict[str, Claim]:
        """Claims by id; unknown ids are left out."""
        if not ids:
            return {}
        rows = self._c.rows(
            "SELECT id, project_id, text, language, topic, note FROM claim"
            f" WHERE id IN ({marks(ids)})",
            list(ids),
        )
        aliases = self._aliases("claim", ids)
        return {
            row["id"]: Claim(
                row["id"], row["project_id"], row["text"], row["language"], row["topic"],
                aliases.get(row["id"], ()), row["note"],
            )
            for row in rows
        }  # fmt: skip

    def find_actors(
        self, query: str, *, limit: int, uses_of: str | None, project_id: str
    ) -> list[tuple[Actor, str, int]]:
        """Actors with a name or alias that holds the query, best first.

        Args:
            query: What was typed; simplified and traditional, upper and lower case are alike.
            limit: The number of actors at most.
            uses_of: The coder whose statements in the project count as uses; those of others
                must not show in ranks or counts.
            project_id: The project whose uses count.

        Returns:
            (actor, the name that matched, uses).
        """
        used = (
            "SELECT s.speaker_id AS id FROM statement s JOIN label_set l ON l.id = s.label_set_id"
            " WHERE l.coder_id = :coder AND l.project_id = :project AND s.deleted_at IS NULL"
            " UNION ALL SELECT s.holder_id FROM statement s JOIN label_set l"
            " ON l.id = s.label_set_id WHERE l.coder_id = :coder AND l.project_id = :project"
            " AND s.deleted_at IS NULL"
        )
        names = (
            "SELECT id, name AS text, search_key FROM actor WHERE deleted_at IS NULL"
            " UNION ALL SELECT actor_id, a.text, a.search_key FROM actor_alias a"
            " JOIN actor ON actor.id = a.actor_id WHERE actor.deleted_at IS NULL"
        )
        found = self._find(names, used, query, limit, uses_of, project_id)
        actors = self.actors([row["id"] for row in found])
        return [(actors[row["id"]], row["text"], row["uses"]) for row in found]

    def find_claims(
        self, query: str, *, limit: int, uses_of: str | None, project_id: str
    ) -> list[tuple[Claim, str, int]]:
        """Claims of a project with a wording that holds the query; as ``find_actors``."""
        used = (
            "SELECT s.claim_id AS id FROM statement s JOIN label_set l ON l.id = s.label_set_id"
            " WHERE l.coder_id = :coder AND l.project_id = :project AND s.deleted_at IS NULL"
        )
        names = (
            "SELECT id, text, search_key FROM claim WHERE deleted_at IS NULL"
            " AND project_id = :project UNION ALL SELECT claim_id, a.text, a.search_key"
            " FROM claim_alias a JOIN claim c ON c.id = a.claim_id"
            " WHERE c.project_id = :project AND c.deleted_at IS NULL"
        )
        found = self._find(names, used, query, limit, uses_of, project_id)
        claims = self.claims([row["id"] for row in found])
        return [(claims[row["id"]], row["text"], row["uses"]) for row in found]

    def called(self, name: str) -> list[str]:
        """The ids of the actors that are called so; scripts, widths and case are alike."""
        key = search_key(name)
        rows = self._c.rows(
            "SELECT id FROM actor WHERE deleted_at IS NULL AND search_key = :key"
            " UNION SELECT a.actor_id FROM actor_alias a JOIN actor ON actor.id = a.actor_id"
            " WHERE actor.deleted_at IS NULL AND a.search_key = :key ORDER BY 1",
            {"key": key},
        )
        return [row["id"] for row in rows] if key else []

    def other_names(self, names: Iterable[str]) -> dict[str, set[str]]:
        """What else those actors are called that go by some names: keys of names by such keys."""
        # First the few that are called so: all names joined with all take a thousand times as long.
        known = (
            "SELECT search_key AS called, id FROM actor WHERE deleted_at IS NULL"
            " AND search_key IN (SELECT value FROM json_each(:keys))"
            " UNION ALL SELECT a.search_key, a.actor_id FROM actor_alias a"
            " JOIN actor ON actor.id = a.actor_id WHERE actor.deleted_at IS NULL"
            " AND a.search_key IN (SELECT value FROM json_each(:keys))"
        )
        found: dict[str, set[str]] = {}
        for key, other in self._c.tuples(
            f"WITH known AS MATERIALIZED ({known})"
            " SELECT called, search_key FROM known CROSS JOIN actor USING (id) UNION ALL"
            " SELECT called, search_key FROM known CROSS JOIN actor_alias a ON a.actor_id = id",
            {"keys": json.dumps([search_key(name) for name in names])},
        ):
            found.setdefault(key, set()).add(other)
        return found

    def worded(self, project_id: str, text: str) -> list[str]:
        """The ids of a project's claims with this wording or alias; as ``called``."""
        key = search_key(text)
        rows = self._c.rows(
            "SELECT id FROM claim WHERE deleted_at IS NULL AND project_id = :project"
            " AND search_key = :key"
            " UNION SELECT a.claim_id FROM claim_alias a JOIN claim c ON c.id = a.claim_id"
            " WHERE c.deleted_at IS NULL AND c.project_id = :project AND a.search_key = :key"
            " ORDER BY 1",
            {"key": key, "project": project_id},
        )
        return [row["id"] for row in rows] if key else []

    def terms(self, project_id: str) -> list[tuple[str, str | None]]:
        """Words that segmentation keeps whole: (word, id of the actor whose name it is).

        All names of actors, and those aliases of the project's claims that are terms.
        """
        rows = self._c.rows(
            "SELECT name AS text, id FROM actor WHERE deleted_at IS NULL"
            " UNION ALL SELECT a.text, a.actor_id FROM actor_alias a"
            " JOIN actor ON actor.id = a.actor_id WHERE actor.deleted_at IS NULL"
            " UNION ALL SELECT a.text, NULL FROM claim_alias a JOIN claim c ON c.id = a.claim_id"
            " WHERE c.project_id = ? AND a.kind = 'term' AND c.deleted_at IS NULL",
            (project_id,),
        )
        return [(row["text"], row["id"]) for row in rows]

    def _find(
        self, names: str, used: str, query: str, limit: int, coder: str | None, project_id: str
    ) -> list[Row]:
        def rows(found: FoundBy) -> list[Row]:
            return self._c.rows(
                f"WITH names AS ({names}), used AS ({used}),"
                f" hits AS (SELECT id, text, min({found.rank}) AS rank"
                f"   FROM names WHERE {found.test} OR :length = 0 GROUP BY id)"
                " SELECT hits.id, hits.text,"
                "   (SELECT count(*) FROM used WHERE used.id = hits.id) AS uses"
                " FROM hits ORDER BY CASE WHEN rank = 0 THEN 0 ELSE 1 END, uses DESC, rank,"
                "   length(text), text, hits.id LIMIT :limit",
                {**found.values, "coder": coder, "project": project_id, "limit": limit},
            )

        found = rows(found_by(query))
        if not found and may_be_loose(query):
            found = rows(found_by(query, loosely=True))
        return found

    def _add_aliases(self, tx: Transaction, kind: Kind, id_: str, aliases: Iterable[Alias]) -> None:
        for position, alias in enumerate(aliases):
            _refuse_empty(Word("alias"), alias.text)
            tx.execute(
                f"INSERT INTO {kind}_alias VALUES (?, ?, ?, ?, ?, ?)",
                (id_, position, alias.text, alias.language, alias.kind, search_key(alias.text)),
            )

    def _aliases(self, kind: Kind, ids: Sequence[str]) -> dict[str, tuple[Alias, ...]]:
        found: dict[str, tuple[Alias, ...]] = {}
        for row in self._c.rows(
            f"SELECT {kind}_id AS id, text, language, kind FROM {kind}_alias"
            f" WHERE {kind}_id IN ({marks(ids)}) ORDER BY {kind}_id, position",
            list(ids),
        ):
            alias = Alias(row["text"], row["language"], row["kind"])
            found[row["id"]] = (*found.get(row["id"], ()), alias)
        return found


@dataclass(frozen=True, slots=True)
class FoundBy:
    """SQL over ``search_key``: whether a name is found, and how well, with its parameters."""

    test: str
    rank: str
    values: Mapping[str, str | int]


def found_by(query: str, *, loosely: bool = False) -> FoundBy:
    """How names are found by what was typed.

    Anywhere in a name; one that is the same comes before one that begins so.

    Args:
        query: Simplified and traditional, upper and lower case are alike.
        loosely: Whether spaces, hyphens and dots are passed over, so that ``kimsunghan`` finds
            Kim Sung-han; several times as slow: for where nothing is found otherwise.
    """
    key, column = search_key(query), "search_key"
    if loosely:
        key = key.translate(_JOINTS)
        column = "replace(replace(replace(search_key, ' ', ''), '-', ''), '.', '')"
    return FoundBy(
        f"instr({column}, :key) > 0",
        f"CASE WHEN {column} = :key THEN 0 WHEN substr({column}, 1, :length) = :key THEN 1"
        " ELSE 2 END",
        {"key": key, "length": len(key)},
    )


def may_be_loose(query: str) -> bool:
    """Whether a query in Latin letters holds enough to be looked for loosely."""
    return query.isascii() and len(search_key(query).translate(_JOINTS)) > 1


def search_key(text: str) -> str:
    """A name as search compares it: simplified, without case, width or outer spaces.

    Raises:
        Invalid: as ``Storing``.
    """
    with Storing():
        return " ".join(normalise(text).split())


def _refuse_empty(what: Word, text: str) -> None:
    if not text.strip():
        raise Invalid("The {what} has no text", what=what)
