"""Commands about the theory: test propositions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.commands.responses import save
from mlbc_stats.cli.estimation_options import AS_ADVISED, EstimationOptions
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Force, Json, Output, ResponseFile, refuse_data
from mlbc_stats.cli.progress import counting
from mlbc_stats.cli.response_files import (
    AS_A_WHOLE,
    AS_EXPORTED,
    AS_USUAL,
    Asked,
    Cases,
    ExportReading,
    Policy,
    load_responses,
)

if TYPE_CHECKING:
    from mlbc_stats.theory.verdicts.results import TheoryResult

theory = typer.Typer(name="theory", help="Test the propositions of the theory.", no_args_is_help=True)

SHOWN = {
    "proposition": "text",
    "quantity": "text",
    "predicted": "text",
    "estimate": "estimate",
    "lower": "estimate",
    "upper": "estimate",
    "level": "percent",
    "smallest_effect": "short",
    "power": "short",
    "verdict": "text",
    "ungated": "text",
    "family": "text",
}

Propositions = Annotated[
    list[str] | None, typer.Argument(help="Ids such as M1 M12; all of the registry by default.")
]
RegistryFile = Annotated[
    str | None, typer.Option("--registry", help="Propositions file; the shipped one by default.")
]


@theory.command()
@guarded
@grouped
def test(
    file: ResponseFile,
    propositions: Propositions = None,
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    cases: Cases = AS_USUAL,
    smallest_effect: Annotated[
        float | None, typer.Option("--smallest-effect", help="Smallest effect of interest, standardized.")
    ] = None,
    level: Annotated[
        float, typer.Option("--level", help="Confidence level before Holm's adjustment.")
    ] = 0.95,
    estimation: EstimationOptions = AS_ADVISED,
    registry: RegistryFile = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Seed of resamples and of simulated cutoffs.")
    ] = None,
    json: Json = False,
) -> None:
    """Decide propositions on a file of responses: supported, opposite, negligible or undecided.

    Exit code 1 means that a gate is closed; the propositions that rest on it stay undecided.

    \b
    mlbc theory test pilot.csv
    mlbc theory test pilot.csv M1 M2 --smallest-effect 0.15
    mlbc theory test export.csv M12 --platform qualtrics --json
    mlbc theory test pilot.csv M1 --missing listwise --estimator ML
    mlbc theory test pilot.csv M1 --policy policy.yaml
    """
    from mlbc_stats import theory as theory_
    from mlbc_stats.theory.estimation import SEED

    responses = load_responses(file, asked, reading)
    for note in responses.notes:
        say(note)
    with counting("fitting, simulating cutoffs") as progress:
        result = theory_.test(
            responses,
            propositions or None,
            cases.screening(responses),
            smallest_effect=smallest_effect,
            level=level,
            registry=registry,
            **estimation.arguments,
            seed=SEED if seed is None else seed,
            progress=progress,
        )
    _print_json(result) if json else _print_tables(result)
    if not result.trustworthy:
        raise typer.Exit(NOT_TRUSTWORTHY)


@theory.command()
@guarded
@grouped
def robustness(
    file: ResponseFile,
    propositions: Propositions = None,
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    controls: Annotated[
        list[str] | None,
        typer.Option(
            "--control", help="Construct or column to hold constant (repeatable); usual ones by default."
        ),
    ] = None,
    estimators: Annotated[
        list[str] | None,
        typer.Option("--estimator", help="MLR, ML, WLSMV or SAM (repeatable); all by default."),
    ] = None,
    policy: Policy = None,
    registry: RegistryFile = None,
    output: Output = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Judge propositions under every choice of estimator, missing answers, cases and controls.

    Sign flips are counted against the default analysis; --output writes every estimate to a CSV file.

    \b
    mlbc theory robustness pilot.csv M5r --estimator MLR --estimator ML
    mlbc theory robustness answers.csv --control marker --control org_size --output specifications.csv
    """
    from mlbc_stats import theory as theory_
    from mlbc_stats.cli.terminal import print_frame, print_json

    if output is not None:
        refuse_data(output, force)
    responses = load_responses(file, asked, reading)
    with counting("trying other choices of analysis") as progress:
        found = theory_.robustness(
            responses,
            propositions or None,
            Cases(policy=policy).judged(responses),
            controls=controls,
            estimators=estimators or None,
            registry=registry,
            workers=None,
            progress=progress,
        )
    if output is not None:
        save(found.estimates, output, force, found.synthetic)
    if json:
        print_json(
            {
                "synthetic": found.synthetic,
                "summary": found.summary(),
                "estimates": found.estimates,
                "notes": found.notes,
            }
        )
        return
    print_frame(found.summary(), "Robustness", index=False, notes=found.notes, synthetic=found.synthetic)


def _print_json(result: TheoryResult) -> None:
    from mlbc_stats.cli.terminal import print_json

    print_json(
        {
            "synthetic": result.synthetic,
            "estimation": dict(result.estimation),
            "decision_rule": result.decision_rule,
            "level": result.level,
            "equivalence_level": result.equivalence_level,
            "verdicts": result.table(),
            "beside": result.beside_table(),
            "gates": result.gate_table(),
            "models": {name: model.text for name, model in result.models.items()},
            "notes": result.notes,
        }
    )


def _print_tables(result: TheoryResult) -> None:
    from mlbc_stats.cli.terminal import print_frame

    rules = [f"Rule ({form}): {text}" for form, text in result.decision_rule.items()]
    gates = [f"Closed gate: {v.proposition}: {v.gate}" for v in result.verdicts if v.gate]
    reasons = [f"{v.proposition}: {v.reason}" for v in result.verdicts if not v.coefficients]
    beside = [
        f"{v.proposition}, beside: {part.name} {part.estimate:.2f} [{part.lower:.2f}, {part.upper:.2f}], "
        f"{part.outcome.value} by itself (exploratory)"
        for v in result.verdicts
        for part in v.beside
    ]
    shown = [name for name in SHOWN if name != "ungated" or gates]
    print_frame(
        result.table()[shown],
        "Verdicts (associational)",
        formats=SHOWN,
        notes=(*gates, *reasons, *beside, *rules, *result.notes),
        synthetic=result.synthetic,
    )
