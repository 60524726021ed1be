"""For every target: each item of each shipped instrument is in the export with its codes, or a loss says why not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from mlbc_stats import survey
from mlbc_stats.survey.exporters import TARGETS
from mlbc_stats.survey.exporters.export import prepare
from mlbc_stats.survey.instrument.item import Check
from tests.examples.export_parsers import PARSERS

TRANSLATED = {"mlbc_alignment": ["de", "fi"], "mlbc_capability": ["de"], "context": ["de"], "marker": ["fi"]}
ODD = 'He said "a, b"; äöüß\n<i>&amp; {x} [y] | ${z}\' =1+1 </script> 100 %'
BEGINNINGS = ["=1+1", "+x", "-x", "@x", "[[Block:x]]"]


@cache
def questionnaire(name):
    return survey.compose([name], languages=TRANSLATED.get(name, []), seed=3)


def key(target, placed):
    return placed.aliases[0] if target == "printable" else placed.column


def check(target, made):
    """Every question and code of the mapping is in the files, everything else of the questionnaire in the losses."""
    files, mapping = prepare(made, TARGETS[target])
    languages = [one.language for one in mapping.languages]
    columns = PARSERS[target](files, languages)
    lost = {(loss.question, loss.code) for loss in mapping.losses}
    for question in made.questions:
        scale = made.instrument.scale(question.scale)
        if question.id not in {placed.id for placed in mapping.questions}:
            assert (question.id, None) in lost
            continue
        placed = mapping.question(question.id)
        found = columns[key(target, placed)]
        assert found.text == placed.text == {one: question.text[one] for one in languages}
        expected = {code.platform: code.label for code in placed.codes if code.offered}
        answers = columns[placed.beside].answers if target != "printable" and placed.beside else found.answers
        assert {code: label for code, label in answers.items() if code in expected} == expected
        mapped = {code.value for code in placed.codes}
        for code in (*scale.codes, *scale.missing):
            assert code.value in mapped or (question.id, code.value) in lost
        assert placed.reversed == (not isinstance(question, Check) and question.reversed)
        assert placed.expected == (question.expected if isinstance(question, Check) else None)
    return files, mapping


@pytest.mark.parametrize("target", TARGETS)
def test_every_item_of_every_instrument_with_its_codes(target):
    names = ["mlbc_alignment", "ai_scaling_staged", "ai_scaling_context"]
    for name in survey.list_instruments() if target not in ("printable", "sav") else names:
        check(target, questionnaire(name))


def worded(text):
    """A questionnaire whose every kind of words is this one."""
    made = survey.compose(["context", "marker"], controller=text, retention=text)
    instrument = made.instrument
    told = {"en": text}
    scales = tuple(
        replace(
            scale,
            codes=tuple(replace(code, label={"en": f"{text} {n}"}) for n, code in enumerate(scale.codes)),
            missing=tuple(
                replace(code, label={"en": f"{text} {-n}"}) for n, code in enumerate(scale.missing, 1)
            ),
        )
        for scale in instrument.scales
    )
    items = tuple(replace(item, text={"en": f"{text} {n}"}) for n, item in enumerate(instrument.items))
    changed = replace(instrument, scales=scales, items=items, title=told, introduction=told, consent=told)
    return replace(
        made, instrument=changed, blocks=tuple(replace(block, words=(told,)) for block in made.blocks)
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("text", [ODD, *BEGINNINGS])
def test_odd_text_survives(target, text):
    if target == "xlsform":
        text = text.replace("${", "$ {")
    check(target, worded(text))
