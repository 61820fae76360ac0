"""Exports of a labelled corpus, beside Label Studio's JSON export and beside bare writing."""

from __future__ import annotations

import csv
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import exports
from annotate import releases
from annotate.model import Article, new_id
from benchmarks import database, labelled, labelstudio
from benchmarks.labelled import SPANS, STATEMENTS
from benchmarks.report import Measure, Omitted
from exports import Record
from exports.formats.tables import TABLES
from tools.labelstudio import Unavailable

ARTICLES = int(os.environ.get("BENCH_LABELLED", "5000"))
REPEATS = 3
FASTER_THAN_LABEL_STUDIO = 10.0
SLOWER_THAN_BARE = 1.5


def run() -> Iterator[Measure | Omitted]:
    """Articles a second of each format, each beside its peer on the same articles."""
    with database.opened(ARTICLES) as bench, TemporaryDirectory(dir=database.DATA) as folder:
        analyst = bench.analyst(0)
        ids = bench.article_ids(ARTICLES)
        labelled.label(bench, analyst, ids, labelled.entries(bench))
        place = Path(folder)
        ours = {
            name: _best(partial(_export, bench, name, place))
            for name in ("jsonl", "stance", "csv", "parquet")
        }
        scripts = {
            "stance": _best(partial(_script, bench, place, _BARE_STANCE)),
            "csv": _best(partial(_script, bench, place, _BARE_CSV)),
        }
        for name, bare in (("stance", _bare_stance), ("csv", _bare_csv)):
            records = list(_records(bench, name))
            yield Measure(
                f"write {name} from records, {ARTICLES:,} articles",
                _best(partial(exports.export, records, name, place / name)), "s",
                "bare writing", _best(partial(bare, records, place / "bare.csv")),
                SLOWER_THAN_BARE,
            )  # fmt: skip
        yield from _beside_label_studio(bench, ids, ours["jsonl"], place)
    for name, seconds in {**scripts, "parquet": scripts["csv"]}.items():
        yield Measure(
            f"export {name}, {ARTICLES:,} articles", ours[name], "s", "SQL script", seconds, None
        )


def _export(bench: database.Bench, name: str, place: Path) -> None:
    done = releases.export(bench.store, bench.operator, _choice(bench), name, place / name)
    if done.summary.statements != ARTICLES * STATEMENTS:
        raise RuntimeError(f"{name} lacks statements: {done.summary}")


def _choice(bench: database.Bench) -> releases.Choice:
    return releases.Choice(bench.project.id, drafts=True)


def _records(bench: database.Bench, name: str) -> Iterator[Record]:
    yield from releases.Selection(bench.store, bench.operator, _choice(bench), name).records()


def _bare_stance(records: Sequence[Record], out: Path) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for record in records:
            for label_set in record.label_sets:
                for statement in label_set.statements:
                    claim = record.claims[statement.claim_id].text
                    writer.writerow([record.article.text, claim, statement.stance])


def _bare_csv(records: Sequence[Record], out: Path) -> None:
    """The same cells as the format's, as they come."""
    for n, table in enumerate(TABLES):
        with out.with_suffix(f".{n}").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for record in records:
                writer.writerows(table.rows(record, {}))


