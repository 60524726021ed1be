"""Compare nested models by likelihood-ratio tests, plain or corrected for non-normal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from warnings import warn

import numpy as np

from mlbc_stats.errors import InadmissibleWarning, ModelError
from mlbc_stats.sem.comparing.correction import choose_method, pair_difference
from mlbc_stats.sem.comparing.difference import Difference
from mlbc_stats.sem.comparing.nesting import check_comparable, check_nested, check_order
from mlbc_stats.sem.fit_measures.gather import log_likelihood
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel


def compare(
    *fits: FittedModel,
    method: str = "default",
    a_method: str = "delta",
    scaled_shifted: bool = True,
    names: Sequence[str] | None = None,
    check: bool = True,
) -> Comparison:
    """Test nested models against each other.

    T = T₀ − T₁ on m = df₀ − df₁ degrees of freedom, where model 0 is the restricted one; the models are sorted by
    their degrees of freedom first. For robust estimators T, taken from the plain statistics, is corrected:

    - ``satorra_bentler_2001``: T/c, c = (df₀c₀ − df₁c₁)/m from the models' scaling factors; can be negative.
    - ``satorra_bentler_2010``: the same with c₁ of model 1 at the estimates of model 0.
    - ``satorra_2000``: T by the mean and variance of the quadratic form that it is, from the restrictions A (m, r)
      that lead from model 1 to model 0 (see `sem.restriction.restriction_traces`).

    Parameters
    ----------
    fits : two or more converged fits to the same data by the same estimator.
    method : "default" is "standard" for plain tests, "satorra_bentler_2001" for Satorra–Bentler and Yuan–Bentler
        scaled tests (MLM, MLR, two-stage) and "satorra_2000" for shifted and adjusted ones (MLMV, MLMVS, ULSMV).
        lavaan's names with dots are understood; "standard" ignores the correction.
    a_method : for satorra_2000: "delta" compares the moment Jacobians, so that the models may be parametrized
        differently (each at its own estimates and, as in lavaan, by least squares in the units of the variables);
        "exact" reads the restrictions off the two parameter tables, and is right only where model 0 frees nothing that
        model 1 fixes (a note says so otherwise).
    scaled_shifted : for satorra_2000: scale and shift; False scales only, or with MLMV, MLMVS and their kin adjusts
        the degrees of freedom.
    names : of the models, in the order given; default "model 1" and so on.
    check : refuse models that are not nested, found by fitting the freer one to the moments implied by the other.

    Returns
    -------
    Comparison
        with `table`, `differences` and `notes`.

    Raises
    ------
    DataError
        for fits to different variables, groups, cases or values.
    ModelError
        for models that are not nested, did not converge or were fitted by different methods; a method that the fits'
        test does not allow.

    Warns
    -----
    InadmissibleWarning
        for a negative statistic.

    References
    ----------
    Satorra (2000), doi:10.1007/978-1-4615-4603-0_17; Satorra & Bentler (2001), doi:10.1007/BF02296192; Satorra &
    Bentler (2010), doi:10.1007/s11336-009-9135-y. In R: ``lavTestLRT(fit1, fit0, method =, A.method =)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(4)
    >>> items = dict(zip("abcd", (rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))).T))
    >>> free, equal = sem.cfa("f =~ a + b + c + d", items), sem.cfa("f =~ a + k*b + k*c + k*d", items)
    >>> table = sem.compare(free, equal, names=["free", "equal"]).table
    >>> table.index.tolist(), table["df_diff"].tolist(), bool(table["pvalue"].iloc[1] > 0.05)
    (['free', 'equal'], [nan, 2.0], True)
    """
    labels = _labels(fits, names)
    check_comparable(fits, labels)
    chosen = choose_method(method, fits[0].method.test)
    _check_form(a_method)
    dfs = [degrees_of_freedom(fit.solution) for fit in fits]
    order = sorted(range(len(fits)), key=lambda i: dfs[i])
    sorted_fits = [fits[i] for i in order]
    sorted_names, sorted_dfs = [labels[i] for i in order], [dfs[i] for i in order]
    check_order(sorted_dfs, sorted_names)
    differences, notes = [], []
    for i in range(1, len(fits)):
        pair, pair_names = (sorted_fits[i - 1], sorted_fits[i]), (sorted_names[i - 1], sorted_names[i])
        if check:
            check_nested(*pair, pair_names)
        got, remarks = pair_difference(*pair, chosen, a_method, scaled_shifted)
        differences.append(got)
        notes += [f"{pair_names[1]} against {pair_names[0]}: {remark}" for remark in remarks]
        _warn_negative(got, chosen, pair_names)
    criteria = [_criteria(fit) for fit in sorted_fits]
    return Comparison(
        names=tuple(sorted_names),
        df=tuple(sorted_dfs),
        chisq=tuple(fit.tests[0].stat for fit in sorted_fits),
        aic=tuple(aic for aic, _ in criteria),
        bic=tuple(bic for _, bic in criteria),
        method=chosen,
        differences=tuple(differences),
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Shown):
    """Difference tests of a sequence of nested models, from the freest to the most restricted.

    Attributes
    ----------
    names : of the models, sorted by degrees of freedom.
    df, chisq : of each model (the plain statistic, which difference tests are made of).
    aic, bic : of each model; NaN for estimators without a likelihood.
    method : "standard", "satorra_bentler_2001", "satorra_bentler_2010" or "satorra_2000".
    differences : each model against the one before it.
    notes : what a reader must know before relying on a test.

    Examples
    --------
    >>> chisq, aic, bic = (38.1, 40.2), (3157.6, 3153.6), (3229.4, 3218.5)
    >>> tests = (Difference(2.05, 3, 0.56, rmsea=0.0),)
    >>> got = Comparison(("free", "equal"), (35, 38), chisq, aic, bic, "standard", tests)
    >>> got.table["chisq_diff"].tolist()
    [nan, 2.05]
    """

    names: tuple[str, ...]
    df: tuple[int, ...]
    chisq: tuple[float, ...]
    aic: tuple[float, ...]
    bic: tuple[float, ...]
    method: str
    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row per model with its difference from the row above.

        Columns: df, aic, bic, chisq (plain), chisq_diff, df_diff, pvalue.
        ``rmsea_diff`` is there for the plain test; ``scaling_factor`` and ``shift`` for corrected ones.
        """
        import pandas as pd

        frame = pd.DataFrame(
            {"df": self.df, "aic": self.aic, "bic": self.bic, "chisq": self.chisq}, index=list(self.names)
        )
        frame["chisq_diff"] = [np.nan, *(each.stat for each in self.differences)]
        frame["df_diff"] = [np.nan, *(each.df for each in self.differences)]
        frame["pvalue"] = [np.nan, *(each.pvalue for each in self.differences)]
        if self.method == "standard":
            frame["rmsea_diff"] = [np.nan, *(each.rmsea for each in self.differences)]
        else:
            frame["scaling_factor"] = [np.nan, *(each.scaling_factor for each in self.differences)]
            frame["shift"] = [np.nan, *(each.shift for each in self.differences)]
        return frame


