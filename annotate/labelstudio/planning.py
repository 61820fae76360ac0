"""What one task there and what is here come to: read and merged, and nothing written yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from annotate.errors import Rejected
from annotate.labelstudio import arrival
from annotate.labelstudio.applying import content_changes
from annotate.labelstudio.merge import Merged, changes, merge
from annotate.labelstudio.naming import named
from annotate.labelstudio.newcomers import Newcomer, by_another, lacking, newcomer
from annotate.labelstudio.plans import (
    NOTHING,
    Here,
    Json,
    Plan,
    Planned,
    emptied,
    first_send,
    is_empty,
)
from annotate.labelstudio.session import UNAGREED, UNFINISHED, WRITTEN, Session, moment
from annotate.links import LinkedSet
from annotate.model import Article, LabelSet
from annotate.store.labels import content_of
from exports.formats.labelstudio import Back, ReadSet, Source, follow, read_task, task_data
from exports.formats.labelstudio.back import Problem
from exports.formats.labelstudio.words import META
from exports.records import ProjectRecord


def plan(
    session: Session, here: Here, task: Json, article_id: str, *, second: bool = False
) -> Plan:
    """Read a task and merge it with what is here."""
    return _Planning(session, here, task, here.articles[article_id], second).run()


class _Planning:
    """One task."""

    def __init__(
        self, session: Session, here: Here, task: Json, article: Article, second: bool
    ) -> None:
        self._session = session
        self._here = here
        self._article = article
        self._second = second
        self._sets = dict(here.sets[article.id])
        self._linked = {
            id_: one for id_, one in here.linked.items() if one.article_id == article.id
        }
        self._task = named(session, task, self._sets, self._linked)
        self._planned: dict[str, Planned] = {}
        self._problems: list[tuple[Problem, str | None]] = []
        self._refused: set[str] = set()

    def run(self) -> Plan:
        back = self._read()
        arrivals = self._arrivals(back)
        if any(one.rival for one in arrivals.values()):
            # Their regions' ids here depend on the label set that they become part of.
            back = self._read()
        self._problems += [(one, None) for one in back.problems]
        for one in back.sets:
            self._one(one, arrivals.get(_key(one.raw)))
        if not any(one.annotation is None and one.problem.reason != "draft"
                   for one in back.problems):  # fmt: skip
            self._absent()
        if self._second and not (self._planned or self._problems) and self._says_more():
            self._wrong({}, _second_differs())
        return Plan(
            self._task,
            self._article,
            tuple(self._planned.values()),
            tuple(self._problems),
            back.actors,
            back.claims,
            self._second,
        )

    def _read(self) -> Back:
        back = self._read_once()
        lacking = any(one.problem.reason in ("actor", "claim") for one in back.problems)
        if lacking and self._session.registry.restore(self._task):
            back = self._read_once()
        return back

    def _read_once(self) -> Back:
        session = self._session
        source = Source(
            self._article, session.project_id, session.books, session.project.codebook_version,
            session.registry.names, self._sets,
        )  # fmt: skip
        return read_task(self._task, source)

    def _arrivals(self, back: Back) -> dict[object, Newcomer]:
        """Whose those are that are not here; where they go to a set of that person's here."""
        found: dict[object, Newcomer] = {}
        mine, taken = dict(self._sets), self._taken(back)
        renamed: dict[object, str] = {}
        for one in back.sets:
            if one.label_set.id in self._sets:
                continue
            came = found[_key(one.raw)] = newcomer(self._session, one, mine, taken)
            if came.rival is not None:
                renamed[_key(one.raw)] = came.rival.id
            elif came.problem is None:
                mine[one.label_set.id] = replace(one.label_set, coder_id=came.coder_id)
            taken |= {renamed.get(_key(one.raw), one.label_set.id)}
        for name in ("annotations", "predictions"):
            self._task[name] = [
                {**raw, "unique_id": renamed[_key(raw)]} if _key(raw) in renamed else raw
                for raw in self._task[name]
            ]
        return found

    def _taken(self, back: Back) -> set[str]:
        """The label sets here that have an annotation already."""
        there = {one.label_set.id for one in back.sets}
        elsewhere = {
            id_ for id_, one in self._linked.items()
            if one.remote_id is not None and one.task_id != self._task.get("id")
        }  # fmt: skip
        return there | elsewhere

    def _one(self, one: ReadSet, came: Newcomer | None) -> None:
        if came is not None and came.problem is not None:
            self._wrong(one.raw, came.problem, came.email)
            return
        if came is not None and not one.whole:
            # Why is listed. A part of it taken for all of it would count as a finding of nothing.
            self._refused.add(one.label_set.id)
            return
        ours = self._sets.get(one.label_set.id)
        if ours is None:
            if came is not None:
                self._new(one, came)
            return
        linked = self._linked.get(ours.id)
        theirs = content_of(one.label_set)
        if self._second and linked is not None and linked.task_id != self._task.get("id"):
            if changes(linked.base, theirs) or _adds(linked.extras, one.extras):
                self._wrong(one.raw, _second_differs())
            return
        base = self._base(linked, one)
        problem = _accepted() if ours.status == "accepted" else None
        if came is None and ours.kind != "model":
            problem = problem or by_another(self._session, one, ours.coder_id)
        if problem is not None and changes(base, theirs) and changes(content_of(ours), theirs):
            self._wrong(one.raw, problem)
            self._refused.add(ours.id)
            return
        merged = self._merged(base, ours, one)
        self._put(ours, linked, merged, one, arrived=came is not None)

    def _base(self, linked: LinkedSet | None, one: ReadSet) -> Mapping[str, Any]:
        """What both sides last agreed on.

        The number of the last write is never less than what stands there bears: after a restore
        or a new link a later write must not be taken for that one.
        """
        base = linked.base if linked else NOTHING
        number = max(arrival.last_write(base), one.write or 0)
        before = self._session.restored
        if linked is None:
            return arrival.numbered(dict(base), number)
        if before is not None and moment(str(one.raw.get("updated_at"))) <= moment(before):
            # An old state there is no change.
            return arrival.numbered(dict(content_of(one.label_set)), number)
        if before is not None or (one.write and one.write < linked.extras.get(WRITTEN, 0)):
            # Somebody worked there on an older state than was there already, and that does not
            # tell which of it is new: what differs is for a person.
            return arrival.numbered(dict(NOTHING), number)
        return base if arrival.SENDING in base else arrival.numbered(dict(base), number)

    def _merged(self, base: Mapping[str, Any], ours: LabelSet, one: ReadSet) -> Merged:
        return merge(
            base,
            ours,
            one.label_set,
            absent_is_unread=one.held,
            whole=one.whole,
            open=[known.difference for known in self._here.open.get(ours.id, ())],
            multiple=self._session.multiple,
            successors=self._session.registry.successors,
            written=one.write,
        )

    def _put(
        self, ours: LabelSet, linked: LinkedSet | None, merged: Merged, one: ReadSet,
        *, arrived: bool,
    ) -> None:  # fmt: skip
        """Plan for a label set that is on both sides."""
        extras = follow(one.extras, merged.renamed)
        if one.write:
            extras[WRITTEN] = one.write
        waits = ours.status == "draft" and (
            (arrived and is_empty(ours)) or (linked is not None and _is_unfinished(linked, ours))
        )
        submits = waits and self._is_ready(merged, one)
        if waits and not submits:
            extras[UNFINISHED] = True
        number = len(list(content_changes(ours, merged.label_set)))
        number_there = one.raw.get("id")
        to_send = self._sendable(ours, merged.to_send)
        agreed = merged.to_send is None
        self._planned[ours.id] = Planned(
            ours,
            merged.label_set,
            LinkedSet(
                ours.id, self._session.project_id, self._article.id, self._task["id"],
                number_there if isinstance(number_there, int) else None,
                str(one.raw.get("created_at") or ""), merged.base, extras,
                ours.revision + (1 if number else 0) if agreed else UNAGREED,
            ),
            merged.differences,
            "change" if number else "",
            number,
            to_send,
            merged.base_when_sent,
            0 if to_send is None else len(changes(content_of(one.label_set), content_of(to_send))),
            str(one.raw.get("updated_at") or ""),
            submits,
            merged.write,
            merged.theirs,
        )  # fmt: skip

    def _is_ready(self, merged: Merged, one: ReadSet) -> bool:
        """Whether what was submitted there can be submitted here: all of it, and complete."""
        missing = lacking(self._session, merged.label_set)
        if missing is not None:
            self._wrong(one.raw, missing)
        return not (missing or one.held or merged.differences) and one.whole

    def _new(self, one: ReadSet, came: Newcomer) -> None:
        """Plan for a label set that is not here."""
        after = replace(one.label_set, coder_id=came.coder_id, status=came.status, revision=1)
        content = content_of(after)
        raw_id = one.raw.get("id")
        unfinished = one.new and after.kind == "analyst" and after.status == "draft"
        linked = LinkedSet(
            after.id, self._session.project_id, self._article.id, self._task["id"],
            raw_id if isinstance(raw_id, int) else None, str(one.raw.get("created_at") or ""),
            content, {**one.extras, UNFINISHED: True} if unfinished else one.extras, 1,
        )  # fmt: skip
        number = len(changes(None, content))
        self._planned[after.id] = Planned(None, after, linked, deed="create", changes=number)
        if came.lacking is not None:
            self._wrong(one.raw, came.lacking)

    def _absent(self) -> None:
        """Plan for the label sets here that the task does not hold."""
        task_id = self._task["id"]
        present = {
            (name == "predictions", raw.get("id"), raw.get("created_at"))
            for name in ("annotations", "predictions")
            for raw in self._task.get(name) or ()
        }
        for ours in self._sets.values():
            linked = self._linked.get(ours.id)
            if ours.id in self._planned or ours.id in self._refused or (self._second and (
                    linked is None or linked.task_id != task_id)):  # fmt: skip
                continue
            number = None if linked is None else (linked.remote_id, linked.remote_created_at)
            if number is not None and (ours.kind == "model", *number) in present:
                # Skipped, or refused as a whole.
                continue
            if linked is None or linked.task_id != task_id or self._on_its_way(linked):
                self._never_there(ours, linked)
            else:
                self._deleted(ours, linked)

    def _on_its_way(self, linked: LinkedSet) -> bool:
        return self._session.restored is not None or (
            linked.remote_id is None and not linked.remote_created_at
        )

    def _never_there(self, ours: LabelSet, linked: LinkedSet | None) -> None:
        if (is_empty(ours) and ours.status == "draft") or ours.id in self._here.withheld:
            return
        known = linked is not None and linked.task_id in (self._task["id"], 0)
        base = linked.base if linked else None
        if base and not (known and self._session.restored is None):
            base = arrival.numbered(dict(NOTHING), arrival.last_write(base))
        self._planned[ours.id] = first_send(self._session, ours, self._task["id"], base)

    def _deleted(self, ours: LabelSet, linked: LinkedSet) -> None:
        """Plan for a label set whose annotation was deleted there."""
        newly = linked.remote_id is not None
        if ours.status == "accepted" and newly:
            raw = {"id": linked.remote_id or None}
            self._wrong(raw, _accepted())
            return
        merged = merge(
            linked.base,
            ours,
            emptied(ours),
            open=[known.difference for known in self._here.open.get(ours.id, ())],
            multiple=self._session.multiple,
            successors=self._session.registry.successors,
        )
        number = len(list(content_changes(ours, merged.label_set)))
        to_send = self._sendable(ours, merged.to_send)
        revision = ours.revision + (1 if number else 0)
        self._planned[ours.id] = Planned(
            ours,
            merged.label_set,
            replace(
                linked,
                remote_id=None,
                remote_created_at=linked.remote_created_at or "deleted",
                base=merged.base,
                revision=revision if merged.to_send is None else UNAGREED,
            ),
            merged.differences,
            "delete" if newly else "change" if number else "",
            number,
            to_send,
            merged.base_when_sent,
            0 if to_send is None else len(changes(None, content_of(to_send))),
            write=merged.write,
        )

    def _says_more(self) -> bool:
        """Whether a task that holds what another does says something else of itself."""
        ours = task_data(self._article, ProjectRecord(self._session.project, ()))
        # The version is that of when it was sent.
        ours["codebook_version"] = self._task["data"].get("codebook_version")
        return self._task["data"] != ours or bool(set(self._task.get("meta") or ()) - {META})

    def _sendable(self, ours: LabelSet, to_send: LabelSet | None) -> LabelSet | None:
        """What is to be sent of a label set; None where nobody there may see what is new in it."""
        if to_send is not None and ours.id in self._here.withheld:
            self._session.hidden.add(ours.id)
            return None
        return to_send

    def _wrong(self, raw: Json, problem: Rejected, email: str | None = None) -> None:
        number = raw.get("id")
        annotation = number if isinstance(number, int) else None
        self._problems.append((Problem(self._task["id"], annotation, None, problem), email))


def _is_unfinished(linked: LinkedSet, ours: LabelSet) -> bool:
    """Whether a draft was submitted there, and its coder has not gone on with it here."""
    came = linked.extras.get(UNFINISHED) is True
    return came and not changes(linked.base, content_of(ours))


def _adds(known: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """Whether what has no place in ours holds something that the other task's does not."""
    own, other = ({**one, **one.get("annotation", {})} for one in (there, known))
    return any(value and value != other.get(name) for name, value in own.items()
               if name != "annotation")  # fmt: skip


def _key(raw: Json) -> object:
    return raw.get("id"), raw.get("created_at"), "model_version" in raw


def _accepted() -> Rejected:
    return Rejected(
        "accepted",
        "The labels are accepted here: what was changed there is not taken",
        "Change them here, or undo there what was changed",
    )


def _second_differs() -> Rejected:
    return Rejected(
        "double",
        "The article has another task, and this one holds something else",
        "Bring what is right into the other task, then delete this one",
    )
