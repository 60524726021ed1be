"""Cross-validated predictive ability: a model's loss beside that of a benchmark or of another model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlbc_stats.composites.prediction.maps import BENCHMARKS
from mlbc_stats.composites.prediction.prediction_result import CompositePrediction
from mlbc_stats.errors import DataError, ModelError, NotServedError
from mlbc_stats.near_names import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


def compare_prediction(
    prediction: CompositePrediction,
    against: str | CompositePrediction = "average",
    level: float = 0.95,
) -> pd.DataFrame:
    """Test whether a model predicts better than a benchmark or than another model (CVPAT).

    The loss of a case is the mean squared error of its out-of-sample predictions over the indicators of a construct
    (and over repetitions); the row Overall takes the mean over constructs. A paired t test compares the losses of both.

    Parameters
    ----------
    prediction : from `composites.predict`.
    against : "average" (mean of each training set), "lm_exogenous" or "lm_all_other" (linear models), or the
        predictions by another model of the same cases in the same folds; constructs that both predict by the same
        indicators are compared.
    level : of the interval of the difference.

    Returns
    -------
    DataFrame
        construct, loss, benchmark_loss, difference (negative: the model predicts better), sd (of the difference), t,
        df (n − 1), p_two_sided, p_better (one-sided, that the model predicts better), ci_lower, ci_upper.

    Raises
    ------
    ModelError : an unknown benchmark, no construct in common. DataError : other cases or folds. NotServedError :
        sampling weights.

    References
    ----------
    Liengaard, Sharma, Hult et al. (2021), doi:10.1111/deci.12445; Sharma, Liengaard, Hair, Sarstedt & Ringle (2023),
    doi:10.1108/EJM-08-2020-0636. In R: ``seminrExtras::assess_cvpat``, whose indicator average is that of all cases.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> data = {f"x{i}": cause + rng.normal(size=200) for i in (1, 2)}
    >>> data |= {f"y{i}": 0.6 * cause + rng.normal(size=200) for i in (1, 2)}
    >>> fit = composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data)
    >>> found = composites.compare_prediction(composites.predict(fit, seed=1), "average")
    >>> found["construct"].tolist(), bool(found["p_better"][0] < 0.001)
    (['g', 'Overall'], True)
    """
    if prediction.fit.sample.weights is not None:
        raise NotServedError("the test of predictive ability with sampling weights is not served")
    other, kind = _other(prediction, against)
    names = _common(prediction, other)
    own, theirs = _losses(prediction, "pls", names), _losses(other, kind, names)
    good = np.isfinite(own).all(axis=1) & np.isfinite(theirs).all(axis=1)
    return _tests(own[good], theirs[good], [*names, "Overall"], level)


def _other(prediction: CompositePrediction, against: Any) -> tuple[CompositePrediction, str]:
    if not isinstance(against, CompositePrediction):
        if against not in BENCHMARKS:
            known = ", ".join(BENCHMARKS)
            hint = did_you_mean(str(against), BENCHMARKS)
            raise ModelError(
                f"against={against!r} is no benchmark; use one of {known}, or other predictions{hint}"
            )
        return prediction, against
    if not np.array_equal(prediction.folds, against.folds):
        raise DataError(
            "the two models were trained on different folds; give both the same folds= or the same seed, folds and "
            "repetitions, and the same cases"
        )
    if not np.array_equal(prediction.fit.sample.kept, against.fit.sample.kept):
        raise DataError(
            "the two models use different cases; leave out those that miss an answer of either model"
        )
    return against, "pls"


def _common(one: CompositePrediction, other: CompositePrediction) -> list[str]:
    blocks = {
        name: set(other.fit.specification.construct(name).indicators)
        for name in other.fit.specification.endogenous
    }
    model = one.fit.specification
    names = [name for name in model.endogenous if blocks.get(name) == set(model.construct(name).indicators)]
    if not names:
        raise ModelError(
            "the two models predict no construct with the same indicators; nothing can be compared"
        )
    return names


def _losses(prediction: CompositePrediction, kind: str, names: list[str]) -> Array:
    """(n, e + 1), the mean over constructs last."""
    held = prediction.fit.specification.endogenous
    found = prediction.losses(kind)[:, [held.index(name) for name in names]]
    return np.column_stack([found, found.mean(axis=1)])


def _tests(own: Array, theirs: Array, names: list[str], level: float) -> pd.DataFrame:
    import pandas as pd

    n = len(own)
    gap = own - theirs
    mean, sd = (gap.mean(axis=0), gap.std(axis=0, ddof=1)) if n > 1 else np.full((2, len(names)), np.nan)
    error = np.where(sd > 0, sd, np.nan) / np.sqrt(max(n, 1))
    t, df = mean / error, max(n - 1, 1)
    reach = stats.t.ppf(0.5 + level / 2, df) * error
    columns = {
        "construct": names, "loss": own.mean(axis=0) if n else np.nan,
        "benchmark_loss": theirs.mean(axis=0) if n else np.nan, "difference": mean, "sd": sd, "t": t, "df": n - 1,
        "p_two_sided": 2 * stats.t.sf(np.abs(t), df), "p_better": stats.t.cdf(t, df),
        "ci_lower": mean - reach, "ci_upper": mean + reach,
    }  # fmt: skip
    return pd.DataFrame(columns)