def _check_form(a_method: str) -> None:
    if a_method not in ("delta", "exact"):
        raise ModelError(f"a_method={a_method!r} is not known; use 'delta' or 'exact'")


def _labels(fits: Sequence[FittedModel], names: Sequence[str] | None) -> list[str]:
    if names is None:
        return [f"model {i}" for i in range(1, len(fits) + 1)]
    if len(names) != len(fits) or len(set(names)) != len(names):
        raise ModelError(
            f"names must hold one different name per model: {len(fits)} models, names {list(names)}"
        )
    return list(names)


def _criteria(fit: FittedModel) -> tuple[float, float]:
    """AIC and BIC; NaN without a likelihood."""
    if fit.method.discrepancy != "ML":
        return np.nan, np.nan
    deviance, npar = -2 * log_likelihood(fit.solution), fit.solution.rank
    return deviance + 2 * npar, deviance + np.log(fit.solution.n) * npar


def _warn_negative(difference: Difference, method: str, names: tuple[str, str]) -> None:
    if not difference.stat < 0:
        return
    advice = "one of them sits in a local minimum, or they are not nested"
    if method == "satorra_bentler_2001":
        advice = "its scaling factor is negative, as in small samples; use method='satorra_bentler_2010'"
    elif method == "satorra_bentler_2010":
        advice = "the freer model is far from its own minimum there; use method='satorra_2000'"
    elif method == "satorra_2000":
        advice = "the shift outweighs it; pass scaled_shifted=False"
    warn(
        f"the difference of {names[1]} and {names[0]} is negative ({difference.stat:.4g}): {advice}",
        InadmissibleWarning,
        stacklevel=3,
    )
