"""What reliability and correlations of factors are made of once a marker stands behind every item."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.loading_shares import composite_reliability, share_of
from mlbc_stats.reliability.method_variance.marker_texts import MarkerMeasurement
from mlbc_stats.sem.fitting.sem_result import SemResult

if TYPE_CHECKING:
    import pandas as pd


def reliability_parts(baseline: SemResult, method: SemResult, measured: MarkerMeasurement) -> pd.DataFrame:
    """Composite reliability of every factor, split into what the factor and what the marker explains.

    With standardized loadings l of the factor and m of the marker and u = 1 − l² − m² of each item:
    substantive (Σl)²/V, method (Σm)²/V, V = (Σl)² + (Σm)² + Σu; method_share is the method part over both parts.
    `reliability` is that of the baseline, in which the marker explains nothing. NaN where a model has no solution.
    """
    import pandas as pd

    plain, both = _loadings(baseline), _loadings(method)
    rows = []
    for factor, items in measured.factors.items():
        own = np.array([both.get((factor, item), np.nan) for item in items])
        marker = np.array([both.get((measured.marker, item), np.nan) for item in items])
        alone = np.array([plain.get((factor, item), np.nan) for item in items])
        parts = np.array([own.sum() ** 2, marker.sum() ** 2])
        whole = parts.sum() + (1 - own**2 - marker**2).sum()
        rows.append(
            {
                "reliability": composite_reliability(alone),
                "substantive": share_of(parts[0], whole),
                "method": share_of(parts[1], whole),
                "method_share": share_of(parts[1], parts.sum()),
            }
        )
    return pd.DataFrame(rows, index=pd.Index(list(measured.factors), name="factor"))


def factor_correlations(fits: Mapping[str, SemResult], measured: MarkerMeasurement) -> pd.DataFrame:
    """Correlations of the substantive factors, a row per pair, a column per model."""
    import pandas as pd

    pairs = list(combinations(measured.factors, 2))
    columns = {name: _correlations(fit) for name, fit in fits.items()}
    return pd.DataFrame(
        {
            "one": [one for one, _ in pairs],
            "other": [other for _, other in pairs],
            **{
                name: [found.get(frozenset(pair), np.nan) for pair in pairs]
                for name, found in columns.items()
            },
        }
    )


def _loadings(fit: SemResult) -> dict[tuple[str, str], float]:
    rows = fit.parameters[fit.parameters["op"] == "=~"]
    if not fit.converged:
        return {}
    return {
        (str(lhs), str(rhs)): float(value)
        for lhs, rhs, value in zip(rows["lhs"], rows["rhs"], rows["std_all"], strict=True)
    }


def _correlations(fit: SemResult) -> dict[frozenset[str], float]:
    rows = fit.parameters[fit.parameters["op"] == "~~"]
    if not fit.converged:
        return {}
    return {
        frozenset((str(lhs), str(rhs))): float(value)
        for lhs, rhs, value in zip(rows["lhs"], rows["rhs"], rows["std_all"], strict=True)
        if lhs != rhs
    }
