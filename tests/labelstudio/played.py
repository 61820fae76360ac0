"""Edits on both sides with the program's own syncs between, and the traces of every edit.

What an edit wrote is seen by comparing what stood there before and after it, so that any kind of
edit leaves its traces.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from annotate.labelstudio import content
from annotate.labelstudio.content import Content
from annotate.labelstudio.registry import Registry
from annotate.links import Choice
from annotate.model import EntityKind
from exports.formats.labelstudio import Source, read_task
from tests.labelstudio.linked import Linked, by_hand, decide, region
from tests.labelstudio.traces import SETS, Traces
from tests.world import op, send, span

HERE = ("note", "venue", "stance", "certainty", "date", "span", "remove span", "statement",
        "remove statement", "document", "evidence")  # fmt: skip
THERE = ("note", "venue", "stance", "claim", "span", "move", "remove region", "remove relation",
         "statement", "document")  # fmt: skip
_STANCES = ("support", "oppose", "neutral")
_KINDS: tuple[EntityKind, ...] = ("span", "statement")
_UNTRACED = ("id", "start", "end", "quote", "codebook_version")


@dataclass
class Played:
    """One article of a link on which two people work.

    Args:
        two: The link.
        chance: Says what they do.
        traces: What they wrote.
        made: How many words of theirs there are: no two are alike.
    """

    two: Linked
    chance: random.Random
    traces: Traces = field(default_factory=Traces)
    made: int = 0

    # What stands on either side

    def here(self) -> Content:
        return content.of(self.two.labels())

    def there(self) -> Content:
        world = self.two.world
        store, project = world.store, world.store.projects.get(world.project.id)
        ours, numbers = self.two.labels(), store.projects.versions(project.id)
        books = {one.number: store.projects.codebook(project.id, one.number) for one in numbers}
        book = books[project.codebook_version]
        names = Registry(store, project.id, book.working_language).names
        article = store.articles.get(world.articles[0])
        source = Source(article, project.id, books, project.codebook_version, names,
                        {ours.id: ours})  # fmt: skip
        found = read_task(self.task(), source)
        assert found.problems == []
        return content.of(found.sets[0].label_set)

    def task(self) -> Any:
        task = deepcopy(self.two.task())
        for one in task["annotations"]:
            # By its number a sync knows it again, whatever is left in it.
            one["unique_id"] = self.two.labels().id
        return task

    # What they do

    def act(self) -> None:
        """One of them edits, somebody decides, or a sync runs, which may be stopped anywhere."""
        what = self.chance.choice(["here", "here", "there", "there", "sync", "decide"])
        if what == "sync":
            left = self.chance.choice([0, 1, 2, 3, 99])
            self.two.outcome(stop=lambda: self._spent(left))
            self.stops = 0
        elif what == "decide":
            self.decide()
        elif what == "here":
            self._traced(self.here, lambda: self._edit_here(self.chance.choice(HERE)))
        else:
            self._traced(self.there, lambda: self._edit_there(self.chance.choice(THERE)))

    stops: int = 0

    def _spent(self, left: int) -> bool:
        self.stops += 1
        return self.stops > left

    def decide(self) -> None:
        """Somebody decides on a conflict that is open."""
        found = self.two.conflicts()
        if not found:
            return
        one, choice = self.chance.choice(found), self.chance.choice(["ours", "theirs"])
        chosen: Choice = "ours" if choice == "ours" else "theirs"
        difference, before = one.difference, self.here()
        part = before.parts(difference.kind).get(difference.entity_id)
        whole = part is None or difference.kind == "document_label" or not difference.field
        now = part if whole else content.take(part, difference.field)
        decide(self.two.world, self.two.world.people["editor"], one.id, chosen)
        after = self.here()
        for id_ in {**before.statements, **after.statements}:
            for used in (True, False):
                self.traces.answer("statement", id_, "evidence", (difference.entity_id, used))
        self.traces.decided(difference, now)

    def settle(self) -> list[Any]:
        """Nobody edits any more; gives the edits that nothing and nobody answers for."""
        for _ in range(30):
            self.two.sync()
            if not self.two.conflicts():
                break
            self.decide()
        self.two.sync()
        self.two.settled()
        assert self.two.conflicts() == []
        assert self.there() == self.here()
        return self.traces.lost(self.here())

    def _traced(self, read: Callable[[], Content], edit: Callable[[], object]) -> None:
        before = read()
        edit()
        after = read()
        for kind in _KINDS:
            self._compared(kind, before, after)
        for name in {**before.documents, **after.documents}:
            values = (one.documents.get(name, []) for one in (before, after))
            self.traces.set_changed("document_label", name, "values", *values)

    def _compared(self, kind: EntityKind, before: Content, after: Content) -> None:
        old, new = before.entities(kind), after.entities(kind)
        for id_ in new.keys() - old.keys():
            self.traces.added(kind, new[id_])
        for id_ in old.keys() - new.keys():
            self.traces.answer_for(kind, old[id_])
            self.traces.wrote(kind, id_, "", None)
        for id_ in old.keys() & new.keys():
            places = [(one[id_].get("start"), one[id_].get("end")) for one in (old, new)]
            if places[0] != places[1]:
                self.traces.answer(kind, id_, "place", places[0])
                self.traces.wrote(kind, id_, "place", places[1])
            for name in new[id_]:
                was, now = old[id_][name], new[id_][name]
                if was == now or name in _UNTRACED:
                    continue
                if name in SETS:
                    # Evidence that is gone as a whole was no decision on this statement.
                    for one in set(was) - after.spans.keys():
                        self.traces.answer(kind, id_, name, (one, True))
                    left = set(was) & after.spans.keys() if name == "evidence" else was
                    self.traces.set_changed(kind, id_, name, left, now)
                else:
                    self.traces.answer(kind, id_, name, was)
                    self.traces.wrote(kind, id_, name, now)

    # Here

    def _edit_here(self, what: str) -> None:
        ours, world = self.two.labels(), self.two.world
        one = self.chance.choice(ours.statements) if ours.statements else None
        text = world.store.articles.get(world.articles[0]).text
        at = self.chance.randrange(0, 60)
        made: list[dict[str, Any]] = []
        if what == "span":
            made = [op("add_span", span=span(text[at : at + 5], "evidence", text))]
        elif what == "remove span" and ours.spans:
            made = [op("remove_span", span_id=self.chance.choice(ours.spans).id)]
        elif what == "document":
            label = world.store.projects.codebook(world.project.id).document_labels[0]
            values = [self.chance.choice(label.values).name]
            made = [op("set_document_label", name=label.name, values=values)]
        elif one is not None:
            made = self._statement_here(what, one)
        for each in made:
            assert send(world, each).outcomes[0].state == "applied"

    def _statement_here(self, what: str, one: Any) -> list[dict[str, Any]]:
        spans = [each.id for each in self.two.labels().spans]
        if what == "remove statement":
            return [op("remove_statement", statement_id=one.id)]
        values = {
            "note": {"note": self._word()},
            "venue": {"venue": self._word()},
            "stance": {"stance": self.chance.choice(_STANCES)},
            "certainty": {"certainty": self.chance.choice([None, "stated", "hedged"])},
            "date": {"statement_date": f"20{self.chance.randrange(10, 99)}"},
            "evidence": {"evidence": self.chance.sample(spans, min(len(spans), 2))},
        }
        if what not in values:
            return []
        return [op("change_statement", statement_id=one.id, set=values[what])]

    # There

    def _edit_there(self, what: str) -> None:
        annotation, text = self.two.annotation(), self.two.task()["data"]["text"]
        result = deepcopy(annotation["result"])
        regions = [one for one in result if one.get("from_name") == "label"]
        statements = [one for one in regions if one["value"]["labels"] == ["STATEMENT"]]
        one = self.chance.choice(statements) if statements else None
        at = self.chance.randrange(0, 60)
        self.made += 1
        id_ = f"there{self.made}"
        if what == "span":
            result.append(region(text[at : at + 3], "actor", text, id_=id_, start=at))
        elif what == "statement":
            result += by_hand(self._word(), text[at : at + 4], text, id_=id_)
        elif what == "document":
            label = self.two.world.store.projects.codebook(
                self.two.world.project.id
            ).document_labels[0]
            control = f"document_{label.name}"
            value = {"choices": [self.chance.choice(label.values).name]}
            result = [each for each in result if each.get("from_name") != control]
            result.append({"id": id_, "from_name": control, "to_name": "text", "type": "choices",
                           "value": value})  # fmt: skip
        elif what in ("remove region", "remove relation", "move"):
            self._take_away(what, result, regions, text, at)
        elif one is not None:
            self._write(what, result, one)
        self.two.there.change(annotation["id"], result=result)

    def _take_away(
        self, what: str, result: list[Any], regions: list[Any], text: str, at: int
    ) -> None:
        if what == "remove relation":
            found = [one for one in result if one["type"] == "relation"]
            if found:
                result.remove(self.chance.choice(found))
        elif regions and what == "remove region":
            gone = self.chance.choice(regions)["id"]
            ends = ("id", "from_id", "to_id")
            result[:] = [one for one in result if gone not in [one.get(end) for end in ends]]
        elif spans := [one for one in regions if one["value"]["labels"] == ["actor"]]:
            moved = self.chance.choice(spans)["id"]
            for one in result:
                if one.get("id") == moved and one["from_name"] == "label":
                    one["value"].update(start=at, end=at + 6, text=text[at : at + 6])

    def _write(self, what: str, result: list[Any], one: Any) -> None:
        place = {name: one["value"][name] for name in ("start", "end")}
        kind = "choices" if what == "stance" else "textarea"
        value = (
            {"choices": [self.chance.choice(_STANCES)]}
            if what == "stance"
            else {"text": [self._word()]}
        )
        result[:] = [each for each in result
                     if (each.get("id"), each.get("from_name")) != (one["id"], what)]  # fmt: skip
        result.append({"id": one["id"], "from_name": what, "to_name": "text", "type": kind,
                       "value": {**place, **value}})  # fmt: skip

    def _word(self) -> str:
        self.made += 1
        return f"word {self.made}"
