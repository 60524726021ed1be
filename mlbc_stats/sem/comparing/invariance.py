"""Test whether a measurement model holds alike in several groups, step by step."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataWarning, ModelError
from mlbc_stats.sem.comparing.compare import compare
from mlbc_stats.sem.comparing.difference import Difference
from mlbc_stats.sem.comparing.nesting import check_nested
from mlbc_stats.sem.comparing.proposals import propose
from mlbc_stats.sem.comparing.steps import CONTINUOUS, STEPS, check_steps, equal_parameters, usual_steps
from mlbc_stats.sem.data.ordinal_variables import ordinal_variables
from mlbc_stats.sem.data.source import open_source
from mlbc_stats.sem.fitting.fit import fit
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

CFI_DROP, RMSEA_RISE = 0.010, 0.015
"""Change of fit from one step to the next that still speaks for the restriction (Chen, 2007)."""

INDICES = ("cfi", "rmsea", "srmr")


def invariance(
    model: str,
    data: Any = None,
    *,
    group: str | None = None,
    steps: Sequence[str] | None = None,
    method: str = "default",
    alpha: float = 0.05,
    **arguments: Any,
) -> InvarianceResult:
    """Fit a model with more and more parameters equal over groups and compare each step with the one before.

    The steps add up: configural holds nothing equal, metric the loadings, scalar the intercepts as well (factor means
    of later groups become free), strict the residual variances, means the factor means. A step left out is taken
    along where a later one presupposes it. Nothing is ever freed without
    being asked: `proposals` lists the parameters that score tests speak against, and ``group_partial`` frees the ones
    you decide on.

    Parameters
    ----------
    model : lavaan model syntax.
    data, group : the table and its column of groups (or `sample_cov`, `sample_mean` and `sample_nobs` as lists).
    steps : some of configural, thresholds, metric, scalar, strict, residual_covariances, variances, covariances,
        regressions, means, in the order in which they are taken; None takes configural, metric, scalar, strict, means,
        and with ordinal items what their numbers of categories allow. ``("configural", "metric", "scalar", "means")``
        compares means without equal residual variances.
    method : of the scaled difference test, as in `compare`.
    alpha : level of the verdicts and, by Holm's method within a step, of the proposals.
    arguments : as in `fit` (estimator, missing, group_partial, std_lv, …), the same in every step.

    Returns
    -------
    InvarianceResult
        with `table`, `fits`, `meanings` and `proposals`.

    Raises
    ------
    ModelError
        for unknown steps, a step that restricts nothing, one group only, or `group_equal`.

    Notes
    -----
    The first loading of a factor is equal by identification, so it can never be proposed; ``std_lv=True`` or
    ``effect_coding=True`` treats all items alike. Invariance over time is a matter of labels: give the loadings (and
    intercepts) of the same item at different times one label, fit both models and `compare` them.

    Ordinal items (``ordered=``) are identified step by step as Wu & Estabrook (2016) show: equal thresholds free
    intercepts and scales of later groups, equal loadings the factors' variances (with ``std_lv=True``), equal
    intercepts the factors' means. Thresholds are equal in every step after the first. The theta parameterization is
    the default here, since equal residual variances have no place in the other one.

    References
    ----------
    Meredith (1993), doi:10.1007/BF02294825; Vandenberg & Lance (2000), doi:10.1177/109442810031002; Chen (2007),
    doi:10.1080/10705510701301834; Wu & Estabrook (2016), doi:10.1007/s11336-016-9506-0. In R: ``cfa(model, data, group
    =, group.equal =)`` for each step and ``lavTestLRT``; with ordinal items ``semTools::measEq.syntax(ID.cat =
    "Wu.Estabrook.2016")``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(7)
    >>> items = dict(zip("abcd", (rng.normal(size=(600, 1)) + rng.normal(size=(600, 4))).T))
    >>> items["site"] = np.repeat(["north", "south"], 300)
    >>> items["d"][300:] += 1  # one item is easier in the south
    >>> result = sem.invariance("f =~ a + b + c + d", items, group="site", steps=("configural", "metric", "scalar"))
    >>> result.table["test_holds"].tolist()
    [None, True, False]
    >>> result.proposals.query("step == 'scalar'")["parameter"].iloc[0]  # the largest first
    'd~1'
    """
    check_steps(CONTINUOUS if steps is None else steps)
    if "group_equal" in arguments:
        raise ModelError(
            "invariance sets group_equal itself; choose steps, and use group_partial for exceptions"
        )
    ordinal = _model_thresholds(model, data, group, arguments)
    if ordinal and arguments.get("compat", "0.7") != "0.7":
        raise ModelError(
            f"compat={arguments['compat']!r}: the steps of ordinal items follow Wu and Estabrook, as lavaan 0.7 does; "
            "leave it out, or fit each step with sem.fit(group_equal=)"
        )
    if ordinal:
        arguments = {"parameterization": "theta", **arguments}
    steps = usual_steps(ordinal) if steps is None else steps
    fits: list[FittedModel] = []
    for i in range(len(steps)):
        equal = equal_parameters(steps[: i + 1], bool(ordinal))
        fits.append(fit(model, data, group=group, group_equal=equal, **arguments))
        _check_step(fits, steps)
    notes = _unnested(fits, steps) if ordinal and min(ordinal) == 1 < max(ordinal) else {}
    for note in notes.values():
        warnings.warn(note, DataWarning, stacklevel=2)
    tests = {"": [_compare(fits, i, "standard", notes) for i in range(1, len(fits))]}
    if fits[0].method.scaled:
        tests["_scaled"] = [_compare(fits, i, method, notes) for i in range(1, len(fits))]
    measures = [dict(each.fit_measures) for each in fits]
    indices = _choose_indices(measures, bool(ordinal))
    return InvarianceResult(
        steps=tuple(steps),
        fits=tuple(fits),
        plain=tuple(tests[""]),
        scaled=tuple(tests.get("_scaled", ())),
        indices=indices,
        alpha=alpha,
        table=_table(steps, measures, tests, indices, alpha),
        notes=tuple(notes.values()),
    )


@dataclass(frozen=True, repr=False)
class InvarianceResult(Shown):
    """Fits and tests of a sequence of invariance steps.

    Attributes
    ----------
    steps : their names; fits : the fitted model of each.
    plain, scaled : difference test of each step after the first (scaled: for robust estimators, else empty); NaN where
        a step did not converge.
    indices : which fit measure stands under cfi, rmsea and srmr in the table (robust ones where there are any).
    alpha : level of the verdicts.
    table : one row per step: npar, chisq, df, pvalue (and chisq_scaled, pvalue_scaled), cfi, rmsea, srmr; against the
        step before: chisq_diff, df_diff, pvalue_diff (and chisq_diff_scaled, df_diff_scaled, pvalue_diff_scaled),
        delta_cfi, delta_rmsea, delta_srmr; test_holds (the difference is not significant), fit_holds (CFI drops by
        0.010 and RMSEA rises by 0.015 at most); meaning.
    notes : steps that are not nested in the one before, which have no difference test.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(8)
    >>> items = dict(zip("abcd", (rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))).T))
    >>> items["site"] = np.repeat(["north", "south"], 200)
    >>> result = sem.invariance("f =~ a + b + c + d", items, group="site", steps=("configural", "metric"))
    >>> type(result).__name__, result.meanings["metric"][:14]
    ('InvarianceResult', 'equal loadings')
    """

    steps: tuple[str, ...]
    fits: tuple[FittedModel, ...]
    plain: tuple[Difference, ...]
    scaled: tuple[Difference, ...]
    indices: Mapping[str, str]
    alpha: float
    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def meanings(self) -> dict[str, str]:
        """What each step claims and allows."""
        return {name: STEPS[name].meaning for name in self.steps}

    @property
    def proposals(self) -> pd.DataFrame:
        """Every parameter that a step newly holds equal, with the score test of releasing it.

        Columns: step, parameter (as group_partial takes it; means have no exceptions), stat, df, pvalue, epc (expected
        difference between groups), pvalue_adjusted (Holm, within the step), proposed. A proposal is a question to
        theory, not a decision.
        """
        import pandas as pd

        rows = [
            {"step": self.steps[i], **row}
            for i in range(1, len(self.fits))
            if self.fits[i].converged
            for row in propose(self.fits[i - 1], self.fits[i], self.alpha)
        ]
        columns = ("step", "parameter", "stat", "df", "pvalue", "epc", "pvalue_adjusted", "proposed")
        return pd.DataFrame(rows, columns=list(columns))


def _model_thresholds(
    model: str, data: Any, group: str | None, arguments: Mapping[str, Any]
) -> tuple[int, ...]:
    """Number of thresholds of every ordinal variable of the model."""
    if data is None:
        return ()
    asked = arguments.get("ordered", ())
    names = (asked,) if isinstance(asked, str) else asked
    found = ordinal_variables(parse(model), names, open_source(data, group, None, None, None))
    return tuple(count for _, count in found.thresholds)


def _check_step(fits: Sequence[FittedModel], steps: Sequence[str]) -> None:
    """Refuse a last step that does not restrict the one before."""
    if fits[-1].table.n_groups < 2:
        raise ModelError("invariance needs at least two groups; name their column with group=")
    if len(fits) > 1 and not fits[-1].tests[0].df > fits[-2].tests[0].df:
        raise ModelError(
            f"step {steps[len(fits) - 1]!r} restricts nothing beyond {steps[len(fits) - 2]!r} in this model (both have "
            f"{fits[-1].tests[0].df:.0f} degrees of freedom); leave it out"
        )


def _unnested(fits: Sequence[FittedModel], steps: Sequence[str]) -> dict[int, str]:
    """Steps that free as well as restrict: equal intercepts let the scales of binary items go."""
    found: dict[int, str] = {}
    for i in range(1, len(fits)):
        if fits[i - 1].converged and fits[i].converged:
            try:
                check_nested(fits[i - 1], fits[i], (steps[i - 1], steps[i]))
            except ModelError:
                found[i] = (
                    f"step {steps[i]!r} is not nested in {steps[i - 1]!r}: it also frees the scales of binary items, "
                    "so there is no difference to test; compare AIC or fit, or leave one of the two steps out"
                )
    return found


def _compare(fits: Sequence[FittedModel], i: int, method: str, unnested: Collection[int]) -> Difference:
    """The test of a step against the one before; NaN where there is none."""
    if i in unnested or not (fits[i - 1].converged and fits[i].converged):
        return Difference(np.nan, np.nan, np.nan)
    return compare(fits[i - 1], fits[i], method=method, check=False).differences[0]


def _choose_indices(measures: Sequence[Mapping[str, float]], ordinal: bool) -> dict[str, str]:
    """The measure behind each index: robust where every step has it, else scaled, else plain.

    The robust ones of ordinal data judge correlations alone and would not see unequal thresholds or intercepts.
    """
    chosen = {}
    for index in INDICES:
        names = (*(() if ordinal else (f"{index}_robust",)), f"{index}_scaled", index)
        chosen[index] = next(
            (name for name in names if all(np.isfinite(each.get(name, np.nan)) for each in measures)), index
        )
    return chosen


def _table(
    steps: Sequence[str],
    measures: Sequence[Mapping[str, float]],
    tests: Mapping[str, Sequence[Difference]],
    indices: Mapping[str, str],
    alpha: float,
) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, list[Any]] = {}
    for name in [
        "npar",
        "chisq",
        "df",
        "pvalue",
        *(["chisq_scaled", "pvalue_scaled"] if "_scaled" in tests else []),
    ]:
        columns[name] = [each.get(name, np.nan) for each in measures]
    for index, measure in indices.items():
        columns[index] = [each.get(measure, np.nan) for each in measures]
    for suffix, got in tests.items():
        columns[f"chisq_diff{suffix}"] = [np.nan, *(test.stat for test in got)]
        columns[f"df_diff{suffix}"] = [np.nan, *(test.df for test in got)]
        columns[f"pvalue_diff{suffix}"] = [np.nan, *(test.pvalue for test in got)]
    for index in INDICES:
        columns[f"delta_{index}"] = [np.nan, *np.diff(columns[index])]
    verdicts = tests.get("_scaled", tests[""])
    columns["test_holds"] = [
        None,
        *(None if np.isnan(test.pvalue) else bool(test.pvalue >= alpha) for test in verdicts),
    ]
    pairs = zip(columns["delta_cfi"][1:], columns["delta_rmsea"][1:], strict=True)
    columns["fit_holds"] = [None, *(bool(cfi >= -CFI_DROP and rmsea <= RMSEA_RISE) for cfi, rmsea in pairs)]
    columns["meaning"] = [STEPS[name].meaning for name in steps]
    return pd.DataFrame(columns, index=list(steps))
