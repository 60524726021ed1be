"""The commands `mlbc plan M5 …` and `mlbc plan merge FILES`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from mlbc_stats.cli.commands.planning.grid import read_numbers, read_shard, read_sizes
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import DEFAULT_INSTRUMENT, FIGURES, Force, Json, refuse_data
from mlbc_stats.cli.progress import counting

if TYPE_CHECKING:
    from mlbc_stats.planning import Plan, PlanResult

FEWEST_SOLVED = 0.9
"""Share of samples with a solution below which the numbers of a condition cannot be trusted."""


class _RunFirst(TyperGroup):
    """What is no command of the group is typed to `run`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["run", *args]
        return super().parse_args(ctx, args)


plan = typer.Typer(
    name="plan",
    cls=_RunFirst,
    help=(
        "Power of propositions by simulation: mlbc plan M5 --n 200:800. Options: mlbc plan run --help. All of it is "
        "synthetic."
    ),
    no_args_is_help=True,
)


@dataclass(frozen=True)
class Grid:
    """What is simulated; every combination."""

    n: Annotated[str, typer.Option("--n", help="Solutions: 200:800, 200:800:100, or a list with commas.")] = (
        "200:800"
    )
    effect: Annotated[
        str,
        typer.Option(
            "--effect", help="True standardized effect on the predicted side; with commas; 0: none."
        ),
    ] = "0.10"
    reliability: Annotated[
        str, typer.Option("--reliability", help="Of the items of each construct; with commas.")
    ] = "0.85"
    categories: Annotated[
        str, typer.Option("--categories", help="Of every item; 0 for continuous answers; with commas.")
    ] = "7"
    missing: Annotated[
        str, typer.Option("--missing", help="Share of missing answers; with commas. Takes a second a sample.")
    ] = "0"
    cluster_size: Annotated[
        str, typer.Option("--cluster-size", help="Solutions of an organization; with commas.")
    ] = "1"

    @property
    def arguments(self) -> dict[str, Any]:
        """The grid of a plan."""
        return {
            "n": read_sizes(self.n),
            "effect": read_numbers(self.effect, "--effect"),
            "reliability": read_numbers(self.reliability, "--reliability"),
            "categories": read_numbers(self.categories, "--categories", whole=True),
            "missing": read_numbers(self.missing, "--missing"),
            "cluster_size": read_numbers(self.cluster_size, "--cluster-size", whole=True),
        }


@dataclass(frozen=True)
class Writing:
    """What is written where."""

    figure: Annotated[
        Path | None, typer.Option("--figure", help="Where to write the curves (.svg or .png).")
    ] = None
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the table of power to this CSV file.")
    ] = None
    force: Force = False
    json: Json = False

    def check(self) -> None:
        """Refuse, before any work, what cannot be written."""
        if self.figure is not None:
            refuse_data(self.figure, self.force, FIGURES, "--figure")
        if self.output is not None:
            refuse_data(self.output, self.force)


AS_USUAL, NOWHERE = Grid(), Writing()


