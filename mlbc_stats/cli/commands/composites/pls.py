"""The command for composites: `mlbc pls MODEL DATA`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.commands.composites.further import Further, further_tables, pair
from mlbc_stats.cli.data import AS_TOLD, Reading
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Json, Seed, kind_of_interval, names_of, told_when_few
from mlbc_stats.cli.progress import counting

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.composites import CompositeBootstrap, CompositeResult

Listed = list[str] | None
NOTHING = Further()


@guarded
@grouped
def pls(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="Model in lavaan syntax: a file or the text itself.")
    ],
    data: Annotated[Path, typer.Argument(metavar="DATA", help="CSV of raw data.")],
    weights: Annotated[
        Listed,
        typer.Option(
            "--weights",
            help="Weights of all constructs: modeA, modeB, pca, unit, gsca, ...; or of one: f=modeB (repeatable).",
        ),
    ] = None,
    scheme: Annotated[
        str, typer.Option("--scheme", help="Inner weighting: path, centroid or factorial.")
    ] = "path",
    plain: Annotated[
        bool, typer.Option("--plain", help="Leave factors (=~) uncorrected: PLS, not consistent PLS.")
    ] = False,
    missing: Annotated[str, typer.Option("--missing", help="listwise, pairwise, fiml or mean.")] = "listwise",
    ordered: Annotated[
        str | None, typer.Option("--ordered", help="Ordinal indicators, with commas, or all.")
    ] = None,
    sampling_weights: Annotated[
        str | None, typer.Option("--sampling-weights", help="Column of case weights.")
    ] = None,
    dummies: Annotated[
        Listed,
        typer.Option(
            "--dummies",
            help="Column of groups, to be used as COLUMN_GROUP; region=north names the reference.",
        ),
    ] = None,
    higher: Annotated[
        str,
        typer.Option(
            "--higher", help="Method for higher-order constructs: disjoint, embedded, repeated or scores."
        ),
    ] = "disjoint",
    products: Annotated[
        str,
        typer.Option(
            "--products",
            help="Method for products f:g: two_stage, reestimated, product_indicator or orthogonal.",
        ),
    ] = "two_stage",
    dominant: Annotated[
        Listed,
        typer.Option("--dominant", help="f=x1: the indicator of f that is to load positively (repeatable)."),
    ] = None,
    htmt: Annotated[
        str, typer.Option("--htmt", help="Kind of HTMT: absolute, signed or htmt2.")
    ] = "absolute",
    bootstrap: Annotated[
        int | None,
        typer.Option(
            "--bootstrap",
            min=2,
            callback=told_when_few,
            help="Number of resamples for errors and intervals; 5,000 for a paper.",
        ),
    ] = None,
    interval: Annotated[
        str | None,
        typer.Option("--interval", help="percentile (default), basic, normal, bc or bca; with --bootstrap."),
    ] = None,
    seed: Seed = 1,
    max_iter: Annotated[
        int | None, typer.Option("--max-iter", min=1, help="Iterations of the weights: 300, 5,000 with gsca.")
    ] = None,
    further: Further = NOTHING,
    reading: Reading = AS_TOLD,
    json: Json = False,
) -> None:
    """Composites and partial least squares, with the tables of a PLS study.

    `f <~ x1 + x2` is a composite, `f =~ x1 + x2` a common factor (corrected for attenuation), `g ~ f` a path. Exit
    code 1: the numbers must not be trusted (no convergence, a loading or reliability above one, an undefined one).

    \b
    mlbc pls model.lav data.csv
    mlbc pls "f <~ x1 + x2; g <~ y1 + y2; g ~ f" data.csv --weights modeA --weights f=modeB
    mlbc pls model.lav data.csv --bootstrap 5000 --interval bca --seed 1 --htmt htmt2
    mlbc pls model.lav data.csv --segments 4 --tetrads 5000 --predict 10
    """
    from mlbc_stats import composites
    from mlbc_stats.cli.data import read_frame, read_model, speaking_of

    kind = kind_of_interval(interval, bootstrap)
    text, frame = read_model(model, reading.encoding), read_frame(data, reading)
    with speaking_of(frame):
        for each in dummies or []:
            column, _, reference = each.partition("=")
            frame = frame.join(composites.dummies(frame, column, reference or None))
        result = composites.fit(
            text,
            frame,
            weights=_weights(weights),
            scheme=scheme,
            consistent=not plain,
            missing=missing,
            ordered=_ordered(ordered),
            sampling_weights=sampling_weights,
            higher=higher,
            products=products,
            dominant=dict(pair(each, "--dominant") for each in dominant or []),
            max_iter=max_iter,
        )
    with counting("drawing resamples", bootstrap is not None) as progress:
        drawn = None
        if bootstrap is not None and result.converged:
            drawn = composites.bootstrap(result, bootstrap, seed=seed, progress=progress)
    tables = _tables(result, drawn, kind, htmt)
    if result.converged:
        tables |= dict(further_tables(result, further, seed))
    _show(result, tables, drawn, json)
    if not result.converged or result.doubtful:
        raise typer.Exit(NOT_TRUSTWORTHY)


def _weights(given: Listed) -> str | dict[str, str]:
    """One mode for all, or those of single constructs with the one for all as the others'."""
    common = [each for each in given or [] if "=" not in each]
    single = dict(pair(each, "--weights") for each in given or [] if "=" in each)
    if len(common) > 1:
        raise typer.BadParameter(f"two kinds for all constructs: {', '.join(common)}", param_hint="--weights")
    if not single:
        return common[0] if common else "modeA"
    return single | {"": common[0]} if common else single


