"""Stage 6: the deciding coefficients under other choices of analysis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mlbc_stats import theory
from mlbc_stats.report import Figure, Table, format_value, meaning, specification_curve
from mlbc_stats.study.names import names_of
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.stage import Stage

if TYPE_CHECKING:
    import pandas as pd

TEXT = (
    "The same propositions by the same rule, under every combination of choices that could have been made "
    "otherwise: estimator, treatment of missing answers, cases, controls. The default analysis is the first of them. "
    "Nothing is chosen among them here: the verdicts of this study stand in their own section."
)
COLUMNS = {
    "default": "estimate",
    "controlled": "estimate",
    "least": "estimate",
    "median": "estimate",
    "greatest": "estimate",
    "sign_flips": "count",
    "contradictions": "count",
    "same_verdict": "text",
}


def trials(material: Material, workers: int | None = None) -> Callable[[], theory.Robustness]:
    """The call that judges the propositions under every choice; it holds what it needs and nothing else."""
    return partial(
        theory.robustness,
        material.responses,
        material.study.propositions or None,
        material.screening,
        controls=material.study.controls,
        **material.study.estimation.default(),
        workers=workers,
    )


def robustness(material: Material, tried: Callable[[], theory.Robustness] | None = None) -> Stage:
    """A table of all coefficients, one of all estimates, and a specification curve for each proposition.

    Parameters
    ----------
    tried : gives what `trials` found, where it was begun before.
    """
    if not material.study.robustness:
        return Stage("robustness", "Robustness", text=("Left out, as the study asks.",))
    found = (tried or trials(material))()
    names = names_of(material.instrument)
    there = found.estimates.groupby("quantity")["estimate"].transform("count") > 0
    estimates = found.estimates[there]
    return Stage(
        name="robustness",
        title="Robustness",
        short=_sentence(found.summary()),
        text=(TEXT, found.notes),
        tables=(_summary(found.summary()), _estimates(estimates)) if there.any() else (),
        figures=_figures(estimates, names, material.synthetic),
        texts=(("tables/robustness_specifications.csv", _file(found.estimates, material.synthetic)),),
    )


def _sentence(summary: pd.DataFrame) -> str:
    known = summary[summary["specifications"] > 0]
    count = int(known["specifications"].max()) if len(known) else 0
    stable = int((known["same_verdict"] == known["specifications"]).sum())
    flipped = known.loc[known["sign_flips"] > 0, "proposition"].unique()
    contradicted = known.loc[known["contradictions"] > 0, "proposition"].unique()
    signs = f"another sign somewhere: {', '.join(flipped)}" if len(flipped) else "no sign changes"
    clear = f"clearly so: {', '.join(contradicted)}" if len(contradicted) else "never clearly so"
    return (
        f"Up to {count} specifications each; {stable} of {len(known)} deciding coefficients keep their verdict in all; "
        f"{signs}{f' ({clear})' if len(flipped) else ''}."
    )


def _summary(summary: pd.DataFrame) -> Table:
    """One row per coefficient that some specification gives: default, range, signs and verdicts over them."""
    known = summary[summary["specifications"] > 0]
    lost = summary.loc[~summary["proposition"].isin(known["proposition"]), "proposition"].unique()
    shown = known.assign(
        same_verdict=[
            f"{row.verdict}, {row.same_verdict} of {row.specifications}" for row in known.itertuples()
        ]
    )
    frame = shown[["quantity", "proposition", *COLUMNS]]
    return Table.from_frame(
        frame,
        "Deciding coefficients under every specification",
        formats=COLUMNS,
        headings={
            "proposition": "for",
            "controlled": "with controls",
            "greatest": "most",
            "sign_flips": "sign flips",
            "contradictions": "clear flips",
            "same_verdict": "same verdict",
        },
        notes=(
            "Sign flips: specifications whose estimate has the opposite sign to the default analysis; clear flips: "
            "those whose interval also excludes zero.",
            *([f"No estimate in any specification: {', '.join(lost)}."] if len(lost) else []),
        ),
        index=False,
        identifier="coefficients",
    )


def _estimates(estimates: pd.DataFrame) -> Table:
    """One row per specification, one column per coefficient; flipped signs are marked."""
    numbers = {quantity: place for place, quantity in enumerate(estimates["quantity"].unique(), 1)}
    marked = [
        format_value(row.estimate, "short", "−") + ("*" if row.sign_flip else "")
        for row in estimates.itertuples()
    ]
    labels = [
        f"{row.estimator}, {row.missing}, {row.cases}, {row.controls} controls"
        for row in estimates.itertuples()
    ]
    wide = estimates.assign(
        shown=marked, label=labels, column=estimates["quantity"].map(numbers)
    ).pivot_table(index="label", columns="column", values="shown", aggfunc="first", sort=False)
    key = "; ".join(f"{place}: {quantity}" for quantity, place in numbers.items())
    reasons = estimates.loc[estimates["reason"] != "", ["estimator", "reason"]].drop_duplicates()
    return Table.from_frame(
        wide.rename_axis(index="specification", columns=None),
        "Estimates by specification",
        notes=(
            f"The first row is the default analysis; * opposite sign to the default. {key}.",
            *(f"{row.estimator}: {row.reason}" for row in reasons.itertuples()),
        ),
        identifier="estimates",
    )


def _figures(estimates: pd.DataFrame, names: dict[str, str], synthetic: bool) -> tuple[Figure, ...]:
    known = estimates[estimates["estimate"].notna()]
    spoken = {quantity: meaning(quantity, names) for quantity in known["quantity"].unique()}
    return tuple(
        replace(
            specification_curve(
                estimates, name, spoken, f"{name} under every specification: {names.get(name, '')}", synthetic
            ),
            identifier=name,
        )
        for name in known["proposition"].unique()
    )


def _file(estimates: pd.DataFrame, synthetic: bool) -> str:
    """Every estimate in full precision."""
    table = Table.from_frame(estimates, "Specifications", index=False)
    return table.marked(synthetic).to_csv()
