"""One synchronisation at work: what it is between, what it knows, and what it has done so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from annotate import accounts
from annotate.codebook import Codebook
from annotate.errors import Conflict
from annotate.labelstudio import linking
from annotate.labelstudio.client import RemoteProject, Server
from annotate.labelstudio.linking import Audience
from annotate.labelstudio.registry import Registry
from annotate.links import LabelChange, Link, LinkedTask, Step, StepKind, SyncProblem
from annotate.model import LabelSet, Person, Project
from annotate.store import Store, Transaction

Stage = Literal["reading", "taking", "sending", "checking"]
_AT_ONCE = 500
# Before a cursor, while a server that was restored from a backup is being read anew.
RESTORED = "restored "
# The revision of a linked set that the two sides do not agree on yet: no label set has it.
UNAGREED = -1
# In a linked set's extras: the number of our last write that has certainly arrived.
WRITTEN = "written"
# Likewise: it was submitted there and is a draft here, until all of it can be taken.
UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is. ``total`` is None where it is not known."""

    stage: Stage
    done: int
    total: int | None


def moment(text: str) -> datetime:
    """A time as the server writes it, which leaves out a fraction of nought."""
    return datetime.fromisoformat(text)


class Cancelled(Exception):
    """Whoever started the sync wants it to stop."""


