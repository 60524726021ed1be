"""Beside M11: the response surface of both paces, which shows whether their difference may stand for it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mlbc_stats import surfaces
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.theory.deciders.scores import unit_scores
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

if TYPE_CHECKING:
    from mlbc_stats.surfaces import SurfaceResult
    from mlbc_stats.theory.deciders.seam import Given
    from mlbc_stats.theory.entries import Proposition

FEATURE = re.compile(r"(a[1-5]) of (\w+) ~ (\w+), (\w+)(?: \| (\w+))?")
"""A feature, the outcome, the two predictors, and what is held constant."""
FEWEST = 30
"""Complete units without which six coefficients are not looked at."""
MEMBERS = ("full", "SQD", "absdiff", "absunc", "additive")
TOLD = (
    "response surface of scale means, all predictors about the mean and in the deviation of both together, the outcome "
    "in its own, HC3 errors: a1, a2 slope and curvature where both are equal, a3, a4 where they differ, a5 whether the "
    "surface is turned; stationary point ({X0:.2f}, {Y0:.2f}); first principal axis intercept {p10:.2f}, slope "
    "{p11:.2f}; R² {r2}"
)


def with_surfaces(
    entries: Iterable[Proposition], found: Mapping[str, Found], given: Given
) -> dict[str, Found]:
    """The quantities found, with features of a surface beside those whose propositions name some.

    A surface that cannot be fitted leaves a note in their place.
    """
    out = dict(found)
    for entry in entries:
        asked = [match for one in entry.beside if (match := FEATURE.fullmatch(one.quantity))]
        if entry.id in out and asked:
            held = out[entry.id]
            beside, note = _features(asked, given)
            out[entry.id] = replace(held, beside=(*held.beside, *beside), notes=(*held.notes, note))
    return out


def _features(asked: list[re.Match[str]], given: Given) -> tuple[tuple[Quantity, ...], str]:
    _, outcome, x, y, control = asked[0].groups()
    controls = [control] if control else []
    scores = unit_scores(given, [outcome, x, y, *controls]).dropna()
    if len(scores) < FEWEST:
        return (), f"no response surface: {len(scores)} units have all of it; {FEWEST} or more are needed"
    scores[outcome] = (scores[outcome] - scores[outcome].mean()) / scores[outcome].std()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            fitted = surfaces.fit(
                scores,
                outcome,
                x,
                y,
                models=MEMBERS,
                controls=controls,
                center="pooled",
                scale="pooled",
                errors="HC3",
            )
    except (DataError, ModelError) as error:
        return (), f"no response surface: {error}"
    sizes, errors = _column(fitted, "est"), _column(fitted, "se")
    parts = tuple(Quantity(match.group(), sizes[match[1]], errors[match[1]]) for match in asked)
    return parts, _note(fitted)


def _column(fitted: SurfaceResult, column: str) -> dict[str, float]:
    """Feature → its number, of the full surface."""
    frame = fitted.parameters()
    return dict(zip(frame["name"], frame[column].to_numpy(dtype=float).tolist(), strict=True))


def _note(fitted: SurfaceResult) -> str:
    """Stationary point, principal axis, and which member of the family the answers are nearest to."""
    held = _column(fitted, "est")
    places = {name: held[name] for name in ("X0", "Y0", "p10", "p11")}
    table = fitted.table
    shares = dict(zip(table.index.astype(str), table["weight"].to_numpy(dtype=float).tolist(), strict=True))
    weights = ", ".join(f"{name} {shares[name]:.2f}" for name in MEMBERS if name in shares)
    r2 = float(table["r2"].to_numpy(dtype=float)[list(shares).index("full")])
    return f"{TOLD.format(**places, r2=round(r2, 3))}; Akaike weights {weights}"
