"""Propositions decided by composites beside factors: same rule, same levels, nothing lost without a word."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import composites, survey, theory
from mlbc_stats.theory.composite_engine import composite_text


@pytest.fixture(scope="module")
def responses() -> survey.Responses:
    return survey.simulate(survey.pilot_population().clean(), n=260, seed=4)


@pytest.fixture(scope="module")
def tested(responses) -> theory.TheoryResult:
    return theory.test(responses, ["M1", "M4", "M13", "M5r"], cutoffs=0)


@pytest.fixture(scope="module")
def found(responses, tested) -> theory.CompositeVerdicts:
    return theory.by_composites(responses, tested, resamples=120)


def test_every_deciding_quantity_has_both_sides(tested, found) -> None:
    table = found.table()
    quantities = [part.name for verdict in tested.verdicts for part in verdict.coefficients]
    assert table["quantity"].tolist() == quantities
    assert np.isfinite(table.filter(regex="estimate|lower|upper").to_numpy(float)).all()
    assert not found.failures and set(found.verdicts) == {"M1", "M4", "M13", "M5r"}


def test_estimates_are_those_of_the_composite_fits(found) -> None:
    paths = found.fits["S1"].paths.set_index(["lhs", "rhs"])["est"]
    assert found.coefficients["aln_state ~ TC"].estimate == pytest.approx(paths["aln_state", "TC"])
    product = paths["aln_state", "FTC"] * paths["CAP", "aln_state"]
    (indirect,) = (part for name, part in found.coefficients.items() if name.startswith("ind_ftc"))
    assert indirect.estimate == pytest.approx(product)


def test_levels_and_rule_are_those_of_the_test(tested, found) -> None:
    for verdict in tested.verdicts:
        for part in verdict.coefficients:
            own = found.coefficients[part.name]
            assert own.level == part.level
            assert own.outcome == theory.decide(
                own.estimate, own.se, verdict.sign, verdict.smallest, part.level
            )


def test_the_text_runs_elsewhere_too(responses, tested, found) -> None:
    """What is shown is what was fitted."""
    text = composite_text(responses.instrument, tested.models["S1"].structure)
    assert text == found.texts["S1"]
    assert "TC <~ tc_timing + tc_pace" in text and "TC =~" not in text
    again = composites.fit(text, survey.keyed(responses).dropna(), weights="unit", consistent=False)
    assert again.paths["lhs"].tolist() == found.fits["S1"].paths["lhs"].tolist()


def test_what_composites_cannot_fit_is_told(responses, tested, monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise theory.composite_engine.ModelError("no weights")

    monkeypatch.setattr(theory.composite_engine.composites, "fit", refused)
    found = theory.by_composites(responses, tested, resamples=10)
    assert set(found.failures) == {"S1", "S2"} and not found.verdicts
    assert set(found.table()["composite_verdict"]) == {"not testable here"}
    assert any("S1 has no composite form here: no weights" in note for note in found.notes)
