"""The command for everything between the data and the structural model: `mlbc measure DATA`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.data import AS_TOLD, Reading, speaking_of
from mlbc_stats.cli.exit_codes import BAD_INPUT, NOT_TRUSTWORTHY, complain, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Json, Seed
from mlbc_stats.counted import counted

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.reliability import Measured
    from mlbc_stats.report import Document


@dataclass(frozen=True, slots=True)
class Material:
    """What is measured: keyed items, the model, names of ids, ends of the scales, and whether it is synthetic."""

    frame: pd.DataFrame
    model: str
    names: dict[str, str]
    bounds: dict[str, tuple[float, float]] | None
    marker: str | None
    synthetic: bool


@guarded
@grouped
def measure(
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="CSV with keyed items, or answers to an instrument.")
    ],
    model: Annotated[
        str | None, typer.Option("--model", help="Measurement model in lavaan syntax: a file or the text.")
    ] = None,
    instrument: Annotated[
        str | None,
        typer.Option(
            "--instrument", "-i", help="DATA holds answers to this instrument; its constructs are the model."
        ),
    ] = None,
    marker: Annotated[
        str | None,
        typer.Option("--marker", help="Factor unrelated to the theory; an instrument's own by default."),
    ] = None,
    estimator: Annotated[str, typer.Option("--estimator", help="ML, MLR, ..., WLSMV with --ordered.")] = "ML",
    missing: Annotated[
        str, typer.Option("--missing", help="listwise, fiml; ordinal: pairwise.")
    ] = "listwise",
    ordered: Annotated[bool, typer.Option("--ordered", help="Items are ordinal.")] = False,
    resamples: Annotated[
        int, typer.Option("--resamples", min=1, help="Resamples behind HTMT's intervals.")
    ] = 1000,
    seed: Seed = 1,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the page, the tables and the figures.")
    ] = None,
    reading: Reading = AS_TOLD,
    json: Json = False,
) -> None:
    """Everything about the measurement of constructs before the structural model.

    Items, reliability, number of factors, the measurement model with intervals, every construct beside the thresholds
    that reviewers apply (with their sources), discriminant validity, cross-loadings, method variance. With --output a
    folder with one page (report.html), tables as CSV and figures. Exit code 1: the model cannot be trusted.

    \b
    mlbc measure data.csv --model "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6"
    mlbc measure data.csv --model cfa.lav --missing fiml --estimator MLR --output measurement
    mlbc measure answers.csv --instrument mlbc_alignment --output measurement
    """
    from mlbc_stats import reliability
    from mlbc_stats.study.output_folder import check_target

    if (model is None) == (instrument is None):
        raise complain(
            "give --model for a table of items, or --instrument for answers, one of them", BAD_INPUT
        )
    if output is not None:
        check_target(output)
    read = _answers if instrument else _table
    material = read(data, str(instrument or model), marker, reading)
    if len(material.frame) < 2:
        raise complain(f"{data}: {counted(len(material.frame), 'case')}; to measure takes several", BAD_INPUT)
    arguments: dict[str, Any] = {"estimator": estimator, "missing": missing}
    if ordered:
        arguments |= {"ordered": True, "missing": "default" if missing == "listwise" else missing}
    with speaking_of(material.frame):
        found = reliability.measure(
            material.frame,
            material.model,
            marker=material.marker,
            bounds=material.bounds,
            resamples=resamples,
            seed=seed,
            **arguments,
        )
    if output is not None:
        _write(found, material, data, seed, output)
    _show(found, material, json)
    for problem in found.problems:
        say(f"warning: {problem}")
    if found.fit is None or found.fit.doubts:
        raise typer.Exit(NOT_TRUSTWORTHY)


def _table(path: Path, model: str, marker: str | None, reading: Reading) -> Material:
    from mlbc_stats.cli.data import read_frame, read_model

    frame = read_frame(path, reading)
    return Material(frame, read_model(model, reading.encoding), {}, None, marker, False)


def _answers(path: Path, instrument: str, marker: str | None, reading: Reading) -> Material:
    """Keyed answers, one row per unit, and every construct that was asked as a factor of its items."""
    from mlbc_stats import bridge, survey
    from mlbc_stats.survey.responses.model import question_scale, scale_bounds

    answers = survey.read(path, instrument, encoding=reading.encoding, delimiter=reading.delimiter)
    frame = bridge.unit_frame(answers)
    asked = bridge.asked_instrument(answers, frame)
    items = {
        entry.id: [item.id for item in asked.items if item.construct == entry.id]
        for entry in asked.constructs
    }
    first = [name for name, own in items.items() if own]
    language = asked.languages[0]
    names = {entry.id: entry.name for entry in asked.constructs}
    names |= {item.id: item.text[language] for item in asked.items}
    bounds = {item: scale_bounds(question_scale(asked, item)) for name in first for item in items[name]}
    own = marker or ("marker" if "marker" in first else None)
    model = bridge.measurement_model(asked, first, higher_order=False)
    return Material(frame, model, names, bounds, own, answers.synthetic)


def _document(found: Measured, material: Material, data: Path, seed: int) -> Document:
    import mlbc_stats
    from mlbc_stats.report import measurement_document
    from mlbc_stats.study.manifest import sha256

    record = {
        "kind": "measurement",
        "data": data.name,
        "data_sha256": sha256(data),
        "model": found.model,
        "seed": seed,
        "synthetic": material.synthetic,
        "mlbc-stats": mlbc_stats.__version__,
    }
    title = f"Measurement of {counted(len(found.scales), 'construct')}"
    return measurement_document(found, title, material.names, material.synthetic, record)


def _write(found: Measured, material: Material, data: Path, seed: int, output: Path) -> None:
    """The page, and every table and figure on it as a file of its own."""
    from mlbc_stats.report import Figure, Table
    from mlbc_stats.study.output_folder import write_outputs

    document = _document(found, material, data, seed)
    files: dict[str, str | bytes] = {"report.html": document.html(), "model.lav": f"{found.model.strip()}\n"}
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                table = block if block.synthetic is not None else block.marked(material.synthetic)
                files[f"tables/{section.identifier}_{block.identifier}.csv"] = table.to_csv()
            elif isinstance(block, Figure):
                files[f"figures/{section.identifier}_{block.identifier}.svg"] = block.svg
    write_outputs(output, files, document.manifest)
    say(f"written: {output / 'report.html'}")


def _show(found: Measured, material: Material, json: bool) -> None:
    from mlbc_stats.cli.terminal import print_frame, print_json

    if json:
        pairs = None if found.discriminant is None else found.discriminant
        print_json(
            {
                "n": found.n,
                "items": found.items.rename_axis("item").reset_index(),
                "reliability": found.reliability.reset_index(),
                "factors": None if found.retention is None else dict(found.retention.suggestions),
                "fit_measures": None if found.fit is None else found.fit.fit_measures,
                "criteria": found.criteria,
                "pairs": None if pairs is None else pairs.pairs,
                "tests": None if pairs is None else pairs.tests,
                "htmt": found.ratios,
                "detectable": None if found.detectable is None else found.detectable.table.reset_index(),
                "synthetic": material.synthetic,
                "problems": list(found.problems),
            }
        )
        return
    synthetic = material.synthetic or None
    print_frame(
        found.reliability.reset_index(), f"Reliability, n = {found.n}", synthetic=synthetic, index=False
    )
    if found.retention is not None:
        typer.echo(f"Number of factors: {found.retention.advice}\n")
    if found.criteria is not None:
        missed = found.criteria[found.criteria["holds"] == False]  # noqa: E712  (None is neither)
        judged = int(found.criteria["holds"].notna().sum())
        if len(missed):
            columns = ["construct", "quantity", "about", "value", "rule", "source"]
            title = f"{len(missed)} of {judged} criteria not met"
            print_frame(missed[columns], title, synthetic=synthetic, index=False)
        else:
            typer.echo(f"All {judged} criteria are met.\n")
    if found.method is not None:
        typer.echo(found.method.conclusion)
