"""Validity of factors that are measured by other factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.loading_shares import average_variance_extracted, composite_reliability
from mlbc_stats.reliability.hierarchical import second_order_omega
from mlbc_stats.reliability.measurement import Measurement, read_measurement
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class SecondOrderValidity(Shown):
    """Second-order factors beside their facets.

    Attributes
    ----------
    constructs : one row per second-order factor: n_facets, ave (mean squared standardized loading of the facets), cr,
        min_loading, level1 and level2 (share of the variance of the items' sum, and of the facets, that it explains),
        largest_r (largest correlation in size with another factor that is no facet of it), distinct (√AVE exceeds it).
    loadings : one row per facet: general, facet, loading, lower, upper (95 %), explained (its square).
    target : χ² of the first-order model over that of this one, near 1 where the second order costs little fit; NaN
        without that model.

    With several groups both tables have a column group.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> facets = rng.normal(size=(400, 1)) + 0.5 * rng.normal(size=(400, 3))
    >>> items = dict(zip("abcdefghi", (facets.repeat(3, axis=1) + rng.normal(size=(400, 9))).T))
    >>> text = "u =~ a + b + c\\nv =~ d + e + f\\nw =~ g + h + i\\nall =~ u + v + w"
    >>> found = second_order_validity(sem.cfa(text, items))
    >>> isinstance(found, SecondOrderValidity), found.loadings["facet"].tolist()
    (True, ['u', 'v', 'w'])
    """

    constructs: pd.DataFrame
    loadings: pd.DataFrame
    target: float

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `constructs`."""
        return self.constructs


def second_order_validity(result: SemResult, first_order: SemResult | None = None) -> SecondOrderValidity:
    """AVE, composite reliability, ω and distinctness of second-order factors, from the loadings of their facets.

    Parameters
    ----------
    result : a converged model with factors of factors.
    first_order : the same facets, all correlated, on the same data: for the target coefficient.

    Raises
    ------
    DataError
        no second-order factor, or a first-order model with no more parameters or another number of cases.

    References
    ----------
    Marsh & Hocevar (1985), doi:10.1037/0033-2909.97.3.562 (target coefficient); MacKenzie, Podsakoff & Podsakoff
    (2011), doi:10.2307/23044045 (AVE of second-order constructs). In R: ``semTools::compRelSEM(fit, higher = )`` and
    the squared loadings of ``lavaan::standardizedSolution``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> facets = rng.normal(size=(400, 1)) + 0.5 * rng.normal(size=(400, 3))
    >>> items = dict(zip("abcdefghi", (facets.repeat(3, axis=1) + rng.normal(size=(400, 9))).T))
    >>> text = "u =~ a + b + c\\nv =~ d + e + f\\nw =~ g + h + i"
    >>> found = second_order_validity(sem.cfa(text + "\\nall =~ u + v + w", items), sem.cfa(text, items))
    >>> bool(found.constructs["ave"]["all"] > 0.7), round(found.target, 6)
    (True, 1.0)
    """
    import pandas as pd

    parts = read_measurement(result)
    if not parts[0].general:
        raise DataError("the model has no second-order factor (`general =~ facet + facet`)")
    several = len(parts) > 1
    rows = [_row(result, g, part, name) for g, part in enumerate(parts) for name in part.general]
    constructs = pd.DataFrame(rows).set_index(["group", "general"] if several else "general")
    loadings = _loadings(result, parts[0])
    return SecondOrderValidity(
        constructs if several else constructs.drop(columns="group"),
        loadings if several else loadings.drop(columns="group"),
        np.nan if first_order is None else _target(result, first_order),
    )


def _row(result: SemResult, group: int, part: Measurement, name: str) -> dict[str, Any]:
    column = part.general.index(name)
    facets = np.flatnonzero(part.higher[:, column])
    spread = np.sqrt(part.phi_general[column, column] / np.diagonal(part.phi)[facets])
    standardized = part.higher[facets, column] * spread
    ave = float(average_variance_extracted(standardized))
    largest = _largest_correlation(result, group, name, {part.factors[place] for place in facets})
    omega = second_order_omega(result, name)[group]
    return {
        "group": part.group,
        "general": name,
        "n_facets": len(facets),
        "ave": ave,
        "cr": float(composite_reliability(standardized)),
        "min_loading": float(np.abs(standardized).min()),
        "level1": omega.level1,
        "level2": omega.level2,
        "largest_r": largest,
        "distinct": bool(np.sqrt(ave) > largest) if np.isfinite(largest) else True,
    }


def _largest_correlation(result: SemResult, group: int, name: str, facets: set[str]) -> float:
    """Largest implied correlation in size of a factor with those that are not its facets; NaN where there is none."""
    ram, implied = result.solution.rams[group], result.solution.implied()[group]
    total = implied.inverse @ implied.disturbance @ implied.inverse.T
    variables = list(ram.variables)
    others = [factor for factor in result.table.latent if factor != name and factor not in facets]
    if not others:
        return np.nan
    at, places = variables.index(name), [variables.index(factor) for factor in others]
    scale = np.sqrt(total[at, at] * np.diagonal(total)[places])
    return float(np.max(np.abs(total[at, places]) / scale))


def _loadings(result: SemResult, part: Measurement) -> pd.DataFrame:
    rows = result.standardized
    rows = rows[(rows["op"] == "=~") & rows["lhs"].isin(part.general) & rows["rhs"].isin(part.factors)]
    labels = dict(enumerate(result.table.group_labels, start=1))
    table = rows.rename(columns={"lhs": "general", "rhs": "facet", "est_std": "loading"})
    table = table.rename(columns={"ci_lower": "lower", "ci_upper": "upper"}).assign(
        group=rows["group"].map(labels)
    )
    columns = ["group", "general", "facet", "loading", "lower", "upper"]
    return table[columns].assign(explained=table["loading"] ** 2).reset_index(drop=True)


def _target(result: SemResult, first_order: SemResult) -> float:
    restricted, free = (degrees_of_freedom(fit.solution) for fit in (result, first_order))
    if first_order.nobs != result.nobs or restricted < free:
        raise DataError(
            "the first-order model needs the same cases and no more degrees of freedom: it has "
            f"{first_order.nobs} cases and {free} degrees of freedom, the second-order model {result.nobs} and "
            f"{restricted}"
        )
    if not first_order.converged:
        return np.nan
    whole = float(result.tests[0].stat)
    return float(first_order.tests[0].stat) / whole if whole > 0 else np.nan
