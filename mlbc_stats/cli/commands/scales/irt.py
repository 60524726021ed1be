"""The command for item response models and scaling: `mlbc irt FILE`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from mlbc_stats.cli.commands.scales.factor import items_of
from mlbc_stats.cli.data import AS_TOLD, Reading, speaking_of
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import AnswersTo, Items, ItemsFile, Json
from mlbc_stats.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.irt import IrtResult, MokkenResult

T = TypeVar("T")


@guarded
@grouped
def irt(
    file: ItemsFile,
    model: Annotated[
        str, typer.Option("--model", help="graded, gpcm, pcm, 2pl, 1pl, rasch or ggum.")
    ] = "graded",
    items: Items = None,
    instrument: AnswersTo = None,
    lower_bound: Annotated[
        float,
        typer.Option("--lower-bound", min=-1, max=1, help="Lowest H of an item when scales are selected."),
    ] = 0.3,
    reading: Reading = AS_TOLD,
    json: Json = False,
) -> None:
    """Where items stand on one latent variable, how well they fit, and whether they scale without a model.

    Prints discrimination and places of the items with errors, S-X² of each, and Mokken's H. Exit code 1: the model did
    not converge.

    \b
    mlbc irt data.csv --items q1,q2,q3,q4 --model graded
    mlbc irt answers.csv --instrument mlbc_alignment --items al_1,al_2,al_3 --json
    """
    from mlbc_stats import irt as room

    frame, synthetic = items_of(file, instrument, items, reading)
    with speaking_of(frame):
        fit = room.fit(frame, model)
    judged = fit.converged and len(fit.items) > 2
    fits = _attempt("fit of items", lambda: room.item_fit(fit)) if judged else None
    scale = _attempt("scalability", lambda: room.mokken(frame, lower_bound=lower_bound))
    _show(fit, scale, fits, json, synthetic)
    if not fit.converged:
        raise typer.Exit(NOT_TRUSTWORTHY)


def _attempt(what: str, make: Callable[[], T]) -> T | None:
    """What takes complete cases, which the model does not need; without them None, and the reason is told."""
    try:
        return make()
    except DataError as error:
        say(f"warning: no {what}: {error}")
        return None


def _show(
    fit: IrtResult, scale: MokkenResult | None, fits: pd.DataFrame | None, json: bool, synthetic: bool | None
) -> None:
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.report import frame_table

    if json:
        print_json(_as_dict(fit, scale, fits) | {"synthetic": synthetic})
        return
    title = f"Items of the model {fit.model}, n = {fit.n}, log-likelihood {fit.loglik:.2f}"
    print_table(frame_table(fit.difficulties, title, notes=fit.warnings, synthetic=synthetic))
    if fits is not None:
        print_table(frame_table(fits, "Fit of items (S-X²)", synthetic=synthetic))
    if scale is None:
        return
    title = f"Scalability, H = {scale.h.scale:.3f} (error {scale.h.scale_se:.3f}): {scale.strength}"
    print_table(frame_table(scale.table.rename_axis("item").reset_index(), title, synthetic=synthetic))


def _as_dict(fit: IrtResult, scale: MokkenResult | None, fits: pd.DataFrame | None) -> dict[str, Any]:
    return {
        "model": fit.model,
        "cases": fit.n,
        "loglik": fit.loglik,
        "aic": fit.aic,
        "bic": fit.bic,
        "converged": fit.converged,
        "parameters": fit.parameters,
        "difficulties": fit.difficulties,
        "item_fit": fits,
        "h": None if scale is None else scale.h.scale,
        "h_se": None if scale is None else scale.h.scale_se,
        "scalability": None if scale is None else scale.table.rename_axis("item").reset_index(),
        "warnings": [*fit.warnings, *(() if scale is None else scale.warnings)],
    }
