"""What the review page's modules receive, as plain JSON; ``assets/review/types.js`` mirrors it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import orjson

from annotate.accounts import Name
from annotate.agreement import Figure
from annotate.model import Person
from annotate.review.adjudicating import OpenReview, Review
from annotate.review.comments import ShownThread
from annotate.review.inbox import Item
from annotate.review.kept import Kept
from annotate.review.rows import Row
from annotate.review.versions import Version
from annotate.review.waiting import Place
from annotate.reviews import Comment
from annotate.tagging import OperationOutcome
from annotate.ui import wire
from annotate.ui.i18n import t, titled
from annotate.ui.wire import Json
from annotate.ui.words import person_name

# What pages that are open just now have been told of the rows, by person and mark.
_TOLD: Kept[Mapping[str, bytes]] = Kept(64)


def boot(opened: OpenReview, person: Person, place: Place, threads: Sequence[ShownThread]) -> Json:
    """Everything that the review page starts from."""
    review = opened.review
    project = review.project
    return {
        "article": wire.article(opened.article, opened.newest_id),
        "boundaries": opened.boundaries,
        "project": {
            "id": project.id,
            "name": project.name,
            "blind": project.blind,
            "hide_coders": project.hide_coders,
        },
        "me": wire.me(person),
        "codebook": wire.codebook(opened.codebook, project.codebook_version, opened.remembered),
        "place": asdict(place),
        **changing(review, person, threads),
    }


def answer(
    outcomes: Sequence[OperationOutcome],
    review: Review,
    person: Person,
    threads: Sequence[ShownThread],
    mark: str = "",
) -> Json:
    """The answer to a batch of review operations: all that they may have changed.

    Args:
        outcomes: What became of the operations.
        review: The review as it stands now.
        person: Who asks.
        threads: The threads that they may see.
        mark: That of the answer that the page has seen last. Of the rows that it holds, only those
            that have changed since travel again; where nobody knows it any more, all do.
    """
    told = [wire.outcome_json(outcome) for outcome in outcomes]
    known = _TOLD.find((person.id, mark)) if mark else None
    whole = changing(review, person, threads)
    if known is None:
        return {"outcomes": told, **whole}
    digests = _TOLD.find((person.id, whole["mark"])) or {}
    rows = [row for row in whole["rows"] if known.get(row["id"]) != digests.get(row["id"])]
    return {"outcomes": told, **whole, "rows": rows, "order": [one["id"] for one in whole["rows"]]}


def changing(review: Review, person: Person, threads: Sequence[ShownThread]) -> Json:
    """What changes while an article is under review; ``mark`` names the state of its rows."""
    state = review.state
    letters = {coder.head.id: coder.letter for coder in state.coders}
    gold = state.gold
    rows = [_row(row, review, letters) for row in state.rows]
    return {
        "mark": _marked(rows, person),
        "can_decide": review.can_decide,
        "can_undo": review.can_undo,
        "can_redo": review.can_redo,
        "coders": [
            {
                "letter": coder.letter,
                "name": review.names.get(coder.head.id),
                "mine": coder.head.coder_id == person.id,
                "label_set_id": coder.head.id,
                "status": coder.head.status,
                "number": coder.submission.number,
                "submitted_at": coder.submission.submitted_at,
            }
            for coder in state.coders
        ],
        "rows": rows,
        "gold": {
            "id": gold.id if gold else None,
            "status": gold.status if gold else None,
            "revision": gold.revision if gold else 0,
        },
        "registry": {
            "actors": {id_: wire.actor(entry) for id_, entry in review.actors.items()},
            "claims": {id_: wire.claim(entry) for id_, entry in review.claims.items()},
        },
        "agreement": [_figure(part, figure) for part, figure in review.agreement.items()],
        "threads": [thread(one, person) for one in threads],
    }


def _marked(rows: Sequence[Json], person: Person) -> str:
    """A name for what somebody is told of rows, by which the next answer knows what they have."""
    digests = {row["id"]: hashlib.blake2b(orjson.dumps(row), digest_size=12).digest()
               for row in rows}  # fmt: skip
    mark = hashlib.blake2b(b"".join(digests.values()), digest_size=12).hexdigest()
    _TOLD.put((person.id, mark), digests)
    return mark


def thread(shown: ShownThread, person: Person) -> Json:
    """A thread with its comments."""
    one = shown.thread
    return {
        "id": one.id,
        "label_set_id": one.label_set_id,
        "kind": one.kind,
        "entity_id": one.entity_id,
        "resolved": one.resolved_at is not None,
        "mine": shown.mine,
        "may_resolve": shown.may_resolve,
        "comments": [_comment(comment, shown, person) for comment in one.comments],
    }


def notice(item: Item) -> Json:
    """A notice of somebody's inbox."""
    one = item.notice
    return {
        "id": one.id,
        "kind": one.kind,
        "at": one.at,
        "by": called(item.by),
        "seen": one.seen_at is not None,
        "article_id": one.article_id,
        "title": item.title,
        "subject_id": one.subject_id,
        "articles": one.articles,
        "round": {"name": item.made.name, "due_on": item.made.due_on} if item.made else None,
        "thread_id": item.thread_id,
        "text": item.text,
    }


def called(name: Name) -> str:
    """What somebody is called, in the reader's language where their name is hidden."""
    if name.letter:
        return t("Coder {letter}", letter=name.letter)
    return person_name(name.name) or t("a coder")


def _comment(comment: Comment, shown: ShownThread, person: Person) -> Json:
    return {
        "id": comment.id,
        "at": comment.at,
        "by": called(shown.names[comment.by]),
        "mine": comment.by == person.id,
        "text": comment.text,
    }


def _row(row: Row, review: Review, letters: dict[str, str]) -> Json:
    versions = sorted(row.versions, key=lambda version: letters[version.label_set_id])
    return {
        "id": row.id,
        "kind": row.kind,
        "verdict": row.accord,
        "differs": list(row.differs),
        "versions": [
            {"letter": letters[one.label_set_id], "label_set_id": one.label_set_id, **_version(one)}
            for one in versions
        ],
        "decision": _decision(row, review),
        "raised": row.raised,
    }


def _version(version: Version) -> Json:
    return {
        "entity_id": version.entity_id,
        "digest": version.digest,
        "entity": version.entity,
        "spans": list(version.spans),
    }


def _decision(row: Row, review: Review) -> Json | None:
    decision = row.decision
    if decision is None:
        return None
    standing = review.state.in_gold.get((row.kind, decision.entity_id or ""))
    return {
        "id": decision.id,
        "entity_id": decision.entity_id,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "by": review.deciders.get(decision.by),
        "at": decision.at,
        "entity": standing.entity if standing else None,
        "spans": list(standing.spans) if standing else [],
    }


def _figure(part: str, figure: Figure) -> Json:
    return {"part": part, "value": figure.value, "n": figure.n, "reason": titled(figure.reason)}
