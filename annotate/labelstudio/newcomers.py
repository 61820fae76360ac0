"""Whose an annotation is that is not here, and what becomes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from annotate import accounts, codebook
from annotate.errors import NotFound, Rejected
from annotate.labelstudio.session import Session
from annotate.model import LabelSet, Status
from exports.formats.labelstudio import ReadSet


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What becomes of an annotation that is not here.

    Args:
        coder_id: Whose label set it becomes; None for gold.
        status: In which state.
        rival: That person's label set here which it becomes part of.
        problem: Why it cannot be taken.
        email: Of somebody there who is nobody here.
        lacking: What the codebook requires and it does not have: it is taken all the same.
    """

    coder_id: str | None = None
    status: Status = "submitted"
    rival: LabelSet | None = None
    problem: Rejected | None = None
    email: str | None = None
    lacking: Rejected | None = None


def newcomer(
    session: Session, one: ReadSet, mine: Mapping[str, LabelSet], taken: Collection[str]
) -> Newcomer:
    """Decide about an annotation that is not here.

    Args:
        session: The sync.
        one: The annotation.
        mine: The label sets that are on the article.
        taken: Those of them that have an annotation.
    """
    if not one.new:
        return _returning(session, one, mine, taken)
    if one.label_set.kind == "model":
        return _of_model(session, one, mine, taken)
    email = _email(session, one.raw, "completed_by")
    person = session.coders.get(email)
    if person is None:
        return Newcomer(problem=_unknown(email), email=email)
    # Whoever posts an annotation says whose it is.
    if (problem := by_another(session, one, person.id)) is not None:
        return Newcomer(problem=problem)
    return _of(session, one, person.id, mine, taken)


def by_another(session: Session, one: ReadSet, coder_id: str | None) -> Rejected | None:
    """Why what stands there is not its coder's: somebody else made it, or changed it last.

    The token's account acts for the workbench. Of what was imported the server does not tell.

    Args:
        session: The sync.
        one: The annotation.
        coder_id: Whose label set it is; None for gold, which whoever may write it changes.
    """
    email = _email(session, one.raw, "updated_by")
    if one.raw.get("updated_by") is None or email == session.server.account:
        return None
    person = session.coders.get(email)
    if person is not None and (
        person.id == coder_id
        if coder_id is not None
        else accounts.may(session.store, person, "label_set.write_gold", session.project_id)
    ):
        return None
    return Rejected(
        "coder",
        "Somebody else made or changed these labels there: {email}",
        "Their coder saves them anew there, or whoever changed them undoes it",
        email=email or "?",
    )


def _of(
    session: Session,
    one: ReadSet,
    coder_id: str,
    mine: Mapping[str, LabelSet],
    taken: Collection[str],
) -> Newcomer:
    kind = one.label_set.kind
    rival = next((s for s in mine.values() if s.coder_id == coder_id and s.kind == kind), None)
    if rival is not None and rival.id in taken:
        return Newcomer(problem=_another())
    missing = None if kind == "model" else lacking(session, one.label_set)
    status: Status = "draft" if missing or one.held else "submitted"
    return Newcomer(coder_id, status, rival, lacking=missing)


def _returning(
    session: Session, one: ReadSet, mine: Mapping[str, LabelSet], taken: Collection[str]
) -> Newcomer:
    """A label set of ours that is not here any more: the database is an older one."""
    head = one.label_set
    email = session.server.account
    if head.kind != "model":
        email = _email(session, one.raw, "completed_by")
        if (problem := by_another(session, one, head.coder_id)) is not None:
            return Newcomer(problem=problem)
    if head.kind == "gold":
        rival = next((s for s in mine.values() if s.kind == "gold"), None)
        if rival is not None or email != session.server.account:
            return Newcomer(problem=_another() if rival else _not_theirs())
        return Newcomer(None, _status(one))
    coder_id = head.coder_id or ""
    if not session.store.people.many([coder_id]):
        return Newcomer(problem=_unknown(email), email=email)
    person = session.coders.get(email)
    if email != session.server.account and (person is None or person.id != coder_id):
        return Newcomer(problem=_not_theirs())
    came = _of(session, one, coder_id, mine, taken)
    if came.problem is not None or came.rival is not None:
        return came
    return Newcomer(coder_id, _status(one))


def _of_model(
    session: Session, one: ReadSet, mine: Mapping[str, LabelSet], taken: Collection[str]
) -> Newcomer:
    name = one.raw.get("model_version")
    try:
        model = session.store.people.named(name if isinstance(name, str) else "")
    except NotFound:
        model = None
    if model is None or model.kind != "model":
        problem = Rejected(
            "model",
            "Nobody here is the model {name!r}, whose prediction this is",
            "Add a model of this name, or delete the prediction",
            name=str(name)[:80],
        )
        return Newcomer(problem=problem)
    return _of(session, one, model.id, mine, taken)


def lacking(session: Session, label_set: LabelSet) -> Rejected | None:
    """Why labels that were submitted there are a draft here: the codebook requires more."""
    missing = codebook.missing(label_set, session.book)
    if not missing:
        return None
    return Rejected(
        "required",
        "The codebook requires what {count} statements do not have: it stays a draft here",
        "Its coder completes it there, or here and submits it",
        count=len({statement_id for statement_id, _ in missing}),
    )


def _status(one: ReadSet) -> Status:
    """In which state what a task alone knows of comes back.

    Whoever reads there can write into a task what they like: nothing becomes accepted by that.
    And what was submitted is frozen, so that nothing may be missing in it.
    """
    head = one.label_set
    if one.held or head.kind == "gold":
        return "draft"
    return "submitted" if head.status == "accepted" else head.status


def _email(session: Session, raw: Mapping[str, Any], name: str) -> str:
    by = raw.get(name)
    if isinstance(by, Mapping):
        by = by.get("id")
    return session.users.get(by, "") if isinstance(by, int) else ""


def _unknown(email: str) -> Rejected:
    if not email:
        return Rejected("person", "It is not known who made this annotation")
    return Rejected(
        "person",
        "{email} is nobody who labels here",
        "Say who it is, or invite them",
        email=email,
    )


def _another() -> Rejected:
    return Rejected(
        "another",
        "The same coder has another annotation on this article, which is the one that counts",
        "Bring both together there and delete one of them",
    )


def _not_theirs() -> Rejected:
    return Rejected(
        "coder",
        "The task says whose labels these are, and somebody else made them",
        "Delete the annotation there, or have its coder make it again",
    )
