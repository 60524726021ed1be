"""What `mlbc pls` looks at beyond the report: segments, tetrads, blindfolding, prediction, the test of exact fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.composites import CompositeResult


@dataclass(frozen=True, slots=True)
class Further:
    """Options that each add tables.

    Attributes
    ----------
    segments, pos : numbers of segments. tetrads, exact_fit : resamples. borrow : indicators for tetrads.
    blindfold : omission distance. predict : repetitions of ten folds.
    """

    segments: Annotated[
        int | None,
        typer.Option(
            "--segments",
            min=2,
            max=50,
            help="Finite mixtures (FIMIX) of 1 to so many segments; paths of the number CAIC takes.",
        ),
    ] = None
    pos: Annotated[
        int | None,
        typer.Option("--pos", min=2, help="So many segments that explain the constructs best (PLS-POS)."),
    ] = None
    tetrads: Annotated[
        int | None,
        typer.Option("--tetrads", min=2, help="Reflective or formative (CTA): number of resamples."),
    ] = None
    borrow: Annotated[
        list[str] | None,
        typer.Option("--borrow", help="f=y1: an indicator that a construct of three borrows (repeatable)."),
    ] = None
    blindfold: Annotated[
        int | None,
        typer.Option("--blindfold", min=2, help="Q² and q² by blindfolding: omission distance, such as 7."),
    ] = None
    predict: Annotated[
        int | None,
        typer.Option("--predict", min=1, help="PLSpredict by ten folds: number of repetitions."),
    ] = None
    exact_fit: Annotated[
        int | None,
        typer.Option("--exact-fit", min=2, help="Bootstrap test of exact fit: number of resamples."),
    ] = None


def further_tables(
    result: CompositeResult, asked: Further, seed: int | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Title and table of everything that was asked for."""
    from mlbc_stats import composites

    if asked.exact_fit:
        test = composites.exact_fit(result, asked.exact_fit, seed=seed).table
        yield "Exact fit", test.reset_index()
    if asked.predict:
        yield "Prediction", composites.predict(result, 10, asked.predict, seed=seed).table
    if asked.blindfold:
        found = composites.blindfold(result, asked.blindfold)
        yield "Blindfolding", found.table.reset_index()
        yield "Blindfolding, effect sizes", found.effects
    if asked.tetrads:
        borrowed = dict(pair(each, "--borrow") for each in asked.borrow or [])
        tested = composites.tetrads(result, asked.tetrads, seed=seed, borrowed=borrowed)
        yield "Tetrads by construct", tested.table.reset_index()
        yield "Tetrads", tested.tetrads
    if asked.segments:
        yield from _mixtures(result, asked.segments, seed or 0)
    if asked.pos:
        split = composites.pos(result, asked.pos, seed=seed or 0)
        yield "Paths by segment of best prediction", split.paths
        yield "R² by segment of best prediction", split.rsquare.reset_index()


def _mixtures(result: CompositeResult, most: int, seed: int) -> Iterator[tuple[str, pd.DataFrame]]:
    from mlbc_stats import composites

    table = composites.compare_segments(result, range(1, most + 1), seed=seed)
    yield "Segments by finite mixture", table.reset_index()
    best = range(1, most + 1)[int(table["caic"].argmin())]
    if best > 1:
        found = composites.fimix(result, best, seed=seed)
        yield "Paths by segment of the mixture", found.paths
        yield "Sizes of segments", found.sizes.reset_index()


def pair(text: str, option: str) -> tuple[str, str]:
    """Both sides of construct=value."""
    name, sign, value = text.partition("=")
    if not (sign and name.strip() and value.strip()):
        raise typer.BadParameter(f"{text!r}: write construct=value", param_hint=option)
    return name.strip(), value.strip()
