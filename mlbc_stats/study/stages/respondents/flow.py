"""The way from the answers read to the units used, as a table and a drawing."""

from __future__ import annotations

import pandas as pd

from mlbc_stats import survey
from mlbc_stats.report import Figure, FlowStep, Table, flow_chart
from mlbc_stats.study.stages.material import Material


def flow_table(material: Material) -> Table:
    """Cases read, set aside with the reason, kept; units in the models, complete ones among them."""
    flow = survey.case_flow(material.responses, material.screening)
    some, complete = _used(material)
    used = [
        {"step": "in the models", "reason": "units that answered some of their items", "units": some},
        {"step": "complete", "reason": "units that answered all of their items", "units": complete},
    ]
    frame = pd.concat([flow, pd.DataFrame(used)], ignore_index=True)
    for name in ("cases", "flagged", "units"):
        frame[name] = frame[name].astype("Int64")
    return Table.from_frame(
        frame,
        "Flow of cases and units",
        formats={"cases": "count", "flagged": "count", "units": "count"},
        headings={"flagged": "flagged in all"},
        index=False,
        notes=(
            "A case flagged by several rules is set aside by the first of them; nothing is deleted. Units are the "
            "solutions or organizations that cases speak about; informants of one unit are averaged.",
        ),
        identifier="flow",
    )


def flow_figure(material: Material) -> Figure:
    """The same as boxes and arrows."""
    flow = survey.case_flow(material.responses, material.screening)
    some, complete = _used(material)
    read, kept = _screened(flow)
    unused = int(flow["units"].iloc[-1]) - some
    steps = (
        read,
        FlowStep(kept.lines, (f"{unused} units without an answer to the models' items",) if unused else ()),
        FlowStep(("In the models", f"{some} units", f"{complete} of them complete")),
    )
    return flow_chart(steps, "From the answers read to the units in the models", material.synthetic)


def screening_figure(flow: pd.DataFrame, synthetic: bool) -> Figure:
    """Cases read, set aside with the reasons, and kept, as boxes and arrows.

    Parameters
    ----------
    flow : what `survey.case_flow` gives.
    """
    return flow_chart(_screened(flow), "From the answers read to the cases kept", synthetic)


def _screened(flow: pd.DataFrame) -> tuple[FlowStep, FlowStep]:
    """The boxes of the cases read and kept; who leaves stands beside the first."""
    read, kept = flow.iloc[0], flow.iloc[-1]
    aside = flow[(flow["step"] == "set aside") & (flow["cases"] > 0)]
    left = int(read["cases"] - kept["cases"])
    reasons = tuple(
        f"{cases}: {reason}" for cases, reason in zip(aside["cases"], aside["reason"], strict=True)
    )
    return (
        FlowStep(
            ("Read", f"{read['cases']} cases about {read['units']} units"),
            (f"{left} set aside", *reasons) if left else (),
        ),
        FlowStep(("Kept by screening", f"{kept['cases']} cases about {kept['units']} units")),
    )


def _used(material: Material) -> tuple[int, int]:
    """Units with some and with all answers to the items of the models."""
    items = [item.id for name in material.facets for item in material.asked.items_of(name)]
    answered = material.units[items].notna()
    return int(answered.any(axis=1).sum()), int(answered.all(axis=1).sum())
