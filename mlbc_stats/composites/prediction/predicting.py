"""Predict every case by models that have not seen it: PLSpredict."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.composites.prediction.folds import held_out, read_folds
from mlbc_stats.composites.prediction.maps import BENCHMARKS, TECHNIQUES, targets
from mlbc_stats.composites.prediction.prediction_result import CompositePrediction
from mlbc_stats.composites.prediction.training import Predicted, predict_all
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.errors import ConvergenceWarning, ModelError, NotServedError
from mlbc_stats.near_names import did_you_mean

Array = NDArray[Any]

CELLS = 2_000_000
"""Answers of training sets that are held at once."""


def predict(
    fit: CompositeResult,
    folds: Any = 10,
    repetitions: int = 10,
    seed: int | None = None,
    technique: str = "direct",
    average: str = "errors",
    corrected: bool = False,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> CompositePrediction:
    """Out-of-sample predictions of all indicators of endogenous constructs, beside a linear model and the mean.

    Each case is standardized by its training set, its scores by the training set's weights predict the endogenous
    constructs, and loadings take these back to the indicators and their units. All training sets of all repetitions
    are one batch.

    Parameters
    ----------
    fit : from `composites.fit`, of complete numeric cases, without products and constructs of higher order.
    folds : how many parts the cases are drawn into; "loo" leaves out one case at a time; or labels of the folds, one
        per case (n,), or (R, n) of R repetitions.
    repetitions, seed : how often new folds are drawn, and from what. Not used with given folds.
    technique : "direct" predicts a construct from the scores of its predecessors (direct antecedents); "earliest" from
        exogenous constructs alone (earliest antecedents).
    average : over repetitions; "errors" takes the squared and absolute errors of all repetitions, "predictions"
        averages a case's predictions first, which is a little better than one model predicts.
    corrected : whether common factors predict with their consistent paths and loadings. Scores hold error of
        measurement, so that the uncorrected ones predict better.
    workers : threads. progress : called with (done, total) chunks.

    Returns
    -------
    CompositePrediction

    Raises
    ------
    ModelError, DataError, NotServedError

    References
    ----------
    Shmueli, Ray, Velasquez Estrada & Chatla (2016), doi:10.1016/j.jbusres.2016.03.049; Shmueli et al. (2019),
    doi:10.1108/EJM-02-2019-0189; Danks (2021), doi:10.1145/3505639.3505644 (techniques). In R:
    ``seminr::predict_pls(model, technique = predict_DA, noFolds = 10, reps = 10)``, ``cSEM::predict``.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> data = {f"x{i}": cause + rng.normal(size=200) for i in (1, 2)}
    >>> data |= {f"y{i}": 0.6 * cause + rng.normal(size=200) for i in (1, 2)}
    >>> fit = composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data)
    >>> found = composites.predict(fit, folds=5, repetitions=2, seed=1)
    >>> found.table[["indicator", "q2_predict"]].round(2).to_dict("list")
    {'indicator': ['y1', 'y2'], 'q2_predict': [0.11, 0.16]}
    """
    _check(fit, technique, average)
    labels = read_folds(folds, repetitions, seed, fit.sample)
    out, repetition = held_out(labels)
    parts = parallel.chunks(len(out), max(CELLS // fit.sample.rows.size, 1))
    made = parallel.run(
        lambda part: predict_all(fit, out[part], technique, corrected),
        parts,
        workers=workers,
        progress=progress,
    )
    failed = int(sum((~each.solved).sum() for each in made))
    if failed:
        text = f"{failed} of {len(out)} training sets have no solution; the cases they leave out are not predicted"
        warnings.warn(text, ConvergenceWarning, stacklevel=2)
    return CompositePrediction(
        fit=fit, folds=labels, technique=technique, average=average, failures=failed,
        actual=fit.sample.rows[:, targets(fit.specification)],
        **_collected(made, [(out[part], repetition[part]) for part in parts], len(labels)),
    )  # fmt: skip


def _collected(made: list[Predicted], parts: list[tuple[Array, Array]], repetitions: int) -> dict[str, Any]:
    """Predictions of the cases held out (R, n, q), and the mean of those of the cases held in (n, q)."""
    n, q = made[0].indicators["pls"].shape[1:]
    e = made[0].scores.shape[-1]
    predicted = {kind: np.full((repetitions, n, q), np.nan) for kind in ("pls", *BENCHMARKS)}
    scores, construct = np.full((2, repetitions, n, e), np.nan)
    total, count = np.zeros((n, q)), np.zeros((n, 1))
    for each, (out, repetition) in zip(made, parts, strict=True):
        fold, case = np.nonzero(out)
        for kind, values in predicted.items():
            values[repetition[fold], case] = each.indicators[kind][fold, case]
        scores[repetition[fold], case] = each.scores[fold, case]
        construct[repetition[fold], case] = each.predicted_scores[fold, case]
        held_in = (~out & each.solved[:, None])[..., None]
        total += np.sum(np.where(held_in, each.indicators["pls"], 0.0), axis=0)
        count += held_in.sum(axis=0)
    in_sample = total / np.where(count > 0, count, np.nan)
    return {"predicted": predicted, "in_sample": in_sample, "scores": scores, "predicted_scores": construct}


def _check(fit: CompositeResult, technique: str, average: str) -> None:
    for name, value, known in (
        ("technique", technique, TECHNIQUES),
        ("average", average, ("errors", "predictions")),
    ):
        if value not in known:
            hint = did_you_mean(value, known)
            raise ModelError(f"{name}={value!r} is unknown; use one of {', '.join(known)}{hint}")
    check_predictable(fit)


def check_predictable(fit: CompositeResult) -> None:
    """Refuse models and samples whose answers cannot be predicted.

    Raises
    ------
    ModelError : no path. NotServedError : products, constructs of higher order, ordinal indicators, gaps.
    """
    if not fit.specification.endogenous:
        raise ModelError("no path leads to any construct, so there is nothing to predict; add a path")
    if fit.plan.by_cases or fit.plan.first is not None:
        raise NotServedError("prediction with products or constructs of higher order is not served")
    if fit.sample.ordered:
        raise NotServedError(
            "prediction of ordinal indicators by polychoric correlations is not served; fit them as numbers"
        )
    if np.isnan(fit.sample.rows).any():
        raise NotServedError(
            f"prediction with missing={fit.sample.missing!r} is not served: a case without an answer has no score; use "
            "'listwise', or 'mean' with its note"
        )
