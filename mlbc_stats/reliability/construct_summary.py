"""Reliability and validity of every construct of a fitted measurement model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.distinctness import fornell_larcker, htmt, is_distinct
from mlbc_stats.loading_shares import (
    average_variance_extracted,
    composite_reliability,
    maximal_reliability,
    share_of,
    variance_share,
    weighted_reliability,
)
from mlbc_stats.reliability.internal_consistency import alpha_of_cov, is_keyed
from mlbc_stats.reliability.items import tell_unturned
from mlbc_stats.reliability.measurement import Measurement, read_measurement
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class ReliabilitySummary(Shown):
    """Reliability and validity of the constructs of a model.

    Attributes
    ----------
    constructs : one row per construct: n_items, alpha, omega (over the observed variance of the sum), omega_model
        (over the implied one), cr (composite reliability from standardized loadings), ave, variance_share,
        maximal_h, min_loading (smallest absolute standardized loading), distinct (Fornell–Larcker holds).
    htmt, htmt2, fornell_larcker, correlations : constructs by constructs; `correlations` are the latent ones.

    maximal_all : per group the largest reliability that weights of all items together reach (Bentler 1968).
    notes : what a reader must know about the metrics; empty without ordinal items.

    With ordinal items two metrics stand side by side and `constructs` says which column has which: those of
    `SCORE_COLUMNS` describe the sum of the answers as coded (α of the codes, Green & Yang's ω), those of
    `RESPONSE_COLUMNS` the continuous responses y* behind them, which nobody observes; `alpha_ordinal` (α of the
    polychoric correlations) is one of these and stands in ordinal models only, as does `metric_of_omega` (scores,
    or "mixed": no ω for a sum of ordinal and continuous items). HTMT and the latent correlations rest on the
    polychoric correlations.

    With several groups the rows are indexed by group and construct.
    """

    constructs: pd.DataFrame
    htmt: pd.DataFrame
    htmt2: pd.DataFrame
    fornell_larcker: pd.DataFrame
    correlations: pd.DataFrame
    maximal_all: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `constructs`."""
        return self.constructs


UNSATURATED = (
    "These incomplete data leave no unrestricted covariances: alpha, omega, variance_share, HTMT and HTMT2, which rest "
    "on them, are withheld; omega_model, cr, ave and maximal_h rest on the model alone."
)
SCORE_COLUMNS = ("alpha", "omega", "omega_model")
"""Columns about the sum of the answers that people use."""

RESPONSE_COLUMNS = ("alpha_ordinal", "cr", "ave", "variance_share", "maximal_h", "min_loading", "distinct")
"""Columns about the responses y* behind ordinal answers, or the items themselves where these are continuous."""


def summary(result: SemResult) -> ReliabilitySummary:
    """Reliability (α, ω, CR, AVE, H) and discriminant validity (HTMT, HTMT2, Fornell–Larcker) of a fitted model.

    Parameters
    ----------
    result : a converged model with latent variables measured by observed indicators, ordinal ones included.

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
    See the functions in `loading_shares`, `internal_consistency` and `distinctness`. In R:
    ``semTools::compRelSEM(fit)``, ``semTools::AVE(fit)``, ``semTools::htmt(model, data)``.

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
    for part in parts:
        for factor in part.factors:
            own = part.indicators(factor)
            tell_unturned([part.items[i] for i in own], part.sample[np.ix_(own, own)], factor)
    tables = [_group_tables(part) for part in parts]
    return ReliabilitySummary(
        constructs=_stack([t[0] for t in tables], parts),
        htmt=_stack([t[1] for t in tables], parts),
        htmt2=_stack([t[2] for t in tables], parts),
        fornell_larcker=_stack([t[3] for t in tables], parts),
        correlations=_stack([t[4] for t in tables], parts),
        maximal_all=tuple(_maximal(part) for part in parts),
        notes=_notes(parts),
    )


def _maximal(part: Measurement) -> float:
    """From the sample covariances; NaN where incomplete data leave none."""
    if not np.isfinite(part.sample).all():
        return np.nan
    return float(weighted_reliability(part.loadings @ part.phi @ part.loadings.T, part.sample))


def _notes(parts: tuple[Measurement, ...]) -> tuple[str, ...]:
    if not all(np.isfinite(part.sample).all() for part in parts):
        return (UNSATURATED,)
    if all(part.responses is None for part in parts):
        return ()
    return (
        f"Of the sum of the answers as coded: {', '.join(SCORE_COLUMNS)} (omega by Green & Yang 2009).",
        f"Of the continuous responses behind ordinal answers, which nobody observes: {', '.join(RESPONSE_COLUMNS)}, "
        "HTMT, HTMT2 and Fornell-Larcker; do not report them as the reliability of a score.",
    )


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


def _construct_row(part: Measurement, factor: str) -> dict[str, float | str]:
    column, items = part.factors.index(factor), part.indicators(factor)
    block = np.ix_(items, items)
    sample, several = part.sample[block], len(items) > 1
    known = several and bool(np.isfinite(sample).all())
    loadings, variance = part.loadings[items, column], float(part.phi[column, column])
    standardized = part.standardized[items, column]
    whole = part.loadings[:, column]
    true = part.common_variance(np.outer(whole, whole) * variance, items)
    row: dict[str, float | str] = {
        "n_items": len(items),
        "alpha": alpha_of_cov(part.scores[block]) if known and is_keyed(part.scores[block]) else np.nan,
        "omega": share_of(true, part.sample_variance(items)) if known else np.nan,
        "omega_model": share_of(true, part.implied_variance(items)) if several else np.nan,
        "cr": composite_reliability(standardized) if several else np.nan,
        "ave": average_variance_extracted(standardized),
        "variance_share": variance_share(loadings, variance, np.diagonal(sample)),
        "maximal_h": maximal_reliability(standardized) if several else np.nan,
        "min_loading": float(np.min(np.abs(standardized))),
    }
    if part.responses is not None:
        ordinal = part.is_ordinal(items)
        row["alpha_ordinal"] = alpha_of_cov(part.sample_correlation[block]) if several and ordinal else np.nan
        row["metric_of_omega"] = "scores" if ordinal or part.is_continuous(items) else "mixed"
    return row


def _stack(frames: list[pd.DataFrame], parts: tuple[Measurement, ...]) -> pd.DataFrame:
    import pandas as pd

    if len(frames) == 1:
        return frames[0]
    return pd.concat(frames, keys=[part.group for part in parts], names=["group", "construct"])
