"""The model of a case, from its arguments or from its call of seminr, cSEM or plspm, in our words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mlbc_stats import composites
from tests.reference.kinds.corpus import Case, Corpus

SCHEMES = {"path_weighting": "path", "path_factorial": "factorial", "path": "path", "factorial": "factorial",
           "centroid": "centroid"}  # fmt: skip
MODES = {"A": "modeA", "B": "modeB", "modeA": "modeA", "modeB": "modeB", "mode_A": "modeA", "mode_B": "modeB",
         "unit": "unit", "PCA": "pca"}  # fmt: skip
TIGHT = {"tolerance": 1e-13, "max_iter": 20_000}


@dataclass(frozen=True)
class Call:
    """What a case fits.

    Attributes
    ----------
    text : the model. weights, options : for `composites.fit`. program : "seminr", "cSEM" or "plspm".
    """

    text: str
    program: str
    weights: Any = "modeA"
    options: dict[str, Any] = field(default_factory=dict)


def call_of(case: Case) -> Call:
    """The model of a case with one model."""
    args, call = case.get("args") or {}, "\n".join(case["call"])
    if "csem(" in call or "micom_vals(" in call:
        found = _csem(call, args)
    elif "plspm(" in call:
        found = _plspm(call, case["expected"])
    else:
        found = from_args(args)
    return replace(found, options=_missing(found.options, args, call))


def from_args(args: dict[str, Any], program: str = "seminr") -> Call:
    """A model from `constructs`, `paths` and `scheme`; `approach` names weights of all constructs at once."""
    constructs = args["constructs"]
    by_name = {c["name"]: MODES.get(c["mode"] or "A", "modeA") for c in constructs}
    weights = args.get("approach") or by_name
    options: dict[str, Any] = {"scheme": SCHEMES[args.get("scheme") or "path"]}
    if args.get("disattenuate") is False:
        options["consistent"] = False
    if args.get("instruments"):
        options["instruments"] = args["instruments"]
    return Call(text_of(constructs, args["paths"]), program, weights, options)


def text_of(constructs: list[dict[str, Any]], paths: list[dict[str, str]]) -> str:
    """Blocks and paths in lavaan's syntax."""
    operator = {True: "=~", False: "<~"}
    lines = [
        f"{c['name']} {operator[bool(c['common_factor'])]} {' + '.join(c['indicators'])}" for c in constructs
    ]
    return "\n".join([*lines, *(f"{path['to']} ~ {path['from']}" for path in paths)])


def _csem(call: str, args: dict[str, Any]) -> Call:
    text = re.search(r'"([^"]*(?:=~|<~)[^"]*)"', call)
    model = "" if text is None else text.group(1)
    blocks = re.findall(r"^\s*([\w.]+)\s*(=~|<~)", model, re.M)
    names = {name for name, _ in blocks}
    model = re.sub(
        r"\b(\w+)\.(\w+)\b",
        lambda m: f"{m[1]}:{m[2]}" if {m[1], m[2]} <= names else m[0],
        model,
    )
    options: dict[str, Any] = {"scheme": _named(call, "PLS_weight_scheme_inner", "path")}
    options["consistent"] = ".disattenuate = FALSE" not in call
    if ".PLS_ignore_structural_model = TRUE" in call:
        options["neighbours"] = "all"
    if args.get("instruments"):
        options["instruments"] = args["instruments"]
    elif found := re.search(r"\.instruments = list\((.*?\))\)", call):
        options["instruments"] = {
            name: re.findall(r'"(\w+)"', inner)
            for name, inner in re.findall(r"(\w+) = c\((.*?)\)", found.group(1))
        }
    if "factor(v, ordered = TRUE)" in call or "ordered = TRUE" in call:
        options["ordered"] = True
    return Call(model, "cSEM", _csem_weights(call, blocks), options)