@dataclass
class Session:
    """One sync.

    Args:
        store: The store.
        who: In whose name it runs.
        link: The link as it was when the sync began, with what it has changed of it since.
        server: The server.
        remote: The project there, as it was when the sync began.
        dry_run: Whether nothing may be changed, here or there.
        tell: Told how far it is.
        stop: Asked whether to stop.
        restored: If the server was restored from a backup: the cursor of before.
        tasks: The tasks by article, in step with the store.
        by_number: The same by number; one that is there before one that is gone.
        problems: Tasks with open problems, and their reasons.
        sending: Articles whose tasks were sent and not yet seen there.
        answered: In a dry run, label sets that reading has dealt with already.
        conflicts: In a dry run, how many would be open afterwards, by label set.
        found: In a dry run, the problems of the tasks that were read.
        proposed: In a dry run, the registry entries that would be made.
        changed: In a dry run, told each label that would change.
        doubles: Second tasks that were deleted, or would be in a dry run.
        hidden: Label sets that were withheld.
        imported: Whether tasks were sent.
        touched: Whether label sets were sent to tasks that were there.
    """

    store: Store
    who: Person
    link: Link
    server: Server
    remote: RemoteProject
    dry_run: bool
    tell: Callable[[Progress], None]
    stop: Callable[[], bool]
    restored: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    steps: list[Step] = field(default_factory=list)
    tasks: dict[str, LinkedTask] = field(default_factory=dict)
    by_number: dict[int, LinkedTask] = field(default_factory=dict)
    problems: dict[int | None, set[str]] = field(default_factory=dict)
    sending: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    conflicts: dict[str, int] = field(default_factory=dict)
    found: dict[int | None, Sequence[SyncProblem]] = field(default_factory=dict)
    proposed: set[str] = field(default_factory=set)
    changed: Callable[[LabelChange], None] | None = None
    doubles: set[int] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    imported: bool = False
    touched: bool = False

    @property
    def project_id(self) -> str:
        """The project here."""
        return self.link.project_id

    @cached_property
    def project(self) -> Project:
        """The project here."""
        return self.store.projects.get(self.project_id)

    @cached_property
    def books(self) -> dict[int, Codebook]:
        """The codebook versions by number."""
        numbers = [one.number for one in self.store.projects.versions(self.project_id)]
        return {number: self.store.projects.codebook(self.project_id, number) for number in numbers}

    @property
    def book(self) -> Codebook:
        """The present codebook."""
        return self.books[self.project.codebook_version]

    @cached_property
    def multiple(self) -> frozenset[str]:
        """The document labels that take several values."""
        return frozenset(label.name for label in self.book.document_labels if label.multiple)

    @cached_property
    def registry(self) -> Registry:
        """The registries, to find what is named there."""
        return Registry(self.store, self.project_id, self.book.working_language)

    @cached_property
    def users(self) -> dict[int, str]:
        """The e-mail addresses there, by number."""
        return self.server.users()

    @cached_property
    def coders(self) -> dict[str, Person]:
        """Who may label here, by e-mail address there."""
        return linking.coders(self.store, self.project_id)

    @cached_property
    def user_of(self) -> dict[str, int]:
        """The number there of people here, by their id."""
        numbers = {email: number for number, email in self.users.items()}
        return {
            person.id: numbers[email] for email, person in self.coders.items() if email in numbers
        }

    @cached_property
    def audience(self) -> Audience:
        """Who reads there."""
        return linking.audience(self.store, self.link, self.server)

    def withheld(self, heads: Sequence[LabelSet]) -> frozenset[str]:
        """Which label sets must not be sent, because somebody reads there who may not see them.

        Who is no editor here is measured by what an analyst may see: in a blind project nobody
        else's labels, elsewhere no drafts and no pre-labels. An editor is measured by what that
        editor may see, who works blind as well. That something of a label set is there already,
        or was made there, opens nothing that was recorded here. What is still in review is no gold
        yet, for anybody.

        Args:
            heads: All the label sets on some articles; the content is not looked at.
        """
        unmade = frozenset(h.id for h in heads if h.kind == "gold" and h.status == "draft")
        if self.link.reveals:
            return unmade
        return unmade.union(*(hidden for _, hidden in self._hidden(heads)))

    def onlookers(self) -> list[str]:
        """Who reads labels that were sent and may not see them here, by e-mail address.

        They have come there since, or work blind since; nothing can be taken back.
        """
        if self.link.reveals:
            return []
        sent = self.store.links.sent(self.project_id)
        articles = sorted(set(sent.values()))
        found: set[str] = set()
        for at in range(0, len(articles), _AT_ONCE):
            heads = self.store.labels.heads_on(articles[at : at + _AT_ONCE], self.project_id)
            for addresses, hidden in self._hidden(heads):
                if not hidden.isdisjoint(sent):
                    found.update(addresses)
        return sorted(found)

    def _hidden(self, heads: Sequence[LabelSet]) -> Iterator[tuple[Sequence[str], set[str]]]:
        """Readers, and which label sets these may not see here."""
        if self.audience.strangers:
            blind = self.project.blind
            hidden = {one.id for one in heads if blind or _is_unfinished(one)}
            yield self.audience.strangers, hidden
        for address, editor in self.audience.editors.items():
            seen = accounts.visible(self.store, editor, self.project, heads)
            yield [address], {one.id for one in heads} - {one.id for one in seen}

    @contextmanager
    def writing(self) -> Iterator[Transaction | None]:
        """As `write`, and None in a dry run."""
        if self.dry_run:
            yield None
        else:
            with self.write() as tx:
                yield tx

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A write transaction of this sync.

        Raises:
            Forbidden, NotFound: if the person may not synchronise any more.
            Conflict: if the project was unlinked meanwhile.
        """
        with accounts.permitted(self.store, self.who, "labelstudio.sync", self.project_id) as tx:
            now = self.store.links.link(self.project_id)
            if now is None or now.created_at != self.link.created_at:
                raise Conflict("The project was unlinked while it was synchronised")
            yield tx

    def change_link(self, **changes: str | None) -> None:
        """Remember something of the link: its cursor, version or configuration."""
        if all(getattr(self.link, name) == value for name, value in changes.items()):
            return
        self.link = replace(self.link, **changes)  # type: ignore[arg-type]
        if not self.dry_run:
            with self.write() as tx:
                now = linking.link_of(self.store, self.project_id)
                self.store.links.put(tx, replace(now, **changes))  # type: ignore[arg-type]

    @property
    def cursor(self) -> str | None:
        """Up to when there is everything taken in; None before the first time."""
        return (self.link.cursor or "").removeprefix(RESTORED) or None

    def remember_cursor(self, cursor: str | None) -> None:
        """Remember up to when everything is taken in."""
        mark = RESTORED if self.restored is not None else ""
        self.change_link(cursor=mark + cursor if cursor else None)

    def took(
        self,
        kind: StepKind,
        article_id: str | None = None,
        label_set_id: str | None = None,
        changes: int = 0,
    ) -> None:
        """Count a step, and keep it in a dry run."""
        self.counts[kind] += 1
        if self.dry_run:
            self.steps.append(Step(kind, article_id, label_set_id, changes))

    def foresee(
        self,
        kind: Literal["conflict.find", "problem.find", "task.find_gone", "entry.create_here"],
        article_id: str | None,
        label_set_id: str | None = None,
        number: int = 0,
        detail: str = "",
    ) -> None:
        """Keep, in a dry run, what a sync would find for a person."""
        if self.dry_run:
            self.steps.append(Step(kind, article_id, label_set_id, number, detail))

    def progress(self, stage: Stage, done: int, total: int | None = None) -> None:
        """Tell how far the sync is.

        Raises:
            Cancelled: if it is to stop.
        """
        self.tell(Progress(stage, done, total))
        if self.stop():
            raise Cancelled

    def keep_tasks(self, tx: Transaction | None, tasks: Iterable[LinkedTask]) -> None:
        """Remember tasks; in a dry run as long as it lasts."""
        found = [one for one in tasks if self.tasks.get(one.article_id) != one]
        for one in found:
            before = self.tasks.get(one.article_id)
            if before is not None and self.by_number.get(before.task_id) == before:
                del self.by_number[before.task_id]
            self.tasks[one.article_id] = self.by_number[one.task_id] = one
        if tx is not None:
            self.store.links.put_tasks(tx, found)

    def set_gone(self, article_ids: Sequence[str]) -> None:
        """Note that articles' tasks were deleted there."""
        gone = [replace(self.tasks[id_], state="gone") for id_ in article_ids]
        with self.writing() as tx:
            self.keep_tasks(None, gone)
            for one in gone:
                self.problems.pop(one.task_id, None)
                self.found[one.task_id] = ()
                self.foresee("task.find_gone", one.article_id)
            if tx is not None:
                self.store.links.set_gone(tx, self.project_id, article_ids)
                numbers = [one.task_id for one in gone]
                self.store.links.resolve_problems(tx, self.project_id, numbers)

    def forget(self, article_ids: Sequence[str]) -> None:
        """Forget articles' tasks, so that they are sent again."""
        with self.writing() as tx:
            for id_ in article_ids:
                self.by_number.pop(self.tasks.pop(id_).task_id, None)
            if tx is not None:
                self.store.links.push_again(tx, self.project_id, article_ids)


def _is_unfinished(head: LabelSet) -> bool:
    return head.kind == "model" or (head.kind == "analyst" and head.status == "draft")
