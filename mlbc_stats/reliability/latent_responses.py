"""Read the responses y* behind ordinal items at any parameters: loadings, correlations and cuts on unit variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.score_covariance import code_steps, score_covariance
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.implied.moments import imply, matrices


@dataclass(frozen=True, slots=True)
class Responses:
    """Responses behind p items of one group, for a batch (...) of parameters.

    Attributes
    ----------
    ordinal : (p,) which items are ordinal; the others have no cuts and only their correlations count.
    loadings : (..., p, m) of unit-variance y* on the factors. phi : (..., m, m) covariances of the factors.
    correlation : (..., p, p) implied. cuts : (..., p, t), +∞ where filled; steps : (p, t) of the codes.
    """

    ordinal: NDArray[np.bool_]
    loadings: Floats
    phi: Floats
    correlation: Floats
    cuts: Floats
    steps: Floats

    def common_total(self, common: Floats, items: list[int]) -> Floats:
        """Variance (...) of the sum of scores that the part `common` (..., p, p) of the correlations brings about."""
        return self._total(common, items, same=False)

    def total(self, items: list[int]) -> Floats:
        """Implied variance (...) of the sum of the items' scores."""
        return self._total(self.correlation, items, same=True)

    def total_of(self, correlation: Floats, items: list[int]) -> Floats:
        """Variance of the sum of the items' scores with other correlations (p, p) of y*, those of the sample say."""
        return self._total(correlation, items, same=True)

    def omega(self, factor: int, items: list[int]) -> Floats:
        """Green & Yang's ω (...) of the sum of the items as a measure of a factor."""
        own = self.loadings[..., :, factor]
        common = own[..., :, None] * own[..., None, :] * self.phi[..., factor, factor][..., None, None]
        return np.asarray(self.common_total(common, items) / self.total(items))

    def _total(self, correlation: Floats, items: list[int], same: bool) -> Floats:
        part = score_covariance(
            self.cuts[..., items, :], self.steps[items], correlation[..., items, :][..., items], same=same
        )
        return np.asarray(part.sum(axis=(-2, -1)))


def read_responses(
    result: SemResult, group: int, items: tuple[str, ...], factors: tuple[str, ...], theta: Floats
) -> Responses:
    """Responses of one group (0-based) at theta (..., q).

    Raises
    ------
    DataError
        if the model has covariates, given which variances and thresholds of y* are not those of the population.
    """
    ram = result.solution.rams[group]
    found = result.moments[group].ordinal
    if found is None:
        raise DataError("the model has no ordinal items: fit it with ordered=[...]")
    if found.covariates:
        names = ", ".join(found.covariates)
        raise DataError(
            f"reliability from ordinal items needs their thresholds without covariates, this model conditions on "
            f"{names}: fit the measurement model alone"
        )
    implied = imply(ram, theta)
    place = {name: i for i, name in enumerate(ram.variables)}
    rows, columns = [place[name] for name in items], [place[name] for name in factors]
    total = implied.inverse @ implied.disturbance @ implied.inverse.mT
    sigma = total[..., rows, :][..., rows]
    with np.errstate(invalid="ignore"):
        spread = np.sqrt(np.einsum("...ii->...i", sigma))
    loadings = matrices(ram, theta)[0][..., rows, :][..., columns] * _measured(result, items, factors)
    at = [found.names.index(name) for name in items]
    levels = [found.levels[v] for v in at]
    return Responses(
        ordinal=found.ordinal[at],
        loadings=loadings / spread[..., None],
        phi=total[..., columns, :][..., columns],
        correlation=sigma / (spread[..., :, None] * spread[..., None, :]),
        cuts=_cuts(np.asarray(implied.stacked), found.threshold_variable, levels, at),
        steps=code_steps(levels),
    )


def _measured(result: SemResult, items: tuple[str, ...], factors: tuple[str, ...]) -> Floats:
    """1 where a factor is measured by an item (p, m)."""
    pairs = {(row.rhs, row.lhs) for row in result.table.parameters if row.op == "=~"}
    return np.array([[float((item, factor) in pairs) for factor in factors] for item in items])


def _cuts(stacked: Floats, variable: NDArray[np.intp], levels: list[Floats | None], at: list[int]) -> Floats:
    most = max((len(level) for level in levels if level is not None), default=2) - 1
    out = np.full((*stacked.shape[:-1], len(at), most), np.inf)
    for i, (v, level) in enumerate(zip(at, levels, strict=True)):
        if level is not None:
            out[..., i, : len(level) - 1] = stacked[..., np.flatnonzero(variable == v)]
    return out
