"""Power of the χ² test against a population model, from the noncentrality that a wrong model has there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.fitting.fit import fit
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.results.fitted_model import require_minimum, require_solution
from mlbc_stats.sem.simulation.population import implied_moments
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.parameter_table import build_table

if TYPE_CHECKING:
    import pandas as pd


def satorra_saris(
    model: str,
    population: Any,
    n: float | Sequence[float],
    *,
    df: int = 1,
    alpha: float = 0.05,
    **arguments: Any,
) -> pd.DataFrame:
    """Power of the likelihood-ratio test of a restricted model when another one is true.

    Parameters
    ----------
    model : the restricted (wrong) model, in lavaan syntax.
    population : the true model with a value for every parameter, variances among them (``f =~ .7*x1 + .7*x2``,
        ``x1 ~~ .51*x1``), or its covariance matrix with names as for ``sample_cov``.
    n : sample size or sizes.
    df : number of restrictions tested, the difference in degrees of freedom to a model that holds in the population.
    alpha : level of the test.
    arguments : further arguments of `fit` for the restricted model, such as ``std_lv=True``.

    Returns
    -------
    DataFrame
        One row per n. n, df, ncp = n F(Σ₀, Σ(θ*)), F the maximum-likelihood discrepancy of the restricted model fitted
        to the population matrix, and power = P(χ²_df(ncp) > critical value).

    Raises
    ------
    ModelError
        when the population leaves parameters open or has no positive definite covariance matrix, or the restricted
        model does not converge there.

    References
    ----------
    Satorra & Saris (1985), doi:10.1007/BF02294150. In R: ``n * 2 * fitMeasures(fit, "fmin")`` of
    ``sem(model, sample.cov = population, sample.nobs = n, sample.cov.rescale = FALSE)``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> truth = '''f =~ .7*a + .7*b + .7*c + .7*d;  f ~~ 1*f;  a ~~ .2*b
    ...     a ~~ .51*a;  b ~~ .51*b;  c ~~ .51*c;  d ~~ .51*d'''
    >>> sem.satorra_saris("f =~ a + b + c + d", truth, [100, 200]).round(3)["power"].tolist()
    [0.497, 0.788]
    """
    import pandas as pd
    from scipy.stats import chi2, ncx2

    given = given_moments(population) if isinstance(population, str) else {"sample_cov": population}
    wrong = fit(model, sample_nobs=1000, likelihood="wishart", **given, **arguments)
    require_solution(wrong, "the noncentrality of the restricted model")
    require_minimum(wrong, "noncentralities")
    sizes = np.atleast_1d(np.asarray(n, dtype=float))
    ncp = sizes * max(float(wrong.estimate.value), 0.0)  # rounding can leave a true model just below zero
    power = ncx2.sf(float(chi2.isf(alpha, df)), df, ncp)
    return pd.DataFrame({"n": np.asarray(n).reshape(-1), "df": df, "ncp": ncp, "power": power})


def given_moments(text: str) -> dict[str, Any]:
    """Covariance matrix, and means where the text has any, that a model with all its values given implies.

    Examples
    --------
    >>> given_moments("x ~~ 2*x; y ~ 0.5*x; y ~~ 1*y")["sample_cov"].loc["y", "x"].item()
    1.0
    """
    import pandas as pd

    table = build_table(parse(text), ModelOptions(kind="lavaan", fixed_x=False))
    open_rows = [f"{p.lhs} {p.op} {p.rhs}".strip() for p in table.parameters if p.free or p.exo]
    if open_rows:
        raise ModelError(
            f"the population gives no value for {open_rows[0]} ({len(open_rows)} in all); "
            "write each parameter with its value, such as f =~ .7*x1"
        )
    cov, mean = implied_moments(table, np.zeros(0))
    names = list(table.observed)
    out: dict[str, Any] = {"sample_cov": pd.DataFrame(cov, index=names, columns=names)}
    if mean is not None:
        out["sample_mean"] = dict(zip(names, mean.tolist(), strict=True))
    return out
