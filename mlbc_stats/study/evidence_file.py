"""What a study found about its instrument, as a file that can be shown with the instrument."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, StudyError
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit
from mlbc_stats.study.stages.shared.verdicts import theory_of
from mlbc_stats.survey.instrument.evidence import Evidence
from mlbc_stats.theory.verdicts.gates import solution_gate

FILE = "evidence.yaml"
LEVEL = 0.95
INDICES = (
    ("reliability", "composite reliability", "cr"),
    ("convergent", "average variance extracted", "ave"),
    ("structure", "smallest standardized loading, correlated facets", "min_loading"),
)
"""Property, statistic and column of the summary of the measurement model."""


def refuse_synthetic(material: Material) -> None:
    """StudyError when the answers are made up: they say nothing about an instrument."""
    if material.synthetic:
        raise StudyError(
            f"{material.responses.source}: the data are synthetic, so no evidence is written: made-up answers are no "
            "evidence about an instrument; leave out --evidence, or run the study on real answers"
        )


def evidence_text(material: Material, date: str) -> str:
    """The evidence file of a study.

    α and ω with their intervals per facet; composite reliability, AVE, the smallest loading and the largest
    HTMT from the measurement model, where that can be trusted; standardized paths with the interval that
    judged them, where their model can be trusted.

    Raises
    ------
    StudyError
        when the answers are synthetic.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    refuse_synthetic(material)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        rows = (*_scales(material, date), *_model(material, date), *_paths(material, date))
    head = {
        "kind": "evidence",
        "study": DoubleQuotedScalarString(material.study.title),
        "instrument": material.instrument.id,
        "version": DoubleQuotedScalarString(material.instrument.version),
        "synthetic": False,
        "evidence": [_plain(row) for row in rows],
    }
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 110
    yaml.dump(head, stream)
    return stream.getvalue()


def _scales(material: Material, date: str) -> Iterator[Evidence]:
    """α and ω of every facet that the answers can give them for."""
    for facet in material.facets:
        items = [item.id for item in material.instrument.items_of(facet)]
        for name, coefficient in (("alpha", reliability.alpha), ("omega", reliability.omega)):
            try:
                found: Any = coefficient(material.units, items)
            except (DataError, ModelError):
                continue
            interval = (found.ci_lower, found.ci_upper, LEVEL)
            yield from _row(
                material, date, facet, "reliability", name, getattr(found, name), found.n, interval
            )


def _model(material: Material, date: str) -> Iterator[Evidence]:
    """What the correlated-facets model gives, unless it cannot be trusted."""
    try:
        cfa = measurement_fit(material)
        if solution_gate("measurement", cfa).closed:
            return
        found = reliability.summary(cfa)
    except (DataError, ModelError):
        return
    indices = found.constructs.to_dict("index")
    for facet, row in indices.items():
        for kind, statistic, name in INDICES:
            yield from _row(material, date, str(facet), kind, statistic, row[name], cfa.nobs)
        ratios = found.htmt[facet].drop(facet).dropna()
        if len(ratios):
            statistic = f"largest HTMT, with {ratios.idxmax()}"
            yield from _row(
                material, date, str(facet), "discriminant", statistic, float(ratios.max()), cfa.nobs
            )


def _paths(material: Material, date: str) -> Iterator[Evidence]:
    """Standardized paths between constructs that decide propositions."""
    known = set(material.asked.construct_ids)
    try:
        verdicts = theory_of(material).verdicts
    except (DataError, ModelError):
        return
    for verdict in verdicts:
        for found in verdict.coefficients if not verdict.gate else ():
            outcome, _, predictor = (part.strip() for part in found.name.partition("~"))
            if not {outcome, predictor} <= known:
                continue
            statistic = f"standardized path to {outcome} ({verdict.proposition})"
            interval = (found.lower, found.upper, found.level)
            yield from _row(
                material, date, predictor, "nomological", statistic, found.estimate, verdict.n, interval
            )


def _row(
    material: Material,
    date: str,
    construct: str,
    kind: Any,
    statistic: str,
    value: float,
    n: int,
    interval: tuple[float, float, float] | None = None,
) -> Iterator[Evidence]:
    """One row, or none when the value is not a number."""
    if not math.isfinite(value):
        return
    given = interval if interval is not None and all(math.isfinite(end) for end in interval) else None
    lower, upper, level = (float(end) for end in given) if given else (None, None, None)
    yield Evidence(
        construct=construct,
        property=kind,
        statistic=statistic,
        value=float(value),
        n=int(n),
        source=material.study.title,
        date=date,
        lower=lower,
        upper=upper,
        level=level,
    )


def _plain(row: Evidence) -> dict[str, Any]:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    values = {field.name: getattr(row, field.name) for field in fields(row)}
    return {
        name: DoubleQuotedScalarString(value) if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None
    }
