"""What a measurement model and its method models do in populations with method variance: bias and noncentrality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.method_variance.marker_texts import (
    baseline_text,
    method_text,
    plain_factors,
    read_marker_model,
)
from mlbc_stats.reliability.method_variance.model_series import fit_quietly
from mlbc_stats.sem.fitting.sem_result import SemResult


@dataclass(frozen=True, slots=True)
class PopulationFits:
    """What fits to populations say, share by share.

    Attributes
    ----------
    bias : "mean_bias" and "largest_bias" (in size) of the correlations of the factors against the first population.
    noncentrality : of the χ² test of each method model (one degree of freedom) at n cases.
    """

    bias: Mapping[str, list[float]]
    noncentrality: Mapping[str, list[float]]


def population_fits(
    model: str, items: Sequence[str], populations: Sequence[Floats], marker: str | None, n: int
) -> PopulationFits:
    """Fit the model, and with a marker its two method models, to every population.

    A factor behind all items with equal loadings holds in these populations exactly, so the misfit of the model without
    it is its noncentrality.

    Parameters
    ----------
    model : the measurement model. items : names of the rows of the populations, each a correlation matrix (p, p).

    Raises
    ------
    ModelError
        when the model has no solution in one of them.
    """
    factors = plain_factors(model, "a population with method variance")
    substantive = {name: own for name, own in factors.items() if name != marker}
    text = "\n".join(f"{name} =~ {' + '.join(own)}" for name, own in substantive.items())
    inside = [place for place, item in enumerate(items) if any(item in own for own in substantive.values())]
    kept = [items[place] for place in inside]
    fits = [_fitted(text, kept, population[np.ix_(inside, inside)], n) for population in populations]
    if not all(fit.converged for fit in fits):
        raise ModelError("the measurement model has no solution in a population with method variance")
    noncentrality = {"method_factor": [n * max(float(fit.estimate.value), 0.0) for fit in fits]}
    if marker is not None:
        noncentrality["marker_technique"] = [
            _marker_noncentrality(model, marker, items, population, n) for population in populations
        ]
    correlations = [_factor_correlations(fit) for fit in fits]
    change = [found - correlations[0] for found in correlations]
    bias = {
        "mean_bias": [float(np.mean(each)) for each in change],
        "largest_bias": [float(each[np.argmax(np.abs(each))]) for each in change],
    }
    return PopulationFits(bias, noncentrality)


def _fitted(text: str, items: Sequence[str], population: Floats, n: int) -> SemResult:
    """Fit to the population itself; the divisor n − 1 of given matrices is undone."""
    given = {"names": list(items), "values": population * n / (n - 1)}
    arguments: dict[str, Any] = {"sample_cov": given, "sample_nobs": n}
    return fit_quietly(text, None, arguments)


def _marker_noncentrality(model: str, marker: str, items: Sequence[str], population: Floats, n: int) -> float:
    """n times what the marker behind all items, with equal loadings, takes from the misfit of the baseline."""
    measured = read_marker_model(model, marker)
    cfa = _fitted(model, items, population, n)
    if not cfa.converged:
        return np.nan
    rows = cfa.parameters
    known = {
        (str(lhs), str(op), str(rhs)): float(value)
        for lhs, op, rhs, value in zip(rows["lhs"], rows["op"], rows["rhs"], rows["est"], strict=True)
    }
    pair = [
        _fitted(text, items, population, n)
        for text in (baseline_text(measured, known), method_text(measured, known, equal=True))
    ]
    if not all(fit.converged for fit in pair):
        return np.nan
    return n * (float(pair[0].estimate.value) - float(pair[1].estimate.value))


def _factor_correlations(fit: SemResult) -> Floats:
    names = fit.table.latent
    rows = fit.parameters[fit.parameters["op"] == "~~"]
    found = {
        frozenset((str(a), str(b))): float(value)
        for a, b, value in zip(rows["lhs"], rows["rhs"], rows["std_all"], strict=True)
    }
    return np.array([found.get(frozenset(pair), 0.0) for pair in combinations(names, 2)])
