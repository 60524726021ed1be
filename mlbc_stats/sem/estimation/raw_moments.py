"""The raw rows behind sample moments, and the distribution-free Γ that they give."""

from __future__ import annotations

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.gamma import gamma_adf
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.ram import Ram


def adf(moments: SampleMoments, ram: Ram) -> Floats:
    """Distribution-free Γ of one group, given its fixed covariates; of the stacked moments of ordinal data."""
    if moments.ordinal is not None:
        return np.asarray(moments.ordinal.gamma)
    if moments.gamma is not None:
        return moments.gamma if ram.means else moments.gamma[len(moments.names) :, len(moments.names) :]
    return gamma_adf(raw_rows(moments), ram.means, moments.weights, moments.cluster, ram.exogenous.tolist())


def raw_rows(moments: SampleMoments) -> Floats:
    """The rows behind the moments; an error where only a covariance matrix was given."""
    if moments.raw is None:
        raise DataError(
            "robust and first-order errors need the raw rows, but only a covariance matrix was given; "
            "pass the data or use estimator='ML' with se='standard'"
        )
    return moments.raw
