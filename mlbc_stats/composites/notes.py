"""What a reader must know of a composite fit, and data that cannot carry one."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.admissibility import inadmissible
from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.options import Options
from mlbc_stats.composites.quality.collinearity import inflation, predictor_inflation
from mlbc_stats.composites.sample.reading import Sample
from mlbc_stats.composites.solving import Solved
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.stages.plan import Plan
from mlbc_stats.errors import (
    ConvergenceWarning,
    DataError,
    DataWarning,
    IdentificationWarning,
    InadmissibleWarning,
)

Array = NDArray[Any]

COLLINEAR = 1e8
"""Variance inflation from which regression weights of a block are rounding errors."""


def refuse_collinear(r: Array, names: Sequence[str], plan: Plan) -> None:
    """Refuse a block with mode B whose indicators determine one another.

    Raises
    ------
    DataError : names the block and the indicators with their VIF.
    """
    constructs = [*plan.model.constructs, *(() if plan.first is None else plan.first.constructs)]
    for construct in constructs:
        own = [names.index(name) for name in construct.indicators if name in names]
        if construct.mode != "modeB" or len(own) < 2 or len(own) < len(construct.indicators):
            continue
        vif = inflation(r[np.ix_(own, own)])
        bad = [(construct.indicators[k], vif[k]) for k in np.flatnonzero(~(vif < COLLINEAR))]
        if bad:
            told = ", ".join(f"{name} (VIF {_figure(v)})" for name, v in bad)
            raise DataError(
                f"{construct.name}: its indicators determine one another: {told}; regression weights (mode B) do not "
                "exist: leave one of them out or use mode A"
            )


def tell(solved: Solved, sample: Sample, plan: Plan, options: Options) -> tuple[str, ...]:
    """Notes on the sample and the solution; what spoils the solution is also a warning."""
    found = solved.estimates
    told = list(sample.notes)
    for text in sample.notes:
        warnings.warn(text, DataWarning, stacklevel=4)
    tied = collinear_predictors(found, plan.model)
    for text in tied:
        warnings.warn(text, IdentificationWarning, stacklevel=4)
        told.append(text)
    if not found.converged[0] and not tied:
        text = (
            f"the weights did not converge in {options.max_iter} iterations; raise max_iter, or look for constructs "
            "that hardly correlate with their neighbours"
        )
        warnings.warn(text, ConvergenceWarning, stacklevel=4)
        told.append(text)
    if thin := few_cases(sample.n, len(plan.model.indicators)):
        warnings.warn(thin, DataWarning, stacklevel=4)
        told.append(thin)
    if loop := unidentified_loop(plan.model, options):
        warnings.warn(loop, IdentificationWarning, stacklevel=4)
        told.append(loop)
    spoilt = inadmissible(found, plan.model, options)
    if plan.first is not None and solved.first is not None:
        spoilt = [*inadmissible(solved.first, plan.first, options), *spoilt]
    for text in dict.fromkeys(spoilt):
        warnings.warn(text, InadmissibleWarning, stacklevel=4)
        told.append(text)
    return tuple(told)


def collinear_predictors(found: Estimates, model: Specification) -> list[str]:
    """What to say of equations whose predictors determine one another: their paths do not exist."""
    told = []
    vif = predictor_inflation(found.construct_correlation, model)[0]
    for target in np.flatnonzero(model.adjacency.any(axis=1)):
        sources = np.flatnonzero(model.adjacency[target])
        known = np.isfinite(found.construct_correlation[0][np.ix_(sources, sources)]).all()
        bad = [k for k in sources if known and vif[target, k] > COLLINEAR]
        if bad:
            names = ", ".join(f"{model.terms[k]} (VIF {_figure(vif[target, k])})" for k in bad)
            told.append(
                f"{model.terms[target]}: its predictors determine one another: {names}; their paths do not exist: "
                "leave one of them out"
            )
    return told


def _figure(vif: float) -> str:
    return "infinite" if np.isinf(vif) else f"{vif:.3g}"


def few_cases(n: int, indicators: int) -> str:
    """What to say of samples whose indicators determine one another because there are so few cases."""
    if n > indicators:
        return ""
    return f"{n} cases for {indicators} indicators: any model fits so few; collect more cases or use fewer indicators"


def unidentified_loop(model: Specification, options: Options) -> str:
    """What to say of constructs whose paths lead back to them, unless instruments identify their equations."""
    reach = model.adjacency.astype(float)
    for _ in model.terms:
        reach = np.minimum(reach + reach @ model.adjacency, 1.0)
    inside = [
        name for k, name in enumerate(model.terms) if reach[k, k] > 0 and name not in options.instruments
    ]
    if not inside:
        return ""
    return (
        f"paths lead from {', '.join(inside)} back to where they begin; least squares does not find such paths: give "
        "instruments= for these constructs, or use sem.fit"
    )
