"""The command for exploratory factors: `mlbc factor FILE`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.data import AS_TOLD, Reading
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, complain, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import (
    FIGURES,
    AnswersTo,
    Force,
    Items,
    ItemsFile,
    Json,
    Seed,
    names_of,
    refuse_data,
)

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.factor import FactorResult, Retention


@guarded
@grouped
def factor(
    file: ItemsFile,
    factors: Annotated[
        int | None,
        typer.Option("--factors", "-m", help="Number of factors; by default what most rules suggest."),
    ] = None,
    items: Items = None,
    instrument: AnswersTo = None,
    method: Annotated[str, typer.Option("--method", help="minres, ml, pa, gls, wls or dwls.")] = "minres",
    rotation: Annotated[
        str, typer.Option("--rotation", help="oblimin, geomin, varimax, promax, bifactor, none, ...")
    ] = "oblimin",
    correlation: Annotated[
        str, typer.Option("--correlation", help="pearson, spearman or polychoric.")
    ] = "pearson",
    missing: Annotated[str, typer.Option("--missing", help="listwise, pairwise or two.stage.")] = "listwise",
    errors: Annotated[
        str, typer.Option("--errors", help="auto, normal, robust, bootstrap or none.")
    ] = "auto",
    scree: Annotated[
        Path | None, typer.Option("--scree", help="File for the scree plot (.svg or .png).")
    ] = None,
    comparison: Annotated[
        bool,
        typer.Option(
            "--comparison", help="Also use comparison data to find the number of factors (takes seconds)."
        ),
    ] = False,
    seed: Seed = 1,
    reading: Reading = AS_TOLD,
    force: Force = False,
    json: Json = False,
) -> None:
    """How many factors items have, and exploratory factors with errors of the loadings.

    Prints what each rule says (parallel analysis, MAP, empirical Kaiser criterion, Hull, tests of fit), then the
    rotated loadings. Exit code 1: the solution cannot be trusted (Heywood case, no convergence, no common factor).

    \b
    mlbc factor data.csv --items x1,x2,x3,x4,x5,x6,x7,x8,x9
    mlbc factor data.csv --factors 3 --method ml --rotation geomin --errors robust
    mlbc factor answers.csv --instrument mlbc_alignment --correlation polychoric --scree scree.svg
    """
    from mlbc_stats import factor as room
    from mlbc_stats.report import scree_plot

    if scree is not None:
        refuse_data(scree, force, FIGURES, "--scree")
    frame, synthetic = items_of(file, instrument, items, reading)
    found = room.retention(frame, correlation=correlation, missing=missing, comparison=comparison, seed=seed)
    if scree is not None:
        say(f"scree plot written to {scree_plot(found, synthetic=synthetic).save(scree)}")
    if factors is None and found.low == 0 and "no common factor" in found.advice:
        raise complain(found.advice, NOT_TRUSTWORTHY)
    result = room.fit(
        frame,
        factors or _advised(found),
        method=method,
        rotation=rotation,
        correlation=correlation,
        missing=missing,
        errors=errors,
        seed=seed,
    )
    _show(found, result, json, synthetic)
    if result.heywood or not result.converged:
        raise typer.Exit(NOT_TRUSTWORTHY)


def items_of(
    file: Path, instrument: str | None, items: str | None, reading: Reading
) -> tuple[pd.DataFrame, bool | None]:
    """The items, and whether no respondent gave the answers (None: a plain table does not say)."""
    from mlbc_stats import survey
    from mlbc_stats.cli.data import ROW_NAMES, read_frame

    synthetic = None
    if instrument:
        answers = survey.read(file, instrument, encoding=reading.encoding, delimiter=reading.delimiter)
        frame, synthetic = survey.keyed(answers), answers.synthetic
    else:
        frame = read_frame(file, reading)
        frame = frame[[name for name in frame.columns if name != ROW_NAMES]]
    if items is not None:
        from mlbc_stats.moments.columns import read_columns

        names = names_of(items, "--items")
        read_columns(frame, names)  # unknown names get their message
        frame = frame[names]
    return frame, synthetic


def _advised(found: Retention) -> int:
    """What most counted rules suggest: the number in the sentence of advice."""
    import re

    numbers = re.search(r"suggest (\d+)", found.advice)
    return int(numbers[1]) if numbers else max(found.low, 1)


def _show(found: Retention, result: FactorResult, json: bool, synthetic: bool | None) -> None:
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.report import frame_table

    if json:
        print_json(_as_dict(found, result) | {"synthetic": synthetic})
        return
    print_table(
        frame_table(
            found.table, "Number of factors, rule by rule", notes=(found.advice,), synthetic=synthetic
        )
    )
    how = f"{result.method}, {result.rotated.rotation}"
    title = f"Loadings of {result.n_factors} factors ({how}), n = {round(result.n)}"
    print_table(frame_table(result.table.rename_axis("item").reset_index(), title, synthetic=synthetic))
    rows = result.parameters
    if result.errors != "none":
        errors = rows[rows["op"] == "=~"].pivot_table(index="rhs", columns="lhs", values="se", sort=False)
        errors = errors.rename_axis(index="item", columns=None).reset_index()
        print_table(
            frame_table(errors, f"Standard errors of the loadings ({result.errors})", synthetic=synthetic)
        )
    between = rows[rows["op"] == "~~"].drop(columns="op")
    if len(between):
        print_table(frame_table(between, "Correlations of the factors", synthetic=synthetic))
    print_table(frame_table(_fit_rows(result), "Fit", synthetic=synthetic))


def _fit_rows(result: FactorResult) -> pd.DataFrame:
    import pandas as pd

    names = ("chi_square", "df", "pvalue", "scaled_chi_square", "scaled_pvalue", "rmsea", "rmsea_lower",
             "rmsea_upper", "tli", "bic", "rmsr")  # fmt: skip
    values = [(name, float(getattr(result.fit, name))) for name in names]
    return pd.DataFrame([row for row in values if row[1] == row[1]], columns=["measure", "value"])


def _as_dict(found: Retention, result: FactorResult) -> dict[str, Any]:
    return {
        "advice": found.advice,
        "suggestions": dict(found.suggestions),
        "parameters": result.parameters,
        "uniqueness": dict(zip(result.items, result.uniqueness.tolist(), strict=True)),
        "fit": asdict(result.fit),
        "optima": result.optima,
        "heywood": list(result.heywood),
        "warnings": list(result.warnings),
    }
