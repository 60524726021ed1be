"""Coefficient omega of a scale from a one-factor model of its items."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import DataError, MlbcError
from mlbc_stats.loading_shares import composite_reliability, omega_total
from mlbc_stats.reliability.items import ScaleItems, read_items, tell_unturned
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult


@dataclass(frozen=True, slots=True, repr=False)
class Omega(Shown):
    """Coefficient omega of one scale.

    Attributes
    ----------
    omega : ω total over the model's variance. std_error, ci_lower, ci_upper : delta method, at `level`.
    omega_observed : the same over the observed variance of the sum.
    composite_reliability : from standardized loadings (of the standardized sum).
    loadings, standardized : (k,) of the one-factor model; items : (k,).
    chisq, df, pvalue : fit of that model (df = 0 for three items).
    n : cases.
    """

    omega: float
    std_error: float
    ci_lower: float
    ci_upper: float
    level: float
    omega_observed: float
    composite_reliability: float
    loadings: tuple[float, ...]
    standardized: tuple[float, ...]
    items: tuple[str, ...]
    chisq: float
    df: float
    pvalue: float
    n: int


def omega(data: Any, items: Sequence[str] | None = None, level: float = 0.95) -> Omega:
    """Coefficient omega, ω = (Σλ)²/((Σλ)² + Σθ), from a one-factor maximum-likelihood model.

    Parameters
    ----------
    data : table (n, k) of keyed items; cases with a missing answer are left out.
    items : columns of the scale; all columns by default. level : coverage of the interval.

    Returns
    -------
    Omega
        Two items are given equal loadings, without which a factor of two items is not identified. Answers in few
        categories are better served by `ordinal_omega`.

    Raises
    ------
    DataError
        for fewer than two items, constant items, or when the one-factor model does not converge.

    References
    ----------
    McDonald (1999), Test Theory, 88–90; interval: Raykov (2002), doi:10.1207/S15327906MBR3701_04.
    In R: ``semTools::compRelSEM(cfa("f =~ a + b + c", data), obs.var = FALSE)``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=400)
    >>> result = omega(dict(zip("abcd", common + rng.normal(size=(4, 400)))))
    >>> 0.7 < result.ci_lower < result.omega < result.ci_upper < 0.9
    True
    """
    quantile = normal_quantile(level)
    scale = read_items(data, items)
    tell_unturned(scale.names, scale.cov)
    return _read_omega(fit_one_factor(scale, one_factor_model), scale, level, quantile)


def fit_one_factor(
    scale: ScaleItems, model: Callable[[Sequence[str]], str], ordinal: bool = False, **arguments: Any
) -> SemResult:
    """The fit of a one-factor model, its text made from names that any item can stand behind.

    Further arguments are those of `sem.cfa`.

    Raises
    ------
    DataError
        when it does not converge.
    """
    from mlbc_stats import sem

    names = [f"item{i}" for i in range(1, len(scale.names) + 1)]
    columns = dict(zip(names, scale.answers.T, strict=True))
    with _spoken_names(scale.names):
        fit = sem.cfa(model(names), columns, ordered=names if ordinal else (), std_lv=True, **arguments)
    if not fit.converged:
        raise DataError(f"a one-factor model of {', '.join(scale.names)} did not converge: no omega")
    return fit


@contextmanager
def _spoken_names(names: Sequence[str]) -> Iterator[None]:
    """Warnings and errors of the model name the caller's items, whatever characters these hold."""

    def spoken(text: object) -> str:
        return re.sub(r"\bitem(\d+)\b", lambda found: names[int(found[1]) - 1], str(text))

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except MlbcError as error:
            raise type(error)(spoken(error)) from None
    for one in caught:
        warnings.warn(spoken(one.message), one.category, stacklevel=5)


def _read_omega(fit: SemResult, scale: ScaleItems, level: float, quantile: float) -> Omega:
    rows, test = fit.parameters, fit.tests[0]
    loadings = rows[rows["op"] == "=~"]
    defined = rows[rows["op"] == ":="].iloc[0]
    estimate, error = float(defined["est"]), float(defined["se"])
    standardized = loadings["std_all"].to_numpy()
    return Omega(
        omega=estimate,
        std_error=error,
        ci_lower=estimate - quantile * error,
        ci_upper=estimate + quantile * error,
        level=level,
        omega_observed=omega_total(loadings["est"].to_numpy(), 1.0, float(fit.moments[0].cov.sum())),
        composite_reliability=composite_reliability(standardized),
        loadings=tuple(loadings["est"].tolist()),
        standardized=tuple(standardized.tolist()),
        items=scale.names,
        chisq=float(test.stat),
        df=float(test.df),
        pvalue=float(test.pvalue),
        n=scale.n,
    )


def one_factor_model(names: Sequence[str]) -> str:
    """Model text of one factor with ω as a defined parameter; two items share their loading.

    Examples
    --------
    >>> print(one_factor_model(["a", "b"]))
    f =~ l1*a + l1*b
    a ~~ e1*a
    b ~~ e2*b
    omega := (l1+l1)^2/((l1+l1)^2 + e1+e2)
    """
    numbers = range(1, len(names) + 1)
    labels = [f"l{1 if len(names) == 2 else i}" for i in numbers]
    loadings = " + ".join(f"{label}*{name}" for label, name in zip(labels, names, strict=True))
    errors = "\n".join(f"{name} ~~ e{i}*{name}" for i, name in zip(numbers, names, strict=True))
    total, unique = "+".join(labels), "+".join(f"e{i}" for i in numbers)
    return f"f =~ {loadings}\n{errors}\nomega := ({total})^2/(({total})^2 + {unique})"


def normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise DataError(f"level={level!r}: expected a share between 0 and 1, such as 0.95")
    return float(ndtri((1 + level) / 2))