def _ordered(given: str | None) -> bool | list[str]:
    if given is None:
        return []
    return True if given == "all" else names_of(given, "--ordered")


def _tables(
    result: CompositeResult, drawn: CompositeBootstrap | None, interval: str, htmt: str
) -> dict[str, pd.DataFrame]:
    """Title → table, in the order of a report."""
    if drawn is None:
        blocks = result.weights.rename(columns={"est": "weight"}).drop(columns="op")
        blocks.insert(3, "loading", result.loadings["est"])
        paths = result.paths
        effects, specific = result.effects, result.specific_effects
    else:
        blocks = drawn.weights(interval)
        paths = drawn.paths(interval).join(result.paths[["f2", "vif"]])
        effects, specific = drawn.effects("total", interval), drawn.effects("specific", interval)
    out = {"Paths": paths, "Explained variance": result.rsquare.reset_index()}
    out |= {
        "Constructs": result.reliability.reset_index(),
        "Weights" if drawn else "Weights and loadings": blocks,
    }
    if drawn is not None:
        out["Loadings"] = drawn.loadings(interval)
    ratios = result.htmt(htmt) if drawn is None else drawn.htmt(htmt, interval)
    out["HTMT"] = ratios.rename_axis("construct").reset_index() if drawn is None else ratios
    out["Fornell-Larcker"] = result.fornell_larcker.rename_axis("construct").reset_index()
    out |= {"Total effects" if drawn else "Effects": effects, "Specific indirect effects": specific}
    out["Overall fit"] = result.fit_measures.rename_axis("measure").reset_index()
    return {title: table for title, table in out.items() if len(table)}


def _show(
    result: CompositeResult, tables: dict[str, pd.DataFrame], drawn: CompositeBootstrap | None, json: bool
) -> None:
    from mlbc_stats.cli.terminal import print_frame, print_json

    counts: dict[str, Any] = {"n": result.n, "converged": result.converged, "notes": list(result.notes)}
    if drawn is not None:
        names = result.specification.names
        counts |= {"resamples": len(drawn.draws.paths), "failures": drawn.failures}
        counts["turned"] = {name: int(k) for name, k in zip(names, drawn.turned, strict=True) if k}
    if json:
        named = {title.lower().replace(" ", "_").replace("-", "_"): table for title, table in tables.items()}
        print_json(counts | named)
        return
    for title, table in tables.items():
        print_frame(table, f"{title} (n = {result.n})" if title == "Paths" else title)
    if drawn is not None:
        turned = ", ".join(f"{name} {count}" for name, count in counts["turned"].items()) or "none"
        typer.echo(f"{counts['resamples']} resamples, {drawn.failures} without a solution; turned: {turned}")
