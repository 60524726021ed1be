"""What a test of propositions returns: verdicts, the fits behind them and the rule that was used."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import InstrumentError
from mlbc_stats.showing import Shown
from mlbc_stats.theory.models import ModelText
from mlbc_stats.theory.verdicts.decision import Verdict
from mlbc_stats.theory.verdicts.gates import Gate

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.fitting.sem_result import SemResult

NUMBERS = ("estimate", "se", "pvalue", "level", "lower", "upper", "inner_lower", "inner_upper", "power")
"""What is known of a deciding quantity, in the order of the table."""
SIGNS = {1: "+", -1: "−", 0: "±"}
"""The predicted side in a sign."""


@dataclass(frozen=True, slots=True, repr=False)
class TheoryResult(Shown):
    """Verdicts on propositions.

    Attributes
    ----------
    verdicts : one per proposition asked for, in the order asked.
    fits, models : the fitted models and their text by id.
    decision_rule : the rule of every form used, in words, with its levels.
    level, equivalence_level : confidence levels of the deciding and of the inner interval, before Holm.
    notes : what a reader must be told (second-order stand-ins, labels, composition of the families).
    synthetic : True when no respondent gave the answers.
    estimation : arguments of `sem.fit` that the models were fitted with.
    gates : every condition that was looked at, open and closed.
    failures : model or proposition that these answers were meant for and that could not be fitted → why.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population().clean(), n=300, seed=2)
    >>> result = theory.test(responses, ["M5r"])
    >>> isinstance(result, TheoryResult), result.trustworthy, list(result.fits)
    (True, True, ['S2'])
    """

    verdicts: tuple[Verdict, ...]
    fits: Mapping[str, SemResult]
    models: Mapping[str, ModelText]
    decision_rule: Mapping[str, str]
    level: float
    equivalence_level: float
    notes: tuple[str, ...]
    synthetic: bool
    estimation: Mapping[str, Any]
    gates: tuple[Gate, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)

    def verdict(self, proposition: str) -> Verdict:
        """The verdict on one proposition; InstrumentError when it was not asked for."""
        for found in self.verdicts:
            if found.proposition == proposition:
                return found
        known = ", ".join(found.proposition for found in self.verdicts)
        raise InstrumentError(f"no verdict on {proposition!r}; this result holds: {known}")

    @property
    def trustworthy(self) -> bool:
        """False when a gate is closed that some verdict needs open, or a model could not be fitted."""
        return not any(verdict.gate or self.failed(verdict) for verdict in self.verdicts)

    @property
    def plain_fits(self) -> dict[str, SemResult]:
        """Fits of models without products, groups and levels: those that have all indices and one set of paths."""
        return {name: fit for name, fit in self.fits.items() if self.models[name].plain}

    def failed(self, verdict: Verdict) -> bool:
        """Whether a verdict is missing because a model could not be fitted, not because something was not asked."""
        lost = verdict.model in self.failures or verdict.proposition in self.failures
        return lost and not verdict.coefficients

    def table(self) -> pd.DataFrame:
        """One row per deciding quantity, unrounded; a proposition with several has several rows."""
        import pandas as pd

        return pd.DataFrame([row for verdict in self.verdicts for row in _rows(verdict)])

    def beside_table(self) -> pd.DataFrame:
        """One row per quantity that stands beside a verdict and never decides: estimate, interval, outcome."""
        import pandas as pd

        columns = ("estimate", "se", "level", "lower", "upper")
        rows = [
            {"proposition": verdict.proposition, "quantity": part.name}
            | {name: getattr(part, name) for name in columns}
            | {"outcome": part.outcome.value}
            for verdict in self.verdicts
            for part in verdict.beside
        ]
        return pd.DataFrame(rows, columns=["proposition", "quantity", *columns, "outcome"])

    def gate_table(self) -> pd.DataFrame:
        """One row per gate: model, gate, about, open or closed, finding, source."""
        import pandas as pd

        rows = [
            {
                "model": gate.model,
                "gate": gate.name,
                "about": gate.about,
                "state": "closed" if gate.closed else "open",
                "finding": gate.finding,
                "source": gate.source,
            }
            for gate in self.gates
        ]
        return pd.DataFrame(rows, columns=["model", "gate", "about", "state", "finding", "source"])

    def _repr_html_(self) -> str:
        return str(self.table().to_html())


def _rows(verdict: Verdict) -> list[dict[str, Any]]:
    shared = {
        "smallest_effect": verdict.smallest,
        "verdict": verdict.outcome.value,
        "ungated": verdict.ungated.value,
        "family": verdict.family,
        "model": verdict.model,
        "n": verdict.n,
        "claim": verdict.label,
        "reason": verdict.reason,
    }
    named = {
        "proposition": verdict.proposition,
        "statement": verdict.statement,
        "predicted": SIGNS[verdict.sign],
    }
    if not verdict.coefficients:
        return [named | {"quantity": ""} | dict.fromkeys(NUMBERS, math.nan) | {"part": ""} | shared]
    return [
        named
        | {"quantity": part.name}
        | {name: getattr(part, name) for name in NUMBERS}
        | {"part": part.outcome.value}
        | shared
        for part in verdict.coefficients
    ]
