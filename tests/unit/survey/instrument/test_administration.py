"""Administration time: counted by hand for a small file, and declared rightly by every shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlbc_stats.resources import resource
from mlbc_stats.survey import check_instrument, counted_minutes, list_instruments, load_instrument
from mlbc_stats.survey.instrument.administration_time import ANSWER_SECONDS
from mlbc_stats.survey.instrument.reading_level import WORDS_PER_MINUTE
from mlbc_stats.survey.loading.load import load_files
from tests.examples.demo_files import FILES, broken_copy, line_of


def test_counted_by_hand() -> None:
    # title 2 words; three questions of 5, 2 and 9 words; labels 1 + 1; one choice, one text, one number
    seconds = (2 + 5 + 2 + 9 + 2) * 60 / WORDS_PER_MINUTE
    seconds += ANSWER_SECONDS["nominal"] + ANSWER_SECONDS["text"] + ANSWER_SECONDS["number"]
    assert counted_minutes(load_instrument(FILES / "demo_module.yaml")) == pytest.approx(
        seconds / 60, abs=1e-12
    )


@pytest.mark.parametrize("name", list_instruments())
def test_shipped_files_declare_what_is_counted(name: str) -> None:
    (model, *_) = load_files(resource("instruments", f"{name}.yaml")).models
    assert model is not None
    assert model.minutes is not None
    assert 0 <= model.minutes - counted_minutes(model) < 0.5


def test_the_consent_says_what_the_whole_takes() -> None:
    instrument = load_instrument("mlbc_alignment")
    assert instrument.consent is not None
    assert "about fifteen minutes" in instrument.consent["en"]
    assert 14 < counted_minutes(instrument) < 16.5


def test_a_wrong_time_is_a_warning(tmp_path: Path) -> None:
    path = broken_copy(tmp_path, "reference_period:", "minutes: 9.0\nreference_period:")
    (finding,) = check_instrument(path)
    assert finding.severity == "warning"
    assert finding.line == line_of(path, "minutes:")
    assert "declares 9 minutes, counted 0.9; say 1" in finding.message
