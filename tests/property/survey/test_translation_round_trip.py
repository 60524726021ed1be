"""Whatever stands in a text, XLIFF, PO and the translation file give it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlbc_stats.survey.instrument.translation_file import STATUSES, TranslatedString, Translation
from mlbc_stats.survey.loading.texts import source_hash
from mlbc_stats.survey.loading.translation_files import read_translation, write_translation
from mlbc_stats.survey.translation.exchange import Exchange, ExchangeString
from mlbc_stats.survey.translation.po import to_po
from mlbc_stats.survey.translation.po_reader import from_po_file
from mlbc_stats.survey.translation.xliff import UNPRINTABLE, to_xliff
from mlbc_stats.survey.translation.xliff_reader import from_xliff_file
from tests.examples.xliff_rules import broken_rules

pytestmark = pytest.mark.slow

NASTY = (
    '"quoted" and \\back\\slash\\n',
    "a & b < c > d &amp; &#13; ]]> <!-- no -->",
    "line\nline\r\nline\tend",
    "\u05e9\u05dc\u05d5\u05dd \u202babc\u202c \u0645\u0631\u062d\u0628\u0627",
    "nb\u00a0sp\u202fand\u2028line\u2029paragraph\u0085next",
    "{period} of {name} and ${code}, 100 % {not a placeholder}",
    "no",
    "true",
    "1e3",
    "-96",
    "\u0661\u0662",
    "~",
    "# status: reviewed",
    "- a: b",
    "*x",
    "!tag",
    "\U0001f600 e\u0301",
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40) | st.sampled_from(NASTY)
WORDS = ANY.map(lambda text: UNPRINTABLE.sub("", text).strip()).filter(bool)
PATHS = ("title", "item/tc_pace_1/text", "scale/agreement7/missing/-96/label", "item/a/wordings/technical")


@st.composite
def exchanges(draw):
    strings = []
    for path in PATHS:
        status = draw(st.none() | st.sampled_from(STATUSES))
        stale = status == "draft" and draw(st.booleans())
        target, back = (draw(WORDS) if status else ""), draw(st.just("") | WORDS)
        strings.append(ExchangeString(path, draw(ANY), target, status, stale, back, (("idea", draw(ANY)),)))
    return Exchange("demo", "1.0.0", "en", draw(st.sampled_from(["de", "fi", "ar", "de-CH"])), tuple(strings))


def bare(exchange: Exchange) -> Exchange:
    """Without what is not meant to come back: notes and lines."""
    return replace(exchange, strings=tuple(replace(string, notes=(), line=0) for string in exchange.strings))


@given(exchanges())
@settings(max_examples=150, deadline=None)
def test_xliff_is_valid_and_comes_back(exchange):
    content = to_xliff(exchange)
    assert broken_rules(content) == []
    assert bare(from_xliff_file(content, "demo.xlf")) == bare(exchange)


@given(exchanges())
@settings(max_examples=150, deadline=None)
def test_po_comes_back(exchange):
    content = to_po(exchange).encode("utf-8")
    assert bare(from_po_file(content, "demo.po")) == bare(exchange)
    windows = content.replace(b"\n", b"\r\n")
    assert bare(from_po_file(windows, "demo.po")) == bare(exchange)


@given(st.lists(st.tuples(WORDS, st.none() | WORDS, st.sampled_from(STATUSES)), min_size=4, max_size=4))
@example([(text, None, "draft") for text in NASTY[:4]])
@settings(max_examples=100, deadline=None)
def test_translation_file_comes_back(texts):
    strings = {
        path: TranslatedString(status=status, source=source_hash(text), text=text, back=back)
        for path, (text, back, status) in zip(PATHS, texts, strict=True)
    }
    translation = Translation(
        kind="translation",
        instrument="demo",
        version="1.0.0",
        source_language="en",
        language="ar",
        license="CC-BY-4.0",
        strings=strings,
    )
    with TemporaryDirectory() as folder:
        path = write_translation(translation, Path(folder) / "demo.ar.yaml")
        assert read_translation(path) == translation
