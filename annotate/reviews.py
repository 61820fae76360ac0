"""The words of the review loop, as frozen dataclasses. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

RoundMode = Literal["list", "pull"]
Ordering = Literal["newest", "oldest", "random"]
ArticleState = Literal["to_do", "in_progress", "submitted", "in_review", "gold"]
AssignmentState = Literal["to_do", "draft", "submitted", "returned", "accepted"]
RowKind = Literal["statement", "span", "document_label"]
Verdict = Literal["accepted", "mixed", "edited", "written", "rejected"]
ThreadKind = Literal["article", "span", "statement"]
NoticeKind = Literal["assigned", "withdrawn", "returned", "gold", "comment"]

MODES: tuple[RoundMode, ...] = get_args(RoundMode)
ORDERINGS: tuple[Ordering, ...] = get_args(Ordering)
ARTICLE_STATES: tuple[ArticleState, ...] = get_args(ArticleState)
# Pulled articles that somebody may hold without having submitted them.
MOST_PULLED = 5
ASSIGNMENT_STATES: tuple[AssignmentState, ...] = get_args(AssignmentState)


@dataclass(frozen=True, slots=True)
class Round:
    """A rule by which articles of a project are given to coders.

    Every article is coded by ``coders`` people, a ``share`` of them (0 to 1, drawn by ``seed``) by
    ``share_coders``. In mode ``list`` all articles are handed out at once; in mode ``pull`` each
    coder takes the next one when they ask for it. ``due_on`` is ``YYYY-MM-DD``.
    """

    id: str
    project_id: str
    name: str
    mode: RoundMode
    coders: int
    share: float
    share_coders: int
    ordering: Ordering
    seed: int
    due_on: str | None
    created_at: str
    created_by: str
    closed_at: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewArticle:
    """Where an article of a project stands between the first label and gold.

    ``wanted`` is how many coders it is to have, ``taken`` how many have it or had it; ``position``
    its place in its round; ``since`` when ``state`` last changed.

    ``stood`` is None but where it had gold, or was in review, when it joined a round that hands out
    everything at once: then so many of its codings were there before and fill no slot of the
    round; ``wanted`` and ``taken`` count them, too.
    """

    project_id: str
    article_id: str
    round_id: str | None
    position: int
    wanted: int
    taken: int
    state: ArticleState
    since: str
    stood: int | None = None

    @property
    def slots(self) -> int:
        """How many coders its round is to give it."""
        return self.wanted - (self.stood or 0)

    @property
    def filled(self) -> int:
        """How many of these it has."""
        return max(0, self.taken - (self.stood or 0))


@dataclass(frozen=True, slots=True)
class Assignment:
    """One article given to one coder; ``state`` is that of their label set, ``to_do`` without.

    ``position`` is the article's place in its round.
    """

    id: str
    round_id: str
    project_id: str
    article_id: str
    position: int
    person_id: str
    assigned_at: str
    assigned_by: str
    state: AssignmentState
    withdrawn_at: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A coder's entity that a decision was made upon, in the state in which it was seen.

    ``entity_id`` is the id of a statement or span, the name of a document label; ``digest`` the
    SHA-256 of its content, so that a decision is raised again only where that has changed.
    """

    label_set_id: str
    entity_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one row of an article: what stands in gold for it, and why.

    ``entity_id`` is the entity in gold, None where the row was rejected. A row that no coder had
    (``written``) has no sources.
    """

    id: str
    project_id: str
    article_id: str
    gold_id: str
    kind: RowKind
    verdict: Verdict
    entity_id: str | None
    reason: str
    at: str
    by: str
    sources: tuple[Source, ...] = ()
    undone_at: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One contribution to a thread."""

    id: str
    thread_id: str
    at: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Comments on an article, or on a span or statement of one label set.

    Whoever may see the label set may see the thread; one without a label set is about the article
    and seen by all members of the project.
    """

    id: str
    project_id: str
    article_id: str
    label_set_id: str | None
    kind: ThreadKind
    entity_id: str | None
    created_at: str
    created_by: str
    comments: tuple[Comment, ...] = ()
    resolved_at: str | None = None
    resolved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should know of; ``subject_id`` is the thread, label set or round.

    ``articles``: how many were given or taken; None where that was not noted.
    """

    id: str
    person_id: str
    project_id: str
    article_id: str | None
    kind: NoticeKind
    subject_id: str
    at: str
    by: str
    seen_at: str | None = None
    articles: int | None = None
