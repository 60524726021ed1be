"""Which variables have a part within clusters, a part between them, or both, and where their moments stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import vech_indices

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Variables of a two-level model.

    The moments of both levels are kept as one mean vector [P] and one covariance matrix [P, P]: those within clusters
    first (p_w of them), those between clusters after them, nothing across. What a cluster shows are k numbers a time:
    the means of the variables with a part within, then the variables that only clusters have.

    Attributes
    ----------
    within, between : names of the variables of each level.
    rows : int array [p_b], place of every variable between among the k.
    """

    within: tuple[str, ...]
    between: tuple[str, ...]
    rows: Array

    @property
    def n_within(self) -> int:
        """p_w."""
        return len(self.within)

    @property
    def n_moments(self) -> int:
        """P = p_w + p_b."""
        return len(self.within) + len(self.between)

    @property
    def only_between(self) -> tuple[str, ...]:
        """Variables that only clusters have."""
        return tuple(name for name in self.between if name not in self.within)

    @property
    def n_shown(self) -> int:
        """k."""
        return len(self.within) + len(self.only_between)

    def cut(self, sigma: Array, mu: Array) -> tuple[Array, Array, Array]:
        """Σ_W [..., p_w, p_w], Σ_B [..., k, k] (zero where a variable has no part between) and means [..., k]."""
        w, k, rows = self.n_within, self.n_shown, self.rows
        between = np.zeros((*sigma.shape[:-2], k, k))
        between[..., rows[:, None], rows] = sigma[..., w:, w:]
        mean = np.zeros((*mu.shape[:-1], k))
        mean[..., rows] = mu[..., w:]
        mean[..., :w] += mu[..., :w]
        return sigma[..., :w, :w], between, mean

    def join(self, within: Array, between: Array, mean: Array) -> tuple[Array, Array]:
        """Slopes by Σ [..., P, P] and μ [..., P] from those by Σ_W, Σ_B [..., k, k] and the k means."""
        w, p, rows = self.n_within, self.n_moments, self.rows
        batch = np.broadcast_shapes(within.shape[:-2], between.shape[:-2], mean.shape[:-1])
        sigma, mu = np.zeros((*batch, p, p)), np.empty((*batch, p))
        sigma[..., :w, :w] = within
        sigma[..., w:, w:] = between[..., rows[:, None], rows]
        mu[..., :w], mu[..., w:] = mean[..., :w], mean[..., rows]
        return sigma, mu

    def pairs(self) -> tuple[Array, Array]:
        """Places of the moments of the k variables in (μ, vech Σ): of Σ_W and of Σ_B, [k(k+1)/2] each.

        Where a level has no such moment the place is one past the last.
        """
        p, w, k = self.n_moments, self.n_within, self.n_shown
        place = np.full((p + 1, p + 1), p + p * (p + 1) // 2)
        i, j = vech_indices(p)
        place[i, j] = place[j, i] = p + np.arange(len(i))
        at_within = np.full(k, p)
        at_within[:w] = np.arange(w)
        at_between = np.full(k, p)
        at_between[self.rows] = w + np.arange(len(self.rows))
        a, b = vech_indices(k)
        return place[at_within[a], at_within[b]], place[at_between[a], at_between[b]]


def layout_of(within: Sequence[str], between: Sequence[str]) -> Layout:
    """The layout of two lists of names.

    Examples
    --------
    >>> found = layout_of(["y", "x"], ["w", "y"])
    >>> found.only_between, found.rows.tolist(), found.n_shown
    (('w',), [2, 0], 3)
    """
    shown = [*within, *(name for name in between if name not in within)]
    rows = np.array([shown.index(name) for name in between], dtype=np.intp)
    return Layout(tuple(within), tuple(between), rows)
