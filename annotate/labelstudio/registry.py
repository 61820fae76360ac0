"""The registries as a sync needs them: every entry ever made, by id and by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotate.model import Actor, Claim, is_storable
from annotate.store import Store
from annotate.store.registry import Kind
from exports.formats.labelstudio import Names
from exports.formats.labelstudio.words import ACTOR_ROLES, META, REPORTERS

_BATCH = 5_000
_UNSORTED = "other"


@dataclass
class Registry:
    """The entries of one project, read when they are first asked for.

    Args:
        store: The store.
        project_id: The project.
        language: The working language, of claims that are made there.
        restored: Entries that stand there under ids that are not here (any more).
    """

    store: Store
    project_id: str
    language: str
    restored: dict[str, Actor | Claim] = field(default_factory=dict)
    _names: Names | None = None

    @property
    def names(self) -> Names:
        """The entries by id and name; one that was merged stands under its old ids too."""
        if self._names is None:
            actors = self._entries("actor", self.store.registry.actors)
            claims = self._entries("claim", self.store.registry.claims)
            for id_, one in self.restored.items():
                (actors if isinstance(one, Actor) else claims).setdefault(id_, one)
            self._names = Names(actors, claims, self.project_id, self.language)
        return self._names

    @property
    def successors(self) -> dict[str, str]:
        """For merged entries what took their place, by id."""
        return {
            id_: one.id
            for entries in (self.names.actors, self.names.claims)
            for id_, one in entries.items()
            if one.id != id_
        }

    def forget(self) -> None:
        """Read the entries anew when they are next asked for."""
        self._names = None

    def restore(self, task: Mapping[str, Any]) -> bool:
        """Take entries that a task names by id and that are not here for ones that were lost.

        A database restored from a backup does not know what was made after it.

        Returns:
            Whether there are any, or the entries had to be read anew.
        """
        before = self._names
        self.forget()
        known = {*self.names.actors, *self.names.claims}
        lost = {one.id: one for one in self._named(task) if one.id not in known}
        if lost:
            self.restored |= lost
            self.forget()
        return bool(lost) or before is not self._names

    def _entries(self, kind: Kind, read: Any) -> dict[str, Any]:
        ids = self.store.entries.ids(kind, self.project_id)
        found: dict[str, Any] = {}
        for start in range(0, len(ids), _BATCH):
            found |= read(ids[start : start + _BATCH])
        led = self.store.entries.successors(kind, ids)
        return {id_: found[led.get(id_, id_)] for id_ in found}

    def _named(self, task: Mapping[str, Any]) -> Iterator[Actor | Claim]:
        for sent in _sent(task):
            for name in ("actor", *ACTOR_ROLES, REPORTERS):
                value = sent.get(name)
                for one in value if isinstance(value, list) else [value]:
                    if (entry := _entry(one)) is not None:
                        yield Actor(entry[0], entry[1], _UNSORTED)
            if (entry := _entry(sent.get("claim"))) is not None:
                yield Claim(entry[0], self.project_id, entry[1], self.language)


def _sent(task: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What was sent along with each region of a task."""
    for name in ("annotations", "predictions"):
        for one in task.get(name) or ():
            result = one.get("result") if isinstance(one, dict) else None
            for item in result if isinstance(result, list) else ():
                meta = item.get("meta") if isinstance(item, dict) else None
                sent = meta.get(META) if isinstance(meta, dict) else None
                if isinstance(sent, dict):
                    yield sent


def _entry(value: object) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return None
    id_, name = value.get("id"), value.get("name")
    if not (isinstance(id_, str) and isinstance(name, str) and is_storable(name)):
        return None
    return (id_, name.strip()) if id_ and name.strip() and id_ != name else None
