"""A fitted composite model: its estimates, and the tables of its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites import tables
from mlbc_stats.composites.admissibility import inadmissible
from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.notes import few_cases, unidentified_loop
from mlbc_stats.composites.options import Options
from mlbc_stats.composites.quality.discriminant import heterotrait
from mlbc_stats.composites.quality.measurement import reliabilities
from mlbc_stats.composites.sample.reading import Sample
from mlbc_stats.composites.solving import Solved, product_rows
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.stages.plan import Plan
from mlbc_stats.composites.stages.products import standardized
from mlbc_stats.distinctness import fornell_larcker
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False)
class CompositeResult(Shown):
    """Estimates of a composite model, everything in standard deviations.

    Attributes
    ----------
    plan : the stages of the model; its last one is the `specification` that the tables show.
    options : how they were estimated. sample : the cases.
    solved : arrays of a batch of one; of the last stage they are the `estimates`.
    notes : what a reader must know.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> data = {f"x{i}": cause + rng.normal(size=200) for i in (1, 2)}
    >>> data |= {f"y{i}": 0.6 * cause + rng.normal(size=200) for i in (1, 2)}
    >>> fit = composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data)
    >>> isinstance(fit, composites.CompositeResult), list(fit.reliability.columns[-4:])
    (True, ['alpha', 'rho_a', 'rho_c', 'ave'])
    """

    plan: Plan
    options: Options
    sample: Sample
    solved: Solved
    notes: tuple[str, ...] = ()

    @property
    def specification(self) -> Specification:
        """Constructs and paths of the last stage."""
        return self.plan.model

    @property
    def estimates(self) -> Estimates:
        """Arrays of the last stage."""
        return self.solved.estimates

    @property
    def first_stage(self) -> CompositeResult | None:
        """The stage that gave the scores of dimensions; None without constructs of higher order."""
        if self.plan.first is None or self.solved.first is None:
            return None
        found = self.solved.first
        alone = Solved(found, None, found.weights, self.solved.turned[:, :0])
        return CompositeResult(Plan(self.plan.first), self.options, self.sample, alone, self.notes)

    def _facts(self) -> Mapping[str, object]:
        return {
            "cases": self.sample.n,
            "constructs": list(self.specification.names),
            "converged": self.converged,
            "iterations": int(self.estimates.iterations[0]),
            "notes": "; ".join(self.notes),
        }

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `paths`."""
        return self.paths

    @property
    def converged(self) -> bool:
        """Whether the weights stopped moving."""
        return bool(self.estimates.converged[0])

    @property
    def doubtful(self) -> bool:
        """Whether the solution is inadmissible: an undefined or too large ρ_A, a loading above one, Φ not positive.

        Also where there are no more cases than indicators, paths lead in a circle without instruments, or one does not
        exist.
        """
        model = self.plan.model
        if not np.isfinite(self.estimates.paths[0][model.adjacency]).all():
            return True
        if few_cases(self.n, len(model.indicators)) or unidentified_loop(model, self.options):
            return True
        stages = [(self.plan.model, self.estimates)]
        if self.plan.first is not None and self.solved.first is not None:
            stages.append((self.plan.first, self.solved.first))
        return any(inadmissible(found, model, self.options) for model, found in stages)

    @property
    def n(self) -> int:
        """Cases used."""
        return self.sample.n

    @property
    def weights(self) -> pd.DataFrame:
        """One row per indicator: lhs, op, rhs, est, vif (variance inflation within the block)."""
        return tables.weights(self.estimates, self.specification)

    @property
    def loadings(self) -> pd.DataFrame:
        """One row per indicator: lhs, op, rhs, est; of corrected factors the consistent loadings."""
        return tables.loadings(self.estimates, self.specification)

    @property
    def cross_loadings(self) -> pd.DataFrame:
        """Correlations of indicators (rows) with composites (columns), never corrected."""
        return tables.square(
            self.estimates.cross_loadings[0].T, self.specification.indicators, self.specification.names
        )

    @property
    def paths(self) -> pd.DataFrame:
        """One row per path: lhs, op, rhs, est, f2 (Cohen's, scores held), vif (of the predictor in its equation)."""
        return tables.paths(self.estimates, self.specification)

    @property
    def rsquare(self) -> pd.DataFrame:
        """One row per endogenous construct: predictors, r2, adj_r2, aic, aicc, aicu, bic, fpe, hq, hqc."""
        return tables.rsquare(self.estimates, self.specification, self.n)

    @property
    def reliability(self) -> pd.DataFrame:
        """One row per construct: kind, mode, n_items, alpha, rho_a, rho_c, ave."""
        return tables.reliability(self.estimates, self.specification)

    @property
    def composite_correlations(self) -> pd.DataFrame:
        """Correlations of the scores."""
        names = self.specification.names
        return tables.square(self.estimates.composite_correlation[0], names, names)

    @property
    def construct_correlations(self) -> pd.DataFrame:
        """Correlations of the constructs, corrected for the attenuation of factors; products follow, as covariances."""
        terms = self.specification.terms
        return tables.square(self.estimates.construct_correlation[0], terms, terms)

    @property
    def fornell_larcker(self) -> pd.DataFrame:
        """Square roots of the AVE on the diagonal, correlations of the constructs off it."""
        names = self.specification.names
        ave = reliabilities(self.estimates, self.specification).ave
        correlation = self.estimates.construct_correlation[0, : len(names), : len(names)]
        return tables.square(fornell_larcker(ave[0], correlation), names, names)

    def htmt(self, kind: str = "absolute") -> pd.DataFrame:
        """Heterotrait-monotrait ratios of all pairs.

        Parameters
        ----------
        kind : "absolute" averages absolute correlations (HTMT+), "signed" the correlations as they are (the original),
            "htmt2" takes geometric means. A construct with one indicator enters with a ratio of its own.

        References
        ----------
        Henseler, Ringle & Sarstedt (2015), doi:10.1007/s11747-014-0403-8; Ringle et al. (2023),
        doi:10.1016/j.dib.2023.109074 (HTMT+); Roemer, Schuberth & Henseler (2021), doi:10.1108/IMDS-02-2021-0082.
        """
        names = self.specification.names
        return tables.square(
            heterotrait(self.estimates.correlation, self.specification, kind)[0], names, names
        )

    @property
    def effects(self) -> pd.DataFrame:
        """One row per pair that arrows lead along: lhs, op, rhs, direct, indirect, total, vaf (indirect over total)."""
        return tables.effects(self.estimates, self.specification)

    @property
    def specific_effects(self) -> pd.DataFrame:
        """One row per chain of two or more arrows: path, lhs (its end), rhs (its start), est."""
        return tables.specific_effects(self.estimates, self.specification)

    @property
    def fit_measures(self) -> pd.DataFrame:
        """Rows srmr, d_uls, d_g, d_ml and indices of overall fit; columns estimated and saturated model.

        d_g takes the natural logarithm (cSEM prints it to base 10). Without a bootstrap these are descriptive.
        """
        return tables.fit_measures(self.estimates, self.specification, self.n)

    @property
    def implied(self) -> pd.DataFrame:
        """Correlations of the indicators that the estimated model implies."""
        names = self.specification.indicators
        return tables.square(tables.implied(self.estimates, self.specification)[0], names, names)

    @property
    def scores(self) -> pd.DataFrame:
        """Composites of the cases used (rows named by their place in the data), standard deviation one with n − 1."""
        values = self.score_rows() @ self.solved.score_weights[0].T
        return tables.square(values, [int(k) for k in self.sample.kept], self.specification.names)

    def score_rows(self) -> Array:
        """(n, c) standardized columns that the weights of scores refer to, with products of indicators beside them."""
        if not self.plan.product_blocks:
            return standardize(self.sample.rows, self.sample.weights)
        mass = np.ones((1, self.n)) if self.sample.weights is None else self.sample.weights[None]
        rows = product_rows(self.sample, standardized(self.sample.rows, mass), mass, self.plan, self.options)[
            0
        ]
        return standardize(rows, self.sample.weights)


def standardize(x: Array, weights: Array | None = None) -> Array:
    """Columns (n, p) with mean zero and standard deviation one, divisor n − 1; NaN stays.

    Examples
    --------
    >>> standardize(np.array([[1.0], [2.0], [3.0]])).ravel().tolist()
    [-1.0, 0.0, 1.0]
    """
    seen = ~np.isnan(x)
    mass = seen * (1.0 if weights is None else weights[:, None])
    total = mass.sum(axis=0)
    gap = x - np.sum(np.where(seen, x, 0.0) * mass, axis=0) / total
    return gap / np.sqrt(np.sum(np.where(seen, gap, 0.0) ** 2 * mass, axis=0) / (total - 1))
