"""Whether higher answers become more frequent with the rest score, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlbc_stats.irt.scalability.coefficients import coefficients, parts
from mlbc_stats.irt.scalability.items import read_scores
from mlbc_stats.irt.scalability.rest_groups import crit, default_size, rest_groups

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]
COLUMNS = ("item", "h", "active", "violations", "largest", "sum", "z_max", "significant", "crit")


def monotonicity(
    data: Any,
    items: Sequence[str] | None = None,
    least_violation: float = 0.03,
    group_size: int | None = None,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Violations of manifest monotonicity: P(X ≥ s | rest score) that falls from one rest-score group to a later one.

    Parameters
    ----------
    data : table (cases, items), whole scores; complete cases enter. items : columns, all by default.
    least_violation : smaller falls are not counted. group_size : least cases in a group; n/10 for 500 cases or more.

    Returns
    -------
    One row an item: `h`; `active` comparisons, in which a fall is possible; `violations`, the `largest`, their `sum`;
    the largest z and how many are `significant` (one-sided, `alpha`); `crit`, 80 or more of which is serious.

    Notes
    -----
    Junker & Sijtsma (2000), doi:10.1177/01466216000241004; Molenaar & Sijtsma (2000). In R:
    ``summary(mokken::check.monotonicity(X))``, which rounds.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=400)
    >>> data = {f"x{j}": (theta + rng.logistic(size=400) > 0) * 1 for j in range(5)}
    >>> int(monotonicity(data).significant.sum())
    0
    """
    import pandas as pd

    scores = read_scores(data, items)
    x = scores.x
    least = default_size(len(x)) if group_size is None else group_size
    h, total, limit = coefficients(parts(x)).items, x.sum(axis=1), float(ndtri(1 - alpha))
    rows = []
    for j, name in enumerate(scores.names):
        group = rest_groups(total - x[:, j], least)
        active, falls, z = _falls(x[:, j], group, least_violation)
        sure = int((z > limit).sum())
        largest, highest = (float(part.max(initial=0)) for part in (falls, z))
        rows.append(
            (name, h[j], active, len(falls), largest, float(falls.sum()), highest, sure,
             crit(h[j], active, falls, z, sure))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _falls(column: Array, group: Array, least: float) -> tuple[int, Array, Array]:
    """Comparisons in which a fall is possible; sizes of the falls and their z."""
    size = np.bincount(group).astype(float)
    low, high = np.triu_indices(len(size), 1)
    active, falls, z = 0, [], []
    for value in np.unique(column)[1:]:
        reached = np.bincount(group, column >= value, minlength=len(size))
        share = reached / size
        active += int(((share[low] > 0) & (share[high] < 1)).sum())
        fall = share[low] - share[high]
        seen = fall > least
        falls.append(fall[seen])
        z.append(_z(reached[low], size[low], reached[high], size[high])[seen])
    return active, np.concatenate(falls), np.concatenate(z)


def _z(a: Array, n_a: Array, b: Array, n_b: Array) -> Array:
    """Normal approximation of the hypergeometric test that a/n_a exceeds b/n_b."""
    value = np.sqrt((n_a - a + 1) * (b + 1)) - np.sqrt(a * (n_b - b))
    return np.abs(2 * value / np.sqrt(np.maximum(n_a + n_b - 1, 1)))
