"""The tasks that are timed: one entry each, with what lavaan and semopy do for the same task."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import material
import pandas as pd
from responses import whole_way

from mlbc_stats import factor, irt, reliability, sem
from mlbc_stats.errors import DataWarning
from mlbc_stats.sem import SemResult

Timed = Callable[[], object]


class NotServedYetError(Exception):
    """What a task needs is not there yet."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to time.

    Attributes
    ----------
    id : also of the entries of lavaan.R and semopy_side.py that do the same.
    title : as printed.
    prepare : gives the function to time; preparing is not timed.
    target : how many times faster than lavaan it has to be; without one, lavaan is not timed.
    published : how many times faster than lavaan 0.6 the C++ engine magmaan says to be; not measured here.
    """

    id: str
    title: str
    prepare: Callable[[], Timed]
    target: float | None = None
    published: float | None = None


def served(name: str) -> Callable[..., object]:
    """A public function of `sem` that may not be there yet."""
    if not hasattr(sem, name):
        raise NotServedYetError(name)
    return getattr(sem, name)


def full(fit: SemResult) -> SemResult:
    """Everything lavaan's call computes, and the fit measures besides."""
    _ = fit.std_errors, fit.tests, fit.fit_measures
    return fit


def pd_single() -> Timed:
    return lambda: full(sem.fit(material.PD_MODEL, material.democracy()))


def hs_alone() -> Timed:
    return lambda: sem.cfa(material.HS_MODEL, material.students())


def hs_robust() -> Timed:
    return lambda: full(sem.cfa(material.HS_MODEL, material.students(), estimator="MLR")).summary()


def hs_single() -> Timed:
    return lambda: full(sem.cfa(material.HS_MODEL, material.students()))


def hs_fiml() -> Timed:
    return lambda: full(sem.cfa(material.HS_MODEL, material.incomplete_students(), missing="fiml"))


def groups_fiml() -> Timed:
    data = material.incomplete_students()
    return lambda: full(
        sem.cfa(material.HS_MODEL, data, missing="fiml", group="school", group_equal=["loadings"])
    )


def bfi() -> Timed:
    return lambda: full(sem.cfa(material.BFI_MODEL, material.inventory()))


def metric() -> Timed:
    data = material.students()
    return lambda: full(sem.cfa(material.HS_MODEL, data, group="school", group_equal=["loadings"]))


def invariance() -> Timed:
    run = served("invariance")
    steps = ("configural", "metric", "scalar", "strict")
    return lambda: full_steps(run(material.HS_MODEL, material.students(), group="school", steps=steps))


def full_steps(result: sem.InvarianceResult) -> sem.InvarianceResult:
    """The table of tests and indices, which lavaan's side makes as well."""
    _ = result.table
    return result


def pd_bootstrap() -> Timed:
    fit = sem.fit(material.PD_MODEL, material.democracy())
    return lambda: sem.bootstrap(fit, 1000, seed=1, workers=2)


def theory_bootstrap() -> Timed:
    model, data = material.theory_model()
    fit = sem.fit(model, data, std_lv=True, estimator="ML", missing="fiml")
    return lambda: sem.bootstrap(fit, 1000, seed=1, workers=2)


def monte_carlo() -> Timed:
    fit = sem.cfa(material.HS_MODEL, material.students())
    return lambda: sem.monte_carlo(fit, 200, 500, seed=1, workers=2)


