"""The one table that a reader of any study looks for: scales, reliability and correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.report import RowGroup, Table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit, validity_of
from mlbc_stats.study.stages.shared.scale_summaries import scales_of

if TYPE_CHECKING:
    import pandas as pd


def descriptives_table(material: Material) -> Table:
    """Latent correlations below √AVE, observed ones above; under them M, SD, shape, ω and α with intervals."""
    facets = list(material.facets)
    scores = scales_of(material).scores
    square, latent = _square(material, scores)
    below = _below(material, facets)
    numbers = [str(k) for k in range(1, len(facets) + 1)]
    what = "correlations of the factors in the measurement model (latent)" if latent else "nothing"
    missing = (
        "" if latent else " The measurement model gave no trustworthy solution, so nothing latent is shown."
    )
    return Table(
        title="Scales: correlations, distribution and reliability",
        header=("scale", *numbers),
        columns=(
            (*(f"{k} {name}" for k, name in zip(numbers, facets, strict=True)), *below),
            *((*_known(square[:, k]), *(values[k] for values in below.values())) for k in range(len(facets))),
        ),
        formats=("text", *("bounded",) * len(facets)),
        groups=(RowGroup("Correlations", 0), RowGroup("Distribution and reliability", len(facets))),
        notes=(
            f"Below the diagonal: {what}. Diagonal: root of the AVE from the same model. Above: observed correlations "
            f"of the scores, pairs of units that have both.{missing}",
            "Scores: the mean of the answered items (half of them at least), one row per unit; excess kurtosis. ω "
            "total of a one-factor model with its delta-method interval, α with Feldt's, 95 %.",
        ),
        identifier="descriptives",
        glosses={0: (*material.named(facets), *("" for _ in below))},
    )


def _below(material: Material, facets: list[str]) -> dict[str, list[object]]:
    """Rows under the correlations: heading → one value per scale."""
    shape = reliability.item_distribution(scales_of(material).scores)
    rows = {row["construct"]: row for row in scales_of(material).rows}
    found: dict[str, list[object]] = {
        heading: list(shape[name])
        for heading, name in (
            ("M", "mean"),
            ("SD", "sd"),
            ("skewness", "skewness"),
            ("kurtosis", "kurtosis"),
        )
    }
    for name, sign in (("omega", "ω"), ("alpha", "α")):
        found[sign] = [rows[facet][name] for facet in facets]
        found[f"{sign}, lower end"] = [rows[facet][f"{name}_lower"] for facet in facets]
        found[f"{sign}, upper end"] = [rows[facet][f"{name}_upper"] for facet in facets]
    return found


def _square(material: Material, scores: pd.DataFrame) -> tuple[np.ndarray, bool]:
    """Latent below, √AVE on, observed correlations above the diagonal (m, m); whether latent ones are there."""
    observed = scores.corr(min_periods=3).to_numpy(dtype=float)
    size = len(observed)
    square = np.where(np.triu(np.ones((size, size)), 1) > 0, observed, np.nan)
    try:
        if not measurement_fit(material).converged:
            return square, False
        found = validity_of(material)
    except (DataError, ModelError):
        return square, False
    facets = list(material.facets)
    larcker = found.fornell_larcker.loc[facets, facets].to_numpy(dtype=float)
    return np.where(np.tril(np.ones((size, size))) > 0, larcker, square), True


def _known(column: np.ndarray) -> list[object]:
    return [None if np.isnan(value) else float(value) for value in column]
