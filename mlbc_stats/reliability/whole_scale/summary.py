"""Everything that the items of one scale say about it, in one call: coefficients, items, and what was withheld."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.loading_shares import maximal_reliability
from mlbc_stats.reliability.bounds.greatest_lower_bound import GreatestLowerBound, greatest_lower_bound
from mlbc_stats.reliability.bounds.guttman import Guttman, guttman_bounds
from mlbc_stats.reliability.bounds.split_halves import SplitHalves, split_halves
from mlbc_stats.reliability.internal_consistency import Alpha, coherent_alpha
from mlbc_stats.reliability.item_analysis import item_statistics
from mlbc_stats.reliability.items import read_items
from mlbc_stats.reliability.one_factor import Omega, omega
from mlbc_stats.reliability.repeated.measurement_error import MeasurementError, measurement_error
from mlbc_stats.reliability.resampling.scale_intervals import scale_intervals
from mlbc_stats.reliability.whole_scale.equal_loadings import TauEquivalence, tau_equivalence
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Found = TypeVar("Found")
RESAMPLED = ("alpha", "standardized", "omega", "lambda2", "lambda6", "glb", "maximal_h")
"""Coefficients that have bootstrap intervals."""


@dataclass(frozen=True, slots=True, repr=False)
class ScaleSummary(Shown):
    """One scale.

    Attributes
    ----------
    coefficients : one row per coefficient: value, ci_lower, ci_upper, interval (how it was made; empty without). alpha,
        standardized (α of the correlations), omega, lambda2, lambda4, lambda6, glb, maximal_h, and split_min and
        split_max of the even halves.
    items : `item_statistics`.
    alpha, omega, tau, error : the results that the rows come from, the test of equal loadings and the standard error of
        measurement by ω, or by α where there is no ω; None where withheld.
    withheld : what could not be had, and why. notes : warnings on the way, each once.
    n, n_items.
    """

    coefficients: pd.DataFrame
    items: pd.DataFrame
    alpha: Alpha | None
    omega: Omega | None
    tau: TauEquivalence | None
    error: MeasurementError | None
    withheld: dict[str, str]
    notes: tuple[str, ...]
    n: int
    n_items: int

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `coefficients`."""
        return self.coefficients


def scale_summary(
    data: Any,
    items: Sequence[str] | None = None,
    level: float = 0.95,
    replications: int | None = None,
    seed: int | None = None,
) -> ScaleSummary:
    """Coefficients, items, the test of equal loadings and the error of scores of one scale; nothing stops the rest.

    Parameters
    ----------
    data : table (n, k) of keyed items; cases with a missing answer are left out. items : columns; all by default.
    level : coverage of the intervals: Feldt's of α and the delta method's of ω.
    replications : resamples of bca bootstrap intervals, which then stand in place of these; seed : of them.

    Raises
    ------
    DataError
        where there is no scale: fewer than two items, constant or unanswered items, too few cases.

    References
    ----------
    See `alpha`, `omega`, `guttman_bounds`, `greatest_lower_bound`, `split_halves`, `tau_equivalence`,
    `measurement_error`, `scale_intervals`. In R: ``psych::reliability`` and its kin.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = scale_summary(dict(zip("abcd", rng.normal(size=300) + rng.normal(size=(4, 300)))))
    >>> list(found.coefficients.index)[:3], len(found.items), found.withheld
    (['alpha', 'standardized', 'omega'], 4, {})
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MlbcWarning)
        names = read_items(data, items).names
        found = _parts(data, names, level, replications, seed)
        table = item_statistics(data, names)
    for each in caught:
        if not issubclass(each.category, MlbcWarning):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    told = [str(each.message) for each in caught if issubclass(each.category, MlbcWarning)]
    return ScaleSummary(
        coefficients=_coefficients(found),
        items=table,
        alpha=found.alpha,
        omega=found.omega,
        tau=found.tau,
        error=found.error,
        withheld=found.withheld,
        notes=tuple(dict.fromkeys(told)),
        n=int(table["n"].min()),
        n_items=len(names),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """Results of the functions of one scale; None where withheld."""

    alpha: Alpha | None
    omega: Omega | None
    bounds: Guttman | None
    greatest: GreatestLowerBound | None
    splits: SplitHalves | None
    tau: TauEquivalence | None
    error: MeasurementError | None
    drawn: pd.DataFrame | None
    withheld: dict[str, str]


def _parts(
    data: Any, names: tuple[str, ...], level: float, replications: int | None, seed: int | None
) -> _Parts:
    withheld: dict[str, str] = {}

    def attempt(what: str, wanted: object, function: Callable[..., Found], **arguments: Any) -> Found | None:
        try:
            return function(data, names, **arguments) if wanted else None
        except (DataError, ModelError) as error:
            withheld[what] = str(error)
            return None

    resampled = {"replications": replications, "coefficients": RESAMPLED, "level": level, "seed": seed}
    one = attempt("alpha", True, coherent_alpha, level=level)
    factor = attempt("omega", one, omega, level=level)
    by = "omega" if factor else "alpha"
    return _Parts(
        alpha=one,
        omega=factor,
        bounds=attempt("lambda2, lambda4, lambda6", one, guttman_bounds),
        greatest=attempt("glb", one, greatest_lower_bound),
        splits=attempt("split_min, split_max", one, split_halves, seed=0),
        tau=attempt("tau", factor, tau_equivalence, level=level),
        error=attempt("error", one, measurement_error, coefficient=by, level=level),
        drawn=attempt("bootstrap", one and replications, scale_intervals, **resampled),
        withheld=withheld,
    )


def _coefficients(found: _Parts) -> pd.DataFrame:
    import pandas as pd

    rows: dict[str, tuple[float, float, float, str]] = {}

    def add(
        name: str, value: float, lower: float = np.nan, upper: float = np.nan, interval: str = ""
    ) -> None:
        rows[name] = (value, lower, upper, interval)

    if one := found.alpha:
        add("alpha", one.alpha, one.ci_lower, one.ci_upper, "Feldt")
        add("standardized", one.standardized)
    if factor := found.omega:
        add("omega", factor.omega, factor.ci_lower, factor.ci_upper, "delta")
    if found.bounds:
        for name in ("lambda2", "lambda4", "lambda6"):
            add(name, getattr(found.bounds, name))
    if found.greatest:
        add("glb", found.greatest.glb)
    if factor:
        add("maximal_h", float(maximal_reliability(np.array(factor.standardized))))
    if found.splits:
        add("split_min", found.splits.minimum)
        add("split_max", found.splits.maximum)
    if found.drawn is not None:
        ends = found.drawn[["ci_lower", "ci_upper"]]
        for name in (each for each in RESAMPLED if each in rows):
            add(name, rows[name][0], float(ends["ci_lower"][name]), float(ends["ci_upper"][name]), "bca")
    columns = ["value", "ci_lower", "ci_upper", "interval"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return frame.astype(dict.fromkeys(columns[:3], float)).rename_axis("coefficient")
