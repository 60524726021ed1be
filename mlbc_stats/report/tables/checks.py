"""Tables of checks: number of factors by every rule, collinearity, what checks of method variance could find."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlbc_stats.report.numbers import format_value
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.factor import Retention
    from mlbc_stats.reliability.method_variance.detectable import DetectableMethodVariance

SOURCES = {
    "parallel analysis": "Horn (1965), doi:10.1007/BF02289447",
    "minimum average partial": "Velicer (1976), doi:10.1007/BF02293557",
    "revised minimum average partial": "Velicer, Eaton & Fava (2000), doi:10.1007/978-1-4615-4397-8_3",
    "empirical Kaiser criterion": "Braeken & van Assen (2017), doi:10.1037/met0000074",
    "Hull": "Lorenzo-Seva, Timmerman & Kiers (2011), doi:10.1080/00273171.2011.564527",
    "χ² test": "Lawley & Maxwell (1971), Factor Analysis as a Statistical Method",
    "RMSEA": "Preacher, Zhang, Kim & Mels (2013), doi:10.1080/00273171.2012.710386",
    "Kaiser": "Kaiser (1960), doi:10.1177/001316446002000116; takes too many and does not count",
}

NAMES = {
    "harman": "Harman (legacy): one component",
    "full_collinearity": "Full collinearity",
    "lindell_whitney": "Lindell and Whitney",
    "method_factor": "Method factor",
    "marker_technique": "Marker technique",
}


def retention_table(found: Retention) -> Table:
    """The number of factors by every rule, with the source of the rule."""
    rules = list(found.suggestions)
    return Table(
        title="Number of factors, rule by rule",
        header=("rule", "factors", "source"),
        columns=(
            tuple(rules),
            tuple(found.suggestions.values()),
            tuple(next(text for name, text in SOURCES.items() if rule.startswith(name)) for rule in rules),
        ),
        formats=("text", "count", "text"),
        notes=(
            f"{found.advice} Parallel analysis: {round(100 * found.parallel.quantile)}th percentile of "
            f"{found.parallel.data_sets} sets of unrelated normal items."
            + ("" if found.ladder else " Hull and tests of fit: mlbc factor."),
        ),
        identifier="rules",
    )


def collinearity_table(factors: pd.DataFrame, scores: pd.DataFrame | None, known: Mapping[str, str]) -> Table:
    """Variance inflation factors of factors and, where given, of scores."""
    names = [str(name) for name in factors.index]
    both = scores is not None
    words = tuple(known.get(name, "") for name in names)
    return Table(
        title="Full collinearity",
        header=("construct", *(("VIF, scores",) if both else ()), "VIF, factors"),
        columns=(
            tuple(names),
            *((tuple(scores["vif"].reindex(factors.index)),) if scores is not None else ()),
            tuple(factors["vif"]),
        ),
        formats=("text", *(("statistic",) if both else ()), "statistic"),
        notes=(
            "Each construct regressed on all others. Above 3.3 for scores, or 5 for factors, method variance is "
            "suspected (Kock & Lynn 2012), though theoretically related constructs are collinear without it.",
        ),
        identifier="collinearity",
        glosses={0: words} if any(words) else {},
    )


def detectable_table(found: DetectableMethodVariance) -> Table:
    """What each check could have found, with the smallest share of variance and the bias that goes with it."""
    rows = found.table
    shares = rows["share"].tolist()
    largest = found.rates.index[-1]
    told = [
        f"not up to {format_value(float(largest), 'percent')}"
        if math.isnan(share) and alarms < found.power
        else format_value(share, "percent")
        if math.isfinite(share)
        else "always"
        for share, alarms in zip(shares, rows["false_alarms"], strict=True)
    ]
    return Table(
        title="What checks of method variance could have found",
        header=(
            "check",
            "finds method variance when",
            "false alarms",
            "found at .80",
            "mean bias of r",
            "largest bias",
        ),
        columns=(
            tuple(NAMES[str(name)] for name in rows.index),
            tuple(rows["criterion"]),
            tuple(rows["false_alarms"]),
            tuple(told),
            tuple(rows["mean_bias"]),
            tuple(rows["largest_bias"]),
        ),
        formats=("text", "text", "percent", "text", "bounded", "bounded"),
        notes=(
            f"Populations with the estimated correlations and one method factor behind all items equally; {found.n} "
            f"cases, {found.replications} samples each (χ² tests by their noncentrality). Found at .80: the smallest "
            "share of every item's variance that the check detects in 80 % of samples. Bias: what that share adds to "
            "the factor correlations, which a check that finds nothing may have missed. False alarms: rate without "
            "any method variance.",
        ),
        identifier="method_detectable",
    )
