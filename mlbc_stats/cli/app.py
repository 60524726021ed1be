"""Put the commands together and run them."""

from __future__ import annotations

from typing import Annotated

import typer

import mlbc_stats
from mlbc_stats.cli.commands.compose import compose
from mlbc_stats.cli.commands.composites.pls import pls
from mlbc_stats.cli.commands.conditions.necessity import necessity
from mlbc_stats.cli.commands.conditions.perspectives import perspectives
from mlbc_stats.cli.commands.conditions.sets import sets
from mlbc_stats.cli.commands.content import content
from mlbc_stats.cli.commands.export import export
from mlbc_stats.cli.commands.field import field
from mlbc_stats.cli.commands.fit import fit
from mlbc_stats.cli.commands.instruments import instruments
from mlbc_stats.cli.commands.manuscripts.paper import paper
from mlbc_stats.cli.commands.manuscripts.trace import trace as trace_result
from mlbc_stats.cli.commands.planning.plan import plan
from mlbc_stats.cli.commands.planning.preregistration import theory
from mlbc_stats.cli.commands.provenance import coverage, manual, trace
from mlbc_stats.cli.commands.scales.factor import factor
from mlbc_stats.cli.commands.scales.irt import irt
from mlbc_stats.cli.commands.scales.measure import measure
from mlbc_stats.cli.commands.scales.reliability import reliability
from mlbc_stats.cli.commands.screening import responses
from mlbc_stats.cli.commands.study import study
from mlbc_stats.cli.commands.translation import translation

app = typer.Typer(
    name="mlbc",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Instruments, structural equation models and verdicts for two frameworks about machine learning in "
        "organizations. Exit codes: 0 all is well, 1 the result cannot be trusted, 2 bad input or usage, 130 "
        "stopped."
    ),
)
instruments.command()(trace)
instruments.command()(coverage)
instruments.command()(manual)
instruments.command()(compose)
instruments.add_typer(translation)
app.add_typer(instruments)
app.command()(export)
app.add_typer(content)
app.add_typer(field)
app.add_typer(responses)
app.command()(fit)
app.command()(reliability)
app.command()(factor)
app.command()(irt)
app.command()(pls)
app.command()(necessity)
app.command()(sets)
app.command()(perspectives)
app.command()(measure)
app.add_typer(theory)
app.add_typer(plan)
app.add_typer(study)
app.add_typer(paper)
app.command("trace")(trace_result)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(mlbc_stats.__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass
