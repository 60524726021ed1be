"""Stage 7: the same models through semopy, estimates and errors compared."""

from __future__ import annotations

from mlbc_stats import sem
from mlbc_stats.report import Table
from mlbc_stats.study.material import Material
from mlbc_stats.study.stage import Stage

SECONDS = 120.0
"""How long semopy may take for one model."""


def opinion(material: Material) -> Stage:
    """Largest differences of estimates, errors and objective, or why they cannot be compared."""
    if not material.study.second_opinion:
        return Stage("opinion", "Second opinion", ("Not asked for in the study.",))
    return Stage(
        name="opinion",
        title="Second opinion",
        text=(
            "Each model is fitted again by semopy, another program, given every parameter explicitly. Estimates, "
            "standard errors and the objective are compared, nothing else.",
        ),
        tables=(_table(material),),
    )


def _table(material: Material) -> Table:
    fits = {**material.theory.fits}
    opinions = {name: sem.second_opinion(fit, timeout=SECONDS) for name, fit in fits.items()}
    found = tuple(opinions.values())
    return Table(
        "Largest differences to semopy",
        ("model", "comparable", "estimates", "errors", "objective", "agrees to 1e-4", "remark"),
        (
            tuple(opinions),
            tuple(one.comparable for one in found),
            tuple(one.estimates for one in found),
            tuple(one.errors for one in found),
            tuple(one.objective for one in found),
            tuple(one.agrees() if one.comparable else None for one in found),
            tuple(one.reason for one in found),
        ),
        ("text", "truth", "magnitude", "magnitude", "magnitude", "truth", "text"),
        identifier="semopy",
    )