@plan.command()
@guarded
@grouped
def run(
    propositions: Annotated[list[str], typer.Argument(help="Ids such as M5 M12.")],
    grid: Grid = AS_USUAL,
    replications: Annotated[
        int, typer.Option("--replications", "-R", min=2, help="Samples of each condition.")
    ] = 500,
    seed: Annotated[int, typer.Option("--seed", help="Of all samples.")] = 20261122,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target", metavar="PATH=VALUE", help="What else is true: 'aln_state ~ TC=-0.3' (repeatable)."
        ),
    ] = None,
    instrument: Annotated[
        str, typer.Option("--instrument", help="What is answered: shipped name or file; several joined by +.")
    ] = DEFAULT_INSTRUMENT,
    through: Annotated[
        str,
        typer.Option("--through", help="direct (fast), or instrument: the questionnaire with its routes."),
    ] = "direct",
    search: Annotated[
        bool, typer.Option("--search", help="Add sizes until the smallest samples are known.")
    ] = False,
    executor: Annotated[
        str, typer.Option("--executor", help="processes, threads, or a dask scheduler (tcp://host:8786).")
    ] = "processes",
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Of this machine; all processors by default.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="i/N", help="One of N parts, as in an array of jobs.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option("--record", help="File that keeps what is done (.jsonl).")
    ] = None,
    writing: Writing = NOWHERE,
) -> None:
    """Simulate power, bias, coverage and errors of sign and size of propositions.

    What is done is kept in a file: the same command goes on after a stop, and more sizes or replications cost only
    themselves. Exit code 1: in some condition fewer than nine samples in ten have a solution.

    \b
    mlbc plan M5 --n 200:800 --figure m5.svg
    mlbc plan M1 M4 M12 --effect 0.10,0.15 --reliability 0.7,0.85 -R 1000
    mlbc plan M5 --n 300:900 --search --executor tcp://10.0.0.5:8786
    mlbc plan M5 --n 200:800 --shard $SLURM_ARRAY_TASK_ID/20
    """
    from mlbc_stats import planning
    from mlbc_stats.planning.monte_carlo.questions import planned_models

    writing.check()
    made = planning.Plan(
        propositions=tuple(dict.fromkeys(propositions)),
        **grid.arguments,
        replications=replications,
        seed=seed,
        targets=dict(_target(each) for each in target or []),
        instrument=instrument,
        through=through,
    )
    part = read_shard(shard)
    if search and part is not None:
        raise typer.BadParameter(
            "a search needs all of the grid; leave out --search or --shard", param_hint="--search"
        )
    planned_models(made)  # refuses, before a file is begun, what is not simulated
    kept = record or _record_of(made, part)
    say(f"kept in {kept}; the same command goes on from there")
    with counting("simulating") as progress:
        how: dict[str, Any] = {"executor": executor, "workers": workers, "record": kept, "progress": progress}
        found = planning.search(made, **how) if search else planning.simulate(made, shard=part, **how)
    _show(found, writing)


@plan.command()
@guarded
@grouped
def merge(
    files: Annotated[list[Path], typer.Argument(help="Files that mlbc plan --shard wrote.")],
    writing: Writing = NOWHERE,
) -> None:
    """Put the parts of one plan together. Exit code 1: some are missing.

    \b
    mlbc plan merge plan-*.jsonl --figure m5.svg
    """
    from mlbc_stats import planning

    writing.check()
    found = planning.merge(files)
    _show(found, writing)
    if not found.complete:
        say(f"{found.missing} pieces of the plan are not done; run the shards that are missing")
        raise typer.Exit(NOT_TRUSTWORTHY)


def _target(text: str) -> tuple[str, float]:
    path, sign, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        sign = ""
    if not sign:
        raise typer.BadParameter(f"{text!r}: expected 'y ~ x=0.2'", param_hint="--target")
    return " ".join(path.split()), number


def _record_of(made: Plan, part: tuple[int, int] | None) -> Path:
    """A name that the same command finds again."""
    whose = made.basis[:8]
    return Path(f"plan-{whose}.jsonl" if part is None else f"plan-{whose}-{part[0]}-of-{part[1]}.jsonl")


def _show(found: PlanResult, writing: Writing) -> None:
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.report import planning_table, power_curves, sample_size_table

    several = len(found.plan.n) > 1
    table = planning_table(found)
    if writing.output is not None:
        writing.output.write_text(table.to_csv(), encoding="utf-8")
        say(f"table written to {writing.output}")
    if writing.figure is not None:
        say(f"figure written to {power_curves(found).save(writing.figure)}")
    if writing.json:
        print_json(
            {
                "synthetic": True,
                "hash": found.plan.hash,
                "replications": found.plan.replications,
                "seed": found.plan.seed,
                "missing": found.missing,
                "power": found.table(),
                "smallest": found.smallest() if several else None,
            }
        )
    else:
        print_table(table)
        if several:
            print_table(sample_size_table(found))
    if any(each.converged < FEWEST_SOLVED for each in found.summaries):
        say(
            "in some conditions fewer than nine samples in ten have a solution; their numbers cannot be trusted"
        )
        raise typer.Exit(NOT_TRUSTWORTHY)
