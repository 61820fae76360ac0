"""The words of the Ingest page: reasons, states, places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import PurePath

from annotate.ingest.desk import Now, RunSeen
from annotate.ui.i18n import listed, t, tn
from annotate.ui.table import Cell

LONGEST_NAME = 120


def reason_name(reason: str) -> str:
    """Why an item was rejected, in a few words.

    Args:
        reason: `Rejected.reason`; one that no reader of ours gives stays as it is.
    """
    names = {
        "archive_bomb": t("suspicious archive"),
        "bad_archive": t("damaged archive"),
        "bad_url": t("wrong web address"),
        "crashed": t("cleaning failed"),
        "empty": t("no text"),
        "encrypted": t("encrypted"),
        "missing": t("file gone"),
        "nested_archive": t("archive in an archive"),
        "not_a_file": t("not a file"),
        "not_an_item": t("not of an item's form"),
        "timeout": t("took too long"),
        "too_deep": t("nested too deeply"),
        "too_large": t("too large"),
        "undecodable": t("unknown characters"),
        "unreadable": t("unreadable"),
        "unsafe_path": t("unsafe path"),
    }
    return names.get(reason, reason)


def state_cell(now: Now) -> Cell:
    """The state of a run as a chip."""
    names = {
        "queued": (t("waiting"), "neutral"),
        "running": (t("at work"), "accent"),
        "interrupted": (t("interrupted"), "oppose"),
        "done": (t("done"), "support"),
        "cancelled": (t("cancelled"), "neutral"),
        "failed": (t("failed"), "oppose"),
        "discarded": (t("given up"), "neutral"),
    }
    name, tone = names[now]
    return Cell(name, tone=tone)


def listed_name(which: str) -> str:
    """Which rejected items a list shows, in words."""
    return {
        "open": t("Still to settle"),
        "dismissed": t("Dismissed"),
        "succeeded": t("Taken since"),
        "all": t("All"),
    }[which]


def change_name(change: str) -> str:
    """What an article was when it came, in words."""
    return {
        "new": t("new"),
        "revision": t("revision"),
        "duplicate": t("copy"),
        "unchanged": t("known"),
    }[change]


def published_from_name(published_from: str) -> str:
    """Where an article's time was taken from, in words."""
    return {
        "epoch": t("the archive's time stamp"),
        "date_line": t("the item's date line"),
        "dateline": t("the printed dateline, read as UTC"),
        "": t("not known"),
    }.get(published_from, published_from)


def names_of(names: Sequence[str], kind: str) -> str:
    """What a run was to read, on one line: files and folders without the way there."""
    if kind == "retry":
        return tn("{n} rejected item tried again", "{n} rejected items tried again", len(names))
    if kind == "reclean":
        return t("All articles, cleaned again")
    if not names:
        return t("Nothing")
    place = PurePath(names[0])
    first = short(place.name if place.is_absolute() and place.name else names[0])
    if len(names) == 1:
        return first
    return tn("{first} and {n} more", "{first} and {n} more", len(names) - 1, first=first)


def outcome(seen: RunSeen) -> str:
    """What came of a run, in a sentence: ``news.zip: 2 articles added, 1 item rejected``."""
    counts = seen.run.counts
    parts: dict[str, Callable[[int], str]] = {
        "new": lambda n: tn("{n} article added", "{n} articles added", n),
        "revisions": lambda n: tn("{n} article revised", "{n} articles revised", n),
        "duplicates": lambda n: tn("{n} copy", "{n} copies", n),
        "unchanged": lambda n: tn("{n} known already", "{n} known already", n),
        "rejected": lambda n: tn("{n} item rejected", "{n} items rejected", n),
    }
    found = [words(counts[name]) for name, words in parts.items() if counts.get(name)]
    what = listed(found) if found else t("no items in it")
    return t("{name}: {what}", name=names_of(seen.names, seen.run.kind), what=what)


def short(name: str, limit: int = LONGEST_NAME) -> str:
    """A place without its middle, which says least."""
    if len(name) <= limit:
        return name
    return f"{name[: limit // 3]}…{name[-(limit - limit // 3) :]}"


def took(start: str, end: str | None) -> str | None:
    """How long something took, in words; None while it goes on."""
    if end is None:
        return None
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    if seconds < 60:
        return t("{n} s", n=f"{max(0.0, seconds):.1f}")
    minutes, rest = divmod(round(seconds), 60)
    return t("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
