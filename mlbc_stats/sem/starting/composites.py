"""Starting weights of composites: every indicator counts alike in standard deviations, turned to the first one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.specification.parameter_table import Parameter


def composite_guesses(
    rows: Sequence[Parameter],
    blocks: Sequence[tuple[str, tuple[str, ...]]],
    place: Mapping[str, int],
    cov: Floats,
) -> dict[str, Floats]:
    """Weights (p,) over the observed variables of every composite of a group; fixed ones as they are fixed.

    Without a fixed weight the composite has variance 1.
    """
    out = {}
    for name, items in blocks:
        own = {row.rhs: row for row in rows if row.op == "<~" and row.lhs == name}
        index = [place[item] for item in items]
        spread = np.sqrt(np.diag(cov)[index])
        shape = np.where(cov[index[0], index] < 0, -1.0, 1.0) / spread
        fixed = np.array([np.nan if own[item].free else float(own[item].fixed or 0.0) for item in items])
        marked = np.flatnonzero(np.nan_to_num(fixed) != 0)
        block = cov[np.ix_(index, index)]
        size = fixed[marked[0]] / shape[marked[0]] if len(marked) else 1 / np.sqrt(shape @ block @ shape)
        out[name] = np.zeros(len(cov))
        out[name][index] = np.where(np.isnan(fixed), shape * size, fixed)
    return out
