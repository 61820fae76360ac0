"""Hypothesis strategies for records with the nastiest text that can be stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from annotate.model import (
    Actor,
    Alias,
    Article,
    Claim,
    LabelSet,
    Person,
    Project,
    Span,
    Statement,
    Submission,
)
from exports.records import CodebookRecord, ProjectRecord, Record
from tests.exports.samples import CODEBOOK, uid

NASTY = (
    "👨‍👩‍👧",
    "🏳️‍🌈",
    "𠮷田",
    "é",
    "ｶﾞ",
    "\t",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    '"',
    '""',
    "'",
    ",",
    ";",
    "\\",
    "\u2028",
    "\ufeff",
    "\u200b",
    "\u202e",
    "=SUM(A1)",
    "韩国的态度是开放的。",
    "NA",
    "null",
    "</script>",
    "\U0010ffff",
    "\x1f",
)
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.lists(
    st.one_of(st.sampled_from(NASTY), st.text(characters, max_size=6)), max_size=8
).map("".join)
full_texts = texts.filter(lambda text: bool(text.strip()))
times = st.datetimes(timezones=st.none()).map(
    lambda moment: moment.isoformat(timespec="milliseconds") + "Z"
)
dates = st.dates().flatmap(lambda day: st.sampled_from([str(day), str(day)[:7], str(day)[:4]]))


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


aliases = st.lists(
    st.builds(
        Alias, texts, st.sampled_from(["", "en", "zh-Hant"]), st.sampled_from(["alias", "term"])
    ),
    max_size=3,
).map(tuple)


@st.composite
def articles(draw: st.DrawFn, number: int) -> Article:
    return Article(
        id=uid(number),
        series_id=uid(draw(st.integers(1, number))),
        revision=draw(st.integers(1, 9)),
        url=draw(texts),
        canonical_url=draw(texts),
        source=draw(texts),
        title=draw(texts),
        text=draw(full_texts),
        language=draw(st.sampled_from(["zh-Hans", "en", ""])),
        published_at=draw(optional(times)),
        published_from=draw(st.sampled_from(["", "epoch"])),
        dateline=draw(optional(texts)),
        captions=tuple(draw(st.lists(texts, max_size=2))),
        raw_sha256="0" * 64,
        cleaner_version="1",
        ingested_at=draw(times),
        ingested_by=uid(7),
        duplicate_of=draw(optional(st.just(uid(1)))),
        superseded=draw(st.booleans()),
    )


@st.composite
def spans(draw: st.DrawFn, text: str, number: int, actors: Sequence[str]) -> Span:
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    kind = draw(st.sampled_from(["actor", "evidence"]))
    actor_id = draw(optional(st.sampled_from(actors))) if actors else None
    return Span(uid(number), kind, start, end, text[start:end], 1, actor_id)


@st.composite
def label_sets(
    draw: st.DrawFn,
    number: int,
    article: Article,
    project_id: str,
    coder_ids: Sequence[str],
    actors: Sequence[str],
    claims: Sequence[str],
) -> LabelSet:
    gold = draw(st.booleans())
    found = tuple(
        draw(spans(article.text, number + 1 + n, actors)) for n in range(draw(st.integers(0, 4)))
    )
    some_actor = optional(st.sampled_from(actors)) if actors else st.none()
    evidence = st.lists(st.sampled_from(found), unique=True, max_size=3) if found else st.just([])
    statements = tuple(
        Statement(
            id=uid(number + 20 + n),
            claim_id=draw(st.sampled_from(claims)),
            stance=draw(st.sampled_from(["support", "oppose", "unclear"])),
            codebook_version=1,
            speaker_id=draw(some_actor),
            holder_id=draw(some_actor),
            certainty=draw(st.sampled_from([None, "stated", "conditional"])),
            evidence=tuple(span.id for span in draw(evidence)),
            addressee_id=draw(some_actor),
            reported_by=tuple(draw(st.lists(st.sampled_from(actors), max_size=2)))
            if actors
            else (),
            venue=draw(texts),
            statement_date=draw(optional(dates)),
            note=draw(texts),
        )
        for n in range(draw(st.integers(0, 3)) if claims else 0)
    )
    return LabelSet(
        id=uid(number),
        project_id=project_id,
        article_id=article.id,
        coder_id=None if gold else draw(st.sampled_from(coder_ids)),
        kind="gold" if gold else "analyst",
        status=draw(st.sampled_from(["draft", "submitted", "accepted"])),
        revision=draw(st.integers(0, 99)),
        created_at=draw(times),
        updated_at=draw(times),
        spans=found,
        statements=statements,
        document_labels=draw(
            st.sampled_from([{}, {"relevance": ("relevant",)}, {"relevance": ("irrelevant",)}])
        ),
    )


@st.composite
def records(draw: st.DrawFn, number: int = 0x1000) -> Record:
    """A record that keeps every rule of the format; its parts stand in any order."""
    article = draw(articles(number))
    project = ProjectRecord(
        Project(
            uid(0x10), draw(full_texts), draw(texts), draw(st.booleans()), True, 1, draw(times)
        ),
        (CodebookRecord(1, CODEBOOK.to_json(), draw(texts), draw(times)),),
    )
    actors = [
        Actor(
            uid(0x20 + n),
            draw(texts),
            "person",
            draw(aliases),
            draw(st.dictionaries(texts, texts, max_size=2)),
            draw(texts),
        )
        for n in draw(st.permutations(range(draw(st.integers(0, 3)))))
    ]
    claims = [
        Claim(uid(0x30 + n), uid(0x10), draw(texts), "en", draw(texts), draw(aliases), draw(texts))
        for n in draw(st.permutations(range(draw(st.integers(0, 2)))))
    ]
    coders = [
        Person(uid(0x40), draw(full_texts), draw(texts), "external", "viewer", False),
        Person(uid(0x41), draw(full_texts), draw(texts), "model", "viewer", False),
    ]
    found = [
        draw(
            label_sets(
                number + 0x100 * (n + 1),
                article,
                uid(0x10),
                [coder.id for coder in coders],
                [actor.id for actor in actors],
                [claim.id for claim in claims],
            )
        )
        for n in draw(st.permutations(range(draw(st.integers(0, 2)))))
    ]
    json_values = st.dictionaries(texts, texts | st.integers(0, 9) | st.lists(texts), max_size=3)
    return Record(
        article=article,
        projects=(project,),
        label_sets=tuple(found),
        submissions=tuple(
            Submission(uid(number + 0xF00 + n), s.id, 1, s.revision, draw(times), draw(json_values))
            for n, s in enumerate(found)
        ),
        coders={coder.id: coder for coder in coders},
        actors={actor.id: actor for actor in actors},
        claims={claim.id: claim for claim in claims},
    )
