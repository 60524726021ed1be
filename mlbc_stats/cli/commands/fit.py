"""The command that fits a model: `mlbc fit MODEL DATA`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.data import AS_TOLD, Reading
from mlbc_stats.cli.exit_codes import BAD_INPUT, NOT_TRUSTWORTHY, complain, guarded
from mlbc_stats.cli.fit_options import LAVAAN_DEFAULTS, FitOptions, fit_arguments
from mlbc_stats.cli.fitting import Source, fitted
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Json, kind_of_interval
from mlbc_stats.cli.progress import counting

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult
    from mlbc_stats.sem.resampling.bootstrap_result import BootstrapResult

Model = Annotated[
    str, typer.Argument(metavar="MODEL", help="Model in lavaan syntax: a file or the text itself.")
]
Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="CSV of raw data, or of a covariance matrix with --cov.")
]
Cov = Annotated[bool, typer.Option("--cov", help="DATA is a covariance matrix; needs --nobs.")]
Nobs = Annotated[
    int | None, typer.Option("--nobs", min=1, help="Number of cases behind the covariance matrix.")
]
Means = Annotated[
    Path | None, typer.Option("--means", help="CSV with the variables' means in one row, to go with --cov.")
]
Standardized = Annotated[
    bool, typer.Option("--standardized", help="Add the standardized solution with its errors.")
]
FitMeasures = Annotated[bool, typer.Option("--fit-measures", help="Print every fit measure.")]
Modification = Annotated[
    int, typer.Option("--modification-indices", min=0, help="Print the N largest modification indices.")
]

Sam = Annotated[
    str | None,
    typer.Option(
        "--sam", help="Structural after measurement, local or global: blocks of factors are fitted first."
    ),
]
Effects = Annotated[bool, typer.Option("--effects", help="Print direct, indirect and total effects.")]
Interval = Annotated[
    str | None,
    typer.Option(
        "--interval",
        help="Kind of bootstrap interval: percentile (default), basic, normal, bc or bca; with --bootstrap.",
    ),
]

MODERATED = ("lms", "qml")
"""Ways to estimate products whose results have no moments to compare with."""

USUAL = fit_arguments(LAVAAN_DEFAULTS)
"""Arguments of `sem.fit` that nobody gave."""


@guarded
@grouped
def fit(
    model: Model,
    data: Data,
    options: FitOptions = LAVAAN_DEFAULTS,
    cov: Cov = False,
    nobs: Nobs = None,
    means: Means = None,
    reading: Reading = AS_TOLD,
    standardized: Standardized = False,
    fit_measures: FitMeasures = False,
    modification: Modification = 0,
    effects: Effects = False,
    interval: Interval = None,
    sam: Sam = None,
    json: Json = False,
) -> None:
    """Fit a structural equation model; names and defaults are lavaan's.

    Exit code 1 means that the numbers must not be trusted: no convergence or an inadmissible solution.

    \b
    mlbc fit model.lav data.csv
    mlbc fit "visual =~ x1 + x2 + x3" data.csv --kind cfa --standardized
    mlbc fit model.lav data.csv --missing fiml --estimator MLR --json
    mlbc fit model.lav data.csv --group school --group-equal loadings --group-equal intercepts
    mlbc fit model.lav data.csv --ordered all --parameterization theta
    mlbc fit model.lav covariances.csv --cov --nobs 300
    mlbc fit "y ~ x; y |~ z1 + z2" data.csv --estimator IV
    mlbc fit model.lav data.csv --sam local
    mlbc fit "y ~ x + z + x:z; x =~ x1 + x2; ..." data.csv --interactions lms
    mlbc fit model.lav data.csv --bootstrap 5000 --seed 1 --interval bca
    """
    _check_products(options, sam, effects, modification)
    kind = kind_of_interval(interval, options.bootstrap)
    source = Source(data, cov, nobs, means, reading)
    arguments = fit_arguments(options)
    if sam is not None:
        arguments = {name: value for name, value in arguments.items() if value != USUAL.get(name)}
    with counting("drawing resamples", options.bootstrap is not None and sam is None) as progress:
        told = {} if progress is None else {"progress": progress}
        result = fitted(model, source, arguments | told, sam)
    if options.interactions in MODERATED:
        _print_moderated(result, json, standardized, fit_measures)
        return
    drawn = _drawn(result, options)
    if json:
        _print_json(result, modification, effects, drawn, kind)
    else:
        _print_text(result, standardized, fit_measures, modification)
        if effects and result.converged:
            _print_effects(result)
        if drawn is not None:
            _print_bootstrap(drawn, kind)
    if not result.converged or result.doubts:
        raise typer.Exit(NOT_TRUSTWORTHY)


def _check_products(options: FitOptions, sam: str | None, effects: bool, modification: int) -> None:
    """Refuse what a fit with products would leave out without a word."""
    if options.interactions is None:
        if options.interactions_args:
            raise complain("--interactions-args goes with --interactions product", BAD_INPUT)
        return
    beside = {"--sam": sam is not None}
    if options.interactions in MODERATED:
        beside |= {"--effects": effects, "--modification-indices": modification > 0}
    asked = [name for name, given in beside.items() if given]
    if asked:
        told = f"--interactions {options.interactions} does not serve {', '.join(asked)}"
        raise complain(f"{told}; leave {'it' if len(asked) == 1 else 'them'} out", BAD_INPUT)


def _print_moderated(result: Any, json: bool, standardized: bool, every_measure: bool) -> None:
    """A fit with products of latent variables; exit code 1 where it must not be trusted."""
    from mlbc_stats.cli.terminal import print_frame, print_json

    if json:
        tests = {"wald": result.wald} if result.converged else {}
        if result.converged and result.interactions == "lms":
            tests["likelihood_ratio"] = result.likelihood_ratio
        print_json(
            {
                "converged": result.converged,
                "warnings": list(result.warnings),
                "nobs": result.nobs,
                "interactions": result.interactions,
                "parameters": result.parameters,
                "standardized": result.standardized if result.converged else None,
                "product_rsquare": result.product_rsquare if result.converged else None,
                "fit_measures": result.fit_measures if result.converged else None,
                **tests,
            }
        )
    else:
        typer.echo(result.summary())
        if every_measure and result.converged:
            measures = result.fit_measures.rename_axis("measure").rename("value").reset_index()
            print_frame(measures, "Every fit measure")
        if standardized and result.converged:
            frame = result.standardized.drop(columns="label")
            print_frame(
                frame, "Standardized solution, delta-method errors", formats={"pvalue": "p"}, index=False
            )
    if not result.converged or result.doubts:
        raise typer.Exit(NOT_TRUSTWORTHY)


def _drawn(result: SemResult, options: FitOptions) -> BootstrapResult | None:
    """Resamples where their number was given, but for a Bollen–Stine test alone; None without a solution."""
    from mlbc_stats.cli.bootstrap_tables import draw

    tested = result.method.test == "bollen.stine" and result.method.se != "bootstrap"
    if options.bootstrap is None or tested or not result.converged:
        return None
    return draw(result, options.bootstrap, options.seed)


def _print_bootstrap(drawn: BootstrapResult, interval: str) -> None:
    from mlbc_stats.cli.bootstrap_tables import bootstrap_tables, heading
    from mlbc_stats.cli.terminal import print_frame

    for name, frame in bootstrap_tables(drawn, interval).items():
        print_frame(frame, heading(name, drawn, interval), index=False)


def _print_json(
    result: SemResult, modification: int, effects: bool, drawn: BootstrapResult | None, interval: str
) -> None:
    from mlbc_stats import sem
    from mlbc_stats.cli.bootstrap_tables import bootstrap_tables
    from mlbc_stats.cli.terminal import print_json

    extra: dict[str, Any] = {"modification_indices": _indices(result, modification)} if modification else {}
    if effects:
        extra["effects"] = sem.effects(result) if result.converged else None
    if drawn is not None:
        extra["bootstrap"] = {"interval": interval, "failures": drawn.failures, "seed": drawn.seed}
        extra["bootstrap"] |= bootstrap_tables(drawn, interval)
    if result.equations:
        extra |= {"sargan": result.sargan, "instruments": result.instruments}
    print_json(
        {
            "converged": result.converged,
            "warnings": list(result.warnings),
            "nobs": result.nobs,
            "estimator": result.method.estimator,
            "parameters": result.parameters,
            "standardized": result.standardized,
            "fit_measures": result.fit_measures if result.converged else None,
            **extra,
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


def _print_effects(result: SemResult) -> None:
    from mlbc_stats import sem
    from mlbc_stats.cli.terminal import print_frame

    table = sem.effects(result)
    frame = table if table["group"].nunique() > 1 else table.drop(columns="group")
    print_frame(frame, "Direct, indirect and total effects", formats={"pvalue": "p"}, index=False)


def _indices(result: SemResult, count: int) -> Any:
    """The largest modification indices; None without a solution."""
    from mlbc_stats import sem

    return sem.modification_indices(result, maximum_number=count) if result.converged else None
