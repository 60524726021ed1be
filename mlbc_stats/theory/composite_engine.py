"""The same propositions decided by composites: partial least squares beside the structural equation models."""

from __future__ import annotations

import math
import textwrap
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats import bridge, composites
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, NotServedError
from mlbc_stats.parallel import Progress
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.showing import Shown
from mlbc_stats.theory.estimation import SEED
from mlbc_stats.theory.structural.model_lines import OUTCOME_SEPARATOR
from mlbc_stats.theory.structural.structures import StructuralModel
from mlbc_stats.theory.verdicts.decision import Coefficient, Outcome, Verdict
from mlbc_stats.theory.verdicts.decision_forms import judge
from mlbc_stats.theory.verdicts.quantity import Quantity

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport
    from mlbc_stats.theory.verdicts.results import TheoryResult

RESAMPLES = 300
LONGEST = 300
"""Characters of a reason why a model cannot be fitted."""
NOTE = (
    "Composites: facets are common factors (one-factor scores, their correlations corrected for attenuation), "
    "constructs with facets weighted sums of them (two stages, Mode A, path scheme); missing answers {missing}; errors "
    "from {resamples} resamples of units, each unit by itself; the same rule and levels as beside, and verdicts by the "
    "numbers alone. A composite also holds what its facets do not share, which a second-order factor leaves out: the "
    "two are different quantities and need not agree."
)


@dataclass(frozen=True, slots=True, repr=False)
class CompositeVerdicts(Shown):
    """What composite models say about propositions, beside what factor models say.

    Attributes
    ----------
    verdicts : proposition → outcome by composites, for those that composites can decide.
    coefficients : quantity → its standardized estimate, interval and outcome.
    texts, fits : the models by id; failures : model → why it could not be fitted.
    notes : how they were fitted.
    beside : the test of the factor models.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population().clean(), n=300, seed=2)
    >>> found = theory.by_composites(responses, theory.test(responses, ["M5r"]), resamples=100)
    >>> isinstance(found, theory.CompositeVerdicts), list(found.verdicts)
    (True, ['M5r'])
    """

    verdicts: Mapping[str, Outcome]
    coefficients: Mapping[str, Coefficient]
    texts: Mapping[str, str]
    fits: Mapping[str, composites.CompositeResult]
    failures: Mapping[str, str]
    notes: tuple[str, ...]
    beside: TheoryResult

    def table(self) -> pd.DataFrame:
        """One row per deciding quantity: both estimates with their intervals, both outcomes, and why they differ."""
        import pandas as pd

        return pd.DataFrame([row for verdict in self.beside.verdicts for row in self._rows(verdict)])

    def _rows(self, verdict: Verdict) -> list[dict[str, Any]]:
        """Outcomes by the numbers alone, since gates are about the factor models."""
        own = self.verdicts.get(verdict.proposition)
        rows = []
        for part in verdict.coefficients:
            found = self.coefficients.get(part.name)
            row: dict[str, Any] = {"proposition": verdict.proposition, "quantity": part.name}
            for prefix, one in (("", part), ("composite_", found)):
                row |= {
                    f"{prefix}{name}": getattr(one, name) if one else math.nan
                    for name in ("estimate", "lower", "upper")
                }
            rows.append(
                row
                | {
                    "verdict": verdict.ungated.value,
                    "composite_verdict": own.value if own else Outcome.NOT_TESTABLE.value,
                    "difference": self._difference(verdict, part, found),
                }
            )
        return rows

    def _difference(self, verdict: Verdict, part: Coefficient, found: Coefficient | None) -> str:
        """Why the two disagree, "" where they do not."""
        if found is None:
            return self.failures.get(verdict.model, f"composites of {verdict.model} do not hold it")
        if found.outcome == part.outcome:
            return ""
        if found.estimate * part.estimate < 0:
            return "the signs differ"
        sides = {True: "smaller", False: "larger"}
        words = sides[abs(found.estimate) < abs(part.estimate)]
        reach = (found.upper - found.lower) / (part.upper - part.lower)
        return f"the composite's coefficient is {words}, its interval {reach:.2f} times as wide"


