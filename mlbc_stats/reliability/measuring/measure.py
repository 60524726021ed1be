"""Measure constructs: items, scales, number of factors, loadings, validity and method variance in one call."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mlbc_stats import factor
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, NotServedError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.reliability.answers.item_distribution import item_distribution
from mlbc_stats.reliability.construct_summary import ReliabilitySummary, summary
from mlbc_stats.reliability.construct_validity.correlation_tests import (
    DiscriminantValidity,
    discriminant_validity,
)
from mlbc_stats.reliability.construct_validity.cross_loadings import cross_loadings
from mlbc_stats.reliability.construct_validity.second_order import second_order_validity
from mlbc_stats.reliability.criteria import construct_criteria
from mlbc_stats.reliability.internal_consistency import coherent_alpha
from mlbc_stats.reliability.item_analysis import item_statistics
from mlbc_stats.reliability.measuring.measured import Measured
from mlbc_stats.reliability.method_variance.detectable import detectable_method_variance
from mlbc_stats.reliability.method_variance.first_component import first_component
from mlbc_stats.reliability.method_variance.full_collinearity import full_collinearity
from mlbc_stats.reliability.method_variance.marker_models import marker_technique
from mlbc_stats.reliability.method_variance.method_factor import method_factor
from mlbc_stats.reliability.one_factor import omega
from mlbc_stats.reliability.resampling.htmt_resamples import htmt_intervals
from mlbc_stats.sem.discrepancy.method import ESTIMATORS, MISSING
from mlbc_stats.sem.fitting.fit import cfa
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.language.parser import parse

if TYPE_CHECKING:
    import pandas as pd

TESTED = 6
"""Pairs of factors, the closest ones, whose correlation is tested against the cutoffs."""
FITTED = 40
"""Items up to which 0, 1, 2, … factors are fitted for Hull and the tests of fit; beyond, it takes long."""
T = TypeVar("T")
Attempt = Callable[[str, Callable[[], T]], T | None]


def measure(
    data: Any,
    model: str,
    *,
    marker: str | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    resamples: int = 1000,
    seed: int = 1,
    **arguments: Any,
) -> Measured:
    """Everything about the measurement of some constructs that a reader asks for before the structural model.

    Parameters
    ----------
    data : table of keyed items, one row per case.
    model : measurement model in lavaan syntax.
    marker : its factor that has nothing to do with the theory, for the marker technique.
    bounds : lowest and highest answer of an item, for floor and ceiling; those seen by default.
    resamples : behind the intervals of HTMT. seed : of these and of simulations.
    arguments : of `sem.cfa` (estimator, missing, ordered, cluster, ...); factors have unit variance.

    Returns
    -------
    Measured
        What these data cannot give is None, and `problems` says why; the rest is there all the same.

    Raises
    ------
    ModelError
        a model that measures nothing. DataError : items that are not in the data.

    References
    ----------
    Those of the functions it calls, which give each part alone. In R: ``psych``, ``lavaan`` and ``semTools``, one by
    one.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + 0.7 * rng.normal(size=(300, 6))).T))
    >>> found = measure(items, "one =~ a + b + c\\ntwo =~ d + e + f", resamples=50)
    >>> found.retention.advice, found.discriminant.pairs["problem"].tolist()
    ('All 5 rules suggest 2 factors.', ['none'])
    """
    scales = _scales(model)
    if marker is not None and marker not in scales:
        raise ModelError(f"marker={marker!r} is no factor of the model; it has {', '.join(scales)}")
    _check_names(arguments)
    items = list(dict.fromkeys(item for own in scales.values() for item in own))
    values = read_columns(data, items)
    problems: list[str] = []

    def attempt(what: str, make: Callable[[], T]) -> T | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", MlbcWarning)
                return make()
        except (DataError, ModelError, NotServedError) as error:
            problems.append(f"no {what}: {error}")
            return None

    fit = attempt("measurement model", lambda: _fitted(model, data, arguments))
    if fit is not None and fit.doubts:
        problems.extend(f"the measurement model cannot be trusted: {doubt}" for doubt in fit.doubts)
    known = None if fit is None else attempt("reliability from the model", lambda: summary(fit))
    several = {name: own for name, own in scales.items() if len(own) > 1}
    ratios = None
    if len(several) > 1 and not arguments.get("ordered"):
        missing = "fiml" if arguments.get("missing") in ("fiml", "ml") else "listwise"
        ratios = attempt("HTMT", lambda: htmt_intervals(data, several, resamples, seed=seed, missing=missing))
    return Measured(
        model=model,
        scales=scales,
        n=len(values),
        items=_items(data, scales, items, bounds, attempt),
        reliability=_reliability(data, scales, attempt),
        retention=attempt("number of factors", lambda: _retention(data, items, seed)),
        adequacy=attempt("sampling adequacy (KMO)", lambda: factor.adequacy(_complete(values, items))),
        fit=fit,
        ratios=ratios,
        cross_loadings=attempt("cross-loadings", lambda: cross_loadings(data, scales))
        if len(scales) > 1
        else None,
        harman=attempt("share of the first component", lambda: first_component(data, items)),
        **_of_model(fit, known, ratios, attempt),
        **_method(data, model, marker, fit, seed, arguments, attempt),
        problems=tuple(dict.fromkeys(problems)),
    )


def _check_names(arguments: Mapping[str, Any]) -> None:
    """Refuse a misspelt estimator or treatment of missing answers: no data would give these results."""
    for argument, known in (("estimator", ESTIMATORS), ("missing", MISSING)):
        value = str(arguments.get(argument) or "default")
        if value != "default" and not {value.upper(), value.lower()} & set(known):
            raise ModelError(f"{argument}={value!r} is not known; use one of {', '.join(known)}")


def _scales(model: str) -> dict[str, tuple[str, ...]]:
    """Factors with observed items, in the order of the model."""
    rows = [row for row in parse(model) if row.op == "=~"]
    latent = {row.lhs for row in rows}
    scales: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row.rhs not in latent:
            scales[row.lhs] = (*scales.get(row.lhs, ()), row.rhs)
    if not scales:
        raise ModelError("the model measures nothing; write factor =~ item + item for every construct")
    return scales


def _fitted(model: str, data: Any, arguments: Mapping[str, Any]) -> SemResult:
    fit = cfa(model, data, **{"std_lv": True, **arguments})
    if not fit.converged:
        raise ModelError("it did not converge")
    return fit


def _complete(values: np.ndarray, items: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(values, columns=list(items)).dropna()


def _items(
    data: Any,
    scales: Mapping[str, tuple[str, ...]],
    items: list[str],
    bounds: Mapping[str, tuple[float, float]] | None,
    attempt: Attempt[Any],
) -> pd.DataFrame:
    """Distribution of the items, with item–rest correlation and α without each where the scale has them."""
    import pandas as pd

    frame = item_distribution(data, items, bounds)
    columns = ["rest_r", "alpha_dropped"]
    parts = [
        found[columns]
        for name, own in scales.items()
        if len(own) > 1
        and (found := attempt(f"item analysis of {name}", partial(item_statistics, data, own))) is not None
    ]
    related = pd.concat(parts) if parts else pd.DataFrame(columns=columns, dtype=float)
    return frame.join(related[~related.index.duplicated()])


def _reliability(data: Any, scales: Mapping[str, tuple[str, ...]], attempt: Attempt[Any]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name, own in scales.items():
        first = attempt(f"α of {name}", partial(coherent_alpha, data, own))
        second = attempt(f"ω of {name}", partial(omega, data, own)) if first is not None else None
        row: dict[str, Any] = {"construct": name, "items": len(own), "n": first.n if first else None}
        for label, found in (("alpha", first), ("omega", second)):
            row |= {
                label: getattr(found, label) if found else np.nan,
                f"{label}_lower": found.ci_lower if found else np.nan,
                f"{label}_upper": found.ci_upper if found else np.nan,
            }
        rows.append(row)
    return pd.DataFrame(rows).set_index("construct")


def _retention(data: Any, items: list[str], seed: int) -> factor.Retention:
    return factor.retention(data, items, missing="pairwise", fits=len(items) <= FITTED, seed=seed)


def _of_model(
    fit: SemResult | None, known: ReliabilitySummary | None, ratios: Any, attempt: Attempt[Any]
) -> dict[str, Any]:
    """What rests on the fitted model."""
    names = ("criteria", "discriminant", "second_order", "collinearity")
    out: dict[str, Any] = dict.fromkeys(names)
    if fit is None or known is None:
        return out
    out["criteria"] = attempt("criteria", lambda: construct_criteria(fit, ratios, known))
    if len(known.constructs) < 2:
        return out
    out["collinearity"] = attempt("collinearity", lambda: full_collinearity(known.correlations, "factors"))
    higher = any(row.op == "=~" and row.rhs in fit.table.latent for row in fit.table.parameters)
    if higher:
        out["second_order"] = attempt("second-order validity", lambda: second_order_validity(fit))
    out["discriminant"] = attempt("discriminant validity", lambda: _apart(fit))
    return out


def _apart(fit: SemResult) -> DiscriminantValidity:
    """Intervals of all pairs of factors, tests of the closest ones: each test fits the whole model again."""
    found = discriminant_validity(fit, cutoffs=()).pairs
    closest = found.loc[found["r"].abs().sort_values(ascending=False).index].head(TESTED)
    return discriminant_validity(
        fit, pairs=list(dict.fromkeys(zip(closest["one"], closest["other"], strict=True)))
    )


def _method(
    data: Any,
    model: str,
    marker: str | None,
    fit: SemResult | None,
    seed: int,
    arguments: Mapping[str, Any],
    attempt: Attempt[Any],
) -> dict[str, Any]:
    """Checks of method variance."""
    if fit is None or len(fit.table.latent) < 2:
        return dict.fromkeys(("method", "marker", "detectable"))
    given = {name: value for name, value in arguments.items() if name != "std_lv"}
    return {
        "method": attempt("method factor", lambda: method_factor(model, data, free=False, **given)),
        "marker": attempt("marker technique", lambda: marker_technique(model, marker, data, **given))
        if marker
        else None,
        "detectable": attempt(
            "assessment of what checks of method variance could find",
            lambda: detectable_method_variance(fit, marker, replications=200, seed=seed),
        ),
    }
