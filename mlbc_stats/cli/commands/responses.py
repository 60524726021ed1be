"""Commands about responses: read, describe, score, simulate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.exit_codes import guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import (
    Force,
    Json,
    Output,
    ResponseFile,
    refuse_data,
)
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
from mlbc_stats.inert_text import inert

if TYPE_CHECKING:
    import pandas as pd

responses = typer.Typer(
    name="responses", help="Read, screen, score and simulate responses.", no_args_is_help=True
)


@responses.command()
@guarded
@grouped
def read(
    file: ResponseFile,
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    json: Json = False,
) -> None:
    """Read a file of responses, check every answer against its scale and say what is there.

    \b
    mlbc responses read pilot.csv
    mlbc responses read export.csv --platform qualtrics --encoding cp1252
    mlbc responses read pilot.csv --column Q7=tc_timing_1 --allow-absent
    """
    from mlbc_stats.cli.terminal import print_frame, print_json

    found = load_responses(file, asked, reading)
    missing = found.missing()
    summary = {
        "source": found.source,
        "instrument": f"{found.instrument.id} {found.instrument.version}",
        "synthetic": found.synthetic,
        "rows": found.counted,
        "cases": found.n,
        "units": len(set(found.unit_ids.tolist())),
        "items": len(found.item_ids),
        "notes": list(found.notes),
    }
    if json:
        print_json({**summary, "missing": missing.reset_index()})
        return
    for key, value in summary.items():
        if value != []:
            typer.echo(f"{key}: {'; '.join(value) if isinstance(value, list) else value}")
    print_frame(missing, "Answers by item and reason", synthetic=found.synthetic)


@responses.command()
@guarded
@grouped
def profile(
    file: ResponseFile,
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    cases: Cases = AS_USUAL,
    json: Json = False,
) -> None:
    """Say who answered, how far they came and which cases are used; kept cases unless --all.

    \b
    mlbc responses profile pilot.csv
    mlbc responses profile export.csv --platform qualtrics --all --json
    """
    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    found = load_responses(file, asked, reading)
    described = survey.sample_profile(found, cases.screening(found))
    tables = {
        "flow": survey.case_flow(found, cases.judged(found)),
        "completion": survey.completion(found),
        "categories": described.categories,
        "numbers": described.numbers,
    }
    if json:
        print_json(
            {"synthetic": found.synthetic, "n": described.n, **tables, "silent": list(described.silent)}
        )
        return
    shown = tables["categories"].drop(columns="text"), tables["numbers"].drop(columns="text")
    print_frame(tables["flow"], "Flow of cases", synthetic=found.synthetic)
    print_frame(tables["completion"], "Completion", formats={"share": "percent"}, synthetic=found.synthetic)
    print_frame(
        shown[0], f"Profile of {described.n} cases", formats={"share": "percent"}, synthetic=found.synthetic
    )
    print_frame(shown[1], "Numbers", synthetic=found.synthetic)


@responses.command()
@guarded
@grouped
def score(
    file: ResponseFile,
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    cases: Cases = AS_USUAL,
    output: Output = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Score facets and constructs, reversed items turned; to the terminal a summary, to a file every case.

    All cases are scored unless --screened or --policy.

    \b
    mlbc responses score pilot.csv
    mlbc responses score pilot.csv --screened -o scores.csv
    mlbc responses score pilot.csv --policy policy.yaml -o scores.csv
    """
    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    found = load_responses(file, asked, reading)
    scores = survey.score(found, cases.screening(found, usual=False))
    if output:
        save(scores.reset_index(), output, force, found.synthetic)
    if json:
        print_json(scores.reset_index())
        return
    summary = scores.agg(["count", "mean", "std", "min", "max"]).T.rename_axis("construct").reset_index()
    summary["count"] = summary["count"].astype(int)
    print_frame(summary, "Scores", synthetic=found.synthetic)


@responses.command()
@guarded
@grouped
def release(
    file: ResponseFile,
    folder: Annotated[Path, typer.Argument(help="New folder for the bundle.")],
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    k: Annotated[
        int,
        typer.Option("--k", min=2, help="Units that must share each set of context answers."),
    ] = 5,
    leave_out: Annotated[
        list[str] | None,
        typer.Option("--leave-out", help="Context variable to leave out of the bundle (repeatable)."),
    ] = None,
    policy: Policy = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write answers as open data (data, codebook, DDI, README, checksums), unless somebody could be found in them.

    Free text, columns beside the questions and times of the day are never in it. Every case says whether screening
    kept it, and by which rules it was flagged.

    \b
    mlbc responses release pilot.csv open_data --leave-out org_size --leave-out industry
    mlbc responses release pilot.csv open_data --k 10
    """
    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    found = load_responses(file, asked, reading)
    made = survey.release(
        found, folder, k, leave_out or (), overwrite=force, screening=Cases(policy=policy).judged(found)
    )
    table = made.anonymity.table()
    if json:
        print_json(
            {"folder": str(folder), "files": list(made.files), "k": made.anonymity.k, "variables": table}
        )
        return
    typer.echo(f"{folder}: {', '.join(made.files)}; k = {made.anonymity.k}")
    print_frame(table, "Context variables passed on", synthetic=found.synthetic)


@responses.command()
@guarded
def simulate(
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="Number of units (solutions).")] = 600,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed; the same seed gives the same file.")] = 1,
    clean: Annotated[
        bool, typer.Option("--clean", help="Without careless respondents and missing answers.")
    ] = False,
    output: Output = None,
    force: Force = False,
) -> None:
    """Draw synthetic responses from the declared pilot population; the file itself says SYNTHETIC.

    \b
    mlbc responses simulate --n 300 --seed 7 -o synthetic.csv
    """
    from mlbc_stats import survey

    population = survey.pilot_population()
    drawn = survey.simulate(population.clean() if clean else population, n=n, seed=seed)
    target = output or Path(f"synthetic_{n}_{seed}.csv")
    refuse_data(target, force)
    survey.write(drawn, target, overwrite=force)
    say(f"{target}: {drawn.n} SYNTHETIC cases of {len(set(drawn.unit_ids.tolist()))} units")


def save(frame: pd.DataFrame, path: Path, force: bool, synthetic: bool) -> None:
    """Write a CSV in full precision, stamped when synthetic; an existing file only with --force."""
    refuse_data(path, force)
    stamped: Any = frame.assign(data="SYNTHETIC") if synthetic else frame
    texts = stamped.select_dtypes(include=["object", "string"]).columns
    guarded = {name: stamped[name].map(inert, na_action="ignore") for name in texts}
    stamped.assign(**guarded).to_csv(path, index=False)
    say(f"written: {path}")
