"""Who is held out when: folds of all repetitions, drawn from a seed or given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.sample.beside import beside
from mlbc_stats.composites.sample.reading import Sample
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.parallel import spawn_generators

Array = NDArray[Any]


def read_folds(folds: Any, repetitions: int, seed: int | None, sample: Sample) -> Array:
    """Labels of folds (R, n) from 0 on.

    Parameters
    ----------
    folds : a number of folds to be drawn, "loo" for every case on its own, or labels: (n,), or (R, n) of R repetitions.

    Raises
    ------
    ModelError : numbers that make no folds. DataError : labels that do not fit the cases.
    """
    if isinstance(folds, str):
        if folds != "loo":
            raise ModelError(f"folds={folds!r} is unknown; use a number, 'loo' or a label per case")
        return np.arange(sample.n)[None]
    if np.ndim(folds) == 0:
        return _drawn(int(folds), repetitions, seed, sample.n)
    return _given(np.asarray(folds), sample)


def _drawn(folds: int, repetitions: int, seed: int | None, n: int) -> Array:
    """Folds whose sizes differ by one at most."""
    if not 2 <= folds <= n:
        raise ModelError(f"folds={folds}: {n} cases can be split into 2 to {n} folds")
    if repetitions < 1:
        raise ModelError(f"repetitions={repetitions}; at least one is needed")
    labels = np.arange(n) % folds
    return np.stack([rng.permutation(labels) for rng in spawn_generators(seed, repetitions)])


def _given(folds: Array, sample: Sample) -> Array:
    if folds.ndim > 2:
        raise DataError(f"folds: expected labels (cases,) or (repetitions, cases), got shape {folds.shape}")
    rows = [np.unique(beside(row, sample, "folds"), return_inverse=True) for row in np.atleast_2d(folds)]
    if any(len(names) < 2 for names, _ in rows):
        raise DataError(
            "folds holds one label only, which leaves no cases to estimate from; give two labels or more"
        )
    return np.stack([places for _, places in rows])


def held_out(labels: Array) -> tuple[Array, Array]:
    """Whether a case is held out (B, n), for every fold of every repetition, and the repetition (B,) of each fold.

    Examples
    --------
    >>> out, repetition = held_out(np.array([[0, 1, 0], [0, 1, 2]]))
    >>> out.sum(axis=1).tolist(), repetition.tolist()
    ([2, 1, 1, 1, 1], [0, 0, 1, 1, 1])
    """
    parts = [row == np.arange(row.max() + 1)[:, None] for row in labels]
    repetition = np.repeat(np.arange(len(labels)), [len(part) for part in parts])
    return np.concatenate(parts), repetition
