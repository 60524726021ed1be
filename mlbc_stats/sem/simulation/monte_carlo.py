"""Monte Carlo: draw samples from a population, fit them all in one batch, and judge bias, coverage and power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import linear_space
from mlbc_stats.sem.constraints.system import constraint_system, defined_values
from mlbc_stats.sem.estimation.refit import BatchFit, join_fits, refit
from mlbc_stats.sem.estimation.search.variable_metric import known_inverse
from mlbc_stats.sem.fitting.fit import fit as fit_model
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom
from mlbc_stats.sem.inference.parameter_values import coefficient_names
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.resampling.refits import CHUNK
from mlbc_stats.sem.results.fitted_model import FittedModel, require_minimum
from mlbc_stats.sem.results.levels import require_one_level
from mlbc_stats.sem.simulation.population import Population, draw_moments, population_moments
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.parameter_table import ParameterTable, build_table
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class MonteCarloResult(Shown):
    """Fits of one model to R samples drawn from a population.

    Attributes
    ----------
    names : (q,) free, then defined parameters; population : (q,) their true values.
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
        """Share of samples whose χ² test rejects the model at alpha; NaN where the statistic has no distribution."""
        found = self.pvalue[self.converged]
        return float(np.mean(found < alpha)) if np.isfinite(found).any() else np.nan

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
    population: FittedModel | str,
    n: int | Sequence[int] | None = None,
    replications: int = 500,
    *,
    model: str | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
    **arguments: Any,
) -> MonteCarloResult:
    """Fit a model to samples drawn from a normal population.

    Only sample moments are drawn: with L the Cholesky root of Σ and T Bartlett's triangle (χ on the diagonal, standard
    normal below), LTTᵀLᵀ/n has the distribution of the sample covariance matrix of n normal cases.

    Parameters
    ----------
    population : a converged fit by ML, GLS or ULS, whose implied moments are the population's; or the text of a model
        with all its values written (see `population_moments`).
    n : cases per sample (per group); by default as many as were analysed, or 200.
    replications : R.
    model : the model to fit; by default that of the fit. Its true values are those that fit the population's moments
        best, so that a wrong model shows its own bias and its χ² test its power.
    arguments : further arguments of `fit` for `model`.

    Raises
    ------
    ModelError
        for a fit that did not converge or is not identified, a discrepancy with weights from raw data, too few cases,
        or a text without values or without a model to fit.

    References
    ----------
    Muthén & Muthén (2002), doi:10.1207/S15328007SEM0904_8; Smith & Hocking (1972), doi:10.2307/2346290.
    In R: ``simsem::sim`` or a loop over ``lavaan::simulateData`` and ``lavaan::sem``.

    Examples
    --------
    >>> truth = "f =~ .8*a + .8*b + .8*c; f ~~ 1*f; y ~ .3*f; a ~~ .36*a; b ~~ .36*b; c ~~ .36*c; y ~~ .91*y"
    >>> result = monte_carlo(truth, 150, 400, model="f =~ a + b + c; y ~ f", std_lv=True, seed=2)
    >>> bool(0.9 < result.table().loc["y~f", "power"] < 1), result.failures
    (True, 0)
    """
    fit, target = _target(population, model, arguments)
    sizes = _sizes(fit, n if n is not None or fit is population else 200)
    got = _fit_samples(fit, target, sizes, replications, seed, workers, progress)
    df = degrees_of_freedom(fit.solution)
    plain = fit.method.discrepancy == "ML" and fit.method.likelihood == "normal"
    lost = 0 if plain else len(sizes)
    known = fit.method.discrepancy not in fit.method.rules.unreferenced
    solved = got.estimate.converged
    chisq = np.where(solved, got.estimate.value, np.nan) * (sum(sizes) - lost)
    return MonteCarloResult(
        names=_names(fit.table),
        population=_with_defined(fit.table, fit.theta),
        theta=np.where(solved[:, None], _with_defined(fit.table, got.estimate.theta), np.nan),
        se=np.asarray(got.errors),
        chisq=chisq,
        pvalue=np.asarray(chdtrc(df, chisq)) if df > 0 and known else np.full(replications, np.nan),
        df=df,
        converged=solved,
        admissible=got.admissible & solved,
        n=sizes,
        seed=seed,
    )


