"""What one population's informants would answer if they all read every question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.survey.instrument.item import Item
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.responses.model import is_rated, question_scale, scale_bounds
from mlbc_stats.survey.synthetic.latent import LatentSystem
from mlbc_stats.survey.synthetic.population import Population

OUTERMOST_THRESHOLD = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class ItemModel:
    """How one rated item answers to its facet: y* = loading·facet + √(1 − loading²)·own, cut at thresholds.

    Attributes
    ----------
    item : the item.
    position : of its facet among the latent variables.
    thresholds : (c - 1,) increasing cutting points of the keyed y*.
    codes : (c,) codes in increasing order.
    """

    item: Item
    position: int
    loading: float
    thresholds: np.ndarray
    codes: np.ndarray

    def keyed(self, response: np.ndarray) -> np.ndarray:
        """Keyed codes of normal responses y*."""
        return self.codes[np.searchsorted(self.thresholds, response, side="left")]


def item_models(
    population: Population, system: LatentSystem, names: Sequence[str] | None = None
) -> tuple[ItemModel, ...]:
    """The named rated items of a population's instrument; by default all (checks left out), in order."""
    instrument = population.instrument
    rated = [item for item in instrument.items if is_rated(instrument, item.id)]
    chosen = rated if names is None else [instrument.item(name) for name in names]
    return tuple(
        ItemModel(
            item,
            system.names.index(item.construct),
            population.item_loadings.get(item.id, population.item_loading),
            thresholds(population, item),
            np.sort(np.array(question_scale(instrument, item.id).values, dtype=float)),
        )
        for item in chosen
    )


def thresholds(population: Population, item: Item) -> np.ndarray:
    """Cutting points of an item, its own, else its scale's, else equally spaced, then shifted."""
    count = len(question_scale(population.instrument, item.id).values) - 1
    given = population.thresholds.get(item.id, population.thresholds.get(item.scale))
    usual = np.linspace(-OUTERMOST_THRESHOLD, OUTERMOST_THRESHOLD, count)
    points = usual if given is None else np.array(given, dtype=float)
    return points + population.shifts.get(item.id, 0.0)


def normal_responses(
    population: Population, models: tuple[ItemModel, ...], latent: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Responses y* (n, k) before they are cut, standard normal, keyed.

    y* = √(1 − μ)·(λη + √(1 − λ²)ε) + √μ·M, with μ the method variance and M one factor for all items.
    """
    own = rng.standard_normal((len(latent), len(models)))
    method = rng.standard_normal((len(latent), 1))
    loading = np.array([model.loading for model in models])
    substance = latent[:, [model.position for model in models]] * loading + own * np.sqrt(1 - loading**2)
    share = population.method_variance
    return np.sqrt(1 - share) * substance + np.sqrt(share) * method


def turned(codes: np.ndarray, scale: ResponseScale) -> np.ndarray:
    """Codes of the opposite answers: lower + upper − code."""
    return sum(scale_bounds(scale)) - codes


def context_answers(population: Population, n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Answers (n,) to the closed context questions and numbers, by their declared shares."""
    instrument = population.instrument
    asked = [item for item in instrument.items if not is_rated(instrument, item.id)]
    return {
        item.id: _context_answer(population, instrument, item, n, rng)
        for item in asked
        if question_scale(instrument, item.id).kind != "text"
    }


def _context_answer(
    population: Population, instrument: Instrument, item: Item, n: int, rng: np.random.Generator
) -> np.ndarray:
    scale = question_scale(instrument, item.id)
    if scale.kind == "number":
        return _number(scale, n, rng)
    values = scale.values
    shares = population.context.get(item.id, dict.fromkeys(values, 1 / len(values)))
    return rng.choice(list(shares), size=n, p=list(shares.values())).astype(float)


def _number(scale: ResponseScale, n: int, rng: np.random.Generator) -> np.ndarray:
    """Whole numbers, log-normal about 10, within the bounds of the scale."""
    lower = 0 if scale.lower is None else scale.lower
    upper = np.inf if scale.upper is None else scale.upper
    return np.clip(np.round(np.exp(rng.normal(np.log(10), 1, n))), lower, upper)
