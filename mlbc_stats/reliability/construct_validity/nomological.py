"""Whether constructs correlate with others as their theory says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.near_names import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.reliability.construct_validity.correlation_tests import DiscriminantValidity

SIGNS = ("+", "-", "0")


def nomological_table(
    found: DiscriminantValidity, expected: Mapping[tuple[str, str], str], smallest: float = 0.1
) -> pd.DataFrame:
    """Correlations of factors beside the signs that the theory expects.

    Parameters
    ----------
    found : from `discriminant_validity` of a model in which the constructs correlate.
    expected : pair → "+", "-" or "0" (no correlation worth the name).
    smallest : correlations below this in size are none worth the name.

    Returns
    -------
    DataFrame
        One row per expectation: one, other, expected, r, lower, upper, outcome: "as expected" (the interval excludes
        zero on that side, or lies within ± smallest where none is expected), "opposite" (it excludes zero on the other
        side, or lies beyond ± smallest), "undecided". With several groups also group.

    Raises
    ------
    DataError
        another sign, or a pair that is not among those found.

    References
    ----------
    Cronbach & Meehl (1955), doi:10.1037/h0040957; Campbell & Fiske (1959), doi:10.1037/h0046016.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 300).repeat(3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> from mlbc_stats.reliability import discriminant_validity
    >>> found = discriminant_validity(sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items), cutoffs=())
    >>> nomological_table(found, {("one", "two"): "+"})["outcome"].tolist()
    ['as expected']
    """
    import pandas as pd

    keys = [frozenset(pair) for pair in zip(found.pairs["one"], found.pairs["other"], strict=True)]
    pairs = found.pairs.assign(key=pd.Series(keys, index=found.pairs.index, dtype=object))
    names = sorted(set(found.pairs["one"]) | set(found.pairs["other"]))
    for pair, sign in expected.items():
        if sign not in SIGNS:
            raise DataError(f"{pair}: sign {sign!r} is not known; expected one of {', '.join(SIGNS)}")
        if frozenset(pair) not in set(pairs["key"]):
            missing = next((name for name in pair if name not in names), "")
            hint = did_you_mean(missing, names) or f"; there are {', '.join(names)}"
            raise DataError(f"{pair}: no correlation of these two was estimated{hint}")
    order = {frozenset(pair): place for place, pair in enumerate(expected)}
    kept = pairs[pairs["key"].isin(order)]
    kept = kept.iloc[np.argsort(kept["key"].map(order).to_numpy(), kind="stable")]
    signs = [expected[list(expected)[order[key]]] for key in kept["key"]]
    outcome = [
        _outcome(sign, low, high, smallest)
        for sign, low, high in zip(signs, kept["lower"], kept["upper"], strict=True)
    ]
    columns = [name for name in ("group", "one", "other", "r", "lower", "upper") if name in kept.columns]
    table = kept[columns].assign(outcome=outcome).reset_index(drop=True)
    table.insert(columns.index("r"), "expected", signs)
    return table


def _outcome(sign: str, low: float, high: float, smallest: float) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return "undecided"
    if sign == "0":
        inside, beyond = -smallest < low and high < smallest, low > smallest or high < -smallest
        return "as expected" if inside else "opposite" if beyond else "undecided"
    near, far = (low, high) if sign == "+" else (-high, -low)
    return "as expected" if near > 0 else "opposite" if far < 0 else "undecided"
