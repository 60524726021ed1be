"""Reliability and the score of every scale, computed once for all tables that show them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.survey.instrument.model import Instrument

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.reliability.whole_scale.summary import ScaleSummary


@dataclass(frozen=True, slots=True, eq=False)
class Scales:
    """What the items of each facet give alone.

    Attributes
    ----------
    rows : one per facet: construct, items, n, alpha and omega with their ends, average_r, gap (ω − α), equal_loadings
        (p of their test), split_min, split_max, glb, sem and change of the mean score; None where there is none.
    scores : (units, facets) mean of the answered items, NaN where more than half are missing.
    problems : what could not be computed.
    """

    rows: tuple[dict[str, Any], ...]
    scores: pd.DataFrame
    problems: tuple[str, ...]


def read_scales(units: pd.DataFrame, instrument: Instrument, facets: Iterable[str]) -> Scales:
    """The scales of these facets from keyed items, one row per unit."""
    import pandas as pd

    problems: list[str] = []
    items = {facet: [item.id for item in instrument.items_of(facet)] for facet in facets}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        rows = tuple({"construct": name, **_scale(units, name, own, problems)} for name, own in items.items())
    scores = {name: _score(units[own]) for name, own in items.items()}
    return Scales(rows, pd.DataFrame(scores, index=units.index), tuple(problems))


def _score(items: pd.DataFrame) -> pd.Series:
    enough = items.notna().sum(axis=1) >= items.shape[1] / 2
    return items.mean(axis=1).where(enough)


def _scale(units: pd.DataFrame, facet: str, items: list[str], problems: list[str]) -> dict[str, Any]:
    """What one facet's items give; None, and a problem, for what these answers cannot give."""
    found = _summary(units, facet, items, problems)
    alpha, omega = (found.alpha, found.omega) if found else (None, None)
    tau, error = (found.tau, found.error) if found else (None, None)
    values = found.coefficients["value"].to_dict() if found else {}
    return {
        "items": len(items),
        "n": alpha.n if alpha else None,
        "alpha": alpha.alpha if alpha else None,
        "alpha_lower": alpha.ci_lower if alpha else None,
        "alpha_upper": alpha.ci_upper if alpha else None,
        "omega": omega.omega if omega else None,
        "omega_lower": omega.ci_lower if omega else None,
        "omega_upper": omega.ci_upper if omega else None,
        "average_r": alpha.average_r if alpha else None,
        "gap": tau.gap if tau else None,
        "equal_loadings": tau.models["pvalue_diff"]["tau-equivalent"] if tau else None,
        **{name: values.get(name) for name in ("split_min", "split_max", "glb")},
        "sem": error.sem_score if error else None,
        "change": error.change_score if error else None,
    }


def _summary(units: pd.DataFrame, facet: str, items: list[str], problems: list[str]) -> ScaleSummary | None:
    try:
        found = reliability.scale_summary(units, items)
    except (DataError, ModelError) as error:
        problems.append(f"no α of {facet}: {error}")
        return None
    problems.extend(
        f"no {sign} of {facet}: {found.withheld[name]}"
        for name, sign in (("alpha", "α"), ("omega", "ω"))
        if name in found.withheld
    )
    return found
