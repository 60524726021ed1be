"""Who answered what: whether predictor and outcome come from different informants, and how many waves there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlbc_stats.survey.responses.model import MissingReason, Responses
from mlbc_stats.survey.screening.report import ScreeningReport, kept_cases
from mlbc_stats.theory.entries import Proposition
from mlbc_stats.theory.structural.columns import sources
from mlbc_stats.theory.verdicts.gates import deciding_paths


@dataclass(frozen=True, slots=True)
class Split:
    """Units by who answered about both sides of a path.

    Attributes
    ----------
    apart : units in which nobody answered about both sides; same : units in which somebody did.
    """

    apart: int
    same: int


def split_of(entry: Proposition, responses: Responses, screening: ScreeningReport | None = None) -> Split:
    """Units in which the outer ends of a proposition's paths were answered about, by the same informant or not.

    Of an indirect effect the ends are its last outcome and its first predictors.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population().clean(), n=30, seed=1)
    >>> split_of(theory.load_propositions().proposition("M12"), responses)
    Split(apart=0, same=30)
    """
    pairs = {pair for quantity in entry.deciding for pair in deciding_paths(quantity)}
    outcomes = {name for outcome, _ in pairs for name in sources(outcome)}
    predictors = {name for _, each in pairs for one in each.split(":") for name in sources(one)}
    ends = _answered(responses, outcomes - predictors), _answered(responses, predictors - outcomes)
    kept = kept_cases(responses, screening)
    frame = pd.DataFrame({"outcome": ends[0], "predictor": ends[1], "both": ends[0] & ends[1]})
    units = frame[kept].groupby(responses.unit_ids[kept], sort=False).any()
    asked = units["outcome"] & units["predictor"]
    return Split(int((asked & ~units["both"]).sum()), int((asked & units["both"]).sum()))


def split_note(
    chosen: Iterable[Proposition], responses: Responses, screening: ScreeningReport | None
) -> tuple[str, ...]:
    """What is known about who answered, when propositions ask for different informants."""
    asking = [entry for entry in chosen if entry.design.informants == "split"]
    splits = {entry.id: split_of(entry, responses, screening) for entry in asking}
    found: dict[Split, list[str]] = {}
    for name, split in splits.items():
        if split.apart + split.same:
            found.setdefault(split, []).append(name)
    return tuple(
        f"{', '.join(names)} {'asks' if len(names) == 1 else 'ask'} for predictor and outcome from different "
        f"informants; in {split.same} of {split.apart + split.same} units one informant answered both."
        for split, names in found.items()
    )


def waves_of(responses: Responses) -> int:
    """Number of waves in which somebody answered."""
    return len(set(responses.waves.tolist()))


def wave_note(count: int) -> str:
    """What so many waves mean for the models and for what may be concluded.

    Examples
    --------
    >>> wave_note(1)
    'One wave of data: every verdict is about an association, not about a cause.'
    """
    if count == 1:
        return "One wave of data: every verdict is about an association, not about a cause."
    return (
        f"{count} waves of data: models take each item from the first wave in which it was asked, repeated answers are "
        "not used; verdicts are about associations, not about causes."
    )


def _answered(responses: Responses, constructs: Iterable[str]) -> np.ndarray:
    """Cases (n,) bool with an answer to an item of one of the constructs."""
    instrument = responses.instrument
    held = set(instrument.construct_ids)
    wanted = {item.id for name in constructs if name in held for item in instrument.items_of(name)}
    places = [place for place, name in enumerate(responses.item_ids) if name in wanted]
    return np.asarray((responses.reasons[:, places] == MissingReason.OBSERVED).any(axis=1))
