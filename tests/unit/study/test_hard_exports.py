"""Exports as they come from the field: each gives a report, and no answer that is missing costs a unit."""

from __future__ import annotations

import csv
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import study, survey, theory
from mlbc_stats.study.config import EstimationChoice

POPULATION = survey.pilot_population()
INSTRUMENT = POPULATION.instrument
KEPT = 0.95
"""Share of the units screened in that full information must keep."""


def written(cases: int) -> pd.DataFrame:
    """Answers of synthetic cases as text, as `survey.write` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        file = survey.write(survey.simulate(POPULATION, n=cases, seed=11), Path(folder) / "plain.csv")
        return pd.read_csv(file, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return written(180)


def qualtrics(frame: pd.DataFrame, path: Path) -> Path:
    """The same answers as Qualtrics exports them: system columns, question texts, ImportIds."""
    texts = {question.id: question.text["en"] for question in INSTRUMENT.sequence}
    system = pd.DataFrame(
        {
            "StartDate": "2026-03-01 10:00:00",
            "EndDate": "2026-03-01 10:20:00",
            "Status": "IP-Adresse",
            "Progress": "100",
            "Duration (in seconds)": frame["duration"],
            "Finished": frame["finished"].map({"1": "Wahr", "0": "Falsch"}),
            "ResponseId": frame["case_id"],
        }
    )
    whole = pd.concat([system, frame.drop(columns=["case_id", "duration", "finished"])], axis=1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(whole.columns)
        writer.writerow([texts.get(str(name), str(name)) for name in whole.columns])
        writer.writerow(['{"ImportId":"' + f"QID{place}" + '"}' for place, _ in enumerate(whole.columns)])
        writer.writerows(whole.itertuples(index=False))
    return path


def doubtful(frame: pd.DataFrame, share: float, seed: int = 3) -> pd.DataFrame:
    """The answers with a share of the rated ones replaced by "I do not know"."""
    out, rng = frame.copy(), np.random.default_rng(seed)
    rated = [item.id for item in INSTRUMENT.items if item.construct]
    hit = (rng.random((len(out), len(rated))) < share) & (out[rated] != "").to_numpy()
    out[rated] = out[rated].mask(hit, "dont_know")
    return out


def verdicts_of(file: Path, **reading: object) -> theory.TheoryResult:
    responses = survey.read(file, INSTRUMENT, **reading)
    return theory.test(responses, None, survey.screen(responses), cutoffs=0)


@pytest.mark.parametrize(("share", "cases"), [(0.0, 180), (0.01, 180), (0.03, 180), (0.10, 300)])
def test_i_do_not_know_costs_cells_and_no_units(tmp_path, share, cases) -> None:
    file = qualtrics(doubtful(written(cases), share), tmp_path / "export.csv")
    responses = survey.read(file, INSTRUMENT)
    screening = survey.screen(responses)
    units = len(set(responses.unit_ids[screening.kept].tolist()))
    result = theory.test(responses, ["M1", "M4"], screening, cutoffs=0)
    assert result.verdict("M1").n >= KEPT * units
    assert result.verdict("M1").outcome == "supported"


def test_too_many_missing_answers_for_so_few_units_are_said(tmp_path) -> None:
    """Of 64 items and 171 units with a tenth missing, no covariance matrix is the most likely one.

    The model is estimated, but nothing tells how well it fits, so that no verdict rests on it.
    """
    file = qualtrics(doubtful(written(180), 0.10), tmp_path / "export.csv")
    result = verdicts_of(file)
    verdict = result.verdict("M1")
    assert (verdict.outcome, verdict.ungated) == ("undecided", "supported")
    assert verdict.reason.startswith("fit: cannot be judged")
    assert np.isfinite([part.se for part in verdict.coefficients]).all()
    assert not result.trustworthy


@pytest.mark.parametrize("name", ["SolutionID", "solution_id", "unit", "Unit ID"])
def test_the_unit_may_have_any_usual_name(answers, tmp_path, name) -> None:
    file = tmp_path / "plain.csv"
    answers.rename(columns={"unit_id": name}).to_csv(file, index=False)
    found = survey.read(file, INSTRUMENT)
    assert found.unit_ids.tolist() == answers["unit_id"].tolist()


def test_renamed_columns_are_found_by_their_texts(answers, tmp_path) -> None:
    names = {item.id: f"Q{place}" for place, item in enumerate(INSTRUMENT.items) if item.construct}
    file = qualtrics(answers, tmp_path / "export.csv")
    lines = file.read_text(encoding="utf-8").split("\n")
    lines[0] = ",".join(names.get(name, name) for name in lines[0].strip().split(","))
    file.write_text("\n".join(lines), encoding="utf-8")
    found, told = (
        survey.read(file, INSTRUMENT),
        survey.read(qualtrics(answers, tmp_path / "b.csv"), INSTRUMENT),
    )
    np.testing.assert_array_equal(found.codes, told.codes)


def test_partial_answers_stay_in_the_analysis(answers, tmp_path) -> None:
    partial = answers.copy()
    asked = [question.id for question in INSTRUMENT.sequence]
    partial.loc[:29, asked[asked.index("oml_learn_1") :]] = ""
    partial.loc[:29, "finished"] = "0"
    responses = survey.read(qualtrics(partial, tmp_path / "export.csv"), INSTRUMENT)
    assert (responses.reasons == survey.MissingReason.NOT_REACHED).any(axis=1)[:30].all()
    result = theory.test(responses, ["M1"], cutoffs=0)
    assert result.verdict("M1").n == len(set(responses.unit_ids.tolist()))


def test_a_short_form_runs(tmp_path) -> None:
    short = survey.short_form(INSTRUMENT)
    whole = survey.simulate(POPULATION, n=180, seed=11)
    file = survey.write(whole, tmp_path / "long.csv")
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    kept = {question.id for question in short.sequence}
    frame = frame[[name for name in frame.columns if name in kept or name not in _asked()]]
    frame.to_csv(tmp_path / "short.csv", index=False)
    responses = survey.read(tmp_path / "short.csv", short)
    decided = theory.test(responses, ["M1", "M2", "M3", "M4", "M12", "M13"], cutoffs=0)
    outcomes = {v.proposition: v.outcome.value for v in decided.verdicts}
    assert outcomes["M1"] == "supported"
    assert "not testable here" not in outcomes.values()


def test_items_for_one_informant_leave_the_others_not_testable(answers, tmp_path) -> None:
    """A questionnaire for the technical side alone asks nothing about the organization's learning."""
    absent = [item.id for item in INSTRUMENT.items if (item.construct or "").startswith("oml_")]
    answers.drop(columns=absent).to_csv(tmp_path / "technical.csv", index=False)
    result = verdicts_of(tmp_path / "technical.csv", allow_absent=True)
    outcomes = {verdict.proposition: verdict.outcome.value for verdict in result.verdicts}
    assert outcomes["M4"] == outcomes["M8b"] == "not testable here"
    assert outcomes["M1"] == "supported"


