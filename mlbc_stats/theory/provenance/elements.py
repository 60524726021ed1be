"""Tell whether the items cover every part of the definitions that the papers give in their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlbc_stats.theory.provenance.collection import Collection, collect

if TYPE_CHECKING:
    import pandas as pd

TABLE_3: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ML-based capability": ("cap_reliable", "cap_repeatable", "cap_value"),
        "Organization cycle": ("cyc_org_est", "cyc_org_able"),
        "Technology cycle": ("cyc_tech_est", "cyc_tech_able"),
        "User cycle": ("cyc_user_est", "cyc_user_able"),
        "Initiating alignment": ("aln_init", "bal"),
        "Effectuating alignment": ("aln_effect",),
        "Sustaining alignment": ("aln_sustain",),
        "Temporal complexity": ("tc_timing", "tc_pace"),
        "Context sensitivity": ("cs_task", "cs_org", "cs_env"),
        "Fostering temporal congruence": ("ftc_sync", "ftc_roles", "ftc_expect"),
        "Organizational meta-learning": ("oml_learn", "oml_data"),
    }
)
"""Building blocks of M23's Table 3 and the constructs that stand for the parts of their definitions. What the
table says about learning and data in sustaining alignment is asked as OML (theory of the instruments)."""

COMPONENTS = ("dp", "ti", "am", "gv", "ac", "os")
PHASES = MappingProxyType({1: "proving the concept", 2: "productionizing", 3: "platformizing"})
"""Rows and columns of H23's Table 2; a cell is measured by the construct named after both (dp1)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One cell or building block of a source's table.

    Attributes
    ----------
    source, name : the table, and the part's name in our words.
    constructs : those that stand for it.
    elements, covered : numbers of elements of their definitions, and of those that some item covers.
    items : number of items that measure the constructs.
    problem : what is missing; empty when nothing is.
    """

    source: str
    name: str
    constructs: tuple[str, ...]
    elements: int
    covered: int
    items: int
    problem: str


@dataclass(frozen=True, slots=True)
class ElementCoverage:
    """Which parts of the definitions have items.

    Attributes
    ----------
    parts : every building block of M23's Table 3 and every cell of H23's Table 2.
    elements : element id → ids of the items that cover it, for every construct.
    stray : measuring items that cover no element.
    unmeasured : constructs that neither they nor their facets have an item for.

    Examples
    --------
    >>> ElementCoverage((), {"x_1": ()}, (), ()).problems
    ('element x_1: no item covers it',)
    """

    parts: tuple[Part, ...]
    elements: dict[str, tuple[str, ...]]
    stray: tuple[str, ...]
    unmeasured: tuple[str, ...]

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Elements without an item."""
        return tuple(name for name, items in self.elements.items() if not items)

    @property
    def problems(self) -> tuple[str, ...]:
        """One line for everything that keeps the coverage from being complete."""
        return (
            *(f"{part.source}, {part.name}: {part.problem}" for part in self.parts if part.problem),
            *(f"element {name}: no item covers it" for name in self.uncovered),
            *(f"item {name}: covers no element of its construct's definition" for name in self.stray),
            *(f"construct {name}: no item measures it" for name in self.unmeasured),
        )

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.problems

    def table(self) -> pd.DataFrame:
        """One row per part of the two tables."""
        import pandas as pd

        names = ("source", "name", "constructs", "elements", "covered", "items", "problem")
        rows = [{name: getattr(part, name) for name in names} for part in self.parts]
        return pd.DataFrame([{**row, "constructs": ", ".join(row["constructs"])} for row in rows])


def element_coverage(instruments: Sequence[str | Path] | None = None) -> ElementCoverage:
    """Whether every part of the definitions has an item, and every measuring item a part.

    The parts of M23's Table 3 (doi 10.1108/INTR-10-2022-0769) and the 18 cells of H23's Table 2 (doi
    10.1016/j.techfore.2023.122878) are listed here, apart from the constructs file, so that a construct
    missing there is noticed.

    Parameters
    ----------
    instruments : names or paths of the instruments to look at; the shipped ones by default.

    Examples
    --------
    >>> len(element_coverage().parts)
    29
    """
    known = collect(instruments)
    measuring = [item for item in known.items if item.construct]
    covering = {
        name: tuple(item.id for item in measuring if name in item.elements) for name in known.elements
    }
    asked = {item.construct for item in measuring}
    return ElementCoverage(
        parts=tuple(
            _part(known, covering, source, name, constructs) for source, name, constructs in _parts()
        ),
        elements=covering,
        stray=tuple(item.id for item in measuring if not item.elements),
        unmeasured=tuple(c.id for c in known.constructs if not asked & set(known.family(c.id))),
    )


def _parts() -> list[tuple[str, str, tuple[str, ...]]]:
    blocks = [("M23 Table 3", name, constructs) for name, constructs in TABLE_3.items()]
    cells = [
        ("H23 Table 2", f"{component}, {name}", (f"{component}{phase}",))
        for component in COMPONENTS
        for phase, name in PHASES.items()
    ]
    return blocks + cells


def _part(
    known: Collection,
    covering: Mapping[str, tuple[str, ...]],
    source: str,
    name: str,
    constructs: tuple[str, ...],
) -> Part:
    elements = [key for key, (_, owner) in known.elements.items() if owner.id in constructs]
    counts = {entry: sum(item.construct == entry for item in known.items) for entry in constructs}
    bare = [entry for entry in constructs if not any(known.elements[key][1].id == entry for key in elements)]
    problems = [
        *(f"{entry} is not defined" for entry in constructs if entry not in known.by_id),
        *(f"{entry} has no elements" for entry in bare if entry in known.by_id),
        *(f"{entry} has no items" for entry, count in counts.items() if not count),
    ]
    covered = sum(bool(covering[key]) for key in elements)
    return Part(source, name, constructs, len(elements), covered, sum(counts.values()), "; ".join(problems))
