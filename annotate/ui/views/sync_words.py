"""The words of the Sync page: reasons, steps, states, and what became of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.labelstudio.viewing import Now
from annotate.links import Choice, Link
from annotate.ui.i18n import listed, t, tn
from annotate.ui.table import Cell

# Names of programs are the same in every language.
OURS = "Claimdesk"
THEIRS = "Label Studio"
NEVER = 0
_SENT = (
    "task.create",
    "task.delete_there",
    "label_set.create_there",
    "label_set.change_there",
    "configuration.change_there",
)
_TAKEN = ("label_set.create_here", "label_set.change_here", "label_set.delete_here")
_HELD = "label_set.withheld"
_NOUNS = {
    "task.create": "task",
    "task.delete_there": "second",
    "label_set.create_there": "create",
    "label_set.create_here": "create",
    "label_set.change_there": "change",
    "label_set.change_here": "change",
    "label_set.delete_here": "delete",
    "configuration.change_there": "configuration",
    _HELD: "withheld",
}


def address(link: Link, task_id: int | None = None) -> str:
    """Where a link's project is in Label Studio, or one of its tasks."""
    task = f"?task={task_id}" if task_id is not None else ""
    return f"{link.url}/projects/{link.remote_id}/data{task}"


def reason_name(reason: str) -> str:
    """Why something there cannot be taken, in a few words.

    Args:
        reason: `SyncProblem.reason`; one that is not known here stays as it is.
    """
    return {**_place_reasons(), **_value_reasons()}.get(reason, reason)


def _place_reasons() -> dict[str, str]:
    return {
        "accepted": t("accepted labels"),
        "another": t("second annotation"),
        "article": t("another article"),
        "configuration": t("configuration refused"),
        "coder": t("another coder"),
        "deleted": t("deleted"),
        "double": t("second task"),
        "draft": t("draft"),
        "item": t("damaged region"),
        "model": t("unknown model"),
        "person": t("unknown person"),
        "project": t("another project"),
        "reader": t("readers there"),
        "region": t("damaged region"),
        "result": t("damaged annotation"),
        "skipped": t("skipped"),
        "task": t("damaged task"),
        "text": t("other text"),
        "too_many": t("too many regions"),
        "twice": t("there twice"),
        "version": t("unknown version"),
        "words": t("damaged annotation"),
    }


def _value_reasons() -> dict[str, str]:
    return {
        "actor": t("unknown actor"),
        "ambiguous": t("ambiguous name"),
        "attribute": t("not in codebooks"),
        "choice": t("unknown value"),
        "claim": t("claim missing"),
        "control": t("not in codebooks"),
        "date": t("unreadable date"),
        "label": t("unknown label"),
        "long": t("too long"),
        "missing": t("control missing"),
        "name": t("unreadable name"),
        "number": t("number missing"),
        "offsets": t("outside the text"),
        "quote": t("other words"),
        "relation": t("broken relation"),
        "required": t("incomplete"),
        "role": t("unnamed relation"),
        "several": t("several values"),
        "stance": t("stance missing"),
        "xml": t("not XML"),
    }


def step_cell(kind: str, detail: str = "") -> Cell:
    """What a sync would do, as a chip; ``detail`` as in `Step`."""
    names = {
        "task.create": (t("send as a task"), "accent"),
        "task.delete_there": (t("delete a second task"), "oppose"),
        "label_set.create_there": (t("send new labels"), "accent"),
        "label_set.change_there": (t("send changes"), "accent"),
        "label_set.create_here": (t("take in new labels"), "support"),
        "label_set.change_here": (t("take in changes"), "support"),
        "label_set.delete_here": (t("remove here"), "oppose"),
        "configuration.change_there": (t("write the configuration"), "accent"),
        "label_set.withheld": (t("hold back"), "unclear"),
        "conflict.find": (t("leave for a decision"), "unclear"),
        "problem.find": (t("list as a problem"), "oppose"),
        "task.find_gone": (t("note as deleted there"), "oppose"),
        "entry.create_here": (t("new in the registry"), "support"),
    }
    name, tone = names[kind]
    return Cell(name, sub=reason_name(detail) if kind == "problem.find" else detail, tone=tone)


def state_cell(now: Now) -> Cell:
    """The state of a run as a chip."""
    names = {
        "running": (t("at work"), "accent"),
        "interrupted": (t("interrupted"), "oppose"),
        "done": (t("done"), "support"),
        "cancelled": (t("cancelled"), "neutral"),
        "failed": (t("failed"), "oppose"),
    }
    name, tone = names[now]
    return Cell(name, tone=tone)


def stage_name(stage: str) -> str:
    """What a sync is at."""
    return {
        "reading": t("Reading what changed in Label Studio"),
        "taking": t("Taking changes in"),
        "sending": t("Sending changes there"),
        "checking": t("Checking what was sent"),
    }[stage]


def choice_name(choice: Choice) -> str:
    """How a conflict was resolved."""
    return {
        "ours": t("kept Claimdesk's"),
        "theirs": t("took Label Studio's"),
        "edited": t("wrote something else"),
    }[choice]


def often(minutes: int) -> str:
    """How often a link is synchronised by itself."""
    if minutes == NEVER:
        return t("never: when somebody starts it")
    if minutes % 60:
        return tn("every minute", "every {n} minutes", minutes)
    if minutes % 1440:
        return tn("every hour", "every {n} hours", minutes // 60)
    return tn("every day", "every {n} days", minutes // 1440)


def did_something(counts: Mapping[str, int]) -> bool:
    """Whether a sync changed anything on either side, or held something back."""
    return any(counts.get(kind) for kind in (*_SENT, *_TAKEN, _HELD))


def outcome(counts: Mapping[str, int]) -> str:
    """What a sync did, in a row: ``sent 2 tasks; took in changes of 3 label sets``."""
    sent, taken, held = _parts(counts)
    said = [
        t("sent {what}", what=sent) if sent else "",
        t("took in {what}", what=taken) if taken else "",
        t("held back {what}", what=held) if held else "",
    ]
    return _in_a_row(said) or t("nothing to do")


def prospect(counts: Mapping[str, int]) -> list[str]:
    """What a sync would do, a line for each direction; none where it would do nothing."""
    sent, taken, held = _parts(counts)
    said = [
        t("Would send to Label Studio: {what}", what=sent) if sent else "",
        t("Would take in from there: {what}", what=taken) if taken else "",
        t("Would hold back: {what}", what=held) if held else "",
    ]
    return [one for one in said if one]


def _parts(counts: Mapping[str, int]) -> tuple[str, str, str]:
    """What is sent, taken in, and held back; empty where nothing is."""
    sent, taken, held = (
        listed([_part(kind, n) for kind in kinds if (n := counts.get(kind, 0))])
        for kinds in (_SENT, _TAKEN, (_HELD,))
    )
    return sent, taken, held


def _part(kind: str, n: int) -> str:
    return {
        "task": tn("{n} task", "{n} tasks", n),
        "second": tn("the removal of {n} second task", "the removal of {n} second tasks", n),
        "create": tn("{n} new label set", "{n} new label sets", n),
        "change": tn("changes of {n} label set", "changes of {n} label sets", n),
        "delete": tn("the removal of {n} label set", "the removal of {n} label sets", n),
        "configuration": t("the labelling configuration"),
        "withheld": tn("{n} label set", "{n} label sets", n),
    }[_NOUNS[kind]]


def _in_a_row(parts: Sequence[str]) -> str:
    row = ""
    for one in filter(None, parts):
        row = t("{one}; {another}", one=row, another=one) if row else one
    return row
