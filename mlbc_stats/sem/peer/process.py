"""Fit models through semopy in a process of its own: a JSON problem per line on stdin, an answer per line on stdout."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import warnings
from typing import Any

OPTIONS = {"gtol": 1e-7, "xtol": 1e-11, "maxiter": 3000}

ATTEMPTS = ((None, 0.1), (None, 0.01), (0.0, 1.0))
"""Lower bound of the variances and first trust radius: without bounds, as we fit; else with semopy's own."""

NEAR = 1e-5
"""Largest remaining scoring step, in standard errors, at which semopy is believed to have finished."""


def main() -> None:
    """Answer the problems on stdin; whatever semopy prints goes to stderr."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                answer = solve(json.loads(line))
        except Exception as error:  # semopy raises bare exceptions
            answer = {"finished": False, "message": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def solve(problem: dict[str, Any]) -> dict[str, Any]:
    """Estimates, errors and objective of semopy for a problem written by `semopy_problem`."""
    best: Any = None
    for lower, radius in ATTEMPTS:
        model, got = _fit(problem, lower, radius)
        if best is None or got.fun < best[1].fun:
            best = model, got, *_remaining_step(model, got.x)
        if best[3] < NEAR:
            break
    model, got, errors, step = best
    names = [name for name, parameter in model.parameters.items() if parameter.active]
    return {
        "finished": bool(step < NEAR),
        "message": str(got.message),
        "objective": float(got.fun),
        "estimates": dict(zip(names, map(float, got.x), strict=True)),
        "errors": dict(zip(names, map(float, errors), strict=True)),
    }


def _fit(problem: dict[str, Any], lower: float | None, radius: float) -> tuple[Any, Any]:
    import pandas as pd
    import semopy

    frame = pd.DataFrame(problem["cov"], columns=problem["names"], index=problem["names"])
    model = semopy.Model(problem["description"], mimic_lavaan=True, cov_diag=True)
    for name, start in problem["starts"].items():
        parameter = model.parameters[name]
        low = None if parameter.bound[0] is None else lower
        parameter.start, parameter.bound = start, (low, None)
    options = {**OPTIONS, "initial_tr_radius": radius}
    got = model.fit(cov=frame, obj="MLW", solver="trust-constr", n_samples=problem["n"], options=options)
    return model, got


def _remaining_step(model: Any, x: Any) -> tuple[Any, float]:
    """semopy's standard errors, and how many of them the next scoring step would move a parameter."""
    import numpy as np

    _, covariance = model.calc_fim(inverse=True)
    errors = np.sqrt(np.diag(covariance))
    step = model.n_samples / 2 * covariance @ model.grad_mlw(x) / errors
    return errors, float(np.max(np.abs(step))) if np.isfinite(step).all() else np.inf


if __name__ == "__main__":
    main()
