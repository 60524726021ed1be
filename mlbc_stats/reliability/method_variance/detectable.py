"""How much method variance each check would have found with these constructs and this many cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, stdtr

from mlbc_stats import parallel
from mlbc_stats.errors import DataError, ModelError, NotServedError
from mlbc_stats.linalg import deviations
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.measurement import Measurement, read_measurement
from mlbc_stats.reliability.method_variance.full_collinearity import LIMITS, inflation
from mlbc_stats.reliability.method_variance.population_tests import population_fits
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.simulation.population import Population, draw_moments
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
HALF = 0.5
ALPHA = 0.05
CRITICAL = 1.959963984540054
"""Root of the χ² of one degree of freedom that is exceeded at this level."""
CRITERIA: Mapping[str, str] = {
    "harman": "first component above half of the variance",
    "full_collinearity": f"a variance inflation factor above {LIMITS['scores']} among the scores",
    "lindell_whitney": "the marker's smallest correlation with a score differs from 0 at .05",
    "method_factor": "χ² test of a factor behind all items, equal loadings, at .05",
    "marker_technique": "χ² test of the marker behind all items (method-C), at .05",
}
"""When each check says that there is method variance."""


@dataclass(frozen=True, slots=True, repr=False)
class DetectableMethodVariance(Shown):
    """What checks of method variance could have found.

    Attributes
    ----------
    table : one row per check: criterion, false_alarms (how often it finds method variance that is not there), share
        (smallest share of every item's variance that it finds with the wanted power; NaN where none of those tried, or
        where it cries out without any), mean_bias and largest_bias (of the correlations of the factors at that share).
    rates : share of items' variance due to method by check: how often it is found.
    bias : share by mean_bias and largest_bias: change of the correlations of the factors that it brings about.
    n : cases; power : wanted; replications, seed : of the simulation.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + rng.normal(size=(300, 6))).T))
    >>> found = detectable_method_variance(sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items), seed=1)
    >>> isinstance(found, DetectableMethodVariance), found.n
    (True, 300)
    """

    table: pd.DataFrame
    rates: pd.DataFrame
    bias: pd.DataFrame
    n: int
    power: float
    replications: int
    seed: int | None


def detectable_method_variance(
    result: SemResult,
    marker: str | None = None,
    *,
    n: int | None = None,
    shares: Sequence[float] = SHARES,
    replications: int = 300,
    power: float = 0.8,
    seed: int | None = None,
) -> DetectableMethodVariance:
    """Power of checks for method variance, and the bias of correlations that they would have missed.

    Populations are the correlations R that the model implies, with a share s of every item's variance taken by one
    method factor that touches all items alike: (1 − s)R + s off the diagonal; the marker correlates with nothing in R.
    Harman's share, full collinearity and the marker's smallest correlation are taken from normal samples of n cases;
    the χ² tests have the noncentrality of their restricted model in the population (Satorra & Saris); that of a factor
    behind all items rejects on one side only, since its loadings enter as squares. The bias is that of the same model
    fitted to the population.

    Parameters
    ----------
    result : a converged measurement model of continuous items in one group, factors correlated; its estimates are the
        truth, as if they held no method variance.
    marker : its factor that has nothing to do with the others; without, the two checks that need one are left out.
    n : cases; those of the result by default.
    shares : of the items' variance, from 0 up.
    replications : samples per share; seed : of these.
    power : how often a share has to be found to count as detectable.

    Raises
    ------
    ModelError
        no convergence, one factor, an unknown marker, or a population without a solution.
    NotServedError
        ordinal items or several groups.
    DataError
        shares outside [0, 1) or not rising from 0, too few cases or replications.

    References
    ----------
    Richardson, Simmering & Sturman (2009), doi:10.1177/1094428109332834 (simulation of these checks); Fuller et al.
    (2016), doi:10.1016/j.jbusres.2015.12.008 (Harman); Satorra & Saris (1985), doi:10.1007/BF02294150.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 3)), 3, axis=1)
    >>> items = dict(zip("abcdefghi", (common + rng.normal(size=(300, 9))).T))
    >>> fit = sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f\\nrain =~ g + h + i", items)
    >>> found = detectable_method_variance(fit, "rain", seed=1)
    >>> bool(found.table.loc["marker_technique", "share"] < 0.2), bool(np.isnan(found.table.loc["harman", "share"]))
    (True, True)
    """
    import pandas as pd

    part, size = _checked(result, marker, n, shares, replications, power)
    correlation = _implied(part, marker)
    populations = [(1 - share) * correlation + share for share in shares]
    blocks = {name: part.indicators(name) for name in part.factors}
    streams = parallel.spawn_generators(seed, len(populations))
    tasks = list(zip(populations, streams, strict=True))
    drawn = parallel.run(
        lambda task: _simple_rates(*task, part.items, blocks, marker, size, replications), tasks
    )
    fitted = population_fits(str(result.call["model"]), part.items, populations, marker, size)
    index = pd.Index(list(shares), name="share")
    rates = pd.DataFrame(drawn, index=index).assign(
        **{
            name: [_power(each, one_sided=name == "method_factor") for each in column]
            for name, column in fitted.noncentrality.items()
        }
    )
    rates = rates[[name for name in CRITERIA if name in rates.columns]]
    bias = pd.DataFrame(fitted.bias, index=index)
    return DetectableMethodVariance(
        _summarized(rates, bias, power), rates, bias, size, power, replications, seed
    )


def _checked(
    result: SemResult,
    marker: str | None,
    n: int | None,
    shares: Sequence[float],
    replications: int,
    power: float,
) -> tuple[Measurement, int]:
    if not result.converged:
        raise ModelError("the model did not converge, so there is no population to look at")
    if result.method.ordinal or result.table.n_groups > 1:
        raise NotServedError(
            "checks of method variance are simulated for continuous items in one group; fit these items as continuous"
        )
    (part,) = read_measurement(result)
    if part.general or len(part.factors) < 2 + (marker is not None):
        raise ModelError(
            "two correlated factors or more are needed beside the marker, and no factors of factors"
        )
    if marker is not None and marker not in part.factors:
        raise ModelError(f"no factor {marker!r}; the model has {', '.join(part.factors)}")
    given = np.asarray(shares, dtype=float)
    if len(given) < 2 or given[0] != 0 or not (np.diff(given) > 0).all() or not given[-1] < 1:
        raise DataError(f"shares={tuple(shares)}: expected rising shares from 0 to below 1")
    if replications < 2 or not 0 < power < 1:
        raise DataError(
            f"replications={replications}, power={power}: expected two samples or more and a share"
        )
    size = int(result.nobs if n is None else n)
    if size <= len(part.items) + 1:
        raise DataError(
            f"{size} cases of {len(part.items)} items; more cases than items are needed to draw samples"
        )
    return part, size


def _implied(part: Measurement, marker: str | None) -> Floats:
    """Correlations that the model implies, those of the marker's items with others zero."""
    scale = deviations(np.diagonal(part.implied))
    out = part.implied / (scale[:, None] * scale)
    if marker is not None:
        own = np.isin(np.arange(len(out)), part.indicators(marker))
        out = np.where(own[:, None] == own, out, 0.0)
    return out


