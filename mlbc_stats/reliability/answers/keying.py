"""Items that run against the others, by the first principal component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.items import read_items

UNDECIDED = 1e-8
"""Loadings, and sums of them, nearer to zero than this have no sign."""


def against_first_component(
    data: Any, items: Sequence[str] | None = None, missing: str = "listwise"
) -> tuple[str, ...]:
    """Items that load negatively on the first principal component, which look as if they were not reversed.

    Nothing is turned: what an item's wording says decides. The component points to where its loadings sum to more
    than zero.

    Parameters
    ----------
    data : table (n, k). items : columns; all by default. missing : "listwise" or "pairwise".

    Raises
    ------
    DataError
        where the loadings sum to zero, so that half of the items run against the other half.

    References
    ----------
    In R: ``psych::alpha(items, check.keys = TRUE)$keys``.

    Examples
    --------
    >>> against_first_component({"a": [1, 2, 3, 4, 5], "b": [5, 4, 3, 1, 1], "c": [1, 3, 3, 4, 4]})
    ('b',)
    """
    scale = read_items(data, items, missing)
    loadings = np.linalg.eigh(scale.correlation)[1][:, -1]
    if abs(loadings.sum()) < UNDECIDED:
        raise DataError(
            "half of the items run against the other half; first reverse the items that are worded the other way"
        )
    return tuple(np.array(scale.names)[loadings * np.sign(loadings.sum()) < -UNDECIDED].tolist())
