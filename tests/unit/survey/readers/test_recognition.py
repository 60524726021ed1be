"""Files say by themselves what they are: platform, ids, units, partial answers, what is left over."""

from __future__ import annotations

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import InstrumentError, ResponseError
from mlbc_stats.survey import MissingReason
from tests.examples.demo_answers import HEADER, INSTRUMENT, QUALTRICS_ROWS, ROWS, export, qualtrics_export


def noted(responses, text: str) -> bool:
    return any(text in note for note in responses.notes)


def test_an_export_of_qualtrics_is_recognised(tmp_path) -> None:
    file = qualtrics_export(tmp_path)
    found, told = survey.read(file, INSTRUMENT), survey.read(file, INSTRUMENT, platform="qualtrics")
    np.testing.assert_array_equal(found.codes, told.codes)
    assert found.case_ids.tolist() == ["R_1", "R_2"]
    assert noted(found, "recognised as an export of Qualtrics")


def test_a_plain_file_is_not_taken_for_one(tmp_path) -> None:
    assert not noted(survey.read(export(tmp_path), INSTRUMENT), "Qualtrics")


def test_a_plain_file_may_not_repeat_a_column_of_qualtrics(tmp_path) -> None:
    file = export(tmp_path, *(f"{row},1,2" for row in ROWS), header=f"{HEADER},Status,Status")
    with pytest.raises(ResponseError, match="occur more than once: Status"):
        survey.read(file, INSTRUMENT)


@pytest.mark.parametrize("name", ["SolutionID", "solution_id", "Unit ID", "unit-id", "SOLUTION"])
def test_units_are_found_under_usual_names(tmp_path, name) -> None:
    file = export(tmp_path, header=HEADER.replace("unit_id", name))
    responses = survey.read(file, INSTRUMENT)
    assert responses.unit_ids.tolist() == survey.read(export(tmp_path), INSTRUMENT).unit_ids.tolist()
    assert noted(responses, f"units by column {name}")


@pytest.mark.parametrize("name", ["id", "ResponseId", "Case_ID", "respondent_id"])
def test_cases_are_found_under_usual_names(tmp_path, name) -> None:
    responses = survey.read(export(tmp_path, header=HEADER.replace("case_id", name)), INSTRUMENT)
    assert responses.case_ids.tolist() == survey.read(export(tmp_path), INSTRUMENT).case_ids.tolist()
    assert noted(responses, f"cases are named by column {name}")


def test_a_repeated_id_is_told(tmp_path) -> None:
    rows = [ROWS[0], *ROWS]
    assert noted(
        survey.read(export(tmp_path, *rows), INSTRUMENT), "1 id of column case_id found more than once"
    )


def test_statuses_of_other_languages_and_unknown_ones(tmp_path) -> None:
    german = [QUALTRICS_ROWS[0], QUALTRICS_ROWS[1].replace(",1,100,", ",Umfragevorschau,100,")]
    assert german[1] != QUALTRICS_ROWS[1]
    found = survey.read(qualtrics_export(tmp_path, *german), INSTRUMENT)
    assert found.paradata["preview"].tolist() == ["0", "1"]
    odd = [QUALTRICS_ROWS[0].replace(",0,100,", ",Vollmond,100,"), german[1]]
    responses = survey.read(qualtrics_export(tmp_path, *odd), INSTRUMENT)
    assert noted(responses, "status 'Vollmond' of 1 row is not known")
    assert responses.paradata["preview"].tolist() == ["0", "1"]


def test_what_follows_the_last_answer_of_a_partial_case_was_not_reached(tmp_path) -> None:
    population = survey.pilot_population()
    file = survey.write(survey.simulate(population, n=20, seed=1), tmp_path / "twenty.csv")
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    places = [question.id for question in population.instrument.sequence if question.id in frame.columns]
    asked = places.index("oml_learn_1")
    frame.loc[0, places[asked:]] = ""
    frame.loc[0, "tc_pace_1"] = ""
    frame.loc[[0, 1], "finished"] = ["0", "1"]
    frame.loc[1, "oml_learn_1"] = ""
    frame.to_csv(file, index=False)
    responses = survey.read(file, population.instrument)
    reasons = pd.DataFrame(responses.reasons, columns=list(responses.item_ids))
    assert reasons.loc[0, "oml_learn_1"] == reasons.loc[0, "marker_4"] == MissingReason.NOT_REACHED
    assert reasons.loc[0, "tc_pace_1"] == MissingReason.NOT_ANSWERED
    assert reasons.loc[1, "oml_learn_1"] == MissingReason.NOT_ANSWERED
    assert noted(responses, "stopped early")


def test_columns_of_no_question_are_listed(tmp_path) -> None:
    file = export(tmp_path, *(f"{row},blue" for row in ROWS), header=f"{HEADER},colour")
    assert noted(
        survey.read(file, INSTRUMENT), "1 column without a question, kept beside the answers: colour"
    )