def _target(
    population: FittedModel | str, model: str | None, arguments: Mapping[str, Any]
) -> tuple[FittedModel, Population]:
    """The model fitted to the population's moments, and those moments in the order of its variables."""
    if isinstance(population, str):
        if model is None:
            raise ModelError("a population given as text needs model=, the text of the model to fit")
        source = population_moments(population)
    else:
        source = _implied_by(population)
        if model is None:
            return population, source
    fitted = _fit_to(source, model, arguments)
    order = [source.names.index(name) for name in fitted.table.observed]
    cov = tuple(each[np.ix_(order, order)] for each in source.cov)
    return fitted, Population(fitted.table.observed, cov, tuple(each[order] for each in source.mean))


def _implied_by(fit: FittedModel) -> Population:
    require_one_level(
        fit, "Monte Carlo samples", "draw clusters by your own equations and fit them with sem.fit"
    )
    implied = fit.solution.implied()
    none = np.zeros(len(fit.table.observed))
    means = tuple(none if each.mu is None else np.asarray(each.mu) for each in implied)
    return Population(fit.table.observed, tuple(each.sigma for each in implied), means)


def _fit_to(source: Population, model: str, arguments: Mapping[str, Any]) -> FittedModel:
    """Fit to exact moments, as if from very many cases; the divisor n − 1 of given matrices is undone."""
    many = 10**7
    names = list(source.names)
    covs = [{"names": names, "values": cov * many / (many - 1)} for cov in source.cov]
    given = {"sample_cov": covs, "sample_nobs": [many] * len(covs)}
    options = ModelOptions(
        kind=str(arguments.get("kind", "sem")), meanstructure=arguments.get("meanstructure")
    )
    if len(covs) > 1 or build_table(parse(model), options).meanstructure:
        given["sample_mean"] = [dict(zip(names, mean, strict=True)) for mean in source.mean]
    return fit_model(model, **{**given, **arguments})


def _names(table: ParameterTable) -> tuple[str, ...]:
    return (*coefficient_names(table), *(row.lhs for row in table.parameters if row.op == ":="))


def _with_defined(table: ParameterTable, theta: Floats) -> Floats:
    """Free and defined parameters (..., q + d); a ratio to zero is no number."""
    with np.errstate(all="ignore"):
        defined = defined_values(table, theta)[0]
    return np.concatenate([theta, np.where(np.isfinite(defined), defined, np.nan)], axis=-1)


def _fit_samples(
    fit: FittedModel,
    target: Population,
    sizes: tuple[int, ...],
    replications: int,
    seed: int | None,
    workers: int | None,
    progress: parallel.Progress | None,
) -> BatchFit:
    system, rams = constraint_system(fit.table), compile_table(fit.table)
    space = linear_space(system)
    parts = parallel.chunks(replications, CHUNK)
    streams = parallel.spawn_generators(seed, len(parts))
    divisor, inverse = fit.moments[0].divisor, known_inverse(fit.solution, space)

    def one(task: tuple[np.random.Generator, int]) -> BatchFit:
        moments = draw_moments(target, sizes, divisor, *task)
        return refit(rams, moments, fit.method, system, space, fit.theta, errors=True, inverse=inverse)

    tasks = [(rng, part.stop - part.start) for rng, part in zip(streams, parts, strict=True)]
    return join_fits(parallel.run(one, tasks, workers=workers, progress=progress))


def _sizes(fit: FittedModel, n: int | Sequence[int] | None) -> tuple[int, ...]:
    if not fit.converged:
        raise ModelError("the fit did not converge; there is no population to draw from")
    require_minimum(fit, "Monte Carlo samples")
    require_one_level(
        fit, "Monte Carlo samples", "draw clusters by your own equations and fit them with sem.fit"
    )
    if not fit.identified:
        raise ModelError(
            f"the data do not determine {', '.join(fit.undetermined[:8])}, so that they have no true value to compare "
            "estimates with; draw from an identified model"
        )
    if fit.method.ordinal:
        raise NotServedError(
            "Monte Carlo draws continuous data; simulate ordinal answers and fit each sample instead"
        )
    if fit.method.discrepancy in {"WLS", "DWLS"} or fit.method.missing != "listwise":
        raise ModelError(
            "Monte Carlo draws complete sample moments; use an ML, GLS or ULS fit of complete data"
        )
    if fit.rotation is not None:
        raise ModelError("Monte Carlo does not rotate; fit the exploratory blocks with rotation='none'")
    groups = len(fit.moments)
    sizes = fit.group_nobs if n is None else (n,) * groups if isinstance(n, int) else tuple(n)
    p = len(fit.table.observed)
    if len(sizes) != groups or min(sizes) <= p:
        raise ModelError(f"n={n!r}: expected sample sizes above the {p} variables, one a group ({groups})")
    return sizes
