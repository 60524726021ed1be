"""Latent classes of categorical answers: probabilities from shares and back, over many starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class Classes:
    """Log proportions (S, K) and log probabilities of the categories of all items (S, K, C)."""

    log_shares: Array
    log_answers: Array


@dataclass(frozen=True, slots=True)
class Categories:
    """The mixture for distinct patterns: indicators (u, C), counts (u,), and the item of each category (C,)."""

    indicators: Array
    counts: Array
    item: Array

    def parameters(self, shares: Array) -> Classes:
        weighted = np.swapaxes(shares * self.counts[:, None], 1, 2)
        sizes = weighted.sum(-1)
        answers = weighted @ self.indicators
        member = (self.item[:, None] == np.arange(self.item.max() + 1)).astype(float)
        total = (answers @ member)[..., self.item]
        share = np.divide(answers, total, out=np.zeros_like(answers), where=total > 0)
        return Classes(np.log(np.maximum(sizes / self.counts.sum(), LEAST)), np.log(np.maximum(share, LEAST)))

    def log_joint(self, parameters: Classes) -> Array:
        answers = np.swapaxes(parameters.log_answers @ self.indicators.T, 1, 2)
        return np.asarray(answers + parameters.log_shares[:, None])
