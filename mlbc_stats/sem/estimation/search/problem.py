"""What is minimized, over which points: a whole model, or one group of it where groups share no parameter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.constrained import Bounds, Constrained, minimize_constrained
from mlbc_stats.sem.estimation.objective import Objective
from mlbc_stats.sem.estimation.scoring import Estimate, minimize
from mlbc_stats.sem.specification.parameter_table import ParameterTable


@dataclass(frozen=True, slots=True)
class Problem:
    """A model bound to its data, with its constraints.

    Attributes
    ----------
    table, moments : model and data; objective : F.
    rough : a cheaper F whose minima lie near those of `objective`; the same where there is none.
    space, bounds : linear and other constraints.
    max_iter : steps that one search may take.
    """

    table: ParameterTable
    moments: tuple[SampleMoments, ...]
    objective: Objective
    rough: Objective
    space: Space
    bounds: Bounds | None
    max_iter: int

    @property
    def second_order(self) -> bool:
        """Whether Newton steps with the exact Hessian can go on where scoring stalls."""
        return self.bounds is None and not self.objective.scoring_only

    def project(self, theta: Floats) -> Floats:
        """Nearest point of the affine space to each theta (..., q)."""
        space = self.space
        if space.basis is None:
            return theta
        return space.origin + (theta - space.origin) @ space.basis @ space.basis.T

    def optimize(self, start: Floats, max_iter: int, rough: bool = False) -> Constrained:
        """Minimize from start (B, q)."""
        objective = self.rough if rough else self.objective
        if self.bounds is not None:
            return minimize_constrained(objective, start, self.space, self.bounds, max_iter)
        none = np.zeros((len(start), 0))
        return Constrained(minimize(objective, start, self.space, max_iter), none, none.astype(bool))


def element(got: Constrained, i: int) -> Constrained:
    """One element of a batch."""
    e = got.estimate
    single = Estimate(e.theta[i], e.value[i], e.gradient_norm[i], e.iterations[i], e.converged[i])
    return Constrained(single, got.multipliers[i], got.active[i])


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One group as a problem of its own; places (q_g,) say where its parameters stand among those of all groups."""

    problem: Problem
    places: Ints


def separate(problem: Problem) -> tuple[GroupPart, ...]:
    """The groups of a model without constraints, each for itself; none where they share a parameter or are one.

    F(θ) = Σ share_g F_g(θ_g) then is least where every F_g is.
    """
    places = [ram.free for ram in problem.objective.rams]
    joined = np.concatenate(places)
    constrained = problem.bounds is not None or problem.space.basis is not None
    if constrained or len(places) == 1 or len(np.unique(joined)) < len(joined):
        return ()
    return tuple(GroupPart(_group(problem, g), place) for g, place in enumerate(places))


def _group(problem: Problem, g: int) -> Problem:
    table, ram = problem.table, problem.objective.rams[g]
    count = len(ram.free)
    number = {int(place) + 1: i for i, place in enumerate(ram.free, start=1)}
    rows = tuple(
        replace(row, group=1, free=number[row.free] if row.free else 0)
        for row in table.parameters
        if row.group == g + 1
    )
    label = (table.group_labels[g],)
    own = replace(table, parameters=rows, n_groups=1, group_labels=label, simple_equalities=())
    alone = replace(ram, free=np.arange(count))

    def bound(objective: Objective) -> Objective:
        return Objective((alone,), (objective.discrepancies[g],), np.ones(1), count)

    objective = bound(problem.objective)
    rough = objective if problem.rough is problem.objective else bound(problem.rough)
    space = Space(None, np.zeros(count))
    return Problem(own, (problem.moments[g],), objective, rough, space, None, problem.max_iter)
