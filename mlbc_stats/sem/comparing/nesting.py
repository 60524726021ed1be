"""Check that fitted models can be compared: the same data, the same method, one nested in the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import linear_space
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.discrepancy.functions import StackedLeastSquares, maximum_likelihood
from mlbc_stats.sem.estimation.constrained import bounds_of, minimize_constrained
from mlbc_stats.sem.estimation.objective import Objective
from mlbc_stats.sem.estimation.scoring import Estimate, minimize
from mlbc_stats.sem.implied.moments import fill_exogenous
from mlbc_stats.sem.inference.carried_values import carry
from mlbc_stats.sem.results.fitted_model import require_minimum

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel

SAME = 1e-6
"""Relative difference of sample moments up to which the data count as the same; EM moments carry its tolerance."""

REPRODUCED = 1e-6
"""Discrepancy per case up to which the freer model reproduces the moments of the restricted one."""


def check_comparable(fits: Sequence[FittedModel], names: Sequence[str]) -> None:
    """Refuse models that no difference test can compare.

    Raises
    ------
    DataError : for other variables, groups, numbers of cases or values.
    ModelError : for fewer than two models, one that did not converge, another method, or equal degrees of freedom.
    """
    if len(fits) < 2:
        raise ModelError(f"a comparison takes at least two fitted models, got {len(fits)}")
    for fit, name in zip(fits, names, strict=True):
        if not fit.converged:
            raise ModelError(f"{name} did not converge; a difference test needs solutions")
        require_minimum(fit, f"{name}: difference tests")
    first = fits[0]
    for fit, name in zip(fits[1:], names[1:], strict=True):
        _check_method(first, fit, names[0], name)
        _check_data(first, fit, names[0], name)


def check_order(dfs: Sequence[int], names: Sequence[str]) -> None:
    """Refuse models with equal degrees of freedom (sorted by df): neither is nested in the other.

    Raises
    ------
    ModelError : names both models.
    """
    for i in range(1, len(dfs)):
        if dfs[i] == dfs[i - 1]:
            raise ModelError(
                f"{names[i - 1]} and {names[i]} both have {dfs[i]} degrees of freedom, so neither is nested in the "
                "other and there is no difference to test; compare their AIC or BIC instead"
            )


def check_nested(free: FittedModel, restricted: FittedModel, names: tuple[str, str]) -> None:
    """Refuse a restricted model whose implied moments the freer model cannot reproduce.

    The freer model is fitted to the moments that the restricted one implies; nested models leave nothing over.

    Raises
    ------
    ModelError : with the discrepancy that is left.

    References
    ----------
    Bentler & Satorra (2010), doi:10.1037/a0019625.
    """
    if free.solution.varying or restricted.solution.varying:
        return  # no moments that a model of varying slopes implies could be fitted
    best = remaining_discrepancy(free, restricted)
    if best > REPRODUCED:
        raise ModelError(
            f"{names[1]} is not nested in {names[0]}: fitted to the moments that {names[1]} implies, {names[0]} leaves "
            f"a discrepancy of {best:.3g} instead of 0. Check both models (a difference test means nothing here); "
            "compare their AIC or BIC, or pass check=False to test regardless"
        )


def remaining_discrepancy(free: FittedModel, restricted: FittedModel) -> float:
    """Smallest discrepancy that the freer model leaves of the restricted one's moments; NaN where it has no minimum."""
    objective = _implied_objective(free, restricted)
    if objective is None:
        return np.nan
    start = carry(restricted.table, restricted.solution.rams, restricted.theta, free.table)
    found = [_minimize(free, objective, each[None]) for each in (start, free.theta)]
    lowest = min(found, key=lambda got: np.nan_to_num(got.value[0], nan=np.inf))
    value = float(lowest.value[0])
    return value if lowest.converged[0] or value < REPRODUCED else np.nan


