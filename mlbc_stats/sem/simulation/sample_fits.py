"""Fit one model to the rows of many samples as one batch, with robust errors of standardized quantities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.incomplete.fiml import pattern_inverses
from mlbc_stats.moments.incomplete.patterns import Patterns, find_patterns, resample_patterns
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.constraints.linear_space import Space, linear_space
from mlbc_stats.sem.constraints.system import ConstraintSystem, constraint_system
from mlbc_stats.sem.estimation import weights as binding
from mlbc_stats.sem.estimation.objective import Objective, evaluate, implied_at, take
from mlbc_stats.sem.estimation.refit import refit
from mlbc_stats.sem.estimation.search.variable_metric import known_inverse
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.casewise_scores import complete_scores, pattern_scores
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.results.levels import require_one_level
from mlbc_stats.sem.simulation.standardized_quantities import find_quantity, standardized_quantities


@dataclass(frozen=True, slots=True, eq=False)
class SampleFits:
    """Fits of one model to B samples, k standardized quantities each.

    Attributes
    ----------
    estimates, errors : (B, k), NaN where the fit did not converge.
    converged, admissible : (B,) flags.
    """

    estimates: Floats
    errors: Floats
    converged: NDArray[np.bool_]
    admissible: NDArray[np.bool_]


@dataclass(frozen=True)
class SampleFitter:
    """A model ready to be fitted to many samples, from where a fit of it to many cases stands.

    Attributes
    ----------
    reference : that fit, by ML or MLR, of one group of continuous variables; every search begins at its estimates.
    quantities : regressions ("y ~ x") and definitions ("name := expression") whose standardized values are wanted.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> draw = lambda n: rng.normal(size=(*n, 1)) * [1, 1, 1, 0.5] + rng.normal(size=(*n, 4))
    >>> big = dict(zip(["a", "b", "c", "y"], draw([5000]).T))
    >>> fitter = SampleFitter(sem.fit("f =~ a + b + c; y ~ f", big, estimator="MLR"), ("y ~ f",))
    >>> found = fitter.fit(draw([20, 300]))
    >>> found.converged.all(), bool(abs(found.estimates.mean() - 0.447) < 0.05)
    (np.True_, True)
    """

    reference: FittedModel
    quantities: tuple[str, ...]

    def __post_init__(self) -> None:
        require_one_level(self.reference, "many samples", "fit each with sem.fit")
        method = self.reference.method
        if method.discrepancy != "ML" or method.ordinal or len(self.reference.moments) > 1:
            raise NotServedError("many samples are fitted by ML or MLR, continuous variables in one group")
        if not self.reference.converged:
            raise ModelError("the model did not converge in the large sample that the search would begin at")

    @property
    def variables(self) -> tuple[str, ...]:
        """Columns of a sample, in order."""
        return self.reference.table.observed

    @cached_property
    def _system(self) -> ConstraintSystem:
        return constraint_system(self.reference.table)

    @cached_property
    def _space(self) -> Space:
        return linear_space(self._system)

    @cached_property
    def _rams(self) -> tuple[Ram, ...]:
        return compile_table(self.reference.table)

    @cached_property
    def _inverse(self) -> Floats | None:
        return known_inverse(self.reference.solution, self._space)

    def fit(self, rows: Floats, cluster: Ints | None = None) -> SampleFits:
        """Fit all samples at once.

        Complete samples are one batch; with missing answers (NaN) each sample has patterns of its own and is fitted by
        full information by itself.

        Parameters
        ----------
        rows : (B, n, p), columns as in `variables`. cluster : (n,) codes in increasing order, the same for every
            sample.

        Notes
        -----
        Errors are A⁻¹BA⁻¹/n with A the observed information and B the mean cross product of casewise scores, summed
        within clusters first (times J/(J−1)), as those of estimator MLR; of standardized values by the delta method.
        """
        if np.isnan(rows).any():
            return join_samples([self._incomplete(each, cluster) for each in rows])
        return self._fitted(self._complete_moments(rows), rows, cluster)

    def _complete_moments(self, rows: Floats) -> SampleMoments:
        mean, n = rows.mean(axis=1), rows.shape[1]
        centred = rows - mean[:, None]
        return SampleMoments(
            self.variables, centred.mT @ centred / n, mean, np.full(len(rows), float(n)), "n", n
        )

    def _incomplete(self, rows: Floats, cluster: Ints | None) -> SampleFits:
        answered = ~np.isnan(rows).all(axis=1)
        x, start = rows[answered], self.reference.moments[0]
        patterns = resample_patterns(x, find_patterns(x), np.ones((1, len(x))))
        moments = SampleMoments(
            self.variables,
            start.cov[None],
            np.asarray(start.mean)[None],
            np.full(1, float(len(x))),
            "n",
            len(rows),
            patterns=patterns,
        )
        return self._fitted(moments, x[None], None if cluster is None else cluster[answered])

    def _fitted(self, moments: SampleMoments, rows: Floats, cluster: Ints | None) -> SampleFits:
        method, system = self.reference.method, self._system
        start = self.reference.theta
        got = refit(self._rams, (moments,), method, system, self._space, start, inverse=self._inverse)
        solved = np.flatnonzero(got.estimate.converged)
        estimates = np.full((len(rows), len(self.quantities)), np.nan)
        errors = estimates.copy()
        if len(solved):
            bound = binding.bind(method, moments, got.rams[0])
            objective = take(Objective(got.rams, (bound,), np.ones(1), system.n_parameters), solved)
            theta = got.estimate.theta[solved]
            meat = self._meat(objective, theta, rows[solved], moments.patterns, cluster)
            with np.errstate(all="ignore"):  # estimates of negative variances have no standardized value
                estimates[solved], errors[solved] = self._standardized(objective, theta, meat, rows.shape[1])
        return SampleFits(estimates, errors, got.estimate.converged, got.admissible & got.estimate.converged)

    def _meat(
        self,
        objective: Objective,
        theta: Floats,
        rows: Floats,
        patterns: Patterns | None,
        cluster: Ints | None,
    ) -> Floats:
        """Mean cross products (B, q, q) of casewise scores, or of their sums over clusters."""
        (implied,), ram = implied_at(objective, theta), objective.rams[0]
        centre = rows.mean(axis=1) if implied.mu is None else implied.mu
        centred = rows - centre[:, None]
        if patterns is None:
            own = complete_scores(ram, implied, np.linalg.inv(implied.sigma), centred, implied.sigma)
        else:
            weights = pattern_inverses(patterns, implied.sigma[0])[0]
            own = pattern_scores(ram, implied, weights, np.nan_to_num(centred[0]), patterns.case)
        scores = np.zeros((*own.shape[:-1], theta.shape[-1]))
        scores[..., ram.free] = own
        factor = 1 / rows.shape[1]
        if cluster is not None:
            starts = np.flatnonzero(np.diff(cluster, prepend=-1))
            scores = np.add.reduceat(scores, starts, axis=1)
            factor *= len(starts) / (len(starts) - 1)
        return factor * (scores.mT @ scores)

    def _standardized(
        self, objective: Objective, theta: Floats, meat: Floats, n: int
    ) -> tuple[Floats, Floats]:
        """Standardized values and errors (B, k)."""
        bread, basis = evaluate(objective, theta, observed=True).information, self._space.basis
        if basis is not None:
            bread, meat = basis.T @ bread @ basis, basis.T @ meat @ basis
        inverse, _, definite = spd_inverse_logdet(bread)
        table = self.reference.table
        wanted = [find_quantity(table, name) for name in self.quantities]
        found = standardized_quantities(table, objective.rams[0], theta, wanted)
        slopes = found.slopes if basis is None else found.slopes @ basis
        pulled = slopes @ inverse
        variance = np.sum((pulled @ meat) * pulled, axis=-1) / n
        return found.estimates, np.where(definite[:, None], np.sqrt(np.maximum(variance, 0.0)), np.nan)


def join_samples(parts: Sequence[SampleFits]) -> SampleFits:
    """The samples of several batches as one."""
    names = ("estimates", "errors", "converged", "admissible")
    return SampleFits(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
