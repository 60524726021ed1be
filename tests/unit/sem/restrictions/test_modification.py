"""Modification indices beyond the stored numbers: what they predict, and what they refuse."""

from __future__ import annotations

import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ConvergenceWarning, ModelError
from mlbc_stats.sem import SemResult
from tests.reference.corpus import read_table

MODEL = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def data() -> dict[str, list[float]]:
    return read_table("data/HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def result(data: dict[str, list[float]]) -> SemResult:
    return sem.cfa(MODEL, data)


def test_index_and_change_foretell_the_refit(data: dict[str, list[float]], result: SemResult) -> None:
    best = sem.modification_indices(result).iloc[4]
    assert (best.lhs, best.op, best.rhs) == ("textual", "=~", "x3")
    wider = sem.cfa(f"{MODEL}; textual =~ x3", data)
    fall = result.fit_measures["chisq"] - wider.fit_measures["chisq"]
    row = wider.parameters.query("lhs == 'textual' and rhs == 'x3'").iloc[0]
    assert best.mi == pytest.approx(fall, rel=0.1)
    assert best.epc == pytest.approx(row.est, rel=0.25)
    assert best.sepc_all == pytest.approx(row.std_all, rel=0.25)


def test_nothing_is_left_to_find_in_a_saturated_model(data: dict[str, list[float]]) -> None:
    assert sem.modification_indices(sem.cfa("f =~ x1 + x2 + x3", data)).empty


def test_a_candidate_in_the_cell_of_a_loading_is_not_identified(data: dict[str, list[float]]) -> None:
    result = sem.fit("f =~ x1 + x2 + x3 + x4; f ~ x5; x1 ~ x6", data)
    listed = {(row.lhs, row.op, row.rhs) for row in sem.modification_indices(result).itertuples()}
    assert ("x1", "~", "f") not in listed
    assert ("f", "~", "x6") in listed


def test_list_can_be_cut(result: SemResult) -> None:
    whole = sem.modification_indices(result)
    assert whole["mi"].is_monotonic_decreasing
    assert set(sem.modification_indices(result, op="~~")["op"]) == {"~~"}
    assert len(sem.modification_indices(result, maximum_number=5)) == 5
    assert sem.modification_indices(result, op="<~").empty
    assert sem.modification_indices(result, minimum_value=10).equals(whole[whole["mi"] >= 10])


def test_observed_information_gives_other_indices(result: SemResult) -> None:
    expected, observed = (
        sem.modification_indices(result, information=kind) for kind in ("expected", "observed")
    )
    ours = expected.set_index(["lhs", "op", "rhs"])["mi"]
    theirs = observed.set_index(["lhs", "op", "rhs"])["mi"]
    assert theirs["speed", "=~", "x1"] != pytest.approx(ours["speed", "=~", "x1"], rel=1e-3)


@pytest.mark.parametrize("wrong", [{"op": "=="}, {"information": "first.order"}])
def test_unknown_words_are_refused(result: SemResult, wrong: dict[str, str]) -> None:
    with pytest.raises(ModelError, match="is not known"):
        sem.modification_indices(result, **wrong)


def test_no_indices_without_a_solution(data: dict[str, list[float]]) -> None:
    with pytest.warns(ConvergenceWarning):
        stopped = sem.cfa(MODEL, data, max_iter=1)
    for ask in (
        sem.modification_indices,
        sem.factor_scores,
        sem.misspecification_power,
        lambda fit: sem.residuals(fit, "normalized"),
    ):
        with pytest.raises(ModelError, match="did not converge"):
            ask(stopped)
