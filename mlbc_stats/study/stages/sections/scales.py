"""α, ω and the distribution of the score of every scale, computed once for all tables that show them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.survey.instrument.model import Instrument

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Scales:
    """What the items of each facet give alone.

    Attributes
    ----------
    rows : one per facet: construct, items, n, alpha and omega with their ends, average_r; None where there is none.
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
    """α and ω of one facet; None, and a problem, for what these answers cannot give."""
    alpha = _attempt(reliability.alpha, units, items, f"no α of {facet}", problems)
    omega = _attempt(reliability.omega, units, items, f"no ω of {facet}", problems) if alpha else None
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
    }


def _attempt(
    coefficient: Callable[..., Any], units: pd.DataFrame, items: list[str], what: str, problems: list[str]
) -> Any:
    try:
        return coefficient(units, items)
    except (DataError, ModelError) as error:
        problems.append(f"{what}: {error}")
        return None
