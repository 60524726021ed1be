"""Where slopes that vary between clusters start from: the slope of all rows, and some spread in its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.specification.levels import marked
from mlbc_stats.sem.specification.parameter_table import Parameter

SHARE = 0.05
"""Variance between clusters of what a slope sends to its target, as a share of the target's variance within."""

Key = tuple[str, str, str]


def slope_guesses(
    rows: Sequence[Parameter], place: Mapping[str, int], cov: Floats, variances: Mapping[str, float]
) -> dict[Key, float]:
    """Means and variances of random slopes, in the units of their target (observed, or latent by `variances`).

    Where the slope is explained between clusters, its intercept and residual variance start there.
    """
    out: dict[Key, float] = {}
    for row in rows:
        if not row.slope:
            continue
        name, x = marked(row.slope), place[row.rhs]
        spread = float(cov[x, x])
        if row.lhs in place:
            y = place[row.lhs]
            mean, size = float(cov[y, x]) / spread, float(cov[y, y])
        else:
            mean, size = 0.0, abs(variances.get(row.lhs, 1.0))
        out[name, "~1", ""] = mean
        out[name, "~~", name] = SHARE * size / spread
    return out
