"""What may tell who answered does not leave with the answers, unless it is wanted there."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import PersonalDataWarning, ResponseError
from mlbc_stats.survey.privacy.personal import is_personal
from tests.examples.demo_answers import HEADER, INSTRUMENT, ROWS, export

BESIDE = "IPAddress,Recipient Email,LocationLatitude,net,Q9_TEXT,firm,wave_label"
CELLS = "84.23.1.7,ann@acme.com,48.13,fe80:0:0:0:1:2:3:4,we do it by hand every day,Acme,second"


@pytest.fixture
def responses(tmp_path):
    return survey.read(
        export(tmp_path, *(f"{row},{CELLS}" for row in ROWS), header=f"{HEADER},{BESIDE}"),
        INSTRUMENT,
        personal="keep",
    )


def written(responses, path, **options) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PersonalDataWarning)
        return pd.read_csv(survey.write(responses, path, **options), dtype=str, keep_default_na=False)


def test_addresses_places_and_free_text_are_left_out_and_named(responses, tmp_path) -> None:
    with pytest.warns(
        PersonalDataWarning, match="IPAddress, Recipient Email, LocationLatitude, net, Q9_TEXT"
    ):
        survey.write(responses, tmp_path / "out.csv")
    frame = written(responses, tmp_path / "again.csv")
    assert set(BESIDE.split(",")) & set(frame.columns) == {"firm", "wave_label"}
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert not any(told in text for told in ("84.23", "acme.com", "48.13", "fe80", "by hand"))


def test_a_keyed_hash_links_persons_for_whoever_has_the_key(responses, tmp_path) -> None:
    one = written(responses, tmp_path / "a.csv", personal="hash", key="k1")
    same = written(responses, tmp_path / "b.csv", personal="hash", key="k1")
    other = written(responses, tmp_path / "c.csv", personal="hash", key="k2")
    assert one["Recipient Email"].tolist() == same["Recipient Email"].tolist()
    assert one["Recipient Email"].iloc[0] != other["Recipient Email"].iloc[0]
    assert one["Recipient Email"].str.fullmatch("[0-9a-f]{16}").all()
    assert one["firm"].tolist() == responses.context["firm"].tolist()


def test_what_is_wanted_stays(responses, tmp_path) -> None:
    whole = written(responses, tmp_path / "a.csv", personal="keep")
    assert set(BESIDE.split(",")) <= set(whole.columns)
    assert "IPAddress" in written(responses, tmp_path / "b.csv", keep=["IPAddress"]).columns


def test_ids_that_are_addresses_become_numbers(responses, tmp_path) -> None:
    from dataclasses import replace

    named = replace(responses, unit_ids=responses.unit_ids.copy())
    named.unit_ids[:] = "ann@acme.com"
    assert set(written(named, tmp_path / "a.csv")["unit_id"]) == {"u1"}


@pytest.mark.parametrize("options", [{"personal": "hash"}, {"key": "k"}, {"personal": "forget"}])
def test_a_hash_needs_its_key(responses, tmp_path, options) -> None:
    with pytest.raises(ResponseError, match="personal"):
        survey.write(responses, tmp_path / "a.csv", **options)
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize(
    "name", ["E-Mail", "ip_address", "Vorname", "longitude", "Q3_4_TEXT", "Name", "remarks"]
)
def test_names_of_columns_tell(name) -> None:
    assert is_personal(name, [])


@pytest.mark.parametrize(
    "name", ["organization_id", "phase", "industry", "ship_date", "descript", "platform"]
)
def test_other_names_do_not(name) -> None:
    assert not is_personal(name, ["3", "In operation: in use", "2026-01-01 10:00:00"])
