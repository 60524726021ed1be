"""Stage: every construct by itself, each quantity that reviewers ask for beside its threshold and its source."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pandas as pd

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.report import Table
from mlbc_stats.report.tables.columns import interval_column
from mlbc_stats.report.tables.measurement import (
    criteria_tables,
    cross_loadings_table,
    second_order_table,
)
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit, second_order_fit, validity_of
from mlbc_stats.study.stages.shared.ratios import ratios_of
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.theory import load_propositions


def constructs(material: Material) -> Stage:
    """One table per construct, what is not met, cross-loadings, second order, and correlations with expected signs."""
    if not measurement_fit(material).converged:
        raise ModelError("the measurement model did not converge")
    ratios, _ = ratios_of(material)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        frame = reliability.construct_criteria(measurement_fit(material), ratios, validity_of(material))
    missed = frame[frame["holds"] == False]  # noqa: E712  (None is neither)
    failing = ", ".join(dict.fromkeys(missed["construct"]))
    text = (
        f"{len(missed)} of {int(frame['holds'].notna().sum())} criteria are not met ({failing})."
        if len(missed)
        else f"All {int(frame['holds'].notna().sum())} criteria are met."
    )
    remarks: list[str] = []
    return Stage(
        name="constructs",
        title="Constructs one by one",
        short=text,
        text=(
            f"{text} Thresholds are conventions, each with its source in the first table; they say where to look, "
            "and no "
            "verdict rests on them.",
        ),
        tables=(
            *criteria_tables(frame, _words(material)),
            *_further(material, remarks),
        ),
        texts=(_file(material, frame),),
        remarks=tuple(remarks),
    )


def _words(material: Material) -> dict[str, str]:
    """Names of constructs and words of items, by id."""
    language = material.instrument.languages[0]
    names = {entry.id: entry.name for entry in material.asked.constructs}
    return names | {item.id: item.text[language] for item in material.asked.items}


def _file(material: Material, frame: pd.DataFrame) -> tuple[str, str]:
    """All criteria of all constructs with their sources, as one file."""
    table = Table.from_frame(frame, "Criteria of the constructs", index=False)
    return "tables/constructs_criteria_all.csv", table.marked(material.synthetic).to_csv()


def _further(material: Material, remarks: list[str]) -> Iterator[Table]:
    try:
        scales = {name: [item.id for item in material.asked.items_of(name)] for name in material.facets}
        yield cross_loadings_table(reliability.cross_loadings(material.units, scales), _words(material))
    except DataError as error:
        remarks.append(f"no cross-loadings: {error}")
    if not any(material.asked.facets(name) for name in material.factors):
        return
    try:
        fit = second_order_fit(material)
        if not fit.converged:
            raise ModelError("the model with second-order factors did not converge")
        yield second_order_table(
            reliability.second_order_validity(fit, measurement_fit(material)), _words(material)
        )
        yield from _nomological(material)
    except (DataError, ModelError) as error:
        remarks.append(f"no validity of second-order factors: {error}")


def _nomological(material: Material) -> Iterator[Table]:
    """Correlations of the constructs that a proposition about one path is about."""
    found = reliability.discriminant_validity(second_order_fit(material), cutoffs=())
    known = {frozenset(pair) for pair in zip(found.pairs["one"], found.pairs["other"], strict=True)}
    expected: dict[tuple[str, str], str] = {}
    by: dict[frozenset[str], list[str]] = {}
    for proposition in load_propositions().propositions:
        for quantity in proposition.deciding:
            outcome, sign, predictor = (part.strip() for part in quantity.partition("~"))
            pair = frozenset((outcome, predictor))
            if ":=" in quantity or not sign or pair not in known or proposition.direction == 0:
                continue
            by.setdefault(pair, []).append(proposition.id)
            if len(by[pair]) == 1:
                expected[predictor, outcome] = "+" if proposition.direction > 0 else "-"
    if not expected:
        return
    rows = reliability.nomological_table(found, expected)
    ids = [", ".join(by[frozenset(pair)]) for pair in zip(rows["one"], rows["other"], strict=True)]
    yield Table(
        title="Nomological validity: correlations with an expected sign",
        header=("construct", "other", "proposition", "expected", "r", "95% CI", "outcome"),
        columns=(
            tuple(rows["one"]),
            tuple(rows["other"]),
            tuple(ids),
            tuple(rows["expected"].replace("-", "−")),
            tuple(rows["r"]),
            interval_column(rows),
            tuple(rows["outcome"]),
        ),
        formats=("text", "text", "text", "text", "bounded", "bounded_interval", "text"),
        notes=(
            "Zero-order correlations of the constructs in the model with second-order factors; the expected sign is "
            "that of the proposition about the path. A correlation may differ in sign from the path that decides the "
            "verdict.",
        ),
        identifier="nomological",
        row_header=2,
        glosses={place: material.named(rows[side]) for place, side in enumerate(("one", "other"))},
    )
