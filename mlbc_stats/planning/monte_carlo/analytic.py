"""Power by formula beside the simulated one: the same coefficient between perfectly reliable scores."""

from __future__ import annotations

import numpy as np

from mlbc_stats.planning.monte_carlo.questions import PlannedModel
from mlbc_stats.planning.population.targets import in_population
from mlbc_stats.planning.regression import regression_power
from mlbc_stats.survey.synthetic.latent import LatentSystem


def analytic_power(model: PlannedModel, system: LatentSystem, quantity: str, n: int, alpha: float) -> float:
    """Power of the test of one predictor among those of its outcome, with f² = b²(1 − R²_x)/(1 − R²).

    An upper bound for answers with error; exact, but for products and estimated variances of the predictors, where
    the scores themselves are observed. NaN for definitions.

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 9.

    Examples
    --------
    >>> from mlbc_stats.planning.monte_carlo.plan import Plan
    >>> from mlbc_stats.planning.monte_carlo.questions import planned_models
    >>> from mlbc_stats.planning.population.targets import target_population
    >>> from mlbc_stats import survey
    >>> from mlbc_stats.survey.synthetic.latent import latent_system
    >>> plan = Plan(propositions=("M5",))
    >>> model = planned_models(plan)[0]
    >>> population = target_population(survey.load_instrument("mlbc_alignment"), model.targets(plan, 0.10))
    >>> round(analytic_power(model, latent_system(population), "aln_state ~ FTC:TC", 250, 0.05), 2)
    0.46
    """
    outcome, _, predictor = (part.strip() for part in quantity.partition("~"))
    predictors = dict(model.paths).get(outcome, ())
    if predictor not in predictors or ":=" in quantity:
        return float("nan")
    names = [in_population(name) for name in (predictor, *(x for x in predictors if x != predictor), outcome)]
    if any(name not in system.names for name in names) or n < len(predictors) + 3:
        return float("nan")
    at = [system.names.index(name) for name in names]
    r = system.correlation[np.ix_(at, at)]
    with_all, without = _explained(r), _explained(r[1:, 1:])
    f2 = max(with_all - without, 0.0) / (1 - with_all)
    return float(regression_power(f2, n, tested=1, predictors=len(predictors), alpha=alpha))


def _explained(r: np.ndarray) -> float:
    """R² of the last variable on the others."""
    if len(r) == 1:
        return 0.0
    return float(r[-1, :-1] @ np.linalg.solve(r[:-1, :-1], r[:-1, -1]))
