"""Covariances, correlations and means that a fitted model implies for its latent variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.moments import matrices
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.specification.levels import level_of, plain
from mlbc_stats.sem.specification.parameter_table import ParameterTable

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel


@dataclass(frozen=True, slots=True)
class LatentMoments:
    """Implied moments of one group's m latent variables.

    Attributes
    ----------
    group : its label, "" for a single group.
    cov, cor : DataFrames (m, m); cor has NaN for a latent variable whose implied variance is not positive.
    mean : Series (m,); without a mean structure what covariates send to the factors, zero without covariates.
    level : 1 within and 2 between clusters in two-level models, else 0.
    """

    group: str
    cov: pd.DataFrame
    cor: pd.DataFrame
    mean: pd.Series
    level: int = 0


def latent_moments(fit: FittedModel) -> tuple[LatentMoments, ...]:
    """Implied moments of the latent variables, one set per group.

    Formula: the latent block of (I−A)⁻¹S(I−A)⁻ᵀ, and of (I−A)⁻¹m.

    Parameters
    ----------
    fit : a fitted model with latent variables.

    Returns
    -------
    tuple of LatentMoments
        In the order of ``fit.table.latent``; with two levels one set per group and level.

    References
    ----------
    McArdle & McDonald (1984), doi:10.1111/j.2044-8317.1984.tb00802.x. In R: ``lavInspect(fit, "cov.lv")``, ``"cor.lv"``
    and ``"mean.lv"``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": ["a", "b", "c"], "values": [[2, 1, 1], [1, 2, 1], [1, 1, 2]]}
    >>> only, = sem.latent_moments(sem.cfa("f =~ a + b + c", sample_cov=cov, sample_nobs=100))
    >>> only.cov.round(2).values.tolist()
    [[0.99]]
    """
    import pandas as pd

    names, p = list(fit.table.latent), len(fit.table.observed)
    labels = fit.table.group_labels if fit.table.n_groups > 1 else ("",)
    out = []
    for g, (label, implied) in enumerate(zip(labels, fit.solution.implied(), strict=True)):
        _, disturbance, _ = matrices(fit.solution.rams[g], fit.theta)
        cov = (implied.inverse @ disturbance @ implied.inverse.T)[p:, p:]
        variance = np.diag(cov)
        sd = np.sqrt(np.where(variance > 0, variance, np.nan))
        sample = fit.moments[g].mean
        centre = latent_means(
            fit.solution.rams[g], implied, fit.theta, np.zeros(p) if sample is None else sample
        )
        for level, own in _by_level(fit.table).items():
            block = np.ix_(own, own)
            labels_of = [plain(names[i]) for i in own]
            out.append(
                LatentMoments(
                    label,
                    pd.DataFrame(cov[block], index=labels_of, columns=labels_of),
                    pd.DataFrame((cov / np.outer(sd, sd))[block], index=labels_of, columns=labels_of),
                    pd.Series(centre[own], index=labels_of),
                    level,
                )
            )
    return tuple(out)


def _by_level(table: ParameterTable) -> dict[int, list[int]]:
    """Places of the latent variables of each level that has some; of one level under 0."""
    if not table.two_level:
        return {0: list(range(len(table.latent)))}
    found = {level: [i for i, name in enumerate(table.latent) if level_of(name) == level] for level in (1, 2)}
    return {level: own for level, own in found.items() if own}


def latent_means(ram: Ram, implied: Implied, theta: Floats, mean: Floats) -> Floats:
    """E(η) (m,); without a mean structure what the observed variables' sample means send to the factors."""
    p = ram.n_observed
    if implied.expected is not None and not ram.engine.conditional:
        return implied.expected[p:]
    a, _, m = matrices(ram, theta)
    if implied.expected is not None:
        return (implied.inverse @ m)[p:]
    return np.linalg.solve(np.eye(len(a) - p) - a[p:, p:], a[p:, :p] @ mean)
