"""Slopes of a predictor at levels of its moderator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.composites.resampling.bootstrap_result import CompositeBootstrap
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.inference.intervals import intervals

if TYPE_CHECKING:
    import pandas as pd


def simple_slopes(
    fit: CompositeResult,
    target: str,
    product: str,
    at: Sequence[float] = (-1.0, 0.0, 1.0),
    bootstrap: CompositeBootstrap | None = None,
    interval: str = "percentile",
    level: float = 0.95,
) -> pd.DataFrame:
    """Slope of the first part of a product at levels of the second, b₁ + b₃z (of a square b₁ + 2b₃z).

    Parameters
    ----------
    fit : with the product as it is (`product_scale="product"`).
    target : the construct that the product predicts. product : "f:g", f the predictor and g the moderator.
    at : levels of the moderator in standard deviations.
    bootstrap : of the fit, for errors and intervals.

    Returns
    -------
    DataFrame
        moderator, slope, intercept (the effect of the moderator alone there); with a bootstrap se, ci_lower, ci_upper.

    Raises
    ------
    ModelError : no such product, or one scaled to unit variance.

    References
    ----------
    Aiken & West (1991), Multiple regression: testing and interpreting interactions; Becker, Ringle & Sarstedt (2018),
    doi:10.1142/S1363919618400058.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> x, z = rng.normal(size=(2, 300))
    >>> data = {"x": x, "z": z, "y": 0.5 * x + 0.3 * x * z + rng.normal(size=300)}
    >>> fit = composites.fit("y ~ x + z + x:z", data)
    >>> bool(composites.simple_slopes(fit, "y", "x:z")["slope"].is_monotonic_increasing)
    True
    """
    import pandas as pd

    terms = fit.specification.terms
    if (product, target) not in fit.specification.paths or ":" not in product:
        raise ModelError(
            f"no path leads from a product {product!r} to {target}; the products are "
            f"{', '.join(t for t in terms if ':' in t) or 'none'}"
        )
    if fit.plan.scale == "unit":
        raise ModelError("slopes need the product as it is; fit with product_scale='product'")
    one, other = product.split(":")
    row = terms.index(target)
    places = [terms.index(one), terms.index(other), terms.index(product)]
    levels, twice = np.asarray(at, dtype=float), 2.0 if one == other else 1.0
    b = fit.estimates.paths[0, row, places]
    table = {"moderator": levels, "slope": b[0] + twice * b[2] * levels}
    table["intercept"] = (b[0] * levels + b[2] * levels**2) if one == other else b[1] * levels
    if bootstrap is not None:
        drawn = bootstrap.draws.paths[:, row, places]
        slopes = drawn[:, :1] + twice * drawn[:, 2:] * levels
        lower, upper = intervals(table["slope"], slopes, interval, level)
        table |= {"se": slopes.std(axis=0, ddof=1), "ci_lower": lower, "ci_upper": upper}
    return pd.DataFrame(table)
