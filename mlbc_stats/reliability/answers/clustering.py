"""How alike units of one cluster answer, and what that costs: ICC(1), ICC(2) and the design effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import column_names, read_columns
from mlbc_stats.reliability.answers.restricted_icc import restricted_icc
from mlbc_stats.reliability.items import Floats

if TYPE_CHECKING:
    import pandas as pd


METHODS = ("anova", "mean_size", "reml")


def clustering(
    data: Any, cluster: Sequence[Any], items: Sequence[str] | None = None, method: str = "anova"
) -> pd.DataFrame:
    """Intraclass correlation and design effect of every variable over clusters of unequal size.

    One-way random effects by the analysis of variance, over the N answers of a variable in J clusters of n_j:
    with k₀ = (N − Σn_j²/N)/(J − 1), ICC(1) = (MSB − MSW)/(MSB + (k₀ − 1)MSW), ICC(2) = (MSB − MSW)/MSB, and Kish's
    design effect of a mean 1 + (Σn_j²/N − 1)ICC(1), at least 1.

    Parameters
    ----------
    data : table (n, k), NaN where missing.
    cluster : (n,) cluster of every row; missing names stand alone.
    items : columns; all by default.
    method : "anova" as above; "mean_size" with N/J in place of k₀ (the same when clusters are equal); "reml" with
        ICC(1) of the random-intercept model by restricted maximum likelihood, never negative, and ICC(2) its
        Spearman-Brown value for N/J answers. The F test is that of the analysis of variance.

    Returns
    -------
    DataFrame
        Index: variable. Columns: n, clusters, mean_size (Σn_j²/N, the size of the cluster of a typical unit), icc1,
        icc2, F, df1, df2, pvalue, design_effect, effective_n (n over the design effect). A negative ICC(1) stays
        negative; icc2 is then not positive either. All are NaN where no cluster has two answers or nothing varies
        within.

    Raises
    ------
    DataError
        as many clusters as rows are needed, one for each; an unknown method.

    References
    ----------
    Shrout & Fleiss (1979), doi:10.1037/0033-2909.86.2.420; Donner (1986), doi:10.2307/1403259 (unequal sizes); Bliese
    (2000), in Klein & Kozlowski, 349–381; Kish (1965). In R: ``psych::ICC(x)`` (balanced), ``stats::aov``;
    ``multilevel::ICC1`` and ``ICC2`` for "mean_size", ``multilevel::mult.icc`` for "reml".

    Examples
    --------
    >>> table = clustering({"x": [1.0, 2.0, 5.0, 6.0]}, ["a", "a", "b", "b"])
    >>> table[["icc1", "design_effect"]].round(3).values.tolist()
    [[0.939, 1.939]]
    """
    import pandas as pd

    if method not in METHODS:
        raise DataError(f"method={method!r} is not known here; expected one of {', '.join(METHODS)}")
    names = [str(name) for name in (column_names(data) if items is None else items)]
    values = read_columns(data, names)
    if len(cluster) != len(values):
        raise DataError(f"{len(cluster)} names of clusters for {len(values)} rows; give one a row")
    codes = cluster_codes(cluster)
    rows = [_one(values[:, k], codes, method) for k in range(len(names))]
    return pd.DataFrame(rows, index=pd.Index(names, name="variable"))


def cluster_codes(cluster: Sequence[Any]) -> np.ndarray:
    """A code per row; a row without a name is a cluster of its own."""
    texts = ["" if name is None or name != name else str(name).strip() for name in cluster]
    named = [text or f"\0{place}" for place, text in enumerate(texts)]
    return np.unique(named, return_inverse=True)[1]


def _one(column: Floats, codes: np.ndarray, method: str) -> dict[str, float]:
    from scipy.special import fdtrc

    known = np.isfinite(column)
    y, group = column[known], np.unique(codes[known], return_inverse=True)[1]
    n, sizes = len(y), np.bincount(group)
    clusters = len(sizes)
    typical = float((sizes**2).sum() / n) if n else np.nan
    row = {"n": n, "clusters": clusters, "mean_size": typical}
    names = ("icc1", "icc2", "F", "df1", "df2", "pvalue", "design_effect", "effective_n")
    if clusters < 2 or n == clusters:
        return row | dict.fromkeys(names, np.nan)
    means = np.bincount(group, y) / sizes
    within = float(((y - means[group]) ** 2).sum() / (n - clusters))
    between = float((sizes * (means - y.mean()) ** 2).sum() / (clusters - 1))
    if not within > 0:
        return row | dict.fromkeys(names, np.nan)
    common = (n - typical) / (clusters - 1) if method == "anova" else n / clusters
    icc1 = (between - within) / (between + (common - 1) * within)
    icc2 = (between - within) / between if between > 0 else np.nan
    if method == "reml":
        icc1 = restricted_icc(means, sizes, within * (n - clusters))
        icc2 = common * icc1 / (1 + (common - 1) * icc1)
    effect = max(1.0, 1 + (typical - 1) * icc1)
    ratio = between / within
    found = (
        icc1,
        icc2,
        ratio,
        clusters - 1,
        n - clusters,
        float(fdtrc(clusters - 1, n - clusters, ratio)),
        effect,
        n / effect,
    )
    return row | dict(zip(names, found, strict=True))
