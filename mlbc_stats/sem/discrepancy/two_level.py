"""The discrepancy of rows in clusters from the moments that a model implies within and between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.moments.two_level.sample import Clustered
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.discrepancy.functions import Keep


@dataclass(frozen=True, slots=True)
class TwoLevelLikelihood:
    """F = −2/N [log L(Σ_W, Σ_B, μ) − log L of the unrestricted moments].

    Attributes
    ----------
    data : the clusters; saturated : (...,) −2/N log L of the unrestricted moments, zero for resamples.

    References
    ----------
    Muthén (1990), Mean and covariance structure analysis of hierarchical data; Rosseel (2021),
    doi:10.3390/psych3020017.
    """

    data: Clustered
    saturated: Floats

    def evaluate(self, sigma: Floats, mu: Floats | None, observed: bool = False) -> Evaluation:
        """F with its slopes at the implied moments of both levels."""
        if mu is None:
            raise ModelError("two levels need a mean structure; this is a fault of the package")
        got = self.data.likely(sigma, mu, observed)
        none = np.zeros((1, 1))
        value = got.value - self.saturated
        return Evaluation(value, got.slope, got.mean_slope, none, True, got.ok, pairing=got.pairing)

    def take(self, keep: Keep) -> TwoLevelLikelihood:
        """The same discrepancy for some elements of the batch axis."""
        if not np.ndim(self.saturated):
            return self
        return replace(self, data=self.data.take(keep), saturated=self.saturated[keep])
