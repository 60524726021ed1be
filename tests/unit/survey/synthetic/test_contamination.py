"""Each contamination moves the result in its known direction, against the same draws without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlbc_stats import survey
from mlbc_stats.survey import Careless, Missingness, MissingReason, Nesting
from tests.examples.plain_statistics import alpha, htmt, icc, item_rest

CLEAN = replace(survey.pilot_population().clean(), context={"phase": {3: 1.0}, "informant": {1: 1.0}})
N = 1500


def items(population: survey.Population, construct: str, seed: int = 1):
    frame = survey.keyed(survey.simulate(population, n=N, seed=seed))
    return frame[[item.id for item in population.instrument.items if item.construct == construct]]


def test_careless_random_answers_lower_alpha() -> None:
    spoiled = replace(CLEAN, careless=Careless(random=0.2))
    assert alpha(items(spoiled, "tc_pace")) < alpha(items(CLEAN, "tc_pace")) - 0.02


def test_straightlining_lowers_alpha_where_items_are_reversed() -> None:
    spoiled = replace(CLEAN, careless=Careless(straightlining=0.2))
    assert alpha(items(spoiled, "aln_state")) < alpha(items(CLEAN, "aln_state")) - 0.02


def test_straightlining_raises_alpha_where_none_is() -> None:
    spoiled = replace(CLEAN, careless=Careless(straightlining=0.2))
    forward = [item.id for item in CLEAN.instrument.items_of("tc_pace") if not item.reversed]
    assert alpha(items(spoiled, "tc_pace")[forward]) > alpha(items(CLEAN, "tc_pace")[forward])


def test_overlooked_reversals_weaken_reversed_items() -> None:
    spoiled = replace(CLEAN, reverse_misreading=0.2)
    name = next(item.id for item in CLEAN.instrument.items_of("tc_pace") if item.reversed)
    clean_items, spoiled_items = items(CLEAN, "tc_pace"), items(spoiled, "tc_pace")
    assert item_rest(spoiled_items, name) < item_rest(clean_items, name) - 0.1
    others = clean_items.columns.drop(name)
    assert spoiled_items[others].equals(clean_items[others])


def test_a_method_factor_raises_htmt() -> None:
    spoiled = replace(CLEAN, method_variance=0.2)
    before = htmt(items(CLEAN, "tc_pace"), items(CLEAN, "cs_task"))
    after = htmt(items(spoiled, "tc_pace"), items(spoiled, "cs_task"))
    assert before == pytest.approx(0, abs=0.1)
    assert after > before + 0.15


def test_missing_completely_at_random_leaves_the_means_alone() -> None:
    gaps = replace(CLEAN, missingness=Missingness(share=1.0, rate=0.3))
    full, holed = items(CLEAN, "aln_state"), items(gaps, "aln_state")
    assert holed.isna().to_numpy().mean() == pytest.approx(0.3, abs=0.02)
    error = np.sqrt(0.3 / 0.7 * full.var() / N)  # of the difference of the two means
    assert (np.abs(holed.mean() - full.mean()) < 4 * error).all()


def test_missing_at_random_hangs_on_the_driver() -> None:
    driver = "oml_learn_1"
    gaps = Missingness(share=0.4, rate=0.5, driver=driver, slope=1.5)
    full = survey.keyed(survey.simulate(CLEAN, n=N, seed=1))
    holed = survey.keyed(survey.simulate(replace(CLEAN, missingness=gaps), n=N, seed=1))
    missing = holed["aln_state_1"].isna()
    assert holed[driver].notna().all()
    assert full.loc[missing, driver].mean() > full.loc[~missing, driver].mean() + 0.5
    assert holed["aln_state_1"].mean() < full["aln_state_1"].mean() - 0.05  # OML raises ALN


def test_breaking_off_leaves_the_rest_not_reached() -> None:
    responses = survey.simulate(replace(CLEAN, missingness=Missingness(break_off=0.3)), n=400, seed=4)
    gone = responses.reasons == MissingReason.NOT_REACHED
    assert 0.2 < gone.any(axis=1).mean() < 0.4
    assert (np.diff(gone.astype(int), axis=1) >= 0).all()
    unfinished = responses.paradata["finished"] == "0"
    assert (gone.any(axis=1) <= unfinished.to_numpy()).all()


def test_clustering_raises_the_intraclass_correlation() -> None:
    pairs = Nesting(informants={3: 1.0}, informant_share=0.5)
    organizations = Nesting(solutions={4: 1.0}, organization_share=0.4)
    informants = survey.simulate(replace(CLEAN, nesting=pairs), n=500, seed=5)
    solutions = survey.simulate(replace(CLEAN, nesting=organizations), n=1200, seed=5)
    single = survey.simulate(replace(CLEAN, nesting=Nesting(solutions={4: 1.0})), n=1200, seed=5)
    by_unit = icc(survey.score(informants)["TC"].to_numpy(), informants.unit_ids)
    by_organization = [
        icc(survey.score(each)["TC"].to_numpy(), each.context["organization_id"].to_numpy(str))
        for each in (solutions, single)
    ]
    assert by_unit == pytest.approx(0.5, abs=0.1)
    assert by_organization[0] > 0.25
    assert by_organization[1] == pytest.approx(0, abs=0.06)


def test_informants_of_one_solution_agree_on_its_phase() -> None:
    population = replace(survey.pilot_population(), nesting=Nesting(informants={2: 1.0}))
    responses = survey.simulate(replace(population, missingness=Missingness()), n=100, seed=1)
    phases = responses.context["phase"].groupby(responses.unit_ids).nunique()
    assert responses.n == 200
    assert (phases == 1).all()


def test_switching_one_contamination_leaves_the_other_draws() -> None:
    both = survey.pilot_population()
    without = replace(both, missingness=Missingness())
    first, second = (survey.simulate(each, n=300, seed=9) for each in (both, without))
    seen = ~np.isnan(first.codes)
    np.testing.assert_array_equal(first.codes[seen], second.codes[seen])
    assert seen.mean() < 1
