"""What resampling a fit gave, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.ram import Ram


@dataclass(frozen=True)
class Draws:
    """Refits of B resamples.

    Attributes
    ----------
    kind : nonparametric, parametric or bollen_stine.
    theta : (B, q) free parameters, NaN where a resample did not converge.
    rams : the model per group with each resample's covariate moments.
    chisq : (B,) test statistics; NaN with FIML, where each would need its own saturated model.
    converged, admissible : (B,) flags.
    seed : what the resamples were drawn with.
    """

    kind: str
    theta: Floats
    rams: tuple[Ram, ...]
    chisq: Floats
    converged: NDArray[np.bool_]
    admissible: NDArray[np.bool_]
    seed: int | None

    @property
    def failures(self) -> int:
        """Resamples whose fit did not converge; they are left out of every summary."""
        return int(np.sum(~self.converged))

    def pvalue_of(self, statistic: float) -> float:
        """Bollen–Stine p value of a χ²: share of resampled ones at least as large.

        NaN for other kinds, and where no resample converged.
        """
        if self.kind != "bollen_stine" or not self.converged.any():
            return np.nan
        return float(np.mean(self.chisq[self.converged] >= statistic))
