"""The cases, models and controls of specifications, and the fits that judge them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlbc_stats import bridge, sem
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, NotServedError
from mlbc_stats.theory.deciders.seam import Given
from mlbc_stats.theory.entries import Proposition
from mlbc_stats.theory.estimation import SEED, Chosen, settle, with_columns
from mlbc_stats.theory.fitting import FittedModels, data_of, fit_models, impossible, testable_models
from mlbc_stats.theory.models import ModelText, build_models, columns_of, items_of
from mlbc_stats.theory.obstacles import obstacles
from mlbc_stats.theory.specifications.choices import Specification
from mlbc_stats.theory.specifications.controls import control_columns, with_controls
from mlbc_stats.theory.structural.columns import derived_columns
from mlbc_stats.theory.verdicts.decision import Verdict
from mlbc_stats.theory.verdicts.judging import from_fits

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

AGAIN = "products of factors are estimated as in the default analysis, which this choice does not change"


@dataclass(frozen=True, slots=True)
class Cases:
    """Units, models and controls of one selection of cases.

    Attributes
    ----------
    models : by id; frame : (units, k) their items; made : columns made of the answers.
    beside : columns that may name organizations.
    scores : (units, c) controls; lacking : proposition → why these answers cannot decide it, whatever is fitted.
    """

    models: Mapping[str, ModelText]
    frame: pd.DataFrame
    made: pd.DataFrame
    beside: pd.DataFrame
    scores: pd.DataFrame
    lacking: Mapping[str, str]

    @property
    def controls(self) -> tuple[str, ...]:
        """Names of the columns of controls."""
        return tuple(map(str, self.scores.columns))


def judged_batch(
    batch: Sequence[Specification],
    cases: Mapping[bool, Cases],
    needed: Sequence[Proposition],
    judge: Callable[..., tuple[Verdict, ...]],
) -> dict[Specification, tuple[Verdict, ...]]:
    """The verdicts of specifications of the same data, which share moments and starts; the fits stay here."""
    starts: Mapping[str, Any] = {}
    found = {}
    for way in batch:
        fitted = _fitted(cases[way.screened], way, starts)
        found[way] = judge(
            found=from_fits(needed, fitted.fits),
            impossible=impossible(needed, cases[way.screened].lacking, fitted),
        )
        starts = {name: fit for name, fit in fitted.fits.items() if fit.converged}
    return found


def read_cases(
    responses: Responses,
    screening: ScreeningReport | None,
    needed: Sequence[Proposition],
    controls: Sequence[str] | None,
) -> Cases:
    """What a selection of cases is analysed with; without controls for an empty list of them."""
    frame = bridge.unit_frame(responses, screening)
    instrument = bridge.asked_instrument(responses, frame)
    given = Given(responses, screening, instrument, frame, SEED)
    built = build_models(instrument, needed)
    lacking = obstacles(needed, built, given)
    models = testable_models(needed, built, lacking)
    return Cases(
        models,
        frame[items_of(models.values(), frame)],
        derived_columns(columns_of(models.values()), responses, screening, instrument, frame),
        bridge.unit_columns(responses, screening),
        control_columns(responses, screening, instrument, controls),
        lacking,
    )


def _fitted(data: Cases, way: Specification, starts: Mapping[str, Any]) -> FittedModels:
    """The models of a specification, fitted; what fails does so with its reason."""
    models = data.models
    if way.controlled:
        models = {name: with_controls(model, data.controls) for name, model in models.items()}
    try:
        settled = settle(way.asked, data.frame, data.beside)
    except DataError as error:
        return FittedModels({}, dict.fromkeys(models, str(error)))
    settled = with_columns(settled, data.made)
    if way.controlled:
        settled = with_columns(settled, data.scores)
    if way.estimator == "SAM":
        return _two_steps(models, settled)
    again = {name: AGAIN for name, model in models.items() if _repeated(model, settled, way)}
    fitted = fit_models({name: models[name] for name in models if name not in again}, settled, starts)
    return replace(fitted, failures={**fitted.failures, **again})


def _repeated(model: ModelText, settled: Chosen, way: Specification) -> bool:
    """Whether another choice gives this model's numbers: quasi likelihood has one estimator, and complete units."""
    products = model.structure.products and model.structure.factors and settled.interactions == "qml"
    return bool(products) and (way.estimator, way.missing) != way.default


def _two_steps(models: Mapping[str, ModelText], settled: Chosen) -> FittedModels:
    """Every model by structural after measurement; one that it does not serve says why."""
    fits: dict[str, Any] = {}
    failures: dict[str, str] = {}
    for name, model in models.items():
        if not model.plain:
            failures[name] = "products, groups and levels are not estimated in two steps"
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", MlbcWarning)
                frame, arguments = data_of(model, settled)
                fits[name] = sem.sam(model.text, frame, **arguments)
        except (DataError, ModelError, NotServedError) as error:
            failures[name] = str(error)
    return FittedModels(fits, failures)
