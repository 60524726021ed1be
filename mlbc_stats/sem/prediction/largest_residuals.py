"""Where a model misses most: the pairs of variables with the largest residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.prediction.residuals import residuals
from mlbc_stats.sem.ranking import ranked
from mlbc_stats.sem.results.fitted_model import FittedModel

if TYPE_CHECKING:
    import pandas as pd


def largest_residuals(fit: FittedModel, number: int = 10, kind: str = "cor") -> pd.DataFrame:
    """Pairs of variables whose covariance the model misses most, largest size first.

    Global fit averages over all pairs; a few large residuals can hide in it.

    Parameters
    ----------
    fit : a fitted model.
    number : rows to list.
    kind : of the residual as in `sem.residuals`: "cor" (differences of correlations, beyond .10 usually looked into),
        "raw", "normalized" or "standardized" (z).

    Returns
    -------
    DataFrame
        lhs, rhs, group (label, "" for one group), residual; with two levels ``level`` after rhs. Variances are not
        listed; residuals that are not numbers neither.

    Raises
    ------
    ModelError
        a number below one; what `sem.residuals` refuses.

    References
    ----------
    Bollen (1989), doi:10.1002/9781118619179; on reporting them Greiff & Heene (2017),
    doi:10.1027/1015-5759/a000450. In R: ``residuals(fit, type = "cor")$cov``, sorted.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(3)
    >>> common, pair = rng.normal(size=(500, 1)), rng.normal(size=500)
    >>> items = dict(zip("abcde", (common + rng.normal(size=(500, 5))).T))
    >>> items["a"], items["b"] = items["a"] + pair, items["b"] + pair
    >>> sem.largest_residuals(sem.cfa("f =~ a + b + c + d + e", items), 1)[["lhs", "rhs"]].values.tolist()
    [['b', 'a']]
    """
    import pandas as pd

    if number < 1:
        raise ModelError(f"number={number}; list at least one residual")
    frames = []
    for group in residuals(fit, kind):
        values = group.cov.to_numpy(dtype=float)
        rows, columns = np.tril_indices(len(values), -1)
        names = np.array([str(name) for name in group.cov.index], dtype=object)
        frames.append(
            pd.DataFrame(
                {
                    "lhs": names[rows],
                    "rhs": names[columns],
                    "level": group.level,
                    "group": group.group,
                    "residual": values[rows, columns],
                }
            )
        )
    table = pd.concat(frames, ignore_index=True)
    table = table[np.isfinite(table["residual"])]
    table = table if fit.table.two_level else table.drop(columns="level")
    return table.iloc[ranked(-table["residual"].abs().to_numpy())[:number]].reset_index(drop=True)
