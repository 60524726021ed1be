"""A series of nested models on the same data: fits, tests between them, and tables of both."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import MlbcWarning
from mlbc_stats.reliability.construct_validity.nested_difference import nested_difference
from mlbc_stats.sem.comparing.difference import Difference
from mlbc_stats.sem.fitting.fit import cfa
from mlbc_stats.sem.fitting.sem_result import SemResult

if TYPE_CHECKING:
    import pandas as pd


def fit_quietly(text: str, data: Any, arguments: Mapping[str, Any]) -> SemResult:
    """A model with factors of unit variance; whether its solution is any good stands in the result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return cfa(text, data, **{**arguments, "std_lv": True})


def difference(fits: Mapping[str, SemResult], restricted: str, free: str) -> Difference:
    """The test of two models that are nested by construction; NaN where one has no solution."""
    pair = fits[restricted], fits[free]
    if not all(fit.converged for fit in pair):
        return Difference(np.nan, np.nan, np.nan)
    return nested_difference(*pair).differences[0]


def models_table(fits: Mapping[str, SemResult]) -> pd.DataFrame:
    """One row per model: its test, scaled where the estimator scales, and free parameters."""
    import pandas as pd

    rows = []
    for fit in fits.values():
        test = fit.tests[-1 if fit.method.scaled else 0]
        rows.append(
            {
                "chisq": test.stat,
                "df": test.df,
                "pvalue": test.pvalue,
                "npar": fit.npar,
                "converged": fit.converged,
            }
        )
    return pd.DataFrame(rows, index=pd.Index(list(fits), name="model"))


def comparisons_table(
    tests: Mapping[tuple[str, str], str], differences: Mapping[tuple[str, str], Difference]
) -> pd.DataFrame:
    """One row per test of a restricted model against a freer one, with the question it answers."""
    import pandas as pd

    rows = [
        {
            "restricted": restricted,
            "free": free,
            "stat": found.stat,
            "df": found.df,
            "pvalue": found.pvalue,
            "question": tests[restricted, free],
        }
        for (restricted, free), found in differences.items()
    ]
    return pd.DataFrame(rows)
