"""The second opinion of pingouin and statsmodels: it agrees, and says so when it does not."""

import sys

import pytest

from mlbc_stats import study, survey
from mlbc_stats.resources import PACKAGE
from mlbc_stats.study.opening import open_study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def opinion():
    sys.path.insert(0, str(PACKAGE.parent / "analysis"))
    try:
        import second_opinion

        yield second_opinion
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    path = tmp_path_factory.mktemp("libraries") / "answers.csv"
    survey.write(survey.simulate(survey.pilot_population(), n=150, seed=8), path)
    return open_study(study.with_responses(study.load_study(), path))


def test_every_number_agrees_and_each_kind_is_there(opinion, material):
    stage = opinion.second_opinion(material)
    assert stage.problems == ()
    table = stage.tables[0]
    what = " ".join(table.columns[0])
    for kind in (
        "α of tc_pace",
        "ICC(C,k)",
        "SE (aln_state ~ TC)",
        "FTC_x_TC",
        "later minus earlier",
        "Welch",
    ):
        assert kind in what
    assert set(table.columns[1]) == {"pingouin", "statsmodels", "pingouin beside statsmodels"}
    assert all(table.columns[-1])
    assert max(table.columns[4]) < 1e-6


def test_a_disagreement_is_a_problem_of_the_report(opinion, material, monkeypatch):
    monkeypatch.setattr(opinion, "scale_checks", lambda _: [opinion.Check("α of x", "pingouin", 0.8, 0.81)])
    stage = opinion.second_opinion(material)
    assert stage.problems == ("pingouin disagrees on α of x",)
    assert not opinion.Check("x", "y", float("nan"), 0.5).agrees


def test_a_section_of_ones_own_joins_the_report(opinion, material, tmp_path, monkeypatch):
    monkeypatch.setattr("mlbc_stats.study.run.STAGES", {})
    chosen = study.Study(responses=material.study.responses, output=str(tmp_path / "out"))
    seen = study.run_study(chosen, further={"libraries": opinion.second_opinion})
    assert [stage.name for stage in seen.stages] == [
        "libraries",
        "words",
        "checklist",
    ]  # the checklist ends every report
    assert "Who computes what" in (seen.folder / "report.html").read_text(encoding="utf-8")


def test_the_package_imports_neither():
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import pingouin" not in text and "import statsmodels" not in text, path
