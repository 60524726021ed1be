"""Fit one model through semopy in a process of its own: a JSON problem on stdin, a JSON answer on stdout."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import warnings
from typing import Any

OPTIONS = {"gtol": 1e-9, "xtol": 1e-12, "maxiter": 5000}


def solve(problem: dict[str, Any]) -> dict[str, Any]:
    """Estimates, errors and objective of semopy for a problem written by `semopy_problem`.

    semopy's lower bound of zero on variances is lifted, because the other side has none.
    """
    import pandas as pd
    import semopy

    frame = pd.DataFrame(problem["cov"], columns=problem["names"], index=problem["names"])
    model = semopy.Model(problem["description"], mimic_lavaan=True, cov_diag=True)
    for name, start in problem["starts"].items():
        model.parameters[name].start = start
        model.parameters[name].bound = (None, None)
    got = model.fit(
        cov=frame, obj="MLW", solver="trust-constr", n_samples=problem["n"], options=dict(OPTIONS)
    )
    names = [name for name, parameter in model.parameters.items() if parameter.active]
    errors = semopy.stats.calc_se(model)
    return {
        "success": bool(got.success),
        "message": str(got.message),
        "objective": float(got.fun),
        "estimates": dict(zip(names, map(float, got.x), strict=True)),
        "errors": dict(zip(names, map(float, errors), strict=True)),
    }


def main() -> None:
    """Answer the problem on stdin; whatever semopy prints goes to stderr."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    problem = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        answer = solve(problem)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
