"""What a simulation found: one row per proposition and condition, curves of power, the smallest samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.planning.monte_carlo.analytic import analytic_power
from mlbc_stats.planning.monte_carlo.chunk import population_of
from mlbc_stats.planning.monte_carlo.curve import PowerCurve, fit_curve
from mlbc_stats.planning.monte_carlo.plan import Condition, Plan, Task
from mlbc_stats.planning.monte_carlo.questions import PlannedModel, planned_models
from mlbc_stats.planning.monte_carlo.summary import Summary, summarize
from mlbc_stats.sem.simulation.sample_fits import SampleFits, join_samples
from mlbc_stats.showing import Shown
from mlbc_stats.survey.synthetic.latent import latent_system

if TYPE_CHECKING:
    import pandas as pd

POWERS = (0.80, 0.90)


@dataclass(frozen=True, slots=True, repr=False)
class PlanResult(Shown):
    """Power of propositions over a grid of conditions, by simulation. All of it is synthetic.

    Attributes
    ----------
    plan : what was simulated; summaries : a proposition under a condition each.
    missing : pieces of work of the plan that are not done; what they would add is not in the summaries.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> found = planning.simulate(planning.Plan(propositions=("M5r",), n=(150, 300), replications=20))
    >>> isinstance(found, planning.PlanResult), found.table()["n"].tolist()
    (True, [150, 300])
    """

    plan: Plan
    summaries: tuple[Summary, ...]
    missing: int = 0

    @property
    def complete(self) -> bool:
        """Whether every piece of work is done."""
        return not self.missing

    def table(self) -> pd.DataFrame:
        """One row per proposition and condition, every attribute of a `Summary`."""
        import pandas as pd

        rows = [asdict(each) for each in self.summaries]
        return pd.DataFrame([{**row.pop("condition"), **row} for row in rows]).pipe(_named_first)

    def curves(self) -> dict[tuple[str, Condition], PowerCurve]:
        """Proposition and condition (of its least n) → curve over n, where there are two sizes or more."""
        groups: dict[tuple[str, tuple[float, ...]], list[Summary]] = {}
        for each in self.summaries:
            key = each.proposition, tuple(each.condition.apart_from_n.values())
            groups.setdefault(key, []).append(each)
        return {
            (name, min((each.condition for each in found), key=lambda at: at.n)): fit_curve(
                [each.condition.n for each in found],
                [each.power for each in found],
                [each.replications for each in found],
            )
            for (name, _), found in groups.items()
            if len({each.condition.n for each in found}) > 1
        }

    def smallest(self) -> pd.DataFrame:
        """The smallest samples for a power of .80 and .90, with the 95 % interval of their Monte Carlo error.

        Columns proposition, the condition, n_80, n_80_lower, n_80_upper, the same of 90, and `beyond`: whether the
        number lies outside the sizes that were simulated, so that it is an extrapolation.
        """
        import pandas as pd

        rows = []
        for (name, condition), curve in self.curves().items():
            row: dict[str, object] = {"proposition": name, **condition.apart_from_n}
            for power in POWERS:
                best, lower, upper = curve.smallest_n(power)
                label = f"n_{round(100 * power)}"
                row |= {label: best, f"{label}_lower": lower, f"{label}_upper": upper}
            found = [float(row["n_80"]), float(row["n_90"])]  # type: ignore[arg-type]
            row["beyond"] = any(not min(self.plan.n) <= n <= max(self.plan.n) for n in found)
            rows.append(row)
        return pd.DataFrame(rows)


def result_of(plan: Plan, done: Mapping[str, SampleFits]) -> PlanResult:
    """Summaries of what is done of a plan, by the keys of its tasks.

    Raises
    ------
    ModelError
        when nothing is done.
    """
    models = {model.id: model for model in planned_models(plan)}
    tasks = plan.tasks(tuple(models))
    summaries: list[Summary] = []
    for (name, condition), parts in _grouped(tasks, done).items():
        summaries += _summaries(plan, models[name], condition, parts)
    if not summaries:
        raise ModelError("nothing of the plan is simulated yet; run it before its result is asked for")
    order = {name: k for k, name in enumerate(plan.propositions)}
    summaries.sort(
        key=lambda each: (
            order[each.proposition],
            tuple(each.condition.apart_from_n.values()),
            each.condition.n,
        )
    )
    return PlanResult(plan, tuple(summaries), sum(task.key not in done for task in tasks))


def _grouped(
    tasks: list[Task], done: Mapping[str, SampleFits]
) -> dict[tuple[str, Condition], list[SampleFits]]:
    groups: dict[tuple[str, Condition], list[SampleFits]] = {}
    for task in tasks:
        if task.key in done:
            groups.setdefault((task.model, task.condition), []).append(done[task.key])
    return groups


def _summaries(
    plan: Plan, model: PlannedModel, condition: Condition, parts: list[SampleFits]
) -> list[Summary]:
    system = latent_system(population_of(plan, model, condition))
    out = summarize(
        model.questions,
        model.quantities,
        model.true_values(system),
        join_samples(parts),
        condition,
        model.id,
        plan.level,
        plan.equivalence_level,
    )
    return [
        replace(
            each,
            analytic=analytic_power(model, system, question.deciding[0], condition.n, 1 - plan.level)
            if len(question.deciding) == 1
            else np.nan,
        )
        for each, question in zip(out, model.questions, strict=True)
    ]


def _named_first(frame: pd.DataFrame) -> pd.DataFrame:
    first = ["proposition", "model"]
    return frame[[*first, *(name for name in frame.columns if name not in first)]]
