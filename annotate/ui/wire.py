"""What the browser's modules receive, as plain JSON; ``assets/tag/types.js`` mirrors it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from annotate.codebook import Codebook, Value
from annotate.codebook.senses import SCALES
from annotate.errors import Unconfirmed, WorkbenchError
from annotate.model import Actor, Article, Claim, LabelSet, Person
from annotate.reading import Found, OpenArticle, Queue
from annotate.store import Facets, Page
from annotate.store.labels import content_of
from annotate.tagging import OperationOutcome, Result
from annotate.text.search import highlight, parse_query, snippet
from annotate.ui.i18n import explain, t
from annotate.ui.languages import language
from annotate.ui.markdown import tree

Json = dict[str, Any]
SNIPPET_LENGTH = 110
HIT_SNIPPET_LENGTH = 66


def boot(opened: OpenArticle, person: Person, queue: Queue) -> Json:
    """Everything that the tagging page starts from."""
    project = opened.project
    return {
        "article": article(opened.article, opened.newest_id),
        "boundaries": opened.boundaries,
        "project": {"id": project.id, "name": project.name, "blind": project.blind},
        "me": me(person),
        "can_edit": opened.can_edit,
        "codebook": codebook(opened.codebook, project.codebook_version, opened.remembered),
        "label_set": {
            **_label_set(opened.mine),
            "can_undo": opened.can_undo,
            "can_redo": opened.can_redo,
        },
        "registry": {
            "actors": {id_: actor(entry) for id_, entry in opened.actors.items()},
            "claims": {id_: claim(entry) for id_, entry in opened.claims.items()},
        },
        "published_by": opened.published_by,
        "queue": queue_json(queue),
        "others": [
            {**_label_set(one), "kind": one.kind, "coder": name or t("gold")}
            for one, name in opened.others
        ],
    }


def result(done: Result, actors: Mapping[str, Actor], claims: Mapping[str, Claim]) -> Json:
    """The answer to a batch of operations; registry entries as they were read afterwards."""
    changes: Json = {"spans": {}, "statements": {}, "document_labels": {}}
    for (kind, id_), entity in done.touched.items():
        if kind == "document_label":
            changes["document_labels"][id_] = entity["values"] if entity else []
        else:
            changes[f"{kind}s"][id_] = entity
    changes["actors"] = {id_: actor(entry) for id_, entry in actors.items()}
    changes["claims"] = {id_: claim(entry) for id_, entry in claims.items()}
    return {
        "label_set_id": done.label_set_id,
        "revision": done.revision,
        "status": done.status,
        "can_undo": done.can_undo,
        "can_redo": done.can_redo,
        "outcomes": [outcome_json(outcome) for outcome in done.outcomes],
        "changes": changes,
    }


def problem(error: WorkbenchError) -> Json:
    """An error in the reader's language."""
    message, hint = explain(error)
    needs = {"needs": error.needs} if isinstance(error, Unconfirmed) else {}
    return {"code": error.code, "message": message, "hint": hint, **needs}


def me(person: Person) -> Json:
    """The person signed in."""
    return {"id": person.id, "name": person.name, "display_name": person.display_name}


def actor(entry: Actor) -> Json:
    """An actor as forms and labels need it."""
    aliases = [alias.text for alias in entry.aliases]
    return {"id": entry.id, "name": entry.name, "kind": entry.kind, "aliases": aliases}


def claim(entry: Claim) -> Json:
    """A claim as forms and labels need it."""
    return {
        "id": entry.id,
        "text": entry.text,
        "topic": entry.topic,
        "aliases": [alias.text for alias in entry.aliases],
        "translation": _translation(entry, language()),
    }


def _translation(entry: Claim, wanted: str) -> str:
    """A claim as its reader reads it, where it is worded in another language; else empty."""
    if _spoken(entry.language) == _spoken(wanted):
        return ""
    told = [one for one in entry.aliases if one.kind == "translation"]
    exact = [one.text for one in told if one.language == wanted]
    like = [one.text for one in told if _spoken(one.language) == _spoken(wanted)]
    return next(iter([*exact, *like]), "")


def _spoken(tag: str) -> str:
    return tag.lower().partition("-")[0]


