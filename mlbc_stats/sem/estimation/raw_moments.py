"""The raw rows behind sample moments, and the distribution-free Γ that they give."""

from __future__ import annotations

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.gamma import gamma_adf
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.ram import Ram


def adf(moments: SampleMoments, ram: Ram, unbiased: bool = False) -> Floats:
    """Distribution-free Γ of one group, given its fixed covariates; of the stacked moments of ordinal data.

    With `unbiased`, as in Mplus, fourth moments have divisor n but the covariances that are taken off n − 1, and third
    moments are multiplied by (n − 1)/n.
    """
    if moments.ordinal is not None:
        return np.asarray(moments.ordinal.gamma)
    if moments.gamma is not None:
        return moments.gamma if ram.means else moments.gamma[len(moments.names) :, len(moments.names) :]
    gamma = gamma_adf(raw_rows(moments), ram.means, moments.weights, moments.cluster, ram.exogenous.tolist())
    return _less_unbiased(gamma, moments, ram) if unbiased else gamma


def _less_unbiased(gamma: Floats, moments: SampleMoments, ram: Ram) -> Floats:
    """Γ + (1 − (n/(n − 1))²)ss' over vech S (S with divisor n), third moments times (n − 1)/n."""
    n, p = float(moments.total_weight), len(moments.names)
    rows, cols = vech_indices(p)
    first = p if ram.means else 0
    x = raw_rows(moments)
    cov = np.cov(x, rowvar=False, ddof=0, aweights=moments.weights).reshape(p, p)[rows, cols]
    varies = np.diag(gamma)[first:] > 0
    s = np.where(varies, cov, 0.0)
    out = gamma.copy()
    out[first:, first:] += (1 - (n / (n - 1)) ** 2) * np.outer(s, s)
    out[:first, first:] *= (n - 1) / n
    out[first:, :first] *= (n - 1) / n
    return out


def raw_rows(moments: SampleMoments) -> Floats:
    """The rows behind the moments; an error where only a covariance matrix was given."""
    if moments.raw is None:
        raise DataError(
            "robust and first-order errors need the raw rows, but only a covariance matrix was given; "
            "pass the data or use estimator='ML' with se='standard'"
        )
    return moments.raw
