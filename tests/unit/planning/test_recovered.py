"""The page of recovered propositions is that of the stored samples, and what they say is what should come out."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import planning, theory
from tests.montecarlo.deciders import decided
from tests.montecarlo.deciders.constructed import CONSTRUCTED
from tests.montecarlo.propositions import (
    ALONE,
    PAGE,
    PLAN,
    RESULTS,
    SEVERAL,
    SIMULATED,
    page,
    verdict_files,
)

FOUR_ERRORS = 4.0
NOMINAL = 0.025


@pytest.fixture(scope="module")
def found() -> planning.PlanResult:
    return planning.merge([RESULTS / "propositions.jsonl"])


@pytest.fixture(scope="module")
def alone() -> planning.PlanResult:
    return planning.merge([RESULTS / "indirect.jsonl"])


@pytest.fixture(scope="module")
def several() -> planning.PlanResult:
    return planning.merge([RESULTS / "several.jsonl"])


@pytest.fixture(scope="module")
def verdicts() -> dict[tuple[str, bool], decided.Shares]:
    return decided.shares(decided.stored(verdict_files()))


def test_the_page_is_that_of_the_samples(found, alone, several, verdicts) -> None:
    assert all(each.complete for each in (found, alone, several))
    assert [each.plan.hash for each in (found, alone, several)] == [PLAN.hash, ALONE.hash, SEVERAL.hash]
    assert PAGE.read_text(encoding="utf-8") == page((found, alone, several), verdicts)


def test_false_propositions_are_rarely_supported(found, several) -> None:
    null = [each for each in (*found.summaries, *several.summaries) if each.condition.effect == 0]
    assert {each.proposition for each in null} == {*SIMULATED, *SEVERAL.propositions}
    error = (NOMINAL * (1 - NOMINAL) / PLAN.replications) ** 0.5
    for each in null:
        assert each.power < NOMINAL + FOUR_ERRORS * error, each.proposition


def test_deciders_rarely_support_what_is_null_and_more_often_what_is_true(verdicts) -> None:
    assert {name for name, _ in verdicts} == set(CONSTRUCTED)
    for name in CONSTRUCTED:
        true, null = verdicts[name, True], verdicts[name, False]
        error = (NOMINAL * (1 - NOMINAL) / null.samples) ** 0.5
        assert null.supported < NOMINAL + FOUR_ERRORS * error, name
        assert true.supported > null.supported, name


def test_a_sample_of_a_decider_is_the_same_again() -> None:
    task = decided.Task("H8", False, 0)
    assert decided.run(task) == decided.stored(verdict_files())[task.key]


@pytest.mark.parametrize("name", list(CONSTRUCTED))
def test_constructed_answers_suffice_for_their_proposition(name: str) -> None:
    made = CONSTRUCTED[name]
    responses = made.draw(np.random.default_rng(1), made.n, made.size)
    assert responses.synthetic
    assert theory.check(responses, [name]).states == (theory.State.TESTABLE,)


def test_true_propositions_are_found_and_covered(found, alone, several) -> None:
    own = [each for each in found.summaries if each.proposition != "M13"]
    for each in (*own, *alone.summaries, *several.summaries):
        if each.condition.effect:
            assert each.power > 3 * NOMINAL, each.proposition
            assert each.coverage > 0.88, each.proposition
            assert (
                each.power < each.analytic + FOUR_ERRORS * each.power_error or each.analytic != each.analytic
            )
