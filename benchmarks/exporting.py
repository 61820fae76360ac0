"""Exports of a labelled corpus, beside Label Studio's JSON export and beside bare writing."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from annotate import releases
from annotate.model import Article, new_id
from benchmarks import database, labelled, labelstudio
from benchmarks.labelled import SPANS, STATEMENTS
from benchmarks.report import Measure, Omitted
from exports import Record
from tools.labelstudio import Unavailable

ARTICLES = 5_000
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
        bare = {
            "stance": _best(partial(_bare_stance, bench, place)),
            "csv": _best(partial(_bare_csv, bench, place)),
        }
        yield from _beside_label_studio(bench, ids, ours["jsonl"], place)
    for name, seconds in bare.items():
        yield Measure(
            f"export {name}, {ARTICLES:,} articles", ours[name], "s", "bare writing", seconds,
            SLOWER_THAN_BARE,
        )  # fmt: skip
    yield Measure(
        f"export parquet, {ARTICLES:,} articles", ours["parquet"], "s", "bare CSV", bare["csv"],
        None,
    )  # fmt: skip


def _export(bench: database.Bench, name: str, place: Path) -> None:
    done = releases.export(bench.store, bench.operator, _choice(bench), name, place / name)
    if done.summary.statements != ARTICLES * STATEMENTS:
        raise RuntimeError(f"{name} lacks statements: {done.summary}")


def _records(bench: database.Bench, name: str) -> Iterator[Record]:
    yield from releases.Selection(bench.store, bench.operator, _choice(bench), name).records()


def _choice(bench: database.Bench) -> releases.Choice:
    return releases.Choice(bench.project.id, drafts=True)


def _bare_stance(bench: database.Bench, place: Path) -> None:
    with (place / "bare.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for record in _records(bench, "stance"):
            for label_set in record.label_sets:
                for statement in label_set.statements:
                    claim = record.claims[statement.claim_id].text
                    writer.writerow([record.article.text, claim, statement.stance])


def _bare_csv(bench: database.Bench, place: Path) -> None:
    with (place / "bare.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for record in _records(bench, "csv"):
            article = record.article
            writer.writerow([getattr(article, name) for name in article.__slots__])
            for label_set in record.label_sets:
                whose = [article.id, label_set.id, label_set.status, label_set.coder_id]
                for span in label_set.spans:
                    writer.writerow([*whose, *(getattr(span, name) for name in span.__slots__)])
                for statement in label_set.statements:
                    cells = (getattr(statement, name) for name in statement.__slots__)
                    writer.writerow([*whose, *cells])


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


def _best(work: Callable[[], None]) -> float:
    """The seconds of the quickest of some repeats."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
