"""The command that judges scales: `mlbc reliability DATA`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.data import AS_TOLD, Reading
from mlbc_stats.cli.exit_codes import BAD_INPUT, NOT_TRUSTWORTHY, complain, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Items, Json, names_of, told_when_few

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.reliability.repeated.measurement_error import MeasurementError
    from mlbc_stats.reliability.whole_scale.summary import ScaleSummary


@guarded
@grouped
def reliability(
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="CSV with keyed items (reversed ones turned).")
    ],
    items: Items = None,
    model: Annotated[
        str | None, typer.Option("--model", help="Measurement model in lavaan syntax: a file or the text.")
    ] = None,
    ordered: Annotated[
        bool, typer.Option("--ordered", help="Items are ordinal: ω of the sum by thresholds, ordinal α.")
    ] = False,
    bootstrap: Annotated[
        int,
        typer.Option(
            "--bootstrap",
            min=0,
            callback=told_when_few,
            help="Resamples for bca intervals of one scale's coefficients; 0 for none.",
        ),
    ] = 0,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the resamples.")] = None,
    reading: Reading = AS_TOLD,
    json: Json = False,
) -> None:
    """Reliability of one scale from its items, or of every factor of a measurement model.

    Without --model: α with Feldt's interval, ω of a one-factor model, lower bounds and split halves, the test of
    equal loadings that α assumes, the error of scores, and item statistics. With it: α, ω, composite reliability,
    AVE, and heterotrait-monotrait ratios. With --ordered thresholds and polychoric
    correlations take the place of the codes. Exit code 1: the model cannot be trusted.

    \b
    mlbc reliability data.csv --items x1,x2,x3 --bootstrap 2000 --seed 1
    mlbc reliability data.csv --model "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6"
    mlbc reliability data.csv --model cfa.lav --ordered --json
    """
    from mlbc_stats.cli.data import read_frame, speaking_of

    if items and model:
        raise complain("give --items for one scale or --model for several, not both", BAD_INPUT)
    if bootstrap and (model or ordered):
        raise complain(
            "--bootstrap is for one scale of continuous items: without --model and --ordered", BAD_INPUT
        )
    frame = read_frame(data, reading)
    with speaking_of(frame):
        if model:
            _by_model(frame, model, reading.encoding, json, ordered)
        else:
            names = _columns(frame) if items is None else names_of(items, "--items")
            if ordered:
                _by_categories(frame, names, json)
            else:
                _by_items(frame, names, json, bootstrap, seed)


def _by_categories(frame: pd.DataFrame, names: list[str], json: bool) -> None:
    """Green and Yang's ω of the sum score beside ordinal α, each with what it is the reliability of."""
    import pandas as pd

    from mlbc_stats import reliability as scales
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.report import frame_table

    omega, alpha = scales.ordinal_omega(frame, names), scales.ordinal_alpha(frame, names)
    if json:
        print_json({"ordinal_omega": asdict(omega), "ordinal_alpha": asdict(alpha)})
        return
    values = [
        ("ω of the sum", omega.omega, omega.ci_lower, omega.ci_upper),
        ("ordinal α", alpha.alpha, alpha.ci_lower, alpha.ci_upper),
    ]
    rows = pd.DataFrame(values, columns=["coefficient", "value", "ci_lower", "ci_upper"])
    bounded = dict.fromkeys(("value", "ci_lower", "ci_upper"), "bounded")
    title = f"Reliability of {len(names)} ordinal items, n = {omega.n}"
    print_table(frame_table(rows, title, formats=bounded))
    say(alpha.caution)


def _columns(frame: pd.DataFrame) -> list[str]:
    from mlbc_stats.cli.data import ROW_NAMES

    return [str(name) for name in frame.columns if name != ROW_NAMES]


