"""Indices of careless answering."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import gammaincc

from mlbc_stats.survey.screening.indices import alike, repeats
from mlbc_stats.survey.screening.indices.consistency import even_odd
from mlbc_stats.survey.screening.indices.distance import distances
from mlbc_stats.survey.screening.indices.guttman import guttman_errors
from mlbc_stats.survey.screening.indices.moments import pair_moments
from mlbc_stats.survey.screening.indices.runs import runs
from mlbc_stats.survey.screening.indices.variability import response_variability, split_variability
from tests.reference.kinds.corpus import Case, Corpus

PARTS = 5
CONFIDENCE = 0.99
ANTONYMS, SHOWN = -0.4, 10
"""As the calls of the cases have it."""


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    table = corpus.table(case["data"]["file"])
    names, codes = list(table), np.column_stack([np.array(column) for column in table.values()])
    return {name: MADE[name](codes, names, case.get("args") or {}) for name in case["expected"]}


def _longstring(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> dict[str, Any]:
    found = runs(codes)
    return {"longstr": listed(found.longest), "avgstr": listed(found.average)}


def _irv(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> list[Any]:
    return listed(response_variability(codes))


def _irv_split(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> dict[str, Any]:
    parts = split_variability(codes, PARTS)
    named = {f"irv{place + 1}": listed(part) for place, part in enumerate(parts.T)}
    return {"irvTotal": _irv(codes, names, args), **named}


def _mahalanobis(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> dict[str, Any]:
    found = distances(codes, pair_moments(codes))
    assert found is not None
    upper = gammaincc(codes.shape[1] / 2, found.squared / 2)
    return {"d_sq": listed(found.squared), "flagged": listed((upper < 1 - CONFIDENCE).astype(float))}


def _evenodd(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> list[Any]:
    k = args["items_per_scale"]
    scales = [range(start, start + k) for start in range(0, codes.shape[1], k)]
    return listed(-even_odd(codes, scales))


def _psychsyn(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> dict[str, Any]:
    return _pairs(codes, args["critical_value"])


def _antonyms(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> dict[str, Any]:
    return _pairs(codes, ANTONYMS)


def _strongest(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> list[dict[str, Any]]:
    r = pair_moments(codes).correlations()
    chosen = alike.alike_pairs(r, ANTONYMS)[:SHOWN]
    return [{"a": names[a], "b": names[b], "r": float(r[a, b])} for a, b in chosen]


def _guttman(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> dict[str, Any]:
    k = args["items_per_scale"]
    found = guttman_errors(codes[:, start : start + k] - 1 for start in range(0, codes.shape[1], k))
    return {"errors": listed(found.errors), "most": listed(found.most), "normed": listed(found.normed)}


def _incomplete(codes: np.ndarray, names: list[str], args: dict[str, Any]) -> dict[str, Any]:
    gaps = codes.copy()
    for row, column in args["gaps"]:
        gaps[row - 1, column - 1] = np.nan
    found = distances(gaps, pair_moments(gaps))
    assert found is not None
    return {
        "d_sq": listed(found.squared),
        "p": listed(found.pvalue),
        "match": listed(repeats.greatest_match(gaps)),
    }


def _pairs(codes: np.ndarray, critical: float) -> dict[str, Any]:
    chosen = alike.alike_pairs(pair_moments(codes).correlations(), critical)
    return {"numPairs": [len(chosen)] * len(codes), "cor": listed(alike.pair_consistency(codes, chosen))}


def listed(values: np.ndarray) -> list[Any]:
    return [None if np.isnan(value) else float(value) for value in values]


MADE = {
    "longstring": _longstring,
    "irv": _irv,
    "irv_split": _irv_split,
    "mahalanobis": _mahalanobis,
    "evenodd": _evenodd,
    "psychsyn": _psychsyn,
    "antonyms": _antonyms,
    "pairs": _strongest,
    "guttman": _guttman,
    "incomplete": _incomplete,
}
