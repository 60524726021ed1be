"""Correlations of every item with every scale, its own without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import deviations
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.reliability.items import Floats
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class CrossLoadings(Shown):
    """Items beside all scales.

    Attributes
    ----------
    table : one row per item: scale (its own), one column per scale with the correlation, then own (that with its own),
        largest_other (the largest in size with another), nearest (which one), holds (own exceeds it).
    n : rows without a missing answer.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> found = cross_loadings(items, {"one": "abc", "two": "def"})
    >>> isinstance(found, CrossLoadings), found.n, found.failing
    (True, 300, ())
    """

    table: pd.DataFrame
    n: int

    @property
    def failing(self) -> tuple[str, ...]:
        """Items that correlate more with another scale than with their own."""
        return tuple(str(item) for item, holds in self.table["holds"].items() if not holds)


def cross_loadings(data: Any, scales: Mapping[str, Sequence[str]]) -> CrossLoadings:
    """Correlation of every item with the sum of every scale; with its own scale that of the other items.

    Parameters
    ----------
    data : table of keyed items; rows with a missing answer are left out.
    scales : construct → its items, two scales at least, an item in one of them only.

    Returns
    -------
    CrossLoadings
        `own` is NaN, and `holds` False, for the item of a scale of one.

    Raises
    ------
    DataError
        fewer than two scales, an item in two of them, fewer than three complete rows, constant items.

    References
    ----------
    Chin (1998), in Marcoulides, 295–336, for composites; with the item left out of its own scale, so that it is not
    correlated with itself: Nunnally & Bernstein (1994), Psychometric Theory, 301–304. In R:
    ``cor(items, rowSums(scale))``, and ``psych::alpha(scale)$item.stats$r.drop`` for the own scale.

    Examples
    --------
    >>> items = {"a": [1, 2, 3, 4.0], "b": [1, 2, 3, 5.0], "c": [1, -1, 1, -1.0], "d": [1, -1, 2, -1.0]}
    >>> cross_loadings(items, {"one": "ab", "two": "cd"}).table[["own", "largest_other"]].round(2).values.tolist()
    [[0.98, -0.34], [0.98, -0.43], [0.96, -0.48], [0.96, -0.32]]
    """
    import pandas as pd

    names, owner = _layout(scales)
    x = read_columns(data, names)
    x = x[np.isfinite(x).all(axis=1)]
    if len(x) < 3:
        raise DataError(f"{len(x)} complete rows on the items {', '.join(names)}; three are needed")
    constant = [name for name, spread in zip(names, np.ptp(x, axis=0), strict=True) if not spread > 0]
    if constant:
        raise DataError(
            f"constant: {', '.join(constant)}; constant items have no correlations, leave them out"
        )
    values = _correlations(np.cov(x.T), owner, len(scales))
    other = np.where(owner[:, None] == np.arange(len(scales)), np.nan, values)
    nearest = np.nanargmax(np.where(np.isnan(other), -1.0, np.abs(other)), axis=1)
    own = values[np.arange(len(names)), owner]
    largest = other[np.arange(len(names)), nearest]
    labels = list(scales)
    frame = pd.DataFrame(values, index=pd.Index(names, name="item"), columns=labels)
    frame.insert(0, "scale", [labels[place] for place in owner])
    frame = frame.assign(
        own=own,
        largest_other=largest,
        nearest=[labels[place] for place in nearest],
        holds=own > np.abs(largest),
    )
    return CrossLoadings(frame, len(x))


def _layout(scales: Mapping[str, Sequence[str]]) -> tuple[list[str], np.ndarray]:
    """Items in order, and the place of the scale of each (k,)."""
    names = [str(item) for items in scales.values() for item in items]
    twice = sorted({name for name in names if names.count(name) > 1})
    if len(scales) < 2 or twice or not all(len(items) for items in scales.values()):
        raise DataError(
            f"cross-loadings need two scales or more, each with items of its own; got {len(scales)}"
            + (f" that share {', '.join(twice)}" if twice else "")
        )
    return names, np.repeat(np.arange(len(scales)), [len(items) for items in scales.values()])


def _correlations(cov: Floats, owner: np.ndarray, count: int) -> Floats:
    """Correlations (k, m) of items with sums, the item itself left out of its own; NaN where nothing is left."""
    member = (owner[:, None] == np.arange(count)).astype(float)
    with_sum = cov @ member
    variance = np.broadcast_to(np.einsum("ki,kl,li->i", member, cov, member), with_sum.shape)
    single = np.diagonal(cov)[:, None]
    rest = variance - member * (2 * with_sum - single)
    shared = with_sum - member * single
    return np.asarray(shared / (deviations(np.where(rest > 1e-12 * single, rest, 0.0)) * np.sqrt(single)))
