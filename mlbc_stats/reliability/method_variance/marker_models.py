"""The confirmatory marker technique: what a marker behind every item changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.reliability.method_variance.marker_texts import (
    MarkerMeasurement,
    baseline_text,
    method_text,
    read_marker_model,
)
from mlbc_stats.reliability.method_variance.model_series import (
    comparisons_table,
    difference,
    fit_quietly,
    models_table,
)
from mlbc_stats.reliability.method_variance.reliability_parts import factor_correlations, reliability_parts
from mlbc_stats.sem.comparing.difference import Difference
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
NORMAL_UPPER = 1.959963984540054
"""Of the two-sided 95 % interval, at whose outer end the sensitivity model holds the marker's loadings."""


@dataclass(frozen=True, repr=False)
class MarkerResult(Shown):
    """Models, comparisons and what they mean for reliability and correlations.

    Attributes
    ----------
    models : one row per model: chisq, df, pvalue (scaled where the estimator scales), aic, bic, converged.
    comparisons : one row per test: restricted, free, stat, df, pvalue, question.
    retained : "method_c", "method_u" or "baseline": what the comparisons leave (level .05).
    reliability : per factor the composite reliability of the baseline, and its parts in the model with the marker
        behind every item (method_u, or method_c where that is retained): substantive, method, method_share.
    correlations : one row per pair of factors, one column per model: cfa, baseline, the method model, sensitivity.
    fits : the fitted models; marker : name of the marker.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import reliability
    >>> rng = np.random.default_rng(3)
    >>> common = np.repeat(rng.normal(size=(400, 3)), 3, axis=1)
    >>> items = dict(zip("abcdefghi", (common + rng.normal(size=(400, 9))).T))
    >>> found = reliability.marker_technique("one =~ a + b + c\\ntwo =~ d + e + f\\nrain =~ g + h + i", "rain", items)
    >>> isinstance(found, reliability.MarkerResult), found.retained
    (True, 'baseline')
    """

    models: pd.DataFrame
    comparisons: pd.DataFrame
    retained: str
    reliability: pd.DataFrame
    correlations: pd.DataFrame
    fits: Mapping[str, SemResult]
    marker: str

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `comparisons`."""
        return self.comparisons

    @property
    def conclusion(self) -> str:
        """What the comparisons say, in a sentence."""
        biased = self.comparisons.set_index("restricted")["pvalue"].get("method_r", np.nan)
        if self.retained == "baseline":
            return "The test detected no variance that the marker shares with the items."
        kind = "the same amount" if self.retained == "method_c" else "different amounts"
        tail = (
            "; whether that biases the correlations of the factors could not be tested"
            if np.isnan(biased)
            else "; it biases the correlations of the factors"
            if biased < ALPHA
            else "; no bias of the correlations of the factors was found"
        )
        return f"The marker shares variance with the items, {kind} with each{tail}."


def marker_technique(model: str, marker: str, data: Any, **arguments: Any) -> MarkerResult:
    """Compare a measurement model with models in which a marker stands behind every substantive item.

    All models have factors of unit variance. *cfa*: all factors and the marker correlate. *baseline*: the marker
    correlates with nothing, its loadings and residual variances are held at those of cfa. *method_c*: it loads alike
    on every substantive item. *method_u*: it loads on each as it will. *method_r*: the retained one of these with the
    covariances of the factors held at those of the baseline; misfit means biased correlations. *sensitivity*: method_u
    (or method_c) with the marker's loadings held at the outer end of their 95 % interval.

    Parameters
    ----------
    model : ``factor =~ item + item`` for every factor, the marker's among them; no modifiers.
    marker : name of the marker's factor.
    data : table with all items. arguments : of `sem.fit` (estimator, missing, cluster, ...).

    Returns
    -------
    MarkerResult

    Raises
    ------
    ModelError
        a model that is no plain measurement model, no marker in it, or cfa or baseline without a solution.

    References
    ----------
    Williams, Hartman & Cavazotte (2010), doi:10.1177/1094428110366036; Richardson, Simmering & Sturman (2009),
    doi:10.1177/1094428109332834. In R: the same models by ``lavaan::cfa(..., std.lv = TRUE)`` and ``lavTestLRT``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(500, 3)), 3, axis=1)
    >>> mood = rng.normal(size=(500, 1))  # behind every answer, whatever was asked
    >>> items = dict(zip("abcdefghi", (common + mood + rng.normal(size=(500, 9))).T))
    >>> found = marker_technique("one =~ a + b + c\\ntwo =~ d + e + f\\nrain =~ g + h + i", "rain", items)
    >>> bool(found.models["chisq"]["baseline"] > found.models["chisq"]["method_c"] + 50)
    True
    """
    measured = read_marker_model(model, marker)
    fits = {"cfa": fit_quietly(model, data, arguments)}
    _require(fits["cfa"], "with the marker among the factors")
    known = _known(fits["cfa"])
    fits["baseline"] = fit_quietly(baseline_text(measured, known), data, arguments)
    _require(fits["baseline"], "with the marker apart (baseline)")
    fits["method_c"] = fit_quietly(method_text(measured, known, equal=True), data, arguments)
    fits["method_u"] = fit_quietly(method_text(measured, known, equal=False), data, arguments)
    tests = {
        ("baseline", "method_c"): "does the marker share variance with the items?",
        ("method_c", "method_u"): "does it share different amounts with them?",
        ("baseline", "method_u"): "does it share variance, whatever the amounts?",
    }
    differences = {pair: difference(fits, *pair) for pair in tests}
    retained = _retained(differences)
    shown = retained if retained != "baseline" else "method_u" if fits["method_u"].converged else "method_c"
    held = known | {
        key: value for key, value in _known(fits["baseline"]).items() if set(key) & set(measured.factors)
    }
    equal = shown == "method_c"
    if fits[shown].converged:
        fits["method_r"] = fit_quietly(method_text(measured, held, equal, correlations=True), data, arguments)
        loadings = _outer_loadings(fits[shown], measured)
        fits["sensitivity"] = fit_quietly(
            method_text(measured, known, equal=False, loadings=loadings), data, arguments
        )
        pair = ("method_r", shown)
        tests[pair] = "does it bias the correlations of the factors?"
        differences[pair] = difference(fits, *pair)
    return MarkerResult(
        models=models_table(fits),
        comparisons=comparisons_table(tests, differences),
        retained=retained,
        reliability=reliability_parts(fits["baseline"], fits[shown], measured),
        correlations=factor_correlations(
            {name: fits[name] for name in ("cfa", "baseline", shown, "sensitivity") if name in fits}, measured
        ),
        fits=fits,
        marker=marker,
    )


def _require(fit: SemResult, which: str) -> None:
    if not fit.converged:
        raise ModelError(
            f"the measurement model {which} did not converge; the marker technique starts from it"
        )


def _known(fit: SemResult) -> dict[tuple[str, str, str], float]:
    rows = fit.parameters
    return {
        (str(lhs), str(op), str(rhs)): float(value)
        for lhs, op, rhs, value in zip(rows["lhs"], rows["op"], rows["rhs"], rows["est"], strict=True)
    }


def _retained(differences: Mapping[tuple[str, str], Difference]) -> str:
    """The freest model that the data ask for; U also where unequal amounts cancel in C."""
    some = differences["baseline", "method_c"].pvalue < ALPHA
    unequal = differences["method_c", "method_u"].pvalue < ALPHA
    any_amount = differences["baseline", "method_u"].pvalue < ALPHA
    if unequal and any_amount:
        return "method_u"
    return "method_c" if some else "baseline"


def _outer_loadings(fit: SemResult, measured: MarkerMeasurement) -> dict[str, float]:
    """Loadings of the marker on the substantive items, at the end of their interval that is farther from zero."""
    rows = fit.parameters
    own = rows[(rows["op"] == "=~") & (rows["lhs"] == measured.marker) & rows["rhs"].isin(measured.items)]
    ends = own["est"] + np.sign(own["est"]) * NORMAL_UPPER * own["se"].fillna(0.0)
    return {str(item): float(end) for item, end in zip(own["rhs"], ends, strict=True)}
