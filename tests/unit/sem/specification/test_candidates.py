"""The list of modification-index candidates equals lavaan's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.candidates import extend_table, freed
from mlbc_stats.sem.specification.parameter_table import ParameterTable, build_table
from tests.examples.model_list import GROUPS, REFERENCE, model_options, read_models

MODELS = read_models("candidate_models.txt")
GOLDEN = dict(
    line.split("\t", 1) for line in (REFERENCE / "tables" / "candidates.tsv").read_text().splitlines()[2:]
)
CASES = [
    path
    for path in sorted((REFERENCE / "cases").glob("*.json"))
    if '"modindices"' in path.read_text() and '"ordered"' not in path.read_text()
]


def _names(table: ParameterTable) -> list[str]:
    return [f"{p.lhs}{p.op}{p.rhs}/{p.group}" for p in extend_table(table)]


@pytest.mark.parametrize("name", MODELS)
def test_list_equals_lavaan(name: str) -> None:
    kind, args, text = MODELS[name]
    labels = GROUPS.get(args.get("group", ""), ())
    table = build_table(parse(text), model_options(kind, args), None, max(1, len(labels)), labels)
    sample = {f"{p.lhs}{p.op}{p.rhs}/{p.group}" for p in table.parameters if p.exo}
    assert _names(table) == [entry for entry in GOLDEN[name].split() if entry not in sample]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_holds_every_index_of_the_case(path: Path) -> None:
    case = json.loads(path.read_text())
    fit, expected = case["fit"], case["expected"]
    labels = expected["group_labels"] or []
    options = model_options(fit["fun"], fit["args"] or {})
    table = build_table(parse(fit["model"]), options, None, max(1, len(labels)), labels)
    listed = {f"{m['lhs']}{m['op']}{m['rhs']}/{m.get('group') or 1}" for m in expected["modindices"]}
    assert listed
    assert listed <= set(_names(table))


def test_operators_can_be_chosen() -> None:
    table = build_table(parse("f =~ x1 + x2 + x3; y ~ f"))
    assert {p.op for p in extend_table(table, ("~~",))} == {"~~"}


def test_freed_candidates_get_the_last_numbers() -> None:
    table = build_table(parse("f =~ x1 + x2 + x3; g =~ y1 + y2 + y3; f ~~ 0*g"))
    chosen = [p for p in extend_table(table) if (p.lhs, p.rhs) in (("f", "g"), ("f", "y1"))]
    larger = freed(table, chosen)
    assert larger.n_free == table.n_free + 2
    place = {(p.lhs, p.op, p.rhs): p.free for p in larger.parameters}
    assert place["f", "~~", "g"] == table.n_free + 1
    assert place["f", "=~", "y1"] == table.n_free + 2
    assert [p.free for p in larger.parameters if p.free and p.free <= table.n_free] == list(
        range(1, table.n_free + 1)
    )
