"""Preregistrations: unchanged studies deviate in nothing, changed ones in what was changed; power decides families."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mlbc_stats import planning, study
from mlbc_stats.errors import StudyError
from mlbc_stats.study.config import EstimationChoice, Screening
from mlbc_stats.study.opening import open_study
from mlbc_stats.study.preregistration.content import content_of
from mlbc_stats.study.preregistration.deviations import deviations_of
from mlbc_stats.study.preregistration.registered import Preregistration, read_preregistration
from mlbc_stats.study.stages.sections.deviations import deviations

FILE = """kind: study
propositions: [M1, M4, M5r]
robustness: false
engine: factors
preregistration: registered.json
"""


@pytest.fixture
def chosen(tmp_path: Path) -> study.Study:
    (tmp_path / "study.yaml").write_text(FILE, encoding="utf-8")
    found = study.load_study(tmp_path / "study.yaml")
    (tmp_path / "registered.json").write_text(study.preregister(found).text(), encoding="utf-8")
    return found


def items(chosen: study.Study) -> list[tuple[str, str]]:
    registered = read_preregistration(chosen)
    assert registered is not None
    return [(each.section, each.item) for each in deviations_of(registered.content, content_of(chosen))]


def test_an_unchanged_study_deviates_in_nothing(chosen: study.Study) -> None:
    assert items(chosen) == []
    stage = deviations(open_study(chosen))
    assert "No deviation" in stage.short
    assert stage.tables == ()


def test_every_change_is_named(chosen: study.Study) -> None:
    other = replace(chosen, estimation=EstimationChoice(estimator="ML"), seed=1)
    assert items(other) == [("analysis", "estimator"), ("analysis", "seed")]
    assert items(replace(chosen, screening=Screening(long_string=8))) == [("exclusions", "long_string")]
    fewer = items(replace(chosen, propositions=("M1", "M4")))
    assert ("hypotheses", "M5r") in fewer
    assert ("rules", "M5r") in fewer
    assert ("models", "S2") in fewer
    wider = items(replace(chosen, instruments=("mlbc_alignment", "context")))
    assert ("measures", "context") in wider


def test_a_changed_model_shows_the_lines_that_differ(chosen: study.Study) -> None:
    registered = read_preregistration(chosen)
    assert registered is not None
    now = content_of(chosen)
    now["models"]["S1"] = now["models"]["S1"].replace("CAP_on_OML*OML", "0*OML")
    (found,) = deviations_of(registered.content, now)
    assert (found.section, found.item) == ("models", "S1")
    assert "CAP_on_OML*OML" in found.registered
    assert "0*OML" in found.now


def test_the_report_has_a_section(chosen: study.Study) -> None:
    stage = deviations(open_study(replace(chosen, seed=1)))
    (table,) = stage.tables
    assert stage.title == "Deviations from the plan"
    assert table.columns[1] == ("seed",)
    assert stage.short.startswith("1 deviation from the preregistration of ")


def test_a_changed_file_is_refused(chosen: study.Study) -> None:
    path = chosen.folder / "registered.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    found["content"]["analysis"]["seed"] = 5
    path.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(StudyError, match="changed after it was written"):
        read_preregistration(chosen)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(StudyError, match="expected a file that mlbc theory preregister wrote"):
        study.run_study(chosen)
    path.unlink()
    with pytest.raises(StudyError, match="no such preregistration"):
        read_preregistration(chosen)


def test_planned_power_is_taken_in_and_decides_families(chosen: study.Study, tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    plan = planning.Plan(propositions=("M5r",), n=(100, 200), effect=(0.0, 0.4), replications=20)
    planning.simulate(plan, executor="threads", workers=1, record=path)
    made = study.preregister(chosen, [path])
    assert made.power["sample"] == 200
    assert made.power["power"]["M5r"] > 0.8
    assert made.power["plans"] == [plan.hash]
    with pytest.raises(StudyError, match="none of the plans simulated"):
        study.preregister(chosen, [path], n=150)
    both = {name: {"family": "C"} for name in ("M5", "M6")}
    enough = Preregistration({"hypotheses": both}, {"power": {"M5": 0.8, "M6": 0.9}}, "", "", "")
    assert enough.planned_families == ("C",)
    short = replace(enough, power={"power": {"M5": 0.79, "M6": 0.9}})
    assert short.planned_families == ()
    assert replace(enough, power={}).planned_families == ()


def test_the_hash_names_the_content_alone(chosen: study.Study) -> None:
    assert study.preregister(chosen).hash == study.preregister(replace(chosen, output="elsewhere")).hash
    assert study.preregister(chosen).hash != study.preregister(replace(chosen, seed=1)).hash
