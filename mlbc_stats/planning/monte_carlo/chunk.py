"""One chunk: draw the samples of a condition, fit them as one batch, keep estimates and errors."""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from mlbc_stats import bridge, sem
from mlbc_stats.errors import MlbcWarning, ModelError
from mlbc_stats.parallel import one_blas_thread
from mlbc_stats.planning.monte_carlo.plan import Condition, Plan, Task, canonical, plan_of
from mlbc_stats.planning.monte_carlo.questions import PlannedModel, planned_instrument, planned_models
from mlbc_stats.planning.population.answers import Drawn, Floats, draw_answers
from mlbc_stats.planning.population.targets import target_population
from mlbc_stats.sem.simulation.sample_fits import SampleFits, SampleFitter
from mlbc_stats.survey.synthetic.population import Population
from mlbc_stats.survey.synthetic.simulation import simulate

LARGE = 10_000
"""Cases of the sample whose fit all searches begin at."""


@dataclass(frozen=True)
class Cell:
    """A model under one condition, whatever n: its population and what fits it.

    Attributes
    ----------
    model : with its questions; population : what is true.
    fitter : begins at the fit to one large complete sample.
    pairs : places of the items that products multiply; order : of the fitter's variables among items and products.
    """

    model: PlannedModel
    population: Population
    fitter: SampleFitter
    pairs: tuple[tuple[int, int], ...]
    order: tuple[int, ...]


def run_chunk(plan: Plan, task: Task) -> SampleFits:
    """The same bits for a task wherever it runs: one thread of linear algebra, a random stream of its own.

    Examples
    --------
    >>> plan = Plan(propositions=("M5r",), n=(200,), replications=3)
    >>> result = run_chunk(plan, plan.tasks(("S2",))[0])
    >>> result.estimates.shape, result.converged.tolist()
    ((3, 1), [True, True, True])
    """
    with one_blas_thread():
        cell = prepare(plan, task.model, task.condition)
        rng = np.random.default_rng(plan.seed_of(task))
        drawn = _draw(plan, cell, task, rng)
        rows = _with_products(drawn.answers, cell.pairs)[..., list(cell.order)]
        return cell.fitter.fit(rows, drawn.cluster)


def prepare(plan: Plan, model: str, condition: Condition) -> Cell:
    """A model under a condition, made once in every process.

    Raises
    ------
    ModelError
        for targets that no variables can have, and where the model has no solution even in a large sample.
    """
    return _prepared(canonical(asdict(plan)), model, tuple(condition.apart_from_n.values()))


def population_of(plan: Plan, model: PlannedModel, condition: Condition) -> Population:
    """The population of a model under a condition."""
    return target_population(
        planned_instrument(plan),
        model.targets(plan, condition.effect),
        reliability=condition.reliability,
        facet_loading=plan.facet_loading,
        missing=condition.missing,
        cluster_size=condition.cluster_size,
        organization_share=plan.organization_share if condition.cluster_size > 1 else 0.0,
        name=f"plan {plan.hash[:8]}",
    )


@lru_cache(maxsize=32)
def _prepared(text: str, model: str, rest: tuple[Any, ...]) -> Cell:
    plan, condition = plan_of(json.loads(text)), Condition(LARGE, *rest)
    planned = next(each for each in planned_models(plan) if each.id == model)
    population = population_of(plan, planned, condition)
    rng = np.random.default_rng(plan.seed_of(Task(model, condition, 0, 1)))
    drawn = draw_answers(population.clean(), planned.items, LARGE, 1, condition.categories, rng)
    place = {name: k for k, name in enumerate(planned.items)}
    pairs = tuple((place[one], place[other]) for one, other in planned.products.values())
    names = [*planned.items, *planned.products]
    incomplete = condition.missing > 0 or plan.through == "instrument"
    fit = _reference(planned, names, _with_products(drawn.answers, pairs)[0], incomplete)
    order = tuple(names.index(name) for name in fit.table.observed)
    return Cell(planned, population, SampleFitter(fit, planned.quantities), pairs, order)


def _reference(planned: PlannedModel, names: list[str], rows: Floats, incomplete: bool) -> sem.SemResult:
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        fit = sem.fit(
            planned.text,
            pd.DataFrame(rows, columns=names),
            kind="sem",
            std_lv=True,
            estimator="MLR",
            missing="fiml" if incomplete else "listwise",
        )
    if not fit.converged:
        raise ModelError(
            f"{planned.id} has no solution even in a sample of {LARGE}; choose other targets or a higher reliability"
        )
    return fit


def _draw(plan: Plan, cell: Cell, task: Task, rng: np.random.Generator) -> Drawn:
    condition, items = task.condition, cell.model.items
    if plan.through == "direct":
        return draw_answers(cell.population, items, condition.n, task.samples, condition.categories, rng)
    return _joined(
        [_respondents(cell, condition, int(seed)) for seed in rng.integers(2**31, size=task.samples)]
    )


def _respondents(cell: Cell, condition: Condition, seed: int) -> Drawn:
    """One sample through the questionnaire: routes, reversed items, informants averaged over a solution."""
    responses = simulate(cell.population, condition.n, seed)
    frame = bridge.unit_frame(responses)[list(cell.model.items)]
    organization = bridge.unit_columns(responses)["organization_id"].reindex(frame.index)
    codes = organization.astype("category").cat.codes.to_numpy().astype(np.intp)
    return Drawn(frame.to_numpy(dtype=float)[None], None if condition.cluster_size == 1 else codes)


def _joined(parts: list[Drawn]) -> Drawn:
    """Samples of equal clusters as one batch; organizations are numbered in the order of their solutions."""
    return Drawn(np.concatenate([part.answers for part in parts]), parts[0].cluster)


def _with_products(answers: Floats, pairs: tuple[tuple[int, int], ...]) -> Floats:
    """Answers (B, n, k) and the products of some of them, both about the means of their sample."""
    if not pairs:
        return answers
    centred = answers - np.nanmean(answers, axis=1, keepdims=True)
    products = centred[..., [one for one, _ in pairs]] * centred[..., [other for _, other in pairs]]
    return np.concatenate([answers, products - np.nanmean(products, axis=1, keepdims=True)], axis=-1)
