"""Whoever reads colleagues' labels in a blind project is given no article that they have read.

Asked of every way by which an editor gives articles to somebody. The next article of a pulled
round, and what somebody begins from a link, are found by the same rule in the store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from annotate import accounts
from annotate.errors import Invalid
from annotate.store import Store


def read_by(
    store: Store, person_id: str, project_id: str, article_ids: Collection[str]
) -> set[str]:
    """Of some articles those where somebody could have read what colleagues recorded."""
    person = store.people.many([person_id]).get(person_id)
    if not article_ids or person is None:
        return set()
    if not accounts.reads_colleagues(store, person, project_id):
        return set()
    return store.assignments.read(project_id, person_id, article_ids)


def read_by_each(
    store: Store, people: Sequence[str], project_id: str, article_ids: Collection[str]
) -> Mapping[str, set[str]]:
    """The same of several people; without those who have read nothing."""
    found = {one: read_by(store, one, project_id, article_ids) for one in people}
    return {one: articles for one, articles in found.items() if articles}


def refusal(store: Store, person_id: str, article_ids: Collection[str]) -> Invalid:
    """The error that says who could have read which article, the first of some."""
    first = min(article_ids)
    return Invalid(
        "{name} could have read what others recorded on {title!r}",
        "In a blind project give it to somebody who could not, or leave it out. Articles like it:"
        " {count}",
        name=store.people.get(person_id).display_name,
        title=store.boards.titles([first])[first][0][:80] or first,
        count=len(article_ids),
    )
