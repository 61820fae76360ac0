"""What a new codebook version asks people to look at again.

That is what uses a value that was withdrawn or means something else, as whoever saved the version
said (`annotate.versions`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from annotate import accounts, versions
from annotate.accounts import Action
from annotate.codebook.diff import Change
from annotate.errors import NotFound
from annotate.model import LabelSet, Person
from annotate.store import Store
from annotate.store.figures import RecheckKind


@dataclass(frozen=True, slots=True)
class Recheck:
    """A statement or span that was made when one of its values meant something else.

    ``values`` are those that changed, as (scale, value), the one that changed last first;
    ``version`` is the newest codebook version that changed one, ``made_under`` the one it was made
    under; ``changes`` are all the differences since. ``coder`` is a person's id, None for
    gold. ``text`` is the quote of a span or of a statement's first evidence.
    """

    kind: RecheckKind
    id: str
    article_id: str
    title: str
    label_set_id: str
    coder: str | None
    values: tuple[tuple[str, str], ...]
    made_under: int
    version: int
    changes: tuple[Change, ...]
    text: str


def rechecks(store: Store, person: Person, project_id: str) -> list[Recheck]:
    """The work to recheck in a project, by article: one's own, for reviewers all that they see.

    It leaves the list when it is edited under the new version or marked as checked.

    Raises:
        Forbidden, NotFound: if the person may not tag in the project.
    """
    accounts.require(store, person, "label_set.tag", project_id)
    with store.snapshot():
        return list(_listed(store, person, project_id))


def check(store: Store, person: Person, project_id: str, kind: RecheckKind, id_: str) -> None:
    """Mark a statement or span as checked: it holds under the present version too.

    One's own takes the permission to tag, anybody else's and gold the one to write gold.

    Raises:
        Forbidden: if the person may not.
        NotFound: if it is not among what they have to recheck.
    """
    check_all(store, person, project_id, [(kind, id_)])


def check_all(
    store: Store, person: Person, project_id: str, chosen: Collection[tuple[RecheckKind, str]]
) -> list[Recheck]:
    """Mark several as checked at once, each with an event of its own.

    Returns:
        What was marked: what somebody else has checked meanwhile is left out.

    Raises:
        Forbidden: if the person may not.
        NotFound: if none is among what they have to recheck.
    """
    wanted = set(chosen)
    found = [one for one in rechecks(store, person, project_id) if (one.kind, one.id) in wanted]
    if not found:
        raise NotFound("There is no such work to recheck")
    # Whoever is shown the work of others may tag as well.
    own = all(one.coder == person.id for one in found)
    action: Action = "label_set.tag" if own else "label_set.write_gold"
    with accounts.permitted(store, person, action, project_id) as tx:
        return [
            one
            for one in found
            if store.figures.check(tx, one.kind, one.id, one.version, project_id)
        ]


def uncheck_all(store: Store, person: Person, project_id: str, marked: Collection[Recheck]) -> int:
    """Take back marks of one's own, so that the work is listed again; never a colleague's.

    Returns:
        How many there were.

    Raises:
        Forbidden, NotFound: if the person may not tag in the project.
    """
    with accounts.permitted(store, person, "label_set.tag", project_id) as tx:
        return sum(
            store.figures.uncheck(tx, one.kind, one.id, one.version, project_id) for one in marked
        )


def _listed(store: Store, person: Person, project_id: str) -> Iterator[Recheck]:
    # A span or statement may use several values that changed: it is listed once, with all of them,
    # since it is looked at and checked as a whole.
    rows: dict[tuple[str, str], tuple[RecheckKind, str, str, str, int, str]] = {}
    about: dict[tuple[str, str], list[tuple[int, str, str, tuple[Change, ...]]]] = {}
    for (scale, value), changes in versions.rethought(store, project_id).items():
        newest = max(version for version, _ in changes)
        for row in store.figures.older(project_id, scale, value, newest):
            since = tuple(change for version, change in changes if version > row[4])
            rows[row[0], row[1]] = row
            about.setdefault((row[0], row[1]), []).append((newest, scale, value, since))
    seen = _visible(store, person, project_id, sorted({row[3] for row in rows.values()}))
    mine = [row for row in rows.values() if row[2] in seen]
    titles = store.figures.lengths(sorted({row[3] for row in mine}))
    quotes = store.figures.quotes([row[1] for row in mine if row[0] == "statement"])
    for kind, id_, label_set_id, article_id, made_under, text in sorted(
        mine, key=lambda row: (row[3], row[0], row[1])
    ):
        found = sorted(about[kind, id_], key=lambda one: one[0], reverse=True)
        version = found[0][0]
        values = tuple((scale, value) for _, scale, value, _ in found)
        since = tuple(change for *_, changes in found for change in changes)
        coder = seen[label_set_id].coder_id
        yield Recheck(
            kind, id_, article_id, titles[article_id][1], label_set_id, coder, values,
            made_under, version, since, text or quotes.get(id_, ""),
        )  # fmt: skip


def _visible(
    store: Store, person: Person, project_id: str, article_ids: Sequence[str]
) -> dict[str, LabelSet]:
    project = store.projects.get(project_id)
    reviews = accounts.may(store, person, "label_set.write_gold", project_id)
    found: dict[str, LabelSet] = {}
    for start in range(0, len(article_ids), 200):
        heads = store.labels.heads_on(article_ids[start : start + 200], project_id)
        found |= {
            one.id: one
            for one in accounts.visible(store, person, project, heads)
            if one.coder_id == person.id or reviews
        }
    return found
