"""One study of several files: two informants, short forms, what was not asked, and files that do not fit together."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from mlbc_stats import study, survey
from mlbc_stats.cli.app import app
from mlbc_stats.study.run import STAGES
from tests.examples.two_informants import two_files

KEPT = 0.95
"""Share of the units screened in that full information must keep."""
STUDY = """\
kind: study
robustness: false
design: several_informants
responses:
  - {path: management.csv, informant: management}
  - {path: technical.csv, informant: technical}
estimation: {cutoffs: 0}
output: out
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    two_files(folder, 260)
    return folder


@pytest.fixture
def place(files, tmp_path) -> Path:
    for name in ("management.csv", "technical.csv"):
        (tmp_path / name).write_bytes((files / name).read_bytes())
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.output


def changed(path: Path, **columns: object) -> None:
    pd.read_csv(path, dtype=str, keep_default_na=False).assign(**columns).to_csv(path, index=False)


def outcomes(folder: Path) -> dict[str, str]:
    frame = pd.read_csv(folder / "tables" / "verdicts_verdicts.csv", dtype=str, keep_default_na=False)
    names = {name.lower(): name for name in frame.columns}
    return dict(zip(frame[names["proposition"]], frame[names["verdict"]], strict=True))


@pytest.mark.slow
def test_two_informants_in_two_files_give_a_report(place) -> None:
    code, said = run("study", "run", place / "study.yaml")
    assert code in (0, 1), said
    page = (place / "out" / "report.html").read_text(encoding="utf-8")
    assert "Several informants, as the study declares" in page
    counts = pd.read_csv(place / "out" / "informants.csv", index_col="unit_id")
    assert counts["tc_pace"].max() == 1
    assert counts["aln_state"].max() == 2
    decided = pd.read_csv(
        place / "out" / "tables" / "sample_aggregation.csv", dtype=str, keep_default_na=False
    )
    assert "tc_pace" not in set(decided["construct"])  # one group answers it
    assert "aln_state" in set(decided["construct"]) and set(decided["decision"]) <= {
        "aggregate",
        "aggregate with caution",
    }
    apart = pd.read_csv(place / "out" / "tables" / "sample_informant_differences.csv")
    assert set(apart["group"]) == {"management"} and set(apart["other"]) == {"technical"}
    units = study.check_study(study.load_study(place / "study.yaml")).sample["units"]
    kept = re.search(r"(\d+) units kept; listwise deletion", page)
    assert kept is not None
    assert int(kept[1]) >= KEPT * units


def test_what_can_be_tested_is_said_of_two_files(place) -> None:
    code, said = run("study", "check", place / "study.yaml", "--json")
    assert code == 0
    assert '"state": "testable"' in said
    assert "260 of its 260 units are also in technical.csv" in said


@pytest.mark.slow
def test_a_technical_questionnaire_alone_gives_a_report(place) -> None:
    code, said = run(
        *(
            "study",
            "run",
            "--responses",
            place / "technical.csv",
            "--informant",
            "technical",
            "--cutoffs",
            0,
            "--no-robustness",
        ),
        *("--output", place / "out"),
    )
    assert code in (0, 1), said
    found = outcomes(place / "out")
    lost = pd.read_csv(place / "out" / "tables" / "verdicts_undecidable.csv", dtype=str)
    assert "M12" not in found and "M12" in set(lost.iloc[:, 0])
    assert not found["M1"].startswith("not testable")


@pytest.mark.slow
def test_a_short_form_gives_a_report(tmp_path) -> None:
    whole = survey.simulate(survey.pilot_population(), n=260, seed=11)
    frame = pd.read_csv(survey.write(whole, tmp_path / "long.csv"), dtype=str, keep_default_na=False)
    asked = {question.id for question in survey.compose(["mlbc_alignment"], short=True).questions}
    every = {question.id for question in whole.instrument.sequence}
    frame[[name for name in frame.columns if name in asked or name not in every]].to_csv(
        tmp_path / "short.csv", index=False
    )
    code, said = run(
        *(
            "study",
            "run",
            "--responses",
            tmp_path / "short.csv",
            "--short",
            "--design",
            "key_informant",
            "--no-robustness",
        ),
        *("--cutoffs", 0, "--output", tmp_path / "out"),
    )
    assert code in (0, 1), said
    assert outcomes(tmp_path / "out")["M1"].startswith("supported")