def _simple_rates(
    population: Floats,
    rng: np.random.Generator,
    items: tuple[str, ...],
    blocks: Mapping[str, Sequence[int]],
    marker: str | None,
    n: int,
    replications: int,
) -> dict[str, float]:
    """How often the checks that need no model fire in samples of one population."""
    (moments,) = draw_moments(
        Population(items, (population,), (np.zeros(len(items)),)), (n,), "n", rng, replications
    )
    inside = [place for name, own in blocks.items() if name != marker for place in own]
    first = np.linalg.eigvalsh(_correlations(moments.cov[:, inside][:, :, inside]))[:, -1] / len(inside)
    member = np.array([[float(place in own) for own in blocks.values()] for place in range(len(items))])
    scores = _correlations(member.T @ moments.cov @ member)
    names = list(blocks)
    others = [names.index(name) for name in names if name != marker]
    vif = inflation(scores[:, others][:, :, others]).max(axis=-1)
    found = {
        "harman": float(np.mean(first > HALF)),
        "full_collinearity": float(np.mean(~(vif <= LIMITS["scores"]))),
    }
    if marker is None:
        return found
    smallest = np.abs(scores[:, names.index(marker)][:, others]).min(axis=-1)
    t = smallest * np.sqrt((n - 2) / (1 - smallest**2))
    return found | {"lindell_whitney": float(np.mean(2 * stdtr(n - 2, -t) < ALPHA))}


def _correlations(cov: Floats) -> Floats:
    scale = deviations(np.einsum("...ii->...i", cov))
    return cov / (scale[..., :, None] * scale[..., None, :])


def _power(noncentrality: float, one_sided: bool) -> float:
    """Rejections of a χ² test of one restriction at .05: |Z + δ| > 1.96, or Z + δ > 1.96 where only one side counts."""
    if not np.isfinite(noncentrality):
        return np.nan
    shift = np.sqrt(max(noncentrality, 0.0))
    other = 0.0 if one_sided else float(ndtr(-shift - CRITICAL))
    return float(ndtr(shift - CRITICAL)) + other


def _summarized(rates: pd.DataFrame, bias: pd.DataFrame, power: float) -> pd.DataFrame:
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for name in rates.columns:
        share = _crossing(rates.index.to_numpy(dtype=float), rates[name].to_numpy(dtype=float), power)
        at = {
            column: float(
                np.interp(share, bias.index.to_numpy(dtype=float), bias[column].to_numpy(dtype=float))
            )
            if np.isfinite(share)
            else np.nan
            for column in bias.columns
        }
        row = {"check": name, "criterion": CRITERIA[name], "false_alarms": float(rates[name].iloc[0])}
        rows.append(row | {"share": share} | at)
    return pd.DataFrame(rows).set_index("check")


def _crossing(shares: Floats, rates: Floats, power: float) -> float:
    """Where the rate first reaches the power, between the shares tried; NaN where it does so at 0, or nowhere."""
    reached = np.flatnonzero(rates >= power)
    if not len(reached) or reached[0] == 0:
        return np.nan
    k = int(reached[0])
    return float(np.interp(power, rates[k - 1 : k + 1], shares[k - 1 : k + 1]))
