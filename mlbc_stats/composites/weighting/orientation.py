"""Turn composites so that their sign is the one a reader expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.errors import ModelError

Array = NDArray[Any]


def orient(w: Array, r: Array, model: Specification, dominant: Mapping[str, str] | None = None) -> Array:
    """Weights (B, m, p) with signs such that most indicators correlate positively with their composite.

    Where as many correlate negatively the sum of the correlations decides; where an indicator is named `dominant` for a
    construct, that one.
    """
    loadings = np.where(model.member, w @ r, 0.0)
    balance = np.sum(np.sign(np.round(loadings, 12)), axis=-1)
    sign = np.where(balance == 0, np.sum(loadings, axis=-1), balance)
    for name, indicator in (dominant or {}).items():
        if indicator in model.construct(name).indicators:
            j = model.names.index(name)
            sign[:, j] = loadings[:, j, model.indicators.index(indicator)]
    return np.where(sign < 0, -1.0, 1.0)[..., None] * w


def check_dominant(stages: Sequence[Specification], dominant: Mapping[str, str]) -> None:
    """Refuse a dominant indicator that does not belong to its construct.

    Raises
    ------
    ModelError
    """
    for name, indicator in dominant.items():
        known = [item for model in stages if name in model.names for item in model.construct(name).indicators]
        if indicator not in known:
            held = ", ".join(known) or "no construct"
            raise ModelError(f"dominant: {indicator} is no indicator of {name} ({held})")


def align(w: Array, r: Array, reference: Array, model: Specification) -> tuple[Array, Array]:
    """Weights with the signs of a reference (m, p), and which composites were turned (B, m)."""
    agreement = np.einsum("bmp,bpq,mq->bm", w, r, reference)
    turned = agreement < 0
    return np.where(turned, -1.0, 1.0)[..., None] * w, turned