def by_composites(
    responses: Responses,
    result: TheoryResult,
    screening: ScreeningReport | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    progress: Progress | None = None,
) -> CompositeVerdicts:
    """Decide the propositions of a test by composite models as well.

    Every model is read with its facets as common factors and its constructs with facets as composites of these, as the
    theory states them (`mlbc_stats.composites.fit`). Weights of facets come from one-factor models, since Mode A
    finds none for a facet that hardly goes with its neighbours, and a third of the resamples would have no solution.

    Parameters
    ----------
    responses, screening : those of the test.
    result : what `mlbc_stats.theory.test` found; its rule and its levels (after Holm) are taken over.
    resamples : bootstrap samples behind the errors.
    seed : of these.
    progress : called with (done, total) parts of the resamples of a model.

    Notes
    -----
    A missing answer costs its pairs, never a unit: correlations come from the units that answered both items, since
    full information in every resample of few units and many items takes minutes. Units of one organization count as
    independent ones. Composites have no gate: global fit is judged in the factor models.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population().clean(), n=300, seed=2)
    >>> found = theory.by_composites(responses, theory.test(responses, ["M5r"]), resamples=100)
    >>> found.table()[["quantity", "composite_verdict"]].values.tolist()
    [['TC ~ FTC', 'supported']]
    """
    frame = bridge.unit_frame(responses, screening)
    instrument = bridge.asked_instrument(responses, frame)
    missing = "listwise" if result.estimation.get("missing") == "listwise" else "pairwise"
    fits: dict[str, composites.CompositeResult] = {}
    failures: dict[str, str] = {}
    draws: dict[str, tuple[float, float]] = {}
    lost: dict[str, int] = {}
    texts = {name: composite_text(instrument, result.models[name].structure) for name in result.fits}
    for name, text in texts.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", MlbcWarning)
                fits[name] = composites.fit(text, frame, weights=_weights(text), missing=missing)
                drawn = composites.bootstrap(fits[name], resamples, seed=seed, progress=progress)
        except (DataError, ModelError, NotServedError) as error:
            failures[name] = textwrap.shorten(str(error), LONGEST, placeholder=" …")
            continue
        draws |= _quantities(result, name, drawn)
        lost[name] = drawn.failures
    decided = {v.proposition: _judged(v, draws, result) for v in result.verdicts if v.model in fits}
    whole = {name: found for name, found in decided.items() if found}
    return CompositeVerdicts(
        verdicts={name: outcome for name, (_, outcome) in whole.items()},
        coefficients={part.name: part for parts, _ in whole.values() for part in parts},
        texts=texts,
        fits=fits,
        failures=failures,
        notes=(
            NOTE.format(missing=missing, resamples=resamples),
            *_failed(failures),
            *_told(fits),
            *_lost(lost, resamples),
        ),
        beside=result,
    )


def composite_text(instrument: Instrument, model: StructuralModel) -> str:
    """The model with facets as common factors and constructs with facets as composites of them.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> from mlbc_stats.theory.structural.structures import MODELS
    >>> text = composite_text(survey.load_instrument("mlbc_alignment"), MODELS["S2"])
    >>> [line for line in text.splitlines() if line.startswith("TC")]
    ['TC <~ tc_timing + tc_pace', 'TC ~ FTC']
    """
    facets = {name: [facet.id for facet in instrument.facets(name)] for name in model.factors}
    return "\n".join(
        [
            bridge.measurement_model(instrument, model.factors, higher_order=False),
            *(f"{name} <~ {' + '.join(parts)}" for name, parts in facets.items() if parts),
            *(f"{outcome} ~ {' + '.join(names)}" for outcome, names in model.paths),
        ]
    )


def _quantities(
    result: TheoryResult, model: str, drawn: composites.CompositeBootstrap
) -> dict[str, tuple[float, float]]:
    """Deciding quantity → estimate and standard deviation over the resamples."""
    estimate, draws, _ = drawn.values("paths")
    paths = drawn.paths()
    both = np.vstack([estimate, draws])
    named = {
        f"{target}{OUTCOME_SEPARATOR}{source}": both[:, place]
        for place, (target, source) in enumerate(zip(paths["lhs"], paths["rhs"], strict=True))
    }
    found = {}
    for verdict in result.verdicts:
        for part in verdict.coefficients if verdict.model == model else ():
            values = _values(part.name, named)
            if values is not None:
                found[part.name] = float(values[0]), float(np.nanstd(values[1:], ddof=1))
    return found


def _values(quantity: str, named: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """Estimate and draws of "y ~ x" or "name := expression"; None where a path is not in the model."""
    (statement,) = parse(quantity)
    if statement.op == "~":
        return named.get(f"{statement.lhs}{OUTCOME_SEPARATOR}{statement.rhs}")
    if statement.expression is None:
        return None
    try:
        return np.asarray(evaluate(statement.expression, named))
    except ModelError:
        return None


def _judged(
    verdict: Verdict, draws: Mapping[str, tuple[float, float]], result: TheoryResult
) -> tuple[tuple[Coefficient, ...], Outcome] | None:
    """The quantities of a proposition by the rule of the test, and its outcome; None unless all are there."""
    if not verdict.coefficients or not all(part.name in draws for part in verdict.coefficients):
        return None
    return judge(
        verdict.decision,
        [Quantity(part.name, *draws[part.name]) for part in verdict.coefficients],
        verdict.sign,
        verdict.smallest,
        verdict.coefficients[0].level,
        result.equivalence_level,
    )


def _weights(text: str) -> dict[str, str]:
    """How the weights of each construct are found: of factors by one-factor models, of composites by Mode A."""
    return {
        row.lhs: "regression" if row.op == "=~" else "modeA" for row in parse(text) if row.op in ("=~", "<~")
    }


def _told(fits: Mapping[str, composites.CompositeResult]) -> tuple[str, ...]:
    return tuple(f"{name} as composites: {said}." for name, fit in fits.items() for said in fit.notes)


def _lost(lost: Mapping[str, int], resamples: int) -> tuple[str, ...]:
    return tuple(
        f"{name}: {count} of {resamples} resamples have no solution and are left out."
        for name, count in lost.items()
        if count
    )


def _failed(failures: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name} has no composite form here: {reason}." for name, reason in failures.items())
