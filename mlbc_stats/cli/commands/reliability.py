"""The command that judges scales: `mlbc reliability DATA`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.data import AS_TOLD, Reading
from mlbc_stats.cli.exit_codes import BAD_INPUT, NOT_TRUSTWORTHY, complain, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Json
from mlbc_stats.errors import DataError, ModelError

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.reliability.internal_consistency import Alpha
    from mlbc_stats.reliability.one_factor import Omega


@guarded
@grouped
def reliability(
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="CSV with keyed items (reversed ones turned).")
    ],
    items: Annotated[
        str | None, typer.Option("--items", help="Columns of the scale, with commas; all by default.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="Measurement model in lavaan syntax: a file or the text.")
    ] = None,
    ordered: Annotated[
        bool, typer.Option("--ordered", help="Items are ordinal: ω of the sum by thresholds, ordinal α.")
    ] = False,
    reading: Reading = AS_TOLD,
    json: Json = False,
) -> None:
    """Reliability of one scale from its items, or of every factor of a measurement model.

    Without --model: α with Feldt's interval, ω of a one-factor model, and item statistics. With it: α, ω,
    composite reliability, AVE, and heterotrait-monotrait ratios. With --ordered thresholds and polychoric
    correlations take the place of the codes. Exit code 1: the model cannot be trusted.

    \b
    mlbc reliability data.csv --items x1,x2,x3
    mlbc reliability data.csv --model "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6"
    mlbc reliability data.csv --model cfa.lav --ordered --json
    """
    from mlbc_stats.cli.data import read_frame, speaking_of

    if items and model:
        raise complain("give --items for one scale or --model for several, not both", BAD_INPUT)
    frame = read_frame(data, reading)
    with speaking_of(frame):
        if model:
            _by_model(frame, model, reading.encoding, json, ordered)
        else:
            names = [name.strip() for name in items.split(",")] if items else _columns(frame)
            (_by_categories if ordered else _by_items)(frame, names, json)


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


def _by_items(frame: pd.DataFrame, names: list[str], json: bool) -> None:
    import pandas as pd

    from mlbc_stats import reliability as scales
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.report import frame_table

    alpha, (omega, withheld) = scales.alpha(frame, names), _omega(frame, names)
    statistics = scales.item_statistics(frame, names)
    if json:
        print_json(
            {
                "alpha": asdict(alpha),
                "omega": asdict(omega) if omega else None,
                "omega_withheld": withheld or None,
                "items": statistics.rename_axis("item").reset_index(),
            }
        )
    else:
        values = [("α", alpha.alpha, alpha.ci_lower, alpha.ci_upper)]
        if omega:
            values.append(("ω", omega.omega, omega.ci_lower, omega.ci_upper))
        rows = pd.DataFrame(values, columns=["coefficient", "value", "ci_lower", "ci_upper"])
        bounded = dict.fromkeys(("value", "ci_lower", "ci_upper"), "bounded")
        title = f"Reliability of {alpha.n_items} items, n = {alpha.n}"
        print_table(frame_table(rows, title, formats=bounded))
        print_table(frame_table(statistics, "Items"))
    _judge(alpha, withheld)


def _omega(frame: pd.DataFrame, names: list[str]) -> tuple[Omega | None, str]:
    """ω, or why it is withheld: its model asks for more of the data than α does."""
    from mlbc_stats import reliability as scales

    try:
        return scales.omega(frame, names), ""
    except (DataError, ModelError) as error:
        return None, str(error).replace(", or estimator='ULS'", "").replace("cases, use", "cases or use")


def _judge(alpha: Alpha, withheld: str) -> None:
    """Say on stderr what stands against the coefficients."""
    if withheld:
        say(f"warning: ω is withheld: {withheld}")
    if alpha.negative_items:
        raise complain(
            f"warning: {', '.join(alpha.negative_items)} correlate negatively with the rest; turn reversed items",
            NOT_TRUSTWORTHY,
        )
    if withheld:
        raise typer.Exit(NOT_TRUSTWORTHY)


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
