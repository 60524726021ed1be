"""Direct, indirect and total effects of variables on each other, with their exact derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.moments import matrices, total_effects
from mlbc_stats.sem.implied.ram import Ram

EFFECTS = ("total", "indirect", "direct")


@dataclass(frozen=True, slots=True)
class Pair:
    """An effect of one variable on another; `kinds` are those of `EFFECTS` for which the model has a path."""

    target: str
    source: str
    kinds: tuple[str, ...]


def effect_pairs(ram: Ram, targets: Ints, sources: Ints) -> list[Pair]:
    """The pairs among these variables that directed paths connect, source by source."""
    paths = (ram.a0 != 0).reshape(-1, *ram.a0.shape[-2:]).any(axis=0).astype(float)
    paths[ram.row[ram.directed], ram.col[ram.directed]] = 1.0
    reach = paths
    for _ in range(len(paths)):
        reach = np.minimum(paths + reach @ paths, 1.0)
    detour = reach @ paths
    found = []
    for s in sources:
        for t in targets:
            linked = (reach[t, s] > 0, detour[t, s] > 0, paths[t, s] > 0)
            kinds = tuple(kind for kind, there in zip(EFFECTS, linked, strict=True) if there)
            if kinds:
                found.append(Pair(ram.variables[t], ram.variables[s], kinds))
    return found


def path_effects(ram: Ram, theta: Floats, target: Ints, source: Ints) -> Floats:
    """Effects (..., 3, k) of `source` on `target` (k,) each: total, indirect, direct.

    Formula: (I−A)⁻¹ − I, that minus A, and A.
    """
    a = matrices(ram, theta)[0]
    direct = a[..., target, source]
    total = total_effects(ram, a)[..., target, source] - (target == source)
    return np.stack([total, total - direct, direct], axis=-2)


def path_effect_slopes(ram: Ram, theta: Floats, target: Ints, source: Ints) -> Floats:
    """Derivatives (3, k, q) of `path_effects` at theta (q,): dB_ts/dA_ij = B_ti B_js with B = (I−A)⁻¹."""
    inverse = total_effects(ram, matrices(ram, theta)[0])
    cells = np.flatnonzero(ram.directed)
    i, j = ram.row[cells], ram.col[cells]
    total = inverse[target[:, None], i] * inverse[j, source[:, None]]
    direct = ((target[:, None] == i) & (source[:, None] == j)).astype(float)
    out = np.zeros((3, len(target), len(theta)))
    out[:, :, ram.free[cells]] = np.stack([total, total - direct, direct])
    return out
