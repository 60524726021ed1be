"""The shipped synthetic pilot: marked, checksummed, reproducible, and complete enough to analyse."""

from __future__ import annotations

import hashlib

import pytest

from mlbc_stats import bridge, survey, theory
from mlbc_stats.resources import resource

FOLDER = resource("data", "synthetic")
MODELLED = ("tc_", "cs_", "ftc_", "oml_", "aln_state", "cap_")  # the items of the models S1 and S2


@pytest.fixture(scope="module")
def pilot() -> survey.Responses:
    return survey.read(FOLDER / "pilot.csv", "mlbc_alignment")


def test_it_is_marked(pilot) -> None:
    assert pilot.synthetic
    assert pilot.n == len(set(pilot.unit_ids)) == 600


def test_its_checksums_hold() -> None:
    for line in (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, (
            f"{name}: make the pilot again"
        )


def test_it_is_what_the_population_gives(pilot, tmp_path) -> None:
    drawn = survey.simulate(survey.pilot_population(), n=600, seed=2026)
    assert survey.write(drawn, tmp_path / "pilot.csv").read_bytes() == (FOLDER / "pilot.csv").read_bytes()


def test_some_cases_are_careless_and_some_incomplete(pilot) -> None:
    report = survey.screen(pilot)
    assert 0.90 < report.kept.mean() < 0.98
    missing = pilot.missing()
    assert missing["not_answered"].sum() > 100
    assert missing["not_reached"].sum() > 100
    assert missing["not_applicable"].sum() > 1000


def test_every_verdict_appears(pilot) -> None:
    found = {verdict.proposition: verdict.outcome.value for verdict in theory.test(pilot).verdicts}
    expected = {
        **dict.fromkeys(["M1", "M4", "M5r", "M12"], "supported"),
        **{"M2": "negligible", "M3": "opposite", "M13": "opposite"},
        **dict.fromkeys(["M8a", "M8b"], "undecided"),
    }
    assert found.items() >= expected.items()
    supported = {name for name, outcome in found.items() if outcome == "supported"}
    assert supported & {"M5", "M6", "M7", "M9", "M22"} == set()  # nothing of them is true of the pilot


def test_listwise_keeps_nine_in_ten(pilot) -> None:
    for screening in (None, survey.screen(pilot)):
        frame = bridge.unit_frame(pilot, screening)
        modelled = [name for name in frame.columns if name.startswith(MODELLED)]
        assert frame[modelled].notna().all(axis=1).sum() >= 540
