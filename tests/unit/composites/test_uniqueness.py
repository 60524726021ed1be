"""GSCA with unique parts: the algorithm on cases, recovery of factors and components together, weak blocks."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import composites
from mlbc_stats.composites.estimation import estimate
from mlbc_stats.composites.options import Options
from mlbc_stats.composites.specification.model_text import read_model
from tests.unit.composites.samples import LOADINGS, drawn, exact, model, population

RECOVERED = 1e-7
"""Weights stop at changes of 1e-12; convergence is linear."""
NEAR = 1e-3
"""Weights of a component beside factors: the criterion is flat there, and the steps stop short of its minimum."""
TIGHT = {"weights": "gsca", "tolerance": 1e-12}
SIZES = [3, 3, 3]
FACTORS = """
fame =~ fame1 + fame2 + fame3
care =~ care1 + care2 + care3
trust =~ trust1 + trust2 + trust3
trust ~ fame + care
"""


def by_cases(data: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and correlations of factors as Hwang, Takane and Jung (2017) find them: scores of cases, U by SVD."""
    z = np.column_stack([data[name] for name in data if "stay" not in name])
    z = (z - z.mean(axis=0)) / z.std(axis=0) / np.sqrt(len(z))
    owner = np.repeat(np.arange(len(SIZES)), SIZES)
    member = owner == np.arange(len(SIZES))[:, None]
    scores, size = z @ member.T, np.ones(z.shape[1])
    scores /= np.linalg.norm(scores, axis=0)
    for _ in range(2000):
        whole = np.linalg.qr(scores, mode="complete")[0][:, scores.shape[1] :]
        left, _, right = np.linalg.svd(whole.T @ z * size, full_matrices=False)
        unique = whole @ left @ right
        size = np.sum(unique * z, axis=0)
        common = z - unique * size
        loadings = np.where(member, scores.T @ common, 0.0)
        scores = common @ loadings.T
        scores /= np.linalg.norm(scores, axis=0)
    return np.where(member, scores.T @ z, 0.0), scores.T @ scores


def test_correlations_give_what_the_algorithm_on_cases_gives() -> None:
    data = drawn()
    loadings, phi = by_cases(data)
    fit = composites.fit(FACTORS, data, **TIGHT)
    assert fit.converged
    assert fit.estimates.loadings[0] == pytest.approx(loadings, abs=RECOVERED)
    assert fit.construct_correlations.to_numpy() == pytest.approx(phi, abs=RECOVERED)
    assert not fit.notes


def test_factors_and_components_are_recovered_together() -> None:
    """f and g are factors, c is a component of correlated items; all correlations between blocks go through them."""
    text = read_model("f =~ a1+a2+a3\nc <~ b1+b2+b3\ng =~ d1+d2+d3\ng ~ f + c\nc ~ f", "modeA")
    inside = np.array([[1, 0.3, 0.2], [0.3, 1, 0.1], [0.2, 0.1, 1]])
    weights = np.array([0.5, 0.4, 0.6])
    weights /= np.sqrt(weights @ inside @ weights)
    phi = np.array([[1, 0.4, 0.55], [0.4, 1, 0.5], [0.55, 0.5, 1]])
    table = np.zeros((9, 3))
    table[:3, 0], table[3:6, 1], table[6:, 2] = LOADINGS, inside @ weights, LOADINGS[::-1]
    r = table @ phi @ table.T
    r[3:6, 3:6] = inside
    np.fill_diagonal(r, 1.0)
    found = estimate(r[None], text, Options("gsca", tolerance=1e-12, max_iter=5000))
    assert found.converged.all()
    assert found.construct_correlation[0] == pytest.approx(phi, abs=NEAR**2)
    assert found.loadings[0, [0, 2]] == pytest.approx(table.T[[0, 2]], abs=RECOVERED * 10)
    assert found.loadings[0, 1] == pytest.approx(table[:, 1], abs=NEAR)
    assert found.weights[0, 1, 3:6] == pytest.approx(weights, abs=NEAR)


def test_population_values_come_back_and_single_items_stay_themselves() -> None:
    text = model("=~").replace("stay =~ stay1 + stay2\n", "").replace("stay ~", "stay1 ~")
    fit = composites.fit(text, exact(), **TIGHT)
    phi = fit.construct_correlations.loc[["fame", "care", "trust"], ["fame", "care", "trust"]]
    assert phi.to_numpy() == pytest.approx(population()[0][:3, :3], abs=RECOVERED)
    assert fit.loadings["est"].iloc[:3].to_numpy() == pytest.approx(LOADINGS, abs=RECOVERED)


def test_every_sample_of_a_batch_is_its_own() -> None:
    text = read_model(model("=~"), "modeA")
    options = Options("gsca", tolerance=1e-12, max_iter=5000)
    each = [np.corrcoef(np.column_stack(list(drawn(seed=s).values())).T) for s in (1, 2)]
    joint = estimate(np.array([each[0], np.full_like(each[0], np.nan), each[1]]), text, options)
    assert joint.converged.tolist() == [True, False, True] and np.isnan(joint.paths[1]).any()
    for place, r in ((0, each[0]), (2, each[1])):
        alone = estimate(r[None], text, options)
        assert joint.paths[place] == pytest.approx(alone.paths[0], abs=1e-12)


def test_composites_and_uncorrected_factors_stay_components() -> None:
    plain = composites.fit(model("=~"), drawn(), weights="gsca", consistent=False)
    freed = composites.fit(model("=~"), drawn(), weights="gsca")
    assert plain.loadings["est"].mean() > freed.loadings["est"].mean()
    assert (plain.estimates.reliability == 1).all() and (freed.estimates.reliability < 1).all()
