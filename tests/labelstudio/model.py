"""Both sides of a link in memory: people edit either, syncs run between and are killed anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from hypothesis import strategies as st

from annotate.labelstudio.content import Content, Entity, followed, of, read
from annotate.labelstudio.merge import Merged, advanced, changes, merge, resolve
from annotate.links import Choice, Difference
from annotate.model import EntityKind, LabelSet
from tests.labelstudio.traces import Traces

Where = Literal["here", "there"]
# What, on which side, and three numbers that say to what.
Action = tuple[str, Where, int, int, int]
HEAD = LabelSet("set", "project", "article", "coder", "analyst", "draft", 0, "", "")
MULTIPLE = frozenset(["topics"])
LENGTH = 12
KINDS: tuple[EntityKind, ...] = ("span", "statement")
CHOICES: tuple[Choice, ...] = get_args(Choice)
_SINGLE = ("speaker_id", "holder_id", "addressee_id")
_WORDS = ("venue", "note", "statement_date")
_PLACE = ("start", "end", "quote")
_SCALES = ("kind", "stance", "certainty")
_SPAN_EDITS = ("move", "kind", "actor", "delete")
_STATEMENT_EDITS = (
    "claim", "stance", "certainty", "role", "words", "evidence", "chain", "delete",
)  # fmt: skip
NAMES = (
    *("span", "statement") * 2,
    *(f"span.{name}" for name in _SPAN_EDITS),
    *(f"statement.{name}" for name in _STATEMENT_EDITS),
    "document", "same", "break", "mend", "merge_actors", "codebook",
    *("sync",) * 4, "decide",
)  # fmt: skip
KILLED = ("read", "stored", "sent", "")
actions: st.SearchStrategy[Action] = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(get_args(Where)),
    st.integers(0, 7),
    st.integers(0, 7),
    st.integers(0, 7),
)


@dataclass
class World:
    """Ours, theirs, the base and the open conflicts, with what every edit wrote."""

    here: Content = field(default_factory=Content)
    there: Content = field(default_factory=Content)
    base: dict[str, Any] | None = None
    open: tuple[Difference, ...] = ()
    broken: set[tuple[EntityKind, str]] = field(default_factory=set)
    version: int = 1
    # The codebook version that a value of a scale appeared in.
    appeared: dict[str, int] = field(default_factory=dict)
    traces: Traces = field(default_factory=Traces)
    made: int = 0
    # The number of the last write there, and the regions that bear it.
    number: int | None = None
    bearing: set[str] = field(default_factory=set)
    checked: Callable[[World, Content, Merged], None] = lambda *_: None

    def act(self, action: Action) -> None:
        """Do what an action says, as far as it can be done."""
        name, where, a, b, c = action
        if name == "sync":
            self.sync(KILLED[a % 4], (b, c))
        elif name == "decide":
            self.decide(a, CHOICES[b % 3], c)
        elif name == "codebook":
            self.version += 1
        elif name == "merge_actors":
            self._merge_actors(f"actor {a % 4}", f"actor {b % 4}")
        elif name == "document":
            self._document(where, a, b, c)
        elif name == "same":
            self._same(where, a, b)
        elif name == "break":
            self._break(a)
        elif name == "mend":
            self.broken = set(sorted(self.broken)[a % 2 :])
        elif name == "span":
            self._add("span", where, self._span(a, b, c))
        elif name == "statement":
            self._evidence(where, self._add("statement", where, self._statement(a, b)), c)
        else:
            kind: EntityKind = "span" if name.startswith("span") else "statement"
            ids = sorted(self._side(where).entities(kind))
            if ids:
                self._edit(name.split(".")[1], where, kind, ids[a % len(ids)], b, c)

    # Editing.

    def _side(self, where: Where) -> Content:
        return self.here if where == "here" else self.there

    def _new(self, word: str) -> str:
        self.made += 1
        return f"{word} {self.made:03}"

    def _edit(self, name: str, where: Where, kind: EntityKind, id_: str, b: int, c: int) -> None:
        if name == "delete":
            self._delete(where, kind, id_)
        elif name == "evidence":
            self._evidence(where, id_, b)
        elif name == "chain":
            self._chain(where, id_, b, c)
        elif name == "move":
            span = self._span(b, c, 0)
            self._change(where, kind, id_, "place", {one: span[one] for one in _PLACE})
        elif name in _SCALES:
            self._change(where, kind, id_, name, self._scale(name, b))
        elif name == "claim":
            self._change(where, kind, id_, "claim_id", f"claim {b}")
        elif name == "words":
            word = f"word {b}" if b < 3 else self._new("word")
            self._change(where, kind, id_, _WORDS[c % 3], word)
        else:
            role = "actor_id" if name == "actor" else _SINGLE[c % 3]
            self._change(where, kind, id_, role, self._actor(b))

    def _actor(self, n: int) -> str | None:
        id_ = f"actor {n % 4}"
        return None if n == 7 else self.traces.actors.get(id_, id_)

    def _scale(self, name: str, n: int) -> str:
        value = f"{name} {n}" if n < 3 else self._new(name)
        self.appeared.setdefault(value, self.version)
        return value

    def _span(self, a: int, b: int, c: int) -> Entity:
        end = a + 1 + b % (LENGTH - a - 1)
        return {"start": a, "end": end, "quote": f"{a}-{end}", "kind": self._scale("kind", c),
                "actor_id": None, "codebook_version": self.version}  # fmt: skip

    def _statement(self, a: int, b: int) -> Entity:
        return {
            "claim_id": f"claim {a}", "stance": self._scale("stance", b), "certainty": None,
            "speaker_id": self._actor(a), "holder_id": None, "addressee_id": None,
            "reported_by": [], "venue": "", "statement_date": None, "note": "", "evidence": [],
            "codebook_version": self.version,
        }  # fmt: skip

    def _add(self, kind: EntityKind, where: Where, entity: Entity) -> str:
        made = {**entity, "id": self._new(f"{kind} {where}")}
        self._side(where).entities(kind)[made["id"]] = made
        self.traces.added(kind, made)
        return str(made["id"])

    def _change(self, where: Where, kind: EntityKind, id_: str, name: str, value: Any) -> None:
        entity = self._side(where).entities(kind)[id_]
        if name == "place":
            self.traces.answer(kind, id_, name, (entity["start"], entity["end"]))
            self.traces.wrote(kind, id_, name, (value["start"], value["end"]))
            entity.update(value)
        else:
            self.traces.answer(kind, id_, name, entity[name])
            self.traces.wrote(kind, id_, name, value)
            entity[name] = value
        if where == "here" or name in _SCALES:
            entity["codebook_version"] = self.version

    def _evidence(self, where: Where, id_: str, n: int) -> None:
        side = self._side(where)
        if side.spans:
            span = sorted(side.spans)[n % len(side.spans)]
            used = {*side.uses(id_)} ^ {span}
            self.traces.set_changed("statement", id_, "evidence", side.uses(id_), used)
            side.statements[id_]["evidence"] = sorted(
                used, key=lambda one: (side.spans[one]["start"], side.spans[one]["end"], one)
            )

    def _chain(self, where: Where, id_: str, b: int, c: int) -> None:
        statement = self._side(where).statements[id_]
        actor = self._actor(b % 4)
        chain = [one for one in statement["reported_by"] if one != actor]
        if len(chain) == len(statement["reported_by"]):
            chain.insert(c % (len(chain) + 1), actor)
        self.traces.set_changed("statement", id_, "reported_by", statement["reported_by"], chain)
        statement["reported_by"] = chain

    def _delete(self, where: Where, kind: EntityKind, id_: str) -> None:
        side = self._side(where)
        self.traces.answer_for(kind, side.entities(kind).pop(id_))
        self.traces.wrote(kind, id_, "", None)
        for statement_id, statement in side.statements.items():
            if kind == "span" and id_ in statement["evidence"]:
                self.traces.answer("statement", statement_id, "evidence", (id_, True))
                statement["evidence"].remove(id_)

    def _document(self, where: Where, a: int, b: int, c: int) -> None:
        documents = self._side(where).documents
        name = ("relevance", "topics")[a % 2]
        before = documents.pop(name, [])
        after = [] if b == 7 else [f"value {b}"]
        if name in MULTIPLE:
            after = sorted({*before} ^ {f"value {b}", f"value {c}"})
        if after:
            documents[name] = after
        self.traces.set_changed("document_label", name, "values", before, after)

    def _same(self, where: Where, a: int, b: int) -> None:
        """Somebody makes on the other side what stands on this one."""
        kind = KINDS[b % 2]
        ids = sorted(self._side(where).entities(kind))
        other: Where = "there" if where == "here" else "here"
        if ids:
            entity = deepcopy(self._side(where).entities(kind)[ids[a % len(ids)]])
            entity = followed(Content({"": entity}), self.traces.actors).spans[""]
            if all(span in self._side(other).spans for span in entity.get("evidence", ())):
                self._add(kind, other, entity)

    def _break(self, n: int) -> None:
        """Somebody there makes a part unreadable."""
        parts = [(kind, id_) for kind in KINDS for id_ in sorted(self.there.entities(kind))]
        if parts:
            self.broken.add(parts[n % len(parts)])

    def _merge_actors(self, old: str, new: str) -> None:
        actors = self.traces.actors
        if old != new and old not in actors and new not in actors:
            for side in (self.here, self.there):
                for id_, statement in side.statements.items():
                    if old in statement["reported_by"]:
                        # Who took the other out of it meets them again under this name.
                        self.traces.answer("statement", id_, "reported_by", (new, False))
            actors.update({one: new for one, to in actors.items() if to == old}, **{old: new})
            followed(self.here, actors)

    # Synchronising, as the engine does it.

    def seen_there(self) -> tuple[Content, frozenset[str]]:
        """What can be read there, and what is held back."""
        seen = followed(deepcopy(self.there), self.traces.actors)
        held = {id_ for kind, id_ in self.broken if id_ in seen.entities(kind)}
        held |= {id_ for id_ in seen.statements if not held.isdisjoint(seen.uses(id_))}
        return _without(seen, held), frozenset(held)

    def written_there(self) -> int | None:
        """The number of the last write, as long as anything there bears it."""
        ids = {*self.there.spans, *self.there.statements}
        return None if ids.isdisjoint(self.bearing) else self.number

    def merged(self, seen: Content, held: frozenset[str]) -> Merged:
        """The merge of what stands here and what is seen there."""
        return merge(
            self.base, self.here.into(HEAD), seen.into(HEAD), absent_is_unread=held,
            open=self.open, multiple=MULTIPLE, successors=self.traces.actors,
            written=self.written_there(),
        )  # fmt: skip

    def sync(self, killed: str = "", edits: tuple[int, int] = (0, 0)) -> None:
        """One sync, killed after a step; people edit and decide between its steps."""
        seen, held = self.seen_there()
        read_there = deepcopy(self.there)
        if edits[0] == 6:
            self.act(("span.move", "there", edits[1], 3, 2))
        if killed == "read":
            return
        self._forget_deletions()
        done = self.merged(seen, held)
        self.checked(self, seen, done)
        self.traces.renamed.update(done.renamed)
        self.here, self.base, self.open = of(done.label_set), dict(done.base), done.differences
        if killed == "stored" or done.to_send is None or read_there != self.there:
            return
        if edits[0] in (3, 4):
            self.act(("span.delete" if edits[0] == 3 else "statement.stance", "here", *edits, 2))
        self._write_there(of(done.to_send), held, done.renamed, done.write)
        if edits[0] in (5, 7):
            self.act(("span.delete" if edits[0] == 5 else "statement.role", "there", *edits, 2))
        if edits[0] == 2:
            self.decide(edits[1], "theirs", 0)
        if killed != "sent":
            self.base = advanced(self.base, done.base, done.base_when_sent)

    def _forget_deletions(self) -> None:
        """Where nothing bears the number of a write that nobody noted, it has not arrived."""
        if self.written_there() is None:
            sending = read((self.base or {}).get("sending"))
            for kind in KINDS:
                for id_ in sending.entities(kind):
                    self.traces.answer(kind, id_, "", None)

    def _write_there(
        self, content: Content, held: frozenset[str], names: Mapping[str, str], number: int
    ) -> None:
        """What is held back stays as it is there, in place of ours."""
        for kind in KINDS:
            for id_ in held & self.there.entities(kind).keys():
                name = names.get(id_, id_)
                content.entities(kind)[name] = {**self.there.entities(kind)[id_], "id": name}
                if (kind, id_) in self.broken:
                    self.broken = self.broken - {(kind, id_)} | {(kind, name)}
        for one in content.statements.values():
            one["evidence"] = [names.get(span, span) for span in one["evidence"]]
            for span in one["evidence"]:
                if span not in content.spans:
                    # It leads nowhere now, which the next sync tells as a problem.
                    self.traces.answer("statement", one["id"], "evidence", (span, True))
        self.there = content.without_dangling()
        self.number, self.bearing = number, {*self.there.spans, *self.there.statements}

    # Deciding.

    def decide(self, n: int, choice: Choice, seed: int) -> None:
        """Somebody decides on one of the open differences."""
        if not self.open:
            return
        one = self.open[n % len(self.open)]
        self.open = tuple(other for other in self.open if other is not one)
        chosen = self._edited(one, seed) if choice == "edited" else None
        before = deepcopy(self.here)
        ours, self.base = resolve(
            self.here.into(HEAD),
            self.base,
            one,
            choice,
            chosen,
            version=self.version,
            successors=self.traces.actors,
        )
        self.here = of(ours)
        # Evidence that goes with a span, or comes back with it, was decided on with it.
        for id_ in {**before.statements, **self.here.statements, **self.there.statements}:
            for span in {*before.uses(id_), *self.here.uses(id_), one.entity_id}:
                for used in (True, False) if span == one.entity_id else ():
                    self.traces.answer("statement", id_, "evidence", (span, used))
        self.traces.decided(one, *self._present(one, before))

    def _present(self, one: Difference, before: Content) -> list[Any]:
        entity = before.parts(one.kind).get(one.entity_id)
        if one.kind == "document_label" or entity is None or not one.field:
            return [entity]
        return [entity if one.field == "place" else entity[one.field]]

    def _edited(self, one: Difference, seed: int) -> Any:
        if one.kind == "document_label":
            return [f"value {seed}"]
        if not one.field:
            return one.ours or one.theirs
        if one.field == "place":
            return {name: self._span(seed, 2, 0)[name] for name in _PLACE}
        if one.field == "reported_by":
            return list(dict.fromkeys([*one.ours, *one.theirs]))
        if one.field in _SCALES:
            return self._scale(one.field, 5)
        return self._actor(seed) if one.field in ("actor_id", *_SINGLE) else self._new("word")

    # What must hold.

    def settle(self, choices: list[Choice]) -> None:
        """Nobody edits any more: mend, decide, and synchronise until nothing changes."""
        self.broken.clear()
        for n in range(40):
            self.sync()
            if self.open:
                self.decide(n, choices[n % len(choices)], n % 8)
                continue
            self.sync()
            seen = self.seen_there()[0]
            assert seen == self.here == read(self.base), "One sync after the last decision"
            last = self.merged(seen, frozenset())
            assert (last.to_send, last.differences) == (None, ())
            return
        raise AssertionError("There is always something to decide")


def _without(content: Content, ids: set[str] | frozenset[str]) -> Content:
    for kind in KINDS:
        for id_ in ids:
            content.entities(kind).pop(id_, None)
    return content


def check(world: World, seen: Content, done: Merged) -> None:
    """What holds of every merge: both sides are valid, and made again it comes to the same."""
    there = seen if done.to_send is None else of(done.to_send)
    for side in (of(done.label_set), there, read(done.base), read(done.base_when_sent)):
        assert side == side.without_dangling()
    for side in (of(done.label_set), there):
        for one in (*side.spans.values(), *side.statements.values()):
            values = [one.get(name) for name in _SCALES]
            assert all(
                one["codebook_version"] >= world.appeared.get(str(value), 0) for value in values
            )
    held = world.seen_there()[1]
    options: dict[str, Any] = {
        "absent_is_unread": held, "open": done.differences, "multiple": MULTIPLE,
        "successors": world.traces.actors, "written": world.written_there(),
    }  # fmt: skip
    again = merge(done.base, done.label_set, seen.into(HEAD), **options)
    assert (again.label_set, again.renamed) == (done.label_set, done.renamed)
    assert _sent(again, held) == _sent(done, held)
    _assert_same(again.differences, done.differences)
    assert changes(done.base, again.base) == []
    assert changes(done.base_when_sent, again.base_when_sent) == []
    if done.to_send is not None:
        held = frozenset(done.renamed.get(id_, id_) for id_ in held)
        arrived = (_sent(done, held) or Content()).into(HEAD)
        options |= {"written": done.write, "absent_is_unread": held}
        for base in (done.base_when_sent, done.base):
            after = merge(base, done.label_set, arrived, **options)
            assert (after.label_set, after.to_send) == (done.label_set, None)
            assert changes(done.base_when_sent, after.base) == []
            _assert_same(after.differences, done.differences)


def _sent(done: Merged, held: frozenset[str]) -> Content | None:
    return None if done.to_send is None else _without(of(done.to_send), held)


def _assert_same(some: tuple[Difference, ...], others: tuple[Difference, ...]) -> None:
    assert sorted(map(repr, some)) == sorted(map(repr, others))
