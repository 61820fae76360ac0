"""How reliable each coder is and what is most likely true, where nobody knows the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.agreement.bootstrap import Floats
from annotate.agreement.model import DEFINED, NOTHING, ONE_CODER, ONE_VALUE
from annotate.errors import Word

# What every cell of a coder's confusion starts with, so that no value is impossible for a coder
# who never happened to choose it.
_PRIOR = 0.01
_TOLERANCE = 1e-7
_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class Estimate:
    """What Dawid and Skene's model makes of the values.

    ``confusion[coder, true value, chosen value]`` are probabilities, as are ``shares`` (of the
    true values) and ``posterior[item, value]``; ``reliability`` is how likely each coder chooses
    the true value. ``likely`` is the most likely value of each item. Where ``reason`` is not
    empty, nothing could be estimated and all are empty.
    """

    confusion: Floats
    shares: Floats
    posterior: Floats
    reliability: Floats
    likely: npt.NDArray[np.int64]
    reason: Word = DEFINED


def dawid_skene(
    items: Sequence[int], coders: Sequence[int], values: Sequence[int], size: int
) -> Estimate:
    """Estimate coders' confusions and the true values together, by expectation maximisation.

    Source: Dawid and Skene 1979, "Maximum Likelihood Estimation of Observer Error-Rates Using the
    EM Algorithm", Applied Statistics 28(1), formulas 2.3 to 2.5, begun with the shares of votes;
    each cell of a confusion starts with a hundredth of a label, as a weak Dirichlet prior.

    Args:
        items: What each label is about, numbered from 0.
        coders: Who gave it, numbered from 0.
        values: The chosen value, numbered from 0.
        size: How many values there are.
    """
    item, coder, value = (np.asarray(column, np.int64) for column in (items, coders, values))
    reason = _reason(item, coder, value)
    if reason:
        none = np.zeros((0, size))
        return Estimate(
            np.zeros((0, size, size)), np.zeros(size), none, np.zeros(0),
            np.zeros(0, np.int64), reason,
        )  # fmt: skip
    many, people = int(item.max()) + 1, int(coder.max()) + 1
    posterior = np.zeros((many, size))
    np.add.at(posterior, (item, value), 1.0)
    labelled = posterior.sum(axis=1) > 0
    posterior /= np.maximum(posterior.sum(axis=1, keepdims=True), 1.0)
    before = -np.inf
    for _ in range(_ROUNDS):
        confusion = np.full((people, size, size), _PRIOR)
        for true in range(size):
            weights = posterior[item, true]
            flat = np.bincount(coder * size + value, weights, people * size)
            confusion[:, true, :] += flat.reshape(people, size)
        confusion /= confusion.sum(axis=2, keepdims=True)
        shares = posterior[labelled].sum(axis=0) + _PRIOR
        shares /= shares.sum()
        logs = np.tile(np.log(shares), (many, 1))
        choices = np.log(confusion)[coder, :, value]
        for true in range(size):
            logs[:, true] += np.bincount(item, choices[:, true], many)
        top = logs.max(axis=1, keepdims=True)
        likelihood = float((top[:, 0] + np.log(np.exp(logs - top).sum(axis=1)))[labelled].sum())
        posterior = np.exp(logs - top)
        posterior /= posterior.sum(axis=1, keepdims=True)
        if abs(likelihood - before) < _TOLERANCE * max(1.0, abs(likelihood)):
            break
        before = likelihood
    reliability = np.einsum("k,ckk->c", shares, confusion)
    return Estimate(confusion, shares, posterior, reliability, posterior.argmax(axis=1))


def votes(items: Sequence[int], values: Sequence[int], size: int) -> Floats:
    """The share of votes that each value of each item has: ``[item, value]``."""
    item, value = np.asarray(items, np.int64), np.asarray(values, np.int64)
    table = np.zeros((int(item.max(initial=-1)) + 1, size))
    np.add.at(table, (item, value), 1.0)
    found: Floats = table / np.maximum(table.sum(axis=1, keepdims=True), 1.0)
    return found


def _reason(
    item: npt.NDArray[np.int64], coder: npt.NDArray[np.int64], value: npt.NDArray[np.int64]
) -> Word:
    """Why nothing can be estimated: nobody's errors show without a second opinion."""
    if not len(item) or len(np.unique(item)) == len(item):
        return ONE_CODER if len(np.unique(coder)) == 1 else NOTHING
    if len(np.unique(coder)) < 2:
        return ONE_CODER
    return ONE_VALUE if len(np.unique(value)) < 2 else DEFINED
