"""Estimates as tables with names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.quality.collinearity import indicator_inflation, predictor_inflation
from mlbc_stats.composites.quality.criteria import selection_criteria
from mlbc_stats.composites.quality.effect_size import adjusted, effect_sizes
from mlbc_stats.composites.quality.fit_measures import overall_fit
from mlbc_stats.composites.quality.implied import implied_constructs, implied_indicators
from mlbc_stats.composites.quality.measurement import reliabilities
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.structural.effects import chain_effects, chains, total_effects

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


def square(values: Array, rows: Sequence[Any], columns: Sequence[str]) -> pd.DataFrame:
    """A matrix with names."""
    import pandas as pd

    return pd.DataFrame(values, index=list(rows), columns=list(columns))


def weights(found: Estimates, model: Specification) -> pd.DataFrame:
    vif = indicator_inflation(found.correlation, model)[0]
    return _by_indicator(model, "<~", {"est": found.weights[0]}).assign(
        vif=[vif[model.indicators.index(name)] for c in model.constructs for name in c.indicators]
    )


def loadings(found: Estimates, model: Specification) -> pd.DataFrame:
    return _by_indicator(model, "=~", {"est": found.loadings[0]})


def _by_indicator(model: Specification, operator: str, values: dict[str, Array]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {"lhs": construct.name, "op": operator, "rhs": name}
        | {column: each[j, model.indicators.index(name)] for column, each in values.items()}
        for j, construct in enumerate(model.constructs)
        for name in construct.indicators
    ]
    return pd.DataFrame(rows)


def paths(found: Estimates, model: Specification) -> pd.DataFrame:
    import pandas as pd

    cov = found.construct_correlation
    columns = {
        "est": found.paths[0],
        "f2": effect_sizes(cov, found.r2, model)[0],
        "vif": predictor_inflation(cov, model)[0],
    }
    rows = [
        {"lhs": target, "op": "~", "rhs": source}
        | {name: each[model.terms.index(target), model.terms.index(source)] for name, each in columns.items()}
        for source, target in model.paths
    ]
    return pd.DataFrame(rows, columns=["lhs", "op", "rhs", *columns])


def rsquare(found: Estimates, model: Specification, n: int) -> pd.DataFrame:
    import pandas as pd

    places = [model.terms.index(name) for name in model.endogenous]
    r2 = found.r2[0, places]
    counts = np.array([len(model.predictors(name)) for name in model.endogenous], dtype=int)
    columns = {"predictors": counts, "r2": r2, "adj_r2": adjusted(r2, n, counts)}
    return pd.DataFrame(
        columns | selection_criteria(r2, n, counts), index=pd.Index(model.endogenous, name="construct")
    )


def reliability(found: Estimates, model: Specification) -> pd.DataFrame:
    import pandas as pd

    indices = reliabilities(found, model)
    columns = {
        "kind": [construct.kind for construct in model.constructs],
        "mode": [construct.mode for construct in model.constructs],
        "n_items": [len(construct.indicators) for construct in model.constructs],
        "alpha": indices.alpha[0],
        "rho_a": indices.rho_a[0],
        "rho_c": indices.rho_c[0],
        "ave": indices.ave[0],
    }
    return pd.DataFrame(columns, index=pd.Index(model.names, name="construct"))


def effects(found: Estimates, model: Specification) -> pd.DataFrame:
    import pandas as pd

    direct, total = found.paths[0], total_effects(found.paths)[0]
    reach = total_effects(model.adjacency[None].astype(float) * 1e-3)[0] != 0
    rows = [
        {
            "lhs": model.terms[i],
            "op": "~",
            "rhs": model.terms[j],
            "direct": direct[i, j],
            "indirect": total[i, j] - direct[i, j],
            "total": total[i, j],
            "vaf": (total[i, j] - direct[i, j]) / total[i, j] if total[i, j] else np.nan,
        }
        for j in range(len(model.terms))
        for i in range(len(model.terms))
        if reach[i, j] and i != j
    ]
    return pd.DataFrame(rows, columns=["lhs", "op", "rhs", "direct", "indirect", "total", "vaf"])


def specific_effects(found: Estimates, model: Specification) -> pd.DataFrame:
    import pandas as pd

    ways = chains(model.adjacency)
    values = chain_effects(found.paths, ways)[0]
    rows = [
        {
            "path": " -> ".join(model.terms[k] for k in way),
            "lhs": model.terms[way[-1]],
            "rhs": model.terms[way[0]],
            "est": value,
        }
        for way, value in zip(ways, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["path", "lhs", "rhs", "est"])


def implied(found: Estimates, model: Specification) -> Array:
    return implied_indicators(found, model, implied_constructs(found, model))


def fit_measures(found: Estimates, model: Specification, n: int) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(overall_fit(found, model, n))
