"""Tables of the measurement of constructs: criteria with their sources, cross-loadings, second order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from mlbc_stats.report.render.sheet import RowGroup
from mlbc_stats.report.tables.columns import interval_column
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.reliability.construct_validity.cross_loadings import CrossLoadings
    from mlbc_stats.reliability.construct_validity.second_order import SecondOrderValidity
    from mlbc_stats.theory.deciders.stage_agreement import StageAgreement

PARTS = {
    "loadings": "Items",
    "reliability": "Reliability",
    "convergent": "Convergent validity",
    "discriminant": "Discriminant validity",
}
SHOWN = 10
"""Items in the table of cross-loadings."""


def criteria_tables(frame: pd.DataFrame, names: Mapping[str, str]) -> tuple[Table, ...]:
    """Conventions with their sources, constructs at a glance, and one table per construct.

    Parameters
    ----------
    frame : from `reliability.construct_criteria`. names : id of a construct or item → its name or words.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import reliability, sem
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + 0.5 * rng.normal(size=(300, 6))).T))
    >>> fit = sem.cfa("one =~ a + b + c\\ntwo =~ d + e + f", items)
    >>> [table.identifier for table in criteria_tables(reliability.construct_criteria(fit), {})]
    ['conventions', 'overview', 'criteria_one', 'criteria_two']
    """
    return (_conventions(), _overview(frame, names), *_single(frame, names))


def cross_loadings_table(found: CrossLoadings, known: Mapping[str, str]) -> Table:
    """The items that lie nearest to another scale."""
    frame = found.table.assign(gap=found.table["own"] - found.table["largest_other"].abs())
    shown = frame.sort_values("gap", kind="stable").head(SHOWN)
    return Table(
        title=f"Cross-loadings, the {len(shown)} items nearest to another scale",
        header=("item", "own scale", "other scale", "r own", "r other", "own exceeds"),
        columns=(
            tuple(str(name) for name in shown.index),
            tuple(shown["scale"]),
            tuple(shown["nearest"]),
            tuple(shown["own"]),
            tuple(shown["largest_other"]),
            tuple(bool(value) for value in shown["holds"]),
        ),
        formats=("text", "text", "text", "bounded", "bounded", "truth"),
        notes=(
            "Correlation of an item with the sum of the other items of its scale, and with the sum of the nearest "
            f"other scale; {found.n} complete units. {len(found.failing)} of {len(frame)} items correlate more "
            "highly with another scale.",
        ),
        identifier="cross_loadings",
        glosses=_glosses({0: [str(name) for name in shown.index]}, known),
    )


def stage_agreement_table(found: StageAgreement) -> Table:
    """How far each component of AI has come, by the inventory and by the single choice."""
    rows = found.table
    return Table(
        title="Phase of each component: inventory and single choice",
        header=(
            "choice",
            "n",
            "ρ",
            "95% CI",
            "κ",
            "95% CI",
            "same phase",
            "within one",
            "choice higher",
            "choice lower",
        ),
        columns=(
            tuple(f"stage_{name}" for name in rows.index),
            tuple(int(count) for count in rows["n"]),
            tuple(rows["rank"]),
            interval_column(rows, of="rank"),
            tuple(rows["kappa"]),
            interval_column(rows, of="kappa"),
            *(tuple(rows[name]) for name in ("exact", "within_one", "choice_higher", "choice_lower")),
        ),
        formats=("text", "count", *("bounded", "bounded_interval") * 2, *("percent",) * 4),
        notes=(
            "ρ: Spearman's correlation of the choice with the mean of the three phase scores. κ: Cohen's κ with "
            "quadratic weights of the choice and the inventory's phase, which is the number of phases, from the first "
            f"and without a gap, with a score of at least {found.in_place:.0%} of the answer scale; the shares compare "
            "the same two.",
            *(f"{name}: {reason}." for name, reason in found.left_out.items()),
        ),
        identifier="stage_agreement",
    )


def second_order_table(found: SecondOrderValidity, known: Mapping[str, str]) -> Table:
    """Second-order constructs with their facets' loadings, AVE, CR and distinctness."""
    rows = found.constructs
    names = [str(name) for name in rows.index]
    loadings = found.loadings.groupby("general")["loading"]
    return Table(
        title="Second-order constructs",
        header=("construct", "facets", "loadings", "AVE", "CR", "ω of the sum", "largest |r|", "√AVE above"),
        columns=(
            tuple(names),
            tuple(rows["n_facets"]),
            tuple((float(loadings.min()[name]), float(loadings.max()[name])) for name in names),
            tuple(rows["ave"]),
            tuple(rows["cr"]),
            tuple(rows["level1"]),
            tuple(rows["largest_r"]),
            tuple(bool(value) for value in rows["distinct"]),
        ),
        formats=("text", "count", "bounded_interval", "bounded", "bounded", "bounded", "bounded", "truth"),
        notes=(
            "Standardized loadings of the facets, smallest and largest; AVE is the mean squared loading of the "
            "facets, ω the "
            "share of the variance of the sum of all items that the construct explains (MacKenzie, Podsakoff & "
            "Podsakoff "
            "2011).",
            f"Target coefficient {found.target:.3f}: χ² of the correlated facets divided by that of this model, near "
            "1 where second-order factors cost little fit (Marsh & Hocevar 1985).",
        ),
        identifier="second_order",
        glosses=_glosses({0: names}, known),
    )


