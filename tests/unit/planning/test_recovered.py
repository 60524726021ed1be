"""The page of recovered propositions is that of the stored samples, and what they say is what should come out."""

from __future__ import annotations

import pytest

from mlbc_stats import planning
from tests.montecarlo.propositions import ALONE, PAGE, PLAN, RESULTS, SIMULATED, page

FOUR_ERRORS = 4.0
NOMINAL = 0.025


@pytest.fixture(scope="module")
def found() -> planning.PlanResult:
    return planning.merge([RESULTS / "propositions.jsonl"])


@pytest.fixture(scope="module")
def alone() -> planning.PlanResult:
    return planning.merge([RESULTS / "indirect.jsonl"])


def test_the_page_is_that_of_the_samples(found: planning.PlanResult, alone: planning.PlanResult) -> None:
    assert found.complete
    assert (found.plan.hash, alone.plan.hash) == (PLAN.hash, ALONE.hash)
    assert PAGE.read_text(encoding="utf-8") == page(found, alone)


def test_false_propositions_are_rarely_supported(found: planning.PlanResult) -> None:
    null = [each for each in found.summaries if each.condition.effect == 0]
    assert {each.proposition for each in null} == set(SIMULATED)
    error = (NOMINAL * (1 - NOMINAL) / PLAN.replications) ** 0.5
    for each in null:
        assert each.power < NOMINAL + FOUR_ERRORS * error, each.proposition


def test_true_propositions_are_found_and_covered(
    found: planning.PlanResult, alone: planning.PlanResult
) -> None:
    for each in (*(each for each in found.summaries if each.proposition != "M13"), *alone.summaries):
        if each.condition.effect:
            assert each.power > 3 * NOMINAL, each.proposition
            assert each.coverage > 0.88, each.proposition
            assert (
                each.power < each.analytic + FOUR_ERRORS * each.power_error or each.analytic != each.analytic
            )