def ordinal(model: str, data: pd.DataFrame) -> SemResult:
    """WLSMV, quiet about empty cells."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return sem.cfa(model, data, ordered=True)


def ord_single() -> Timed:
    return lambda: full(ordinal(material.HS_MODEL, material.graded_students())).parameters


def ord_large() -> Timed:
    return lambda: full(ordinal(material.BATTERY_MODEL, material.battery())).parameters


def ord_bootstrap() -> Timed:
    fit = ordinal(material.HS_MODEL, material.graded_students())
    return lambda: sem.bootstrap(fit, 1000, seed=1, workers=2)


def moderated() -> Timed:
    model, data = material.moderated_scales(one=True)
    return lambda: sem.fit(model, data, interactions="lms").parameters


def moderated_thrice() -> Timed:
    model, data = material.moderated_scales(one=False)
    return lambda: sem.fit(model, data, interactions="lms").parameters


def two_level() -> Timed:
    data = material.clustered()
    return lambda: full(sem.fit(material.TWO_LEVEL_MODEL, data, cluster="unit"))


def two_level_fiml() -> Timed:
    data = material.clustered_gaps()
    return lambda: full(sem.fit(material.TWO_LEVEL_MODEL, data, cluster="unit", missing="fiml"))


def parallel() -> Timed:
    data = material.inventory()
    return lambda: factor.parallel_analysis(data, data_sets=100, communality="one_factor")


def graded() -> Timed:
    """Twenty items of five categories, 1,000 cases, with errors; no other program beside it."""
    data = material.graded_answers()
    return lambda: irt.fit(data, "graded").parameters


def efa_starts() -> Timed:
    data = material.inventory()
    return lambda: factor.fit(data, 5, rotation="geomin", starts=100, errors="none")


def htmt_bootstrap() -> Timed:
    data = material.inventory()
    return lambda: reliability.htmt_intervals(data, material.BFI_FACTORS, 5000, seed=1)


TASKS = (
    Task("pd_single", "Political Democracy, ML, errors and fit measures", pd_single, 8, published=14),
    Task("hs_single", "Three factors (HS), ML, errors and fit measures", hs_single, 8),
    Task("hs_alone", "Three factors (HS), ML, the fit alone", hs_alone, 10),
    Task("hs_robust", "Three factors (HS), MLR, the whole summary", hs_robust, 8, published=16),
    Task("hs_fiml", "Three factors (HS), 12 % missing, FIML", hs_fiml, 10, published=24),
    Task("groups_fiml", "Two groups, equal loadings (HS), 12 % missing, FIML", groups_fiml, 8),
    Task("bfi", "25 items, 5 factors, n = 2,500, ML", bfi, 5),
    Task("metric", "Two groups, equal loadings (HS), ML", metric, 8),
    Task("invariance", "Invariance in four steps (HS)", invariance, 10),
    Task("pd_bootstrap", "Bootstrap of 1,000 (Political Democracy), two threads", pd_bootstrap, 80),
    Task("ord_single", "WLSMV, 9 items of 4 categories, n = 301", ord_single, 5),
    Task("ord_large", "WLSMV, 40 items of 5 categories, 5 factors, n = 500", ord_large, 8),
    Task("ord_bootstrap", "Bootstrap of 1,000, WLSMV of 9 items, two threads", ord_bootstrap, 20),
    Task(
        "theory_bootstrap",
        "Bootstrap of 1,000, FIML of model S1 (64 items, 3 % missing), two threads",
        theory_bootstrap,
    ),
    Task("moderated", "LMS, one product of two predictors, 9 items, n = 500", moderated),
    Task("moderated_thrice", "LMS, three products of three predictors, 12 items, n = 500", moderated_thrice),
    Task("responses", "100,000 responses of 250 columns read, screened and scored", whole_way),
    Task("monte_carlo", "Monte Carlo, 500 three-factor fits, n = 200", monte_carlo, 80),
    Task("two_level", "Two levels, 6 items, 200 clusters of 12, ML", two_level, 5),
    Task("two_level_fiml", "Two levels, 6 items, 200 clusters of 12, 10 % missing, FIML", two_level_fiml, 5),
    Task("graded", "Graded response, 20 items of 5 categories, n = 1,000, with errors (alone)", graded),
    Task("parallel", "Parallel analysis, 25 items, n = 2,500, 100 data sets (beside psych)", parallel, 10),
    Task(
        "efa_starts",
        "EFA, 25 items, 5 factors, geomin from 100 starts (beside psych, GPArotation)",
        efa_starts,
        10,
    ),
    Task(
        "htmt_bootstrap",
        "HTMT and HTMT2, 25 items, 5 scales, n = 2,500, bootstrap of 5,000 (beside semTools)",
        htmt_bootstrap,
        50,
    ),
)
