"""Indirect effects with bootstrap intervals, and explained variance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from mlbc_stats import sem
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.report import Table
from mlbc_stats.study.names import names_of
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.s1_draws import draws_of_s1
from mlbc_stats.study.stages.shared.verdicts import theory_of

KINDS = ("indirect", "total")


def effects_tables(material: Material) -> tuple[Table, ...]:
    """Indirect and total effects in S1, standardized: analytic and bootstrap intervals side by side."""
    fit = theory_of(material).fits.get("S1")
    if fit is None or not fit.converged:
        return ()
    try:
        listed = sem.effects(fit, standardized="std_all")
    except (DataError, ModelError):
        return ()
    places = [k for k, kind in enumerate(listed["effect"]) if kind in KINDS and _carried(listed, k)]
    if not places:
        return ()
    drawn = draws_of_s1(material)
    boot = None if drawn.draws is None else drawn.draws.effects(standardized="std_all")
    rows = listed.iloc[places]
    names = [f"{source} → {target}" for source, target in zip(rows["rhs"], rows["lhs"], strict=True)]
    known = names_of(material.instrument)
    spoken = tuple(
        f"{known.get(a, a)} → {known.get(b, b)}" for a, b in zip(rows["rhs"], rows["lhs"], strict=True)
    )
    analytic = tuple(zip(rows["ci_lower"], rows["ci_upper"], strict=True))
    resampled: tuple[object, ...] = (None,) * len(rows)
    if boot is not None:
        found = boot.iloc[places]
        resampled = tuple(zip(found["ci_lower"], found["ci_upper"], strict=True))
    return (
        Table(
            title="S1: indirect and total effects",
            header=("effect", "of", "standardized", "SE", "p", "95% CI", "95% CI, bootstrap"),
            columns=(
                tuple(rows["effect"]),
                tuple(names),
                tuple(rows["est"]),
                tuple(rows["se"]),
                tuple(rows["pvalue"]),
                analytic,
                resampled,
            ),
            formats=("text", "text", "estimate", "estimate", "p", "interval", "interval"),
            notes=(
                "Indirect effects run through all mediators of the model together; specific ones that a proposition "
                "asks for are among the paths. Estimate, SE and first interval: delta method, all units. "
                + drawn.note,
            ),
            identifier="effects",
            glosses={1: spoken},
            row_header=2,
        ),
    )


def _carried(listed: object, place: int) -> bool:
    """Whether a total effect has an indirect part: others repeat a path."""
    row = listed.iloc[place]  # type: ignore[attr-defined]
    same = (listed["lhs"] == row["lhs"]) & (listed["rhs"] == row["rhs"])  # type: ignore[index]
    return bool((listed["effect"][same] == "indirect").any())  # type: ignore[index]


def rsquare_table(material: Material) -> tuple[Table, ...]:
    """R² of what the paths of each structural model explain; indicators are in the table of loadings."""
    rows: list[tuple[str, str, float, float]] = []
    names, told = names_of(material.instrument), []
    for name, fit in theory_of(material).plain_fits.items():
        if not fit.converged:
            continue
        model = theory_of(material).models[name].structure
        shares = fit.rsquare
        for outcome, predictors in model.paths:
            value = float(shares.get(outcome, math.nan))
            effect = value / (1 - value) if value < 1 else math.nan
            told.append(_outcome(outcome, predictors, names))
            rows.append((name, f"{outcome} on {', '.join(predictors)}", value, effect))
    if not rows:
        return ()
    return (
        Table(
            title="Explained variance",
            header=("model", "outcome", "R²", "f²"),
            columns=tuple(zip(*rows, strict=True)),
            formats=("text", "text", "bounded", "statistic"),
            notes=(
                "f² = R²/(1 − R²) of all predictors together; the standardized paths say what each adds.",
            ),
            identifier="rsquare",
            row_header=2,
            glosses={1: tuple(told)},
        ),
    )


def _outcome(outcome: str, predictors: Iterable[str], names: Mapping[str, str]) -> str:
    """What is explained and by what, in words."""
    return f"{names.get(outcome, outcome)} on {', '.join(names.get(each, each) for each in predictors)}"
