"""Starting values of exploratory blocks: principal factors, turned to the zeros that identification fixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.specification.parameter_table import Parameter

Guesses = dict[tuple[str, str, str], float]

ROUNDS = 20
"""Rounds of communalities; the fit itself does the rest."""

COMMUNALITY = (0.05, 0.9)


def block_guesses(rows: Sequence[Parameter], place: Mapping[str, int], cov: Floats) -> Guesses:
    """Loadings, and residual variances of their indicators, of one group's blocks; empty without blocks.

    Formula: with LLᵀ the best fit of rank m to the correlations beside their communalities and L₁ᵀ = QR of its first m
    rows, LQ has zeros above the diagonal there.
    """
    guesses: Guesses = {}
    for block in dict.fromkeys(row.efa for row in rows if row.efa and row.op == "=~"):
        own = [row for row in rows if row.efa == block and row.op == "=~"]
        factors, items = list(dict.fromkeys(r.lhs for r in own)), list(dict.fromkeys(r.rhs for r in own))
        if any(item not in place for item in items) or len(items) <= len(factors):
            continue
        index = [place[item] for item in items]
        spread = np.sqrt(np.diag(cov)[index])
        correlations = cov[np.ix_(index, index)] / np.outer(spread, spread)
        loadings = _echelon(_principal_factors(correlations, len(factors))) * spread[:, None]
        for row in own:
            if row.free:
                guesses[row.lhs, "=~", row.rhs] = float(
                    loadings[items.index(row.rhs), factors.index(row.lhs)]
                )
        unique = spread**2 - np.sum(loadings**2, axis=1)
        guesses |= {(item, "~~", item): float(value) for item, value in zip(items, unique, strict=True)}
    return guesses


def _principal_factors(correlations: Floats, m: int) -> Floats:
    reduced = correlations.copy()
    communality = np.clip(1 - 1 / np.diag(np.linalg.pinv(reduced)), *COMMUNALITY)
    loadings = np.zeros((len(reduced), m))
    for _ in range(ROUNDS):
        np.fill_diagonal(reduced, communality)
        values, vectors = np.linalg.eigh(reduced)
        loadings = vectors[:, -m:] * np.sqrt(np.maximum(values[-m:], 1e-3))
        communality = np.clip(np.sum(loadings**2, axis=1), *COMMUNALITY)
    return loadings * np.sqrt(communality / np.sum(loadings**2, axis=1))[:, None]


def _echelon(loadings: Floats) -> Floats:
    m = loadings.shape[1]
    turned = loadings @ np.linalg.qr(loadings[:m].T)[0]
    return turned * np.where(turned.sum(axis=0) < 0, -1.0, 1.0)
