"""Whether constructs can be told apart: HTMT with intervals, correlations of factors with theirs, Fornell–Larcker."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from mlbc_stats import reliability
from mlbc_stats.report import Table
from mlbc_stats.report.tables.columns import interval_column
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit, validity_of
from mlbc_stats.study.stages.shared.ratios import ratios_of
from mlbc_stats.theory.verdicts.gates import DISCRIMINANT

TESTED = 3
"""Pairs at most whose correlation is held at the cutoffs: each test fits the measurement model again."""
SHOWN = 15
"""Pairs in the table of the page; the file beside it has all."""


def discriminant_tables(material: Material) -> tuple[Table, ...]:
    """The closest pairs with every index, and HTMT of all pairs with the upper end of its interval."""
    pairs, note = discriminant_pairs(material)
    closest = pairs.sort_values("r", key=lambda r: -r.abs(), kind="stable").head(SHOWN)
    return (_pairs(material, closest, len(pairs), note), *_tests(material, closest), _matrix(material, pairs))


def _tests(material: Material, closest: pd.DataFrame) -> tuple[Table, ...]:
    """χ² tests of the nearest pairs whose interval reaches the cutoff; the interval speaks for all others."""
    outer = closest[["r_lower", "r_upper"]].abs().max(axis=1)
    near = closest[outer >= DISCRIMINANT].head(TESTED)
    if not len(near):
        return ()
    wanted = list(zip(near["one"], near["other"], strict=True))
    found = reliability.discriminant_validity(
        measurement_fit(material), (DISCRIMINANT, 1.0), pairs=wanted
    ).tests
    return (
        Table(
            title="Tests of whether two constructs are distinct",
            header=("construct", "other", "at least", "r", "Δχ²", "Δdf", "p"),
            columns=tuple(
                tuple(found[name])
                for name in ("one", "other", "cutoff", "r", "chisq_diff", "df_diff", "pvalue")
            ),
            formats=("text", "text", "bounded", "bounded", "statistic", "count", "p"),
            notes=(
                f"Of the {len(near)} nearest pairs whose interval reaches {DISCRIMINANT:.2f}: the measurement "
                "model with the "
                "correlation held at the cutoff, where the estimate is below it. A small p says that the two correlate "
                "less (Rönkkö & Cho 2022); Δχ² is 0 where the estimate is beyond.",
            ),
            identifier="discriminant_tests",
            row_header=2,
            glosses={place: material.named(found[side]) for place, side in enumerate(("one", "other"))},
        ),
    )


def discriminant_file(material: Material) -> tuple[str, str]:
    """Name and content of the file with every pair."""
    pairs, note = discriminant_pairs(material)
    table = _pairs(material, pairs, len(pairs), note).marked(material.synthetic)
    return "tables/measurement_discriminant_all.csv", table.to_csv()


def discriminant_pairs(material: Material) -> tuple[pd.DataFrame, str]:
    """Every pair of facets: r with its ends, HTMT and HTMT2 with theirs, both √AVE; and how HTMT was resampled."""
    facets = list(material.facets)
    found = validity_of(material)
    roots = np.sqrt(found.constructs["ave"])
    frame = pd.DataFrame(list(combinations(facets, 2)), columns=["one", "other"])
    frame = frame.join(_factor_correlations(material, frame))
    frame["root_one"] = [float(roots[name]) for name in frame["one"]]
    frame["root_other"] = [float(roots[name]) for name in frame["other"]]
    frame["larcker"] = frame[["root_one", "root_other"]].min(axis=1) > frame["r"].abs()
    ratios, note = ratios_of(material)
    if ratios is None:
        frame = frame.assign(**dict.fromkeys(_RATIO_COLUMNS, np.nan))
        frame["htmt"] = [found.htmt.loc[a, b] for a, b in zip(frame["one"], frame["other"], strict=True)]
        frame["htmt2"] = [found.htmt2.loc[a, b] for a, b in zip(frame["one"], frame["other"], strict=True)]
        return frame, note
    return frame.merge(ratios.drop(columns="n"), on=["one", "other"], how="left"), note


_RATIO_COLUMNS = ("htmt", "htmt_lower", "htmt_upper", "htmt2", "htmt2_lower", "htmt2_upper")


def _factor_correlations(material: Material, frame: pd.DataFrame) -> pd.DataFrame:
    rows = measurement_fit(material).standardized
    rows = rows[(rows["op"] == "~~") & (rows["lhs"] != rows["rhs"])]
    found = {
        frozenset((str(a), str(b))): values
        for a, b, *values in rows[["lhs", "rhs", "est_std", "ci_lower", "ci_upper"]].itertuples(index=False)
    }
    nothing = [np.nan] * 3
    values = [found.get(frozenset(pair), nothing) for pair in zip(frame["one"], frame["other"], strict=True)]
    return pd.DataFrame(values, columns=["r", "r_lower", "r_upper"], index=frame.index)


def _pairs(material: Material, pairs: pd.DataFrame, total: int, note: str) -> Table:
    which = f"the {len(pairs)} closest of {total} pairs" if len(pairs) < total else f"all {total} pairs"
    return Table(
        title=f"Discriminant validity, {which}",
        header=(
            *("construct", "other", "r", "95% CI of r", "HTMT", "95% CI of HTMT", "HTMT2"),
            *("√AVE", "√AVE, other", "above r"),
        ),
        columns=(
            tuple(pairs["one"]),
            tuple(pairs["other"]),
            tuple(pairs["r"]),
            interval_column(pairs, of="r"),
            tuple(pairs["htmt"]),
            interval_column(pairs, of="htmt"),
            tuple(pairs["htmt2"]),
            tuple(pairs["root_one"]),
            tuple(pairs["root_other"]),
            tuple(bool(value) for value in pairs["larcker"]),
        ),
        formats=(
            *("text", "text", "bounded", "bounded_interval", "bounded", "bounded_interval", "bounded"),
            *("bounded", "bounded", "truth"),
        ),
        notes=(
            f"r: correlation of the factors, free of measurement error, with its delta-method interval; beyond "
            f"{DISCRIMINANT:.2f} at "
            "either end two constructs are hardly distinct (Rönkkö & Cho 2022).",
            note,
            "Above r: whether both √AVE exceed r, Fornell and Larcker's criterion, which often fails to detect "
            "problems and is shown only for comparison.",
        ),
        identifier="discriminant",
        row_header=2,
        glosses={
            0: material.named(pairs["one"]),
            1: material.named(pairs["other"]),
        },
    )


def _matrix(material: Material, pairs: pd.DataFrame) -> Table:
    """HTMT below the diagonal, the upper end of its interval above."""
    facets = list(material.facets)
    square = np.full((len(facets), len(facets)), np.nan)
    for one, other, value, end in pairs[["one", "other", "htmt", "htmt_upper"]].itertuples(index=False):
        i, j = sorted((facets.index(one), facets.index(other)))
        square[j, i], square[i, j] = value, end
    return Table(
        title="Heterotrait–monotrait ratios",
        header=("construct", *(str(k) for k in range(1, len(facets) + 1))),
        columns=(
            tuple(f"{k} {name}" for k, name in enumerate(facets, 1)),
            *(tuple(None if np.isnan(v) else float(v) for v in column) for column in square.T),
        ),
        formats=("text", *("bounded",) * len(facets)),
        notes=("Below the diagonal: HTMT. Above: upper end of its 95 % bootstrap interval.",),
        identifier="htmt",
        glosses={0: material.named(facets)},
    )
