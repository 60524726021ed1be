"""Test of exact fit: distances of resamples from a world in which the model holds."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.composites.estimation import corrected
from mlbc_stats.composites.quality.implied import implied_constructs, implied_indicators
from mlbc_stats.composites.resampling.counts import draw_counts
from mlbc_stats.composites.resampling.drawing import draw, solved, take
from mlbc_stats.composites.resampling.values import DISTANCES, model_distances
from mlbc_stats.composites.result import CompositeResult, standardize
from mlbc_stats.errors import MlbcWarning, ModelError, NotServedError
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

MODELS = ("estimated", "saturated")


@dataclass(frozen=True, slots=True, repr=False)
class ExactFit(Shown):
    """Observed distances beside their distribution when the model holds.

    Attributes
    ----------
    model : "estimated" or "saturated".
    observed : (3,) SRMR, d_ULS, d_G. draws : (B, 3) of resamples from data turned so that the model holds.
    failures : resamples without a solution. notes : what stands against the test.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> found = composites.ExactFit("estimated", np.array([0.05, 0.1, 0.1]), np.full((9, 3), 0.06), 0)
    >>> found.table["pvalue"].tolist()
    [1.0, 0.0, 0.0]
    """

    model: str
    observed: Array
    draws: Array
    failures: int
    notes: tuple[str, ...] = ()

    def _facts(self) -> Mapping[str, object]:
        return {
            "model": self.model,
            "resamples": len(self.draws),
            "failures": self.failures,
            "notes": "; ".join(self.notes),
        }

    @property
    def table(self) -> pd.DataFrame:
        """Per distance: observed, hi95 and hi99 (quantiles of the draws), pvalue (share of draws at least as large)."""
        import pandas as pd

        columns = {
            "observed": self.observed,
            "hi95": np.quantile(self.draws, 0.95, axis=0),
            "hi99": np.quantile(self.draws, 0.99, axis=0),
            "pvalue": np.mean(self.draws >= self.observed, axis=0),
        }
        return pd.DataFrame(columns, index=pd.Index(DISTANCES, name="distance"))


def exact_fit(
    fit: CompositeResult,
    replications: int = 1000,
    seed: int | None = None,
    model: str = "estimated",
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> ExactFit:
    """Whether the distance of the model from the data is larger than chance makes it when the model holds.

    The standardized data are turned to Z R^(-1/2) Σ^(1/2), so that their correlations are those the model implies, then
    resampled and fitted.

    The test asks for an estimator that reproduces Σ when the model holds: consistent PLS of factors, mode B or fixed
    weights of composites. Mode A takes weights proportional to R_jj w for those (w) that make the composite, so that it
    is off even in the population, unless they are the same; true models of such composites are rejected too often,
    which is told.

    Parameters
    ----------
    fit : of complete, continuous data in one stage.
    model : "estimated", or "saturated" with all constructs free to correlate (a test of the measurement alone).
    replications, seed, workers, progress : as in `bootstrap`.

    Raises
    ------
    ModelError : an unknown model, or implied correlations that are not positive definite. NotServedError : gaps,
        ordinal indicators, several stages.

    References
    ----------
    Beran & Srivastava (1985), doi:10.1214/aos/1176346579; Dijkstra & Henseler (2015), doi:10.1016/j.csda.2014.07.008;
    Schuberth, Henseler & Dijkstra (2018), doi:10.3389/fpsyg.2018.02541. In R: ``cSEM::testOMF``.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> data = {f"x{i}": cause + rng.normal(size=200) for i in (1, 2, 3)}
    >>> data |= {f"y{i}": 0.6 * cause + rng.normal(size=200) for i in (1, 2, 3)}
    >>> fit = composites.fit("f =~ x1 + x2 + x3; g =~ y1 + y2 + y3; g ~ f", data)
    >>> list(composites.exact_fit(fit, 100, seed=1).table.columns)
    ['observed', 'hi95', 'hi99', 'pvalue']
    """
    _check(fit, model)
    told = _unsuited(fit)
    for text in told:
        warnings.warn(text, MlbcWarning, stacklevel=2)
    rows = _held(fit, model)
    turned = replace(fit, sample=replace(fit.sample, rows=rows, correlation=np.corrcoef(rows.T)))
    found, _ = draw(turned, draw_counts(fit.sample.n, replications, seed), fit.solved, workers, progress)
    good = solved(found)
    own = slice(0, 3) if model == "estimated" else slice(3, 6)
    specification = fit.specification
    draws = model_distances(take(found, good), specification)[:, own]
    return ExactFit(
        model,
        model_distances(fit.estimates, specification)[0, own],
        draws[np.isfinite(draws).all(axis=1)],
        len(good) - int(np.isfinite(draws).all(axis=1).sum()),
        told,
    )


def _check(fit: CompositeResult, model: str) -> None:
    if model not in MODELS:
        raise ModelError(f"model={model!r} is unknown; use one of {', '.join(MODELS)}")
    if fit.plan.first is not None or fit.plan.by_cases:
        raise NotServedError("a test of exact fit of a model in several stages is not served")
    if fit.sample.ordered or np.isnan(fit.sample.rows).any():
        raise NotServedError(
            "a test of exact fit needs complete answers taken as numbers; use missing='listwise'"
        )


def _unsuited(fit: CompositeResult) -> tuple[str, ...]:
    """What to say of composites whose weights do not reproduce the correlations of a true model."""
    if fit.options.whole is not None:
        return ()
    adjusted = corrected(fit.specification, fit.options)
    own = [
        construct.name
        for construct, done in zip(fit.specification.constructs, adjusted.tolist(), strict=True)
        if construct.mode == "modeA" and len(construct.indicators) > 1 and not done
    ]
    if not own:
        return ()
    return (
        f"{', '.join(own)}: composites with mode A do not reproduce correlations between blocks even where the model "
        "holds, so that true models are rejected too often; test with mode B, or as factors (`=~`) if they are",
    )


def _held(fit: CompositeResult, model: str) -> Array:
    """Standardized data in which the model holds."""
    found, specification = fit.estimates, fit.specification
    m = len(specification.names)
    phi = (
        implied_constructs(found, specification)
        if model == "estimated"
        else found.construct_correlation[:, :m, :m]
    )
    sigma, r = implied_indicators(found, specification, phi)[0], found.correlation[0]
    if not np.isfinite(sigma).all() or min(np.linalg.eigvalsh(sigma)[0], np.linalg.eigvalsh(r)[0]) <= 0:
        raise ModelError(
            "the implied correlations of the indicators are not positive definite, so no data can have them; look at "
            "the notes of the fit (a loading or ρ_A above one)"
        )
    return standardize(fit.sample.rows, fit.sample.weights) @ _root(r, -0.5) @ _root(sigma, 0.5)


def _root(a: Array, power: float) -> Array:
    values, vectors = np.linalg.eigh(a)
    return (vectors * values**power) @ vectors.T
