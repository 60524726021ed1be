"""Covariances, correlations and means that a fitted model implies for its latent variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.moments import matrices
from mlbc_stats.sem.implied.ram import Implied, Ram

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
    """

    group: str
    cov: pd.DataFrame
    cor: pd.DataFrame
    mean: pd.Series


def latent_moments(fit: FittedModel) -> tuple[LatentMoments, ...]:
    """Implied moments of the latent variables, one set per group.

    Formula: the latent block of (I−A)⁻¹S(I−A)⁻ᵀ, and of (I−A)⁻¹m.

    Parameters
    ----------
    fit : a fitted model with latent variables.

    Returns
    -------
    tuple of LatentMoments
        In the order of ``fit.table.latent``.

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
        out.append(
            LatentMoments(
                label,
                pd.DataFrame(cov, index=names, columns=names),
                pd.DataFrame(cov / np.outer(sd, sd), index=names, columns=names),
                pd.Series(centre, index=names),
            )
        )
    return tuple(out)


def latent_means(ram: Ram, implied: Implied, theta: Floats, mean: Floats) -> Floats:
    """E(η) (m,); without a mean structure what the observed variables' sample means send to the factors."""
    p = ram.n_observed
    if implied.expected is not None and not ram.engine.conditional:
        return implied.expected[p:]
    a, _, m = matrices(ram, theta)
    if implied.expected is not None:
        return (implied.inverse @ m)[p:]
    return np.linalg.solve(np.eye(len(a) - p) - a[p:, p:], a[p:, :p] @ mean)
