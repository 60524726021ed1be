"""SPSS files that we write are read back unchanged, and say in SPSS what was asked."""

import numpy as np
import pyreadstat
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    responses = survey.simulate(survey.pilot_population(), n=120, seed=3)
    return responses, survey.write(responses, tmp_path_factory.mktemp("spss") / "answers.sav")


def test_what_is_written_is_read_back(written):
    responses, path = written
    again = survey.read(path, "mlbc_alignment")
    np.testing.assert_array_equal(again.codes, responses.codes)
    np.testing.assert_array_equal(again.reasons, responses.reasons)
    assert again.case_ids.tolist() == responses.case_ids.tolist()
    assert again.unit_ids.tolist() == responses.unit_ids.tolist()
    assert again.synthetic is True


def test_questions_and_answers_are_labelled(written):
    responses, path = written
    _, meta = pyreadstat.read_sav(str(path))
    item = responses.instrument.items[0]
    language = responses.instrument.languages[0]
    assert meta.column_names_to_labels[item.id] == item.text[language]
    named = next(name for name in responses.item_ids if name in meta.variable_value_labels)
    assert len(meta.variable_value_labels[named]) >= 5


def test_a_file_that_is_there_is_kept(written):
    responses, path = written
    with pytest.raises(ResponseError, match="exists already"):
        survey.write(responses, path)
