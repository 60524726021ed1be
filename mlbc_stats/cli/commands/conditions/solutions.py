"""Tables and JSON of a qualitative comparative analysis, with every tied solution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlbc_stats.counted import counted

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.report import Table
    from mlbc_stats.sets import Intermediate, Minimization, TruthTable


@dataclass(frozen=True, slots=True)
class Found:
    """Calibrated columns, thresholds, necessity, the truth table, and solutions or why there are none."""

    calibrated: pd.DataFrame
    calibration: tuple[tuple[str, str, str], ...]
    necessary: pd.DataFrame
    table: TruthTable
    conservative: Minimization | None = None
    parsimonious: Minimization | None = None
    between: Intermediate | None = None
    problem: str = ""

    @property
    def minimizations(self) -> Iterator[tuple[str, Minimization]]:
        """Kind, with the pair of ends of an intermediate one, and what it gave."""
        for end in (self.conservative, self.parsimonious):
            if end is not None:
                yield end.kind, end
        if self.between is not None:
            for pair, model in self.between.models.items():
                yield f"intermediate {pair}", model


def tables_of(found: Found, synthetic: bool | None, most: int | None = None) -> list[Table]:
    """Calibration, necessity, truth table, solutions and their terms, in the order of an analysis.

    Of a list of cases `most` are named.
    """
    from mlbc_stats.report import frame_table

    goal = found.table.outcome
    measures = dict.fromkeys(("consistency", "pri", "coverage", "unique_coverage", "relevance"), "bounded")
    headings = {"pri": "PRI", "relevance": "RoN", "unique_coverage": "unique coverage", "cases": "cases"}
    parts: list[tuple[str, str, pd.DataFrame, tuple[str, ...]]] = []
    if found.calibration:
        parts.append(("calibration", "Calibration", _calibration(found), ()))
    parts.append(("necessity", f"Necessary for {goal}, n = {len(found.table.held.y)}", found.necessary, ()))
    parts.append(("truth_table", f"Truth table of {goal}", _rows(found.table), (_cuts(found.table),)))
    if not found.problem:
        parts.append(("solutions", f"Sufficient for {goal}", _solutions(found), _ties(found)))
        parts.append(("terms", "Terms of the solutions", _terms(found), ()))
    return [
        frame_table(
            _shortened(frame, most),
            title,
            measures | {"cases": "auto"},
            headings,
            notes=notes,
            synthetic=synthetic,
            identifier=name,
        )
        for name, title, frame, notes in parts
    ]


def memberships_of(found: Found, synthetic: bool | None) -> Table:
    """Every case's memberships in the conditions and in the outcome."""
    import pandas as pd

    from mlbc_stats.report import frame_table

    held = found.table.held
    frame = pd.DataFrame({"case": held.cases, **held.columns, held.outcome: held.y})
    return frame_table(frame, "Memberships", synthetic=synthetic, identifier="memberships")


def as_dict(found: Found) -> dict[str, Any]:
    """The same for programs; solutions are null where there are none."""
    solved = not found.problem
    return {
        "outcome": found.table.outcome,
        "conditions": list(found.table.conditions),
        "cases": len(found.table.held.y),
        "calibration": _calibration(found) if found.calibration else [],
        "necessity": found.necessary,
        "truth_table": _rows(found.table),
        "remainders": len(found.table.remainders),
        "solutions": _solutions(found) if solved else None,
        "terms": _terms(found) if solved else None,
        "notes": [*found.table.notes, *([found.problem] if found.problem else [])],
    }


def _calibration(found: Found) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name, method, cuts in found.calibration:
        values = found.calibrated[name].dropna()
        rows.append(
            {
                "column": name,
                "method": method,
                "thresholds": cuts or "none",
                "members": int((values > 0.5).sum()),
                "others": int((values < 0.5).sum()),
                "exactly .5": int((values == 0.5).sum()),
            }
        )
    return pd.DataFrame(rows)


def _rows(table: TruthTable) -> pd.DataFrame:
    return table.table.rename_axis("row").reset_index()


def _shortened(frame: pd.DataFrame, most: int | None) -> pd.DataFrame:
    if most is None or "cases" not in frame.columns:
        return frame
    return frame.assign(cases=[_first(text.split(", "), most) for text in frame["cases"]])


def _first(names: list[str], most: int) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _cuts(table: TruthTable) -> str:
    upper, lower, pri, frequency = table.cuts
    between = f"; C (contradiction) from {lower:g}" if lower < upper else ""
    return (
        f"1: consistency {upper:g} or more, PRI {pri:g} or more{between}; ?: fewer than {counted(frequency, 'case')}; "
        f"{counted(len(table.remainders), 'remainder')} in all"
    )


def _solutions(found: Found) -> pd.DataFrame:
    """One row per solution; tied ones are numbered."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "kind": kind,
                "solution": place,
                "expression": fit.expression,
                "consistency": fit.consistency,
                "pri": fit.pri,
                "coverage": fit.coverage,
                "assumed rows": ", ".join(map(str, each.assumptions(place - 1))) or "none",
            }
            for kind, each in found.minimizations
            for place, fit in enumerate(each.fits, 1)
        ]
    )


def _terms(found: Found) -> pd.DataFrame:
    import pandas as pd

    parts = [each.table.assign(kind=kind) for kind, each in found.minimizations]
    rows = pd.concat(parts, ignore_index=True)
    return rows[["kind", *[name for name in rows.columns if name != "kind"]]]


def _ties(found: Found) -> tuple[str, ...]:
    """What ties mean, where there are some."""
    tied = {kind: each for kind, each in found.minimizations if len(each.solutions) > 1}
    notes = [
        f"{kind}: {len(each.solutions)}{'' if each.complete else ' or more'} solutions are tied; no single one is the "
        "result"
        for kind, each in tied.items()
    ]
    return tuple(notes)
