"""Is the database whole? Checks that name what is wrong and how to mend it, and cures."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from annotate.catalogue import Catalogue
from annotate.errors import DatabaseProblem, Word
from annotate.store.counts import recount, wrong_counts
from annotate.store.database import Connections
from annotate.store.indexing import rebuild, stale
from annotate.store.links import key_file

_RESTORE = "Restore the latest backup in which `doctor` finds nothing"
_MEND = "Run `doctor --mend`, which writes the search index anew from the articles"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong, where, and what to do about it."""

    check: str
    message: str
    mend: str


Examine = Callable[[Connections], Iterator[Problem]]
Cure = Callable[[Connections, str], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of damage to look for; ``cure`` mends it where nothing is lost by that."""

    name: str
    examine: Examine
    cure: Cure | None = None


CHECKS: Catalogue[Check] = Catalogue(Word("check"))


def check(name: str, cure: Cure | None = None) -> Callable[[Examine], Examine]:
    """Register a check under its name."""

    def register(function: Examine) -> Examine:
        CHECKS.add(name, Check(name, function, cure))
        return function

    return register


def examine(connections: Connections) -> Iterator[Problem]:
    """Run all checks, as they come."""
    for one in CHECKS:
        try:
            yield from one.examine(connections)
        except (DatabaseProblem, sqlite3.DatabaseError) as error:
            told = error.message if isinstance(error, DatabaseProblem) else str(error)
            yield Problem(one.name, f"This could not be checked: {told}", _RESTORE)


def mend(connections: Connections, by: str) -> list[Problem]:
    """Mend what can be mended from what is whole; returns what was wrong and is right now.

    In a damaged file nothing is written: that could make it worse.

    Args:
        connections: The database.
        by: The id of the person who acts.

    Raises:
        DatabaseProblem: as ``Connections.write``.
    """
    found = list(examine(connections))
    if any(problem.check == "file" for problem in found):
        return []
    cures = {one.name: one.cure for one in CHECKS if one.cure is not None}
    sick = {problem.check for problem in found} & set(cures)
    for name in sorted(sick):
        cures[name](connections, by)
    left = [problem for name in sick for problem in CHECKS.get(name).examine(connections)]
    return [problem for problem in found if problem.check in sick and problem not in left]


@check("file")
def _file(c: Connections) -> Iterator[Problem]:
    for row in c.rows("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield Problem("file", f"SQLite reports: {row[0]}", _RESTORE)


def _make_private(c: Connections, by: str) -> None:
    for path in (c.path, key_file(c.path)):
        if path.exists():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o077)


@check("permissions", _make_private)
def _permissions(c: Connections) -> Iterator[Problem]:
    for path in (c.path, key_file(c.path)):
        if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
            yield Problem(
                "permissions",
                f"Others on this machine can open {path} (mode {mode:o})",
                f"Run `doctor --mend`, or chmod 600 '{path}'",
            )


@check("foreign keys")
def _foreign_keys(c: Connections) -> Iterator[Problem]:
    for row in c.rows("PRAGMA foreign_key_check"):
        yield Problem(
            "foreign keys", f"A row of {row['table']} points to a missing {row['parent']}", _RESTORE
        )


@check("quotes")
def _quotes(c: Connections) -> Iterator[Problem]:
    # SQLite's substr counts code points, but stops at a NUL, which cleaning removes.
    rows = c.connection().execute(
        'SELECT s.id, s.start, s."end", s.quote, l.article_id FROM span s'
        " JOIN label_set l ON l.id = s.label_set_id JOIN article_text t USING (article_id)"
        ' WHERE substr(t.text, s.start + 1, s."end" - s.start) != s.quote'
    )
    for row in rows:
        yield Problem(
            "quotes",
            f"Span {row['id']} [{row['start']}, {row['end']}) of article {row['article_id']}"
            f" says {row['quote']!r}, the text does not",
            _RESTORE,
        )


@check("evidence")
def _evidence(c: Connections) -> Iterator[Problem]:
    for row in c.rows(
        "SELECT e.statement_id, e.span_id FROM statement_evidence e"
        " JOIN statement s ON s.id = e.statement_id JOIN span p ON p.id = e.span_id"
        " WHERE s.deleted_at IS NULL"
        " AND (p.deleted_at IS NOT NULL OR p.label_set_id != s.label_set_id) LIMIT 20"
    ):
        yield Problem(
            "evidence",
            f"Statement {row['statement_id']} rests on span {row['span_id']}, which its label set"
            " does not hold",
            _RESTORE,
        )


@check("registries")
def _registries(c: Connections) -> Iterator[Problem]:
    reporters = "statement t JOIN statement_reporter r ON r.statement_id = t.id"
    for kind, table, source, column in (
        ("claim", "statement", "statement t", "t.claim_id"),
        *(
            ("actor", "statement", "statement t", f"t.{role}_id")
            for role in ("speaker", "holder", "addressee")
        ),
        ("actor", "statement", reporters, "r.actor_id"),
        ("actor", "span", "span t", "t.actor_id"),
    ):
        for row in c.rows(
            f"SELECT t.id, e.id AS entry FROM {source} JOIN {kind} e ON e.id = {column}"
            " WHERE t.deleted_at IS NULL AND e.deleted_at IS NOT NULL LIMIT 20"
        ):
            yield Problem(
                "registries",
                f"The {table} {row['id']} names the {kind} {row['entry']}, which was merged or"
                " removed",
                f"Restore the {kind} on its page, or name another",
            )


@check("index", rebuild)
def _index(c: Connections) -> Iterator[Problem]:
    missing = c.rows(
        "SELECT id FROM article WHERE sort_key NOT IN (SELECT rowid FROM article_index) LIMIT 20"
    )
    for row in missing:
        yield Problem("index", f"Article {row['id']} is not in the search index", _MEND)
    stray = c.rows(
        "SELECT rowid FROM article_index WHERE rowid NOT IN (SELECT sort_key FROM article) LIMIT 20"
    )
    for row in stray:
        yield Problem("index", f"The search index has an entry {row[0]} of no article", _MEND)
    for id_ in islice(stale(c), 20):
        yield Problem("index", f"The search index says something else than article {id_}", _MEND)


@check("counts", recount)
def _counts(c: Connections) -> Iterator[Problem]:
    for project_id in wrong_counts(c):
        whose = f"project {project_id}" if project_id else "all projects"
        yield Problem(
            "counts",
            f"The counts of the articles of {whose} are wrong",
            "Run `doctor --mend`, which counts anew",
        )


@check("texts")
def _texts(c: Connections) -> Iterator[Problem]:
    for row in c.rows(
        "SELECT id FROM article WHERE id NOT IN (SELECT article_id FROM article_text) LIMIT 20"
    ):
        yield Problem("texts", f"Article {row['id']} has lost its text", _RESTORE)
    texts = c.connection().execute(
        "SELECT a.id, a.text_sha256, t.text FROM article a JOIN article_text t"
        " ON t.article_id = a.id"
    )
    for row in texts:
        if sha256(row["text"].encode()).hexdigest() != row["text_sha256"]:
            yield Problem("texts", f"Article {row['id']} has another text than it had", _RESTORE)


@check("operations")
def _operations(c: Connections) -> Iterator[Problem]:
    for row in c.rows(
        "SELECT l.id, l.revision, max(o.revision) AS reached FROM label_set l"
        " JOIN operation o ON o.label_set_id = l.id GROUP BY l.id HAVING reached > l.revision"
    ):
        yield Problem(
            "operations",
            f"Label set {row['id']} stands at revision {row['revision']}, its operations at"
            f" {row['reached']}",
            _RESTORE,
        )


@check("rounds")
def _rounds(c: Connections) -> Iterator[Problem]:
    count = "Run `rounds recount` for the project"
    for row in c.rows(
        "SELECT r.article_id, r.project_id, r.state, v.state AS found FROM review_article r"
        " JOIN review_state v USING (project_id, article_id) WHERE r.state <> v.state LIMIT 20"
    ):
        yield Problem(
            "rounds",
            f"Article {row['article_id']} of project {row['project_id']} stands as {row['state']},"
            f" its labels say {row['found']}",
            count,
        )
    for row in c.rows(
        "SELECT r.article_id, r.project_id, r.taken, v.taken AS found FROM review_article r"
        " JOIN review_taken v USING (project_id, article_id) WHERE r.taken <> v.taken LIMIT 20"
    ):
        yield Problem(
            "rounds",
            f"Article {row['article_id']} of project {row['project_id']} counts {row['taken']}"
            f" coders, but has {row['found']}",
            count,
        )
    for row in c.rows(
        "SELECT p.project_id, count(*) AS n FROM project_article p JOIN article a USING (sort_key)"
        " LEFT JOIN review_article r ON r.project_id = p.project_id AND r.article_id = a.id"
        " WHERE p.state <> coalesce(r.state, 'to_do') OR p.round_id IS NOT r.round_id GROUP BY 1"
    ):
        yield Problem(
            "rounds",
            f"Lists of project {row['project_id']} show {row['n']} articles where they do not"
            " stand",
            count,
        )
    for table, counted, live in (
        ("review_count", "coalesce(round_id, '') AS round_id, state", "FROM review_article"),
        ("assignment_count", "round_id, state, person_id",
         "FROM assignment WHERE withdrawn_at IS NULL"),
    ):  # fmt: skip
        columns = "project_id, round_id, state" + (", person_id" if "person" in counted else "")
        found = f"SELECT project_id, {counted}, count(*) AS n {live} GROUP BY 1, 2, 3"
        found += ", 4" if "person" in counted else ""
        kept = f"SELECT {columns}, n FROM {table} WHERE n <> 0"
        for row in c.rows(
            f"SELECT project_id FROM (SELECT * FROM ({found} EXCEPT {kept}) UNION"
            f" SELECT * FROM ({kept} EXCEPT {found})) GROUP BY project_id LIMIT 20"
        ):
            yield Problem(
                "rounds", f"Project {row['project_id']} has other numbers on its board", count
            )
    for row in c.rows(
        "SELECT a.id, a.state, coalesce(l.status, 'to_do') AS found FROM assignment a"
        " LEFT JOIN label_set l ON l.project_id = a.project_id AND l.article_id = a.article_id"
        " AND l.coder_id = a.person_id WHERE a.withdrawn_at IS NULL"
        " AND a.state <> coalesce(l.status, 'to_do') LIMIT 20"
    ):
        yield Problem(
            "rounds",
            f"Assignment {row['id']} says {row['state']}, its label set {row['found']}",
            count,
        )


# That whoever decided exists is a foreign key.
_DECISIONS: tuple[tuple[str, str, str], ...] = (
    (
        "SELECT d.id, d.article_id FROM decision d JOIN label_set g ON g.id = d.gold_id"
        " WHERE g.kind <> 'gold' OR g.project_id <> d.project_id OR g.article_id <> d.article_id",
        "does not stand behind gold of that article",
        _RESTORE,
    ),
    (
        "SELECT d.id, d.article_id FROM decision_source s JOIN decision d ON d.id = s.decision_id"
        " JOIN label_set l ON l.id = s.label_set_id WHERE l.kind <> 'analyst'"
        " OR l.project_id <> d.project_id OR l.article_id <> d.article_id",
        "was made upon labels that are no analyst's of that article",
        _RESTORE,
    ),
    # What was removed stays as a row, but for document labels.
    (
        "SELECT d.id, d.article_id FROM decision d JOIN label_set g ON g.id = d.gold_id"
        " WHERE d.undone_at IS NULL AND d.entity_id IS NOT NULL AND CASE d.kind"
        " WHEN 'document_label' THEN g.status = 'accepted' AND NOT EXISTS (SELECT 1 FROM"
        "  document_label x WHERE x.label_set_id = g.id AND x.name = d.entity_id)"
        " WHEN 'span' THEN NOT EXISTS (SELECT 1 FROM span x WHERE x.id = d.entity_id"
        "  AND x.label_set_id = g.id AND (x.deleted_at IS NULL OR g.status <> 'accepted'))"
        " ELSE NOT EXISTS (SELECT 1 FROM statement x WHERE x.id = d.entity_id"
        "  AND x.label_set_id = g.id AND (x.deleted_at IS NULL OR g.status <> 'accepted')) END",
        "is about something that gold does not hold",
        "Take the article back into review, decide that row again and make it gold",
    ),
    # Gold that came from elsewhere has none until something is changed in it here.
    (
        "SELECT x.id, g.article_id FROM label_set g JOIN statement x ON x.label_set_id = g.id"
        " AND x.deleted_at IS NULL WHERE g.kind = 'gold' AND g.status = 'accepted'"
        " AND EXISTS (SELECT 1 FROM decision d WHERE d.gold_id = g.id AND d.undone_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.gold_id = g.id AND d.kind = 'statement'"
        "  AND d.entity_id = x.id AND d.undone_at IS NULL)",
        "stands in gold without a decision",
        "Take the article back into review and make it gold again, which records it",
    ),
)


@check("decisions")
def _decisions(c: Connections) -> Iterator[Problem]:
    for sql, wrong, mended in _DECISIONS:
        what = "Statement" if wrong.startswith("stands") else "Decision"
        for row in c.rows(f"{sql} LIMIT 20"):
            yield Problem(
                "decisions", f"{what} {row['id']} on article {row['article_id']} {wrong}", mended
            )


@check("links")
def _links(c: Connections) -> Iterator[Problem]:
    relink = "Unlink the project and link it anew: no label is lost"
    for row in c.rows(
        "SELECT project_id, task_id, count(*) AS n FROM sync_task WHERE state = 'linked'"
        " GROUP BY project_id, task_id HAVING n > 1 LIMIT 20"
    ):
        yield Problem(
            "links",
            f"Task {row['task_id']} in Label Studio stands for {row['n']} articles of project"
            f" {row['project_id']}",
            relink,
        )
    for row in c.rows(
        "SELECT s.label_set_id, s.article_id FROM sync_label_set s"
        " JOIN label_set l ON l.id = s.label_set_id"
        " WHERE l.article_id != s.article_id OR l.project_id != s.project_id LIMIT 20"
    ):
        yield Problem(
            "links",
            f"Label set {row['label_set_id']} is linked as if it were on article"
            f" {row['article_id']}",
            relink,
        )
