"""The unmeasured latent method construct: one factor behind every item, whatever it was meant to measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.reliability.method_variance.marker_texts import plain_factors
from mlbc_stats.reliability.method_variance.model_series import (
    comparisons_table,
    difference,
    fit_quietly,
    models_table,
)
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
METHOD = "method_factor"
"""Name of the added factor, and label of its loadings where they are equal."""
QUESTIONS = {
    ("cfa", "equal"): "do all items share something that their factors do not hold?",
    ("equal", "free"): "do they share different amounts of it?",
}


@dataclass(frozen=True, repr=False)
class MethodFactorResult(Shown):
    """A measurement model without and with a factor behind every item.

    Attributes
    ----------
    models : one row per model (cfa, equal, free): chisq, df, pvalue, npar, converged.
    comparisons : one row per test: restricted, free, stat, df, pvalue, question.
    retained : "cfa", "equal" or "free": the freest model that the tests ask for and that has a proper solution.
    shares : one row per item: factor, loading without and with the method factor, method (loading on it), share (its
        square: variance of the item due to method), all standardized, in the model with the method factor that is shown
        ("free" where that is retained, else "equal").
    correlations : one row per pair of factors: one, other, cfa, method (with the method factor), change.
    fits : the fitted models; shown : which of them `shares` and `correlations` are of.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> common = np.repeat(rng.normal(size=(400, 3)), 3, axis=1)
    >>> items = dict(zip("abcdefghi", (common + rng.normal(size=(400, 9))).T))
    >>> found = method_factor("one =~ a + b + c\\ntwo =~ d + e + f\\nrain =~ g + h + i", items, free=False)
    >>> isinstance(found, MethodFactorResult), found.retained
    (True, 'cfa')
    """

    models: pd.DataFrame
    comparisons: pd.DataFrame
    retained: str
    shares: pd.DataFrame
    correlations: pd.DataFrame
    fits: Mapping[str, SemResult]
    shown: str

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `comparisons`."""
        return self.comparisons

    @property
    def share(self) -> float:
        """Mean share of the items' variance on the method factor."""
        return float(self.shares["share"].mean())

    @property
    def conclusion(self) -> str:
        """What the comparison says, in a sentence."""
        fit = self.fits[self.shown]
        if not fit.converged or fit.doubts:
            return (
                "With a factor behind every item the model has no proper solution: nothing is said about method "
                "variance."
            )
        largest = self.correlations["change"].abs().max()
        told = (
            f"it holds {100 * self.share:.0f} % of the items' variance and changes the correlations of the factors by "
            f"up to {largest:.2f}"
        )
        if self.retained == "cfa":
            return f"A factor behind every item does not improve the fit at the 5 % level; {told}."
        return f"A factor behind every item improves the fit; {told}. It need not be method that the items share."


