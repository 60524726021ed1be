"""Normal mixtures: parameters from shares, densities from parameters, over many starts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.mixtures.gaussian.covariances import covariances

Array = NDArray[Any]
THINNEST = 1e-6
"""A class whose variance in some direction falls below this share of that of all cases has degenerated."""
FEWEST = 1e-3
"""So has one with fewer expected cases than this."""


@dataclass(frozen=True, slots=True)
class Normals:
    """Log proportions (S, K), means (S, K, p), covariances (S, K, p, p), which starts are sound (S,)."""

    log_shares: Array
    means: Array
    covariances: Array
    sound: Array


@dataclass(frozen=True, slots=True)
class Profiles:
    """The mixture of a structure for centred measurements x (n, p), their products (n, p²) and deviations (p,)."""

    structure: str
    x: Array
    products: Array
    deviations: Array

    def parameters(self, shares: Array) -> Normals:
        starts, n, classes = shares.shape
        p = self.x.shape[1]
        flat = np.swapaxes(shares, 1, 2).reshape(-1, n)
        sizes = flat.sum(1).reshape(starts, classes)
        held = np.maximum(sizes, FEWEST)
        means = (flat @ self.x).reshape(starts, classes, p) / held[..., None]
        raw = (flat @ self.products).reshape(starts, classes, p, p)
        scatter = raw - sizes[..., None, None] * means[..., :, None] * means[..., None, :]
        spread = covariances(self.structure, scatter, held)
        sound = (sizes > FEWEST).all(-1) & np.isfinite(spread).all((1, 2, 3))
        spread = np.where(sound[:, None, None, None], spread, np.eye(p))
        relative = spread / np.outer(self.deviations, self.deviations)
        sound &= (np.linalg.eigvalsh(relative)[..., 0] > THINNEST).all(-1)
        return Normals(np.log(held / n), means, spread, sound)

    def log_joint(self, parameters: Normals) -> Array:
        starts, classes, p = parameters.means.shape
        safe = np.where(parameters.sound[:, None, None, None], parameters.covariances, np.eye(p))
        inverse, logdet, ok = spd_inverse_logdet(safe)
        toward = np.einsum("skij,skj->ski", inverse, parameters.means)
        square = self.products @ inverse.reshape(-1, p * p).T - 2 * self.x @ toward.reshape(-1, p).T
        square = square.reshape(len(self.x), starts, classes) + np.einsum(
            "ski,ski->sk", toward, parameters.means
        )
        constant = parameters.log_shares - 0.5 * (logdet + p * np.log(2 * np.pi))
        joint = np.swapaxes(constant - 0.5 * square, 0, 1)
        return np.where((parameters.sound & ok.all(-1))[:, None, None], joint, -np.inf)


def profiles_of(structure: str, x: Array) -> Profiles:
    """The mixture for centred measurements."""
    return Profiles(structure, x, (x[:, :, None] * x[:, None, :]).reshape(len(x), -1), x.std(axis=0))
