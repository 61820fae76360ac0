"""What one person may see of a project's history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from annotate import accounts
from annotate.model import Event, LabelSet, Person, Project
from annotate.store import Store

LABELS = ("label_set", "span", "statement", "document_label")
REGISTRIES = ("actor", "claim")


class Sight:
    """One person looking at one project; what was asked once is remembered.

    Args:
        store: The store.
        person: Who looks.
        project_id: The project.
    """

    def __init__(self, store: Store, person: Person, project_id: str) -> None:
        self.store = store
        self.person = person
        self.project: Project = store.projects.get(project_id)
        self._seen: dict[str, LabelSet | None] = {}

    def label_sets_on(self, article_ids: Sequence[str]) -> list[LabelSet]:
        """The label sets on some articles that the person may see."""
        heads = self.store.labels.heads_on(article_ids, self.project.id)
        return accounts.visible(self.store, self.person, self.project, heads)

    def label_sets(self, ids: Collection[str]) -> dict[str, LabelSet]:
        """Of some label sets those of this project that the person may see, by id."""
        fresh = [id_ for id_ in ids if id_ not in self._seen]
        homes = self.store.trails.articles_of(fresh)
        articles = {article for article, project in homes.values() if project == self.project.id}
        visible = {head.id: head for head in self.label_sets_on(sorted(articles))}
        self._seen.update({id_: visible.get(id_) for id_ in fresh})
        return {id_: head for id_ in ids if (head := self._seen[id_]) is not None}

    def hidden_coder(self, head: LabelSet | None) -> str | None:
        """The coder of a label set, if the project keeps their name from the person."""
        if head is None or head.kind != "analyst" or head.coder_id == self.person.id:
            return None
        return head.coder_id if self._hides else None

    def hidden_assignee(self, event: Event) -> str | None:
        """Who was given an article or lost it, if the project keeps the coders' names from them."""
        if event.subject_kind != "assignment" or not self._hides:
            return None
        # Whoever takes an article does so in their own name; a list of events has no states.
        taken = event.action in ("assignment.pull", "assignment.begin")
        told = (event.after or event.before or {}).get("person_id", "")
        given = event.by if taken else str(told)
        return given if given != self.person.id else None

    @cached_property
    def _hides(self) -> bool:
        return accounts.hides(self.store, self.person, self.project)

    def knows_entry(self, kind: str, entry_id: str) -> bool:
        """Whether there is such a registry entry in this project."""
        if kind == "actor":
            return entry_id in self.store.registry.actors([entry_id])
        claim = self.store.registry.claims([entry_id]).get(entry_id)
        return claim is not None and claim.project_id == self.project.id

    def knows_who(self, event: Event) -> bool:
        """Whether the person may know who made a change that they see.

        Entries are added to the registries, and taken back, in the course of tagging: whose they
        are tells what somebody has recorded.
        """
        if event.subject_kind not in REGISTRIES or event.by == self.person.id:
            return True
        in_tagging = event.action.endswith((".add", ".import")) or self._revived(event)
        return not in_tagging or self._knows_makers

    def _revived(self, event: Event) -> bool:
        """Whether an entry came back because labels that were put back refer to it."""
        if not event.action.endswith(".restore"):
            return False
        return self.store.entries.change(event.operation_id or "") is None

    @cached_property
    def _knows_makers(self) -> bool:
        if self.person.kind == "operator":
            return True
        if not accounts.may(self.store, self.person, "label_set.read_drafts", self.project.id):
            return False
        # Actors are shared by all projects, so that each in which they work blind counts.
        blind = [one for one in accounts.projects_of(self.store, self.person) if one.blind]
        return not any(
            self.store.rounds.codes_unseen(self.person.id, project.id)
            or any(self.store.labels.of_coder(self.person.id, project.id, ("draft", "returned")))
            for project in blind
        )
