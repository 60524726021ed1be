"""Free text that others wrote as well, or that tells it was written by a machine."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from mlbc_stats.survey.screening.indices.repeats import shared

SHORTEST = 20
"""Characters below which two people may well write the same."""
PUNCTUATION = re.compile(r"[\W_]+")
TELLTALE = re.compile(
    r"\b(?:as an? (?:ai|artificial intelligence) (?:large )?(?:language )?(?:model|assistant)"
    r"|as a (?:large )?language model"
    r"|i(?:'m| am) (?:just )?an? (?:ai|language model)"
    r"|als (?:ki|künstliche intelligenz)[- ]?(?:modell|sprachmodell|assistent)|als (?:ein )?sprachmodell"
    r"|knowledge cut-?off|(?:regenerate|copy) response|i cannot (?:complete|fill (?:in|out)) (?:this|the) survey)\b",
    re.IGNORECASE,
)
"""What language models say about themselves; whoever takes it out is not found."""


def plain_text(text: str) -> str:
    """A text without case and punctuation, "" when too short to be compared.

    Examples
    --------
    >>> plain_text("We use it, daily - with care!"), plain_text("None.")
    ('we use it daily with care', '')
    """
    plain = PUNCTUATION.sub(" ", text).strip().casefold()
    return plain if len(plain) >= SHORTEST else ""


def same_texts(columns: Sequence[Sequence[str]]) -> np.ndarray:
    """Greatest number of other cases (n,) that wrote the same to one question (Storozuk et al., 2020).

    NaN for cases that wrote nothing of twenty characters. doi:10.20982/tqmp.16.5.p472

    Examples
    --------
    >>> same_texts([["It saves us a lot of time.", "it saves us a lot of time", "no"]])
    array([ 1.,  1., nan])
    """
    counts = np.array([shared([plain_text(text) for text in texts]) for texts in columns])
    known = ~np.isnan(counts)
    return np.where(known.any(axis=0), np.where(known, counts, -1).max(axis=0), np.nan)


def machine_texts(columns: Sequence[Sequence[str]]) -> np.ndarray:
    """1 where a text speaks as a language model, 0 where it does not (n,); NaN for cases without text.

    Examples
    --------
    >>> machine_texts([["As an AI language model, I have no opinion.", "Good.", ""]])
    array([ 1.,  0., nan])
    """
    hits = np.array([[bool(TELLTALE.search(text)) for text in texts] for texts in columns])
    written = np.array([[bool(text.strip()) for text in texts] for texts in columns])
    return np.where(written.any(axis=0), hits.any(axis=0).astype(float), np.nan)
