"""A study file drafted from exports says what they are, loads, and reads them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest

from mlbc_stats import study, survey
from mlbc_stats.errors import ResponseError, StudyError
from mlbc_stats.study.drafting.text import scalar
from tests.examples.two_informants import two_files


@pytest.fixture(scope="module")
def pilot() -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        file = survey.write(survey.simulate(survey.pilot_population(), n=40, seed=4), Path(folder) / "a.csv")
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def drafted(folder: Path, *exports: Path) -> tuple[study.Study, str]:
    file = study.init_study(exports, folder / "study.yaml")
    return study.load_study(file), file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_two_exports_of_two_groups(tmp_path) -> None:
    found, _ = drafted(tmp_path, *two_files(tmp_path, 40))
    assert [file.informant for file in found.responses] == ["management", "technical"]
    assert [file.path for file in found.responses] == ["management.csv", "technical.csv"]
    assert found.design == "several_informants"
    assert study.check_study(found).sample["files"] == 2


def test_units_are_found_by_values_that_files_share(tmp_path) -> None:
    files = two_files(tmp_path, 40)
    for file, name in zip(files, ("Projekt", "what_we_ask_about"), strict=True):
        pd.read_csv(file, dtype=str).rename(columns={"unit_id": name}).to_csv(file, index=False)
    found, text = drafted(tmp_path, *files)
    assert [file.unit_column for file in found.responses] == ["Projekt", "what_we_ask_about"]
    assert "found by values that another file shares" in text


@pytest.mark.slow
def test_encoding_separator_and_language_are_found(pilot, tmp_path) -> None:
    german = survey.load_instrument("mlbc_alignment", languages=["de"])
    frame = pilot.copy()
    for item in german.items:
        labels = {str(code.value): code.label["de"] for code in german.scale(item.scale).codes}
        frame[item.id] = frame[item.id].map(lambda cell, labels=labels: labels.get(cell, cell))
    assert frame.map(lambda cell: "ü" in cell).to_numpy().any()
    frame.to_csv(tmp_path / "export.csv", index=False, sep=";", encoding="cp1252", errors="replace")
    found, _ = drafted(tmp_path, tmp_path / "export.csv")
    file = found.responses[0]
    assert (file.encoding, file.delimiter, file.language) == ("cp1252", ";", "de")
    assert study.check_study(found).sample["units"] > 30


def test_the_short_form_is_recognised(pilot, tmp_path) -> None:
    asked = {question.id for question in survey.compose(["mlbc_alignment"], short=True).questions}
    every = {question.id for question in survey.load_instrument("mlbc_alignment").sequence}
    pilot[[name for name in pilot.columns if name in asked or name not in every]].to_csv(
        tmp_path / "short.csv", index=False
    )
    found, text = drafted(tmp_path, tmp_path / "short.csv")
    assert found.responses[0].short is True
    assert "allow_absent" not in text


def test_missing_items_and_slips_stand_in_comments(pilot, tmp_path) -> None:
    frame = pilot.rename(columns={"tc_pace_1": "tc_pace1"}).drop(columns=["ftc_sync_2", "unit_id"])
    frame.to_csv(tmp_path / "export.csv", index=False)
    found, text = drafted(tmp_path, tmp_path / "export.csv")
    assert "no column for 2 items: tc_pace_1, ftc_sync_2" in text
    assert "# columns: {tc_pace1: tc_pace_1}" in text
    assert "every case is a unit of its own" in text
    assert found.responses[0].allow_absent
    study.check_study(found)


def test_nothing_is_overwritten(pilot, tmp_path) -> None:
    pilot.to_csv(tmp_path / "export.csv", index=False)
    _, text = drafted(tmp_path, tmp_path / "export.csv")
    with pytest.raises(StudyError, match="is there already and is not overwritten"):
        study.init_study([tmp_path / "export.csv"], tmp_path / "study.yaml")
    assert (tmp_path / "study.yaml").read_text(encoding="utf-8") == text


def test_files_of_something_else_are_refused(tmp_path) -> None:
    (tmp_path / "other.csv").write_text("age,sex\n3,4\n", encoding="utf-8")
    with pytest.raises(ResponseError, match=r"other\.csv: its columns belong to no shipped instrument"):
        study.init_study([tmp_path / "other.csv"], tmp_path / "study.yaml")
    with pytest.raises(StudyError, match="named twice"):
        study.init_study([tmp_path / "other.csv"] * 2, tmp_path / "study.yaml")
    with pytest.raises(StudyError, match="no export"):
        study.init_study([], tmp_path / "study.yaml")
    assert not (tmp_path / "study.yaml").exists()


@pytest.mark.parametrize("text", ["a b", "no", "1", "x: y", "#5", "é", 'say "so"', "a.csv", "0x1", "~"])
def test_a_scalar_reads_back(text) -> None:
    from ruamel.yaml import YAML

    assert YAML(typ="safe").load(f"key: {scalar(text)}") == {"key": text}