def found(one: Found) -> Json:
    """A registry entry that was searched for."""
    brief = actor(one.entry) if isinstance(one.entry, Actor) else claim(one.entry)
    return {**brief, "matched": one.matched, "same": one.same, "uses": one.uses}


def queue_json(queue: Queue) -> Json:
    """A person's queue."""
    return asdict(queue)


def page(listed: Page, texts: Mapping[str, str], search: str) -> Json:
    """A page of the article list, each row with its hits in code points.

    Args:
        listed: The rows.
        texts: The articles' texts by id.
        search: What was searched for.
    """
    query = parse_query(search)
    # Shorter around a hit, so that the hit is in sight where the column is narrow.
    length = HIT_SNIPPET_LENGTH if query else SNIPPET_LENGTH
    items = []
    for row in listed.items:
        shown, marks = snippet(texts.get(row.id, ""), query, length)
        items.append(
            {
                "id": row.id,
                "title": row.title,
                "title_marks": highlight(row.title, query) if query else [],
                "snippet": shown,
                "snippet_marks": marks,
                "source": row.source,
                "copies": row.copies,
                "published_at": row.published_at,
                "language": row.language,
                "status": row.my_status or "todo",
                "statements": row.my_statements,
                "gold": row.gold,
                "state": row.state,
            }
        )
    return {"items": items, "after": listed.after, "before": listed.before}


def counts(
    facets: Facets,
    matched: int,
    limit: int,
    gold: int | None,
    named: Sequence[tuple[str, int]],
) -> Json:
    """The numbers of the article list: how many match, and the filter rail's own.

    Args:
        facets: The rail's counts.
        matched: How many articles match.
        limit: What is more is not counted.
        gold: How many have gold; None for those who code.
        named: The sources that the search names, with how many articles each has.
    """
    return {
        "total": facets.total,
        "texts": facets.texts,
        "matched": min(matched, limit),
        "matched_more": matched > limit,
        "gold": gold if gold is None else min(gold, limit),
        "statuses": _numbers(facets.my_statuses.items()),
        "states": _numbers(facets.states.items()),
        "sources": _numbers(facets.sources.items()),
        "languages": _numbers(facets.languages.items()),
        "named": [
            {"value": source, "count": min(n, limit), "more": n > limit} for source, n in named
        ],
    }


def _numbers(pairs: Iterable[tuple[str, int]]) -> list[Json]:
    return [{"value": value, "count": count} for value, count in pairs]


def codebook(book: Codebook, version: int, remembered: Codebook) -> Json:
    """A codebook with its guidelines as a tree, and beside it what was withdrawn from it.

    Args:
        book: The codebook.
        version: Its number.
        remembered: The same with the values that earlier versions had.
    """
    answers = {label.name: label.values for label in book.document_labels}
    labels = [
        {**asdict(label), "values": _withdrawn(answers.get(label.name, ()), label.values)}
        for label in remembered.document_labels
    ]
    return {
        "version": version,
        **asdict(book),
        "guidelines": tree(book.guidelines),
        "withdrawn": {
            **{
                scale: _withdrawn(getattr(book, scale), getattr(remembered, scale))
                for scale in SCALES
            },
            "document_labels": [label for label in labels if label["values"]],
        },
    }


def _withdrawn(now: Sequence[Value], ever: Sequence[Value]) -> list[Json]:
    names = {value.name for value in now}
    # Their keys may belong to others by now.
    return [{**asdict(value), "key": ""} for value in ever if value.name not in names]


def article(one: Article, newest_id: str | None) -> Json:
    """An article with its text."""
    names = (
        "id", "series_id", "revision", "title", "text", "url", "source", "published_at",
        "language", "dateline", "captions", "duplicate_of",
    )  # fmt: skip
    return {**{name: getattr(one, name) for name in names}, "newest_id": newest_id}


def _label_set(label_set: LabelSet | None) -> Json:
    if label_set is None:
        content: Json = {"spans": [], "statements": [], "document_labels": {}}
        return {"id": None, "revision": 0, "status": "draft", **content}
    return {
        "id": label_set.id,
        "revision": label_set.revision,
        "status": label_set.status,
        **content_of(label_set),
    }


def outcome_json(outcome: OperationOutcome) -> Json:
    """What became of one operation."""
    return {
        "id": outcome.id,
        "state": outcome.state,
        **(problem(outcome.problem) if outcome.problem else {}),
    }
