"""Two tables of a simulated plan: power and what else was found, and the smallest samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from mlbc_stats.report.tables.columns import frame_table
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


class Planned(Protocol):
    """What these tables and the curves read of a simulated plan."""

    @property
    def plan(self) -> Any:
        """Grid, replications, seed and hash."""

    @property
    def summaries(self) -> Sequence[Any]:
        """A proposition under a condition each."""

    @property
    def missing(self) -> int:
        """Pieces that are not done."""

    def table(self) -> pd.DataFrame:
        """One row per proposition and condition."""

    def smallest(self) -> pd.DataFrame:
        """The smallest samples."""

    def curves(self) -> Mapping[tuple[str, Any], Any]:
        """Proposition and condition → curve of power."""


GRID = ("effect", "reliability", "categories", "missing", "cluster_size")
HEADINGS = {
    "proposition": "Proposition",
    "effect": "Effect",
    "reliability": "Reliability",
    "categories": "Categories",
    "missing": "Missing",
    "cluster_size": "Per organization",
    "truth": "True",
    "power": "Power",
    "power_error": "± MC",
    "power_holm": "Holm",
    "analytic": "Formula",
    "opposite": "Opposite",
    "negligible": "Negligible",
    "bias": "Bias",
    "coverage": "Coverage",
    "type_s": "Type S",
    "type_m": "Type M",
    "converged": "Solved",
    "inadmissible": "Inadmissible",
}
FORMATS = {
    "effect": "short",
    "reliability": "short",
    "categories": "count",
    "missing": "share",
    "cluster_size": "count",
    "truth": "estimate",
    **dict.fromkeys(
        ("power", "power_error", "power_holm", "analytic", "opposite", "negligible", "coverage"), "bounded"
    ),
    "bias": "estimate",
    "type_s": "bounded",
    "type_m": "short",
    "converged": "bounded",
    "inadmissible": "bounded",
}
NOTES = (
    "Power: share of samples whose verdict is supported, at the level of one interval; Holm: at the levels of the "
    "confirmatory family, as far as its members were planned together; ± MC: its Monte Carlo error.",
    "Formula: the same coefficient between perfectly reliable scores, an upper bound for answers with error.",
    "A product of constructs is estimated by product indicators here; studies do so by quasi maximum likelihood.",
    "Type S: wrong sign among intervals that exclude zero; Type M: their mean size by the true one.",
)


def planning_table(found: Planned, title: str = "Power by simulation", identifier: str = "power") -> Table:
    """One row per proposition and condition.

    Parameters
    ----------
    found : what `planning.simulate` returns. title, identifier : as in `Table`.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> found = planning.simulate(planning.Plan(propositions=("M5r",), n=(150,), replications=20), executor="threads")
    >>> planning_table(found).header[:4]
    ('Proposition', 'n', 'True', 'Power')
    """
    frame = found.table()
    varying = [name for name in GRID if (frame[name] != frame[name].iloc[0]).any()]
    columns = [name for name in HEADINGS if name not in (*GRID, "proposition")]
    return frame_table(
        frame[["proposition", *varying, "n", *columns]],
        title,
        FORMATS,
        HEADINGS,
        notes=(_conditions(found), *NOTES),
        synthetic=True,
        identifier=identifier,
    )


def sample_size_table(
    found: Planned, title: str = "Smallest samples", identifier: str = "sample-sizes"
) -> Table:
    """The smallest samples for a power of .80 and .90, with 95 % intervals of the Monte Carlo error.

    Parameters
    ----------
    found : what `planning.simulate` or `planning.search` returns, two sizes of sample or more.
    title, identifier : as in `Table`.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> plan = planning.Plan(propositions=("M5r",), n=(100, 300), effect=(0.3,), replications=20)
    >>> sample_size_table(planning.simulate(plan, executor="threads")).header
    ('Proposition', 'n for .80', '95 % interval', 'n for .90', '95 % interval of it')
    """
    frame = found.smallest()
    varying = [name for name in GRID if (frame[name] != frame[name].iloc[0]).any()]
    out = frame[["proposition", *varying]].copy()
    for power, heading in ((80, "95 % interval"), (90, "95 % interval of it")):
        ends = zip(frame[f"n_{power}_lower"], frame[f"n_{power}_upper"], strict=True)
        out[f"n for .{power}"] = frame[f"n_{power}"]
        out[heading] = [f"{_whole(low)}–{_whole(high)}" for low, high in ends]
    notes = [
        "From a rising curve through the simulated powers, Φ(a + b√n); intervals are of its Monte Carlo error."
    ]
    if frame["beyond"].any():
        notes.append(
            "Numbers outside the simulated sizes are extrapolated: simulate there before relying on them."
        )
    return frame_table(
        out,
        title,
        {**FORMATS, "n for .80": "count", "n for .90": "count"},
        HEADINGS,
        notes=(_conditions(found), *notes),
        synthetic=True,
        identifier=identifier,
    )


def _whole(n: float) -> str:
    return "∞" if n != n else f"{n:.0f}"


def _conditions(found: Planned) -> str:
    """What is the same in all rows."""
    plan = found.plan
    parts = [
        f"{plan.replications} samples each (seed {plan.seed})",
        _one("reliability", plan.reliability),
        _one("missing answers", plan.missing),
        "continuous answers" if plan.categories == (0,) else _one("categories", plan.categories),
        "" if plan.cluster_size == (1,) else _one("solutions of an organization", plan.cluster_size),
    ]
    done = "" if not found.missing else f" {found.missing} pieces of the plan are not done yet."
    return f"{', '.join(part for part in parts if part)}; plan {plan.hash[:12]}.{done}"


def _one(name: str, values: tuple[float, ...]) -> str:
    return f"{name} {values[0]:g}" if len(values) == 1 else ""
