"""Exporting: arguments, files, languages, the mapping and the losses."""

from __future__ import annotations

import re

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import InstrumentError, NotServedError
from mlbc_stats.survey.exporters import TARGETS


@pytest.fixture(scope="module")
def questionnaire():
    return survey.compose(["mlbc_alignment"], languages=["de"], seed=1, controller={"en": "A", "de": "B"})


def test_files_are_written_beside_the_mapping_and_never_over_others(questionnaire, tmp_path):
    made = survey.export(questionnaire, "limesurvey", tmp_path / "out")
    assert [file.name for file in made.files] == ["mlbc_alignment_limesurvey.txt"]
    assert survey.read_mapping(made.mapping_path) == made.mapping
    with pytest.raises(InstrumentError, match=r"exists already.*--force"):
        survey.export(questionnaire, "limesurvey", tmp_path / "out")
    assert survey.export(questionnaire, "limesurvey", tmp_path / "out", overwrite=True) == made
    with pytest.raises(InstrumentError, match="is a file"):
        survey.export(questionnaire, "redcap", made.mapping_path)


def test_another_target_is_refused_with_those_there_are(questionnaire, tmp_path):
    with pytest.raises(NotServedError, match="'qualtric'; did you mean 'qualtrics'"):
        survey.export(questionnaire, "qualtric", tmp_path)
    assert not list(tmp_path.iterdir())


def test_languages_are_chosen_and_ordered(questionnaire, tmp_path):
    german = survey.export(questionnaire, "lss", tmp_path / "de", languages=["de"])
    assert [one.language for one in german.mapping.languages] == ["de"]
    assert set(german.mapping.question("phase").text) == {"de"}
    both = survey.export(questionnaire, "lss", tmp_path / "both", languages=["de", "en"])
    assert [one.language for one in both.mapping.languages] == ["de", "en"]
    assert german.mapping.questionnaire.fingerprint == both.mapping.questionnaire.fingerprint
    with pytest.raises(InstrumentError, match="is not in fi"):
        survey.export(questionnaire, "lss", tmp_path, languages=["fi"])


def test_one_language_of_several_is_told(questionnaire, tmp_path):
    made = survey.export(questionnaire, "redcap", tmp_path)
    (loss,) = [loss for loss in made.mapping.losses if loss.aspect == "language"]
    assert "de is not there" in loss.detail and "languages=['de']" in loss.remedy


def test_an_instrument_goes_by_name_and_as_loaded(tmp_path):
    named = survey.export("marker", "redcap", tmp_path / "a").mapping
    loaded = survey.export(survey.load_instrument("marker"), "redcap", tmp_path / "b").mapping
    assert named.questions == loaded.questions and named.questionnaire == loaded.questionnaire


def test_a_loaded_instrument_keeps_its_checks_behind_their_items(tmp_path):
    instrument = survey.load_instrument("mlbc_alignment")
    asked = [question.id for question in survey.export(instrument, "xlsform", tmp_path).mapping.questions]
    assert sorted(asked) == sorted(question.id for question in instrument.sequence)
    for check in instrument.checks:
        if check.after is not None:
            assert asked.index(check.id) == asked.index(check.after) + 1


@pytest.mark.parametrize("target", TARGETS)
def test_the_mapping_says_all_that_a_reader_needs(questionnaire, target):
    from mlbc_stats.survey.exporters.export import prepare

    _, mapping = prepare(questionnaire, TARGETS[target])
    made = mapping.questionnaire
    assert (made.seed, made.order, made.sources[0].version) == (1, "both", questionnaire.sources[0][1])
    checks = [question for question in mapping.questions if question.role == "check"]
    assert checks and all(check.expected is not None for check in checks)
    assert mapping.question("aln_sustain_1").route.codes == (3, 6)
    assert any(question.reversed for question in mapping.questions)
    reasons = {code.value: code.reason for code in mapping.question("tc_pace_1").codes if code.offered}
    assert (reasons[-96], reasons[-97]) == ("not_applicable", "dont_know")
    assert mapping.consent is not None or any(loss.aspect == "consent" for loss in mapping.losses)
    assert mapping.system.unit or any(loss.aspect == "unit" for loss in mapping.losses)
    columns = [question.column for question in mapping.questions]
    assert len(set(columns)) == len(columns)


def test_what_is_fixed_loses_no_order(tmp_path):
    made = survey.export(survey.compose(["mlbc_alignment"]), "redcap", tmp_path)
    assert made.losses.empty and "lost: 0" in repr(made)


def test_losses_are_a_table(questionnaire, tmp_path):
    losses = survey.export(questionnaire, "qualtrics", tmp_path).losses
    row = losses[(losses["question"] == "aln_sustain_1") & (losses["aspect"] == "routing")].iloc[0]
    assert row["lost"] and re.search("not only after 3, 6 to phase", row["detail"]) and row["remedy"]
    assert (losses.loc[losses["question"] == "", "aspect"].isin(["language", "order", "consent"])).all()


def test_a_draft_translation_is_told(questionnaire, tmp_path):
    (loss,) = [
        one for one in survey.export(questionnaire, "lss", tmp_path).mapping.losses if not one.question
    ]
    assert loss.aspect == "language" and not loss.lost and "draft" in loss.detail


def test_a_questionnaire_without_consent_is_told(tmp_path):
    made = survey.export("marker", "xlsform", tmp_path).mapping
    assert made.consent is None
    assert [loss.aspect for loss in made.losses] == ["consent"]


def test_questionnaires_of_several_informants_go_into_one_folder(tmp_path):
    for informant in ("technical", "external_user"):
        made = survey.export(survey.compose(["mlbc_alignment"], informant=informant), "xlsform", tmp_path)
        assert made.mapping.questionnaire.informant == informant
    assert len(list(tmp_path.glob("*.xlsx"))) == 2
