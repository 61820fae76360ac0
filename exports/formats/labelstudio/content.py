"""The spans and statements of one result, as ours: what was changed there, and what was made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as day

from annotate.codebook import Codebook, names
from annotate.errors import Rejected
from annotate.model import MOST_CHARACTERS, Actor, Claim, Span, Statement, is_storable
from exports.formats.labelstudio.names import Names, derived_id
from exports.formats.labelstudio.regions import Parts, Region, Relation, names_of
from exports.formats.labelstudio.words import (
    ACTOR,
    ACTOR_ROLES,
    CERTAINTY,
    CLAIM,
    DATE,
    EVIDENCE,
    MENTION,
    NOTE,
    REPORTERS,
    STANCE,
    STATEMENT,
    VENUE,
)

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?\Z", re.ASCII)


@dataclass(slots=True)
class Content:
    """What was read, with the registry entries that are not there yet."""

    spans: dict[str, Span] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    actors: dict[str, Actor] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)


class ContentReader:
    """Reads the parts of one result.

    Args:
        parts: The parts; what turns out wrong is held back there.
        text: The article's text.
        names: The registries.
        codebooks: The project's codebook versions, by number.
        version: The one under which things are made there.
        our_id: The id here of a region there.
    """

    def __init__(
        self,
        parts: Parts,
        text: str,
        names: Names,
        codebooks: Mapping[int, Codebook],
        version: int,
        our_id: Callable[[str], str],
    ) -> None:
        self._parts = parts
        self._text = text
        self._names = names
        self._codebooks = codebooks
        self._version = version
        self._our_id = our_id
        self._made = Content()
        self._relations: dict[str, list[Relation]] = {}
        for one in parts.relations:
            self._relations.setdefault(one.statement, []).append(one)

    def read(self) -> Content:
        """All spans and statements that are right; the others are held back with the reason."""
        regions = list(self._parts.regions.values())
        for region in regions:
            if region.label != STATEMENT:
                self._try(region, self._span)
        for region in regions:
            if region.label == STATEMENT:
                self._try(region, self._statement)
        self._forget_unused()
        return self._made

    def _try(self, region: Region, take: Callable[[Region], None]) -> None:
        before = dict(self._made.spans)
        try:
            take(region)
        except Rejected as problem:
            self._made.spans = before
            self._parts.hold(region.id, problem)

    def _forget_unused(self) -> None:
        """Propose no entry that only a statement held back would need."""
        made = self._made
        used = {span.actor_id for span in made.spans.values()}
        for one in made.statements:
            used |= {one.claim_id, one.speaker_id, one.holder_id, one.addressee_id}
            used |= set(one.reported_by)
        made.actors = {id_: one for id_, one in made.actors.items() if id_ in used}
        made.claims = {id_: one for id_, one in made.claims.items() if id_ in used}

    def _span(self, region: Region) -> None:
        same = region.sent.get("kind") == region.label
        version = self._version_of(region, same)
        kinds = names(self._codebooks[version].span_kinds)
        if region.label not in kinds:
            raise Rejected(
                "label",
                "The codebook has no kind of span {name!r}",
                "Known: {names}",
                name=region.label[:40],
                names=", ".join(sorted(kinds)),
            )
        self._made.spans[region.id] = Span(
            self._our_id(region.id),
            region.label,
            region.start,
            region.end,
            self._text[region.start : region.end],
            version,
            self._mentioned(region, same),
        )

    def _mentioned(self, region: Region, same: bool) -> str | None:
        sent = names_of(region.sent, "actor")
        if region.label != MENTION:
            return self._known_actor(sent[0][0]) if same and sent else None
        found = self._named(region.texts.get(ACTOR, ()), sent)
        return _at_most_one(found, ACTOR)

    def _statement(self, region: Region) -> None:
        if any(one.span not in self._made.spans for one in self._relations.get(region.id, ())):
            raise Rejected("relation", "It relates to a region that cannot be read")
        sent = region.sent
        stance, certainty = region.choices.get(STANCE), region.choices.get(CERTAINTY)
        same = (sent.get("stance"), sent.get("certainty")) == (stance, certainty)
        version = self._version_of(region, same)
        self._check_scales(stance, certainty, self._codebooks[version])
        assert stance is not None
        single = {role: _at_most_one(self._role(region, role), role) for role in ACTOR_ROLES}
        date = _text(region, DATE) or None
        if date is not None and not _is_date(date):
            raise Rejected("date", "{date!r} is not YYYY, YYYY-MM or YYYY-MM-DD", date=date[:40])
        statement = Statement(
            id=self._our_id(region.id),
            claim_id=self._claim(region),
            stance=stance,
            codebook_version=version,
            speaker_id=single["speaker"],
            holder_id=single["holder"],
            certainty=certainty,
            addressee_id=single["addressee"],
            reported_by=tuple(self._role(region, REPORTERS)),
            venue=_text(region, VENUE),
            statement_date=date,
            note=_fit("\n".join(region.texts.get(NOTE, ()))),
        )
        # Last, for it may make a span, which a statement that is held back must not leave behind.
        evidence = self._evidence_of(region)
        self._made.statements.append(replace(statement, evidence=evidence))

    def _version_of(self, region: Region, same: bool) -> int:
        """The version that a thing was made under, or the one it was changed under."""
        number = region.sent.get("codebook_version")
        if same and isinstance(number, int) and number in self._codebooks:
            return number
        return self._version

    def _check_scales(self, stance: str | None, certainty: str | None, book: Codebook) -> None:
        if stance is None:
            raise Rejected("stance", "A statement has no stance")
        for value, scale in ((stance, book.stances), (certainty, book.certainties)):
            if value is not None and value not in names(scale):
                raise Rejected(
                    "choice",
                    "The codebook has no value {name!r}",
                    "Known: {names}",
                    name=value[:40],
                    names=", ".join(sorted(names(scale))),
                )

    def _claim(self, region: Region) -> str:
        sent = names_of(region.sent, "claim")
        words = region.texts.get(CLAIM, ())
        if len(words) != 1:
            raise Rejected(
                "claim", "A statement must have one claim, not {count}", count=len(words)
            )
        if sent and words[0] == sent[0][1]:
            if sent[0][0] not in self._names.claims:
                raise Rejected("claim", "The project has no claim {id}", id=sent[0][0][:80])
            return self._names.claims[sent[0][0]].id
        claim = self._names.claim(_fit(words[0]))
        if claim.id not in self._names.claims:
            self._made.claims[claim.id] = claim
        return claim.id

    def _role(self, region: Region, role: str) -> list[str]:
        """Who has a role: by mentions related to the statement, and by name."""
        sent = names_of(region.sent, role)
        found = [
            self._of_mention(one.span)
            for one in self._relations.get(region.id, ())
            if role in one.roles
        ]
        found += self._named(region.texts.get(role, ()), self._unseen_first(sent, found))
        found = list(dict.fromkeys(found))
        actors = self._names.actors
        before = [actors[id_].id for id_, _ in sent if id_ in actors]
        if set(found) == set(before):
            return before
        return [id_ for id_ in dict.fromkeys(before) if id_ in found] + [
            id_ for id_ in found if id_ not in before
        ]

    def _unseen_first(self, sent: list[tuple[str, str]], found: list[str]) -> list[tuple[str, str]]:
        """What was sent, with those last who were not sent by name: others may have their name."""
        seen = {span.actor_id for span in self._made.spans.values()}

        def by_name(one: tuple[str, str]) -> tuple[bool, bool]:
            actor = self._names.actors.get(one[0])
            id_ = actor.id if actor else one[0]
            return id_ in found, id_ in seen

        return sorted(sent, key=by_name)

    def _of_mention(self, region_id: str) -> str:
        """The actor of a mention; where nobody said whom it mentions, its words do."""
        span = self._made.spans[region_id]
        if span.actor_id is None:
            span = replace(span, actor_id=self._actor(span.quote))
            self._made.spans[region_id] = span
        assert span.actor_id is not None
        return span.actor_id

    def _named(self, texts: tuple[str, ...], sent: list[tuple[str, str]]) -> list[str]:
        """Actors by what is written: what was sent still means whom it meant."""
        left = list(dict.fromkeys(sent))
        found = []
        for text in texts:
            match = next((one for one in left if one[1] == text), None)
            if match is None:
                found.append(self._actor(text))
            else:
                left.remove(match)
                found.append(self._known_actor(match[0]))
        return found

    def _actor(self, name: str) -> str:
        actor = self._names.actor(_fit(name))
        if actor.id not in self._names.actors:
            self._made.actors[actor.id] = actor
        return actor.id

    def _known_actor(self, id_: str) -> str:
        if id_ not in self._names.actors:
            raise Rejected("actor", "The registry has no actor {id}", id=id_[:80])
        return self._names.actors[id_].id

    def _evidence_of(self, region: Region) -> tuple[str, ...]:
        """The evidence: spans related to the statement, and the words that it stands on itself."""
        related = [one.span for one in self._relations.get(region.id, ()) if EVIDENCE in one.roles]
        place = (region.start, region.end)
        spans = self._made.spans
        covered = {(spans[id_].start, spans[id_].end) for id_ in related}
        sent = region.sent.get(EVIDENCE)
        # Sent with evidence and left where it was: its evidence is what is related, if only that
        # somebody deleted it.
        unmoved = (bool(related) or bool(sent)) and region.sent.get("anchor") == list(place)
        if place != (0, len(self._text)) and place not in covered and not unmoved:
            related.insert(0, self._own_words(region))
        before = [one for one in sent if isinstance(one, str)] if isinstance(sent, list) else []
        if set(before) != set(related):
            before = sorted(related, key=lambda one: (spans[one].start, spans[one].end, one))
        return tuple(spans[id_].id for id_ in dict.fromkeys(before))

    def _own_words(self, region: Region) -> str:
        """A span for the words under a statement that was made without one."""
        key = derived_id("evidence", region.id)
        book = self._codebooks[self._version]
        kinds = [value.name for value in book.span_kinds]
        kind = EVIDENCE if EVIDENCE in kinds else kinds[-1]
        quote = self._text[region.start : region.end]
        self._made.spans[key] = Span(
            self._our_id(key), kind, region.start, region.end, quote, self._version
        )
        return key


def _is_date(value: str) -> bool:
    if not _DATE.match(value):
        return False
    try:
        # A year or a month alone is a date if its first day is.
        day.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        return False
    return True


def _text(region: Region, control: str) -> str:
    texts = region.texts.get(control, ())
    if len(texts) > 1:
        raise Rejected(
            "several", "{name} has {count} values, not one", name=control, count=len(texts)
        )
    return _fit(texts[0]) if texts else ""


def _fit(text: str) -> str:
    if not is_storable(text):
        raise Rejected(
            "long",
            "What is written there is longer than {most} characters, or has some that no text has",
            "Shorten it there, or write it anew",
            most=MOST_CHARACTERS,
        )
    return text


def _at_most_one(found: list[str], role: str) -> str | None:
    if len(set(found)) > 1:
        raise Rejected(
            "several", "{name} has {count} values, not one", name=role, count=len(set(found))
        )
    return found[0] if found else None
