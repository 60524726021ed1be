"""Made-up data for tests of composite models: two causes, a mediator, an outcome."""

from __future__ import annotations

from functools import cache

import numpy as np

BLOCKS = {"fame": 3, "care": 3, "trust": 3, "stay": 2}
PATHS = "trust ~ fame + care\nstay ~ fame + trust"
LOADINGS = np.array([0.8, 0.7, 0.6])
EFFECTS = {("trust", "fame"): 0.4, ("trust", "care"): 0.3, ("stay", "fame"): 0.2, ("stay", "trust"): 0.5}


def model(operator: str = "<~") -> str:
    blocks = [
        f"{name} {operator} {' + '.join(f'{name}{k + 1}' for k in range(count))}"
        for name, count in BLOCKS.items()
    ]
    return "\n".join([*blocks, PATHS])


@cache
def population() -> tuple[np.ndarray, np.ndarray]:
    """Correlations of the factors (4, 4), and of their indicators (11, 11)."""
    phi = np.eye(4)
    phi[0, 1] = phi[1, 0] = 0.5
    phi[2, :2] = phi[:2, 2] = 0.4 * phi[0, :2] + 0.3 * phi[1, :2]
    phi[3, :3] = phi[:3, 3] = 0.2 * phi[0, :3] + 0.5 * phi[2, :3]
    table = np.zeros((11, 4))
    at = 0
    for j, count in enumerate(BLOCKS.values()):
        table[at : at + count, j] = LOADINGS[:count]
        at += count
    sigma = table @ phi @ table.T
    np.fill_diagonal(sigma, 1.0)
    return phi, sigma


@cache
def exact(n: int = 400) -> dict[str, np.ndarray]:
    """Data whose sample correlations are those of the population."""
    _, sigma = population()
    x = np.random.default_rng(3).normal(size=(n, 11))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T))).T @ np.linalg.cholesky(sigma).T
    return _named(x)


@cache
def drawn(n: int = 250, seed: int = 5) -> dict[str, np.ndarray]:
    """A sample of the population."""
    _, sigma = population()
    x = np.random.default_rng(seed).normal(size=(n, 11)) @ np.linalg.cholesky(sigma).T
    return _named(x)


def _named(x: np.ndarray) -> dict[str, np.ndarray]:
    names = [f"{name}{k + 1}" for name, count in BLOCKS.items() for k in range(count)]
    return dict(zip(names, x.T, strict=True))