def _by_items(frame: pd.DataFrame, names: list[str], json: bool, bootstrap: int, seed: int | None) -> None:
    from mlbc_stats import reliability as scales
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.report import frame_table

    found = scales.scale_summary(frame, names, replications=bootstrap or None, seed=seed)
    if json:
        print_json(_recorded(found))
    else:
        rows = found.coefficients.rename(index=SIGNS)
        bounded = dict.fromkeys(("value", "ci_lower", "ci_upper"), "bounded")
        print_table(
            frame_table(rows, f"Reliability of {found.n_items} items, n = {found.n}", formats=bounded)
        )
        if found.tau:
            say(found.tau.advice)
        if found.error:
            say(_error_of_scores(found.error))
        print_table(frame_table(found.items, "Items"))
    _judge(found)


SIGNS = {
    "alpha": "α",
    "standardized": "α, standardized",
    "omega": "ω",
    "lambda2": "λ2",
    "lambda4": "λ4",
    "lambda6": "λ6",
    "glb": "greatest lower bound",
    "maximal_h": "H",
    "split_min": "lowest split half",
    "split_max": "highest split half",
}


def _recorded(found: ScaleSummary) -> dict[str, Any]:
    """One scale as a record; the table of models inside it as rows."""
    results = {name: getattr(found, name) for name in ("alpha", "omega", "tau", "error")}
    record: dict[str, Any] = {name: asdict(one) if one else None for name, one in results.items()}
    if found.tau:
        record["tau"]["models"] = found.tau.models.reset_index()
    return record | {
        "omega_withheld": found.withheld.get("omega"),
        "withheld": found.withheld,
        "notes": list(found.notes),
        "coefficients": found.coefficients.reset_index(),
        "items": found.items.rename_axis("item").reset_index(),
    }


def _error_of_scores(error: MeasurementError) -> str:
    sign = SIGNS[error.coefficient]
    return (
        f"Standard error of measurement by {sign}: {error.sem_score:.3g} of the mean, {error.sem:.3g} of the sum; a "
        f"person's change counts from {error.change_score:.3g} of the mean ({error.level:.0%})."
    )


def _judge(found: ScaleSummary) -> None:
    """Say on stderr what stands against the coefficients."""
    for text in found.notes:
        say(f"warning: {text}")
    untested = {name: text for name, text in found.withheld.items() if name != "tau" or found.n_items > 2}
    for name, text in untested.items():
        reason = text.replace(", or estimator='ULS'", "").replace("cases, use", "cases or use")
        say(f"warning: {_spoken(name)} withheld: {reason}")
    if untested or (found.alpha and found.alpha.negative_items):
        raise typer.Exit(NOT_TRUSTWORTHY)


def _spoken(name: str) -> str:
    """What is withheld, with its verb."""
    known = {
        "tau": "the test of equal loadings",
        "error": "the error of scores",
        "bootstrap": "bootstrap intervals",
    }
    words = known.get(name) or ", ".join(SIGNS.get(each, each) for each in name.split(", "))
    return f"{words} {'are' if ',' in words or name == 'bootstrap' else 'is'}"


def _by_model(frame: pd.DataFrame, model: str, encoding: str | None, json: bool, ordered: bool) -> None:
    from mlbc_stats import reliability as scales
    from mlbc_stats import sem
    from mlbc_stats.cli.data import read_model
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.report import frame_table

    fit = sem.cfa(read_model(model, encoding), frame, std_lv=True, ordered=ordered)
    if not fit.converged:
        raise complain("no reliability: the measurement model did not converge", NOT_TRUSTWORTHY)
    found = scales.summary(fit)
    tables: dict[str, Any] = {
        "constructs": found.constructs,
        "htmt": found.htmt,
        "htmt2": found.htmt2,
        "fornell_larcker": found.fornell_larcker,
    }
    if json:
        print_json({name: table.rename_axis("construct").reset_index() for name, table in tables.items()})
    else:
        print_table(frame_table(found.constructs, f"Reliability from the model, n = {fit.nobs}"))
        bounded = {str(name): "bounded" for name in found.htmt.columns}
        print_table(frame_table(found.htmt, "Heterotrait-monotrait ratios", formats=bounded))
    if fit.doubts:
        raise typer.Exit(NOT_TRUSTWORTHY)
