"""HTMT of the constructs of a model."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.distinctness import htmt
from mlbc_stats.errors import ModelError

Array = NDArray[Any]

KINDS: dict[str, dict[str, bool]] = {
    "absolute": {},
    "signed": {"signed": True},
    "htmt2": {"geometric": True},
}


def heterotrait(r: Array, model: Specification, kind: str = "absolute") -> Array:
    """HTMT (B, m, m) of every pair of constructs.

    Raises
    ------
    ModelError : an unknown kind.
    """
    if kind not in KINDS:
        raise ModelError(f"htmt({kind!r}) is unknown; use one of {', '.join(KINDS)}")
    return htmt(r, model.blocks, single=1.0, **KINDS[kind])