def _script(bench: database.Bench, place: Path, queries: Sequence[str]) -> None:
    """What a script of one's own would do: a query a table, straight into a CSV writer.

    Nobody is asked who may see what, nothing is drawn up as a record, and no two queries need
    see the same state of the database.
    """
    with closing(sqlite3.connect(bench.store.path)) as db:
        for n, query in enumerate(queries):
            with (place / f"bare-{n}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(db.execute(query, (bench.project.id,)))


_SETS = "FROM label_set l JOIN person w ON w.id = l.coder_id"
_WHOSE = "l.article_id, l.project_id, l.id, l.kind, l.status, l.coder_id, w.display_name"
_LABELLED = "l.project_id = ? ORDER BY l.article_id"
_BARE_STANCE = (
    "SELECT t.text, c.text, s.stance FROM label_set l JOIN article_text t USING (article_id)"
    " JOIN statement s ON s.label_set_id = l.id JOIN claim c ON c.id = s.claim_id"
    f" WHERE s.deleted_at IS NULL AND {_LABELLED}",
)
# The same four tables as the format ``csv``.
_BARE_CSV = (
    "SELECT a.*, t.text FROM project_article p JOIN article a USING (sort_key)"
    " JOIN article_text t ON t.article_id = a.id WHERE p.project_id = ? ORDER BY a.id",
    f"SELECT {_WHOSE}, l.revision, l.created_at, l.updated_at {_SETS} WHERE {_LABELLED}",
    f'SELECT {_WHOSE}, s.id, s.kind, s.start, s."end", s.quote, a.id, a.name, s.codebook_version'
    f" {_SETS} JOIN span s ON s.label_set_id = l.id LEFT JOIN actor a ON a.id = s.actor_id"
    f" WHERE s.deleted_at IS NULL AND {_LABELLED}",
    f"SELECT {_WHOSE}, s.*, c.text, c.topic, a.name, h.name,"
    " (SELECT group_concat(e.id || ' ' || e.start || ' ' || e.\"end\" || ' ' || e.quote)"
    "  FROM statement_evidence x JOIN span e ON e.id = x.span_id WHERE x.statement_id = s.id)"
    f" {_SETS} JOIN statement s ON s.label_set_id = l.id JOIN claim c ON c.id = s.claim_id"
    " LEFT JOIN actor a ON a.id = s.speaker_id LEFT JOIN actor h ON h.id = s.holder_id"
    f" WHERE s.deleted_at IS NULL AND {_LABELLED}",
)


def _beside_label_studio(
    bench: database.Bench, ids: Sequence[str], ours: float, place: Path
) -> Iterator[Measure | Omitted]:
    work = f"export native JSONL, {ARTICLES:,} labelled articles"
    try:
        with labelstudio.server(place / "label-studio") as server:
            project = server.project()
            tasks = [_task(article) for article in bench.store.articles.many(ids)]
            server.import_tasks(project, tasks)
            exports = [server.export(project) for _ in range(2)]
    except Unavailable as problem:
        yield Omitted(work, str(problem))
        return
    if any(count != ARTICLES for _, count in exports):
        raise RuntimeError(f"Label Studio exported another number of tasks: {exports}")
    theirs = min(seconds for seconds, _ in exports)
    yield Measure(
        work, ARTICLES / ours, "articles/s", "Label Studio JSON", ARTICLES / theirs,
        FASTER_THAN_LABEL_STUDIO, "more",
    )  # fmt: skip


def _task(article: Article) -> dict[str, Any]:
    """The same article and labels for Label Studio, each statement a region of its own."""
    result: list[dict[str, Any]] = []
    for n in range(SPANS):
        span = database.span(article.text, n * 31, 8)
        result.append(_part(span, "labels", "label", {"labels": ["evidence"]}))
        if n < STATEMENTS:
            said = {**span, "id": new_id()}
            relation = {"from_id": said["id"], "to_id": span["id"], "direction": "right"}
            result += [
                _part(said, "labels", "label", {"labels": ["STATEMENT"]}),
                _part(said, "choices", "stance", {"choices": ["support"]}),
                _part(said, "textarea", "claim", {"text": [f"主张{n}"]}),
                _part(said, "textarea", "speaker", {"text": ["发言人"]}),
                {"type": "relation", **relation},
            ]
    names = ("id", "title", "url", "source", "published_at", "language", "text")
    data = {name: getattr(article, name) for name in names}
    return {"data": data, "annotations": [{"result": result}]}


def _part(span: dict[str, Any], kind: str, control: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": span["id"], "from_name": control, "to_name": "text", "type": kind,
        "value": {"start": span["start"], "end": span["end"], **value},
    }  # fmt: skip


def _best(work: Callable[[], object]) -> float:
    """The seconds of the quickest of some repeats."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
