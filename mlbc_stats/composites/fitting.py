"""Fit a composite model: partial least squares, its consistent form, and simpler weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlbc_stats.composites.notes import refuse_collinear, tell
from mlbc_stats.composites.options import WHOLE, Options, check_options
from mlbc_stats.composites.requirements import check_requirements
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.sample.reading import read_sample
from mlbc_stats.composites.solving import solve
from mlbc_stats.composites.specification.model_text import read_model
from mlbc_stats.composites.stages.plan import columns_of, make_plan


def fit(
    model: str,
    data: Any,
    weights: str | Mapping[str, str] = "modeA",
    scheme: str = "path",
    consistent: bool = True,
    missing: str = "listwise",
    ordered: bool | Sequence[str] = (),
    sampling_weights: str | None = None,
    instruments: Mapping[str, Sequence[str]] | None = None,
    neighbours: str = "model",
    dominant: Mapping[str, str] | None = None,
    higher: str = "disjoint",
    products: str = "two_stage",
    product_scale: str = "product",
    tolerance: float = 1e-10,
    max_iter: int | None = None,
) -> CompositeResult:
    """Fit constructs that are weighted sums of their indicators, and the paths among them.

    Parameters
    ----------
    model : lavaan's syntax. `f <~ x1 + x2` is a composite, `f =~ x1 + x2` a common factor, `g ~ f + h` a regression; a
        column of the data may stand among the predictors as it is. `x1 ~~ x2` lets errors within a factor correlate.
    data : table of cases. Indicators are standardized.
    weights : "modeA" (correlation weights), "modeB" (regression weights), "pca" (first component), "unit" (equal),
        "regression" (one-factor scores), for all or as a mapping of constructs ("" for those not named); or, for the
        whole model, "sumcorr", "maxvar", "minvar" (generalized canonical correlations), "gsca" (least sum of squared
        residuals).
    scheme : inner weights, "path", "centroid" or "factorial".
    consistent : correct common factors for attenuation: with modes A and B by ρ_A (PLSc), with "gsca" by taking the
        unique parts out of their indicators (GSCA_M, IGSCA), with other weights by the loadings of a one-factor model
        of the block (Croon). Composites are never corrected.
    missing : "listwise"; "pairwise"; "fiml", saturated maximum-likelihood moments; "mean", replaced by the mean of the
        indicator, with a note.
    ordered : ordinal indicators (or True for all): polychoric correlations (ordinal PLS).
    sampling_weights : column of case weights.
    instruments : per endogenous construct the constructs by which two-stage least squares identifies its equation.
    neighbours : which constructs the proxy of a construct is made of: those a path joins it with, or "all".
    dominant : per construct the indicator that shall load positively. By default most indicators do.
    higher : constructs whose indicators are constructs (`top <~ f + g`). "disjoint": first a model in which the
        dimensions take the paths of their construct, then their scores as its indicators; "embedded": first a model in
        which it repeats all their indicators, then scores for all constructs; "repeated": that model alone; "scores":
        first a model without the construct in which all constructs are neighbours, then scores for all (cSEM).
    products : `y ~ f + g + f:g` (or `f:f`). "two_stage": products of scores join the regressions, for factors with
        moments corrected for attenuation; "reestimated": the product of scores is a single indicator and all weights
        are found again (seminr); "product_indicator": all products of standardized indicators; "orthogonal": their
        residuals.
    product_scale : "product" leaves the product of standardized scores as it is, so that its path is the change of a
        slope per standard deviation of the moderator; "unit" scales it to unit variance.
    tolerance, max_iter : the weights have converged when none moves by more than this; at most 300 iterations, 5,000
        with "gsca".

    Returns
    -------
    CompositeResult

    Raises
    ------
    ModelSyntaxError, ModelError, DataError, NotServedError

    Notes
    -----
    A fit is a batch of one: resamples run through the same functions. In R: ``cSEM::csem(data, model)``, whose
    composites have mode B and factors mode A by default, or ``seminr::estimate_pls``.

    References
    ----------
    Wold (1982); Lohmöller (1989), doi:10.1007/978-3-642-52512-4; Dijkstra & Henseler (2015),
    doi:10.25300/MISQ/2015/39.2.02; Schuberth, Henseler & Dijkstra (2018), doi:10.1007/s11135-016-0401-7 (ordinal);
    Hwang, Takane & Jung (2017), doi:10.3389/fpsyg.2017.02137 (GSCA_M).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> effect = 0.6 * cause + 0.8 * rng.normal(size=200)
    >>> data = {f"x{i}": cause + rng.normal(size=200) for i in (1, 2, 3)}
    >>> data |= {f"y{i}": effect + rng.normal(size=200) for i in (1, 2, 3)}
    >>> plain = fit("cause <~ x1 + x2 + x3; effect <~ y1 + y2 + y3; effect ~ cause", data)
    >>> factors = fit("cause =~ x1 + x2 + x3; effect =~ y1 + y2 + y3; effect ~ cause", data)
    >>> plain.paths["est"].round(2).tolist(), factors.paths["est"].round(2).tolist()
    ([0.4], [0.56])
    """
    whole = weights if isinstance(weights, str) and weights in WHOLE else None
    specification = read_model(model, "modeA" if whole else weights)
    plan = make_plan(specification, higher, products, product_scale)
    most = (5000 if whole == "gsca" else 300) if max_iter is None else max_iter
    options = check_options(
        Options(whole, scheme, neighbours, consistent, instruments or {}, dominant or {}, tolerance, most)
    )
    check_requirements(plan, options)
    sample = read_sample(data, columns_of(plan), ordered, missing, sampling_weights)
    refuse_collinear(sample.correlation, sample.names, plan)
    solved = solve(sample, np.ones((1, sample.n)), plan, options)
    return CompositeResult(plan, options, sample, solved, tell(solved, sample, plan, options))
