"""The models of tests/reference/tables, for tests that want a wide range of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.specification.parameter_table import ModelOptions, ParameterTable, build_table

REFERENCE = Path(__file__).parents[1] / "reference"
GROUPS = {"g2": ("A", "B"), "g3": ("A", "B", "C")}
MEAN_GIVEN = ("ml", "fiml", "ml.x", "two.stage", "robust.two.stage")


def build(name: str) -> ParameterTable:
    """The table of one listed model."""
    kind, args, text = MODELS[name]
    labels = GROUPS.get(args.get("group", ""), ())
    constraints = parse(args["constraints"]) if "constraints" in args else ()
    return build_table(parse(text), model_options(kind, args), None, max(1, len(labels)), labels, constraints)


def model_options(kind: str, args: dict[str, Any]) -> ModelOptions:
    """Options from lavaan 0.6's argument names; its `<~` makes formative latent variables."""
    plain = {
        key.replace(".", "_"): value
        for key, value in args.items()
        if key.startswith(("auto.", "int.", "orthogonal")) or key in ("std.lv", "fixed.x", "meanstructure")
    }
    if args.get("missing") in MEAN_GIVEN or args.get("sample.mean"):
        plain["meanstructure"] = True
    return ModelOptions(
        kind=kind,
        composites=False,
        effect_coding=_entries(args.get("effect.coding")),
        group_equal=_entries(args.get("group.equal")),
        group_partial=_entries(args.get("group.partial")),
        **plain,
    )


def _entries(value: Any) -> tuple[str, ...]:
    if value is None or value is False:
        return ()
    if value is True:
        return ("loadings", "intercepts")
    return (value,) if isinstance(value, str) else tuple(value)


def read_models(file: str) -> dict[str, tuple[str, dict[str, Any], str]]:
    """Kind, lavaan's arguments and text of each model in a file of tests/reference/tables."""
    models = {}
    for block in (REFERENCE / "tables" / file).read_text().split("@")[1:]:
        head, _, model = block.partition("\n")
        name, kind, *settings = head.split(" ")
        args: dict[str, Any] = {}
        for setting in settings:
            key, _, value = setting.partition("=")
            args[key] = value.split(",") if "," in value else {"TRUE": True, "FALSE": False}.get(value, value)
        models[name] = (kind, args, model)
    return models


MODELS = read_models("models.txt")