def test_twenty_violations_are_shown_and_all_are_kept(tmp_path) -> None:
    names = HEADER.split(",")
    place = names.index("day_1")
    rows = []
    for k in range(30):
        cells = ROWS[0].split(",")
        cells[names.index("case_id")], cells[place] = f"c{k}", "77"
        rows.append(",".join(cells))
    with pytest.raises(ResponseError, match="and 10 more") as caught:
        survey.read(export(tmp_path, *rows), INSTRUMENT)
    assert str(caught.value).count("\n  row") == 20
    assert len(caught.value.findings) == 30


def test_a_workbook_is_read_like_the_same_csv(tmp_path) -> None:
    plain = survey.read(export(tmp_path), INSTRUMENT)
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append([float(cell) if cell.isdigit() else cell or None for cell in row.split(",")])
    book.save(tmp_path / "answers.xlsx")
    found = survey.read(tmp_path / "answers.xlsx", INSTRUMENT)
    np.testing.assert_array_equal(found.codes, plain.codes)
    np.testing.assert_array_equal(found.reasons, plain.reasons)


def test_a_file_of_spss_is_read_like_the_same_csv(tmp_path) -> None:
    file = export(tmp_path)
    plain = survey.read(file, INSTRUMENT)
    frame = pd.read_csv(file)
    pyreadstat.write_sav(frame, str(tmp_path / "answers.sav"))
    found = survey.read(tmp_path / "answers.sav", INSTRUMENT)
    np.testing.assert_array_equal(found.codes, plain.codes)


@pytest.mark.parametrize("name", ["answers.xlsx", "answers.sav"])
def test_other_files_under_these_names_are_refused(tmp_path, name) -> None:
    with pytest.raises(ResponseError, match="no such file"):
        survey.read(tmp_path / name, INSTRUMENT)
    (tmp_path / name).write_text("not what it says", encoding="utf-8")
    with pytest.raises(ResponseError, match=f"{name}: no "):
        survey.read(tmp_path / name, INSTRUMENT)


def test_labels_in_the_language_of_the_study(tmp_path) -> None:
    german = survey.load_instrument("mlbc_alignment", languages=["de"])
    answers = survey.simulate(survey.pilot_population(), n=12, seed=4)
    frame = pd.read_csv(survey.write(answers, tmp_path / "codes.csv"), dtype=str, keep_default_na=False)
    for item in german.items:
        labels = {str(code.value): code.label["de"] for code in german.scale(item.scale).codes}
        frame[item.id] = frame[item.id].map(lambda cell, labels=labels: labels.get(cell, cell))
    frame.to_csv(tmp_path / "labels.csv", index=False)
    read = survey.read(tmp_path / "labels.csv", "mlbc_alignment", language="de")
    np.testing.assert_array_equal(read.codes, answers.codes)
    with pytest.raises(ResponseError, match=r'Labels in another language\?.*language="de"'):
        survey.read(tmp_path / "labels.csv", "mlbc_alignment")


def test_a_language_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(InstrumentError, match="no translation into 'fr'"):
        survey.read(export(tmp_path), "mlbc_alignment", language="fr")
    with pytest.raises(
        InstrumentError, match=r"loaded in en, not in 'fr'; name it, or load it with languages=\['fr'\]"
    ):
        survey.read(export(tmp_path), INSTRUMENT, language="fr")


@pytest.mark.parametrize(
    ("status", "trial"),
    [
        ("Umfragevorschau", True),
        ("Umfragetest", True),
        ("IP-Adresse", False),
        ("Importiert", False),
        ("Kyselyn esikatselu", True),
        ("Lokal svar", False),
        ("Latest", False),
    ],
)
def test_previews_are_known_in_other_languages(tmp_path, status, trial) -> None:
    rows = [row.replace(",0,100,", f",{status},100,") for row in QUALTRICS_ROWS[:1]]
    responses = survey.read(qualtrics_export(tmp_path, *rows), INSTRUMENT)
    assert responses.paradata["preview"].tolist() == ["1" if trial else "0"]
    unknown = status in ("Kyselyn esikatselu", "Lokal svar", "Latest")
    assert noted(responses, f"status {status!r} of 1 row is not known") == unknown


def test_numbers_are_no_names_of_columns(tmp_path) -> None:
    with pytest.raises(
        ResponseError, match="line 1: the first row holds numbers, so the columns have no names"
    ):
        survey.read(export(tmp_path, "1,2,3", header="3,4,5"), INSTRUMENT)


def test_a_composed_questionnaire_is_read_in_the_words_that_were_shown(tmp_path) -> None:
    asked = survey.compose(["mlbc_alignment"], informant="internal_user", seed=3)
    questions = asked.questions
    texts = [question.text["en"] for question in questions]
    rows = (
        [f'"{text}"' for text in texts],
        ['"{""ImportId"":""Q""}"' for _ in questions],
        ["" for _ in questions],
    )
    header = ",".join(f"Q{place}" for place, _ in enumerate(questions))
    cells = [",".join(row) for row in rows[:2]] + ["1" + ",2" * (len(questions) - 1)]
    plain = survey.load_instrument("mlbc_alignment")
    file = export(tmp_path, *cells, header=header)
    assert not np.isnan(survey.read(file, asked).frame()["oml_learn_1"]).any()
    whole = survey.read(file, plain, allow_absent=True)
    assert not np.isnan(whole.frame()["oml_learn_1"]).any()
