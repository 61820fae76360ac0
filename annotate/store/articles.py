"""Articles: adding revisions, reading them, their raw bytes and their search index."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from annotate.errors import NotFound
from annotate.model import Article, CleanedItem, new_id
from annotate.store.database import Connections, Row, Transaction, marks, to_json
from annotate.store.replacing import inside_of, replace
from annotate.store.schema import SORT_KEY_SHIFT

Change = Literal["new", "revision", "duplicate", "unchanged"]
# In the order of the fields of Article.
_COLUMNS = (
    "a.id, a.series_id, a.revision, a.url, a.canonical_url, a.source, a.title, t.text,"
    " a.language, a.published_at, a.published_from, a.dateline, a.captions, a.raw_sha256,"
    " a.cleaner_version, a.ingested_at, a.ingested_by, a.duplicate_of, a.superseded"
)

_TO_CLEAN = (
    "FROM article a JOIN article_raw r ON r.article_id = a.id"
    " WHERE a.superseded = 0 AND a.cleaner_version != ?"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one cleaned item."""

    item: str
    change: Change
    article_id: str


@dataclass(frozen=True, slots=True)
class Departure:
    """What became of articles that were to leave a project: which left, and how many stayed.

    An article stays if somebody has labelled it in the project.
    """

    gone: tuple[str, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class RemovedArticle:
    """An article taken out of a project."""

    id: str
    title: str
    source: str
    removed_at: str
    removed_by: str


class Articles:
    """The articles of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def add(
        self, tx: Transaction, items: Sequence[CleanedItem], project_id: str | None = None
    ) -> list[Outcome]:
        """Store cleaned items, in their order, each as what it is.

        An item is unchanged if its series already holds a revision with the same title and
        text, or the same bytes cleaned by the same cleaner; a new revision if its canonical
        URL is known; a duplicate (still an article of its own) if another URL has the same
        text. New revisions join the projects of the one that they replace, but those archived.

        Args:
            tx: The transaction.
            items: What cleaning made.
            project_id: A project that every item joins.
        """
        outcomes = [self._add_one(tx, item, project_id) for item in items]
        fresh = sorted({o.article_id for o in outcomes if o.change != "unchanged"})
        by_id = {o.article_id: i for o, i in zip(outcomes, items, strict=True)}
        # FTS5 writes a segment whenever a rowid is not larger than the one before: in order of
        # the keys, a batch costs one.
        keys = tx.execute(
            f"SELECT sort_key, id FROM article WHERE id IN ({marks(fresh)}) ORDER BY sort_key",
            fresh,
        ).fetchall()
        tx.db.executemany(
            "INSERT INTO article_index (rowid, title, text) VALUES (?, ?, ?)",
            [(key, by_id[id_].title_terms, by_id[id_].text_terms) for key, id_ in keys],
        )
        return outcomes

    def restore(self, tx: Transaction, article: Article, title_terms: str, text_terms: str) -> bool:
        """Store an article that comes with its id from an export; False if it is here already.

        A newer revision of one that is here joins its projects, as it does in `add`.
        Its raw bytes are not in an export, so it cannot be cleaned again.
        """
        if tx.execute("SELECT 1 FROM article WHERE id = ?", (article.id,)).fetchone():
            return False
        key = self._insert(tx, article, _sha256(article.text))
        tx.execute("INSERT INTO article_index (rowid, title, text) VALUES (?, ?, ?)",
                   (key, title_terms, text_terms))  # fmt: skip
        revisions = tx.execute(
            "SELECT sort_key, revision, superseded FROM article WHERE series_id = ?"
            " ORDER BY revision DESC",
            (article.series_id,),
        ).fetchall()
        for row in revisions[1:]:
            if not row["superseded"]:
                replace(tx, row["sort_key"], revisions[0]["sort_key"])
        tx.record("article.import", "article", article.id, after={"url": article.url})
        return True

    def join(self, tx: Transaction, project_id: str, article_ids: Iterable[str]) -> int:
        """Put articles into a project, an old revision with the newest of its series.

        Those already in it stay; revisions that were taken out of it come back with theirs.
        Returns how many are new.
        """
        added = 0
        for article_id in article_ids:
            joined = tx.execute(
                "INSERT OR IGNORE INTO project_article (project_id, sort_key)"
                " SELECT ?, a.sort_key FROM article a JOIN article asked USING (series_id)"
                " WHERE asked.id = ? AND (a.id = asked.id OR a.superseded = 0 OR EXISTS"
                "  (SELECT 1 FROM project_article_removed r WHERE r.project_id = ?"
                "   AND r.sort_key = a.sort_key AND r.restored_at IS NULL))",
                (project_id, article_id, project_id),
            ).rowcount
            if joined:
                tx.execute(
                    "UPDATE project_article_removed SET restored_at = ? WHERE project_id = ?"
                    " AND restored_at IS NULL AND sort_key IN (SELECT p.sort_key FROM article asked"
                    "  JOIN article a USING (series_id) JOIN project_article p"
                    "  ON p.project_id = ? AND p.sort_key = a.sort_key WHERE asked.id = ?)",
                    (tx.at, project_id, project_id, article_id),
                )
            added += joined
        if added:
            tx.record("project.add_articles", "project", project_id, project_id=project_id,
                      after={"articles": added})  # fmt: skip
        return added

    def leave(self, tx: Transaction, project_id: str, article_ids: Sequence[str]) -> Departure:
        """Take articles out of a project, all revisions of each; they can be put back.

        Those stay in it on any revision of which somebody has a label set in the project, or has
        it assigned, and those in an open round.
        """
        asked = (
            "FROM article asked JOIN article a USING (series_id) {} WHERE asked.id"
            f" IN ({marks(article_ids)})"
        )
        worked_on = {
            row["series_id"]
            for joined in (
                "JOIN label_set l ON l.article_id = a.id AND l.project_id = ?",
                "JOIN assignment s ON s.article_id = a.id AND s.project_id = ?"
                " AND s.withdrawn_at IS NULL",
                "JOIN review_article r ON r.article_id = a.id AND r.project_id = ?"
                " JOIN round o ON o.id = r.round_id AND o.closed_at IS NULL",
            )
            for row in tx.execute(
                "SELECT DISTINCT a.series_id " + asked.format(joined), [project_id, *article_ids]
            )
        }
        inside = tx.execute(
            "SELECT DISTINCT a.sort_key, a.series_id, a.id, a.superseded "
            + asked.format(
                "JOIN project_article p ON p.sort_key = a.sort_key AND p.project_id = ?"
            ),
            [project_id, *article_ids],
        ).fetchall()
        leaving = [row for row in inside if row["series_id"] not in worked_on]
        for row in leaving:
            tx.execute("DELETE FROM project_article WHERE project_id = ? AND sort_key = ?",
                       (project_id, row["sort_key"]))  # fmt: skip
            tx.execute(
                "INSERT INTO project_article_removed VALUES (?, ?, ?, ?, NULL)",
                (project_id, row["sort_key"], tx.at, tx.by),
            )
        gone = {row["series_id"] for row in leaving}
        if gone:
            tx.record("project.remove_articles", "project", project_id, project_id=project_id,
                      after={"articles": len(gone)})  # fmt: skip
        newest = tuple(row["id"] for row in leaving if not row["superseded"])
        return Departure(newest, len({row["series_id"] for row in inside} - gone))

    def inside(self, project_id: str, article_ids: Sequence[str]) -> set[str]:
        """Of some articles, those that are in a project."""
        rows = self._c.rows(
            "SELECT a.id FROM article a JOIN project_article p USING (sort_key)"
            f" WHERE p.project_id = ? AND a.id IN ({marks(article_ids)})",
            [project_id, *article_ids],
        )
        return {row["id"] for row in rows}

    def removed(self, project_id: str, limit: int) -> list[RemovedArticle]:
        """The articles taken out of a project and not put back, the last ones first.

        Each by its newest revision, which may have come since.
        """
        return [
            RemovedArticle(*row)
            for row in self._c.tuples(
                "SELECT newest.id, newest.title, newest.source, max(r.removed_at), r.removed_by"
                " FROM project_article_removed r JOIN article a USING (sort_key)"
                " JOIN article newest USING (series_id)"
                " WHERE r.project_id = ? AND r.restored_at IS NULL AND newest.superseded = 0"
                " GROUP BY newest.id ORDER BY 4 DESC, newest.sort_key DESC LIMIT ?",
                (project_id, limit),
            )
        ]

    def taken_out(self, project_id: str, article_ids: Sequence[str]) -> list[str]:
        """Of some articles, those that were taken out of a project, by whichever revision."""
        rows = self._c.rows(
            f"SELECT asked.id FROM article asked WHERE asked.id IN ({marks(article_ids)})"
            " AND EXISTS (SELECT 1 FROM article a JOIN project_article_removed r USING (sort_key)"
            " WHERE a.series_id = asked.series_id AND r.project_id = ? AND r.restored_at IS NULL)",
            [*article_ids, project_id],
        )
        return [row["id"] for row in rows]

    def named(self, ids: Sequence[str], canonical_urls: Sequence[str]) -> dict[str, str]:
        """The ids of those articles that exist, by the id or canonical URL that names each.

        A URL names the newest revision under it.
        """
        rows = self._c.rows(
            f"SELECT id AS given, id FROM article WHERE id IN ({marks(ids)}) UNION ALL"
            " SELECT canonical_url, id FROM article WHERE superseded = 0"
            f" AND canonical_url IN ({marks(canonical_urls)})",
            [*ids, *canonical_urls],
        )
        return {row["given"]: row["id"] for row in rows}

    def get(self, article_id: str) -> Article:
        """One revision with its text.

        Raises:
            NotFound: if there is none with this id.
        """
        found = self.many([article_id])
        if not found:
            raise NotFound("There is no article {article_id}", article_id=article_id)
        return found[0]

    def many(self, article_ids: Sequence[str]) -> list[Article]:
        """Revisions with their texts, in the order asked; unknown ids are left out."""
        rows = self._c.tuples(
            f"SELECT {_COLUMNS} FROM article a JOIN article_text t ON t.article_id = a.id"
            f" WHERE a.id IN ({marks(article_ids)})",
            list(article_ids),
        )
        found = {row[0]: _article_of(row) for row in rows}
        return [found[id_] for id_ in article_ids if id_ in found]

    def newest(self, series_id: str) -> str:
        """The id of the newest revision of a series."""
        row = self._c.row(
            "SELECT id FROM article WHERE series_id = ? ORDER BY revision DESC LIMIT 1",
            (series_id,),
        )
        if row is None:
            raise NotFound("There is no article series {series_id}", series_id=series_id)
        return str(row["id"])

    def newer(self, article: Article, project_id: str) -> str | None:
        """The id of the newest revision in a project, if it is newer than this one."""
        if not article.superseded:
            return None
        inside, parameters = inside_of("a", project_id)
        row = self._c.row(
            f"SELECT a.id FROM article a WHERE a.series_id = ? AND a.revision > ? AND {inside}"
            " ORDER BY a.revision DESC LIMIT 1",
            (article.series_id, article.revision, *parameters),
        )
        return None if row is None else str(row["id"])

    def held(self, project_id: str, article_ids: Sequence[str]) -> set[str]:
        """Of some articles, those that an archived project keeps though they were replaced."""
        rows = self._c.rows(
            "SELECT a.id FROM article a JOIN project_article_held h USING (sort_key)"
            f" WHERE h.project_id = ? AND a.id IN ({marks(article_ids)})",
            [project_id, *article_ids],
        )
        return {row["id"] for row in rows}

    def raw(self, article_id: str) -> bytes | None:
        """The item as it was found; None for an article that came from an export."""
        row = self._c.row("SELECT raw FROM article_raw WHERE article_id = ?", (article_id,))
        return None if row is None else zlib.decompress(row["raw"])

    def known_raw(self, sha256s: Sequence[str]) -> dict[str, str]:
        """Of these digests of raw bytes, those already stored, each with its article's id."""
        rows = self._c.rows(
            f"SELECT raw_sha256, id FROM article WHERE raw_sha256 IN ({marks(sha256s)})",
            list(sha256s),
        )
        return {row["raw_sha256"]: row["id"] for row in rows}

    def older_than_cleaner(self, version: str) -> Iterator[str]:
        """Ids of newest revisions whose raw bytes are here and whose cleaner is another one."""
        for row in self._c.rows(f"SELECT a.id {_TO_CLEAN} ORDER BY a.sort_key", (version,)):
            yield row["id"]

    def count_older_than_cleaner(self, version: str) -> int:
        """How many ``older_than_cleaner`` gives."""
        return int(self._c.rows(f"SELECT count(*) {_TO_CLEAN}", (version,))[0][0])

    def projects_of(self, article_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The projects that each article is in."""
        rows = self._c.rows(
            "SELECT a.id, p.project_id FROM article a JOIN project_article p USING (sort_key)"
            f" WHERE a.id IN ({marks(article_ids)}) ORDER BY p.project_id",
            list(article_ids),
        )
        found: dict[str, tuple[str, ...]] = dict.fromkeys(article_ids, ())
        for row in rows:
            found[row["id"]] += (row["project_id"],)
        return found

    def _add_one(self, tx: Transaction, item: CleanedItem, project_id: str | None) -> Outcome:
        digest = _sha256(item.text)
        series = tx.execute(
            "SELECT id, series_id, revision, sort_key, raw_sha256, text_sha256, title,"
            " cleaner_version FROM article WHERE canonical_url = ? ORDER BY revision DESC",
            (item.canonical_url,),
        ).fetchall()
        for row in series:
            as_before = row["cleaner_version"] == item.cleaner_version
            same = row["text_sha256"] == digest and row["title"] == item.title
            if same or (as_before and row["raw_sha256"] == item.raw_sha256):
                if not as_before:
                    self._note_cleaner(tx, row, item.cleaner_version)
                if project_id:
                    self.join(tx, project_id, [row["id"]])
                return Outcome(item.item, "unchanged", row["id"])
        newest = series[0] if series else None
        first = tx.execute(
            "SELECT id FROM article WHERE text_sha256 = ? AND canonical_url != ?"
            " ORDER BY ingested_at, id LIMIT 1",
            (digest, item.canonical_url),
        ).fetchone()
        article = _article(tx, item, newest, None if first is None else first["id"])
        key = self._insert(tx, article, digest)
        tx.execute("INSERT INTO article_raw (article_id, raw) VALUES (?, ?)",
                   (article.id, zlib.compress(item.raw, 6)))  # fmt: skip
        if newest is not None:
            replace(tx, newest["sort_key"], key)
        if project_id:
            tx.execute("INSERT OR IGNORE INTO project_article (project_id, sort_key) VALUES (?, ?)",
                       (project_id, key))  # fmt: skip
        change: Change = "revision" if newest else "duplicate" if first else "new"
        tx.record("article.ingest", "article", article.id, project_id=project_id,
                  after={"url": item.url, "change": change, "item": item.item})  # fmt: skip
        return Outcome(item.item, change, article.id)

    def _note_cleaner(self, tx: Transaction, row: Row, version: str) -> None:
        tx.execute(
            "UPDATE article SET cleaner_version = ? WHERE sort_key = ?", (version, row["sort_key"])
        )
        tx.record("article.reclean", "article", row["id"],
                  before={"cleaner_version": row["cleaner_version"]},
                  after={"cleaner_version": version})  # fmt: skip

    def _insert(self, tx: Transaction, article: Article, digest: str) -> int:
        key = _sort_key(tx, article.published_at or article.ingested_at)
        tx.execute(
            "INSERT INTO article (sort_key, id, series_id, revision, url, canonical_url, source,"
            " title, language, published_at, published_from, dateline, captions, text_sha256,"
            " raw_sha256, cleaner_version, ingested_at, ingested_by, duplicate_of, superseded)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key, article.id, article.series_id, article.revision, article.url,
                article.canonical_url, article.source, article.title, article.language,
                article.published_at, article.published_from, article.dateline,
                to_json(article.captions), digest, article.raw_sha256, article.cleaner_version,
                article.ingested_at, article.ingested_by, article.duplicate_of,
                int(article.superseded),
            ),
        )  # fmt: skip
        tx.execute("INSERT INTO article_text (article_id, text) VALUES (?, ?)",
                   (article.id, article.text))  # fmt: skip
        return key


def _article_of(row: Sequence[Any]) -> Article:
    captions = tuple(json.loads(row[12])) if row[12] != "[]" else ()
    fields = [*row[:12], captions, *row[13:18], bool(row[18])]
    return Article(*fields)


def _article(
    tx: Transaction, item: CleanedItem, newest: Row | None, duplicate_of: str | None
) -> Article:
    id_ = new_id()
    return Article(
        id=id_,
        series_id=newest["series_id"] if newest else id_,
        revision=newest["revision"] + 1 if newest else 1,
        url=item.url,
        canonical_url=item.canonical_url,
        source=item.source,
        title=item.title,
        text=item.text,
        language=item.language,
        published_at=item.published_at,
        published_from=item.published_from,
        dateline=item.dateline,
        captions=item.captions,
        raw_sha256=item.raw_sha256,
        cleaner_version=item.cleaner_version,
        ingested_at=tx.at,
        ingested_by=tx.by,
        duplicate_of=duplicate_of,
    )


def first_key(moment: str) -> int:
    """The least sort key of articles published in the second of a UTC time or date."""
    parsed = datetime.fromisoformat(moment)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return int(parsed.timestamp()) << SORT_KEY_SHIFT


def _sort_key(tx: Transaction, moment: str) -> int:
    base = first_key(moment)
    last = tx.execute(
        "SELECT max(sort_key) FROM article WHERE sort_key >= ? AND sort_key < ?",
        (base, base + (1 << SORT_KEY_SHIFT)),
    ).fetchone()[0]
    return base if last is None else int(last) + 1


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
