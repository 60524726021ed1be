"""Test constraints that a fitted model imposes: the score (Lagrange multiplier) test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.inference.chi_square import tail
from mlbc_stats.sem.inference.standardized import KINDS, standardizing_factors
from mlbc_stats.sem.ranking import ranked
from mlbc_stats.sem.restrictions.imposed import Held, held_equalities, held_parameters
from mlbc_stats.sem.restrictions.release import expected_change, release_constraints
from mlbc_stats.sem.results.fitted_model import require_minimum
from mlbc_stats.sem.specification.levels import name_columns
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.results.fitted_model import FittedModel


def score_test(
    fit: FittedModel,
    add: str | None = None,
    release: int | Sequence[int] | None = None,
    *,
    cumulative: bool = False,
    information: str = "expected",
) -> ScoreTest:
    """Test what χ² would lose if constraints or fixed parameters were released, without refitting.

    X² = n uᵀL⁻¹u with u = −½ Dᵀ∂F/∂θ, the score along the k directions D that are released, and L (k, k) their unit
    information given the parameters that are free. It refers to the plain χ², for robust fits too.

    Parameters
    ----------
    fit : a converged fit.
    add : parameters that the model fixes or leaves out, in model syntax (``"visual =~ x9\\nx7 ~~ x8"``), in every group
        unless within a ``group:`` block. Without it the model's equality constraints are tested.
    release : number of the constraint to release, or several, counted from 1 in the order of the model's table (shared
        labels and ties over groups are constraints too); None for each and all.
    cumulative : also release the constraints one after the other, the largest first.
    information : "expected" (lavaan's default, whatever the fit's own) or "observed".

    Returns
    -------
    ScoreTest
        the joint test, `univariate` (each alone), `cumulative` and `changes` (expected parameter changes).

    Raises
    ------
    ModelError
        for a fit that did not converge or has no equality constraints, numbers out of range, parameters that are free
        already or of unknown variables; for `add` and `release` together.

    References
    ----------
    Bentler & Chou (1992), doi:10.1177/0049124192021002006; Sörbom (1989), doi:10.1007/BF02294623. In R:
    ``lavTestScore(fit, add =, release =, epc = TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(6)
    >>> items = (rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))) * [1, 1, 3, 1]
    >>> fit = sem.cfa("f =~ a + k*b + k*c + d", dict(zip("abcd", items.T)))
    >>> test = sem.score_test(fit)
    >>> test.df, bool(test.pvalue < 0.01), test.univariate["meaning"].tolist()
    (1, True, ['f=~b == f=~c'])
    """
    _check(fit, add, release, information)
    observed = information == "observed"
    held = held_equalities(fit, observed) if add is None else held_parameters(fit, add, observed)
    which = _numbers(release, len(held.texts))
    total = release_constraints(held.constraints, which)
    return ScoreTest(
        stat=total.stat,
        df=len(which),
        pvalue=tail(total.stat, len(which)),
        rank=total.rank,
        univariate=_univariate(held, which),
        cumulative=_cumulative(held, which) if cumulative else None,
        changes=_changes(fit, held, which),
        notes=_notes(fit, total.stat, total.rank, len(which)),
    )


@dataclass(frozen=True, slots=True, repr=False)
class ScoreTest(Shown):
    """Score tests of released constraints.

    Attributes
    ----------
    stat, df, pvalue : all of them together; df counts the constraints, as in lavaan.
    rank : how many of them bear on the fit (fewer than df where some only identify the model).
    univariate : one row per constraint, released alone: number, lhs, op, rhs, meaning (internal names spelled out),
        stat, df, pvalue, epc (expected value of left minus right side; NaN where the data do not determine its unit).
    cumulative : released one after the other: number, lhs, op, rhs, meaning, stat, df, pvalue; or None.
    changes : one row per parameter if all are released: lhs, op, rhs, group, label, est, epc (expected change), epv
        (expected value), sepc_lv, sepc_all, sepc_nox (standardized epc).
    notes : what a reader must know before relying on the test.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(6)
    >>> items = dict(zip("abcd", (rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))).T))
    >>> test = sem.score_test(sem.cfa("f =~ a + b + c + d", items), add="a ~~ b")
    >>> type(test).__name__, test.univariate[["lhs", "op", "rhs"]].iloc[0].tolist()
    ('ScoreTest', ['a~~b', '==', '0'])
    """

    stat: float
    df: int
    pvalue: float
    rank: int
    univariate: pd.DataFrame
    cumulative: pd.DataFrame | None
    changes: pd.DataFrame
    notes: tuple[str, ...] = ()


def _check(fit: FittedModel, add: str | None, release: object, information: str) -> None:
    if not fit.converged:
        raise ModelError("the fit did not converge; a score test means something at a solution only")
    require_minimum(fit, "score tests")
    if add is not None and release is not None:
        raise ModelError("add and release ask two different questions; give one of them")
    if information not in ("expected", "observed"):
        raise ModelError(f"information={information!r} is not known; use 'expected' or 'observed'")


def _numbers(release: int | Sequence[int] | None, count: int) -> list[int]:
    """Positions from 0 of the constraints to release."""
    if release is None:
        return list(range(count))
    numbers = [release] if isinstance(release, int) else list(release)
    wrong = [number for number in numbers if not 1 <= number <= count]
    if wrong or len(set(numbers)) != len(numbers) or not numbers:
        raise ModelError(f"release={release!r} must name different constraints by number, from 1 to {count}")
    return [number - 1 for number in numbers]


def _univariate(held: Held, which: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for i in which:
        single = release_constraints(held.constraints, [i])
        sized = single.rank and not (held.rows[i].astype(bool) & held.unsized).any()
        change = held.constraints.drift[i] / held.constraints.left[i, i] if sized else np.nan
        rows.append(
            _row(held, i) | {"stat": single.stat, "df": 1, "pvalue": tail(single.stat, 1), "epc": change}
        )
    return pd.DataFrame(rows)


def _cumulative(held: Held, which: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    size = np.array([release_constraints(held.constraints, [i]).stat for i in which])
    order = [which[i] for i in ranked(-size)]
    rows = []
    for df in range(1, len(order) + 1):
        stat = release_constraints(held.constraints, order[:df]).stat
        rows.append(_row(held, order[df - 1]) | {"stat": stat, "df": df, "pvalue": tail(stat, df)})
    return pd.DataFrame(rows)


def _row(held: Held, i: int) -> dict[str, Any]:
    names = ("lhs", "op", "rhs")
    return {"number": i + 1, **dict(zip(names, held.texts[i], strict=True)), "meaning": held.meanings[i]}


def _changes(fit: FittedModel, held: Held, which: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    rows = [row for row in held.table.parameters if row.free]
    places = np.array([row.free - 1 for row in rows])
    epc = np.where(held.unsized, np.nan, expected_change(held.constraints, which))[places]
    frame = pd.DataFrame(name_columns(fit.table.two_level, rows))
    frame["est"] = held.point[places]
    frame["epc"] = epc
    frame["epv"] = frame["est"] + epc
    for kind in KINDS:
        factors = standardizing_factors(rows, fit.table, fit.solution.rams, fit.theta, kind)
        frame[kind.replace("std", "sepc")] = epc * factors
    return frame


def _notes(fit: FittedModel, stat: float, rank: int, df: int) -> tuple[str, ...]:
    notes = []
    if rank < df:
        notes.append(
            f"only {rank} of the {df} constraints bear on the fit; the others merely identify the model or repeat one "
            f"another. On {rank} degrees of freedom the p value is {tail(stat, rank):.4g}"
        )
    if fit.method.test != "standard":
        notes.append("the fit has a robust test; the score test refers to the plain χ²")
    return tuple(notes)
