"""A discrepancy at some moments: its value, its slopes and the information in the moments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats


class Part(Protocol):
    """Some patterns of missing values, K of them on an axis before the moments; Σ_k share_k of each is the whole."""

    @property
    def share(self) -> Floats:
        """(..., K) n_k/n."""

    @property
    def weight(self) -> Floats:
        """(..., K, p, p) W_k, zero where a variable is missing."""

    @property
    def slope(self) -> Floats | None:
        """(..., K, p, p) W_k − W_k A_k W_k, None for the expected information."""

    @property
    def pull(self) -> Floats | None:
        """(..., K, p) W_k(m_k − μ_k), None for the expected information."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A discrepancy at some moments.

    Attributes
    ----------
    value : (...,) F, twice lavaan's ``fmin`` of the group.
    slope : (..., p, p) dF/dΣ, symmetric, so that dF = tr(slope dΣ); dF/dσ (..., m) of stacked moments.
    mean_slope : (..., p) dF/dμ or None.
    weight : the unit information of the moments: (..., p, p) W for ½tr(W dΣ W dΣ) + dμᵀW dμ,
        or (..., m, m) over (μ, vech Σ), or over stacked moments, when `full`.
    full : whether weight is over all moments.
    ok : (...,) whether the moments were admissible.
    curved : whether ½ d²F of the moments pairs W with W − 2 dF/dΣ, as that of the normal likelihood does, with
        `pull` (..., p) W(x̄−μ); else it is `weight`.
    parts : the same of some patterns of missing values at a time, in place of those of all.
    pairing : ΔᵀHΔ of a Jacobian, where the weight over all moments is never written out (`weight` is then none).
    """

    value: Floats
    slope: Floats
    mean_slope: Floats | None
    weight: Floats
    full: bool
    ok: NDArray[np.bool_]
    curved: bool = False
    pull: Floats | None = None
    parts: Callable[[], Iterator[Part]] | None = None
    pairing: Callable[[Floats], Floats] | None = None

    def information(self, delta: Floats) -> Floats:
        """ΔᵀWΔ (..., q, q) of a Jacobian (..., m, q), for a weight over all moments."""
        if self.pairing is not None:
            return self.pairing(delta)
        if self.weight.shape[-1] == 1:
            return delta.mT @ (self.weight * delta)
        return delta.mT @ self.weight @ delta
