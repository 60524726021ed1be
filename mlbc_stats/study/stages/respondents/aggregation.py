"""Whether informants of a unit agree so far that their answers may be averaged, and whether their groups differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from mlbc_stats import bridge, reliability
from mlbc_stats.errors import DataError
from mlbc_stats.report import Table
from mlbc_stats.report.tables.columns import interval_column
from mlbc_stats.study.stages.material import Material
from mlbc_stats.survey.responses.model import question_scale, scale_bounds

AVERAGED = (
    "The models average over informants in any case; a construct that should not be averaged is a finding about the "
    "design, and verdicts on it deserve less belief."
)
FEWEST = 2
"""Units with several informants from which agreement is looked at."""


def aggregation_tables(material: Material, remarks: list[str]) -> Iterator[Table]:
    """The decision per construct, and differences between groups of informants; what speaks against goes to remarks."""
    frame = bridge.informant_frame(material.responses, material.screening)
    scales = _shared(material)
    if not scales:
        return
    yield _decisions(material, frame, scales, remarks)
    scores = pd.DataFrame({name: _score(frame[items]) for name, items in scales.items()})
    units, groups = (frame.index.get_level_values(name).tolist() for name in ("unit_id", "informant"))
    try:
        found = reliability.informant_differences(scores, units, groups)
    except DataError:
        return  # informants are of one group, or bear no name
    yield _differences(material, found)


def _shared(material: Material) -> dict[str, list[str]]:
    """Constructs that several informants answered in two units or more, with their items."""
    counts = bridge.informant_counts(material.responses, material.screening)
    several = [str(name) for name in counts.columns if int((counts[name] > 1).sum()) >= FEWEST]
    asked = {item.id for item in material.asked.items}
    items = {
        name: [item.id for item in material.asked.items if item.construct == name and item.id in asked]
        for name in several
    }
    return {name: own for name, own in items.items() if own}


def _score(items: pd.DataFrame) -> pd.Series:
    """Mean of the answered items of a case, where it answered half of them."""
    return items.mean(axis=1).where(items.notna().sum(axis=1) >= items.shape[1] / 2)


def _decisions(
    material: Material, frame: pd.DataFrame, scales: dict[str, list[str]], remarks: list[str]
) -> Table:
    bounds = {name: scale_bounds(question_scale(material.asked, items[0])) for name, items in scales.items()}
    options = {name: (int(low), int(high)) for name, (low, high) in bounds.items()}
    units = frame.index.get_level_values("unit_id").tolist()
    found = reliability.aggregation_decision(frame.reset_index(drop=True), units, scales, options)
    rows, against = found.table, _against(found.reasons)
    doubtful = [str(name) for name in rows.index if rows["decision"][name] == "do not aggregate"]
    if doubtful:
        remarks.append(
            f"informants of a unit do not agree on {', '.join(doubtful)}; the averages that the models use stand "
            "for no "
            "common view"
        )
    names = [str(name) for name in rows.index]
    reasons = tuple("; ".join(against[name]) for name in names)
    wanted = (
        "groups",
        "rwg_j",
        "rwg_j_skewed",
        "ad_mean",
        "icc1",
        "pvalue",
        "icc2",
        "design_effect",
        "decision",
    )
    return Table(
        title="Whether informants' answers may be averaged",
        header=(
            *(
                "construct",
                "units",
                "rwg(j)",
                "skewed",
                "AD",
                "ICC(1)",
                "p",
                "ICC(2)",
                "design effect",
                "decision",
            ),
            *(("against it",) if any(reasons) else ()),
        ),
        columns=(
            tuple(names),
            *(tuple(rows[column]) for column in wanted),
            *((reasons,) if any(reasons) else ()),
        ),
        formats=(
            *("text", "count", "bounded", "bounded", "statistic", "bounded", "p", "bounded", "short", "text"),
            *(("text",) if any(reasons) else ()),
        ),
        notes=(_explained(rows["ad_limit"]), AVERAGED),
        identifier="aggregation",
        glosses={0: material.named(names)},
    )


def _against(reasons: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """What speaks against averaging, by construct."""
    mark = "against: "
    return {
        name: [reason.removeprefix(mark) for reason in each if reason.startswith(mark)]
        for name, each in reasons.items()
    }


def _explained(limits: pd.Series) -> str:
    """What the columns mean, with the limit of the average deviation."""
    known = ", ".join(sorted({f"{limit:.2f}" for limit in limits}))
    return (
        "Units with two informants or more. rwg(j): median over units under the uniform null; skewed: under a "
        "null with "
        "67 % of its variance, a slight skew; .70 or more is strong agreement. AD: median average deviation, at most a "
        f"sixth of the options ({known}). ICC(1) with its F test: units differ; ICC(2) of .70 or more: their averages "
        "are reliable (LeBreton & Senter 2008, doi:10.1177/1094428106296642; Burke & Dunlap 2002, "
        "doi:10.1177/1094428102005002002; Bliese 2000)."
    )


def _differences(material: Material, found: pd.DataFrame) -> Table:
    return Table(
        title="Differences between groups of informants",
        header=(
            "construct",
            "group",
            "other",
            "units",
            "difference",
            "95% CI",
            "p, Holm",
            "d",
            "p equivalent",
            "r",
        ),
        columns=(
            tuple(found["construct"]),
            tuple(found["one"]),
            tuple(found["other"]),
            tuple(found["n"]),
            tuple(found["difference"]),
            interval_column(found),
            tuple(found["pvalue_adjusted"]),
            tuple(found["d"]),
            tuple(found["equivalence_pvalue"]),
            tuple(found["r"]),
        ),
        formats=(
            *("text", "text", "text", "count", "statistic", "short_interval", "p"),
            *("statistic", "p", "bounded"),
        ),
        notes=(
            "Paired within units: mean of the first group less that of the other, on the scale of the answers. d: in "
            "standard deviations. Equivalent: two one-sided tests of a difference of .3 standard deviations or "
            "more. r: "
            "correlation of the two groups over units.",
        ),
        identifier="informant_differences",
        row_header=3,
        glosses={0: material.named(found["construct"])},
    )
