"""The options about estimation and gates, of every command that decides propositions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any

import typer

from mlbc_stats.cli.options import told_when_few


@dataclass(frozen=True, slots=True)
class EstimationOptions:
    """How models are estimated: the options of every command that decides propositions."""

    estimator: Annotated[
        str | None,
        typer.Option("--estimator", help="MLR by default; ML, MLM, ULS, ...; WLSMV with --ordered."),
    ] = None
    missing: Annotated[
        str | None,
        typer.Option("--missing", help="fiml by default, or listwise; pairwise with --ordered."),
    ] = None
    ordered: Annotated[bool, typer.Option("--ordered", help="Analyse the answers as ordered categories.")] = (
        False
    )
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", help="Column of a unit's organization; a usual name is found, 'none' for none."
        ),
    ] = None
    interactions: Annotated[
        str, typer.Option("--interactions", help="Products of factors by qml, lms or product (indicators).")
    ] = "qml"
    bootstrap: Annotated[
        int | None,
        typer.Option(
            "--bootstrap", callback=told_when_few, help="Resamples behind the errors, such as 1000."
        ),
    ] = None
    gates: Annotated[
        bool,
        typer.Option(
            "--gates/--no-gates", help="Whether closed gates leave propositions undecided; shown in any case."
        ),
    ] = True
    cutoffs: Annotated[
        int | None,
        typer.Option("--cutoffs", help="Samples to simulate cutoffs of fit from; 0 for conventional ones."),
    ] = None

    @property
    def arguments(self) -> dict[str, Any]:
        """What the command line says, as arguments of `theory.test`; what it leaves out takes its default there."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        given["cluster"] = "" if self.cluster == "none" else self.cluster
        return {each.name: given[each.name] for each in fields(self) if given[each.name] != each.default}


AS_ADVISED = EstimationOptions()
"""Everything as suits survey answers."""
