"""Which parameters differ between groups: each of a step's parameters set free, and held equal, by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.comparing.compare import compare
from mlbc_stats.sem.comparing.group_effects import BOUND, Name, effects_of, tested_parameters
from mlbc_stats.sem.comparing.step_restrictions import equal_alone, group_wald, set_free
from mlbc_stats.sem.comparing.steps import check_steps, equal_parameters
from mlbc_stats.sem.fitting.fit import fit
from mlbc_stats.sem.inference.chi_square import tail
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

SERVED = ("metric", "scalar", "strict", "means")
OWN_SCALES = ("std_lv", "effect_coding", "group_equal", "ordered")


def partial_invariance(
    model: str,
    data: Any = None,
    *,
    group: str,
    steps: Sequence[str] = ("configural", "metric"),
    bound: float = BOUND,
    method: str = "default",
    **arguments: Any,
) -> PartialInvariance:
    """Test every parameter that a step of invariance holds equal over groups, one at a time, in three ways.

    free: the parameter differs between groups, everything else that the step holds equal stays so (against the step).
    fix: it alone is held equal, nothing else of the step (against the step before). wald: the same as `fix` without a
    fit of its own. The degrees of freedom are the number of groups less one. Where many parameters differ, `free` finds
    the ones that differ from the rest; `fix` depends on what identifies the scale. None of the tests is adjusted for
    their number.

    Parameters
    ----------
    model : measurement model in lavaan's syntax, loadings without modifiers.
    data, group : table and its column of groups.
    steps : as in `invariance`; the last one (metric, scalar, strict or means) is taken apart, against those before.
    bound : z score of a factor at which low and high scorers are compared.
    method : of scaled difference tests, as in `compare`.
    arguments : as in `fit` (estimator, missing, group_partial, …), the same in every fit.

    Returns
    -------
    PartialInvariance
        with `tests` and `estimates`.

    Raises
    ------
    ModelError, NotServedError
        Another last step, one group, loadings with modifiers, ordinal items (`invariance` proposes releases for them).

    Notes
    -----
    Factors are scaled by their first item; it is itself tested with the second item in its place. As long as factor
    means are zero in the step before, `fix` of an intercept tests whether the observed means are equal.

    References
    ----------
    Cheung & Rensvold (1999), doi:10.1016/S0149-2063(99)80001-4; Millsap & Olivera-Aguilar (2012), in Hoyle, 380–392. In
    R: ``semTools::partialInvariance(models, type)``.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(7)
    >>> items = dict(zip("abcd", (rng.normal(size=(600, 1)) + rng.normal(size=(600, 4))).T))
    >>> items["site"] = np.repeat(["north", "south"], 300)
    >>> items["d"][300:] += 1  # one item is easier in the south
    >>> steps = ("configural", "metric", "scalar")
    >>> result = sem.partial_invariance("f =~ a + b + c + d", items, group="site", steps=steps)
    >>> result.tests.set_index("parameter")["free_chisq"].idxmax()
    'd~1'
    """
    _check(steps, arguments)
    common = {"group": group, "meanstructure": True, **arguments}
    before, last = equal_parameters(steps[:-1]), steps[-1]
    parent = fit(model, data, group_equal=before, **common)
    narrow = fit(model, data, group_equal=equal_parameters(steps), std_lv=True, **common)
    _check_fits(parent, last)
    names = tested_parameters(parent, narrow, last)
    freed = {name: set_free(model, data, name, names, equal_parameters(steps), common) for name in names}
    alone = {name: equal_alone(model, data, parent, name, names, before, common) for name in names}
    rows = [
        {
            "parameter": "".join(name),
            **_difference("free", freed[name], narrow, method),
            **_difference("fix", parent, alone[name], method),
            **_wald(parent, name),
        }
        for name in names
    ]
    estimates = [effects_of(narrow, freed[name], name, last, bound) for name in names]
    return PartialInvariance(tuple(steps), parent, narrow, tuple(rows), tuple(estimates))


@dataclass(frozen=True, slots=True, repr=False)
class PartialInvariance(Shown):
    """Every parameter of a step of invariance by itself.

    Attributes
    ----------
    steps : the last of them is the one taken apart.
    parent, narrow : fits of the step before and of the step itself (factors with unit variance in the first group).
    test_rows, estimate_rows : rows of `tests` and `estimates`.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(8)
    >>> items = dict(zip("abc", (rng.normal(size=(400, 1)) + rng.normal(size=(400, 3))).T))
    >>> items["site"] = np.repeat(["north", "south"], 200)
    >>> result = sem.partial_invariance("f =~ a + b + c", items, group="site")
    >>> isinstance(result, sem.PartialInvariance), result.estimates["parameter"].tolist()
    (True, ['f=~a', 'f=~b', 'f=~c'])
    """

    steps: tuple[str, ...]
    parent: FittedModel
    narrow: FittedModel
    test_rows: tuple[dict[str, Any], ...]
    estimate_rows: tuple[dict[str, Any], ...]

    @property
    def tests(self) -> pd.DataFrame:
        """One row per parameter: chisq, df, pvalue and delta_cfi of `free` and `fix`, chisq, df, pvalue of `wald`.

        delta_cfi is CFI of the more restricted model less that of the other. NaN where a fit did not converge.
        """
        import pandas as pd

        return pd.DataFrame(list(self.test_rows))

    @property
    def estimates(self) -> pd.DataFrame:
        """One row per parameter: pooled (the step's estimate), est_ and std_ of each group where it alone is free.

        std is in pooled standard deviations of item and factor. Against the first group: diff_std_; of loadings q_
        (difference of Fisher's z), diff_mean_ (of observed means), low_ and high_ (expected difference of the item for
        factor scores at the bound); of intercepts diff_mean_ and share_ (of the difference of means that the intercepts
        make); of residual variances h_ (Cohen's) and share_ (of the difference of variances).
        """
        import pandas as pd

        return pd.DataFrame(list(self.estimate_rows))

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `tests`."""
        return self.tests


def _check(steps: Sequence[str], arguments: dict[str, Any]) -> None:
    check_steps(steps)
    if len(steps) < 2 or steps[-1] not in SERVED:
        raise ModelError(
            f"steps={list(steps)}: the last of at least two steps is taken apart, one of {', '.join(SERVED)}"
        )
    for name in OWN_SCALES:
        if arguments.get(name):
            raise (NotServedError if name == "ordered" else ModelError)(
                "partial_invariance takes continuous items; invariance(...).proposals tests releases of ordinal ones"
                if name == "ordered"
                else f"partial_invariance sets {name} itself; leave it out"
            )


def _check_fits(parent: FittedModel, last: str) -> None:
    if parent.table.n_groups < 2:
        raise ModelError("partial invariance needs at least two groups; name their column with group=")
    held = [row for row in parent.table.parameters if row.op == "=~" and not row.free and row.fixed != 1.0]
    twice = {row.lhs for row in parent.table.parameters if row.op == "=~" and row.fixed == 1.0}
    if held or len(twice) != len({row.lhs for row in parent.table.parameters if row.op == "=~"}):
        raise ModelError(
            f"step {last!r} cannot be taken apart where loadings are fixed or have modifiers; write `f =~ x1 + x2 + x3`"
        )


def _difference(kind: str, free: FittedModel, restricted: FittedModel, method: str) -> dict[str, float]:
    if not (free.converged and restricted.converged):
        return {f"{kind}_{name}": np.nan for name in ("chisq", "df", "pvalue", "delta_cfi")}
    test = compare(free, restricted, method=method, check=False).differences[0]
    change = restricted.fit_measures["cfi"] - free.fit_measures["cfi"]
    return {
        f"{kind}_chisq": test.stat,
        f"{kind}_df": test.df,
        f"{kind}_pvalue": test.pvalue,
        f"{kind}_delta_cfi": float(change),
    }


def _wald(parent: FittedModel, name: Name) -> dict[str, float]:
    stat, df = group_wald(parent, name)
    return {"wald_chisq": stat, "wald_df": df, "wald_pvalue": tail(stat, df) if df else np.nan}
