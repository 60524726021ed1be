"""Fit the models of some propositions under every specification and judge what decides them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlbc_stats import parallel
from mlbc_stats.errors import DataError
from mlbc_stats.survey.screening.report import kept_cases
from mlbc_stats.theory.entries import Proposition
from mlbc_stats.theory.estimation import Estimation
from mlbc_stats.theory.propositions import Registry, load_propositions
from mlbc_stats.theory.specifications.batches import Cases, judged_batch, read_cases
from mlbc_stats.theory.specifications.choices import (
    EXPLAINED,
    WAYS,
    Specification,
    combinations,
    estimator_of,
)
from mlbc_stats.theory.specifications.controls import PREFIX
from mlbc_stats.theory.specifications.results import Robustness, flagged
from mlbc_stats.theory.structural.structures import MODELS
from mlbc_stats.theory.verdicts.decision import EQUIVALENCE_LEVEL, LEVEL, Verdict
from mlbc_stats.theory.verdicts.judging import judge_propositions

if TYPE_CHECKING:
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

OTHER = "as the study asks"
ESTIMATORS = tuple(dict.fromkeys(estimator for estimator, _ in WAYS))


def robustness(
    responses: Responses,
    propositions: Sequence[str] | None = None,
    screening: ScreeningReport | None = None,
    *,
    controls: Sequence[str] | None = None,
    estimators: Sequence[str] | None = None,
    estimator: str | None = None,
    missing: str | None = None,
    ordered: bool = False,
    cluster: str | None = None,
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
    controls (without, with). Each combination is judged by the same rule as `theory.test`, Holm's levels
    included; gates are not asked. What a combination cannot give has its reason in place of a number. Controls join
    every equation and correlate with the exogenous factors.

    Parameters
    ----------
    responses, propositions, smallest_effect, level, equivalence_level, registry : as in `theory.test`.
    screening : flagged cases; without it all cases are analysed once.
    controls : constructs (means of their items) or columns beside the items; attention to change, amount of change
        and the marker scale by default, none for an empty list.
    estimators : those of MLR, ML, WLSMV and SAM to use, all by default; the first two take a second each and
        model, WLSMV longer.
    estimator, missing, ordered, cluster : of the default analysis, which the others are compared with, as in
        `theory.test`.
    workers : processes to spread the specifications over; None for all processors.
    progress : called with how many runs are done and how many there are; specifications of the same data are one run.

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
    own = Estimation(estimator, missing, ordered, cluster)
    used = estimators or (estimator_of(own), *ESTIMATORS)
    unknown = [name for name in estimators or () if name not in (*ESTIMATORS, estimator_of(own))]
    if unknown:
        raise DataError(f"estimators: {unknown[0]!r} is none of {', '.join(ESTIMATORS)}")
    known = registry if isinstance(registry, Registry) else load_propositions(registry)
    chosen = tuple(known.proposition(name) for name in (propositions or known.ids))
    chosen = tuple(entry for entry in chosen if propositions or entry.model in MODELS)
    needed = known.relatives(entry.id for entry in chosen)
    marked = screening is not None and not bool(kept_cases(responses, screening).all())
    cases = {
        screened: read_cases(responses, screening if screened else None, needed, controls)
        for screened in ((True, False) if marked else (False,))
    }
    first = cases[marked]
    wanted = [
        way
        for way in combinations(marked, bool(first.frame.isna().any(axis=None)), bool(first.controls), own)
        if way.estimator in used
    ]
    judged = partial(
        judged_batch,
        cases=cases,
        needed=needed,
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
    batches: dict[tuple[object, ...], list[Specification]] = {}
    for way in wanted:
        batches.setdefault(way.data, []).append(way)
    done = parallel.run(judged, batches.values(), workers, processes=True, progress=progress)
    found = {way: verdicts for batch in done for way, verdicts in batch.items()}
    rows = [row for number, way in enumerate(wanted, 1) for row in _rows(number, way, chosen, found[way])]
    return _result(rows, first, wanted, responses.synthetic)


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
        f"Estimators: {'; '.join(f'{name}, {EXPLAINED.get(name, OTHER)}' for name in names)}.",
        f"Controls: {held}; each a mean of its items or a column, without measurement error."
        if held
        else "No controls were asked.",
        "Specifications share their data, so they are no independent evidence; gates are not asked here.",
    )
    return Robustness(flagged(pd.DataFrame(rows)), notes, synthetic)
