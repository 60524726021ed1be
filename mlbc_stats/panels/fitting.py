"""Fit a panel model to columns of several waves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlbc_stats import sem
from mlbc_stats.panels.building import model


def fit(
    data: Any,
    kind: str,
    variables: Sequence[str],
    waves: int,
    *,
    equal_lags: bool = True,
    estimator: str = "MLR",
    missing: str = "ml",
) -> sem.SemResult:
    """Fit the text that `model` writes: robust maximum likelihood, units that miss a wave kept.

    Parameters
    ----------
    data : one row a unit, columns ``x_t1``, ``x_t2``, … (`widen` makes them). The others as in `model` and `sem.fit`.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import panels
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=300)
    >>> data = {"x_t1": x, "y_t1": rng.normal(size=300), "x_t2": 0.5 * x + rng.normal(size=300)}
    >>> data["y_t2"] = 0.4 * x + rng.normal(size=300)
    >>> found = panels.fit(data, "cross_lagged", ["x", "y"], 2)
    >>> table = found.parameters.set_index("label")
    >>> bool(table.loc["y_on_x", "ci_lower"] > 0)
    True
    """
    text = model(kind, variables, waves, equal_lags)
    return sem.fit(text, data, kind="lavaan", estimator=estimator, missing=missing)
