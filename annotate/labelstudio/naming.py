"""Which annotation there is which label set of ours, where its regions do not say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotate.labelstudio import arrival
from annotate.labelstudio.content import changes
from annotate.labelstudio.plans import ARRIVED, Json
from annotate.labelstudio.session import Session
from annotate.links import LinkedSet
from annotate.model import LabelSet
from exports.formats.labelstudio.words import META


def named(
    session: Session, task: Json, sets: Mapping[str, LabelSet], linked: Mapping[str, LinkedSet]
) -> dict[str, Any]:
    """The task with our ids at those annotations that are known without their regions.

    Args:
        session: The sync.
        task: The task.
        sets: The label sets here on its article, by id.
        linked: What both sides last agreed on of them.
    """
    known = {
        (sets[id_].kind == "model", one.remote_id, one.remote_created_at): id_
        for id_, one in linked.items()
        if id_ in sets and one.remote_id
    }
    # Without any region these have nothing to be known by but that they are the only ones.
    unseen = [
        id_ for id_, one in linked.items()
        if id_ in sets and sets[id_].kind != "model" and one.task_id in (task["id"], 0)
        and (one.remote_id == ARRIVED or (one.remote_id is None and not one.remote_created_at))
        and not changes(None, one.base.get(arrival.SENDING, one.base))
    ]  # fmt: skip
    whole = dict(task)
    for name in ("annotations", "predictions"):
        raws = []
        for raw in task.get(name) or ():
            id_ = known.get((name == "predictions", raw.get("id"), raw.get("created_at")))
            if id_ is None and unseen and name == "annotations" and raw.get("result") == []:
                id_ = unseen.pop(0)
            raws.append(raw if id_ is None else {**raw, "unique_id": id_})
        whole[name] = raws
    return _with_replaced(session, whole, sets, linked)


def _with_replaced(
    session: Session,
    task: dict[str, Any],
    sets: Mapping[str, LabelSet],
    linked: Mapping[str, LinkedSet],
) -> dict[str, Any]:
    """The same where somebody replaced all that an import brought before its number was known."""
    annotations = task["annotations"]
    said = {id_ for raw in annotations for id_ in (raw.get("unique_id"), *_owners(raw))}
    lost = [
        id_ for id_, one in linked.items()
        if id_ in sets and sets[id_].kind != "model" and id_ not in said
        and one.remote_id == ARRIVED and one.task_id == task["id"]
    ]  # fmt: skip
    if len(lost) != 1:
        return task
    token = next((n for n, email in session.users.items() if email == session.server.account), None)
    user = session.user_of.get(sets[lost[0]].coder_id or "", token)
    nameless = [
        n for n, raw in enumerate(annotations)
        if raw.get("unique_id") is None and raw.get("completed_by") == user and not [*_owners(raw)]
    ]  # fmt: skip
    if len(nameless) == 1:
        (n,) = nameless
        task["annotations"] = [*annotations]
        task["annotations"][n] = {**annotations[n], "unique_id": lost[0]}
    return task


def _owners(raw: Json) -> Iterator[str]:
    """The label sets that an annotation's regions say they are of."""
    result = raw.get("result")
    for item in result if isinstance(result, list) else ():
        meta = item.get("meta") if isinstance(item, dict) else None
        ours = meta.get(META) if isinstance(meta, dict) else None
        if isinstance(ours, dict) and isinstance(ours.get("label_set"), str):
            yield ours["label_set"]
