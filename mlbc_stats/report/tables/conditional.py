"""Tables of what holds under conditions: slopes at values of a moderator, levels that an outcome needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.report.numbers import format_value
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.interactions.slopes import SimpleSlopes


def moderation_table(found: SimpleSlopes, title: str = "", synthetic: bool | None = None) -> Table:
    """The slope of a predictor at values of its moderator, with errors, exact p and intervals.

    Parameters
    ----------
    found : what `sem.simple_slopes` returns. title, synthetic : as in `Table`.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace as Box
    >>> row = {"moderator": 1.0, "slope": 0.7, "se": 0.1, "z": 7.0, "pvalue": 1e-9, "ci_lower": 0.5, "ci_upper": 0.9}
    >>> found = Box(outcome="Y", predictor="X", moderator="Z", table=pd.DataFrame([row]))
    >>> moderation_table(found).sheet().rows
    (('1.00', '0.700', '0.100', '7.00', '< .001', '[0.500, 0.900]'),)
    """
    frame = found.table
    return Table(
        title or f"Slope of {found.outcome} on {found.predictor} at values of {found.moderator}",
        (found.moderator, "Slope", "SE", "z", "p", "95% CI"),
        (
            *(tuple(frame[name]) for name in ("moderator", "slope", "se", "z", "pvalue")),
            tuple(zip(frame["ci_lower"], frame["ci_upper"], strict=True)),
        ),
        ("short", "estimate", "estimate", "statistic", "p", "interval"),
        synthetic=synthetic,
        identifier="moderation",
    )


def bottleneck_table(
    needed: pd.DataFrame,
    ceiling: str = "",
    unit: str = "percentage of the range",
    synthetic: bool | None = None,
) -> Table:
    """What every level of an outcome needs of each condition: NN where nothing is needed, NA where no level suffices.

    Parameters
    ----------
    needed : what the ``bottleneck`` of a result of `necessity.fit` returns, the outcome first.
    ceiling, unit : told below the table. synthetic : as in `Table`.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"y": [0.0, 50.0, 100.0], "x": [float("nan"), 33.333, float("inf")]})
    >>> bottleneck_table(frame).sheet().rows
    (('0.0', 'NN'), ('50.0', '33.3'), ('100.0', 'NA'))
    """
    names = [str(name) for name in needed.columns]
    under = f" Ceiling: {ceiling}." if ceiling else ""
    return Table(
        f"What levels of {names[0]} need",
        tuple(names),
        tuple(tuple(_level(float(value)) for value in needed[name]) for name in needed.columns),
        ("text",) * len(names),
        notes=(f"In {unit}. NN: not necessary; NA: no observed level suffices (Dul, 2016).{under}",),
        synthetic=synthetic,
        identifier="bottleneck",
    )


def _level(value: float) -> str:
    if value != value:
        return "NN"
    return (
        "NA" if value in (float("inf"), float("-inf")) else format_value(value / 100, "percent").rstrip("%")
    )