def _check_method(one: FittedModel, other: FittedModel, name: str, other_name: str) -> None:
    for what in ("discrepancy", "missing", "likelihood", "test"):
        mine, theirs = getattr(one.method, what), getattr(other.method, what)
        if mine != theirs:
            raise ModelError(
                f"{name} and {other_name} were fitted differently ({what} {mine!r} and {theirs!r}); "
                "fit both with the same estimator, missing, likelihood and test"
            )


def _check_data(one: FittedModel, other: FittedModel, name: str, other_name: str) -> None:
    mine, theirs = set(one.table.observed), set(other.table.observed)
    if mine != theirs:
        raise DataError(
            f"{name} and {other_name} have different observed variables ({', '.join(sorted(mine ^ theirs))} in one "
            "only); difference tests compare models of the same variables"
        )
    if one.table.group_labels != other.table.group_labels:
        raise DataError(
            f"{name} has groups {list(one.table.group_labels)}, {other_name} {list(other.table.group_labels)}; "
            "fit both to the same groups"
        )
    if one.group_nobs != other.group_nobs:
        raise DataError(
            f"{name} was fitted to {_cases(one)} cases, {other_name} to {_cases(other)}; fit both to the same rows "
            "(drop incomplete ones first, or use missing='fiml')"
        )
    pairs = zip(one.moments, other.moments, strict=True)
    if not all(_same_moments(moments, compared) for moments, compared in pairs):
        raise DataError(
            f"{name} and {other_name} were fitted to different data: the sample covariances differ; fit both to the "
            "same table"
        )


def _cases(fit: FittedModel) -> str:
    return " + ".join(map(str, fit.group_nobs))


def _same_moments(one: SampleMoments, other: SampleMoments) -> bool:
    order = [other.names.index(name) for name in one.names]
    one, other = one.start, other.start
    scale = np.sqrt(np.abs(np.diag(one.cov)))
    gap = np.abs(one.cov - other.cov[np.ix_(order, order)]) / np.outer(scale, scale)
    if not gap.max(initial=0.0) < SAME:
        return False
    if one.mean is None or other.mean is None:
        return True
    return bool(np.all(np.abs(one.mean - other.mean[order]) < SAME * scale))


def _implied_objective(free: FittedModel, restricted: FittedModel) -> Objective | None:
    """Normal likelihood of the freer model for the restricted one's moments; None where that has no minimum at 0.

    With ordinal data the least squares of the freer fit, for the moments that the restricted one implies.
    """
    if free.method.ordinal:
        return _stacked_objective(free, restricted)
    order = [restricted.table.observed.index(name) for name in free.table.observed]
    rams, discrepancies = [], []
    for ram, moments, implied in zip(
        free.solution.rams, free.moments, restricted.solution.implied(), strict=True
    ):
        sigma = implied.sigma[np.ix_(order, order)]
        mean = moments.mean if implied.mu is None else implied.mu[order]
        if not np.all(np.linalg.eigvalsh(sigma) > 0):
            return None
        rams.append(fill_exogenous(ram, sigma, mean))
        discrepancies.append(maximum_likelihood(sigma, mean if ram.means else None))
    return replace(free.solution.objective, rams=tuple(rams), discrepancies=tuple(discrepancies))


def _stacked_objective(free: FittedModel, restricted: FittedModel) -> Objective | None:
    if free.table.observed != restricted.table.observed:
        return None
    discrepancies = tuple(
        StackedLeastSquares(np.asarray(implied.stacked), own.weight)
        for own, implied in zip(
            free.solution.objective.discrepancies, restricted.solution.implied(), strict=True
        )
        if isinstance(own, StackedLeastSquares)
    )
    return replace(free.solution.objective, discrepancies=discrepancies)


def _minimize(free: FittedModel, objective: Objective, start: Floats) -> Estimate:
    system = constraint_system(free.table)
    space, bounds = linear_space(system), bounds_of(system.equalities, system.inequalities)
    if space.basis is not None:
        start = space.origin + (start - space.origin) @ space.basis @ space.basis.T
    if bounds is not None:
        return minimize_constrained(objective, start, space, bounds).estimate
    return minimize(objective, start, space)
