"""Codebooks of any kind that may become a new version."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from annotate.codebook import RESERVED_KEYS, STATEMENT_FIELDS, Codebook, DocumentLabel, Value

KEYS = sorted(set(string.digits + string.ascii_lowercase + string.punctuation) - RESERVED_KEYS)
names = st.from_regex(r"\A[a-z][a-z0-9_]{0,20}\Z")
_characters = st.characters(exclude_categories=("Cs", "Cc"))
words = st.text(_characters, min_size=1, max_size=30).filter(str.strip)
# Letters that mean something to YAML stand among all others.
prose = st.text(
    st.one_of(_characters, st.sampled_from("\n\t \u2028\ufeff:#-|>'\"&*!%@`{}[]")), max_size=200
)
colours = st.from_regex(r"\A#[0-9a-f]{6}\Z")
numbers = st.none() | st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def scales(draw: st.DrawFn, *, coloured: bool = False) -> tuple[Value, ...]:
    chosen = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    count = len(chosen)
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=count, max_size=count, unique=True))
    return tuple(
        Value(
            name,
            draw(words),
            draw(words),
            draw(colours if coloured else colours | st.just("")),
            draw(st.sampled_from(("", key))),
            draw(numbers),
            draw(prose),
        )
        for name, key in zip(chosen, keys, strict=True)
    )


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    labels = draw(st.lists(names, max_size=3, unique=True))
    shown = draw(st.lists(st.sampled_from(STATEMENT_FIELDS), unique=True))
    return Codebook(
        draw(st.sampled_from(("en", "zh-Hans", "pt-BR"))),
        draw(scales(coloured=True)),
        draw(scales(coloured=True)),
        draw(scales()),
        tuple(
            DocumentLabel(
                name, draw(words), draw(words), draw(scales()), draw(st.booleans()), draw(prose)
            )
            for name in labels
        ),
        tuple(shown),
        tuple(draw(st.permutations(shown))[: draw(st.integers(0, len(shown)))]),
        draw(prose),
    )
