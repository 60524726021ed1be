"""How models of the family compare: likelihood ratios, indices and criteria."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from mlbc_stats.surfaces.fitted import FittedModel

if TYPE_CHECKING:
    import pandas as pd


def table_of_models(models: Sequence[FittedModel]) -> pd.DataFrame:
    """One row per model; χ² is the likelihood ratio against all of its terms (of piecewise models their own)."""
    import pandas as pd

    frame = pd.DataFrame([_row(each) for each in models]).set_index("model")
    gap = frame["aicc"] - frame["aicc"].min()
    weight = np.exp(-gap / 2)
    frame.insert(list(frame.columns).index("bic"), "weight", weight / weight.sum())
    return frame


def compare_models(small: FittedModel, large: FittedModel) -> dict[str, float]:
    """Tests of a model within a larger one."""
    df, free = large.count - small.count, large.n - large.count
    chisq = max(_ratio(small.rss, large.rss, large.n), 0.0)
    f = max((small.rss - large.rss) / df / (large.rss / free), 0.0) if large.rss > 0 else np.nan
    return {
        "chisq": chisq,
        "df": df,
        "pvalue": float(stats.chi2.sf(chisq, df)),
        "f": f,
        "f_pvalue": float(stats.f.sf(f, df, free)),
        "r2_change": (small.rss - large.rss) / large.total,
    }


def _ratio(rss: float, full: float, n: int) -> float:
    return float(n * np.log(rss / full)) if full > 0 else np.nan


def _row(model: FittedModel) -> dict[str, object]:
    n, k, p = model.n, model.count, len(model.coefficients)
    chisq, df = _ratio(model.rss, model.rss_full, n), p - k
    excess, most = max(chisq - df, 0.0), max(_ratio(model.total, model.rss_full, n) - (p - 1), 0.0)
    npar, r2 = k + 1, 1 - model.rss / model.total
    aic = 2 * npar - 2 * model.loglik
    small = 2 * npar * (npar + 1) / (n - npar - 1) if n > npar + 1 else np.nan
    bound = max(most, excess)
    return {
        "model": model.name,
        "npar": npar,
        "loglik": model.loglik,
        "chisq": chisq,
        "df": df,
        "pvalue": float(stats.chi2.sf(chisq, df)) if df else np.nan,
        "cfi": 1 - excess / bound if bound > 0 else 1.0,
        "rmsea": float(np.sqrt(excess / (n * df))) if df else 0.0,
        "srmr": model.srmr,
        "aic": aic,
        "aicc": aic + small,
        "bic": npar * np.log(n) - 2 * model.loglik,
        "r2": r2,
        "r2_adjusted": 1 - (1 - r2) * (n - 1) / (n - k) if n > k else np.nan,
    }
