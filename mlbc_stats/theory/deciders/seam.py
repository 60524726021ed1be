"""What a decider gets and gives: the one place where another analysis meets the propositions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlbc_stats.theory.states import Obstacle
from mlbc_stats.theory.verdicts.quantity import Found

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.parallel import Progress
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport
    from mlbc_stats.theory.entries import Proposition


@dataclass(frozen=True, slots=True)
class Given:
    """What is known when a proposition is to be decided.

    Attributes
    ----------
    responses, screening : the answers and the cases to leave out, all waves and informants.
    instrument : what was asked of it (:func:`mlbc_stats.bridge.asked_instrument`).
    frame : (units, k) keyed items, averaged over informants, of the first wave each.
    seed : of everything drawn; progress : called with (done, total), or None.
    """

    responses: Responses
    screening: ScreeningReport | None
    instrument: Instrument
    frame: pd.DataFrame
    seed: int
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """How a model that is no text, or a form, gets the quantities of a proposition.

    Attributes
    ----------
    obstacle : what these answers lack beside constructs, waves and groups, which are looked at before; None for
        nothing. Nothing is fitted here.
    quantities : the quantities; a DataError or ModelError says why there are none.
    """

    obstacle: Callable[[Proposition, Given], Obstacle | None]
    quantities: Callable[[Proposition, Given], Found]
