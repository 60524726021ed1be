"""The options of a fit: names and defaults are those of `sem.fit`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any

import typer

from mlbc_stats.cli.exit_codes import BAD_INPUT, complain
from mlbc_stats.cli.options import told_when_few
from mlbc_stats.number_text import Convention

LISTS = ("ordered", "group_equal", "group_partial", "auxiliary", "aux")
"""Options that may be repeated."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """What `mlbc fit` hands to `sem.fit`, option by option."""

    kind: Annotated[
        str, typer.Option("--kind", help="Defaults to apply: cfa, sem, growth or lavaan (none).")
    ] = "sem"
    estimator: Annotated[
        str,
        typer.Option(
            "--estimator",
            help="ML, MLR, MLM, MLMV, MLF, GLS, ULS, WLS, ..., IV (instruments); ordinal: WLSMV, DWLS, ULSMV, ...",
        ),
    ] = "ML"
    missing: Annotated[
        str,
        typer.Option(
            "--missing", help="listwise, fiml, ml.x, two.stage, robust.two.stage; ordinal: pairwise."
        ),
    ] = "default"
    ordered: Annotated[
        list[str] | None,
        typer.Option(
            "--ordered", help="Ordinal variable (repeatable); 'all' for every one that is explained."
        ),
    ] = None
    group: Annotated[str | None, typer.Option("--group", help="Column that names the groups.")] = None
    group_equal: Annotated[
        list[str] | None,
        typer.Option("--group-equal", help="Parameters equal over groups, e.g. loadings (repeatable)."),
    ] = None
    group_partial: Annotated[
        list[str] | None,
        typer.Option("--group-partial", help="Exception to --group-equal, e.g. 'x3~1' (repeatable)."),
    ] = None
    std_lv: Annotated[
        bool, typer.Option("--std-lv", help="Fix latent variances to 1 instead of the first loadings.")
    ] = False
    std_ov: Annotated[bool, typer.Option("--std-ov", help="Standardize the observed variables first.")] = (
        False
    )
    effect_coding: Annotated[
        bool, typer.Option("--effect-coding", help="Loadings average 1 and intercepts sum to 0.")
    ] = False
    orthogonal: Annotated[bool, typer.Option("--orthogonal", help="Latent covariances are zero.")] = False
    meanstructure: Annotated[
        bool | None,
        typer.Option("--meanstructure/--no-meanstructure", help="Whether the model includes means."),
    ] = None
    fixed_x: Annotated[
        bool, typer.Option("--fixed-x/--free-x", help="Take moments of covariates from the sample.")
    ] = True
    likelihood: Annotated[str, typer.Option("--likelihood", help="normal (divisor n) or wishart (n-1).")] = (
        "normal"
    )
    information: Annotated[
        str | None, typer.Option("--information", help="expected, observed or first.order.")
    ] = None
    se: Annotated[str | None, typer.Option("--se", help="Errors: standard, robust, bootstrap, none, ...")] = (
        None
    )
    test: Annotated[
        list[str] | None,
        typer.Option(
            "--test", help="Test: standard, satorra.bentler, browne.residual.nt, fmg, ... (repeatable)."
        ),
    ] = None
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="Column that names the clusters, of models with level: blocks, too."),
    ] = None
    sampling_weights: Annotated[
        str | None, typer.Option("--sampling-weights", help="Column of sampling weights.")
    ] = None
    constraints: Annotated[
        str, typer.Option("--constraints", help="Further constraints in lavaan syntax.")
    ] = ""
    composites: Annotated[
        bool | None,
        typer.Option(
            "--composites/--no-composites",
            help="C <~ x1 + x2: a weighted sum, or a formative latent variable.",
        ),
    ] = None
    auxiliary: Annotated[
        list[str] | None,
        typer.Option("--auxiliary", help="Auxiliary variable, as a saturated correlate (repeatable)."),
    ] = None
    aux: Annotated[
        list[str] | None,
        typer.Option(
            "--aux", help="The same under lavaan's name, which leaves out binary variables (repeatable)."
        ),
    ] = None
    bootstrap: Annotated[
        int | None,
        typer.Option("--bootstrap", callback=told_when_few, help="Resamples: intervals of everything."),
    ] = None
    se_def: Annotated[
        str, typer.Option("--se-def", help="Errors of definitions and effects: delta or monte_carlo.")
    ] = "delta"
    se_delta_second_order: Annotated[
        bool,
        typer.Option("--se-delta-second-order", help="Second-order delta method for defined parameters."),
    ] = False
    monte_carlo: Annotated[
        list[str] | None,
        typer.Option("--monte-carlo", help="Setting of --se-def monte_carlo: R=20000, seed=1 (repeatable)."),
    ] = None
    max_iter: Annotated[
        int | None, typer.Option("--max-iter", help="Limit of the optimizer's iterations.")
    ] = None
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the bootstrap.")] = None
    parameterization: Annotated[
        str, typer.Option("--parameterization", help="delta or theta, for ordinal data.")
    ] = "delta"
    rotation: Annotated[
        str, typer.Option("--rotation", help="Rotation of exploratory blocks, e.g. geomin.")
    ] = "geomin"
    rotation_args: Annotated[
        list[str] | None,
        typer.Option("--rotation-args", help="Setting of the rotation, name=value (repeatable)."),
    ] = None

    interactions: Annotated[
        str | None,
        typer.Option("--interactions", help="Products such as x:z in the model: lms, qml or product."),
    ] = None
    interactions_args: Annotated[
        list[str] | None,
        typer.Option(
            "--interactions-args", help="Setting of product indicators: method=rca, match=true (repeatable)."
        ),
    ] = None
    compat: Annotated[
        str, typer.Option("--compat", help="Version of lavaan to follow where they differ: 0.7 or 0.6.")
    ] = "0.7"
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            help="Any other option of lavaan: bounds=standard, mimic=Mplus, auto.var=true (repeatable).",
        ),
    ] = None


LAVAAN_DEFAULTS = FitOptions()


def fit_arguments(options: FitOptions) -> dict[str, Any]:
    """Arguments of `sem.fit`: repeated options as tuples, ``--ordered all`` as True, settings of the rotation read.

    Examples
    --------
    >>> fit_arguments(FitOptions(ordered=["all"], auxiliary=["z"]))["ordered"]
    True
    """
    given = {each.name: getattr(options, each.name) for each in fields(options)}
    given |= {name: tuple(given[name] or ()) for name in LISTS}
    given["test"] = tuple(options.test) if options.test else None
    given["ordered"] = given["ordered"] == ("all",) or given["ordered"]
    given["rotation_args"] = _settings(options.rotation_args, "--rotation-args")
    settings = _settings(options.interactions_args, "--interactions-args")
    given["interactions_args"] = settings and {name: _plain(value) for name, value in settings.items()}
    given["monte_carlo"] = _settings(options.monte_carlo, "--monte-carlo")
    further = _settings(given.pop("option"), "--option") or {}
    return given | {name: _plain(value) for name, value in further.items()}


def _plain(value: float | str) -> Any:
    """A value of an option of lavaan: true and false as such, parts between commas as a tuple.

    Examples
    --------
    >>> _plain("true"), _plain("observed,expected"), _plain("0.5,0"), _plain(3.0)
    (True, ('observed', 'expected'), (0.5, 0.0), 3.0)
    """
    if not isinstance(value, str):
        return value
    if value.casefold() in ("true", "false"):
        return value.casefold() == "true"
    if "," not in value:
        return value
    parts = [Convention(given=".").read(part) or (part,) for part in value.split(",")]
    return tuple(part[0] for part in parts)


def _settings(pairs: list[str] | None, option: str) -> dict[str, float | str] | None:
    """Settings written as name=value; a value that is a number becomes one.

    Examples
    --------
    >>> _settings(["gamma=0.5", "row_weights=kaiser"], "--rotation-args")
    {'gamma': 0.5, 'row_weights': 'kaiser'}
    """
    if not pairs:
        return None
    found: dict[str, float | str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not (name and sign and value):
            raise complain(f"{option} {pair}: expected name=value", BAD_INPUT)
        readings = Convention(given=".").read(value)
        found[name] = readings[0] if readings else value
    return found
