"""A few statistics written out, so that tests of simulated answers lean on nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd


def alpha(items: pd.DataFrame) -> float:
    """Cronbach's alpha of complete cases."""
    cov = np.cov(items.dropna().to_numpy().T)
    k = len(cov)
    return k / (k - 1) * (1 - np.trace(cov) / cov.sum())


def htmt(first: pd.DataFrame, second: pd.DataFrame) -> float:
    """Heterotrait-monotrait ratio of two sets of items."""
    r = np.corrcoef(np.column_stack([first, second]).T)
    k = first.shape[1]
    within = [block[np.triu_indices(len(block), 1)].mean() for block in (r[:k, :k], r[k:, k:])]
    return r[:k, k:].mean() / np.sqrt(within[0] * within[1])


def item_rest(items: pd.DataFrame, name: str) -> float:
    """Correlation of an item with the sum of the others."""
    rest = items.drop(columns=name).sum(axis=1)
    return float(np.corrcoef(items[name], rest)[0, 1])


def icc(values: np.ndarray, groups: np.ndarray) -> float:
    """One-way intraclass correlation ICC(1) of groups of equal size."""
    size = int(pd.Series(groups).value_counts().iloc[0])
    table = values[np.argsort(groups, kind="stable")].reshape(-1, size)
    between = size * table.mean(axis=1).var(ddof=1)
    within = table.var(axis=1, ddof=1).mean()
    return float((between - within) / (between + (size - 1) * within))


def named(values: np.ndarray) -> pd.DataFrame:
    """Columns called x1, x2, ..."""
    return pd.DataFrame(values, columns=[f"x{place}" for place in range(1, values.shape[1] + 1)])
