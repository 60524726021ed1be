"""What a composite C = w'x asks of the cells of A and S.

With T the covariances of its indicators x, free of any structure, v = w'Tw and λ = Tw/v, the model x = λC + e with
Cov(e) = T − vλλ' has w'e = 0 and so C = w'x, whatever C is otherwise related to. Within a block the implied covariances
are T, between blocks λ₁ Cov(C₁, C₂) λ₂'. The disturbance of C has the variance that gives C the total variance v.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable


@dataclass(frozen=True, slots=True)
class Block:
    """A composite with its k indicators in one group.

    Attributes
    ----------
    at : position of the composite; items : (k,) positions of its indicators.
    weights : (k,) fixed weights, 0 where free; weight_cells : (k,) own parameter of each, −1 where fixed.
    i, j, cells : (t,) places within the block of free covariances of the indicators, and their own parameters.
    """

    at: int
    items: Ints
    weights: Floats
    weight_cells: Ints
    i: Ints
    j: Ints
    cells: Ints

    @property
    def corner(self) -> tuple[Ints, Ints]:
        """Index of the block in (..., v, v)."""
        return self.items[:, None], self.items

    def read_weights(self, own: Floats) -> Floats:
        """w (..., k) from the group's own parameters (..., q_g)."""
        return np.where(self.weight_cells >= 0, own[..., self.weight_cells], self.weights)


def loadings(weights: Floats, within: Floats) -> tuple[Floats, Floats, Floats]:
    """λ (..., k), v (...,) and the residual covariances T − vλλ' (..., k, k) from w (..., k) and T (..., k, k).

    References
    ----------
    Schuberth (2021), doi:10.1007/s11135-020-01068-y; Schamberger, Schuberth, Henseler & Rosseel (2025).

    Examples
    --------
    >>> found = loadings(np.array([1.0, 1.0]), np.array([[1.0, 0.5], [0.5, 1.0]]))
    >>> [part.round(3).tolist() for part in found]
    [[0.5, 0.5], 3.0, [[0.25, -0.25], [-0.25, 0.25]]]
    """
    toward = (within @ weights[..., None])[..., 0]
    variance = np.sum(weights * toward, axis=-1)
    loading = toward / variance[..., None]
    return loading, variance, within - toward[..., :, None] * loading[..., None, :]


def is_own(row: Parameter, table: ParameterTable) -> bool:
    """Whether a row is a weight or a covariance within a block, and so no cell of A or S."""
    if row.op == "<~":
        return bool(table.blocks)
    home = table.block_of
    return row.op == "~~" and row.lhs in home and home[row.lhs] == home.get(row.rhs)


def find_blocks(
    table: ParameterTable, group: int, place: dict[str, int], free: Sequence[Parameter]
) -> tuple[Block, ...]:
    """The blocks of one group, whose own parameters are the rows `free`."""
    out = []
    for composite, names in table.blocks:
        rows = {
            row.rhs: row
            for row in table.parameters
            if row.op == "<~" and row.lhs == composite and row.group == group
        }
        numbers = {row.plabel: at for at, row in enumerate(free)}
        inside = [
            (names.index(row.lhs), names.index(row.rhs), at)
            for at, row in enumerate(free)
            if row.op == "~~" and row.lhs in names and row.rhs in names
        ]
        i, j, cells = np.array(inside, dtype=np.intp).reshape(-1, 3).T
        out.append(
            Block(
                at=place[composite],
                items=np.array([place[name] for name in names], dtype=np.intp),
                weights=np.array([rows[name].fixed or 0.0 for name in names], dtype=float),
                weight_cells=np.array([numbers.get(rows[name].plabel, -1) for name in names], dtype=np.intp),
                i=i,
                j=j,
                cells=cells,
            )
        )
    return tuple(out)


def given_blocks(table: ParameterTable, group: int, place: dict[str, int]) -> tuple[Ints, ...]:
    """Positions of the indicators of each composite whose covariances are those of the sample."""
    given = {
        row.lhs for row in table.parameters if row.exo and row.group == group and row.lhs in table.block_of
    }
    return tuple(
        np.array([place[name] for name in names], dtype=np.intp)
        for _, names in table.blocks
        if set(names) <= given
    )
