"""Whether constructs are distinct: Fornell and Larcker's comparison, HTMT."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.quality.measurement import reliabilities
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.errors import ModelError
from mlbc_stats.reliability.construct_validity.ratios import htmt

Array = NDArray[Any]

KINDS: dict[str, dict[str, bool]] = {
    "absolute": {},
    "signed": {"signed": True},
    "htmt2": {"geometric": True},
}


def fornell_larcker(found: Estimates, model: Specification) -> Array:
    """(B, m, m) √AVE on the diagonal, correlations of constructs off it."""
    m = len(model.names)
    out = np.array(found.construct_correlation[:, :m, :m])
    with np.errstate(invalid="ignore"):
        np.einsum("bii->bi", out)[...] = np.sqrt(reliabilities(found, model).ave)
    return out


def heterotrait(r: Array, model: Specification, kind: str = "absolute") -> Array:
    """HTMT (B, m, m) of every pair of constructs.

    Raises
    ------
    ModelError : an unknown kind.
    """
    if kind not in KINDS:
        raise ModelError(f"htmt({kind!r}) is unknown; use one of {', '.join(KINDS)}")
    return htmt(r, model.blocks, single=1.0, **KINDS[kind])
