"""Reading keeps back who answered and whoever did not agree to take part, and says so."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from tests.examples.demo_answers import HEADER, INSTRUMENT, ROWS, export

BESIDE = "IPAddress,Recipient Email,LocationLatitude,net,deviceid,firm"
CELLS = (
    "84.23.1.7,ann@acme.com,48.13,fe80:0:0:0:1:2:3:4,D1,Acme",
    "84.23.1.8,bo@acme.com,48.14,,D2,Bo",
    "84.23.1.7,,,,D1,Acme",
)


def answers(folder, beside=BESIDE, cells=CELLS, rows=ROWS, **options):
    lines = [f"{row},{more}" for row, more in zip(rows, cells, strict=True)]
    return survey.read(export(folder, *lines, header=f"{HEADER},{beside}"), INSTRUMENT, **options)


def test_identifiers_are_left_out_and_machines_numbered(tmp_path) -> None:
    found = answers(tmp_path)
    assert not {"Recipient Email", "LocationLatitude"} & set(found.context.columns)
    assert found.context["IPAddress"].tolist() == ["1", "2", "1"]
    assert found.context["deviceid"].tolist() == ["1", "2", "1"]
    assert found.context["firm"].tolist() == ["Acme", "Bo", "Acme"]
    notes = " ".join(found.notes)
    assert "left out, as they may tell who answered: Recipient Email, LocationLatitude;" in notes
    assert "numbered in the order met, as they may tell who answered: IPAddress, net, deviceid;" in notes
    assert "84.23" not in found.context.to_csv()


def test_a_hash_under_a_key_is_hmac_sha256(tmp_path) -> None:
    found = answers(tmp_path, personal="hash", key="k" * 16)
    expected = hmac.new(b"k" * 16, b"ann@acme.com", hashlib.sha256).hexdigest()[:16]
    assert found.context["Recipient Email"].tolist()[0] == expected
    assert found.context["Recipient Email"].tolist()[2] == ""
    assert found.context["IPAddress"].nunique() == 2


def test_what_is_wanted_is_kept(tmp_path) -> None:
    assert answers(tmp_path, personal="keep").context["IPAddress"].tolist()[0] == "84.23.1.7"


@pytest.mark.parametrize(
    "options", [{"personal": "hash"}, {"key": "k"}, {"personal": "scramble"}], ids=["no key", "key", "way"]
)
def test_half_a_hash_is_refused(tmp_path, options) -> None:
    with pytest.raises(ResponseError):
        answers(tmp_path, **options)


def test_ids_that_are_addresses(tmp_path) -> None:
    rows = [row.replace(f"{name},", f"{name}@acme.com,", 1) for name, row in zip("abc", ROWS, strict=True)]
    rows[2] = rows[2].replace("c@acme.com", "a@acme.com")
    assert answers(tmp_path, rows=rows).case_ids.tolist() == ["c1", "c2", "c1"]
    hashed = answers(tmp_path, rows=rows, personal="hash", key="k" * 16).case_ids.tolist()
    assert hashed[0] == hashed[2] != hashed[1]
    assert all(len(one) == 16 for one in hashed)


def test_free_answers_that_tell_who_gave_them_are_told_by_row(tmp_path) -> None:
    row = ROWS[0].replace("fine", "call me +358 40 123 4567 or ann@acme.com")
    found = survey.read(export(tmp_path, row, ROWS[1], ROWS[2]), INSTRUMENT)
    (note,) = [note for note in found.notes if "free answer" in note]
    assert "row 2, remark: an address of mail and a phone number" in note
    assert "4567" not in note
    assert found.context["remark"].tolist()[0].startswith("call me")


@pytest.mark.parametrize("text", ["since 2021-03-01", "about 1,000,000 rows", "v1.2.3", "12 of 200 in 2020"])
def test_other_numbers_are_no_phone_numbers(tmp_path, text) -> None:
    row = ROWS[0].replace("fine", f'"{text}"')
    assert not [n for n in survey.read(export(tmp_path, row), INSTRUMENT).notes if "free answer" in n]


def test_rows_without_consent_are_set_aside_and_counted(tmp_path) -> None:
    rows = (*ROWS, "," * HEADER.count(","))
    found = answers(tmp_path, "consent", ("1", "no", "1", ""), rows)
    assert found.case_ids.tolist() == ["a", "c"]
    assert found.set_aside == {"blank row": 1, "no consent": 1}
    assert found.counted == "4 rows read, 2 used, 2 set aside (1 blank row, 1 no consent)"
    flow = survey.case_flow(found, survey.screen(found))
    assert flow.iloc[0].to_dict()["cases"] == 4
    assert flow.set_index("step").groupby(level=0)["cases"].sum()["set aside"] >= 2


def test_consent_in_a_column_of_another_name(tmp_path) -> None:
    found = answers(tmp_path, "Q1", ("I take part", "", "I take part"), consent="Q1=I take part")
    assert found.case_ids.tolist() == ["a", "c"]


@pytest.mark.parametrize(
    ("cells", "options", "message"),
    [
        (("1", "perhaps", "1"), {}, "whether 'perhaps' in column consent is consent is not known"),
        (("no", "no", "0"), {}, "none of 3 rows holds consent"),
        (("1", "1", "1"), {"consent": "agrement"}, "no column 'agrement'"),
    ],
)
def test_consent_that_nobody_can_read(tmp_path, cells, options, message) -> None:
    with pytest.raises(ResponseError, match=message):
        answers(tmp_path, "consent", cells, **options)


def test_joined_files_add_up_what_was_set_aside(tmp_path) -> None:
    one = answers(tmp_path, "consent", ("1", "no", "1"))
    assert survey.join([one, one], informants=["technical", "management"]).set_aside == {"no consent": 2}
