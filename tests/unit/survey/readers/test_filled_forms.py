"""Forms compiled or read by other programs and filled in: what comes back are the answers that went in."""

from __future__ import annotations

import csv
import shutil
import subprocess

import pytest

from mlbc_stats import survey
from mlbc_stats.survey.responses.model import MissingReason

MARKER = survey.compose(["marker"], languages=["de"])
NAMES = [question.id for question in MARKER.instrument.sequence]
GIVEN = ("5", "-97", "7", "1")
NUMBERS = [5.0, 7.0, 1.0]


def check(found) -> None:
    assert found.frame()[NAMES].iloc[0].dropna().tolist() == NUMBERS
    place = found.item_ids.index(NAMES[1])
    assert found.reasons[0, place] == MissingReason.DONT_KNOW
    assert found.unit_ids.tolist() == ["007"]


def test_an_xlsform_compiled_by_pyxform_and_filled_in(tmp_path) -> None:
    """The columns of ODK Central are the paths of the compiled form, groups and question parted by hyphens."""
    convert = pytest.importorskip("pyxform.xls2xform").convert
    from lxml import etree

    made = survey.export(MARKER, "xlsform", tmp_path / "out")
    form = etree.fromstring(convert(str(made.files[0]), validate=False).xform.encode())
    space = "{http://www.w3.org/2002/xforms}"
    paths = [bind.get("nodeset").strip("/").split("/")[1:] for bind in form.iter(f"{space}bind")]
    answers = dict(zip(NAMES, GIVEN, strict=True)) | {"unit_token": "007", "consent": "1"}
    row = {"-".join(path): answers.get(path[-1], "") for path in paths}
    assert set(answers) - {"consent"} <= {path[-1] for path in paths}
    row |= {"SubmissionDate": "2026-03-01T10:21:00.000Z", "KEY": "uuid:1"}
    with (tmp_path / "central.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(row), list(row.values())])
    check(survey.read(tmp_path / "central.csv", MARKER, mapping=made.mapping_path))


@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not installed")
def test_an_spss_file_filled_in_and_saved_by_pspp(tmp_path) -> None:
    made = survey.export(MARKER, "sav", tmp_path / "out", languages=["en"])
    variables = " ".join(f"{name} (F8.0)" for name in NAMES)
    consent = made.mapping.consent
    also = f" {consent.column} (F8.0)" if consent else ""
    data = ",".join(["007", *GIVEN, *([consent.given] if consent else [])])
    (tmp_path / "typed.csv").write_text(data + "\n", encoding="utf-8")
    (tmp_path / "job.sps").write_text(
        f"DATA LIST LIST (',') FILE='{tmp_path}/typed.csv' / {made.mapping.system.unit} (A64) {variables}{also}.\n"
        f"APPLY DICTIONARY FROM='{made.files[0]}'.\n"
        f"SAVE OUTFILE='{tmp_path}/filled.sav'.\n",
        encoding="utf-8",
    )
    done = subprocess.run(["pspp", str(tmp_path / "job.sps")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    check(survey.read(tmp_path / "filled.sav", MARKER, mapping=made.mapping_path))
