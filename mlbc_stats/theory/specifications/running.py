"""Fit the models of some propositions under every specification and judge what decides them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlbc_stats import bridge, parallel, sem
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, NotServedError
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.survey.screening.report import kept_cases
from mlbc_stats.theory.estimation import Chosen, settle
from mlbc_stats.theory.fitting import FittedModels, fit_models, impossible
from mlbc_stats.theory.models import ModelText, build_model
from mlbc_stats.theory.propositions import Proposition, Registry, load_propositions
from mlbc_stats.theory.specifications.choices import EXPLAINED, WAYS, Specification, combinations
from mlbc_stats.theory.specifications.controls import PREFIX, control_columns, with_controls
from mlbc_stats.theory.specifications.results import Robustness, flagged
from mlbc_stats.theory.verdicts.decision import EQUIVALENCE_LEVEL, LEVEL, Verdict
from mlbc_stats.theory.verdicts.judging import judge_propositions

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

ESTIMATORS = tuple(dict.fromkeys(estimator for estimator, _ in WAYS))


def robustness(
    responses: Responses,
    propositions: Sequence[str] | None = None,
    screening: ScreeningReport | None = None,
    *,
    controls: Sequence[str] | None = None,
    estimators: Sequence[str] | None = None,
    smallest_effect: float | None = None,
    level: float = LEVEL,
    equivalence_level: float = EQUIVALENCE_LEVEL,
    registry: str | Path | Registry | None = None,
    workers: int | None = 1,
    progress: Callable[[int, int], object] | None = None,
) -> Robustness:
    """Every coefficient that decides a proposition, under each defensible choice of analysis.

    The choices are crossed: estimator (robust and plain maximum likelihood, weighted least squares of ordered
    answers, structural after measurement), missing answers (full information, listwise), cases (screened, all) and
    controls (without, with). Each combination is judged by the same rule as :func:`theory.test`, Holm's levels
    included; gates are not asked. What a combination cannot give has its reason in place of a number. Controls join
    every equation and correlate with the exogenous factors.

    Parameters
    ----------
    responses, propositions, smallest_effect, level, equivalence_level, registry : as in :func:`theory.test`.
    screening : flagged cases; without it all cases are analysed once.
    controls : constructs (means of their items) or columns beside the items; attention to change, amount of change
        and the marker scale by default, none for an empty list.
    estimators : those of MLR, ML, WLSMV and SAM to use, all by default; the first two take a second each and
        model, WLSMV longer.
    workers : processes to spread the specifications over; None for all processors.
    progress : called with how many specifications are done and how many there are.

    Raises
    ------
    InstrumentError
        an unknown proposition or control.
    DataError
        an unknown estimator.

    References
    ----------
    Steegen, Tuerlinckx, Gelman & Vanpaemel (2016), doi 10.1177/1745691616658637; Simonsohn, Simmons & Nelson (2020),
    doi 10.1038/s41562-020-0912-z. No test over all specifications is made: they share their data.

    Examples
    --------
    >>> from mlbc_stats import survey, theory
    >>> responses = survey.simulate(survey.pilot_population().clean(), n=200, seed=2)
    >>> found = theory.robustness(responses, ["M5r"], estimators=["ML"])
    >>> found.estimates[["missing", "controls", "verdict"]].values.tolist()[:2]
    [['fiml', 'without', 'supported'], ['listwise', 'without', 'supported']]
    """
    used = estimators or ESTIMATORS
    unknown = [name for name in used if name not in ESTIMATORS]
    if unknown:
        raise DataError(f"estimators: {unknown[0]!r} is none of {', '.join(ESTIMATORS)}")
    known = registry if isinstance(registry, Registry) else load_propositions(registry)
    chosen = tuple(known.proposition(name) for name in (propositions or known.ids))
    needed = known.relatives(entry.id for entry in chosen)
    marked = screening is not None and not bool(kept_cases(responses, screening).all())
    cases = {
        screened: _cases(responses, screening if screened else None, needed, controls)
        for screened in ((True, False) if marked else (False,))
    }
    first = cases[marked]
    wanted = [
        way
        for way in combinations(marked, bool(first.frame.isna().any(axis=None)), bool(first.controls))
        if way.estimator in used
    ]
    judged = partial(
        _judged,
        cases=cases,
        needed=needed,
        responses=responses,
        judge=partial(
            judge_propositions,
            chosen,
            needed,
            known,
            closed={entry.id: () for entry in chosen},
            smallest=smallest_effect,
            level=level,
            equivalence_level=equivalence_level,
            obey=False,
        ),
    )
    found = parallel.run(judged, wanted, workers, processes=True, progress=progress)
    rows = [
        row
        for number, (way, verdicts) in enumerate(zip(wanted, found, strict=True), 1)
        for row in _rows(number, way, chosen, verdicts)
    ]
    return _result(rows, first, wanted, responses.synthetic)


@dataclass(frozen=True, slots=True)
class Cases:
    """Units, models and controls of one selection of cases.

    Attributes
    ----------
    models : by id; frame : (units, k) their items; beside : columns that may name organizations.
    scores : (units, c) controls.
    """

    models: Mapping[str, ModelText]
    frame: pd.DataFrame
    beside: pd.DataFrame
    scores: pd.DataFrame

    @property
    def controls(self) -> tuple[str, ...]:
        """Names of the columns of controls."""
        return tuple(map(str, self.scores.columns))


def _judged(
    way: Specification,
    cases: Mapping[bool, Cases],
    needed: Sequence[Proposition],
    responses: Responses,
    judge: Callable[..., tuple[Verdict, ...]],
) -> tuple[Verdict, ...]:
    """The verdicts of one specification; the fits stay where they were made."""
    models, fitted = _fitted(cases[way.screened], way)
    return judge(fits=fitted.fits, impossible=impossible(needed, models, fitted, responses))


def _cases(
    responses: Responses,
    screening: ScreeningReport | None,
    needed: Sequence[Proposition],
    controls: Sequence[str] | None,
) -> Cases:
    frame = bridge.unit_frame(responses, screening)
    instrument = bridge.asked_instrument(responses, frame)
    models = {
        name: build_model(name, instrument, needed) for name in sorted({entry.model for entry in needed})
    }
    items = {row.rhs for model in models.values() for row in parse(model.text) if row.op == "=~"}
    return Cases(
        models,
        frame[[name for name in frame.columns if name in items]],
        bridge.unit_columns(responses, screening),
        control_columns(responses, screening, instrument, controls),
    )


def _fitted(data: Cases, way: Specification) -> tuple[Mapping[str, ModelText], FittedModels]:
    """The models of a specification, fitted; what fails does so with its reason."""
    models = data.models
    if way.controlled:
        models = {name: with_controls(model, data.controls) for name, model in models.items()}
    try:
        settled = settle(way.asked, data.frame, data.beside)
    except DataError as error:
        return models, FittedModels({}, dict.fromkeys(models, str(error)))
    if way.controlled:
        settled = replace(settled, frame=settled.frame.join(data.scores))
    if way.estimator == "WLSMV":
        items = [str(name) for name in data.frame.columns]
        settled = replace(settled, arguments=settled.arguments | {"ordered": items})
    return models, _two_steps(models, settled) if way.estimator == "SAM" else fit_models(models, settled)


def _two_steps(models: Mapping[str, ModelText], settled: Chosen) -> FittedModels:
    """Every model by structural after measurement; one that it does not serve says why."""
    fits: dict[str, Any] = {}
    failures: dict[str, str] = {}
    for name, model in models.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", MlbcWarning)
                fits[name] = sem.sam(model.text, settled.frame, **settled.arguments)
        except (DataError, ModelError, NotServedError) as error:
            failures[name] = str(error)
    return FittedModels(fits, failures)


def _rows(
    number: int, way: Specification, chosen: Sequence[Proposition], verdicts: Sequence[Verdict]
) -> Iterator[dict[str, Any]]:
    """One row per quantity, with a number or the reason why there is none."""
    for entry, verdict in zip(chosen, verdicts, strict=True):
        parts = {part.name: part for part in verdict.coefficients}
        for quantity in entry.deciding:
            part = parts.get(quantity)
            known = part is not None and part.estimate == part.estimate
            yield {
                "proposition": entry.id,
                "quantity": quantity,
                "specification": number,
                **way.record(),
                "n": verdict.n,
                **{name: getattr(part, name, float("nan")) for name in NUMBERS},
                "outcome": part.outcome.value if part else "",
                "verdict": verdict.outcome.value,
                "reason": "" if known else verdict.reason,
            }


NUMBERS = ("estimate", "se", "level", "lower", "upper")


def _result(
    rows: list[dict[str, Any]], first: Cases, wanted: Sequence[Specification], synthetic: bool
) -> Robustness:
    import pandas as pd

    held = ", ".join(name.removeprefix(PREFIX) for name in first.controls)
    names = dict.fromkeys(way.estimator for way in wanted)
    notes = (
        f"Estimators: {'; '.join(f'{name}, {EXPLAINED[name]}' for name in names)}.",
        f"Controls: {held}; each a mean of its items or a column, without measurement error."
        if held
        else "No controls were asked.",
        "Specifications share their data, so they are no independent evidence; gates are not asked here.",
    )
    return Robustness(flagged(pd.DataFrame(rows)), notes, synthetic)
