"""A study takes its policy from a file, and tells verdicts with screening and without."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import study, survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.study.config import with_choices
from mlbc_stats.study.opening import open_study
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.respondents.screening import early_late_tables, screening_tables
from mlbc_stats.study.stages.sections.screened import with_and_without

POLICY = "kind: screening_policy\ntitle: Ours\nrules:\n  attention: {action: flag}\n  person_fit: {action: exclude}\n"
STUDY = """\
kind: study
responses: {path: answers.csv}
screening: {policy: policy.yaml}
estimation: {cutoffs: 0, cluster: ""}
propositions: [M5r]
"""


@pytest.fixture(scope="module")
def material(tmp_path_factory) -> Material:
    folder = tmp_path_factory.mktemp("screening")
    survey.write(survey.simulate(survey.pilot_population(), n=250, seed=9), folder / "answers.csv")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    return open_study(study.load_study(folder / "study.yaml"))


def test_the_policy_is_found_beside_the_study_and_told(material) -> None:
    assert material.screening.policy == "Ours"
    assert "person_fit" in material.screening.excluding and "attention" not in material.screening.excluding
    assert [path.name for path in material.sources] == ["answers.csv", "policy.yaml"]
    flags, sources, *rest = screening_tables(material)
    assert flags.notes[1].startswith("Policy: Ours.") and "Not computed: " in flags.notes[2]
    assert "doi:10.1177/0146621607302479" in str(sources.columns) and not rest


def test_a_policy_that_is_not_there_is_told(material) -> None:
    other = study.load_study(material.study.folder / "study.yaml")
    changed = with_choices(other, screening={"policy": "none.yaml"})
    with pytest.raises(ResponseError, match=r"none\.yaml: no such policy file"):
        open_study(changed)


def test_every_verdict_is_told_with_screening_and_without(material) -> None:
    table = with_and_without(material)
    assert table.columns[0] == ("M5r",) and all(cell != "" for column in table.columns for cell in column)
    kept, whole = (str(table.columns[place][0]) for place in (2, 3))
    assert kept != whole and "CI" in kept
    assert f"{int(material.screening.kept.sum())} cases kept by screening, 250 cases in all" in table.notes[0]


def test_nobody_set_aside_is_told(material) -> None:
    nobody = survey.screen(material.responses, exclude=[])
    table = with_and_without(Material(material.study, material.responses, nobody))
    assert table.notes == ("Screening sets nobody aside, so both are the same.",)


def test_early_and_late_respondents_are_compared_where_times_are_known(material) -> None:
    assert early_late_tables(material) == ()
    ended = pd.Series([f"2026-01-01 {k // 60:02}:{k % 60:02}" for k in range(material.responses.n)])
    material.responses.paradata["ended"] = np.array(ended)
    (table,) = early_late_tables(material)
    del material.responses.paradata["ended"]
    assert table.identifier == "early_late" and "equivalent" in table.columns[-1]
