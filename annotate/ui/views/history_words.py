"""The words of the history page: what happened to what, fields and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.codebook import Codebook, Value
from annotate.history import Other, Step
from annotate.links import CHOICES
from annotate.model import ROLES, STATUSES
from annotate.reviews import MODES, ORDERINGS
from annotate.ui.i18n import listed, t, tn
from annotate.ui.views.registry_words import group_name
from annotate.ui.views.rounds_words import mode_name, ordering_name
from annotate.ui.views.sync_words import choice_name
from annotate.ui.words import answer_names, codebook_name, role_name, shortened, status_name

LONGEST_OTHER = 80


def group_names() -> dict[str, str]:
    """What a project's changes may be narrowed to; the empty name stands for no choice."""
    return {
        "": t("Everything but single articles"),
        "labels": t("Labels"),
        "registries": t("Actors and claims"),
        "project": t("Project and codebook"),
        "rounds": t("Rounds and assignments"),
        "articles": t("Articles"),
        "shared": t("Shared registry: actors, changed in any project"),
    }


def happened(action: str, *, again: bool = False) -> str:
    """What happened, without who did it: ``added a statement``.

    Args:
        action: The stable word of an event.
        again: Whether what was added had been there before.
    """
    if again and action in ("span.add", "statement.add"):
        return t("put a span back") if action == "span.add" else t("put a statement back")
    return _label_words().get(action) or _other_words().get(action) or action


def _label_words() -> dict[str, str]:
    return {
        "label_set.create": t("began labels"),
        "label_set.import": t("imported labels"),
        "label_set.status": t("changed the state of labels"),
        "span.add": t("marked a span"),
        "span.change": t("changed a span"),
        "span.remove": t("removed a span"),
        "span.recheck": t("checked a span under a new codebook version"),
        "span.recheck_undo": t("listed a span again as one to check"),
        "statement.add": t("added a statement"),
        "statement.change": t("changed a statement"),
        "statement.remove": t("deleted a statement"),
        "statement.recheck": t("checked a statement under a new codebook version"),
        "statement.recheck_undo": t("listed a statement again as one to check"),
        "document_label.add": t("set a document label"),
        "document_label.change": t("changed a document label"),
        "document_label.remove": t("unset a document label"),
        "gold.decide": t("decided what is gold"),
        "gold.reopen": t("took back a decision on gold"),
    }


def _other_words() -> dict[str, str]:
    return {
        "actor.add": t("added an actor"),
        "actor.import": t("imported an actor"),
        "actor.change": t("changed an actor"),
        "actor.regroup": t("changed an actor's kind"),
        "actor.remove": t("removed an actor"),
        "actor.restore": t("restored an actor"),
        "actor.merge": t("merged an actor"),
        "actor.split": t("split an actor"),
        "actor.move": t("moved uses of an actor"),
        "actor.table": t("read an actor from a table"),
        "actor.undo": t("took back a change of an actor"),
        "claim.add": t("added a claim"),
        "claim.import": t("imported a claim"),
        "claim.change": t("changed a claim"),
        "claim.regroup": t("changed a claim's topic"),
        "claim.remove": t("removed a claim"),
        "claim.restore": t("restored a claim"),
        "claim.merge": t("merged a claim"),
        "claim.split": t("split a claim"),
        "claim.move": t("moved uses of a claim"),
        "claim.table": t("read a claim from a table"),
        "claim.undo": t("took back a change of a claim"),
        "article.ingest": t("ingested an article"),
        "article.import": t("imported an article"),
        "article.reclean": t("cleaned an article again"),
        "project.create": t("created the project"),
        "project.import": t("imported the project"),
        "project.change": t("changed the project"),
        "project.archive": t("archived the project"),
        "project.unarchive": t("took the project out of the archive"),
        "project.add_articles": t("added articles to the project"),
        "project.remove_articles": t("took articles out of the project"),
        "codebook.add_version": t("saved a version of the codebook"),
        "member.set": t("set a member's role"),
        "member.remove": t("removed a member"),
        "export.make": t("made an export"),
        "ingest.queue": t("handed in files to ingest"),
        "ingest.start": t("began an ingest"),
        **_link_words(),
        **_round_words(),
    }


def _round_words() -> dict[str, str]:
    return {
        "round.create": t("made a round"),
        "round.close": t("closed a round"),
        "round.reopen": t("opened a round again"),
        "round.add_coder": t("added a coder to a round"),
        "round.remove_coder": t("took a coder out of a round"),
        "round.recount": t("had the counts of the rounds set right"),
        "round.set_wanted": t("changed how many coders articles get"),
        "assignment.add": t("assigned an article"),
        "assignment.pull": t("took the next article"),
        "assignment.begin": t("began an article of a round unasked"),
        "assignment.reassign": t("gave an article to another coder"),
        "assignment.withdraw": t("took an article back"),
        "assignment.restore": t("gave an article back"),
    }


def _link_words() -> dict[str, str]:
    return {
        "link.create": t("linked the project with Label Studio"),
        "link.change": t("changed the link with Label Studio"),
        "link.token": t("entered another access token of Label Studio"),
        "link.remove": t("undid the link with Label Studio"),
        "link.sync": t("synchronised with Label Studio"),
        "link.map_person": t("said who somebody in Label Studio is"),
        "link.configure": t("had our labelling configuration put back in Label Studio"),
        "link.resolve": t("decided a conflict with Label Studio"),
        "link.push_again": t("had deleted tasks sent to Label Studio again"),
        "link.leave_out": t("left out articles whose tasks were deleted in Label Studio"),
    }


