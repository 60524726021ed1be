"""Populations with products of constructs: their variances, their correlations, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ModelError
from mlbc_stats.survey import Nesting, Population
from mlbc_stats.survey.synthetic.latent import latent_system
from mlbc_stats.survey.synthetic.nesting import draw_cast, draw_nested

INSTRUMENT = survey.load_instrument("mlbc_alignment")
BUFFERED = Population(
    INSTRUMENT,
    correlations={("FTC", "OML"): 0.3},
    paths={("TC", "FTC"): -0.4, ("ALN", "TC"): -0.3, ("CAP", "ALN"): 0.5},
    interactions={("ALN", "FTC", "TC"): 0.3, ("ALN", "OML", "FTC"): 0.2},
)
LARGE = 400_000


def test_drawn_correlations_are_the_implied_ones() -> None:
    system = latent_system(BUFFERED)
    values = system.draw(np.random.default_rng(3), LARGE)
    np.testing.assert_allclose(np.corrcoef(values.T), system.correlation, atol=0.012)
    np.testing.assert_allclose(values.std(axis=0), 1, atol=0.012)
    place = {name: position for position, name in enumerate(system.names)}
    r_tf, r_of = -0.4, 0.3
    shared = (r_of * r_tf + 1 * r_of * r_tf) / np.sqrt((1 + r_tf**2) * (1 + r_of**2))
    assert system.correlation[place["FTC:TC"], place["OML:FTC"]] == pytest.approx(shared)


def test_the_product_has_the_declared_coefficient() -> None:
    system = latent_system(BUFFERED)
    values = system.draw(np.random.default_rng(5), LARGE)
    place = {name: position for position, name in enumerate(system.names)}
    columns = [place[name] for name in ("TC", "FTC:TC", "OML:FTC")]
    slopes = np.linalg.lstsq(values[:, columns], values[:, place["ALN"]], rcond=None)[0]
    np.testing.assert_allclose(slopes, [-0.3, 0.3, 0.2], atol=0.006)


def test_nesting_keeps_coefficient_and_variance() -> None:
    nesting = Nesting(solutions={4: 1.0}, informants={2: 1.0}, organization_share=0.3, informant_share=0.2)
    system = latent_system(BUFFERED)
    cast = draw_cast(nesting, 100_000, np.random.default_rng(1))
    values = draw_nested(system, nesting, cast, np.random.default_rng(2))
    np.testing.assert_allclose(np.corrcoef(values.T), system.correlation, atol=0.02)
    one, other = values[::2], values[1::2]
    tc = system.names.index("TC")
    assert np.corrcoef(one[:, tc], other[:, tc])[0, 1] == pytest.approx(0.8, abs=0.01)


def test_answers_pass_through_the_instrument() -> None:
    assert survey.simulate(BUFFERED, n=50, seed=1).n == 50


def test_what_has_no_moments_or_no_sense_is_refused() -> None:
    with pytest.raises(ModelError, match="other than normal"):
        survey.population_moments(BUFFERED)
    chained = replace(BUFFERED, interactions={("ALN", "FTC", "TC"): 0.2, ("CAP", "ALN", "OML"): 0.2})
    with pytest.raises(ModelError, match="depends on a product itself"):
        latent_system(chained)
    with pytest.raises(ModelError, match="no construct 'XX'"):
        replace(BUFFERED, interactions={("ALN", "XX", "TC"): 0.2})
    with pytest.raises(ModelError, match="at most 1"):
        latent_system(replace(BUFFERED, interactions={("ALN", "FTC", "TC"): 1.2}))
