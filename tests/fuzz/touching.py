"""Everything a result can be asked: its public properties and methods, and every function that takes a fit."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from mlbc_stats import reliability, sem
from tests.fuzz.cases import Case

Touch = Callable[[], Any]

INNER = frozenset(
    {"audit", "baseline", "call", "estimate", "method", "moments", "resampled", "resampled_test"}
)
INNER |= {"rotation", "row_names", "solution", "table", "uncertainty"}
"""Properties that are no numbers for users; infinite ones may stand there (bounds of a parameter)."""

ASKED_BELOW = ("standardized_solution", "bootstrap")
"""Methods whose defaults are not asked: the kind is given, and a thousand resamples a case would be the whole cost."""


def touches(case: Case, result: sem.SemResult) -> Iterator[tuple[str, Touch]]:
    """Name and call of every question."""
    yield from _own(result)
    yield from _functions(case, result)


def _own(result: sem.SemResult) -> Iterator[tuple[str, Touch]]:
    """Public properties, and methods without arguments."""
    for name in dir(result):
        if name.startswith("_") and name != "_repr_html_":
            continue
        if not callable(inspect.getattr_static(result, name, None)) or name in result.__dict__:
            yield name, lambda name=name: getattr(result, name)
        elif name not in ASKED_BELOW:
            yield name, lambda name=name: getattr(result, name)()
    for kind in ("std_lv", "std_nox"):
        yield f"standardized_solution {kind}", lambda kind=kind: result.standardized_solution(kind)


def _functions(case: Case, result: sem.SemResult) -> Iterator[tuple[str, Touch]]:
    for kind in ("raw", "cor", "normalized", "standardized"):
        yield f"residuals {kind}", lambda kind=kind: sem.residuals(result, kind)
    for method in ("regression", "bartlett"):
        yield f"factor_scores {method}", lambda method=method: sem.factor_scores(result, method)
    yield "factor_scores of other rows", lambda: sem.factor_scores(result, data=case.data.head(5))
    for kind in (None, "std_all"):
        yield f"effects {kind}", lambda kind=kind: sem.effects(result, kind)
    yield "nesting", lambda: sem.nesting(result, result)
    yield "latent_moments", lambda: sem.latent_moments(result)
    for information in ("expected", "observed"):
        yield (
            f"modification_indices {information}",
            lambda information=information: sem.modification_indices(result, information=information),
        )
    yield "misspecification_power", lambda: sem.misspecification_power(result)
    yield "score_test", lambda: sem.score_test(result, cumulative=True)
    first, last = case.structure.dependent[0], case.structure.dependent[-1]
    yield "score_test add", lambda: sem.score_test(result, add=f"{first} ~~ {last}")
    if "a*" in case.structure.model:
        yield "wald_test", lambda: sem.wald_test(result, "a == b")
    yield "compare", lambda: _compare(case, result)
    yield from _draws(result)
    yield from _reliability(result)
    if result.rotation is not None:
        for name in ("oblimin", "varimax"):
            yield f"rotate {name}", lambda name=name: sem.rotate(result, name, {"rstarts": 2})


def _compare(case: Case, result: sem.SemResult) -> Any:
    if not case.structure.restriction:
        return None
    restricted = sem.fit(
        case.structure.model, case.data, constraints=case.structure.restriction, **case.arguments
    )
    return [sem.compare(restricted, result, method=method) for method in ("default", "satorra_bentler_2001")]


def _draws(result: sem.SemResult) -> Iterator[tuple[str, Touch]]:
    yield "bootstrap", lambda: result.bootstrap(6, seed=1, workers=1)
    for kind in ("nonparametric", "parametric", "bollen_stine"):
        yield f"bootstrap {kind}", lambda kind=kind: _bootstrap(result, kind)
    yield "what follows from a bootstrap", lambda: _followed(result)
    yield "reliability.bootstrap_summary", lambda: _summarized(result)
    yield "monte_carlo", lambda: _monte_carlo(result)


def _bootstrap(result: sem.SemResult, kind: str) -> Any:
    draws = sem.bootstrap(result, 6, kind=kind, seed=1, workers=1)
    intervals = [draws.parameters(kind) for kind in ("percentile", "basic", "normal", "bc")]
    return intervals, draws.parameters(standardized=True), draws.pvalue


def _followed(result: sem.SemResult) -> Any:
    draws = sem.bootstrap(result, 6, seed=1, workers=1)
    found = [draws.standardized_solution("std_nox", "bc"), draws.rsquare()]
    return found + (
        [draws.effects("std_all")] if any(row.op == "~" for row in result.table.parameters) else []
    )


def _summarized(result: sem.SemResult) -> Any:
    found = reliability.bootstrap_summary(sem.bootstrap(result, 6, seed=1, workers=1))
    return found.constructs, found.htmt


def _monte_carlo(result: sem.SemResult) -> Any:
    drawn = sem.monte_carlo(result, n=min(result.nobs, 60), replications=4, seed=1, workers=1)
    names = [name for name in dir(drawn) if not name.startswith("_")]
    values = {name: getattr(drawn, name) for name in names if not callable(getattr(type(drawn), name, None))}
    return {name: value for name, value in values.items() if name not in INNER}


def _reliability(result: sem.SemResult) -> Iterator[tuple[str, Touch]]:
    yield "reliability.summary", lambda: reliability.summary(result)
    yield "reliability.score_reliability", lambda: reliability.score_reliability(result)
    yield "reliability.second_order_omega", lambda: reliability.second_order_omega(result, "g")
    yield "reliability.bifactor_omega", lambda: reliability.bifactor_omega(result, "g")
