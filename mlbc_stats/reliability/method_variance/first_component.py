"""Harman's single-factor share, which readers may still ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mlbc_stats.reliability.items import read_items


def first_component(data: Any, items: Sequence[str] | None = None) -> float:
    """Share of the variance of all items on their first unrotated principal component, λ₁/k.

    A legacy check: a share below one half does not show that there is no method variance, and one above it does not
    show that there is; report it, if at all, beside a marker.

    Parameters
    ----------
    data : table (n, k); rows with a missing answer are left out. items : columns; all by default.

    Raises
    ------
    DataError
        fewer than two items or three complete cases, constant items.

    References
    ----------
    Podsakoff & Organ (1986), doi:10.1177/014920638601200408; against it Podsakoff et al. (2003),
    doi:10.1037/0021-9010.88.5.879, and Fuller et al. (2016), doi:10.1016/j.jbusres.2015.12.008. In R:
    ``psych::principal(data, 1)$values[1] / ncol(data)``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> answers = rng.normal(size=(4, 2000)) + 10 * rng.normal(size=2000)
    >>> round(first_component(dict(zip("abcd", answers))), 2)
    0.99
    """
    correlation = read_items(data, items).correlation
    return float(np.linalg.eigvalsh(correlation)[-1] / len(correlation))
