"""Evidence of studies: read, refused when made up, shown with the instrument, never written into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import DataWarning, InstrumentError
from mlbc_stats.resources import resource

TEXT = """kind: evidence
study: "A trial"
instrument: marker
version: "1.0.0"
synthetic: false
evidence:
- construct: marker
  property: reliability
  statistic: alpha
  value: 0.8123456789
  n: 210
  source: "A trial"
  date: "2026-11-25"
  lower: 0.76
  upper: 0.85
  level: 0.95
"""


@pytest.fixture
def text():
    version = survey.load_instrument("marker").version
    return TEXT.replace("1.0.0", version)


def write(folder: Path, text: str, name: str = "evidence.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_evidence_is_added_in_full_precision_and_the_file_stays(tmp_path, text):
    before = (resource("instruments") / "marker.yaml").read_bytes()
    plain = survey.load_instrument("marker")
    shown = survey.add_evidence(plain, write(tmp_path, text))
    (row,) = shown.evidence
    assert (row.value, row.n, row.lower, row.upper, row.level) == (0.8123456789, 210, 0.76, 0.85, 0.95)
    assert plain.evidence == survey.load_instrument("marker").evidence == ()
    assert (resource("instruments") / "marker.yaml").read_bytes() == before


def test_a_folder_gives_all_its_files_and_nothing_twice(tmp_path, text):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write(tmp_path / "a", text)
    write(tmp_path / "b", text.replace("n: 210", "n: 310"), "evidence_2.yaml")
    write(tmp_path, text, "evidence_again.yaml")
    shown = survey.add_evidence(survey.load_instrument("marker"), tmp_path)
    assert [row.n for row in shown.evidence] == [210, 310]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("synthetic: false", "synthetic: true", ":5: the data are synthetic"),
        ("instrument: marker", "instrument: context", ":1: is about instrument 'context', expected 'marker'"),
        ('version: "1.', 'version: "9.', ":1: is about version 9"),
        (
            "construct: marker",
            "construct: TC",
            ":1: names construct 'TC', which the instrument does not measure",
        ),
        ("  level: 0.95\n", "", "an interval needs lower, upper and level"),
        ("value: 0.8123456789", "value: high", ":10: "),
        ("property: reliability", "property: fame", ":8: "),
        ("kind: evidence", "kind: instrument", "expected 'kind: evidence'"),
    ],
)
def test_bad_files_are_refused_with_their_line(tmp_path, text, old, new, message):
    assert old in text
    path = write(tmp_path, text.replace(old, new, 1))
    with pytest.raises(InstrumentError) as caught:
        survey.add_evidence(survey.load_instrument("marker"), path)
    assert str(path) in str(caught.value) and message in str(caught.value)


def test_a_folder_without_evidence_is_refused(tmp_path):
    with pytest.raises(InstrumentError, match="holds no evidence file"):
        survey.add_evidence(survey.load_instrument("marker"), tmp_path)


def test_another_wording_is_a_warning(tmp_path, text):
    version = survey.load_instrument("marker").version
    path = write(tmp_path, text.replace(f'"{version}"', '"1.99.0"'))
    with pytest.warns(DataWarning, match=r"found with version 1\.99\.0 of marker"):
        assert survey.add_evidence(survey.load_instrument("marker"), path).evidence
