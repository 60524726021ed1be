"""Whether the inventory of phases and the staged single choice place each component of AI alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import rankdata

from mlbc_stats import bridge
from mlbc_stats.errors import DataError
from mlbc_stats.showing import Shown
from mlbc_stats.survey.raters.cohen import cohen_kappa
from mlbc_stats.theory.deciders.scores import construct_scores
from mlbc_stats.theory.deciders.steps import COMPONENTS

if TYPE_CHECKING:
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

IN_PLACE = 0.5
"""Share of the answer scale from which a phase counts as put in place: the middle."""
FEWEST = 10
"""Units with both measures without which nothing is compared."""


@dataclass(frozen=True, slots=True, repr=False)
class StageAgreement(Shown):
    """Two measures of how far each component has come, side by side.

    Attributes
    ----------
    table : one row per component: ``n`` units with both; ``rank``, Spearman's correlation of the choice with the mean
        of the three phase scores, with ``rank_lower`` and ``rank_upper``; ``kappa``, Cohen's κ with quadratic weights
        of the choice and the inventory's phase, with ``kappa_lower`` and ``kappa_upper``; ``exact`` and
        ``within_one``, shares of units; ``choice_higher`` and ``choice_lower``, shares whose choice is above or below
        the inventory's phase.
    in_place : share of the answer scale from which the inventory counts a phase.
    left_out : components that were not compared, with the reason.

    Examples
    --------
    >>> import pandas as pd
    >>> StageAgreement(pd.DataFrame({"rank": [0.5]}, index=["dp"]), 0.5, {}).table["rank"].tolist()
    [0.5]
    """

    table: pd.DataFrame
    in_place: float
    left_out: Mapping[str, str]

    def _facts(self) -> Mapping[str, object]:
        ranks = self.table["rank"].round(2).to_dict()
        return {"rank correlations": ranks, "in place from": self.in_place} | dict(self.left_out)


def stage_agreement(
    responses: Responses,
    screening: ScreeningReport | None = None,
    in_place: float = IN_PLACE,
    level: float = 0.95,
) -> StageAgreement:
    """Agreement of the 18-cell inventory with the single choice of each component.

    The inventory's phase is the number of phases, counted from the first and without a gap, whose score is at least
    `in_place`: 0 to 3, as the choice is. The rank correlation needs no such cut. Intervals: κ ± z·error (large sample);
    Spearman's ρ by Fisher's z with variance (1 + ρ²/2)/(n − 3).

    Parameters
    ----------
    responses, screening : the answers and the cases to leave out; informants of a unit are averaged, and a mean of
        choices is rounded to the nearest, halves upwards.
    in_place : share of the answer scale, between 0 and 1. level : of the intervals.

    Raises
    ------
    DataError
        when no component has both measures, or a share or level lies outside (0, 1).

    References
    ----------
    Cohen (1968), doi:10.1037/h0026256; Bonett & Wright (2000), doi:10.1007/BF02294183. In R:
    ``psych::cohen.kappa(cbind(choice, phase))`` and ``cor(choice, score, method = "spearman")``.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> composed = survey.compose(["ai_scaling_inventory", "ai_scaling_staged"], informant="management")
    >>> answers = survey.simulate(survey.Population(composed.instrument), n=50, seed=1)
    >>> theory.stage_agreement(answers).table.shape
    (6, 11)
    """
    for name, value in (("in_place", in_place), ("level", level)):
        if not 0 < value < 1:
            raise DataError(f"stage_agreement: {name} must lie between 0 and 1, got {value!r}")
    frame = bridge.unit_frame(responses, screening)
    instrument = bridge.asked_instrument(responses, frame)
    rows: dict[str, dict[str, float]] = {}
    left: dict[str, str] = {}
    for component in COMPONENTS:
        both = _both(frame, instrument, component)
        if isinstance(both, str):
            left[component] = both
        else:
            rows[component] = _compared(*both, in_place, level)
    if not rows:
        raise DataError("; ".join(f"{name}: {reason}" for name, reason in left.items()))
    return StageAgreement(pd.DataFrame.from_dict(rows, orient="index"), in_place, left)


def _both(frame: pd.DataFrame, instrument: Instrument, component: str) -> tuple[np.ndarray, np.ndarray] | str:
    """Choices (n,) and phase scores (n, 3) of the units that have all of it, or why there are none."""
    choice = f"stage_{component}_1"
    phases = [f"{component}{phase}" for phase in (1, 2, 3)]
    known = {construct.id for construct in instrument.constructs}
    lacking = [name for name in phases if name not in known]
    if choice not in frame.columns or lacking:
        return "not asked by both the inventory and the staged choice"
    scores = construct_scores(frame, instrument, phases)
    whole = scores.notna().all(axis=1) & frame[choice].notna()
    if whole.sum() < FEWEST:
        return f"{int(whole.sum())} units have both measures; {FEWEST} or more are needed"
    return np.floor(frame.loc[whole, choice].to_numpy(float) + 0.5), scores[whole].to_numpy()


def _compared(choice: np.ndarray, scores: np.ndarray, in_place: float, level: float) -> dict[str, float]:
    phase = np.cumprod(scores >= in_place, axis=1).sum(axis=1)
    kappa = cohen_kappa(choice, phase, weights="quadratic", level=level)
    rank, lower, upper = _spearman(choice, scores.mean(axis=1), level)
    off = choice - phase
    return {
        "n": len(choice),
        "rank": rank,
        "rank_lower": lower,
        "rank_upper": upper,
        "kappa": kappa.value,
        "kappa_lower": kappa.lower,
        "kappa_upper": kappa.upper,
        "exact": float(np.mean(off == 0)),
        "within_one": float(np.mean(np.abs(off) <= 1)),
        "choice_higher": float(np.mean(off > 0)),
        "choice_lower": float(np.mean(off < 0)),
    }


def _spearman(x: np.ndarray, y: np.ndarray, level: float) -> tuple[float, float, float]:
    """Rank correlation with its interval; NaN where one side is constant."""
    first, second = rankdata(x), rankdata(y)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return np.nan, np.nan, np.nan
    rank = float(np.corrcoef(first, second)[0, 1])
    if abs(rank) > 1 - 1e-12:
        return rank, rank, rank
    half = float(ndtri((1 + level) / 2)) * np.sqrt((1 + rank**2 / 2) / (len(x) - 3))
    lower, upper = np.tanh(np.arctanh(rank) + np.array([-half, half]))
    return rank, float(lower), float(upper)
