"""Products of latent variables by product indicators, and simple slopes of them."""

from __future__ import annotations

import re
import warnings
from typing import Any

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.data.products import product_indicators
from tests.reference.adapter import SHAPERS, _rows
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.sem.lms import model_text

CENTERED = {"dblcent": "double_mean", "rca": "residual", "uca": "mean", "ca": "mean", "pind": "none"}
TABLES = ("parameters", "standardized")


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    return _probed(case, corpus) if "args" not in case else _fitted(case, corpus)


def _fitted(case: Case, corpus: Corpus) -> dict[str, Any]:
    args, data = case["args"], corpus.table(case["data"]["file"])
    options = {"method": args.get("method", "dblcent")}
    if "match" in args:
        options["match"] = args["match"]
    fit = sem.fit(model_text(case), data, interactions="product", interactions_args=options)
    out = {
        name: _plain(shape(fit))
        for name, shape in SHAPERS.items()
        if name in case["expected"] and name != "group_labels"
    }
    if "parameters" in out:
        _standardize_constraints(fit, out["parameters"])
    out |= {name: _columns(out[name], case["expected"][name]) for name in TABLES if name in out}
    return out | {"products_head": _head(case, data, CENTERED[options["method"]])}


def _standardize_constraints(fit: sem.SemResult, rows: list[dict[str, Any]]) -> None:
    """lavaan writes into the rows of constraints by how much the standardized values miss them, which means nothing."""
    for column in ("std.lv", "std.all", "std.nox"):
        known: dict[str, float] = {}
        for parameter, row in zip(fit.table.parameters, rows, strict=True):
            if parameter.group:
                value = row[column] if parameter.free else row["est"]
                known |= {name: value for name in (parameter.plabel, parameter.label) if name}
        for parameter, row in zip(fit.table.parameters, rows, strict=True):
            if parameter.op == "==" and parameter.expression is not None:
                row[column] = float(evaluate(parameter.expression, known))


def _columns(rows: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns that a case has: labels and groups name rows where it has them."""
    names = {name for row in wanted for name in row}
    return [{name: value for name, value in row.items() if name in names} for row in rows]


def _plain(node: Any) -> Any:
    """Names of products without the signs in them, as the cases have them, expressions without blanks."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return re.sub(r"(?<=[^\W\d_]|\w)[.:](?=[^\W\d])", "", node) if isinstance(node, str) else node


def _head(case: Case, data: dict[str, Any], centering: str) -> dict[str, Any]:
    """The first rows of the products that the case shows."""
    table, wanted = {}, case["expected"]["products_head"]
    for name in wanted["colnames"]:
        one, other = _items(name, list(data))
        made = product_indicators(data, *_blocks(case, one, other), match=False, centering=centering)
        table[name] = made[f"{one}.{other}"] if f"{one}.{other}" in made else made[f"{other}.{one}"]
    rows = len(wanted["rownames"])
    values = [[float(table[name].iloc[i]) for name in wanted["colnames"]] for i in range(rows)]
    return {"rownames": wanted["rownames"], "colnames": wanted["colnames"], "values": values}


def _items(name: str, columns: list[str]) -> tuple[str, str]:
    return next((a, b) for a in columns for b in columns if a + b == name)


def _blocks(case: Case, one: str, other: str) -> tuple[list[str], list[str]]:
    """All items of the factors of two items: residual centring regresses on all of them."""
    factors = {
        left.strip(): [item.strip() for item in right.split("+")]
        for left, right in re.findall(r"(\w+)\s*=~([^\n;]*)", model_text(case))
    }
    return tuple(next((f for f in factors.values() if item in f), [item]) for item in (one, other))  # type: ignore[return-value]


def _probed(case: Case, corpus: Corpus) -> dict[str, Any]:
    """`indProd`, `sem` and `probe2WayMC` as the call has them."""
    call = "\n".join(case["call"])
    first, second = (
        re.findall(r'"([^"]+)"', block) for block in re.findall(r"var\d = c\(([^)]*)\)", call)[:2]
    )
    data = product_indicators(
        corpus.table(case["data"]["file"]),
        first,
        second,
        match="match = FALSE" not in call,
        centering=_centering(call),
    )
    text = re.search(r'model <- "(.*?)"', call, re.S)[1]  # type: ignore[index]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        fit = sem.fit(text, data, meanstructure=True)
    x, z, product = re.findall(r'"([^"]+)"', re.search(r"nameX = c\(([^)]*)\)", call)[1])  # type: ignore[index]
    outcome, moderator = (re.search(rf'{name} = "([^"]+)"', call)[1] for name in ("nameY", "modVar"))  # type: ignore[index]
    values = [float(v) for v in re.search(r"valProbe = c\(([^)]*)\)", call)[1].split(",")]  # type: ignore[index]
    predictor = z if moderator == x else x
    found = sem.simple_slopes(fit, outcome, predictor, moderator, values, unit="raw", product=product).table
    columns = {"slope": "est", "se": "se", "z": "z", "pvalue": "pvalue"}
    rows = [
        {moderator: row["moderator"], **{name: row[ours] for ours, name in columns.items()}}
        for row in found.to_dict("records")
    ]
    return {
        "parameters": _columns(_rows(fit.parameters), case["expected"]["parameters"]),
        "simple_slopes": rows,
    }


def _centering(call: str) -> str:
    if "residualC = TRUE" in call or "orthogonalize" in call:
        return "residual"
    if "doubleMC = FALSE" in call:
        return "none" if "meanC = FALSE" in call else "mean"
    return "none" if "meanC = FALSE" in call else "double_mean"
