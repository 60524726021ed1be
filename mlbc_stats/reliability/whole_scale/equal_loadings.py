"""Whether α may stand for ω: the test of essential tau-equivalence, and how far the two lie apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.internal_consistency import alpha_of_cov
from mlbc_stats.reliability.items import ScaleItems, judge_keying, read_items
from mlbc_stats.reliability.one_factor import fit_one_factor, normal_quantile
from mlbc_stats.reliability.ordinal_scores import score_reliability
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.comparing.compare import Comparison
    from mlbc_stats.sem.fitting.sem_result import SemResult

SIGNIFICANT = 0.05
"""Level of the tests behind the verdict."""
CFI_LEAST, RMSEA_MOST = 0.95, 0.08
"""A one-factor model whose test is significant counts as wrong where both indices are worse: Hu & Bentler (1999),
Browne & Cudeck (1992)."""
SHOWN = {
    **dict.fromkeys(("chisq", "df", "pvalue"), ("_scaled", "")),
    **dict.fromkeys(("cfi", "rmsea"), ("_robust", "_scaled", "")),
    **dict.fromkeys(("srmr", "aic", "bic"), ("",)),
}
"""Fit measures of each model, in the form that its estimator has."""


@dataclass(frozen=True, slots=True, repr=False)
class TauEquivalence(Shown):
    """α beside ω, and the assumption under which they are the same.

    Attributes
    ----------
    choice : "alpha" (equal loadings are not rejected), "omega" (they are), "neither" (one factor does not fit).
    advice : the same in words, with the numbers.
    alpha, omega : of the congeneric model's moments; with ordinal items α of the codes and Green & Yang's ω.
    gap : ω − α; gap_error, gap_lower, gap_upper : delta method, at `level`; NaN with ordinal items.
    models : one row per model, from the freest: chisq, df, pvalue, cfi, rmsea, srmr (scaled and robust forms where the
        estimator has them), aic, bic, then the test against the row above: chisq_diff, df_diff, pvalue_diff.
    loadings : (k,) standardized, of the congeneric model; items : (k,). n : cases.
    """

    choice: str
    advice: str
    alpha: float
    omega: float
    gap: float
    gap_error: float
    gap_lower: float
    gap_upper: float
    level: float
    models: pd.DataFrame
    loadings: tuple[float, ...]
    items: tuple[str, ...]
    n: int

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `models`."""
        return self.models


def tau_equivalence(
    data: Any,
    items: Sequence[str] | None = None,
    *,
    estimator: str = "MLR",
    ordered: bool = False,
    level: float = 0.95,
) -> TauEquivalence:
    """Test equal loadings, the assumption under which α is ω, and say how much α falls short of ω.

    Three models of one factor: congeneric (free loadings), essentially tau-equivalent (equal loadings, free errors),
    parallel (equal errors, too). In the population ω − α = k/(k−1) · k Var(λ)/σ² over the congeneric model, Var with
    divisor k and σ² the variance of the sum; α is never the larger one unless errors correlate.

    Parameters
    ----------
    data : table (n, k) of keyed items, three or more; cases with a missing answer are left out.
    items : columns of the scale; all by default.
    estimator : "MLR" (default; robust tests), "ML", "MLM" or another one for continuous items.
    ordered : thresholds and polychoric correlations (WLSMV): loadings of the responses behind the answers; there is no
        parallel model and no interval of the gap.
    level : coverage of the interval.

    Returns
    -------
    TauEquivalence
        A test that does not reject is no proof: in 100 cases unequal loadings often pass. The gap says what is at
        stake, and is seldom above .02 where loadings differ by less than .3.

    Raises
    ------
    DataError
        for two items (equal loadings are then assumed, not tested), constant items, or a model that does not converge.

    References
    ----------
    Novick & Lewis (1967), doi:10.1007/BF02289400; Graham (2006), doi:10.1177/0013164405282471; Raykov (1997),
    doi:10.1207/s15327906mbr3204_2 (the gap). In R: ``lavaan::cfa("f =~ a + b + c", std.lv = TRUE)``, ``"f =~ l*a + l*b
    + l*c"`` and ``lavTestLRT``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> common, errors = rng.normal(size=400), rng.normal(size=(4, 400))
    >>> unequal = dict(zip("abcd", np.outer([0.3, 0.6, 1.0, 1.5], common) + errors))
    >>> found = tau_equivalence(unequal)
    >>> found.choice, bool(found.gap_lower > 0), list(found.models.index)
    ('omega', True, ['congeneric', 'tau-equivalent', 'parallel'])
    """
    from mlbc_stats import sem

    quantile = normal_quantile(level)
    scale = read_items(data, items)
    if len(scale.names) < 3:
        raise DataError(
            f"two items ({', '.join(scale.names)}): equal loadings cannot be tested, only assumed; with three they can"
        )
    judge_keying(scale.names, scale.cov)
    texts = ORDINAL if ordered else CONTINUOUS
    arguments = {} if ordered else {"estimator": estimator}
    fits = {name: fit_one_factor(scale, text, ordered, **arguments) for name, text in texts.items()}
    models = _models(fits, sem.compare(*fits.values(), names=list(fits), check=False))
    free = fits["congeneric"]
    alpha, omega, gap, error = (_of_scores if ordered else _of_model)(scale, free)
    choice, reason = _judge(models)
    loadings = free.parameters.query("op == '=~'")["std_all"]
    return TauEquivalence(
        choice=choice,
        advice=f"{reason} {_told(choice, alpha, omega, gap)}",
        alpha=alpha,
        omega=omega,
        gap=gap,
        gap_error=error,
        gap_lower=gap - quantile * error,
        gap_upper=gap + quantile * error,
        level=level,
        models=models,
        loadings=tuple(loadings.tolist()),
        items=scale.names,
        n=scale.n,
    )


