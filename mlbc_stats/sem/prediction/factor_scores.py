"""Factor scores: what each case's answers say about its latent variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.columns import read_categories, read_labels
from mlbc_stats.moments.incomplete.patterns import find_patterns
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.data.source import row_names
from mlbc_stats.sem.prediction.latent_moments import latent_means
from mlbc_stats.sem.prediction.level_scores import level_scores
from mlbc_stats.sem.prediction.ordinal_scores import modal_scores
from mlbc_stats.sem.prediction.score_weights import bartlett_weights, regression_weights
from mlbc_stats.sem.results.fitted_model import require_solution
from mlbc_stats.sem.results.levels import require_continuous, require_one_level

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel

METHODS = ("regression", "bartlett")
ALIASES = {"ebm": "regression", "ml": "bartlett"}


def factor_scores(
    fit: FittedModel, method: str = "regression", data: Any = None, level: int = 1
) -> pd.DataFrame:
    """Scores of the cases on all latent variables.

    Parameters
    ----------
    fit : a fitted model.
    method : "regression" E(η) + CΣ⁻¹(y − μ), C = cov(η, y), the most precise prediction, shrunk to the mean; or
        "bartlett" E(η) + (LᵀΘ⁻¹L)⁻¹LᵀΘ⁻¹(y − μ), unbiased given η, which leaves the structural model aside. With
        ordinal variables these are the mode of the posterior density ("ebm" in lavaan) and of the likelihood ("ml").
    data : other rows to score with the same estimates (and the same grouping column); the fitted rows otherwise.
    level : of two-level models (method "regression", the fitted rows): 1 for the factors within clusters, a row for
        every row, or 2 for those between, a row for every cluster, under its name.

    Returns
    -------
    DataFrame
        A column per latent variable, with several groups after a first column ``group``. Rows keep the order of the
        data and have its names (the index of a data frame), or else are named by their position from 0; rows that
        the fit dropped are absent, as in lavaan, so that ``data.loc[scores.index]`` are the cases.

    Notes
    -----
    A case with missing values is scored from what it answered. Bartlett scores of a factor without any answered
    indicator are NaN; those of higher-order factors allow for the disturbances of the factors below (lavaan gives 0).
    Without a mean structure factors have the mean that covariates give them, and zero without covariates.

    Raises
    ------
    DataError
        when the fit had a covariance matrix and no `data` is given, or `data` lack a variable or group.
    ModelError
        for an unknown method, a fit that did not converge, a model without latent variables, and residual variances of
        ordinal fits that are not positive.

    References
    ----------
    Thurstone (1935), The Vectors of Mind; Bartlett (1937), doi:10.1111/j.2044-8295.1937.tb00863.x; Skrondal & Laake
    (2001), doi:10.1007/BF02296196. In R: ``lavPredict(fit, method = "Bartlett")``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(3)
    >>> common = rng.normal(size=(500, 1))
    >>> items = dict(zip("abcde", (common + rng.normal(size=(500, 5))).T))
    >>> scores = sem.factor_scores(sem.cfa("f =~ a + b + c + d + e", items))
    >>> bool(np.corrcoef(scores["f"], common[:, 0])[0, 1] > 0.85)
    True
    """
    import pandas as pd

    method = ALIASES.get(method.lower(), method.lower()) if fit.method.ordinal else method.lower()
    if method not in METHODS:
        raise ModelError(f"method={method!r} is not known; use one of {', '.join(METHODS)}")
    require_solution(fit, "factor scores")
    require_continuous(fit, "factor scores", "analyse the codes as continuous with estimator='MLR'")
    if fit.table.two_level:
        if method != "regression" or data is not None:
            require_one_level(
                fit, "Bartlett scores and scores of other rows", "method='regression' of the fitted rows is"
            )
        return level_scores(fit, level)
    if level != 1:
        raise ModelError(f"level={level!r}: the model has one level")
    if not fit.table.latent:
        raise ModelError("the model has no latent variables, so there are no factor scores")
    groups = _fitted_rows(fit) if data is None else _new_rows(fit, data)
    frames = []
    for g, (x, rows) in enumerate(groups):
        frame = pd.DataFrame(_scores(fit, g, x, method), index=rows, columns=list(fit.table.latent))
        if fit.table.n_groups > 1:
            frame.insert(0, "group", fit.table.group_labels[g])
        frames.append(frame)
    out = pd.concat(frames).sort_index()
    names = fit.row_names if data is None else row_names(data)
    if names is not None:
        out.index = names[out.index]
    return out


def _scores(fit: FittedModel, g: int, x: Floats, method: str) -> Floats:
    ram, implied, moments = fit.solution.rams[g], fit.solution.implied()[g], fit.moments[g]
    mean = np.zeros(x.shape[1]) if moments.mean is None else moments.mean
    mu = mean if implied.mu is None else implied.mu
    if not len(x):
        return np.empty((0, len(fit.table.latent)))
    if moments.ordinal is not None:
        return modal_scores(ram, implied, fit.theta, moments.ordinal, x, prior=method == "regression")
    patterns = find_patterns(x)
    if method == "regression":
        weights = regression_weights(ram, implied, patterns)
    else:
        weights = bartlett_weights(ram, implied, fit.theta, patterns)
    deviation = np.where(np.isnan(x), 0.0, x - mu)
    out = np.empty((len(x), weights.shape[1]))
    for k, weight in enumerate(weights):
        rows = patterns.case == k
        out[rows] = deviation[rows] @ weight.T
    return out + latent_means(ram, implied, fit.theta, mean)


def _fitted_rows(fit: FittedModel) -> list[tuple[Floats, Ints]]:
    out = []
    for moments in fit.moments:
        if moments.raw is None or moments.rows is None:
            raise DataError("the model was fitted to a covariance matrix; give the rows to score as data=")
        out.append((moments.raw, moments.rows))
    return out


def _new_rows(fit: FittedModel, data: Any) -> list[tuple[Floats, Ints]]:
    """Rows of each group that hold any value, with their positions."""
    if fit.call.get("std_ov"):
        raise ModelError("std_ov=True standardized the fitted rows; other rows cannot be put on that scale")
    x = read_categories(data, fit.table.observed)
    some = ~np.isnan(x).all(axis=1)
    group = fit.call.get("group")
    if group is None:
        rows = np.flatnonzero(some)
        return [(x[rows], rows)]
    codes, labels = read_labels(data, group)
    unknown = sorted(set(labels) - set(fit.table.group_labels))
    if unknown:
        known = ", ".join(fit.table.group_labels)
        raise DataError(f"column {group!r} of the data has group {unknown[0]!r}, but the fit has {known}")
    parts = []
    for label in fit.table.group_labels:
        own = labels.index(label) if label in labels else len(labels)
        rows = np.flatnonzero(some & (codes == own))
        parts.append((x[rows], rows))
    return parts