def method_factor(model: str, data: Any, *, free: bool = True, **arguments: Any) -> MethodFactorResult:
    """Compare a measurement model with models in which one more factor, apart from the others, loads on all items.

    *cfa*: the factors, correlated. *equal*: the method factor loads alike on every item, in the units of the items.
    *free*: it loads on each as it will.

    Parameters
    ----------
    model : ``factor =~ item + item`` for every factor; no modifiers. Two factors or more.
    data : table with all items. free : whether to fit the model with free loadings, which often has no proper solution.
    arguments : of `sem.fit` (estimator, missing, cluster, ...).

    Returns
    -------
    MethodFactorResult

    Raises
    ------
    ModelError
        a model that is no plain measurement model or has one factor, or that has no solution without the method factor.

    Notes
    -----
    The factor holds whatever all items share beyond their factors: method, but also substance such as a general factor
    of the theory. It tells the two apart less well than a marker does; see `detectable_method_variance`.

    References
    ----------
    Williams, Cote & Buckley (1989), doi:10.1037/0021-9010.74.3.462; Podsakoff, MacKenzie, Lee & Podsakoff (2003),
    doi:10.1037/0021-9010.88.5.879; against it Richardson, Simmering & Sturman (2009), doi:10.1177/1094428109332834.
    In R: ``lavaan::cfa(..., std.lv = TRUE)`` with one more factor, and ``lavTestLRT``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(500, 3)), 3, axis=1)
    >>> mood = rng.normal(size=(500, 1))  # behind every answer, whatever was asked
    >>> items = dict(zip("abcdefghi", (common + mood * np.repeat([1, 1, -1], 3) + rng.normal(size=(500, 9))).T))
    >>> found = method_factor("one =~ a + b + c\\ntwo =~ d + e + f\\nrain =~ g + h + i", items)
    >>> found.comparisons["df"].tolist()
    [1, 8]
    """
    factors = plain_factors(model, "a method factor")
    if len(factors) < 2 or METHOD in factors:
        raise ModelError(
            f"a method factor needs two substantive factors beside it, none of them named {METHOD}; the model has "
            f"{', '.join(factors) or 'none'}"
        )
    fits = {"cfa": fit_quietly(model, data, arguments)}
    if not fits["cfa"].converged:
        raise ModelError(
            "the measurement model did not converge; a method factor is added to one that has a solution"
        )
    fits["equal"] = fit_quietly(method_factor_text(model, factors, equal=True), data, arguments)
    if free:
        fits["free"] = fit_quietly(method_factor_text(model, factors, equal=False), data, arguments)
    differences = {pair: difference(fits, *pair) for pair in QUESTIONS if pair[1] in fits}
    retained = "cfa"
    for (_, freer), found in differences.items():
        if found.pvalue < ALPHA and fits[freer].converged and not fits[freer].doubts:
            retained = freer
    shown = "free" if retained == "free" else "equal"
    return MethodFactorResult(
        models=models_table(fits),
        comparisons=comparisons_table(QUESTIONS, differences),
        retained=retained,
        shares=_shares(fits["cfa"], fits[shown], factors),
        correlations=_correlations(fits["cfa"], fits[shown], list(factors)),
        fits=fits,
        shown=shown,
    )


def method_factor_text(model: str, factors: Mapping[str, tuple[str, ...]], equal: bool) -> str:
    """The measurement model with a factor behind every item, which correlates with no other."""
    items = dict.fromkeys(item for own in factors.values() for item in own)
    terms = (f"{METHOD}_loading*{item}" if equal else item for item in items)
    apart = (f"{METHOD} ~~ 0*{name}" for name in factors)
    return "\n".join([model.rstrip(), f"{METHOD} =~ {' + '.join(terms)}", *apart])


def _shares(cfa: SemResult, both: SemResult, factors: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    import pandas as pd

    before, after = (_standardized(fit, "=~") for fit in (cfa, both))
    rows = [
        {
            "item": item,
            "factor": factor,
            "loading": before.get((factor, item), np.nan),
            "loading_method": after.get((factor, item), np.nan),
            "method": after.get((METHOD, item), np.nan),
        }
        for factor, items in factors.items()
        for item in items
    ]
    frame = pd.DataFrame(rows).set_index("item")
    return frame.assign(share=frame["method"] ** 2)


def _correlations(cfa: SemResult, both: SemResult, factors: list[str]) -> pd.DataFrame:
    import pandas as pd

    before, after = (_standardized(fit, "~~") for fit in (cfa, both))
    rows = [(*pair, before.get(pair, np.nan), after.get(pair, np.nan)) for pair in combinations(factors, 2)]
    frame = pd.DataFrame(rows, columns=["one", "other", "cfa", "method"])
    return frame.assign(change=frame["method"] - frame["cfa"])


def _standardized(fit: SemResult, op: str) -> dict[tuple[str, str], float]:
    """Standardized values by pair, in either order; nothing without a solution."""
    if not fit.converged:
        return {}
    rows = fit.parameters[fit.parameters["op"] == op]
    found = {
        (str(a), str(b)): float(v) for a, b, v in zip(rows["lhs"], rows["rhs"], rows["std_all"], strict=True)
    }
    return {(b, a): value for (a, b), value in found.items()} | found
