"""The table of fit indices of one or several models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import DataError
from mlbc_stats.report.numbers import is_missing
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel

    Measures = pd.Series | FittedModel

INDICES: dict[str, tuple[str, str]] = {
    "ntotal": ("n", "count"),
    "npar": ("Parameters", "count"),
    "chisq": ("χ²", "statistic"),
    "df": ("df", "count"),
    "pvalue": ("p", "p"),
    "chisq_scaled": ("χ² scaled", "statistic"),
    "df_scaled": ("df scaled", "count"),
    "pvalue_scaled": ("p scaled", "p"),
    "cfi": ("CFI", "bounded"),
    "tli": ("TLI", "bounded"),
    "rmsea": ("RMSEA", "bounded"),
    "rmsea_interval": ("90% CI", "bounded_interval"),
    "cfi_robust": ("CFI robust", "bounded"),
    "tli_robust": ("TLI robust", "bounded"),
    "rmsea_robust": ("RMSEA robust", "bounded"),
    "rmsea_robust_interval": ("90% CI robust", "bounded_interval"),
    "srmr": ("SRMR", "bounded"),
    "aic": ("AIC", "statistic"),
    "bic": ("BIC", "statistic"),
}
INTERVALS = {
    "rmsea_interval": ("rmsea_ci_lower", "rmsea_ci_upper"),
    "rmsea_robust_interval": ("rmsea_ci_lower_robust", "rmsea_ci_upper_robust"),
}
"""Interval → the measures at its ends."""
WIDEST = 10
"""Indices up to which a model is a row; with more, pages show it as a column."""


def fit_table(
    measures: Measures | Mapping[str, Measures],
    title: str = "Fit of the models",
    notes: tuple[str, ...] = (),
    synthetic: bool | None = None,
    identifier: str = "fit",
) -> Table:
    """One row per model with the usual indices; those that no model has are left out.

    Pages show more than ten indices below one another, a model a column; files keep a row per model.

    Parameters
    ----------
    measures : a fit or its ``fit_measures``, or a mapping from a model's name to one of them.
    title, notes, synthetic, identifier : as in `Table`.

    Raises
    ------
    DataError
        when no known index is there.

    Examples
    --------
    >>> import pandas as pd
    >>> found = pd.Series({"chisq": 85.306, "df": 24.0, "pvalue": 8.5e-9, "cfi": 0.931, "rmsea": 0.092,
    ...                    "rmsea_ci_lower": 0.071, "rmsea_ci_upper": 0.114})
    >>> fit_table({"CFA": found}).sheet().rows
    (('CFA', '85.31', '24', '< .001', '.931', '.092', '[.071, .114]'),)
    """
    models = measures if isinstance(measures, Mapping) else {"Model": measures}
    given = [_measures(each) for each in models.values()]
    values = {name: [_index(series, name) for series in given] for name in INDICES}
    kept = [name for name, column in values.items() if not all(is_missing(value) for value in column)]
    if not kept:
        raise DataError(f"none of the indices {', '.join(INDICES)} is among the fit measures given")
    return Table(
        title=title,
        header=("Model", *(INDICES[name][0] for name in kept)),
        columns=(tuple(models), *(tuple(values[name]) for name in kept)),
        formats=("text", *(INDICES[name][1] for name in kept)),
        notes=notes,
        synthetic=synthetic,
        identifier=identifier,
        turned=len(kept) > WIDEST,
    )


def _measures(given: Measures) -> pd.Series:
    found: Any = given
    series: pd.Series = getattr(found, "fit_measures", found)
    return series


def _index(series: pd.Series, name: str) -> object:
    """One index of one model, None where it has none; an interval is a pair."""
    if name in INTERVALS:
        pair = tuple(series.get(end) for end in INTERVALS[name])
        return None if any(is_missing(bound) for bound in pair) else pair
    value = series.get(name)
    return None if is_missing(value) else value