def _conventions() -> Table:
    from mlbc_stats.reliability.criteria import RULES

    return Table(
        title="Conventions and where they come from",
        header=("quantity", "rule", "source"),
        columns=(
            tuple(rule.name for rule in RULES.values()),
            tuple(rule.text for rule in RULES.values()),
            tuple(rule.source for rule in RULES.values()),
        ),
        formats=("text", "text", "text"),
        notes=(
            "Outer end: of the 95 % interval, farther from zero. Discriminant validity is judged against the nearest "
            "other construct.",
        ),
        identifier="conventions",
    )


def _overview(frame: pd.DataFrame, known: Mapping[str, str]) -> Table:
    """A row per construct with what is asked first, and what is not met."""
    names = list(dict.fromkeys(frame["construct"]))
    columns: dict[str, list[object]] = {"loadings": []}
    wanted = ("ω", "CR", "AVE", "largest |r|", "largest HTMT")
    columns |= {name: [] for name in wanted} | {"not met": []}
    for name in names:
        own = frame[frame["construct"] == name]
        loadings = own[own["part"] == "loadings"]["value"]
        columns["loadings"].append((float(loadings.min()), float(loadings.max())))
        values = dict(zip(own["quantity"], own["value"], strict=True))
        for quantity in wanted:
            columns[quantity].append(values.get(quantity))
        missed = own[own["holds"] == False]  # noqa: E712  (None is neither)
        said = [
            f"√AVE below |r| with {about}" if quantity == "√AVE" else f"{quantity} {about}".strip()
            for quantity, about in zip(missed["quantity"], missed["about"], strict=True)
        ]
        columns["not met"].append("; ".join(said))
    return Table(
        title="Constructs at a glance",
        header=("construct", *columns),
        columns=(tuple(names), *(tuple(values) for values in columns.values())),
        formats=("text", "bounded_interval", *("bounded",) * len(wanted), "text"),
        notes=("Loadings: smallest and largest, standardized. Not met: the criteria that fail.",),
        identifier="overview",
        glosses=_glosses({0: names}, known),
    )


def _single(frame: pd.DataFrame, known: Mapping[str, str]) -> Iterator[Table]:
    """The table of each construct: its items, then its indices."""
    for name, own in frame.groupby("construct", sort=False):
        parts = [len(list(rows)) for _, rows in groupby(own["part"])]
        starts = [sum(parts[:place]) for place in range(len(parts))]
        labels = list(dict.fromkeys(own["part"]))
        yield Table(
            title=f"{name}: {known[str(name)]}" if str(name) in known else str(name),
            header=("quantity", "of, or beside", "value", "95% CI", "rule", "met"),
            columns=(
                tuple(own["quantity"]),
                tuple(own["about"]),
                tuple(own["value"]),
                interval_column(own),
                tuple(own["rule"]),
                tuple(None if held is None else bool(held) for held in own["holds"]),
            ),
            formats=("text", "text", "bounded", "bounded_interval", "text", "truth"),
            groups=tuple(RowGroup(PARTS[part], at) for part, at in zip(labels, starts, strict=True)),
            identifier=f"criteria_{name}",
            row_header=2,
            glosses=_glosses({1: own["about"].tolist()}, known),
        )


def _glosses(columns: Mapping[int, Sequence[object]], known: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
    """Names beside the ids of these columns, where any are known."""
    found = {place: tuple(known.get(str(name), "") for name in ids) for place, ids in columns.items()}
    return {place: words for place, words in found.items() if any(words)}
