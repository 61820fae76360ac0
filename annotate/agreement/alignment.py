"""Which statements of several coders are the same one, judged by their evidence.

Two coders who mark the same sentence mean the same statement, whatever they then say of it. The
likeness of two statements is the Dice coefficient of the code points of their evidence,
``2 |A & B| / (|A| + |B|)`` (Dice 1945, "Measures of the Amount of Ecologic Association Between
Species", Ecology 26(3)); the pairs are chosen so that the sum of likenesses is the greatest that
one-to-one pairs allow (the assignment problem: Kuhn 1955, "The Hungarian Method"; solved by
Crouse 2016, "On implementing 2D rectangular assignment algorithms", in scipy).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from annotate.agreement.model import CodedStatement

Floats = npt.NDArray[np.float64]
Member = tuple[int, int]
# What agreeing parts may add: less than any difference of likeness that a text can show, so that
# they choose between equals only.
_TIE = 1e-7
# Cells from which on it pays to leave out the zeros.
_MANY = 100_000
# Pairs of statements that are looked at one by one.
_MOST_PLAIN = 2_500


def align(a: Sequence[CodedStatement], b: Sequence[CodedStatement]) -> list[tuple[int, int]]:
    """Pair the statements of two coders one to one.

    Statements without evidence are paired with each other only. Between equally good pairs the
    number of agreeing parts decides; pairs that share no code point are left out.

    Args:
        a: One coder's statements on an article.
        b: The other coder's.

    Returns:
        ``(index in a, index in b)``, ascending.
    """
    plain = _plainly(a, b)
    return _matched(likeness(a, b) + _TIE * _agreeing(a, b)) if plain is None else plain


def likeness(a: Sequence[CodedStatement], b: Sequence[CodedStatement]) -> Floats:
    """The Dice coefficients of all pairs: a row for each of ``a``, a column for each of ``b``.

    Two statements without evidence have 1, one with and one without have 0.
    """
    bounds = np.unique([point for s in (*a, *b) for span in s.evidence for point in span])
    lengths = np.diff(bounds).astype(np.float64)
    left, right = _covered(a, bounds), _covered(b, bounds)
    shared = _product(left * lengths, right)
    sizes = (left @ lengths)[:, None] + (right @ lengths)[None, :]
    found: Floats = np.divide(2 * shared, sizes, out=np.zeros_like(shared), where=sizes > 0)
    found[sizes == 0] = 1.0
    return found


def rows(
    sets: Sequence[Sequence[CodedStatement]], fixed: Sequence[frozenset[str]] = ()
) -> list[tuple[Member, ...]]:
    """Group the statements of several coders: a row holds what they recorded of one thing.

    For two coders the rows are the pairs of `align` and what is left of either. For more, the
    pairs of every two coders are joined, the likest first, as long as no row holds two
    statements of one coder: the assignment of three or more at once has no quick exact solution.

    Args:
        sets: The statements of each coder.
        fixed: Ids of statements that a person put together: those stay in one row (of several
            of one coder in a group only the first), and others may join them.

    Returns:
        Rows of ``(set, index)``, one for each coder at most, in the order of the text; those
        about the whole article come last.
    """
    where = {
        statement.id: (n, i)
        for n, statements in enumerate(sets)
        for i, statement in enumerate(statements)
    }
    groups = _Groups([(n, i) for n, statements in enumerate(sets) for i in range(len(statements))])
    for ids in fixed:
        together = sorted(where[id_] for id_ in ids if id_ in where)
        for member in together[1:]:
            groups.join(together[0], member)
    chosen: list[tuple[float, Member, Member]] = []
    others: list[tuple[float, Member, Member]] = []
    for n, m in combinations(range(len(sets)), 2):
        plain = None if fixed else _plainly(sets[n], sets[m])
        if plain is not None:
            for i, j in plain:
                chosen.append((-_weight(sets[n][i], sets[m][j]), (n, i), (m, j)))
            continue
        weights = likeness(sets[n], sets[m]) + _TIE * _agreeing(sets[n], sets[m])
        for i, j in np.argwhere(weights > _TIE):
            if not groups.may_join((n, int(i)), (m, int(j))):
                weights[i, j] = 0.0
        pairs = set(_matched(weights))
        for i, j in np.argwhere(weights > _TIE):
            edge = (-float(weights[i, j]), (n, int(i)), (m, int(j)))
            (chosen if (i, j) in pairs else others).append(edge)
    for _, one, other in (*sorted(chosen), *sorted(others)):
        if groups.may_join(one, other):
            groups.join(one, other)
    return sorted(groups.all(), key=lambda row: _place(sets, row))


def _plainly(
    a: Sequence[CodedStatement], b: Sequence[CodedStatement]
) -> list[tuple[int, int]] | None:
    """The pairs where nothing is to be chosen: each touches one other at most. None elsewhere.

    So it is in most articles, and it takes a tenth of the time.
    """
    if len(a) * len(b) > _MOST_PLAIN:
        return None
    pairs: list[tuple[int, int]] = []
    taken: set[int] = set()
    for i, one in enumerate(a):
        met = [j for j, other in enumerate(b) if _touch(one, other)]
        if len(met) > 1 or not taken.isdisjoint(met):
            return None
        taken.update(met)
        pairs += ((i, j) for j in met)
    return pairs


def _touch(one: CodedStatement, other: CodedStatement) -> bool:
    if not one.evidence or not other.evidence:
        return not one.evidence and not other.evidence
    for start, end in one.evidence:
        for begin, stop in other.evidence:
            if start < stop and begin < end:
                return True
    return False


def _weight(one: CodedStatement, other: CodedStatement) -> float:
    """The likeness of two statements with what their agreeing parts add, as in a matrix."""
    names = {*one.parts, *other.parts}
    same = sum(one.parts.get(name) == other.parts.get(name) for name in names)
    tie = _TIE * same / max(len(names), 1)
    if not one.evidence and not other.evidence:
        return 1.0 + tie
    left, right = (
        {p for start, end in s.evidence for p in range(start, end)} for s in (one, other)
    )
    return 2 * len(left & right) / (len(left) + len(right)) + tie


class _Groups:
    """Members in groups that hold at most one of each set."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._of = {member: {member[0]: member} for member in members}

    def may_join(self, one: Member, other: Member) -> bool:
        return self._of[one].keys().isdisjoint(self._of[other])

    def join(self, one: Member, other: Member) -> None:
        """Join two groups unless both hold one of the same set."""
        if self.may_join(one, other):
            group = self._of[one]
            group |= self._of[other]
            for member in group.values():
                self._of[member] = group

    def all(self) -> list[tuple[Member, ...]]:
        return list({tuple(sorted(group.values())) for group in self._of.values()})


