from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import threading
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from sqlite_utils import Database

from annotate.errors import Conflict, DatabaseProblem
from annotate.store import OPERATOR_ID, ArticleFilter, Store, Transaction, indexing, schema
from annotate.store.database import Row
from annotate.text.search import index_terms, parse_query
from tests.world import World, item, op, send, span, statement


def test_a_new_file_is_private_and_whole(tmp_path: Path) -> None:
    store = Store(tmp_path / "new.db")
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert list(store.examine()) == []
    assert store.people.get(OPERATOR_ID).kind == "operator"
    store.close()


def test_every_table_is_strict(store: Store) -> None:
    with sqlite3.connect(store.path) as db:
        loose = db.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND strict = 0 AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlite_%'"
        ).fetchall()
    assert loose == []


def test_a_change_without_its_event_is_refused(store: Store) -> None:
    with pytest.raises(AssertionError), store.write(OPERATOR_ID) as tx:
        tx.execute("INSERT INTO setting VALUES ('a', 'b')")
    assert store.people.setting("a") is None


def test_events_can_be_neither_changed_nor_deleted(world: World) -> None:
    for sql in ("DELETE FROM event", "UPDATE event SET action = 'x'"):
        with pytest.raises(sqlite3.IntegrityError), world.store.write(OPERATOR_ID) as tx:
            tx.execute(sql)
    assert world.store.history.events()


def test_a_clash_with_what_is_stored_is_told_as_one(world: World) -> None:
    with pytest.raises(Conflict), world.store.write(OPERATOR_ID) as tx:
        tx.execute("INSERT INTO member VALUES ('nowhere', 'nobody', 'viewer')")
    with pytest.raises(sqlite3.IntegrityError), world.store.write(OPERATOR_ID) as tx:
        tx.execute("UPDATE member SET role = 'king'")


def test_a_restored_backup_serves_readers_while_it_is_written(world: World, tmp_path: Path) -> None:
    restored = Store(world.store.backup(tmp_path / "backup.db"))
    with restored.snapshot():
        assert restored.people.all()
        other = Store(restored.path)
        worker = threading.Thread(target=_write_setting, args=(other,))
        worker.start()
        worker.join(5)
        assert not worker.is_alive()
    assert other.people.setting("a") == "b"


def _write_setting(store: Store) -> None:
    with store.write(OPERATOR_ID) as tx:
        store.people.set_setting(tx, "a", "b")
    store.close()


def test_an_error_keeps_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write(OPERATOR_ID) as tx:
        store.people.set_setting(tx, "a", "b")
        raise RuntimeError
    assert store.people.setting("a") is None
    with store.write(OPERATOR_ID) as tx:
        store.people.set_setting(tx, "a", "c")
    assert store.people.setting("a") == "c"


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="no database"):
        Store(tmp_path / "none.db", create=False)
    with pytest.raises(DatabaseProblem, match="folder"):
        Store(tmp_path / "no" / "where.db")


def test_what_is_not_ours_is_refused_and_untouched(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database at all " * 100)
    other = tmp_path / "other.db"
    Database(other)["t"].insert({"a": 1})  # type: ignore[union-attr]
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(DatabaseProblem):
            Store(path)
        assert path.read_bytes() == before


def test_a_newer_database_is_refused(store: Store) -> None:
    with sqlite3.connect(store.path) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('claimdesk', 'm9999_future', '')"
        )
    with pytest.raises(DatabaseProblem, match="newer version") as refused:
        Store(store.path)
    assert "m9999_future" in str(refused.value)


def test_an_older_database_is_backed_up_then_migrated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def m9000_more(db: Database) -> None:
        db.execute("ALTER TABLE person ADD COLUMN telephone TEXT")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, m9000_more))
    migrated = Store(world.store.path)
    assert migrated.backup_made is not None
    with migrated.write(OPERATOR_ID) as tx:
        tx.execute("UPDATE person SET telephone = '1'")
        tx.record("person.change", "person", "all")
    with sqlite3.connect(migrated.backup_made) as old:
        columns = [row[1] for row in old.execute("PRAGMA table_info(person)")]
        assert "telephone" not in columns
        assert old.execute("SELECT count(*) FROM article").fetchone() == (3,)
    assert Store(world.store.path).backup_made is None


def test_a_failed_migration_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def m9000_broken(db: Database) -> None:
        db.execute("ALTER TABLE person ADD COLUMN telephone TEXT")
        db.execute("SELECT * FROM nowhere")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, m9000_broken))
        with pytest.raises(DatabaseProblem, match="nowhere"):
            Store(world.store.path)
    again = Store(world.store.path)
    assert len(again.projects.all()) == 1
    assert list(again.examine()) == []


