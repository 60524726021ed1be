"""Who spoke for the units: the design, the files, and the informants behind each construct."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mlbc_stats import bridge
from mlbc_stats.report import Table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.respondents.aggregation import aggregation_tables

KEY = "key_informant"
COUNTS = "informants.csv"
"""File of the informants per unit and construct."""
ALONE = 0.5
"""Share of units with one informant from which a design with several is doubtful."""


def describe_informants(material: Material) -> tuple[str, ...]:
    """The design in words, with how many informants the units have."""
    cases = _cases_per_unit(material)
    if not len(cases):
        return ()
    declared = (
        "as the study declares" if material.study.declared_design else "which the study does not declare"
    )
    most = f"{int((cases == 1).sum())} of {len(cases)} units have one informant kept by screening"
    waves = sorted(set(material.responses.waves.tolist()))
    later = (
        (f"Waves {', '.join(map(str, waves))}: an item asked in several waves enters by the first of them.",)
        if len(waves) > 1
        else ()
    )
    if material.responses.design == KEY:
        return (
            f"Key informants, {declared}: one informant speaks for a unit, and every answer counts; {most}.",
            *later,
        )
    return (
        f"Several informants, {declared}: each construct of a unit is averaged over the informants who may answer it, "
        f"and what a group may not answer counts as not asked; {most}. How many stand behind each unit and construct "
        f"is in {COUNTS}.",
        *later,
    )


def informant_remarks(material: Material) -> tuple[str, ...]:
    """What must be told when several informants are the design and most units have one."""
    cases = _cases_per_unit(material)
    alone = int((cases == 1).sum())
    if material.responses.design == KEY or not len(cases) or alone < ALONE * len(cases):
        return ()
    return (
        f"{alone} of {len(cases)} units have one informant, though several are the design; declare design: "
        "key_informant if one speaks for a unit",
    )


def informant_tables(material: Material, remarks: list[str]) -> Iterator[Table]:
    """Files and groups, where there are several; informants behind each construct, where several are the design.

    What speaks against averaging over them is added to the remarks.
    """
    if len(material.responses.parts) > 1:
        yield _files(material)
    if material.responses.design != KEY:
        yield _behind_constructs(material)
        yield from aggregation_tables(material, remarks)


def informant_counts(material: Material) -> tuple[tuple[str, str], ...]:
    """The file of counts per unit and construct, where several informants are the design."""
    if material.responses.design == KEY:
        return ()
    counts = bridge.informant_counts(material.responses, material.screening)
    marked = counts.assign(data="SYNTHETIC") if material.synthetic else counts
    return ((COUNTS, marked.to_csv(lineterminator="\n")),)


def _cases_per_unit(material: Material) -> pd.Series:
    """Cases kept by unit, in the wave that has the most of them."""
    kept = material.screening.kept
    units = pd.DataFrame({"unit": material.responses.unit_ids[kept], "wave": material.responses.waves[kept]})
    return units.value_counts().groupby("unit").max()


def _files(material: Material) -> Table:
    parts = material.responses.parts
    ends = np.cumsum([part.n for part in parts])
    kept = np.split(material.screening.kept, ends[:-1])
    frame = pd.DataFrame(
        [
            {
                "file": part.source,
                "informants": ", ".join(sorted(set(part.informants.tolist()) - {""})) or "not known",
                "wave": int(part.waves[0]) if part.n else 1,
                "cases": part.n,
                "kept": int(of_part.sum()),
                "units": len(set(part.unit_ids[of_part].tolist())),
            }
            for part, of_part in zip(parts, kept, strict=True)
        ]
    )
    return Table.from_frame(frame, "Files of answers", index=False, identifier="files")


def _behind_constructs(material: Material) -> Table:
    """Units by the number of informants behind each construct that was asked."""
    counts = bridge.informant_counts(material.responses, material.screening)
    asked = [name for name in counts.columns if counts[name].any()]
    instrument = material.instrument
    rows = [
        {
            "construct": name,
            "may answer": ", ".join(instrument.informants_of(instrument.items_of(name)[0].id)),
            "units with none": int((counts[name] == 0).sum()),
            "one": int((counts[name] == 1).sum()),
            "several": int((counts[name] > 1).sum()),
            "mean": float(counts[name][counts[name] > 0].mean()),
        }
        for name in asked
    ]
    return Table.from_frame(
        pd.DataFrame(rows),
        "Informants behind each construct",
        formats={"mean": "short"},
        index=False,
        notes=("Mean: over the units with at least one.",),
        identifier="informants",
    )
