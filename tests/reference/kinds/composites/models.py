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
        found = _plspm(call)
    else:
        found = from_args(args)
    return replace(found, options=_missing(found.options, args, call))


def from_args(args: dict[str, Any], program: str = "seminr") -> Call:
    """A model from `constructs`, `paths` and `scheme`."""
    constructs = args["constructs"]
    weights = {c["name"]: MODES.get(c["mode"] or "A", "modeA") for c in constructs}
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
    text = re.search(r'model <- "(.*?)"', call, re.S)
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


def _plspm(call: str) -> Call:
    found = re.search(r"matrix\(c\(([\d,\s]+)\)", call)
    names = re.findall(
        r'"(\w+)"', (re.search(r"lv <- c\((.*?)\)", call) or re.search(r"list\(c\((.*?)\)", call))[1]
    )  # type: ignore[index]
    cells = [int(cell) for cell in re.findall(r"\d", found[1])]  # type: ignore[index]
    inside = np.array(cells).reshape(len(names), len(names))
    modes = re.search(r"modes = (?:rep\(\"(\w)\"|c\((.*?)\))", call)
    each = [modes[1]] * len(names) if modes and modes[1] else re.findall(r'"(\w)"', modes[2] if modes else "")
    scheme = re.search(r'scheme = "(\w+)"', call)
    blocks = _plspm_blocks(call)
    paths = [(names[j], names[i]) for i, j in zip(*np.nonzero(inside), strict=True)]
    lines = [
        f"{name} <~ {' + '.join(block)}" if isinstance(block[0], str) else f"{name} <~ @{block[0]}-{block[1]}"
        for name, block in zip(names, blocks, strict=True)
    ]
    text = "\n".join([*lines, *(f"{target} ~ {source}" for source, target in paths)])
    weights = {name: MODES[mode] for name, mode in zip(names, each, strict=True)}
    return Call(text, "plspm", weights, {"scheme": SCHEMES[scheme[1] if scheme else "centroid"]})


def _plspm_blocks(call: str) -> list[Any]:
    """Blocks as columns by name, or as the first and last of their numbers."""
    numbered = re.search(r"blocks <- list\(([\d:,\s]+)\)", call)
    if numbered:
        return [tuple(map(int, part.split(":"))) for part in numbered[1].split(",")]
    listed = re.search(r"path, list\((.*?\))\)", call, re.S)
    return [re.findall(r'"(\w+)"', part) for part in re.findall(r"c\((.*?)\)", listed[1] if listed else "")]


def _missing(options: dict[str, Any], args: dict[str, Any], call: str) -> dict[str, Any]:
    mean = (
        "mean_replacement" in call
        or "mean(d[[j]], na.rm = TRUE)" in call
        or args.get("missing") == "item mean"
    )
    return options | ({"missing": "mean"} if mean else {})


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
    text = _numbered(call.text, list(data))
    options = TIGHT | call.options | more
    if expected and "loadings" in expected:
        options["dominant"] = dominant_of(expected["loadings"])
    return composites.fit(text, data, weights=call.weights, **options)


def _numbered(text: str, names: list[str]) -> str:
    """Blocks given by the numbers of columns (`@1-5`) by name."""
    return re.sub(r"@(\d+)-(\d+)", lambda m: " + ".join(names[int(m[1]) - 1 : int(m[2])]), text)


def dominant_of(loadings: list[dict[str, Any]]) -> dict[str, str]:
    """Per construct the indicator that loads highest: the sign of a composite is free, and taken from the case."""
    out: dict[str, tuple[float, str]] = {}
    for row in loadings:
        held = out.get(row["construct"], (0.0, ""))
        if row["est"] is not None and row["est"] > held[0]:
            out[row["construct"]] = (row["est"], row["indicator"])
    return {name: indicator for name, (_, indicator) in out.items()}