def congeneric_model(names: Sequence[str]) -> str:
    """Model text with free loadings and α, ω and their gap as defined parameters.

    Examples
    --------
    >>> print(congeneric_model(["a", "b", "c"]).splitlines()[0])
    f =~ l1*a + l2*b + l3*c
    """
    k = len(names)
    numbers = range(1, k + 1)
    loadings = " + ".join(f"l{i}*{name}" for i, name in zip(numbers, names, strict=True))
    errors = [f"{name} ~~ e{i}*{name}" for i, name in zip(numbers, names, strict=True)]
    total, unique = "+".join(f"l{i}" for i in numbers), "+".join(f"e{i}" for i in numbers)
    squares = "+".join(f"l{i}^2" for i in numbers)
    variance = f"(({total})^2 + {unique})"
    defined = [
        f"omega := ({total})^2/{variance}",
        f"alpha := {k}/{k - 1}*(1 - ({squares} + {unique})/{variance})",
        "gap := omega - alpha",
    ]
    return "\n".join([f"f =~ {loadings}", *errors, *defined])


def tau_equivalent_model(names: Sequence[str]) -> str:
    """Model text with one loading for all.

    Examples
    --------
    >>> tau_equivalent_model(["a", "b", "c"])
    'f =~ l*a + l*b + l*c'
    """
    return "f =~ " + " + ".join(f"l*{name}" for name in names)


def parallel_model(names: Sequence[str]) -> str:
    """Model text with one loading and one error variance for all.

    Examples
    --------
    >>> print(parallel_model(["a", "b"]))
    f =~ l*a + l*b
    a ~~ e*a
    b ~~ e*b
    """
    return "\n".join([tau_equivalent_model(names), *(f"{name} ~~ e*{name}" for name in names)])


def free_model(names: Sequence[str]) -> str:
    """Model text of one factor.

    Examples
    --------
    >>> free_model(["a", "b", "c"])
    'f =~ a + b + c'
    """
    return "f =~ " + " + ".join(names)


Texts = dict[str, Callable[[Sequence[str]], str]]
CONTINUOUS: Texts = {
    "congeneric": congeneric_model,
    "tau-equivalent": tau_equivalent_model,
    "parallel": parallel_model,
}
ORDINAL: Texts = {"congeneric": free_model, "tau-equivalent": tau_equivalent_model}


def _models(fits: dict[str, SemResult], comparison: Comparison) -> pd.DataFrame:
    import pandas as pd

    rows = [{name: _measure(fit, name, forms) for name, forms in SHOWN.items()} for fit in fits.values()]
    frame = pd.DataFrame(rows, index=pd.Index(list(fits), name="model"))
    tests = comparison.table.loc[list(fits)]
    return frame.assign(chisq_diff=tests["chisq_diff"], df_diff=tests["df_diff"], pvalue_diff=tests["pvalue"])


def _measure(fit: SemResult, name: str, forms: tuple[str, ...]) -> float:
    """The first of its forms that there is."""
    measures = fit.fit_measures
    found = (float(measures.get(f"{name}{form}", np.nan)) for form in forms)
    return next((value for value in found if np.isfinite(value)), np.nan)


def _of_model(scale: ScaleItems, fit: SemResult) -> tuple[float, float, float, float]:
    rows = fit.parameters.query("op == ':='").set_index("lhs")
    est, se = rows["est"], rows["se"]
    return float(est["alpha"]), float(est["omega"]), float(est["gap"]), float(se["gap"])


def _of_scores(scale: ScaleItems, fit: SemResult) -> tuple[float, float, float, float]:
    alpha, omega = alpha_of_cov(scale.cov), float(score_reliability(fit)["omega_model"].iloc[0])
    return alpha, omega, omega - alpha, np.nan


def _judge(models: pd.DataFrame) -> tuple[str, str]:
    free, equal = models.loc["congeneric"], models.loc["tau-equivalent"]
    if np.isnan(equal["pvalue_diff"]):
        raise DataError(
            "the test of equal loadings has no value: the items leave its models no errors; look for items that are "
            "the same"
        )
    wrong = free["pvalue"] < SIGNIFICANT and free["cfi"] < CFI_LEAST and free["rmsea"] > RMSEA_MOST
    if free["df"] > 0 and wrong:
        return "neither", (
            f"One factor does not fit these items (χ² = {free['chisq']:.2f}, df = {free['df']:.0f}, CFI = "
            f"{free['cfi']:.3f}, RMSEA = {free['rmsea']:.3f})."
        )
    pvalue = f"p = {equal['pvalue_diff']:.3f}" if equal["pvalue_diff"] >= 0.001 else "p < .001"
    test = f"(Δχ² = {equal['chisq_diff']:.2f}, df = {equal['df_diff']:.0f}, {pvalue})"
    if equal["pvalue_diff"] < SIGNIFICANT:
        return "omega", f"Equal loadings are rejected {test}."
    return "alpha", f"Equal loadings are not rejected {test}."


def _told(choice: str, alpha: float, omega: float, gap: float) -> str:
    beside = f"α = {alpha:.3f}, ω = {omega:.3f}, ω − α = {gap:.3f}"
    wrong = "Neither α nor ω of one factor describes their sum: look at the number of factors first"
    return {
        "neither": f"{wrong} ({beside}).",
        "omega": f"Report ω ({beside}).",
        "alpha": f"α may stand for ω ({beside}); ω needs no such assumption.",
    }[choice]
