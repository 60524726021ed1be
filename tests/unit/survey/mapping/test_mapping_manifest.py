"""The mapping manifest: written, read back the same, refused when something is wrong; the fingerprint."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.mapping import (
    Loss,
    MappedCode,
    MappedQuestion,
    fingerprint,
    read_mapping,
    write_mapping,
)
from mlbc_stats.survey.mapping.model import (
    MappedConsent,
    MappedLanguage,
    MappedQuestionnaire,
    MappingManifest,
    Source,
    SystemColumns,
)

ODD = 'He said "a, b";\n<ü> & =1+1'


@pytest.fixture(scope="module")
def manifest() -> MappingManifest:
    question = MappedQuestion(
        id="a_1",
        role="item",
        construct="a",
        scale="agreement7",
        kind="ordinal",
        block="a",
        text={"en": ODD},
        column="a1",
        aliases=("a[1]",),
        codes=(
            MappedCode(value=1, platform="1", label={"en": ODD}),
            MappedCode(value=-96, platform="N96", label={"en": "Does not apply"}, reason="not_applicable"),
        ),
        reversed=True,
    )
    return MappingManifest(
        target="limesurvey",
        questionnaire=MappedQuestionnaire(
            fingerprint="0" * 64,
            instrument="demo",
            title={"en": "Demo"},
            sources=(Source(id="demo", version="1.0.0"),),
        ),
        languages=(MappedLanguage(language="en", platform="en"),),
        questions=(question,),
        consent=MappedConsent(column="consent", given="1", refused="2", words={"en": "Yes"}),
        system=SystemColumns(unit="unit_token"),
        losses=(Loss(question="b_1", aspect="item", detail="no place for it"),),
    )


def test_what_is_written_is_read_back(manifest, tmp_path):
    assert read_mapping(write_mapping(manifest, tmp_path / "demo.mapping.json")) == manifest


def test_questions_and_codes_are_found(manifest):
    code = manifest.question("a_1").code("N96")
    assert code is not None and (code.value, code.reason) == (-96, "not_applicable")
    assert manifest.question("a_1").code("9") is None
    with pytest.raises(ResponseError, match="b_1 is not in this export for limesurvey"):
        manifest.question("b_1")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"format": 2}, "format"),
        ({"surplus": 1}, "surplus"),
        ({"target": "paper"}, "target"),
        ({"questions": [{"id": "1 2"}]}, "questions.0.id"),
    ],
)
def test_another_file_is_refused_with_every_wrong_place(manifest, tmp_path, change, where):
    place = write_mapping(manifest, tmp_path / "demo.mapping.json")
    place.write_text(json.dumps(json.loads(place.read_text()) | change))
    with pytest.raises(ResponseError, match="is no mapping manifest") as caught:
        read_mapping(place)
    assert any(finding.startswith(where) for finding in caught.value.findings)


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_no_json_is_no_manifest(tmp_path, text):
    place = tmp_path / "broken.json"
    place.write_text(text)
    with pytest.raises(ResponseError, match="the file"):
        read_mapping(place)
    with pytest.raises(ResponseError, match="no such file"):
        read_mapping(tmp_path / "absent.json")


def test_the_fingerprint_keeps_over_order_and_language_and_changes_with_words_and_keys():
    plain = survey.compose(["mlbc_alignment"]).instrument
    mixed = survey.compose(["mlbc_alignment"], seed=3, languages=["de"]).instrument
    assert fingerprint(plain) == fingerprint(mixed)
    first = plain.items[3]
    for change in ({"text": {"en": "Another."}}, {"reversed": not first.reversed}, {"scale": "extent7"}):
        changed = replace(plain, items=(*plain.items[:3], replace(first, **change), *plain.items[4:]))
        assert fingerprint(changed) != fingerprint(plain)