@pytest.mark.parametrize("name", ["SolutionID", "unit", "Solution Id", "unit-id"])
def test_the_unit_column_may_differ_between_the_files(place, name) -> None:
    file = place / "technical.csv"
    pd.read_csv(file, dtype=str).rename(columns={"unit_id": name}).to_csv(file, index=False)
    code, said = run("study", "check", place / "study.yaml")
    assert code == 0
    assert f"technical.csv: cases are named by column case_id, units by column {name}" in said


BROKEN = {
    "a file of nothing": (lambda path: path.write_bytes(b""), "the file is empty"),
    "a header alone": (lambda path: path.write_bytes(path.read_bytes().split(b"\n")[0]), "but no responses"),
    "a picture": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), "is not utf-8"),
    "an archive": (lambda path: path.write_bytes(b"PK\x03\x04rest"), "workbook or a zip archive"),
    "numbers without names": (lambda path: path.write_text("1,2\n3,4\n", encoding="utf-8"), "no names"),
    "utf-16": (
        lambda path: path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16-le")),
        "utf-16",
    ),
    "another survey": (
        lambda path: path.write_text("age,sex\n3,4\n", encoding="utf-8"),
        "is this the right file",
    ),
    "no unit of the other file": (
        lambda path: changed(path, unit_id=[f"z{row}" for row in range(260)]),
        r"technical\.csv|management\.csv: none of its 260 units",
    ),
    "no column of units": (
        lambda path: pd.read_csv(path, dtype=str).drop(columns="unit_id").to_csv(path, index=False),
        "no column names the units",
    ),
    "a blank unit": (lambda path: changed(path, unit_id=["", *["s0001"] * 259]), "no id in column unit_id"),
    "an impossible answer": (lambda path: changed(path, tc_pace_1="9"), "260 answer"),
    "a missing column": (
        lambda path: pd.read_csv(path, dtype=str).drop(columns="tc_pace_2").to_csv(path, index=False),
        "tc_pace_2",
    ),
    "no file": (lambda path: path.unlink(), "no such file of responses"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "is a folder, not a file of responses"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("command", ["check", "run"])
def test_what_is_wrong_with_a_file_is_one_message(place, monkeypatch, case, command) -> None:
    monkeypatch.chdir(place)
    harm, message = BROKEN[case]
    harm(place / "technical.csv")
    code, said = run("study", command, place / "study.yaml")
    assert code == 2, said
    assert said.startswith("error: ")
    assert re.search(message, said), said
    assert "Traceback" not in said
    assert not (place / "out").exists()


@pytest.mark.parametrize("command", ["check", "run"])
def test_screening_that_leaves_nobody_is_one_message(place, command) -> None:
    changed(place / "technical.csv", duration="1")
    changed(place / "management.csv", duration="1")
    code, said = run("study", command, place / "study.yaml")
    assert code == 2
    assert "screening takes out all of the 520 cases (" in said
    assert "speed 520" in said


def test_a_file_listed_twice_is_told(place) -> None:
    text = STUDY.replace("technical.csv, informant: technical", "management.csv, informant: technical")
    (place / "study.yaml").write_text(text, encoding="utf-8")
    code, said = run("study", "check", place / "study.yaml")
    assert code == 2
    assert "management.csv: is listed twice" in said


def test_a_run_that_is_stopped_leaves_the_old_results_and_no_rest(place, monkeypatch) -> None:
    (place / "out").mkdir()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mlbc_stats.study.run.write_outputs", stop)
    monkeypatch.setattr("mlbc_stats.study.run.STAGES", {"sample": STAGES["sample"]})
    code, said = run("study", "run", place / "study.yaml")
    assert code == 130
    assert said.endswith("stopped before the end\n")
    assert [path.name for path in place.iterdir() if path.name.startswith(".out")] == []
    assert list((place / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--informant", "technical"], "go with --responses"),
        (["--design", "both"], "design"),
        (["--responses", "technical.csv", "--informant", "engineer"], "informant"),
        (["--responses", "technical.csv", "--wave", "1", "--wave", "2"], "2 values of wave for 1 file"),
        (["--responses", "technical.csv", "--instrument", "nothing"], "no instrument 'nothing'"),
        (["--responses", "technical.csv", "--language", "fr"], "no translation into 'fr'"),
    ],
)
def test_wrong_options_are_one_message(place, monkeypatch, options, message) -> None:
    monkeypatch.chdir(place)
    code, said = run("study", "check", *options)
    assert code == 2, said
    assert message in said
