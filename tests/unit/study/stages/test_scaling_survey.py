"""A survey about scaling alone, without any construct of S1, is measured as one about alignment is."""

import pytest

from mlbc_stats import survey
from mlbc_stats.study import load_study
from mlbc_stats.study.opening import open_study
from mlbc_stats.study.stages.reliability import reliability
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit

STUDY = """kind: study
title: Scaling
instruments: [ai_scaling_inventory, ai_scaling_staged]
design: key_informant
responses: [{path: answers.csv, unit_column: unit_id, id_column: case_id}]
output: results
"""


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scaling")
    composed = survey.compose(["ai_scaling_inventory", "ai_scaling_staged"], informant="management")
    components = ("dp", "ti", "am", "gv", "ac", "os")
    population = survey.Population(
        composed.instrument,
        correlations={(a, b): 0.3 for i, a in enumerate(components) for b in components[:i]},
        paths={(f"stage_{name}", name): 0.7 for name in components},
    )
    survey.write(survey.simulate(population, n=250, seed=3), folder / "answers.csv")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    return open_study(load_study(folder / "study.yaml"))


def test_every_cell_of_the_inventory_is_a_factor(material):
    assert material.factors == ("dp", "ti", "am", "gv", "ac", "os")
    assert len(material.facets) == 18
    assert measurement_fit(material).converged


def test_the_report_compares_inventory_and_choice(material):
    stage = reliability(material)
    found = next(table for table in stage.tables if table.identifier == "stage_agreement")
    _, columns = found.data()
    assert columns[0] == tuple(f"stage_{name}" for name in material.factors)
    assert min(columns[2]) > 0.2  # every choice goes with its component
    assert not stage.problems
