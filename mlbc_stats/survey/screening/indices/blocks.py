"""Blocks of rows, so that an index over many cases needs the memory of a few."""

from __future__ import annotations

from collections.abc import Iterator

CELLS = 2_000_000
"""Cells of one block, sixteen megabytes of floats."""


def row_blocks(n: int, width: int, cells: int = CELLS) -> Iterator[slice]:
    """Slices that cover n rows, each of about `cells` cells where a row has `width` of them.

    Examples
    --------
    >>> [(block.start, block.stop) for block in row_blocks(5, width=10, cells=20)]
    [(0, 2), (2, 4), (4, 5)]
    """
    step = max(1, cells // max(width, 1))
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))
