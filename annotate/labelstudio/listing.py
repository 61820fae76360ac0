"""Task lists of a Label Studio project, read whole or in part while people go on working there."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, cast

import orjson

from annotate.labelstudio.wire import Wire

Json = dict[str, Any]
FIRST_PAGE = 100
SMALLEST_PAGE = 20
# A page costs the server some work of its own, whatever is on it: large ones are quicker.
LARGEST_PAGE = 500
QUICK_S, SLOW_S = 1.5, 5.0
# So many numbers still fit into an address that any server in between takes.
CHOSEN = 250
IDS_PAGE = 1000
# Columns of its table view that are computed for nothing. Named this way round, because a list of
# what to include would hold for the annotations within a task as well.
NEEDLESS = (
    "annotators,annotations_results,annotations_ids,predictions_results,predictions_score,"
    "predictions_model_versions,file_upload,storage_filename,avg_lead_time,completed_at,"
    "comment_authors,created_username,created_ago"
)
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


def changed(
    wire: Wire, project: int, since: str | None, *, touched: bool = False
) -> Iterator[Json]:
    """Whole tasks in which something has changed, the oldest change first.

    Each page is asked for by the time at which the last one ended and not by its number, because
    numbered pages shift while tasks change; it is on its way while the last one is worked on.

    Args:
        wire: The connection.
        project: Its number.
        since: An ``updated_at`` from which on, itself included; None for all tasks.
        touched: Leave out those that nobody has worked on since they were imported.
    """
    query, size = _at("greater_or_equal", since, touched), FIRST_PAGE
    known: set[tuple[int, str]] = set()
    pool = ThreadPoolExecutor(1, "label-studio")
    try:
        page = pool.submit(_timed, wire, project, query, size)
        while True:
            tasks, seconds = page.result()
            fresh = [one for one in tasks if (one["id"], one["updated_at"]) not in known]
            if len(tasks) < size:
                yield from fresh
                return
            last = str(tasks[-1]["updated_at"])
            if tasks[0]["updated_at"] == last:
                # More tasks share one time, as after a bulk action there, than fit on a page.
                query = _at("greater", last, touched)
                page = pool.submit(_timed, wire, project, query, size)
                yield from fresh
                read = {one["id"] for one in tasks} | {one for one, _ in known}
                known = set()
                alike = ids(wire, project, _at("equal", last, touched))
                yield from whole(wire, project, alike - read)
                continue
            query = _at("greater_or_equal", last, touched)
            known = {(one["id"], last) for one in tasks if one["updated_at"] == last}
            size = _next_size(size, seconds)
            page = pool.submit(_timed, wire, project, query, size)
            yield from fresh
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def newest(wire: Wire, project: int) -> str | None:
    """The latest ``updated_at`` of all tasks; None without any."""
    query = {"ordering": ["-tasks:updated_at"]}
    tasks = _list(wire, project, query, 1, include="id,updated_at")["tasks"]
    return str(tasks[0]["updated_at"]) if tasks else None


def ids(wire: Wire, project: int, query: Json | None = None) -> set[int]:
    """The numbers of all tasks, or of those that a query finds."""
    found: set[int] = set()
    items = (query or {}).get("filters", {}).get("items", [])
    while True:
        after = _item("id", "greater", "Number", max(found, default=0))
        asked = {**_filters(*items, after), "ordering": ["tasks:id"]}
        tasks = _list(wire, project, asked, IDS_PAGE, include="id")["tasks"]
        found.update(int(one["id"]) for one in tasks)
        if len(tasks) < IDS_PAGE:
            return found


def drafted(wire: Wire, project: int) -> set[int]:
    """The numbers of the tasks in which somebody has begun what is not submitted."""
    return ids(wire, project, _filters(_item("draft_exists", "equal", "Boolean", True)))


def whole(wire: Wire, project: int, numbers: Collection[int]) -> Iterator[Json]:
    """Whole tasks by number, in that order; those that are gone are left out."""
    wanted = sorted(set(numbers))
    for first in range(0, len(wanted), CHOSEN):
        chosen = {"all": False, "included": wanted[first : first + CHOSEN]}
        query = {"selectedItems": chosen, "ordering": ["tasks:id"]}
        yield from _tasks(wire, project, query, CHOSEN)


def _timed(wire: Wire, project: int, query: Json, size: int) -> tuple[list[Json], float]:
    started = time.monotonic()
    tasks = _tasks(wire, project, {**query, "ordering": ["tasks:updated_at"]}, size)
    return tasks, time.monotonic() - started


def _next_size(size: int, seconds: float) -> int:
    if seconds < QUICK_S:
        return min(size * 2, LARGEST_PAGE)
    return max(size // 2, SMALLEST_PAGE) if seconds > SLOW_S else size


def _tasks(wire: Wire, project: int, query: Json, size: int) -> list[Json]:
    answer = _list(wire, project, query, size, fields="all", omit=NEEDLESS)
    return cast("list[Json]", answer["tasks"])


def _list(wire: Wire, project: int, query: Json, size: int, **more: str) -> Json:
    answer = wire.get(
        "/api/tasks/",
        project=project,
        page_size=size,
        query=orjson.dumps(query).decode(),
        # Texts that look like addresses of a cloud's storage must come as they are.
        resolve_uri="false",
        **more,
    )
    # Of a project that is gone: it has no tasks.
    return answer or {"tasks": [], "total": 0}


def _at(operator: str, when: str | None, touched: bool = False) -> Json:
    items = [_item("updated_by", "empty", "List", False)] if touched else []
    if when is not None:
        # The server reads no other way of writing a time than this one.
        text = datetime.fromisoformat(when).astimezone(UTC).strftime(_TIME)
        items.append(_item("updated_at", operator, "Datetime", text))
    return _filters(*items) if items else {}


def _item(column: str, operator: str, kind: str, value: str | int) -> Json:
    return {
        "filter": f"filter:tasks:{column}",
        "operator": operator,
        "type": kind,
        "value": value,
    }


def _filters(*items: Json) -> Json:
    return {"filters": {"conjunction": "and", "items": list(items)}}
