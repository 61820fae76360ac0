"""Codebooks: what may be recorded, in which words, colours and keys.

A codebook version is immutable. It is stored as JSON and read into frozen dataclasses here;
every problem found is reported at once, each with its place. ``yaml`` is the form in which
people write one, ``diff`` compares two.
"""

from annotate.codebook.check import RESERVED_KEYS, load, stored
from annotate.codebook.examples import Example, examples
from annotate.codebook.model import (
    DEFAULT,
    STATEMENT_FIELDS,
    Codebook,
    DocumentLabel,
    Value,
    content,
    missing,
    names,
)
from annotate.codebook.problems import CodebookInvalid, Problem

__all__ = [
    "DEFAULT",
    "RESERVED_KEYS",
    "STATEMENT_FIELDS",
    "Codebook",
    "CodebookInvalid",
    "DocumentLabel",
    "Example",
    "Problem",
    "Value",
    "content",
    "examples",
    "load",
    "missing",
    "names",
    "stored",
]
