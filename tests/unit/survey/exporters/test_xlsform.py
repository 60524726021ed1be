"""XLSForm: pyxform reads it, ODK Validate accepts it, and conditions say what routes say."""

from __future__ import annotations

import io
import shutil

import pytest
from lxml import etree
from openpyxl import load_workbook

from mlbc_stats import survey

pyxform = pytest.importorskip("pyxform")
H = "{http://www.w3.org/2002/xforms}"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    made = survey.compose(
        ["mlbc_alignment"], languages=["de", "fi"], seed=2, controller=dict.fromkeys(["en", "de", "fi"], "A")
    )
    return survey.export(made, "xlsform", tmp_path_factory.mktemp("xlsform"))


@pytest.fixture(scope="module")
def xform(exported):
    from pyxform.xls2xform import convert

    done = convert(str(exported.files[0]), validate=False)
    assert done.warnings == []
    return etree.fromstring(done.xform.encode())


def bind(xform, column):
    (found,) = [one for one in xform.iter(f"{H}bind") if one.get("nodeset").endswith(f"/{column}")]
    return found


def test_every_question_is_a_control_with_its_codes(xform, exported):
    for question in exported.mapping.questions:
        bind(xform, question.column)
        if question.kind in ("ordinal", "nominal"):
            (control,) = [
                one for one in xform.iter(f"{H}select1") if one.get("ref").endswith(f"/{question.column}")
            ]
            items = control.find(f"{H}itemset").get("nodeset")
            listed = xform.xpath(f"//*[@id='{question.scale}']//*[local-name()='name']/text()")
            assert question.scale in items
            assert listed == [code.platform for code in question.codes if code.offered]


def test_columns_bear_their_group_as_the_platforms_write_it(xform, exported):
    for question in exported.mapping.questions:
        path = bind(xform, question.column).get("nodeset").split("/")[2:]
        assert question.aliases == ("-".join(path), "/".join(path))


def test_routes_and_consent_are_conditions(xform):
    shown = bind(xform, "aln_sustain_1").get("relevant")
    phase = bind(xform, "phase").get("nodeset")
    assert shown.replace(" ", "") == f"({phase}=''or{phase}='3'or{phase}='6')"
    group = bind(xform, "page_opening").get("relevant")
    assert group.endswith("/consent  = '1'") and bind(xform, "consent").get("required") == "true()"


def test_bounds_and_reasons_beside_numbers(xform):
    assert bind(xform, "tenure").get("constraint") == ". >= 0 and . <= 60"
    assert bind(xform, "tenure_none").get("relevant").endswith("/tenure  = ''")


def test_three_languages_are_there(xform):
    assert {one.get("lang") for one in xform.iter(f"{H}translation")} == {
        "English (en)",
        "Deutsch (de)",
        "Suomi (fi)",
    }


def test_no_cell_is_a_formula(tmp_path):
    made = survey.export(survey.compose(["marker"], controller="=1+1"), "xlsform", tmp_path)
    book = load_workbook(io.BytesIO(made.files[0].read_bytes()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("java") is None, reason="ODK Validate needs Java (Debian: default-jre-headless)"
)
@pytest.mark.parametrize("name", ["mlbc_alignment", "ai_scaling_staged"])
def test_odk_validate_accepts_it(name, tmp_path):
    from pyxform.xls2xform import convert

    made = survey.export(survey.compose([name], seed=1), "xlsform", tmp_path)
    assert convert(str(made.files[0]), validate=True).warnings == []
