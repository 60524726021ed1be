"""Reliability and validity of every construct of a fitted measurement model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.reliability.composite import (
    average_variance_extracted,
    composite_reliability,
    maximal_reliability,
    omega_total,
    variance_share,
)
from mlbc_stats.reliability.internal_consistency import alpha_of_cov
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.measurement import Measurement, read_measurement
from mlbc_stats.reliability.validity import fornell_larcker, htmt, is_distinct
from mlbc_stats.sem.results import SemResult

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class ReliabilitySummary:
    """Reliability and validity of the constructs of a model.

    Attributes
    ----------
    constructs : one row per construct: n_items, alpha, omega (over the observed variance of the sum), omega_model
        (over the implied one), cr (composite reliability from standardized loadings), ave, variance_share,
        maximal_h, min_loading (smallest absolute standardized loading), distinct (Fornell–Larcker holds).
    htmt, htmt2, fornell_larcker, correlations : constructs by constructs; `correlations` are the latent ones.

    With several groups the rows are indexed by group and construct.
    """

    constructs: pd.DataFrame
    htmt: pd.DataFrame
    htmt2: pd.DataFrame
    fornell_larcker: pd.DataFrame
    correlations: pd.DataFrame


def summary(result: SemResult) -> ReliabilitySummary:
    """Reliability (α, ω, CR, AVE, H) and discriminant validity (HTMT, HTMT2, Fornell–Larcker) of a fitted model.

    Parameters
    ----------
    result : a converged model with latent variables measured by observed indicators.

    Returns
    -------
    ReliabilitySummary
        Sample covariances are those analysed (divisor n); with missing data, the saturated estimates. Indices that
        need two items are NaN for a construct with one; HTMT is NaN for constructs that share items.

    Raises
    ------
    DataError
        if the model did not converge or measures nothing.

    References
    ----------
    See the functions in `composite`, `internal_consistency` and `validity`. In R: ``semTools::compRelSEM(fit)``,
    ``semTools::AVE(fit)``, ``semTools::htmt(model, data)``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> fit = sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items)
    >>> table = summary(fit).constructs
    >>> list(table.index), bool((table["omega"] > 0.6).all())
    (['one', 'two'], True)
    """
    parts = read_measurement(result)
    tables = [_group_tables(part) for part in parts]
    return ReliabilitySummary(*(_stack([t[i] for t in tables], parts) for i in range(5)))


def _group_tables(part: Measurement) -> tuple[pd.DataFrame, ...]:
    import pandas as pd

    index = pd.Index(part.factors, name="construct")
    rows = [_construct_row(part, factor) for factor in part.factors]
    constructs = pd.DataFrame(rows, index=index)
    larcker = fornell_larcker(constructs["ave"].to_numpy(), part.latent_correlation)
    constructs["distinct"] = is_distinct(larcker)
    blocks = [part.indicators(factor) for factor in part.factors]
    ratio = htmt(part.sample_correlation, blocks)
    ratio2 = htmt(part.sample_correlation, blocks, geometric=True)
    squares = (ratio, ratio2, larcker, part.latent_correlation)
    return constructs, *(pd.DataFrame(square, index=index, columns=list(index)) for square in squares)


def _construct_row(part: Measurement, factor: str) -> dict[str, float]:
    column, items = part.factors.index(factor), part.indicators(factor)
    block = np.ix_(items, items)
    sample, implied = part.sample[block], part.implied[block]
    loadings, variance = part.loadings[items, column], float(part.phi[column, column])
    standardized = part.standardized[items, column]
    several = len(items) > 1
    return {
        "n_items": len(items),
        "alpha": alpha_of_cov(sample) if several else np.nan,
        "omega": omega_total(loadings, variance, _total(sample)) if several else np.nan,
        "omega_model": omega_total(loadings, variance, _total(implied)) if several else np.nan,
        "cr": composite_reliability(standardized) if several else np.nan,
        "ave": average_variance_extracted(standardized),
        "variance_share": variance_share(loadings, variance, np.diagonal(sample)),
        "maximal_h": maximal_reliability(standardized) if several else np.nan,
        "min_loading": float(np.min(np.abs(standardized))),
    }


def _total(cov: Floats) -> float:
    return float(cov.sum())


def _stack(frames: list[pd.DataFrame], parts: tuple[Measurement, ...]) -> pd.DataFrame:
    import pandas as pd

    if len(frames) == 1:
        return frames[0]
    return pd.concat(frames, keys=[part.group for part in parts], names=["group", "construct"])
