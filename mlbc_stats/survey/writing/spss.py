"""Write columns of responses as an SPSS file, with the words of questions and answers as labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.responses.model import question_scale

if TYPE_CHECKING:
    from mlbc_stats.survey.responses.model import Responses

LONGEST = 255
"""Characters of a label that SPSS shows."""
DISCRETE = 3
"""Single values of a variable that can be user-missing."""
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?|")


def write_spss(columns: Mapping[str, list[str]], responses: Responses, place: Path) -> None:
    """The columns as variables: numbers where every cell of a question is one, else texts.

    Codes carry the labels of their scale, and a scale's codes for missing answers are user-missing values.
    Written by pyreadstat; in R: ``haven::write_sav``.

    Raises
    ------
    ResponseError
        a column whose name SPSS does not take.
    """
    import pandas as pd
    import pyreadstat

    asked = {question.id: question for question in responses.instrument.sequence}
    language = responses.instrument.languages[0]
    frame: dict[str, pd.Series] = {}
    labels: dict[str, dict[Any, str]] = {}
    missing: dict[str, list[Any]] = {}
    for name, cells in columns.items():
        numeric = (name in asked or name in responses.paradata.columns) and all(map(NUMBER.fullmatch, cells))
        frame[name] = pd.to_numeric(pd.Series(cells).replace("", None)) if numeric else pd.Series(cells)
        if name in asked and numeric and name in responses.item_ids:
            scale: Any = question_scale(responses.instrument, name)
            labels[name] = {code.value: code.label[language][:120] for code in scale.codes}
            missing[name] = user_missing(scale)
    try:
        pyreadstat.write_sav(
            pd.DataFrame(frame),
            str(place),
            column_labels={name: _text(asked[name], language) for name in frame if name in asked},
            variable_value_labels=labels,
            missing_ranges={name: ranges for name, ranges in missing.items() if ranges},
        )
    except pyreadstat.PyreadstatError as error:
        raise ResponseError(f"{place.name}: SPSS does not take it ({error}); write a CSV file") from None


def user_missing(scale: Any) -> list[Any]:
    """User-missing codes as SPSS takes them: up to three by themselves, more as one range without an answer in it."""
    codes = sorted({code.value for code in scale.missing})
    if len(codes) <= DISCRETE:
        return codes
    inside = any(codes[0] <= code.value <= codes[-1] for code in scale.codes)
    return codes[:DISCRETE] if inside else [{"lo": codes[0], "hi": codes[-1]}]


def _text(question: Any, language: str) -> str:
    return str(question.text[language])[:LONGEST]
