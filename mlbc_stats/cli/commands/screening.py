"""Commands about screening: flags, their policy, early against late respondents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.commands.responses import responses, save
from mlbc_stats.cli.exit_codes import guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import FIGURES, Force, Json, Output, ResponseFile, refuse_data
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
    import pandas as pd

    from mlbc_stats.survey.screening.report import ScreeningReport


@responses.command()
@guarded
@grouped
def screen(
    file: ResponseFile,
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    policy: Policy = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude", help="Rule that takes cases out (repeatable); those of the policy by default."
        ),
    ] = None,
    sources: Annotated[
        bool,
        typer.Option("--sources", help="Also print the source of each rule, and why a rule was not applied."),
    ] = False,
    flow: Annotated[
        Path | None, typer.Option("--flow", help="Draw the flow of cases into this .svg or .png file.")
    ] = None,
    output: Output = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Flag careless, incomplete, repeated and automated cases; nothing is deleted.

    To a file (-o) goes every case with its flags and the indices behind them.

    \b
    mlbc responses screen pilot.csv
    mlbc responses screen pilot.csv --policy policy.yaml --flow flow.svg
    mlbc responses screen pilot.csv --exclude attention --exclude duplicate -o flags.csv
    """
    from mlbc_stats import study, survey
    from mlbc_stats.cli.terminal import print_frame, print_json
    from mlbc_stats.study.stages.respondents.flow import screening_figure

    if output:
        refuse_data(output, force)
    if flow:
        refuse_data(flow, force, FIGURES, "--flow")
    found = load_responses(file, asked, reading)
    report = study.screen(found, policy, exclude)
    if output:
        save(_case_by_case(report), output, force, found.synthetic)
    if flow:
        screening_figure(survey.case_flow(found, report), found.synthetic).save(flow)
        say(f"written: {flow}")
    table, known = report.table(), report.sources()
    if json:
        print_json(table)
        return
    print_frame(table, "Screening", formats={"share": "percent"}, synthetic=found.synthetic, index=False)
    if sources:
        print_frame(known, "Where the rules come from", synthetic=found.synthetic, index=False)


@responses.command()
@guarded
def policy(
    output: Annotated[Path, typer.Option("--output", "-o", help="Policy file to write (YAML).")] = Path(
        "policy.yaml"
    ),
    force: Force = False,
) -> None:
    """Write the usual screening policy as a file to be changed: every rule, its threshold and what its flags do.

    \b
    mlbc responses policy -o policy.yaml
    """
    from mlbc_stats.survey.screening.policy_text import usual_policy

    refuse_data(output, force)
    output.write_text(usual_policy(), encoding="utf-8")
    say(f"written: {output}")


@responses.command(name="early-late")
@guarded
@grouped
def early_late(
    file: ResponseFile,
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    share: Annotated[
        float, typer.Option("--share", help="Share of cases that count as early, and as late.")
    ] = 1 / 3,
    margin: Annotated[
        float,
        typer.Option("--margin", help="Largest difference that does not matter, in standard deviations."),
    ] = 0.5,
    cases: Cases = AS_USUAL,
    json: Json = False,
) -> None:
    """Compare the scores of early and late respondents: do they differ, are they the same within a margin?

    \b
    mlbc responses early-late export.csv --platform qualtrics
    mlbc responses early-late export.csv --margin 0.3 --share 0.25
    """
    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    found = load_responses(file, asked, reading)
    table = survey.early_late(found, cases.screening(found), share, margin)
    print_json(table) if json else print_frame(
        table,
        "Early against late respondents",
        formats={"pvalue": "p", "p_equivalent": "p"},
        synthetic=found.synthetic,
        index=False,
    )


def _case_by_case(report: ScreeningReport) -> pd.DataFrame:
    """Flags under the rules' names, whether the case is kept, then the indices; rules without one are left out."""
    import pandas as pd

    flags = pd.DataFrame(report.flags, columns=list(report.rules)).assign(kept=report.kept)
    flags.insert(0, "case_id", report.case_ids)
    known = report.measures.dropna(axis=1, how="all").reset_index(drop=True)
    return pd.concat([flags, known.add_suffix("_index")], axis=1)