def step_words(kind: str, step: Step, topics: Mapping[str, str]) -> str:
    """What a merge, a split or a move did between an entry and others, as a sentence.

    Args:
        kind: Which registry.
        step: What happened.
        topics: What stored topics of claims are called.
    """
    others = listed(_entry_name(kind, one, topics) for one in step.others)
    uses = _uses(step)
    back = step.taken_back
    told = {
        ("merge", False): t("The merge of {others} into it was taken back", others=others) if back
        else t("{others} was merged into it", others=others),
        ("merge", True): t("Its merge into {others} was taken back", others=others) if back
        else t("It was merged into {others}", others=others),
        ("split", False): t("Its split from {others} was taken back", others=others) if back
        else t("It was split from {others}", others=others),
        ("split", True): t("The split of {others} from it was taken back", others=others) if back
        else t("{others} was split from it", others=others),
        ("move", False): t("The move of uses from {others} was taken back", others=others) if back
        else t("Uses came to it from {others}", others=others),
        ("move", True): t("The move of uses to {others} was taken back", others=others) if back
        else t("Uses went from it to {others}", others=others),
    }[step.what, step.gave]  # fmt: skip
    return t("{said}: {uses}", said=told, uses=uses) if uses else told


def _entry_name(kind: str, one: Other, topics: Mapping[str, str]) -> str:
    name = shortened(one.name, LONGEST_OTHER)
    if not one.group:
        return name
    group = group_name("actor" if kind == "actor" else "claim", one.group, topics)
    return t("{name} ({about})", name=name, about=group)


def _uses(step: Step) -> str:
    if step.statements is None or step.mentions is None:
        return ""
    counted = (
        tn("{n} statement", "{n} statements", step.statements) if step.statements else "",
        tn("{n} mention", "{n} mentions", step.mentions) if step.mentions else "",
    )
    return listed(filter(None, counted)) or t("no use that you can see")


def take_back(what: str) -> str:
    """The words of the button that takes a whole step back."""
    return {
        "merge": t("Take this merge back"),
        "split": t("Take this split back"),
        "move": t("Take this move back"),
    }[what]


def field_names() -> dict[str, str]:
    """The fields that changes name."""
    return {
        "claim_id": t("claim"),
        "stance": t("stance"),
        "speaker_id": t("speaker"),
        "holder_id": t("on behalf of"),
        "certainty": t("certainty"),
        "evidence": t("evidence"),
        "addressee_id": t("addressee"),
        "reported_by": t("reported by"),
        "venue": t("venue"),
        "statement_date": t("date"),
        "note": t("note"),
        "kind": t("kind"),
        "quote": t("quote"),
        "actor_id": t("actor"),
        "values": t("value"),
        "status": t("state"),
        "name": t("name"),
        "text": t("text"),
        "aliases": t("other names"),
        "external_ids": t("identifiers"),
        "merged_into": t("merged into"),
        "language": t("language"),
        "topic": t("topic"),
        "title": t("title"),
        "url": t("address"),
        "cleaner_version": t("cleaner"),
        "description": t("description"),
        "blind": t("blind"),
        "open_after_submission": t("open after submission"),
        "hide_coders": t("coders' names hidden in review"),
        "archived_at": t("archived"),
        "articles": t("articles"),
        "number": t("version"),
        "reworded": t("only worded differently"),
        "role": t("role"),
        "format": t("format"),
        "reveals": t("what its readers may not see here too"),
        "every_minutes": t("minutes between two syncs"),
        "email": t("mail address"),
        "choice": t("decision"),
        "verdict": t("decision"),
        "reason": t("reason"),
        "mode": t("way of handing out"),
        "coders": t("coders an article"),
        "share": t("share with more coders"),
        "share_coders": t("coders of that share"),
        "ordering": t("order"),
        "seed": t("seed"),
        "due_on": t("due"),
        "assignments": t("assignments"),
        "coded_anew": t("coded anew"),
        "coder": t("coder"),
    }


def value_name(book: Codebook, kind: str, field: str, value: str) -> str:
    """What a stored value is called.

    Args:
        book: The codebook whose words were in force.
        kind: The kind of thing whose field it is.
        field: The field.
        value: What is stored, or a text that is shown as it is.
    """
    scales: dict[tuple[str, str], Sequence[Value]] = {
        ("statement", "stance"): book.stances,
        ("statement", "certainty"): book.certainties,
        ("span", "kind"): book.span_kinds,
        ("document_label", "values"): [v for one in book.document_labels for v in one.values],
    }
    found = [one for one in scales.get((kind, field), ()) if one.name == value]
    if found:
        return codebook_name(found[0])
    if (kind, field) == ("actor", "kind"):
        return group_name("actor", value, {})
    if (kind, field) == ("claim", "topic"):
        return group_name("claim", value, answer_names(book))
    return _closed(field).get(value, value)


def label_name(book: Codebook, name: str) -> str:
    """What a document label is called."""
    for one in book.document_labels:
        if one.name == name:
            return codebook_name(one)
    return name


def _closed(field: str) -> dict[str, str]:
    if field == "status":
        return {one: status_name(one) for one in STATUSES}
    if field == "role":
        return {one: role_name(one) for one in ROLES}
    if field == "verdict":
        return {
            "accepted": t("accepted"),
            "mixed": t("put together from several coders"),
            "edited": t("edited"),
            "written": t("written anew"),
            "rejected": t("rejected"),
        }
    if field == "mode":
        return {one: mode_name(one) for one in MODES}
    if field == "ordering":
        return {one: ordering_name(one) for one in ORDERINGS}
    if field == "choice":
        return {one: choice_name(one) for one in CHOICES}
    if field in ("blind", "open_after_submission", "hide_coders", "reveals"):
        return {"true": t("yes"), "false": t("no")}
    return {}
