"""What is wrong with a codebook: each problem with its place, and its line where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate.errors import Invalid

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, in which line of the text read (from 1), and what."""

    place: str
    error: Invalid
    line: int | None = None


class CodebookInvalid(Invalid):
    """A codebook has problems; all of them are told at once.

    Args:
        problems: At least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("The codebook has problems: {problems}", problems=_chain(self.problems))


def _chain(problems: Sequence[Problem]) -> Invalid:
    # One error inside the other, so that a page can tell each of them in its reader's language.
    told = [_with_line(problem) for problem in problems[:MOST_TOLD]]
    if len(problems) > MOST_TOLD:
        told.append(Invalid("and {n} more", n=len(problems) - MOST_TOLD))
    chain = told.pop()
    while told:
        chain = Invalid("{problem}; {others}", problem=told.pop(), others=chain)
    return chain


def _with_line(problem: Problem) -> Invalid:
    if problem.line is None:
        return problem.error
    return Invalid("line {line}: {problem}", line=problem.line, problem=problem.error)