@pytest.fixture
def processes() -> ForkServerContext:
    """Makes processes that have loaded everything, and so begin at the same moment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _open_first(path: Path) -> int:
    return len(Store(path).people.all())


def test_two_processes_may_make_the_database_at_once(
    processes: ForkServerContext, tmp_path: Path
) -> None:
    with processes.Pool(4) as pool:
        assert pool.map(_open_first, [tmp_path / "new.db"] * 4) == [0] * 4


def _save_many(arguments: tuple[Path, int]) -> int:
    path, n = arguments
    store = Store(path)
    for k in range(50):
        with store.write(OPERATOR_ID) as tx:
            store.people.set_setting(tx, f"{n}-{k}", "x")
    return n


def test_processes_write_side_by_side_and_lose_nothing(
    processes: ForkServerContext, store: Store
) -> None:
    with processes.Pool(4) as pool:
        pool.map(_save_many, [(store.path, n) for n in range(4)])
    kept = [store.people.setting(f"{n}-{k}") for n in range(4) for k in range(50)]
    assert kept == ["x"] * 200


def test_backup_while_a_write_is_under_way(world: World, tmp_path: Path) -> None:
    statement(world)
    target = tmp_path / "copy.db"
    other = Store(world.store.path)
    with other.write(OPERATOR_ID) as tx:
        other.people.set_setting(tx, "half", "done")
        # Python's sqlite3 copies committed pages only; a writer does not keep it waiting.
        copy = sqlite3.connect(f"file:{world.store.path}?mode=ro", uri=True)
        copy.close()
    world.store.backup(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    copied = Store(target)
    assert list(copied.examine()) == []
    assert copied.people.setting("half") == "done"
    with pytest.raises(DatabaseProblem, match="exists already"):
        world.store.backup(target)
    assert not [p for p in os.listdir(tmp_path) if p.endswith(".partial")]


def damage(store: Store, sql: str) -> None:
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute(sql)


@pytest.mark.parametrize(
    ("sql", "check"),
    [
        ("UPDATE span SET quote = 'x'", "quotes"),
        ("UPDATE article_text SET text = 'x'", "quotes"),
        ("UPDATE statement SET claim_id = 'gone'", "foreign keys"),
        ("DELETE FROM article_text", "texts"),
        ("INSERT INTO article_index (rowid, title, text) VALUES (1, 'a', 'b')", "index"),
        ("UPDATE label_set SET revision = 0", "operations"),
    ],
)
def test_doctor_finds_damage_and_says_how_to_mend_it(world: World, sql: str, check: str) -> None:
    statement(world)
    send(world, op("add_span", span=span("南屿")))
    assert list(world.store.examine()) == []
    damage(world.store, sql)
    found = list(world.store.examine())
    assert check in {problem.check for problem in found}
    assert all(problem.mend for problem in found)


def test_doctor_finds_an_article_missing_from_the_index(world: World) -> None:
    damage(world.store, "UPDATE article SET sort_key = sort_key + 7 WHERE title LIKE 'Analysts%'")
    assert "index" in {problem.check for problem in world.store.examine()}


LOSE_FROM_INDEX = (
    "UPDATE article SET sort_key = sort_key + 7 WHERE title LIKE 'Analysts%'",
    "UPDATE project_article SET sort_key = sort_key + 7 WHERE sort_key NOT IN"
    " (SELECT sort_key FROM article)",
)


def found_by(world: World, search: str) -> list[str]:
    query = parse_query(search)
    assert query is not None
    page = world.store.listing.page(ArticleFilter(world.project.id, match=query.match))
    return [row.id for row in page.items]


def test_mending_the_index_makes_articles_found_again(world: World) -> None:
    for sql in LOSE_FROM_INDEX:
        damage(world.store, sql)
    # One article lost, one row of none.
    assert {problem.check for problem in world.store.examine()} == {"index"}
    assert found_by(world, "consultative") == []
    mended = world.store.mend(OPERATOR_ID)
    assert len(mended) == 2
    assert list(world.store.examine()) == []
    assert found_by(world, "consultative") == [world.articles[2]]
    assert found_by(world, "议会") == [world.articles[1]]
    assert world.store.mend(OPERATOR_ID) == []


def test_an_index_that_was_being_mended_is_begun_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sql in LOSE_FROM_INDEX:
        damage(world.store, sql)
    with monkeypatch.context() as patched:
        patched.setattr(indexing, "_fill", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.store.mend(OPERATOR_ID)
    assert found_by(world, "议会") == [world.articles[1]]
    world.store.mend(OPERATOR_ID)
    assert list(world.store.examine()) == []


def test_an_article_that_comes_while_the_index_is_made_is_in_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = indexing._fill

    def filled(tx: Transaction, rows: list[Row]) -> None:
        fill(tx, rows)
        if rows and not arrived:
            arrived.extend(world.store.articles.add(tx, [item("https://a.example/9", "灯塔")]))

    arrived: list[object] = []
    damage(world.store, LOSE_FROM_INDEX[0])
    monkeypatch.setattr(indexing, "_fill", filled)
    world.store.mend(OPERATOR_ID)
    assert [p.check for p in world.store.examine() if p.check == "index"] == []


@pytest.mark.parametrize("new", ["议会", "灯塔质询：磋商机制会否触及应急预案？"])
def test_an_index_that_says_something_else_is_found_and_mended(world: World, new: str) -> None:
    key = world.store._connections.rows(
        "SELECT sort_key FROM article WHERE id = ?", [world.articles[1]]
    )[0][0]
    old = world.store.articles.get(world.articles[1])
    # The index takes a row out where it is told what the row was made of.
    damage(
        world.store,
        "INSERT INTO article_index (article_index, rowid, title, text)"
        f" VALUES ('delete', {key}, '{index_terms(old.title)}', '{index_terms(old.text)}')",
    )
    damage(
        world.store,
        "INSERT INTO article_index (rowid, title, text)"
        f" VALUES ({key}, '{index_terms(old.title)}', '{index_terms(new)}')",
    )
    [problem] = world.store.examine()
    assert problem.check == "index"
    assert world.articles[1] in problem.message
    assert world.store.mend(OPERATOR_ID) == [problem]
    assert found_by(world, "灯塔") == []
    assert found_by(world, "议会质询") == [world.articles[1]]
    assert list(world.store.examine()) == []


def test_the_doctor_finds_a_text_that_was_changed(world: World) -> None:
    damage(world.store, "UPDATE article_text SET text = text || '新'")
    assert {problem.check for problem in world.store.examine()} == {"texts", "index"}


def test_mending_makes_files_private_and_leaves_alone_what_only_a_backup_restores(
    world: World,
) -> None:
    statement(world)
    world.store.path.chmod(0o664)
    damage(world.store, "UPDATE span SET quote = 'x'")
    assert [problem.check for problem in world.store.mend(OPERATOR_ID)] == ["permissions"]
    assert [problem.check for problem in world.store.examine()] == ["quotes"]


def test_the_doctor_finds_evidence_that_is_gone(world: World) -> None:
    fields = statement(world)
    with sqlite3.connect(world.store.path) as db:
        db.execute("UPDATE span SET deleted_at = 'now' WHERE id = ?", fields["evidence"])
    assert [problem.check for problem in world.store.examine()] == ["evidence"]


def test_doctor_finds_a_file_that_others_can_read(store: Store) -> None:
    store.path.chmod(0o644)
    assert [problem.check for problem in store.examine()] == ["permissions"]


def test_the_doctor_reports_a_damaged_file_instead_of_giving_up(
    world: World, tmp_path: Path
) -> None:
    statement(world)
    whole = world.store.backup(tmp_path / "whole.db").read_bytes()
    with sqlite3.connect(tmp_path / "whole.db") as db:
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'article'").fetchone()[0]
    damaged = tmp_path / "damaged.db"
    at = (root - 1) * 4096
    damaged.write_bytes(whole[:at] + b"\xff" * 4096 + whole[at + 4096 :])
    damaged.chmod(0o600)
    store = Store(damaged)
    found = list(store.examine())
    assert {problem.check for problem in found} >= {"file", "index"}
    assert store.mend(OPERATOR_ID) == []
    with pytest.raises(DatabaseProblem, match="cannot be read"):
        store.articles.get(world.articles[0])


# What holds for one connection alone; those without a value (`optimize` and the like) act.
_SETTINGS = (
    "automatic_index", "busy_timeout", "cache_size", "cell_size_check", "checkpoint_fullfsync",
    "foreign_keys", "fullfsync", "ignore_check_constraints", "journal_mode", "legacy_alter_table",
    "locking_mode", "mmap_size", "query_only", "read_uncommitted", "recursive_triggers",
    "reverse_unordered_selects", "synchronous", "temp_store", "threads", "trusted_schema",
    "wal_autocheckpoint", "writable_schema",
)  # fmt: skip


def test_the_connection_that_makes_the_tables_is_like_all_others(tmp_path: Path) -> None:
    store = Store(tmp_path / "new.db")

    def settings() -> dict[str, object]:
        db = store._connections.connection()
        return {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in _SETTINGS}

    first = settings()
    store.close()
    assert settings() == first
    store.close()


def test_a_database_is_asked_once_for_what_it_has_behind_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    applied = schema.applied

    def asking(db: sqlite3.Connection) -> list[str]:
        asked.append(db)
        return applied(db)

    monkeypatch.setattr(schema, "applied", asking)
    Store(store.path).close()
    assert len(asked) == 1
