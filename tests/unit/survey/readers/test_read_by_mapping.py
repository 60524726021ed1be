"""Columns and codes by the mapping manifest: found by name, id or words, nothing taken for something else."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.mapping import MappingManifest
from mlbc_stats.survey.mapping.file import write_mapping
from mlbc_stats.survey.mapping.model import MappedConsent, MappedQuestion
from tests.examples.demo_answers import INSTRUMENT

MARKER = survey.compose(["marker"], languages=["de"])
NAMES = [question.id for question in MARKER.instrument.sequence]
GIVEN = (5, 2, 7, 1)


@pytest.fixture(scope="module")
def qsf(tmp_path_factory) -> MappingManifest:
    return survey.export(MARKER, "qsf", tmp_path_factory.mktemp("qsf")).mapping


def recoded(mapping: MappingManifest) -> MappingManifest:
    """The platform stores the codes of every question in the opposite order."""

    def turned(question: MappedQuestion) -> MappedQuestion:
        codes = tuple(
            replace(code, platform=str(8 - code.value)) if code.reason is None else code
            for code in question.codes
        )
        return replace(question, codes=codes)

    return replace(mapping, questions=tuple(map(turned, mapping.questions)))


def file_of(folder, names, cells, *between, name="answers.csv"):
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["case_id", *names], *between, ["007", *cells]])
    return folder / name


def codes(responses) -> list[float]:
    return responses.frame()[NAMES].iloc[0].tolist()


def test_recodes_are_undone_and_labels_are_not_recoded(tmp_path, qsf) -> None:
    mapping = recoded(qsf)
    stored = [8 - code for code in GIVEN]
    found = survey.read(file_of(tmp_path, NAMES, stored), MARKER, "plain", mapping=mapping)
    assert codes(found) == list(GIVEN)
    labels = [mapping.questions[0].code(str(8 - code)).label["de"] for code in GIVEN]
    found = survey.read(file_of(tmp_path, NAMES, labels), MARKER, "plain", mapping=mapping)
    assert codes(found) == list(GIVEN)


def test_a_manifest_is_taken_by_path(tmp_path, qsf) -> None:
    place = write_mapping(recoded(qsf), tmp_path / "m.mapping.json")
    file = file_of(tmp_path, NAMES, [8 - code for code in GIVEN])
    assert codes(survey.read(file, MARKER, "plain", mapping=place)) == list(GIVEN)


def test_renamed_columns_are_found_by_their_import_ids(tmp_path, qsf) -> None:
    names = [f"Q{place}" for place, _ in enumerate(NAMES, 70)]
    ids = [json.dumps({"ImportId": question.import_id}) for question in qsf.questions]
    file = file_of(tmp_path, names, GIVEN, ["case", *["?"] * 4], ["{}", *ids])
    found = survey.read(file, MARKER, mapping=qsf, id_column="case_id")
    assert codes(found) == list(GIVEN)
    assert any(
        "4 columns found by their lasting ids on the platform: Q70 as marker_1" in n for n in found.notes
    )


def test_renamed_columns_are_found_by_words_in_another_language(tmp_path, qsf) -> None:
    names = [f"Q{place}" for place, _ in enumerate(NAMES, 70)]
    words = [f"Wie sehr stimmen Sie zu? - {question.text['de']}" for question in qsf.questions]
    ids = [json.dumps({"ImportId": f"QID9{place}"}) for place, _ in enumerate(names)]
    file = file_of(tmp_path, names, GIVEN, ["Fall", *words], ["{}", *ids])
    found = survey.read(file, MARKER, mapping=qsf, id_column="case_id")
    assert codes(found) == list(GIVEN)
    assert any("found by the words of the question" in note for note in found.notes)


def test_what_is_neither_code_nor_label_is_refused_by_row_even_when_it_would_be_a_code_of_ours(
    tmp_path, qsf
) -> None:
    only = replace(qsf.questions[0], codes=qsf.questions[0].codes[:5])
    mapping = replace(qsf, questions=(only, *qsf.questions[1:]))
    with pytest.raises(ResponseError) as caught:
        survey.read(file_of(tmp_path, NAMES, (7, 2, 7, 1)), MARKER, "plain", mapping=mapping)
    assert "row 2, item marker_1 (column marker_1): '7' is neither a code (1, 2, 3, 4, 5)" in str(
        caught.value
    )


def test_a_mixture_of_codes_and_labels_is_told(tmp_path, qsf) -> None:
    file = file_of(tmp_path, NAMES, GIVEN)
    with file.open("a", encoding="utf-8") as more:
        more.write("008,Agree,2,7,1\n")
    found = survey.read(file, MARKER, "plain", mapping=qsf)
    assert found.frame()["marker_1"].tolist() == [5, 6]
    assert any("column marker_1 holds codes and labels" in note for note in found.notes)


def test_a_manifest_of_other_questions_says_what_was_asked(tmp_path, qsf) -> None:
    with pytest.raises(ResponseError, match="name what was asked: marker 1"):
        survey.read(file_of(tmp_path, NAMES, GIVEN), INSTRUMENT, "plain", mapping=qsf)


def test_two_questions_in_one_column_are_refused(tmp_path, qsf) -> None:
    twin = replace(qsf.questions[1], column="marker_1", id="marker_2")
    mapping = replace(qsf, questions=(qsf.questions[0], twin, *qsf.questions[2:]))
    with pytest.raises(ResponseError, match="answers both marker_1 and marker_2"):
        survey.read(file_of(tmp_path, NAMES, GIVEN), MARKER, "plain", mapping=mapping)


def test_what_the_user_says_counts_before_the_manifest(tmp_path, qsf) -> None:
    file = file_of(tmp_path, ["mine", *NAMES], [3, *GIVEN])
    found = survey.read(file, MARKER, "plain", mapping=qsf, columns={"mine": "marker_1"})
    assert codes(found) == [3, *GIVEN[1:]]


def test_columns_left_out_of_the_file_are_named(tmp_path, qsf) -> None:
    file = file_of(tmp_path, NAMES[:3], GIVEN[:3])
    with pytest.raises(ResponseError, match="marker_4"):
        survey.read(file, MARKER, "plain", mapping=qsf)
    assert survey.read(file, MARKER, "plain", mapping=qsf, allow_absent=True).n == 1


@pytest.mark.parametrize(
    ("names", "cells", "title"),
    [
        (["id", "submitdate", "lastpage", "startlanguage"], ["4", "", "2", "en"], "LimeSurvey"),
        (["_uuid", "_submission_time"], ["u1", "2026-03-01T10:00:00"], "ODK Central or KoboToolbox"),
        (["KEY", "SubmissionDate"], ["u1", "2026-03-01T10:00:00"], "ODK Central or KoboToolbox"),
    ],
)
def test_platforms_are_recognised_without_a_manifest(tmp_path, names, cells, title) -> None:
    group = {"LimeSurvey": "{0}. Words"}.get(title, "page_one/{0}")
    own = [group.format(name) for name in NAMES]
    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*names, *own], [*cells, *GIVEN]])
    found = survey.read(tmp_path / "answers.csv", MARKER)
    assert codes(found) == list(GIVEN)
    assert found.case_ids.tolist() == [cells[0]]
    assert f"recognised as an export of {title}" in found.notes


def test_redcap_is_recognised_and_check_boxes_become_one_column(tmp_path) -> None:
    names = ["record_id", *NAMES, "tools___1", "tools___2", "tools____96", "marker_complete"]
    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, ["9", *GIVEN, "1", "0", "1", "2"], ["10", *[""] * 7, "0"]])
    found = survey.read(tmp_path / "answers.csv", MARKER)
    assert codes(found) == list(GIVEN)
    assert found.context["tools"].tolist() == ["1 -96", ""]
    assert found.context["tools___2"].tolist() == ["0", ""]
    assert found.paradata["finished"].tolist() == ["1", "0"]
    assert any("put together as one column of codes: tools" in note for note in found.notes)


def test_partial_responses_of_limesurvey_were_not_reached(tmp_path) -> None:
    names = ["id", "submitdate", "lastpage", "startlanguage", *NAMES]
    with (tmp_path / "answers.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([names, ["1", "", "1", "en", "5", "2", "", "N/A"]])
    found = survey.read(tmp_path / "answers.csv", MARKER)
    assert found.paradata["finished"].tolist() == ["0"]
    assert [survey.MissingReason(code).name for code in found.reasons[0][-2:]] == ["NOT_REACHED"] * 2


def test_a_label_export_of_google_forms_without_a_manifest(tmp_path) -> None:
    heads = [f"1 [{question.text['en']}]" for question in MARKER.instrument.sequence]
    scale = MARKER.instrument.scales[0]
    labels = {code.value: code.label["en"] for code in MARKER.instrument.scale(scale.id).codes}
    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Timestamp", *heads], ["3/1/2026", *(labels[code] for code in GIVEN)]])
    assert codes(survey.read(tmp_path / "answers.csv", MARKER, "google")) == list(GIVEN)


def test_columns_of_consent_and_unit_that_the_file_lacks_are_told(tmp_path, qsf) -> None:
    system = replace(qsf.system, unit="token")
    mapping = replace(
        qsf, consent=MappedConsent(column="agreed", given="1", words={"en": "Yes"}), system=system
    )
    found = survey.read(file_of(tmp_path, NAMES, GIVEN), MARKER, "plain", mapping=mapping)
    told = " ".join(found.notes)
    assert "no column agreed, where the mapping has the consent" in told
    assert "no column token, where the mapping has the unit" in told
