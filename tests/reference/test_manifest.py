"""The stored numbers, data and scripts are those of the manifest, and every case can be read and used."""

from __future__ import annotations

import json

import pytest

from tests.reference.corpus import HERE, case_ids, load_case, read_table, untested
from tests.reference.manifest import build_manifest
from tests.reference.tolerance import CLASSES

MANIFEST = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))


def test_files_are_those_of_the_manifest() -> None:
    assert build_manifest() == MANIFEST


@pytest.mark.parametrize("case_id", case_ids("sem"))
def test_a_case_has_its_data_and_a_known_class(case_id: str) -> None:
    case = load_case(case_id)
    assert case["id"] == case_id
    assert case["tolerance_class"] in CLASSES
    if case.get("data"):
        assert len(read_table(case["data"]["file"])) > 1


def test_annotations_speak_of_stored_cases() -> None:
    fits = {path.stem for path in (HERE / "expected" / "ordinal" / "fits").glob("*.json")}
    assert set(untested()) - {"*"} <= set(case_ids()) | fits
    assert all("reason" in note for note in untested().values() if "skip" in note or "skip_fit" in note)
