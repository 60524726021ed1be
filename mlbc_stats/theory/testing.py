"""Test propositions on responses: build the models, fit them, judge the standardized coefficients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats import bridge
from mlbc_stats.errors import InstrumentError
from mlbc_stats.parallel import Progress
from mlbc_stats.theory.deciders.running import find_quantities
from mlbc_stats.theory.deciders.seam import Given
from mlbc_stats.theory.deciders.surface import with_surfaces
from mlbc_stats.theory.entries import Proposition
from mlbc_stats.theory.estimation import SEED, Estimation, Interactions, settle, with_columns
from mlbc_stats.theory.fitting import (
    fit_models,
    impossible,
    look_at_gates,
    paths_of_factors,
    testable_models,
)
from mlbc_stats.theory.models import ModelText, build_models, columns_of, items_of
from mlbc_stats.theory.obstacles import obstacles
from mlbc_stats.theory.propositions import Registry, load_propositions
from mlbc_stats.theory.sources import split_note, wave_note, waves_of
from mlbc_stats.theory.structural.columns import derived_columns
from mlbc_stats.theory.verdicts.decision import EQUIVALENCE_LEVEL, LEVEL
from mlbc_stats.theory.verdicts.decision_forms import OF_COEFFICIENTS, rule
from mlbc_stats.theory.verdicts.gates import concerned
from mlbc_stats.theory.verdicts.judging import from_fits, judge_propositions
from mlbc_stats.theory.verdicts.results import TheoryResult

if TYPE_CHECKING:
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

CUTOFFS = 100
"""Samples of each kind from which cutoffs of fit are simulated."""


def test(
    responses: Responses,
    propositions: Sequence[str] | None = None,
    screening: ScreeningReport | None = None,
    *,
    smallest_effect: float | None = None,
    level: float = LEVEL,
    equivalence_level: float = EQUIVALENCE_LEVEL,
    registry: str | Path | Registry | None = None,
    estimator: str | None = None,
    missing: str | None = None,
    ordered: bool = False,
    cluster: str | None = None,
    bootstrap: int | None = None,
    interactions: Interactions = "qml",
    gates: bool = True,
    cutoffs: int = CUTOFFS,
    seed: int = SEED,
    planned: Sequence[str] = (),
    progress: Progress | None = None,
) -> TheoryResult:
    """Verdicts on propositions from the responses to their instrument.

    Keyed items of the cases kept are averaged over the informants of a unit; each model the propositions
    need is fitted once (``kind="sem"``, ``std_lv=True``), by default with robust maximum likelihood on all units,
    missing answers by full information, and errors that allow for units of one organization; the standardized
    coefficients with delta-method errors are judged by `decide`. Holm's levels are taken
    over the whole confirmatory family of the registry, whichever members were asked for: asking one at a
    time buys nothing. Gates come before verdicts (`mlbc_stats.theory.verdicts.gates`): a model without an
    admissible solution, with fewer units than parameters or that misfits, predictors that are hardly two things, and
    scales too unreliable leave the propositions that rest on them undecided, with the reason.

    Parameters
    ----------
    responses : answers to one instrument or composed questionnaire, or those of several informants, files or waves
        (`mlbc_stats.survey.join`).
    propositions : ids of the registry; all of them by default.
    screening : cases to leave out; none by default.
    smallest_effect : overrides the smallest effect of interest of every proposition.
    level, equivalence_level : confidence levels before adjustment.
    registry : path of a propositions file, or one loaded already; the shipped one by default.
    estimator, missing : of `mlbc_stats.sem.fit`; "MLR" and "fiml" by default.
    ordered : analyse the answers as ordered categories (WLSMV, missing answers pairwise).
    cluster : column beside the items that names the organization of a unit; by default ``organization_id`` or another
        usual name, ``""`` for none.
    bootstrap : resamples behind the errors (with ML) in place of analytic ones.
    interactions : how products of factors are estimated (M5 to M7): by the likelihood of normal factors ("qml" on
        complete units, "lms" on all; both find products that are not there when factors are skewed), or by "product"
        indicators, which often have no admissible solution with two or three scale means a factor.
    gates : whether closed gates leave propositions undecided; they are reported in any case.
    cutoffs : samples from which the cutoffs of global fit are simulated; 0 for the conventional ones.
    seed : of what is drawn, the resamples and the simulated cutoffs.
    planned : families that are confirmatory only with a planned power of .80, and for which it was planned before the
        answers came, such as ``["C"]``; without it they are exploratory.
    progress : called with (done, total) parts of the resamples, then of the samples behind the cutoffs.

    Raises
    ------
    InstrumentError
        an unknown proposition, or a construct the instrument does not measure.
    DataError
        too few units, constant or collinear items, options that exclude one another.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population(), n=400, seed=1)
    >>> result = theory.test(responses, ["M5r"])
    >>> result.verdict("M5r").label
    'associational'
    """
    known = registry if isinstance(registry, Registry) else load_propositions(registry)
    _check_planned(known, planned)
    chosen = tuple(known.proposition(name) for name in (propositions or known.ids))
    needed = known.relatives((entry.id for entry in chosen), planned)
    frame = bridge.unit_frame(responses, screening)
    instrument = bridge.asked_instrument(responses, frame)
    models = build_models(instrument, needed)
    given = Given(responses, screening, instrument, frame, seed, progress)
    lacking = obstacles(needed, models, given)
    served = testable_models(needed, models, lacking)
    asked = Estimation(estimator, missing, ordered, cluster, bootstrap, seed, interactions)
    settled = settle(
        asked, frame[items_of(served.values(), frame)], bridge.unit_columns(responses, screening)
    )
    made = derived_columns(columns_of(served.values()), responses, screening, instrument, frame)
    settled = with_columns(settled, made)
    fitted = fit_models(served, settled, progress=progress)
    looked = look_at_gates(served, fitted, settled, cutoffs, seed, progress)
    closed = {
        entry.id: concerned(
            looked, entry.model, entry.deciding, paths_of_factors(models[entry.model].structure)
        )
        for entry in chosen
        if entry.model in models
    }
    lacking = impossible(needed, lacking, fitted)
    others, lost = find_quantities(needed, lacking, given)
    found = with_surfaces(chosen, from_fits(needed, fitted.fits, lacking) | others, given)
    return TheoryResult(
        verdicts=judge_propositions(
            chosen,
            needed,
            known,
            found,
            closed,
            lacking | lost,
            smallest_effect,
            level,
            equivalence_level,
            gates,
            planned,
        ),
        fits=fitted.fits,
        models=served,
        decision_rule=_rules(chosen, smallest_effect, level, equivalence_level),
        level=level,
        equivalence_level=equivalence_level,
        notes=(
            *settled.reasons,
            *_notes(known, chosen, served, waves_of(responses), planned),
            *split_note(chosen, responses, screening),
            *(f"{name}: {note}" for name, one in found.items() for note in one.notes),
        ),
        estimation=settled.arguments,
        gates=looked,
        synthetic=responses.synthetic,
        failures=dict(fitted.failures) | lost,
    )


def _check_planned(registry: Registry, planned: Sequence[str]) -> None:
    """InstrumentError for a family that no planned power changes anything for."""
    asking = [key for key, family in registry.families.items() if family.planned]
    odd = [key for key in planned if key not in asking]
    if odd:
        raise InstrumentError(
            f"planned: {odd[0]!r} is no family that asks for planned power; such are {', '.join(asking) or 'none'}"
        )


def _rules(
    chosen: Iterable[Proposition], smallest: float | None, level: float, equivalence_level: float
) -> dict[str, str]:
    pairs = dict.fromkeys((entry.decision, smallest or entry.smallest_effect) for entry in chosen)
    rules: dict[str, list[str]] = {}
    singles = (("single", effect) for form, effect in pairs if form in OF_COEFFICIENTS)
    for form, effect in [*singles, *pairs]:
        text = rule(form, effect, level, equivalence_level)
        if text not in rules.setdefault(form, []):
            rules[form].append(text)
    return {form: " ".join(texts) for form, texts in rules.items()}


def _notes(
    registry: Registry,
    chosen: Iterable[Proposition],
    models: Mapping[str, ModelText],
    count: int,
    planned: Sequence[str],
) -> tuple[str, ...]:
    entries = tuple(chosen)
    families = {entry.family for entry in entries if registry.confirmatory(entry.family, planned)}
    unplanned = {
        entry.family
        for entry in entries
        if registry.families[entry.family].planned and entry.family not in planned
    }
    members = {
        key: ", ".join(entry.id for entry in registry.propositions if entry.family == key)
        for key in sorted(families)
    }
    adjusted = [f"Family {key}: Holm over {names}." for key, names in members.items()]
    power = (
        "Power is the chance that the deciding interval excludes zero when the true effect is the smallest "
        "one of interest, at the standard error this sample achieved."
    )
    notes = [f"{entry.id}: {entry.note}" for entry in entries if entry.note]
    return (
        wave_note(count),
        *adjusted,
        *(
            f"Family {key}: exploratory, since no power of .80 was planned for it."
            for key in sorted(unplanned)
        ),
        power,
        *(note for model in models.values() for note in model.notes),
        *notes,
    )
