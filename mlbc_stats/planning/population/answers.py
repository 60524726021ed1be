"""Answers of many samples at once, drawn by the equations of a population without its questionnaire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.survey.synthetic.item_answers import OUTERMOST_THRESHOLD, item_models, normal_responses
from mlbc_stats.survey.synthetic.latent import latent_system
from mlbc_stats.survey.synthetic.nesting import Cast, draw_nested
from mlbc_stats.survey.synthetic.population import Population

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Samples of one size.

    Attributes
    ----------
    answers : (B, n, k) keyed answers, NaN where missing.
    cluster : (n,) organization of each solution, the same in every sample; None where each has its own.
    """

    answers: Floats
    cluster: NDArray[np.intp] | None


def draw_answers(
    population: Population,
    items: Sequence[str],
    n: int,
    samples: int,
    categories: int,
    rng: np.random.Generator,
) -> Drawn:
    """Keyed answers to some items, all samples by the same few array operations.

    Parameters
    ----------
    population : its equations, loadings, method variance, clusters of one size and share of missing answers.
    categories : of every item, cut at equally spaced points from -1.5 to 1.5 of the normal response; 0 leaves the
        responses continuous.

    Notes
    -----
    Routes, reversed items, careless informants and several informants of a solution need the questionnaire itself:
    :func:`mlbc_stats.survey.simulate`.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> from mlbc_stats.planning.population.targets import target_population
    >>> population = target_population(survey.load_instrument("mlbc_alignment"), {"aln_state ~ TC": -0.3})
    >>> drawn = draw_answers(population, ["tc_pace_1", "aln_state_1"], 50, 3, 7, np.random.default_rng(1))
    >>> drawn.answers.shape, float(drawn.answers.min()), float(drawn.answers.max())
    ((3, 50, 2), 1.0, 7.0)
    """
    system = latent_system(population)
    models = item_models(population, system, items)
    size = max(population.nesting.solutions)
    cast = _cast(n, samples, size)
    latent = (
        system.draw(rng, n * samples) if size == 1 else draw_nested(system, population.nesting, cast, rng)
    )
    answers = cut(normal_responses(population, models, latent, rng), categories).reshape(samples, n, -1)
    rate = population.missingness.rate * population.missingness.share
    if rate:
        answers = np.where(rng.random(answers.shape) < rate, np.nan, answers)
    return Drawn(answers, None if size == 1 else cast.organization[:n])


def cut(responses: Floats, categories: int) -> Floats:
    """Codes 1, 2, … of normal responses; the responses themselves with 0 categories.

    Examples
    --------
    >>> cut(np.array([-2.0, 0.1, 2.0]), 2).tolist()
    [1.0, 2.0, 2.0]
    """
    if not categories:
        return responses
    points = (
        np.zeros(1)
        if categories == 2
        else np.linspace(-OUTERMOST_THRESHOLD, OUTERMOST_THRESHOLD, categories - 1)
    )
    return np.asarray(np.searchsorted(points, responses, side="left") + 1.0)


def _cast(n: int, samples: int, size: int) -> Cast:
    """Solutions of all samples; organizations of one size that do not reach from one sample into the next."""
    within = np.arange(n) // size
    organizations = np.arange(samples)[:, None] * (within[-1] + 1) + within
    return Cast(np.arange(n * samples), organizations.ravel())
