"""Two-stage least squares from a covariance matrix, with its derivatives; leading batch axes are resamples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class TwoStage:
    """Coefficients of one equation and what its errors and tests are made of.

    Attributes
    ----------
    coefficients : (..., k) b.
    inverse : (..., k, k) (S_xz S_zz⁻¹ S_zx)⁻¹.
    variance : (...,) of the residual y − Xb, in the divisor of S.
    remainder : (..., m) s_zy − S_zx b; pulled : (..., m) S_zz⁻¹ times it.
    projector : (..., m, k) S_zz⁻¹ S_zx.
    """

    coefficients: Floats
    inverse: Floats
    variance: Floats
    remainder: Floats
    pulled: Floats
    projector: Floats

    @property
    def explained(self) -> Floats:
        """Share (...,) of the residual's variance that the instruments explain."""
        return np.sum(self.remainder * self.pulled, axis=-1) / self.variance


def two_stage(cov: Floats, outcome: Floats, regressors: Floats, instruments: Ints) -> TwoStage:
    """Two-stage least squares of cᵀz on Zᵀz.

    Formula: b = (S_xz S_zz⁻¹ S_zx)⁻¹ S_xz S_zz⁻¹ s_zy.

    Parameters
    ----------
    cov : (..., p, p) S; outcome : (p,) c; regressors : (p, k) Z; instruments : (m,) places, m ≥ k.

    References
    ----------
    Bollen (1996), doi:10.1007/BF02296384.

    Examples
    --------
    >>> s = np.array([[1.0, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 1.0]])
    >>> got = two_stage(s, np.array([0.0, 0.0, 1.0]), np.array([[0.0], [1.0], [0.0]]), np.array([0]))
    >>> got.coefficients.tolist(), float(got.variance)
    ([0.5], 0.75)
    """
    rows = cov[..., instruments, :]
    s_zz, s_zx = rows[..., instruments], rows @ regressors
    s_zy = rows @ outcome
    projector = np.linalg.solve(s_zz, s_zx)
    inverse = np.linalg.inv(s_zx.mT @ projector)
    b = (inverse @ (projector.mT @ s_zy[..., None]))[..., 0]
    remainder = s_zy - (s_zx @ b[..., None])[..., 0]
    contrast = outcome - b @ regressors.T
    variance = np.einsum("...i,...ij,...j->...", contrast, cov, contrast)
    pulled = np.linalg.solve(s_zz, remainder[..., None])[..., 0]
    return TwoStage(b, inverse, variance, remainder, pulled, projector)


def slopes(found: TwoStage, outcome: Floats, regressors: Floats, instruments: Ints) -> Floats:
    """db/dS (k, p, p) of one sample: db = Σ_ij slopes_ij dS_ij, symmetric.

    Formula: from S_xz S_zz⁻¹ (s_zy − S_zx b) = 0, with M = S_xz S_zz⁻¹ S_zx and e the bracket,
    db = M⁻¹[dS_xz S_zz⁻¹e + S_xz S_zz⁻¹(ds_zy − dS_zx b − dS_zz S_zz⁻¹e)].
    """
    p = len(outcome)
    error = np.zeros(p)
    error[instruments] = found.pulled
    contrast = outcome - regressors @ found.coefficients - error
    first = found.inverse @ regressors.T
    second = np.zeros((len(first), p))
    second[:, instruments] = (found.projector @ found.inverse).T
    out = first[:, :, None] * error + second[:, :, None] * contrast
    return (out + out.mT) / 2
