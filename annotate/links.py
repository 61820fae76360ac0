"""The words of a link with Label Studio, as frozen dataclasses. Times are UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from annotate.model import EntityKind

SyncState = Literal["running", "done", "cancelled", "failed"]
Choice = Literal["ours", "theirs", "edited"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
TaskState = Literal["linked", "gone", "left_out"]
Side = Literal["here", "there"]
Verb = Literal["add", "change", "remove"]
StepKind = Literal[
    "task.create",
    "task.delete_there",
    "label_set.create_there",
    "label_set.change_there",
    "label_set.create_here",
    "label_set.change_here",
    "label_set.delete_here",
    "configuration.change_there",
    "label_set.withheld",
    "conflict.find",
    "problem.find",
    "task.find_gone",
    "entry.create_here",
]


@dataclass(frozen=True, slots=True)
class Link:
    """A project's link with one project of a Label Studio server.

    Args:
        project_id: The project here.
        url: The server's root, without a final slash.
        token: The token, encrypted by `annotate.labelstudio.secrets`; None if it is taken from the
            environment.
        remote_id: The project's number there, which Label Studio may give again.
        remote_created_at: When it was made there, as the server writes it: tells a project made
            again under the same number.
        title: Its title there.
        account: The e-mail address of the account whose token it is.
        version: The server's version when it was last reached.
        reveals: Whether an editor has allowed, after a warning, that labels go there which
            analysts who read that project may not see here.
        every_minutes: How often to synchronise while the workbench runs; None for by hand alone.
        cursor: The latest ``updated_at`` of a task that was taken in, as the server writes it;
            after ``restored `` while a server that was put back to a backup is being read anew.
        configuration: The labelling configuration last written there; empty before the first.
        configuration_there: The one found there where somebody has changed it; empty otherwise.
    """

    project_id: str
    url: str
    token: str | None
    remote_id: int
    remote_created_at: str
    title: str
    account: str
    version: str
    created_at: str
    created_by: str
    reveals: bool = False
    every_minutes: int | None = None
    cursor: str | None = None
    configuration: str = ""
    configuration_there: str = ""


@dataclass(frozen=True, slots=True)
class LinkedTask:
    """An article revision's task.

    ``gone``: it was deleted there and waits for an editor; ``left_out``: one has said that it
    shall stay away.
    """

    project_id: str
    article_id: str
    task_id: int
    updated_at: str
    state: TaskState = "linked"


@dataclass(frozen=True, slots=True)
class LinkedSet:
    """A label set as it stood on both sides when they last agreed.

    Args:
        label_set_id: Ours.
        project_id: Its project.
        article_id: Its article revision.
        task_id: The task there.
        remote_id: The annotation or prediction there; None while it is on its way or was deleted,
            0 where it arrived in an import and was not read since.
        remote_created_at: When that was made there: numbers are given again after a deletion.
            Empty while it is on its way.
        base: The content both sides agreed on, as `annotate.store.labels.content_of`.
        extras: What came with it that has no place in ours, as `exports.formats.labelstudio`.
        revision: The label set's revision when the base was last written; quick to compare. -1
            where the two sides do not agree yet.
    """

    label_set_id: str
    project_id: str
    article_id: str
    task_id: int
    remote_id: int | None
    remote_created_at: str
    base: Mapping[str, Any]
    extras: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Something changed to different things on the two sides since they last agreed.

    Args:
        kind: What it is a part of.
        entity_id: That part's id; a document label's name.
        field: Its field; empty where one side deleted the whole and the other changed it.
        base: The value they last agreed on; the whole entity where ``field`` is empty; None if
            there was none.
        ours: Ours now, None if it was deleted here.
        theirs: Theirs now, None if it was deleted there.
    """

    kind: EntityKind
    entity_id: str
    field: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class SyncConflict:
    """A difference that a person must resolve, and how they did."""

    id: str
    project_id: str
    label_set_id: str
    article_id: str
    difference: Difference
    found_at: str
    resolved_at: str | None = None
    resolved_by: str | None = None
    choice: Choice | None = None
    chosen: Any = None


@dataclass(frozen=True, slots=True)
class SyncProblem:
    """Something there that cannot be taken; open until a later sync no longer meets it.

    Args:
        told: Message, hint and values as ``WorkbenchError.told``.
        email: Of the person there who is not known here, where that is the reason.
    """

    id: str
    project_id: str
    task_id: int | None
    article_id: str | None
    remote_id: int | None
    region: str | None
    reason: str
    told: Mapping[str, Any]
    first_at: str
    last_at: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One synchronisation. ``problem`` is what made it fail, as ``WorkbenchError.told``."""

    id: str
    project_id: str
    by: str
    state: SyncState
    started_at: str
    finished_at: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a sync does, or would do.

    Args:
        kind: What.
        article_id: On which article, where it is about one.
        label_set_id: With which label set, where it is about one.
        changes: How many spans, statements and document labels it adds, changes or deletes.
        detail: Why something is a problem (`SyncProblem.reason`), or the name of a new entry of
            the registries.
    """

    kind: StepKind
    article_id: str | None = None
    label_set_id: str | None = None
    changes: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a label before and after; None where there is no value."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class LabelChange:
    """One span, statement or document label that a sync would add, change or remove.

    Args:
        article_id: On which article.
        label_set_id: In which label set.
        coder: Whose labels these are: a name, empty for gold.
        side: Which side is written.
        verb: What is done.
        kind: What it is done to.
        entity_id: That one's id; a document label's name.
        quote: The words that it covers, or its evidence does; shortened.
        fields: The fields that change: all that hold something where it is added or removed.
        names: What those fields name by id: entries by name, evidence by its words, shortened.
    """

    article_id: str
    label_set_id: str
    coder: str
    side: Side
    verb: Verb
    kind: EntityKind
    entity_id: str
    quote: str
    fields: tuple[FieldChange, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sync did, or in a dry run would do.

    Args:
        run_id: The run; None of a dry run.
        counts: How often each kind of step was taken; and ``conflicts``, ``problems``, ``gone``
            and ``people``: how many of these are open now.
        steps: Of a dry run each step, and what would be found for a person to decide or to see.
    """

    run_id: str | None
    counts: Mapping[str, int]
    steps: tuple[Step, ...] = ()
