"""Fit of items: observed against expected answers at each total score (S-X²)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mlbc_stats.errors import DataError
from mlbc_stats.irt.estimation.marginal import log_prior
from mlbc_stats.irt.fit_tests.score_table import expected_shares, joined_cells, score_rows
from mlbc_stats.irt.result import IrtResult

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


def item_fit(result: IrtResult, least: float = 1.0) -> pd.DataFrame:
    """S-X² of every item: item, chi_square, df, pvalue, rmsea.

    Σ_s N_s Σ_k (O_sk − E_sk)²/E_sk over total scores s, O and E the observed and expected share of category k. Only the
    cases that answered every item enter.

    Parameters
    ----------
    result : a fitted model. least : cells are joined until each expects so many answers.

    Raises
    ------
    DataError
        fewer than three items, or no complete case.

    Notes
    -----
    Orlando & Thissen (2000), doi:10.1177/01466216000241003; Kang & Chen (2008), doi:10.1111/j.1745-3984.2008.00071.x.
    df = cells − rows − parameters of the item, with one more where slopes are fixed and the latent variance is free.
    In R: ``mirt::itemfit(fit, "S_X2")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import irt
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=(500, 1))
    >>> data = pd.DataFrame((theta + rng.logistic(size=(500, 6)) > 0) * 1).add_prefix("x")
    >>> bool((item_fit(irt.fit(data, "2pl")).pvalue > 0.001).all())
    True
    """
    import pandas as pd

    p = len(result.items)
    if p < 3:
        raise DataError(f"S-X² needs three items or more, got {p}: {', '.join(result.items)}")
    codes = result.answers.codes[(result.answers.codes >= 0).all(axis=1)]
    if not len(codes):
        raise DataError("S-X² needs cases that answered every item; there is none")
    probabilities, weights = node_probabilities(result)
    rows = [_item(result, codes, probabilities, weights, j, least) for j in range(p)]
    return pd.DataFrame(rows, columns=["item", "chi_square", "df", "pvalue", "rmsea"])


def node_probabilities(result: IrtResult) -> tuple[list[Array], Array]:
    """Probabilities of each item at the nodes (q, K_j), and the weights of the nodes (q,)."""
    problem = result.problem
    every = np.exp(problem.layout.log_probabilities(result.gamma, problem.nodes))
    weights = np.exp(log_prior(problem, result.climb.theta)[0])
    return np.split(every, np.cumsum(problem.layout.categories)[:-1], axis=1), weights / weights.sum()


def _item(
    result: IrtResult, codes: Array, probabilities: list[Array], weights: Array, j: int, least: float
) -> tuple[str, float, int, float, float]:
    k = result.answers.categories[j]
    total = codes.sum(axis=1)
    shares = expected_shares(probabilities, weights, j)
    observed = np.zeros(shares.shape)
    np.add.at(observed, (total, codes[:, j]), 1.0)
    expected = shares * observed.sum(1, keepdims=True)
    cells = joined_cells(score_rows(observed), score_rows(expected), least)
    kept = [(o, e) for o, e in cells if len(e) > 1 and e.min() > 0]
    value = float(sum(((o - e) ** 2 / e).sum() for o, e in kept))
    own = result.problem.layout.family.size(k)
    df = sum(len(e) - 1 for _, e in kept) - own
    if df <= 0:
        return result.items[j], value, df, float("nan"), float("nan")
    size = np.sqrt(max(value - df, 0.0) / (df * (len(codes) - 1)))
    return result.items[j], value, df, float(chdtrc(df, value)), float(size)