def _csem_weights(call: str, blocks: list[tuple[str, str]]) -> Any:
    approach = _named(call, "approach_weights", "PLS-PM")
    if approach in ("SUMCORR", "MAXVAR", "MINVAR", "GSCA"):
        return approach.lower()
    if approach != "PLS-PM":
        return MODES.get(approach, approach)
    modes = re.search(r'\.PLS_modes = (?:"(\w+)"|list\((.*?)\))', call)
    by_kind = {name: "modeA" if kind == "=~" else "modeB" for name, kind in blocks}
    if modes is None:
        common = re.search(r'^modes <- "(\w+)"', call, re.M)
        return MODES[common[1]] if common else by_kind
    if modes[1]:
        return MODES[modes[1]]
    return by_kind | {name: MODES[mode] for name, mode in re.findall(r'(\w+) = "(\w+)"', modes[2])}


def _named(call: str, name: str, default: str) -> str:
    found = re.search(rf'\.{name} = "([\w-]+)"', call)
    return found[1] if found else default


def _plspm(call: str, expected: dict[str, Any]) -> Call:
    """Modes and scheme stand in the call; blocks and paths by name in what it printed, in its own order."""
    blocks: dict[str, list[str]] = {}
    for row in expected["weights"]:
        blocks.setdefault(row["construct"], []).append(row["indicator"])
    modes = re.search(r"modes = (?:rep\(\"(\w)\"|c\((.*?)\))", call)
    each = (
        re.findall(r'"(\w)"', modes[2]) if modes and modes[2] else [modes[1] if modes else "A"] * len(blocks)
    )
    scheme = re.search(r'scheme = "(\w+)"', call)
    lines = [f"{name} <~ {' + '.join(items)}" for name, items in blocks.items()]
    text = "\n".join([*lines, *(f"{path['to']} ~ {path['from']}" for path in expected["paths"])])
    weights = {name: MODES[mode] for name, mode in zip(blocks, each, strict=True)}
    return Call(text, "plspm", weights, {"scheme": SCHEMES[scheme[1] if scheme else "centroid"]})


def _missing(options: dict[str, Any], args: dict[str, Any], call: str) -> dict[str, Any]:
    """seminr replaces gaps by means unless told otherwise."""
    mean = (
        "mean_replacement" in call
        or "mean(d[[j]], na.rm = TRUE)" in call
        or args.get("missing") == "item mean"
    )
    return options | ({"missing": "mean"} if mean or "estimate_pls(" in call else {})


def data_of(case: Case, corpus: Corpus, text: str = "") -> dict[str, Any]:
    """The columns of a case, its missing code as NaN, cut to the rows that the call keeps."""
    args, call = case.get("args") or {}, "\n".join(case["call"])
    table = corpus.table(case["data"]["file"])
    code = args.get("missing_code", -99 if re.search(r"missing_value = -99|d == -99", call) else None)
    return {
        name: [math.nan if value == code else value for value in column]
        if code is not None and isinstance(column[0], float)
        else column
        for name, column in table.items()
    }


def filled(data: dict[str, Any]) -> dict[str, Any]:
    """Gaps replaced by the mean of their column, as the call does before it cuts rows or draws folds."""
    out = {}
    for name, column in data.items():
        if isinstance(column[0], float):
            values = np.array(column, dtype=float)
            out[name] = np.where(np.isnan(values), np.nanmean(values) if len(values) else 0.0, values)
        else:
            out[name] = np.array(column)
    return out


def fitted(
    call: Call, data: dict[str, Any], expected: dict[str, Any] | None = None, **more: Any
) -> composites.CompositeResult:
    """The fit, with the signs of the expected loadings."""
    options = TIGHT | call.options | more
    if expected and "loadings" in expected:
        options["dominant"] = dominant_of(expected["loadings"])
    return composites.fit(call.text, data, weights=call.weights, **options)


def dominant_of(loadings: list[dict[str, Any]]) -> dict[str, str]:
    """Per construct the indicator that loads highest: the sign of a composite is free, and taken from the case."""
    out: dict[str, tuple[float, str]] = {}
    for row in loadings:
        held = out.get(row["construct"], (0.0, ""))
        if row["est"] is not None and row["est"] > held[0]:
            out[row["construct"]] = (row["est"], row["indicator"])
    return {name: indicator for name, (_, indicator) in out.items()}
