"""Monte Carlo: draw samples from a fitted model, fit them all in one batch, and judge bias, coverage and power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.batch import join_fits, refit
from mlbc_stats.sem.chisquare import tail
from mlbc_stats.sem.constraints import constraint_system
from mlbc_stats.sem.estimates import coefficient_names
from mlbc_stats.sem.linear_space import linear_space
from mlbc_stats.sem.ram import Floats, compile_table
from mlbc_stats.sem.resampling import CHUNK
from mlbc_stats.sem.results import SemResult
from mlbc_stats.sem.testing import degrees_of_freedom

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MonteCarloResult:
    """Fits of one model to R samples drawn from a population in which it holds.

    Attributes
    ----------
    names : (q,) parameters; population : (q,) their true values.
    theta, se : (R, q) estimates and expected-information errors, NaN where a fit did not converge.
    chisq, pvalue : (R,); df : degrees of freedom.
    converged, admissible : (R,) flags.
    n : cases of every sample, per group; seed : of the draws.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": ["a", "b", "c", "d"], "values": [[2, 1, 1, 1], [1, 2, 1, 1], [1, 1, 2, 1], [1, 1, 1, 2]]}
    >>> result = sem.monte_carlo(sem.cfa("f =~ a + b + c + d", sample_cov=cov, sample_nobs=500), n=200, seed=1)
    >>> isinstance(result, sem.MonteCarloResult), list(result.table().columns[:3])
    (True, ['population', 'mean', 'bias'])
    """

    names: tuple[str, ...]
    population: Floats
    theta: Floats
    se: Floats
    chisq: Floats
    pvalue: Floats
    df: int
    converged: NDArray[np.bool_]
    admissible: NDArray[np.bool_]
    n: tuple[int, ...]
    seed: int | None

    @property
    def failures(self) -> int:
        """Samples whose fit did not converge; they are left out of every summary."""
        return int(np.sum(~self.converged))

    def rejection(self, alpha: float = 0.05) -> float:
        """Share of samples whose χ² test rejects the model at alpha."""
        return float(np.mean(self.pvalue[self.converged] < alpha))

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """One row per parameter: population value, mean, bias, relative bias, SD, mean error, coverage, power."""
        import pandas as pd
        from scipy.special import ndtri

        half = float(ndtri(0.5 + level / 2))
        theta, se = self.theta[self.converged], self.se[self.converged]
        mean = theta.mean(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(self.population != 0, (mean - self.population) / self.population, np.nan)
        columns = {
            "population": self.population,
            "mean": mean,
            "bias": mean - self.population,
            "relative_bias": relative,
            "sd": theta.std(axis=0, ddof=1),
            "mean_se": np.nanmean(se, axis=0),
            "coverage": np.mean(np.abs(theta - self.population) <= half * se, axis=0),
            "power": np.mean(np.abs(theta) > half * se, axis=0),
        }
        return pd.DataFrame(columns, index=list(self.names))


def monte_carlo(
    fit: SemResult,
    n: int | Sequence[int] | None = None,
    replications: int = 500,
    *,
    seed: int | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> MonteCarloResult:
    """Fit a model to samples drawn from its own implied moments.

    Only sample moments are drawn: with L the Cholesky root of Σ and T Bartlett's triangle (χ on the diagonal, standard
    normal below), LTTᵀLᵀ/n has the distribution of the sample covariance matrix of n normal cases.

    Parameters
    ----------
    fit : a converged fit by ML, GLS or ULS; its estimates are the population.
    n : cases per sample (per group); by default as many as were analysed.
    replications : R.

    Raises
    ------
    ModelError
        for a fit that did not converge, a discrepancy with weights from raw data, or too few cases.

    References
    ----------
    Muthén & Muthén (2002), doi:10.1207/S15328007SEM0904_8; Smith & Hocking (1972), doi:10.2307/2346290.
    In R: ``simsem::sim`` or a loop over ``lavaan::simulateData`` and ``lavaan::sem``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": ["a", "b", "c", "d"], "values": [[2, 1, 1, 1], [1, 2, 1, 1], [1, 1, 2, 1], [1, 1, 1, 2]]}
    >>> result = monte_carlo(sem.cfa("f =~ a + b + c + d", sample_cov=cov, sample_nobs=500), n=300, seed=2)
    >>> result.failures, bool(result.table()["coverage"].between(0.9, 0.99).all())
    (0, True)
    """
    sizes = _sizes(fit, n)
    system, rams = constraint_system(fit.table), compile_table(fit.table)
    space = linear_space(system)
    parts = parallel.chunks(replications, CHUNK)
    streams = parallel.spawn_generators(seed, len(parts))
    tasks = [(rng, part.stop - part.start) for rng, part in zip(streams, parts, strict=True)]
    got = join_fits(
        parallel.run(
            lambda task: refit(
                rams, _draw(fit, sizes, *task), fit.method, system, space, fit.theta, errors=True
            ),
            tasks,
            workers=workers,
            progress=progress,
        )
    )
    df = degrees_of_freedom(fit.solution)
    lost = 0 if fit.moments[0].divisor == "n" else len(sizes)
    chisq = got.estimate.value * (sum(sizes) - lost)
    solved = got.estimate.converged
    return MonteCarloResult(
        names=tuple(coefficient_names(fit.table)),
        population=fit.theta,
        theta=np.where(solved[:, None], got.estimate.theta, np.nan),
        se=np.asarray(got.errors),
        chisq=chisq,
        pvalue=np.array([tail(stat, df) for stat in chisq]),
        df=df,
        converged=solved,
        admissible=got.admissible & solved,
        n=sizes,
        seed=seed,
    )


def _sizes(fit: SemResult, n: int | Sequence[int] | None) -> tuple[int, ...]:
    if not fit.converged:
        raise ModelError("the fit did not converge; there is no population to draw from")
    if fit.method.discrepancy == "WLS" or fit.method.missing != "listwise":
        raise ModelError(
            "Monte Carlo draws complete sample moments; use an ML, GLS or ULS fit of complete data"
        )
    groups = len(fit.moments)
    sizes = fit.group_nobs if n is None else (n,) * groups if isinstance(n, int) else tuple(n)
    p = len(fit.table.observed)
    if len(sizes) != groups or min(sizes) <= p:
        raise ModelError(f"n={n!r}: expected {groups} sample size(s) above the {p} variables")
    return sizes


def _draw(
    fit: SemResult, sizes: tuple[int, ...], rng: np.random.Generator, count: int
) -> tuple[SampleMoments, ...]:
    """Sample moments (count, p, p) of every group, by Bartlett's decomposition."""
    out = []
    for moments, implied, n in zip(fit.moments, fit.solution.implied(), sizes, strict=True):
        p = len(moments.names)
        root = np.linalg.cholesky(implied.sigma)
        triangle = np.tril(rng.standard_normal((count, p, p)), -1)
        triangle[:, range(p), range(p)] = np.sqrt(rng.chisquare(n - 1 - np.arange(p), (count, p)))
        factor = root @ triangle
        divisor = n if moments.divisor == "n" else n - 1
        centre = np.zeros(p) if implied.mu is None else implied.mu
        mean = centre + rng.standard_normal((count, p)) @ root.T / np.sqrt(n)
        cov = factor @ factor.mT / divisor
        out.append(SampleMoments(moments.names, cov, mean, np.full(count, float(n)), moments.divisor, n))
    return tuple(out)
