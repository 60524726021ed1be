"""Tests of cross-validated predictive ability with given folds."""

from __future__ import annotations

import re
from typing import Any

from mlbc_stats import composites
from tests.reference.kinds.composites.models import Call, from_args
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.prediction.plspredict import predicted

BENCHMARKS = {"against_indicator_average": "average", "against_lm_exogenous": "lm_exogenous",
              "against_lm_all_other": "lm_all_other"}  # fmt: skip
PREDICTED = re.compile(
    r"(?:(\w+) = )?predict_folds\(d, (mm(?:\[c\([\d, :]+\)\])?), relationships\((.*?)\), fold"
)


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    models = models_of(case)
    found = {name: predicted(case, corpus, call) for name, call in models.items()}
    names = list(found)
    if len(names) == 1:
        only = found[names[0]]
        return {field: table(only, kind) for field, kind in BENCHMARKS.items()}
    return {
        f"{one}_against_{other}": table(found[one], found[other])
        for one in names
        for other in names
        if one != other
    }


def table(found: composites.CompositePrediction, against: Any) -> list[dict[str, Any]]:
    rows = composites.compare_prediction(found, against).drop(
        columns="df"
    )  # a row is named by its construct alone
    rows = rows.rename(columns={"p_better": "p_pls_better"})
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def models_of(case: Case) -> dict[str, Call]:
    """The models that the call predicts with, by name."""
    args, text = case.get("args") or {}, "\n".join(case["call"])
    found = PREDICTED.findall(text)
    if args.get("constructs") and len(found) < 2:
        return {"": from_args(args)}
    constructs = constructs_of(text)
    out = {}
    for name, chosen, paths in found:
        kept = _places(chosen, len(constructs))
        given = {
            "constructs": [constructs[k] for k in kept],
            "paths": paths_of(paths),
            "scheme": args.get("scheme"),
        }
        out[name] = from_args(given)
    return out


def constructs_of(text: str) -> list[dict[str, Any]]:
    """Blocks as seminr writes them."""
    written = re.search(r"mm <- constructs\((.*)\)\s*$", text, re.M)
    pattern = (
        r'(composite|reflective)\("(\w+)", '
        r'(?:multi_items\("([\w.]+)", (c\([\d, ]+\)|[\d:]+)\)|single_item\("([\w.]+)"\))'
        r"(?:, weights = (\w+))?\)"
    )
    out = []
    for kind, name, stem, numbers, single, mode in re.findall(pattern, written[1] if written else ""):
        items = [single] if single else [f"{stem}{k}" for k in _numbers(numbers)]
        factor = kind == "reflective"
        letter = "B" if mode in ("mode_B", "regression_weights") else "A"
        out.append({"name": name, "mode": letter, "common_factor": factor, "indicators": items})
    return out


def paths_of(text: str) -> list[dict[str, str]]:
    """Paths as seminr writes them."""
    out = []
    for sources, targets in re.findall(
        r'paths\((?:from = )?(c\([^)]*\)|"\w+"), *(?:to = )?(c\([^)]*\)|"\w+")\)', text
    ):
        out += [
            {"from": source, "to": target}
            for target in re.findall(r'"(\w+)"', targets)
            for source in re.findall(r'"(\w+)"', sources)
        ]
    return out


def _places(chosen: str, count: int) -> list[int]:
    inside = re.search(r"\[(.*)\]", chosen)
    return [k - 1 for k in _numbers(inside[1])] if inside else list(range(count))


def _numbers(text: str) -> list[int]:
    parts = re.findall(r"(\d+)(?::(\d+))?", text)
    return [k for low, high in parts for k in range(int(low), int(high or low) + 1)]