def test_forty_units_give_a_report_that_decides_nothing(answers, tmp_path) -> None:
    answers[:40].to_csv(tmp_path / "forty.csv", index=False)
    chosen = study.with_responses(
        study.Study(robustness=False, output=str(tmp_path / "out")), tmp_path / "forty.csv"
    )
    seen = study.run_study(chosen)
    assert (seen.folder / "report.html").is_file()
    assert not seen.trustworthy
    assert {str(outcome).split(" (")[0] for outcome in seen.verdicts.columns[1]} <= {
        "undecided",
        "not testable here",
    }


@pytest.mark.slow
def test_everything_at_once_gives_a_report(tmp_path) -> None:
    """German labels, previews, partial answers, doubts, renamed columns, semicolons, a unit column of its own name."""
    german = survey.load_instrument("mlbc_alignment", languages=["de"])
    frame = doubtful(written(260), 0.03).replace("dont_know", "-97")
    asked = [question.id for question in german.sequence]
    frame.loc[:19, asked[asked.index("oml_learn_1") :]] = ""
    frame.loc[:19, "finished"] = "0"
    for question in german.sequence:
        scale = german.scale(question.scale)
        labels = {str(code.value): code.label["de"] for code in (*scale.codes, *scale.missing)}
        frame[question.id] = frame[question.id].map(lambda cell, labels=labels: labels.get(cell, cell))
    names = {name: f"Q{place}" for place, name in enumerate(asked)} | {"unit_id": "Projekt"}
    rows = _rows(qualtrics(frame, tmp_path / "plain.csv"))
    texts = {question.id: question.text["de"] for question in german.sequence}
    rows[1] = [texts.get(name, text) for name, text in zip(rows[0], rows[1], strict=True)]
    status = rows[0].index("Status")
    for row in rows[3:7]:
        row[status] = "Umfragevorschau"
    rows[0] = [names.get(name, name) for name in rows[0]]
    with (tmp_path / "export.csv").open("w", encoding="utf-16", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    drafted = study.load_study(study.init_study([tmp_path / "export.csv"], tmp_path / "study.yaml"))
    (answers,) = drafted.responses
    assert (answers.language, answers.delimiter, answers.platform) == ("de", ";", "qualtrics")
    chosen = study.with_responses(
        drafted, tmp_path / "export.csv", unit_column="Projekt", language="de", delimiter=";"
    )
    checked = study.check_study(chosen)
    assert any("20 cases stopped early" in note for note in checked.notes)
    assert any("preview 4" in note for note in checked.notes)
    quick = replace(chosen, propositions=("M5r",), estimation=EstimationChoice(cutoffs=0))
    page = (study.run_stage("verdicts", quick).folder / "report.html").read_text(encoding="utf-8")
    kept = re.search(r"(\d+) units kept; listwise deletion", page)
    assert kept is not None
    assert int(kept[1]) >= KEPT * checked.sample["units"]


def _rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def _asked() -> set[str]:
    return {question.id for question in INSTRUMENT.sequence}
