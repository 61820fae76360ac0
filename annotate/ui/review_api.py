"""The HTTP API of the review page, of comments and of the inbox; rules live below."""

from __future__ import annotations

from dataclasses import asdict

from starlette.routing import BaseRoute

from annotate.errors import Invalid
from annotate.review import adjudicating, comments, inbox
from annotate.review.outcomes import outcomes
from annotate.review.waiting import place
from annotate.ui import review_wire as wire
from annotate.ui.calls import Call, batch_of, route
from annotate.ui.wire import Json


def routes() -> list[BaseRoute]:
    """Its routes."""
    return [
        route("/api/review/{article_id}", _boot),
        route("/api/review/{article_id}/ops", _operations, "POST"),
        route("/api/threads", _threads),
        route("/api/threads", _change_threads, "POST"),
        route("/api/inbox", _inbox),
        route("/api/inbox/seen", _see, "POST"),
    ]


def beside(call: Call, article_id: str) -> Json:
    """What the tagging page shows of the review beside somebody's own labels."""
    person = call.visitor.person
    became = outcomes(call.store, person, call.project_id, article_id)
    return {
        "outcomes": {id_: asdict(outcome) for id_, outcome in became.items()},
        **_shown(call, article_id),
    }


def _boot(call: Call) -> Json:
    person, article_id = call.visitor.person, call.path["article_id"]
    opened = adjudicating.open_review(call.store, person, call.project_id, article_id)
    where = place(call.store, call.project_id, article_id)
    shown = comments.threads(call.store, person, call.project_id, article_id)
    return wire.boot(opened, person, where, shown)


def _operations(call: Call) -> Json:
    batch = batch_of(call.body)
    person, article_id = call.visitor.person, call.path["article_id"]
    outcomes, review = adjudicating.apply(
        call.store,
        person,
        call.project_id,
        article_id,
        client=batch.client,
        base_revision=batch.base_revision,
        operations=batch.operations,
    )
    shown = comments.threads(call.store, person, call.project_id, article_id)
    mark = call.body.get("mark")
    return wire.answer(outcomes, review, person, shown, mark if isinstance(mark, str) else "")


def _threads(call: Call) -> Json:
    return _shown(call, call.need("article"))


def _change_threads(call: Call) -> Json:
    if not isinstance(call.body, dict):
        raise Invalid("The request holds no change")
    article_id = comments.apply(call.store, call.visitor.person, call.project_id, call.body)
    return _shown(call, article_id)


def _inbox(call: Call) -> Json:
    found = inbox.inbox(
        call.store, call.visitor.person, call.project_id, after=call.query.get("after")
    )
    return {
        "items": [wire.notice(item) for item in found.items],
        "unseen": found.unseen,
        "after": found.after,
    }


def _see(call: Call) -> Json:
    notice_id = call.body.get("id") if isinstance(call.body, dict) else None
    if notice_id is not None and not isinstance(notice_id, str):
        raise Invalid("The request holds no change")
    inbox.see(call.store, call.visitor.person, call.project_id, notice_id)
    return {"unseen": inbox.unseen(call.store, call.visitor.person, call.project_id)}


def _shown(call: Call, article_id: str) -> Json:
    person = call.visitor.person
    shown = comments.threads(call.store, person, call.project_id, article_id)
    return {"threads": [wire.thread(one, person) for one in shown]}
