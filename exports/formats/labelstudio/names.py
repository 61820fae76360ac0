"""Registry entries found by what people write in Label Studio, or proposed where there are none."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from annotate.errors import Rejected
from annotate.model import Actor, Alias, Claim
from annotate.text.normal import normalise

_SPACE = uuid.uuid5(uuid.NAMESPACE_OID, "claimdesk/labelstudio")
_UNSORTED = "other"


def derived_id(*parts: str) -> str:
    """An id for something made in Label Studio: the same thing always has the same."""
    return str(uuid.uuid5(_SPACE, "\n".join(parts)))


class Names:
    """The registries of a project, by id and by every name.

    Made once for all tasks; what is not in them yet is proposed, with an id that depends on the
    name alone, so that reading again proposes nothing new.

    Args:
        actors: All actors, by id; one that was merged stands under its old ids too.
        claims: Claims, by id, likewise; those of other projects are left out.
        project_id: The project.
        language: The working language, of the claims that are proposed.
    """

    def __init__(
        self,
        actors: Mapping[str, Actor],
        claims: Mapping[str, Claim],
        project_id: str,
        language: str,
    ) -> None:
        self.actors = actors
        self.claims = {id_: one for id_, one in claims.items() if one.project_id == project_id}
        self._project_id = project_id
        self._language = language
        self._by_name = _index((one.id, one.name, one.aliases) for one in actors.values())
        self._by_words = _index((one.id, one.text, one.aliases) for one in self.claims.values())

    def actor(self, name: str) -> Actor:
        """The actor of a name.

        Raises:
            Rejected: Several have it, or it is blank.
        """
        known = _found(self._by_name, name)
        if known is not None:
            return self.actors[known]
        return Actor(derived_id("actor", normalise(name.strip())), name.strip(), _UNSORTED)

    def claim(self, words: str) -> Claim:
        """The claim with this wording.

        Raises:
            Rejected: Several have it, or it is blank.
        """
        known = _found(self._by_words, words)
        if known is not None:
            return self.claims[known]
        id_ = derived_id("claim", self._project_id, normalise(words.strip()))
        return Claim(id_, self._project_id, words.strip(), self._language)


_Index = dict[str, dict[str, bool]]


def _index(entries: Iterable[tuple[str, str, tuple[Alias, ...]]]) -> _Index:
    """Ids by folded name, each with whether it is the entry's first name."""
    found: _Index = {}
    for id_, name, aliases in entries:
        for alias in aliases:
            # A term is a word for segmentation, no name of the claim.
            if alias.kind != "term":
                found.setdefault(normalise(alias.text.strip()), {}).setdefault(id_, False)
        found.setdefault(normalise(name.strip()), {})[id_] = True
    return found


def _found(index: _Index, name: str) -> str | None:
    if not name.strip():
        raise Rejected("name", "A name is blank")
    ids = index.get(normalise(name.strip()), {})
    first = [id_ for id_, canonical in ids.items() if canonical]
    if len(ids) == 1 or len(first) == 1:
        return (first or list(ids))[0]
    if ids:
        raise Rejected(
            "ambiguous",
            "Several entries of the registry are named {name!r}",
            "Write a name that only one of them has",
            name=name.strip()[:80],
        )
    return None
