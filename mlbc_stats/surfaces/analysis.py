"""Response surface analysis: `fit`, data in, surfaces and their comparison out."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from mlbc_stats.errors import DataWarning, ModelError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.surfaces.drawing import draw
from mlbc_stats.surfaces.estimation import weighted_products
from mlbc_stats.surfaces.family import FAMILY, PIECEWISE, POLYNOMIAL, Floats
from mlbc_stats.surfaces.fitted import ERRORS, FittedModel, fit_member
from mlbc_stats.surfaces.preparing import OUTLIERS, Cases, orthonormal, prepare
from mlbc_stats.surfaces.result import SurfaceResult

USUAL = ("full", "SRRR", "SRR", "RR", "SSQD", "SQD", "IA", "additive", "diff", "onlyx", "onlyy", "null")


def fit(
    data: Any,
    outcome: str,
    x: str,
    y: str,
    *,
    models: Sequence[str] = USUAL,
    controls: Sequence[str] = (),
    center: str | float = "none",
    scale: str = "none",
    scale_range: tuple[float, float] | None = None,
    outliers: str = "mark",
    errors: str = "HC0",
    bootstrap: int = 0,
    seed: int | None = None,
) -> SurfaceResult:
    """Polynomial regression with response surface analysis: z = b0 + b1 x + b2 y + b3 x² + b4 xy + b5 y².

    Parameters
    ----------
    data : table of cases; those that lack a value are left out. outcome, x, y : columns.
    models : of the family, named as in RSA: "full", "SRRR", "SRR", "RR", "SRSQD", "SSQD", "SQD", "IA", "additive",
        "diff", "mean", "onlyx", "onlyy", "onlyx2", "onlyy2", "absdiff", "absunc", "null"; "full" is always fitted.
    controls : columns that enter every model linearly.
    center : "none", "pooled" (grand mean of x and y), "variablewise", "midpoint" of `scale_range`, or a number. Means
        of their own move x and y apart, and with them the line of agreement.
    scale : "none", "pooled" (standard deviation of all values of x and y, n − 1) or "variablewise".
    outliers : cases that pull the surface by DFFITS, Cook's distance and leverage at once: "mark", "remove" or "none".
    errors : "HC0" (as in RSA), "HC1", "HC2", "HC3" (better below some 250 cases), "classical" (n − k) or
        "ML". Intervals are by t for HC1 to HC3 and classical, normal otherwise.
    bootstrap : resamples of cases for percentile intervals of everything; seed : of these.

    Returns
    -------
    SurfaceResult
        `table` of models, `parameters` of one, `compare` of two.

    Raises
    ------
    ModelError
        for unknown models and options; DataError for constant or collinear predictors and too few cases.

    References
    ----------
    Edwards & Parry (1993), doi:10.5465/256822; Shanock et al. (2010), doi:10.1007/s10869-010-9183-4; Humberg, Nestler
    & Back (2019), doi:10.1177/1948550618757600. In R: ``RSA::RSA(z ~ x * y, data, out.rm = FALSE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import surfaces
    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.normal(size=(2, 300))
    >>> data = {"x": x, "y": y, "z": 1 - 0.5 * (x - y) ** 2 + rng.normal(size=300)}
    >>> found = surfaces.fit(data, "z", "x", "y")
    >>> table = found.parameters().set_index("name")
    >>> bool(table.est["a4"] < -1.5), bool(abs(table.est["a1"]) < 0.3)
    (True, True)
    """
    _check(outcome, x, y, models, controls, outliers, errors, bootstrap)
    cases = prepare(data, (outcome, x, y), controls, center, scale, scale_range)
    notes = _notes(cases, outliers)
    if outliers == "remove":
        cases = cases.without_outliers()
    for note in notes:
        warnings.warn(note, DataWarning, stacklevel=2)
    wanted = list(dict.fromkeys(["full", *models]))
    fitted: dict[str, FittedModel] = {}
    drawn: dict[str, Floats] = {}
    for piecewise in (False, True):
        mine = [name for name in wanted if FAMILY[name].piecewise == piecewise]
        if mine:
            some, more = _fit_all(mine, cases, controls, piecewise, errors, (bootstrap, seed))
            fitted, drawn = fitted | some, drawn | more
    ordered = {name: fitted[name] for name in wanted}
    return SurfaceResult(outcome, x, y, tuple(controls), cases, ordered, errors, drawn, tuple(notes))


def _fit_all(
    names: Sequence[str],
    cases: Cases,
    controls: Sequence[str],
    piecewise: bool,
    errors: str,
    draws: tuple[int, int | None],
) -> tuple[dict[str, FittedModel], dict[str, Floats]]:
    labels = [*(PIECEWISE if piecewise else POLYNOMIAL), *controls]
    basis, root = orthonormal(cases.terms(piecewise), labels)
    spread = np.array([cases.x.std(), cases.y.std()])
    products = weighted_products(basis, root, cases.z, spread)
    fitted = {name: fit_member(name, FAMILY[name], basis, products, cases.z, errors) for name in names}
    count, seed = draws
    drawn = draw(names, basis, products, cases.z, count, seed) if count else {}
    return fitted, drawn


def _notes(cases: Cases, outliers: str) -> list[str]:
    total, notes = len(cases.z) + cases.missing, []
    if cases.missing:
        notes.append(f"{cases.missing} of {total} cases lack a value and were left out")
    if (count := int(cases.outlying.sum())) and outliers != "none":
        rows = ", ".join(str(row) for row in cases.rows[cases.outlying][:8]) + (", …" if count > 8 else "")
        done = "were left out" if outliers == "remove" else "are marked and kept"
        notes.append(f"{count} cases pull the surface (row {rows}, from 0) and {done}")
    return notes


def _check(
    outcome: str,
    x: str,
    y: str,
    models: Sequence[str],
    controls: Sequence[str],
    outliers: str,
    errors: str,
    bootstrap: int,
) -> None:
    if isinstance(models, str) or isinstance(controls, str):
        raise ModelError("models and controls are lists, such as ['full', 'SQD']")
    columns = [outcome, x, y, *controls]
    if len(set(columns)) < len(columns):
        raise ModelError(f"outcome, x, y and controls are different columns; got {columns}")
    for name in models:
        if name not in FAMILY:
            raise ModelError(f"model {name!r} is not known{did_you_mean(name, list(FAMILY))}")
    for option, value, known in (("outliers", outliers, OUTLIERS), ("errors", errors, ERRORS)):
        if value not in known:
            raise ModelError(f"{option}={value!r} is not known; use one of {', '.join(known)}")
    if bootstrap < 0:
        raise ModelError(f"bootstrap={bootstrap}: expected none or a positive number of resamples")
