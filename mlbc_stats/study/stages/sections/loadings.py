"""Loadings beside the words that people answered, and how the factors got their scale."""

from __future__ import annotations

import numpy as np

from mlbc_stats.report import RowGroup, Table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit
from mlbc_stats.study.stages.shared.settled import settled_of
from mlbc_stats.survey.responses.model import question_scale

REVERSED = "R"


def loadings_table(material: Material) -> Table:
    """One row per loading: item, words, mark of reversal, estimate, error, test and the standardized interval."""
    raw, standard = measurement_fit(material).parameters, measurement_fit(material).standardized
    own = (raw["op"] == "=~").to_numpy()
    raw, standard = raw[own], standard[own]
    items = [material.asked.item(str(name)) for name in raw["rhs"]]
    language = material.instrument.languages[0]
    factors = [str(name) for name in raw["lhs"]]
    starts = [k for k, name in enumerate(factors) if k == 0 or factors[k - 1] != name]
    fixed = (raw["se"] == 0).to_numpy()
    return Table(
        title="Loadings of the items",
        header=("item", "turned", "loading", "SE", "z", "p", "standardized", "95% CI", "R²", "source"),
        columns=(
            tuple(item.id for item in items),
            tuple(REVERSED if item.reversed else "" for item in items),
            tuple(raw["est"]),
            _free(raw["se"], fixed),
            _free(raw["z"], fixed),
            _free(raw["pvalue"], fixed),
            tuple(standard["est_std"]),
            tuple(zip(standard["ci_lower"], standard["ci_upper"], strict=True)),
            tuple(float(value) ** 2 for value in standard["est_std"]),
            tuple(item.locator for item in items),
        ),
        formats=(
            *("text", "text", "estimate", "estimate", "statistic", "p"),
            *("bounded", "bounded_interval", "bounded", "text"),
        ),
        groups=tuple(
            RowGroup(f"{factors[at]}: {material.asked.construct(factors[at]).name}", at) for at in starts
        ),
        notes=(
            f"{REVERSED}: worded against the construct and turned before the analysis. Standardized loadings with "
            "delta-method intervals; R² is the share of the item that its factor explains. Source: where in the "
            "papers the "
            "idea stands; the words are the instrument's own.",
        ),
        identifier="loadings",
        glosses={0: tuple(item.text[language] for item in items)},
    )


def identification(material: Material) -> str:
    """How the model is identified and scaled, by what it was estimated, and with which software."""
    import mlbc_stats

    fit = measurement_fit(material)
    means = "; intercepts of the items are free, means of the factors zero" if fit.table.meanstructure else ""
    ordered = settled_of(material).arguments.get("ordered")
    counts = sorted({len(question_scale(material.asked, name).codes) for name in fit.table.observed})
    categories = " or ".join(str(count) for count in counts)
    kind = (
        "thresholds and polychoric correlations of ordered answers"
        if ordered
        else f"answers in {categories} categories, taken as continuous"
    )
    return (
        "Identification and scaling: every factor has variance one (all loadings are free), items load on one "
        "factor each, "
        f"residuals do not correlate{means}. Structural models fix the disturbances of factors to one in the "
        f"same way, and second-order factors of two "
        f"facets hold both loadings equal. Estimated by {fit.method.estimator} from {kind}, with mlbc-stats "
        f"{mlbc_stats.__version__} "
        "(versions of everything at the end of the report). Nothing was respecified after the data were seen: "
        "models are "
        "those of the registry, and modification indices are shown, not followed."
    )


def _free(values: object, fixed: np.ndarray) -> tuple[object, ...]:
    return tuple(None if held else value for value, held in zip(values, fixed, strict=True))  # type: ignore[call-overload]
