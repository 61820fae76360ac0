"""The merge with what the editor there really makes: JSON changed by hand, read and written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.labelstudio.content import of
from annotate.labelstudio.merge import Merged, advanced, merge, resolve
from annotate.links import Choice, Difference
from annotate.model import Actor, Claim, LabelSet, Span, Statement
from exports.formats.labelstudio import Back, ReadSet, annotation, follow, read_task
from exports.formats.labelstudio.names import derived_id
from exports.records import Record, ordered
from tests.exports.labelstudio_samples import (
    ALL_ACTORS,
    BOOK,
    RECORD,
    RICH,
    TEXT,
    source,
    task,
)
from tests.exports.samples import CLAIMS, uid
from tests.labelstudio.model import CHOICES, KILLED
from tests.labelstudio.traces import Traces

Json = dict[str, Any]
STANCES = [value.name for value in BOOK.stances]
MINE = ordered(Record(RECORD.article, label_sets=(RICH,))).label_sets[0]
THERE = (
    "stance", "spoil", "words", "claim", "move", "label", "delete", "unlink", "link", "mark",
    "code", "document", "save",
)  # fmt: skip
HERE = ("our note", "our stance", "our span", "our deletion", "our statement")
edits = st.tuples(
    st.sampled_from((*THERE, *HERE, *("sync",) * 4, "decide")),
    st.integers(0, 9),
    st.integers(0, 9),
)


@dataclass
class Desk:
    """A label set here, and its annotation in a task there as Label Studio keeps it."""

    ours: LabelSet = MINE
    there: Json = field(default_factory=lambda: task(replace(RECORD, label_sets=(MINE,))))
    base: Json | None = None
    open: tuple[Difference, ...] = ()
    actors: dict[str, Actor] = field(default_factory=lambda: dict(ALL_ACTORS))
    claims: dict[str, Claim] = field(default_factory=lambda: dict(CLAIMS))
    traces: Traces = field(default_factory=Traces)
    made: int = 0

    def act(self, name: str, a: int, b: int) -> None:
        """Do what an action says, as far as it can be done."""
        if name == "sync":
            self.sync(KILLED[a % 4])
        elif name == "decide":
            self.decide(a, CHOICES[b % 2])
        elif name in HERE:
            self._here(name, a, b)
        elif name in ("mark", "code", "document", "save"):
            self._make(name, a, b)
        else:
            regions = [one for one in self.result if one.get("from_name") == "label"]
            coded = [one for one in regions if one["value"]["labels"] == ["STATEMENT"]]
            chosen = coded if name in ("stance", "spoil", "words", "claim", "link") else regions
            if chosen:
                self._change(name, chosen[a % len(chosen)]["id"], b)

    @property
    def result(self) -> list[Json]:
        found: list[Json] = self.there["annotations"][0]["result"]
        return found

    @result.setter
    def result(self, items: list[Json]) -> None:
        self.there["annotations"][0]["result"] = items

    # In the editor.

    def _new(self) -> str:
        self.made += 1
        return f"word {self.made}"

    def _id(self, region: str) -> str:
        return derived_id(RICH.id, region) if region.startswith("r") else region

    def _put(self, region: str, control: str, key: str, value: list[str]) -> None:
        """Fill in what belongs to a region, as the editor writes it."""
        place = next(o["value"] for o in self.result if o.get("id") == region)
        item = {
            "id": region, "from_name": control, "to_name": "text", "origin": "manual",
            "type": "choices" if key == "choices" else "textarea",
            "value": {**{n: place[n] for n in ("start", "end")}, "text": "…", key: value},
        }  # fmt: skip
        same = [o for o in self.result if (o.get("id"), o.get("from_name")) == (region, control)]
        self.result = [one for one in self.result if one not in same] + [item]

    def _note(self, region: str) -> None:
        texts = [
            text
            for one in self.result
            if (one.get("id"), one.get("from_name")) == (region, "note")
            for text in one["value"]["text"]
        ]
        self.traces.answer("statement", self._id(region), "note", "\n".join(texts))

    def _change(self, name: str, region: str, b: int) -> None:
        spans = [
            one["id"]
            for one in self.result
            if one.get("from_name") == "label" and one["value"]["labels"] != ["STATEMENT"]
        ]
        if name in ("stance", "spoil"):
            self._put(region, "stance", "choices", ["?" if name == "spoil" else STANCES[b % 4]])
        elif name == "words":
            self._note(region)
            word = self._new()
            self.traces.wrote("statement", self._id(region), "note", word)
            self._put(region, "note", "text", [word])
        elif name == "claim":
            words = [*(one.text for one in CLAIMS.values()), "A claim made there"]
            self._put(region, "claim", "text", [words[b % len(words)]])
        elif name == "move":
            self._place(region, *_place(b))
        elif name == "label" and region in spans:
            item = next(one for one in self.result if one.get("id") == region)
            item["value"]["labels"] = [("evidence", "claim", "actor")[b % 3]]
        elif name == "delete":
            self._note(region)
            self.result = [
                one
                for one in self.result
                if region not in (one.get("id"), one.get("from_id"), one.get("to_id"))
            ]
        elif name == "unlink":
            relations = [one for one in self.result if one["type"] == "relation"]
            if relations:
                self.result.remove(relations[b % len(relations)])
        elif name == "link" and spans:
            self._link(region, spans[b % len(spans)], ("evidence", "reported_by")[b % 2])

    def _link(self, region: str, span: str, role: str) -> None:
        for one in self.result:
            if (one.get("from_id"), one.get("to_id")) == (region, span):
                one["labels"] = list({*one["labels"], role})
                return
        self.result.append(
            {"type": "relation", "from_id": region, "to_id": span, "direction": "right",
             "labels": [role]}
        )  # fmt: skip

    def _place(self, region: str, start: int, end: int) -> None:
        for one in self.result:
            if one.get("id") == region:
                one["value"] |= {"start": start, "end": end}
                if "text" in one["value"] and one["from_name"] == "label":
                    one["value"]["text"] = TEXT[start:end].replace("\n", "\\n")

    def _make(self, name: str, a: int, b: int) -> None:
        if name == "document":
            control = "document_relevance"
            rest = [one for one in self.result if one.get("from_name") != control]
            value = {"choices": [("relevant", "irrelevant")[a % 2]]}
            self.result = [*rest, {"id": f"d{a}", "from_name": control, "to_name": "text",
                                   "type": "choices", "value": value}]  # fmt: skip
        elif name == "save":
            for one in self.result:
                one["origin"] = "manual"
            self.result.reverse()
        else:
            self.made += 1
            region, (start, end) = f"r{self.made}", _place(a)
            label = "actor" if name == "mark" else "STATEMENT"
            self.result.append(
                {"id": region, "from_name": "label", "to_name": "text", "type": "labels",
                 "origin": "manual", "value": {"start": start, "end": end, "labels": [label],
                                               "text": TEXT[start:end].replace("\n", "\\n")}}
            )  # fmt: skip
            if name == "mark":
                names = [one.name for one in ALL_ACTORS.values()]
                self._put(region, "actor", "text", [[*names, "Somebody new"][b % 5]])
            else:
                self._change("stance", region, a)
                self._change("claim", region, b)
                self._change("words", region, 0)

    # Here.

    def _here(self, name: str, a: int, b: int) -> None:
        ours, statements = self.ours, self.ours.statements
        one = statements[a % len(statements)] if statements else None
        if name == "our span":
            start, end = _place(b)
            self.made += 1
            made = Span(uid(0x900 + self.made), "evidence", start, end, TEXT[start:end], 1)
            self.ours = replace(ours, spans=(*ours.spans, made))
        elif name == "our deletion" and b % 2 and ours.spans:
            gone = ours.spans[a % len(ours.spans)].id
            self.ours = replace(
                ours,
                spans=tuple(span for span in ours.spans if span.id != gone),
                statements=tuple(
                    replace(s, evidence=tuple(id_ for id_ in s.evidence if id_ != gone))
                    for s in statements
                ),
            )
        elif name == "our statement":
            self.made += 1
            word = self._new()
            id_ = uid(0xA00 + self.made)
            self.traces.wrote("statement", id_, "note", word)
            made_ = Statement(id_, uid(0x30), STANCES[b % 4], 1, uid(0x24), note=word)
            self.ours = replace(ours, statements=(*statements, made_))
        elif one is not None and name == "our deletion":
            self.traces.answer("statement", one.id, "note", one.note)
            self.ours = replace(ours, statements=tuple(s for s in statements if s is not one))
        elif one is not None and name == "our note":
            self.traces.answer("statement", one.id, "note", one.note)
            self._replace(replace(one, note=self._new()))
            self.traces.wrote("statement", one.id, "note", f"word {self.made}")
        elif one is not None:
            self._replace(replace(one, stance=STANCES[b % 4]))

    def _replace(self, statement: Statement) -> None:
        rest = (one for one in self.ours.statements if one.id != statement.id)
        self.ours = replace(self.ours, statements=(*rest, statement))

    # Between.

    def read(self) -> tuple[ReadSet, Back]:
        """What stands there, read against the registries with what it proposes."""
        for _ in range(2):
            record = replace(RECORD, actors=self.actors, claims=self.claims)
            back = read_task(self.there, source(record, **{RICH.id: self.ours}))
            self.actors |= back.actors
            self.claims |= back.claims
        assert (back.actors, back.claims) == ({}, {})
        return back.sets[0], back

    def merged(self, read: ReadSet) -> Merged:
        """The merge of what stands here and what was read there."""
        return merge(self.base, self.ours, read.label_set, absent_is_unread=read.held,
                     whole=read.whole, open=self.open, written=read.write)  # fmt: skip

    def sync(self, killed: str = "") -> None:
        read, _ = self.read()
        if killed == "read":
            return
        done = self.merged(read)
        self.traces.renamed.update(done.renamed)
        self.ours, self.base, self.open = done.label_set, json_of(done.base), done.differences
        if killed == "stored" or done.to_send is None:
            return
        extras = follow(json_of(read.extras), done.renamed)
        written = annotation(done.to_send, RECORD.article, self.actors, self.claims, extras,
                             write=done.write)  # fmt: skip
        self.there["annotations"] = [{**json_of(written), "id": 7}]
        if killed != "sent":
            self.base = advanced(self.base, done.base, done.base_when_sent)

    def decide(self, n: int, choice: Choice) -> None:
        if not self.open:
            return
        one = self.open[n % len(self.open)]
        self.open = tuple(other for other in self.open if other is not one)
        here = next((s for s in self.ours.statements if s.id == one.entity_id), None)
        values = [here.note] if here and one.field in ("note", "") else []
        values += [one.ours, one.theirs] if one.field == "note" else []
        values += [side["note"] for side in (one.ours, one.theirs) if _is_statement(side)]
        for value in values:
            self.traces.answer("statement", one.entity_id, "note", value)
        self.ours, self.base = resolve(self.ours, self.base, one, choice, version=1)

    def settle(self, choose: Callable[[int], Choice]) -> None:
        """Nobody edits any more: delete there what is wrong, decide, and synchronise."""
        for n in range(60):
            self.sync()
            _, back = self.read()
            wrong = [one.region for one in back.problems if one.region]
            if wrong:
                self._change("delete", wrong[0], 0)
            elif self.open:
                self.decide(n, choose(n))
            else:
                break
        self.sync()
        read, back = self.read()
        assert (back.problems, self.open) == ([], ())
        assert of(read.label_set) == of(self.ours)
        done = self.merged(read)
        assert (done.to_send, done.differences) == (None, ())


def json_of(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _place(n: int) -> tuple[int, int]:
    return n * 3, n * 3 + 4 + n % 3


def _is_statement(value: Any) -> bool:
    return isinstance(value, dict) and "note" in value


@given(
    st.lists(edits, min_size=10, max_size=40),
    st.lists(st.sampled_from(CHOICES[:2]), min_size=1, max_size=4),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_is_made_in_the_editor_merges_and_nothing_is_lost(
    sequence: list[tuple[str, int, int]], choices: list[Choice]
) -> None:
    desk = Desk()
    for one in sequence:
        desk.act(*one)
    desk.settle(lambda n: choices[n % len(choices)])
    assert desk.traces.lost(of(desk.ours)) == []
