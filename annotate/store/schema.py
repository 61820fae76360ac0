"""The tables, and the migrations that lead to them.

Rules of the house: STRICT tables, ids are UUIDv7 text, times are UTC text, deletion is a time in
``deleted_at``. The only integer key is ``article.sort_key``: the published second shifted left by
20 bits plus a counter. It orders lists and the search index newest first without sorting, and is
never reused because articles are never deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from annotate.model import utc_now
from annotate.store import review_tables, tables

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x434C4D44  # "CLMD": tells our files from other SQLite databases
OPERATOR_ID = "00000000-0000-7000-8000-000000000001"
SORT_KEY_SHIFT = 20

_SET = "claimdesk"


def m0001_foundation(db: Database) -> None:
    """Everything up to the first way through: articles, labels, registries, people, history."""
    for script in (
        tables.PEOPLE,
        tables.PROJECTS,
        tables.ARTICLES,
        tables.REGISTRY,
        tables.LABELS,
        tables.HISTORY,
    ):
        for statement in _statements(script):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(
        "INSERT INTO person (id, name, display_name, kind, role, active, created_at)"
        " VALUES (?, 'operator', 'Local operator', 'operator', 'admin', 1, ?)",
        [OPERATOR_ID, utc_now()],
    )


def m0002_workbench(db: Database) -> None:
    """Pages for registries, people, ingestion and history, in the reader's language.

    ``invitation`` lets its bearer set a password once. ``project_article_removed`` remembers
    which articles were taken out of a project, so that they can be put back. ``merged_into`` is
    the entry that took a deleted one's place. ``distinct_pair`` holds entries that only look
    alike. ``rejection.told`` holds message, hint and values as JSON, so that a page can say
    them in its reader's language.
    """
    for statement in _statements(tables.WORKBENCH):
        db.execute(statement)


def m0003_labelstudio(db: Database) -> None:
    """What the two sides of a link with Label Studio last agreed on, and where they differ.

    ``sync_sending`` holds the articles whose tasks were sent and not yet seen there, so that a
    sync that was killed sends none twice.
    """
    for statement in _statements(tables.LABELSTUDIO):
        db.execute(statement)


def m0004_review(db: Database) -> None:
    """Rounds of assignments, decisions behind gold, comments, notices.

    ``review_article`` says of each article with labels or in a round where it stands; triggers
    keep its ``state``, and that of assignments, in step with the label sets by whatever route
    these change, so that a board of 100,000 articles is counted from an index.
    """
    for statement in _statements(review_tables.REVIEW):
        db.execute(statement)


def m0005_counts(db: Database) -> None:
    """How many articles each project has by source and language, and how many texts.

    Triggers keep them, so that the filter rail of 100,000 articles is read from some rows.
    Articles of no matter which project are counted under an empty id.
    """
    for statement in _statements(tables.COUNTS):
        db.execute(statement)


def m0006_notices(db: Database) -> None:
    """How many articles a notice is about; of what was told before nobody knows."""
    db.execute("ALTER TABLE notice ADD COLUMN articles INTEGER")


def m0007_held(db: Database) -> None:
    """Which revisions archived projects keep although a newer one has replaced them elsewhere."""
    for statement in _statements(tables.HELD):
        db.execute(statement)


def m0008_coded_anew(db: Database) -> None:
    """Which articles a round takes though they have gold, to be coded anew."""
    for statement in _statements(review_tables.STOOD):
        db.execute(statement)


def m0009_last_by(db: Database) -> None:
    """What somebody did last in a project, found without reading through all its events."""
    for statement in _statements(tables.LAST_BY):
        db.execute(statement)


def m0010_reworded(db: Database) -> None:
    """Which values a codebook version only words differently, so that labels keep their sense.

    Of earlier versions nobody was asked: there, as before, other words ask for another look.
    """
    db.execute("ALTER TABLE codebook_version ADD COLUMN reworded TEXT NOT NULL DEFAULT '[]'")


def m0011_places(db: Database) -> None:
    """Where each article of a project stands, beside its place in the order of lists.

    So that a list by state is one sweep of the project's order: of an article that nobody has
    begun and no round has held ``review_article`` says nothing, and of others not in that order.
    """
    for statement in _statements(review_tables.PLACES):
        db.execute(statement)


def m0012_tried_with(db: Database) -> None:
    """Which version of what takes items refused one, so that another is known to be worth a try.

    Of earlier ones it is not known: they are tried again as if by another.
    """
    db.execute("ALTER TABLE rejection ADD COLUMN tried_with TEXT")


def m0013_called(db: Database) -> None:
    """Who is called so, found without a look at every name of the registry."""
    for statement in _statements(tables.CALLED):
        db.execute(statement)


MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    m0001_foundation,
    m0002_workbench,
    m0003_labelstudio,
    m0004_review,
    m0005_counts,
    m0006_notices,
    m0007_held,
    m0008_coded_anew,
    m0009_last_by,
    m0010_reworded,
    m0011_places,
    m0012_tried_with,
    m0013_called,
)


def applied(db: sqlite3.Connection) -> list[str]:
    """The names of the migrations that a database has behind it, oldest first."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return []
    sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid"
    return [row[0] for row in db.execute(sql, [_SET])]


def apply(db: sqlite3.Connection) -> None:
    """Apply the migrations that a database lacks, within the caller's transaction."""
    # Here and not above, because it loads pandas, which takes longer than most commands; a
    # database that lacks nothing is opened without it.
    from sqlite_utils import Database, Migrations

    migrations = Migrations(_SET)
    for migration in MIGRATIONS:
        migrations()(migration)
    # It would let triggers fire by triggers in this connection, and in no other.
    migrations.apply(Database(db, recursive_triggers=False))


def _statements(script: str) -> list[str]:
    """Split a script at the statement ends; a trigger's inner semicolons stay."""
    found: list[str] = []
    buffer = ""
    for line in script.splitlines():
        buffer += line + "\n"
        open_trigger = "CREATE TRIGGER" in buffer and "END;" not in buffer
        if line.rstrip().endswith(";") and not open_trigger:
            found.append(buffer.strip())
            buffer = ""
    return found