def _covered(statements: Sequence[CodedStatement], bounds: npt.NDArray[np.int64]) -> Floats:
    """Which stretches between neighbouring bounds each statement's evidence covers, as 0 and 1."""
    covered = np.zeros((len(statements), max(len(bounds) - 1, 0)))
    for n, statement in enumerate(statements):
        for start, end in statement.evidence:
            first, last = np.searchsorted(bounds, (start, end))
            covered[n, first:last] = 1.0
    return covered


def _product(left: Floats, right: Floats) -> Floats:
    if left.size + right.size < _MANY:
        product: Floats = left @ right.T
        return product
    from scipy.sparse import csr_array

    return np.asarray((csr_array(left) @ csr_array(right).T).todense())


def _agreeing(a: Sequence[CodedStatement], b: Sequence[CodedStatement]) -> Floats:
    """The share of parts in which two statements agree, for all pairs."""
    names = sorted({name for statement in (*a, *b) for name in statement.parts})
    same = np.zeros((len(a), len(b)))
    for name in names:
        numbers: dict[str | None, int] = {}
        left, right = (
            np.array([numbers.setdefault(s.parts.get(name), len(numbers)) for s in side], np.int64)
            for side in (a, b)
        )
        same += left[:, None] == right[None, :]
    return same / max(len(names), 1)


def _matched(weights: Floats) -> list[tuple[int, int]]:
    """The one-to-one pairs with the greatest sum of weights, without those that overlap nowhere."""
    if not weights.size:
        return []
    # Half a second to import, which only a comparison should cost.
    from scipy.optimize import linear_sum_assignment

    weights = np.where(weights > _TIE, weights, 0.0)
    if weights.size < _MANY:
        left, right = linear_sum_assignment(weights, maximize=True)
    else:
        left, right = _by_parts(weights)
    return sorted(
        (int(i), int(j)) for i, j in zip(left, right, strict=True) if weights[int(i), int(j)] > 0
    )


def _by_parts(weights: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The assignment of a large matrix, part by part: statements far apart cannot be paired."""
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.nonzero(weights)
    count = sum(weights.shape)
    edges = coo_array((np.ones(len(rows)), (rows, columns + len(weights))), shape=(count, count))
    _, part = connected_components(edges, directed=False)
    pairs = []
    for number in np.unique(part[rows]):
        i = np.flatnonzero(part[: len(weights)] == number)
        j = np.flatnonzero(part[len(weights) :] == number)
        one, other = linear_sum_assignment(weights[np.ix_(i, j)], maximize=True)
        pairs.append((i[one], j[other]))
    if not pairs:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
    return left, right


def _place(
    sets: Sequence[Sequence[CodedStatement]], row: Sequence[Member]
) -> tuple[bool, tuple[int, int], Member]:
    spans = [span for n, i in row for span in sets[n][i].evidence]
    return not spans, min(spans, default=(0, 0)), row[0]
