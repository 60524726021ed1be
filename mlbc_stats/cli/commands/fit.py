"""The command that fits a model: `mlbc fit MODEL DATA`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded
from mlbc_stats.cli.fitting import Reading, Source, fitted, settings
from mlbc_stats.cli.options import Decimal, Delimiter, Encoding, Json

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult

Model = Annotated[
    str, typer.Argument(metavar="MODEL", help="Model in lavaan syntax: a file or the text itself.")
]
Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="CSV of raw data, or of a covariance matrix with --cov.")
]
Kind = Annotated[str, typer.Option("--kind", help="Defaults to apply: cfa, sem, growth or lavaan (none).")]
Estimator = Annotated[
    str,
    typer.Option(
        "--estimator", help="ML, MLR, MLM, MLMV, MLF, GLS, ULS, WLS, ...; ordinal: WLSMV, DWLS, ULSMV, ..."
    ),
]
Missing = Annotated[
    str,
    typer.Option("--missing", help="listwise, fiml, ml.x, two.stage, robust.two.stage; ordinal: pairwise."),
]
Ordered = Annotated[
    list[str] | None,
    typer.Option("--ordered", help="Ordinal variable (repeatable); 'all' for every one that is explained."),
]
Group = Annotated[str | None, typer.Option("--group", help="Column that names the groups.")]
GroupEqual = Annotated[
    list[str] | None,
    typer.Option("--group-equal", help="Parameters equal over groups, e.g. loadings (repeatable)."),
]
GroupPartial = Annotated[
    list[str] | None,
    typer.Option("--group-partial", help="Exception to --group-equal, e.g. 'x3~1' (repeatable)."),
]
StdLv = Annotated[
    bool, typer.Option("--std-lv", help="Fix latent variances to 1 instead of the first loadings.")
]
StdOv = Annotated[bool, typer.Option("--std-ov", help="Standardize the observed variables first.")]
EffectCoding = Annotated[
    bool, typer.Option("--effect-coding", help="Loadings average 1 and intercepts sum to 0.")
]
Orthogonal = Annotated[bool, typer.Option("--orthogonal", help="Latent covariances are zero.")]
MeanStructure = Annotated[
    bool | None, typer.Option("--meanstructure/--no-meanstructure", help="With or without means.")
]
FixedX = Annotated[
    bool, typer.Option("--fixed-x/--free-x", help="Take moments of covariates from the sample.")
]
Likelihood = Annotated[str, typer.Option("--likelihood", help="normal (divisor n) or wishart (n-1).")]
Information = Annotated[str | None, typer.Option("--information", help="expected, observed or first.order.")]
Se = Annotated[str | None, typer.Option("--se", help="Errors: standard, robust, bootstrap, none, ...")]
Test = Annotated[str | None, typer.Option("--test", help="Test statistic: standard, satorra.bentler, ...")]
Cluster = Annotated[str | None, typer.Option("--cluster", help="Column that names the clusters.")]
Weights = Annotated[str | None, typer.Option("--sampling-weights", help="Column of sampling weights.")]
Constraints = Annotated[str, typer.Option("--constraints", help="Further constraints in lavaan syntax.")]
Auxiliary = Annotated[list[str] | None, typer.Option("--auxiliary", help="Saturated correlate (repeatable).")]
Bootstrap = Annotated[int | None, typer.Option("--bootstrap", help="Resamples for --se bootstrap.")]
MaxIter = Annotated[int | None, typer.Option("--max-iter", help="Most iterations of the optimizer.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of the bootstrap.")]
Cov = Annotated[bool, typer.Option("--cov", help="DATA is a covariance matrix; needs --nobs.")]
Nobs = Annotated[
    int | None, typer.Option("--nobs", min=1, help="Number of cases behind the covariance matrix.")
]
Means = Annotated[
    Path | None, typer.Option("--means", help="CSV with the variables' means in one row, to go with --cov.")
]
Parameterization = Annotated[
    str, typer.Option("--parameterization", help="delta or theta, for ordinal data.")
]
Rotation = Annotated[str, typer.Option("--rotation", help="Rotation of exploratory blocks, e.g. geomin.")]
RotationArgs = Annotated[
    list[str] | None,
    typer.Option("--rotation-args", help="Setting of the rotation, name=value (repeatable)."),
]
Standardized = Annotated[
    bool, typer.Option("--standardized", help="Add the standardized solution with its errors.")
]
FitMeasures = Annotated[bool, typer.Option("--fit-measures", help="Print every fit measure.")]
Modification = Annotated[
    int, typer.Option("--modification-indices", min=0, help="Print the N largest modification indices.")
]

LISTS = ("ordered", "group_equal", "group_partial", "auxiliary")
SERVED = [
    "kind",
    "estimator",
    "missing",
    "ordered",
    "group",
    "group_equal",
    "group_partial",
    "std_lv",
    "std_ov",
    "effect_coding",
    "orthogonal",
    "meanstructure",
    "fixed_x",
    "likelihood",
    "information",
    "se",
    "test",
    "cluster",
    "sampling_weights",
    "constraints",
    "auxiliary",
    "bootstrap",
    "max_iter",
    "seed",
    "parameterization",
    "rotation",
    "rotation_args",
]


@guarded
def fit(
    model: Model,
    data: Data,
    kind: Kind = "sem",
    estimator: Estimator = "ML",
    missing: Missing = "listwise",
    ordered: Ordered = None,
    group: Group = None,
    group_equal: GroupEqual = None,
    group_partial: GroupPartial = None,
    std_lv: StdLv = False,
    std_ov: StdOv = False,
    effect_coding: EffectCoding = False,
    orthogonal: Orthogonal = False,
    meanstructure: MeanStructure = None,
    fixed_x: FixedX = True,
    likelihood: Likelihood = "normal",
    information: Information = None,
    se: Se = None,
    test: Test = None,
    cluster: Cluster = None,
    sampling_weights: Weights = None,
    constraints: Constraints = "",
    auxiliary: Auxiliary = None,
    bootstrap: Bootstrap = None,
    max_iter: MaxIter = None,
    seed: Seed = None,
    parameterization: Parameterization = "delta",
    rotation: Rotation = "geomin",
    rotation_args: RotationArgs = None,
    cov: Cov = False,
    nobs: Nobs = None,
    means: Means = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    decimal: Decimal = None,
    standardized: Standardized = False,
    fit_measures: FitMeasures = False,
    modification: Modification = 0,
    json: Json = False,
) -> None:
    """Fit a structural equation model; names and defaults are lavaan's.

    Exit code 1 says that the numbers must not be trusted: no convergence or an inadmissible solution.

    \b
    mlbc fit model.lav data.csv
    mlbc fit "visual =~ x1 + x2 + x3" data.csv --kind cfa --standardized
    mlbc fit model.lav data.csv --missing fiml --estimator MLR --json
    mlbc fit model.lav data.csv --group school --group-equal loadings --group-equal intercepts
    mlbc fit model.lav data.csv --ordered all --parameterization theta
    mlbc fit model.lav covariances.csv --cov --nobs 300
    """
    given = dict(locals())
    given["rotation_args"] = settings(rotation_args)
    arguments = {name: tuple(value or ()) if name in LISTS else value for name, value in given.items()}
    if arguments["ordered"] == ("all",):
        arguments["ordered"] = True
    source = Source(data, cov, nobs, means, Reading(encoding, delimiter, decimal))
    result = fitted(model, source, {name: arguments[name] for name in SERVED})
    if json:
        _print_json(result, modification)
    else:
        _print_text(result, standardized, fit_measures, modification)
    if not result.converged or result.doubts:
        raise typer.Exit(NOT_TRUSTWORTHY)


def _print_json(result: SemResult, modification: int) -> None:
    from mlbc_stats.cli.terminal import print_json

    indices = {"modification_indices": _indices(result, modification)} if modification else {}
    print_json(
        {
            "converged": result.converged,
            "warnings": list(result.warnings),
            "nobs": result.nobs,
            "estimator": result.method.estimator,
            "parameters": result.parameters,
            "standardized": result.standardized,
            "fit_measures": result.fit_measures if result.converged else None,
            **indices,
        }
    )


def _print_text(result: SemResult, standardized: bool, every_measure: bool, modification: int) -> None:
    """The summary; more tables where asked for, none that looks fine when the fit is not."""
    from mlbc_stats.cli.terminal import print_frame

    typer.echo(result.summary())
    if every_measure and result.converged:
        measures = result.fit_measures.rename_axis("measure").rename("value").reset_index()
        print_frame(measures, "Every fit measure")
    if standardized and result.converged:
        rows = result.standardized
        frame = rows if rows["group"].nunique() > 1 else rows.drop(columns="group")
        print_frame(frame, "Standardized solution, delta-method errors", formats={"pvalue": "p"}, index=False)
    if modification and result.converged:
        print_frame(_indices(result, modification), "Modification indices", index=False)


def _indices(result: SemResult, count: int) -> Any:
    """The largest modification indices; None without a solution."""
    from mlbc_stats import sem

    return sem.modification_indices(result, maximum_number=count) if result.converged else None
