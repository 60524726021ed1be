"""Correlations of the items of a scale with one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.reliability.items import Floats, read_items

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("pearson", "spearman", "polychoric")


def item_correlations(
    data: Any, items: Sequence[str] | None = None, method: str = "pearson", missing: str = "listwise"
) -> pd.DataFrame:
    """Correlations of every pair of items, with their mean and range.

    Parameters
    ----------
    data : table (n, k) of keyed items. items : columns; all by default.
    method : "pearson", "spearman" (of mid-ranks) or "polychoric" (of the responses behind ordinal answers).
    missing : "listwise", or "pairwise" for pearson.

    Returns
    -------
    pandas.DataFrame
        (k, k), items by items. ``attrs`` holds n, mean, lowest and highest of the correlations off the diagonal, and
        notes on polychoric ones. A mean of .15 to .50 is what Clark & Watson advise; the range says whether it hides
        pairs that repeat each other and pairs that share nothing.

    Raises
    ------
    DataError
        as in `alpha`; an unknown method; pairwise deletion with another than pearson; polychoric correlations that did
        not converge.

    References
    ----------
    Clark & Watson (1995), doi:10.1037/1040-3590.7.3.309. In R: ``cor(items, method = "spearman")``,
    ``psych::polychoric(items, correct = 0)$rho``.

    Examples
    --------
    >>> found = item_correlations({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> found.round(2).loc["a"].tolist(), round(found.attrs["mean"], 2)
    ([1.0, 0.94, 0.9], 0.88)
    """
    import pandas as pd

    if method not in METHODS:
        raise DataError(f"method={method!r} is not known here; expected one of {', '.join(METHODS)}")
    if missing == "pairwise" and method != "pearson":
        raise DataError(f"missing='pairwise' is for pearson correlations; use 'listwise' with {method}")
    scale = read_items(data, items, missing)
    notes: tuple[str, ...] = ()
    correlation = scale.correlation
    if method == "spearman":
        correlation = np.corrcoef(_ranks(scale.answers).T)
    elif method == "polychoric":
        found = ordinal_moments(scale.answers, scale.names, range(len(scale.names)))
        if not bool(found.ok):
            raise DataError(f"the polychoric correlations of {', '.join(scale.names)} did not converge")
        correlation, notes = found.correlation, found.notes
    pairs = correlation[np.tril_indices(len(correlation), -1)]
    frame = pd.DataFrame(correlation, index=list(scale.names), columns=list(scale.names))
    frame.attrs |= {
        "n": scale.n,
        "mean": float(pairs.mean()),
        "lowest": float(pairs.min()),
        "highest": float(pairs.max()),
        "notes": notes,
    }
    return frame


def _ranks(answers: Floats) -> Floats:
    """Mid-ranks of each column (n, k)."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(answers, axis=0))
