"""Where the categories and parameters of all items stand, and the curves of all items at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.curves.families import Family

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Block:
    """Items with the same number of categories: which (b,), their columns (b, K) and their parameters (b, m)."""

    items: Array
    columns: Array
    parameters: Array


@dataclass(frozen=True, slots=True)
class Layout:
    """C = ΣK categories and M = Σm parameters of p items, item by item.

    Attributes
    ----------
    family : the curves. categories : (p,) K of each item. blocks : items of equal K together.
    """

    family: Family
    categories: tuple[int, ...]
    blocks: tuple[Block, ...]

    @property
    def width(self) -> int:
        """C, categories of all items."""
        return sum(self.categories)

    @property
    def length(self) -> int:
        """M, parameters of all items."""
        return sum(self.family.size(k) for k in self.categories)

    def parameters_of(self, item: int) -> Array:
        """Places of an item's parameters among all."""
        sizes = [self.family.size(k) for k in self.categories]
        start = sum(sizes[:item])
        return np.arange(start, start + sizes[item])

    def log_probabilities(self, gamma: Array, theta: Array) -> Array:
        """log P of every category, (q, C)."""
        out = np.empty((len(theta), self.width))
        for block, own in self._parts(gamma):
            out[:, block.columns] = self.family.log_probabilities(own, theta)
        return out

    def slopes(self, gamma: Array, theta: Array) -> Iterator[tuple[Block, Array]]:
        """Block by block, ∂ log P / ∂ its parameters (q, b, K, m)."""
        for block, own in self._parts(gamma):
            yield block, self.family.slopes(own, theta)

    def theta_slopes(self, gamma: Array, theta: Array) -> tuple[Array, Array]:
        """∂ log P / ∂θ and ∂² log P / ∂θ², each (q, C)."""
        first, second = np.empty((len(theta), self.width)), np.empty((len(theta), self.width))
        for block, own in self._parts(gamma):
            first[:, block.columns], second[:, block.columns] = self.family.theta_slopes(own, theta)
        return first, second

    def curvature(self, gamma: Array, theta: Array, counts: Array) -> Array:
        """Σ counts (q, C) times ∂² log P / ∂γ², (M, M), zero between items."""
        out = np.zeros((self.length, self.length))
        for block, own in self._parts(gamma):
            found = self.family.curvature(own, theta, counts[:, block.columns])
            out[block.parameters[:, :, None], block.parameters[:, None, :]] = found
        return out

    def indicators(self, codes: Array) -> Array:
        """(u, C) 1 where a pattern (u, p) holds the category; a missing answer has no 1."""
        starts = np.cumsum([0, *self.categories[:-1]])
        out = np.zeros((len(codes), self.width))
        row, item = np.nonzero(codes >= 0)
        out[row, starts[item] + codes[row, item]] = 1.0
        return out

    def _parts(self, gamma: Array) -> Iterator[tuple[Block, Array]]:
        for block in self.blocks:
            yield block, gamma[block.parameters]


def lay_out(family: Family, categories: Sequence[int]) -> Layout:
    """The layout of items with these numbers of categories.

    Examples
    --------
    >>> from mlbc_stats.irt.curves.families import GRADED
    >>> found = lay_out(GRADED, [2, 3, 2])
    >>> found.width, found.length, [block.items.tolist() for block in found.blocks]
    (7, 7, [[0, 2], [1]])
    """
    sizes = [family.size(k) for k in categories]
    column, place = np.cumsum([0, *categories[:-1]]), np.cumsum([0, *sizes[:-1]])
    blocks = []
    for k in sorted(set(categories)):
        items = np.flatnonzero(np.array(categories) == k)
        blocks.append(
            Block(items, column[items, None] + np.arange(k), place[items, None] + np.arange(family.size(k)))
        )
    return Layout(family, tuple(categories), tuple(blocks))
