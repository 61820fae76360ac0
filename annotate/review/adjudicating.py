"""Review of an article by one person: what they may see of it, and what they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotate import accounts
from annotate.agreement import Figure
from annotate.codebook import Codebook
from annotate.errors import NotFound
from annotate.model import Actor, Article, Claim, LabelSet, Person, Project
from annotate.review import state as reviewing
from annotate.review.accord import accord
from annotate.review.gold import GoldEdit
from annotate.review.operations import OPERATIONS
from annotate.review.state import State
from annotate.store import Store
from annotate.tagging.batch import apply_one, refuse_long
from annotate.tagging.edit import OperationOutcome, references
from annotate.tagging.payload import Payload
from annotate.text.segment import boundaries


@dataclass(frozen=True, slots=True)
class Review:
    """The review of an article as one person may see it.

    ``names`` are the coders' by label set, without those whom the project hides; ``deciders``
    the names of who decided, by id. ``can_decide`` says whether the person may decide at all,
    ``can_undo`` and ``can_redo`` whether something of theirs can be taken back or made again now.
    ``agreement`` is how far the coders agree in what they submitted first, by part.
    """

    project: Project
    state: State
    names: Mapping[str, str]
    deciders: Mapping[str, str]
    actors: Mapping[str, Actor]
    claims: Mapping[str, Claim]
    agreement: Mapping[str, Figure]
    can_decide: bool
    can_undo: bool
    can_redo: bool


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A review with what stays the same while it goes on.

    ``newest_id`` is a later revision; ``boundaries`` are word starts and the text's end, in code
    points. ``remembered`` is the codebook with the values that were withdrawn from it.
    """

    article: Article
    newest_id: str | None
    boundaries: tuple[int, ...]
    codebook: Codebook
    remembered: Codebook
    review: Review


def open_review(store: Store, person: Person, project_id: str, article_id: str) -> OpenReview:
    """Everything that the review page needs of one article.

    Raises:
        Forbidden: if the person may not read what others submitted, or has to submit their own
            labels first.
        NotFound: if the article is not in the project, or the person is not.
    """
    accounts.require(store, person, "label_set.read_submitted", project_id)
    with store.snapshot():
        heads = _heads(store, project_id, article_id)
        project = store.projects.get(project_id)
        reviewing.require_sight(store, person, project, heads)
        article = store.articles.get(article_id)
        return OpenReview(
            article,
            store.articles.newer(article, project_id),
            tuple(boundaries(article.text, [text for text, _ in store.registry.terms(project_id)])),
            store.projects.codebook(project_id),
            store.projects.remembered(project_id),
            _review(store, person, project, article_id, heads),
        )


def apply(
    store: Store,
    person: Person,
    project_id: str,
    article_id: str,
    *,
    client: str,
    base_revision: int,
    operations: Sequence[Payload],
) -> tuple[tuple[OperationOutcome, ...], Review]:
    """Apply a batch of review operations to an article; each at most once, by its id.

    Args:
        store: The store.
        person: The adjudicator.
        project_id: The project.
        article_id: The article revision.
        client: An id of the page or program that sends, to tell its own changes from others'.
        base_revision: The revision of gold that the client last saw, 0 without gold.
        operations: Mappings with ``id``, ``kind`` and the fields of that kind.

    Returns:
        What became of each, and the review as it stands now.

    Raises:
        Forbidden, NotFound: as ``open_review``, and if the person may not decide.
        Invalid: if the batch is too long.
    """
    refuse_long(operations)
    with accounts.permitted(store, person, "label_set.write_gold", project_id) as tx:
        heads = _heads(store, project_id, article_id)
        project = store.projects.get(project_id)
        reviewing.require_sight(store, person, project, heads)
        gold = next((head for head in heads if head.kind == "gold"), None)
        edit = GoldEdit(store, tx, person, project, article_id, client, base_revision, gold)
        outcomes = tuple(apply_one(edit, one, OPERATIONS) for one in operations)
        heads = store.labels.heads_on([article_id], project_id)
        return outcomes, _review(store, person, project, article_id, heads)


def _heads(store: Store, project_id: str, article_id: str) -> list[LabelSet]:
    if project_id not in store.articles.projects_of([article_id])[article_id]:
        raise NotFound("There is no article {article_id} in this project", article_id=article_id)
    return store.labels.heads_on([article_id], project_id)


def _review(
    store: Store, person: Person, project: Project, article_id: str, heads: Sequence[LabelSet]
) -> Review:
    state = reviewing.read(store, project, article_id, heads)
    coders = {one.head.id: one.head.coder_id or "" for one in state.coders}
    shown = {
        id_: coder
        for id_, coder in coders.items()
        if coder == person.id or not accounts.hides(store, person, project)
    }
    deciders = {one.by for one in state.decisions if one.by}
    people = store.people.many(sorted({*shown.values(), *deciders}))
    versions = [version for one in state.sets for version in one.versions]
    actors, claims = references(
        [
            entity
            for version in (*versions, *state.in_gold.values())
            for entity in (version.entity, *version.spans)
        ]
    )
    gold = state.gold
    open_ = gold is not None and gold.status != "accepted"
    return Review(
        project,
        state,
        {id_: people[coder].display_name for id_, coder in shown.items() if coder in people},
        {id_: people[id_].display_name for id_ in deciders if id_ in people},
        store.registry.actors(sorted(actors)),
        store.registry.claims(sorted(claims)),
        agreement=accord(state.firsts),
        can_decide=accounts.may(store, person, "label_set.write_gold", project.id),
        can_undo=bool(open_ and gold and store.history.to_undo(gold.id, person.id)),
        can_redo=bool(open_ and gold and store.history.to_redo(gold.id, person.id)),
    )


__all__ = ["OpenReview", "Review", "apply", "open_review"]
