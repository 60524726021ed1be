"""Fit the same model through semopy and say how far apart the two are, or why they cannot be compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.objective import expected_information
from mlbc_stats.sem.estimation.solution import constrained_inverse
from mlbc_stats.sem.inference.uncertainty import effective_n
from mlbc_stats.sem.peer.problem import Problem, obstacle, semopy_problem
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

TIMEOUT = 120.0
PROCESS = Path(__file__).parent / "process.py"
PACKAGES = ("mlbc-stats", "semopy", "numpy", "scipy")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SecondOpinion(Shown):
    """What semopy says about a fitted model.

    Attributes
    ----------
    comparable : whether semopy could fit the same model to the same data.
    reason : why not, or a remark on what was compared ("" for none).
    estimates, errors, objective : largest absolute difference of the estimates, of their standard errors and of
        F; NaN where not comparable.
    table : one row per compared parameter: lhs op rhs label est se, semopy_est semopy_se, and the difference of the
        estimates in standard errors.
    versions : of the packages on both sides.

    Examples
    --------
    >>> SecondOpinion(False, "the model has 2 groups, only one is compared").agrees()
    False
    """

    comparable: bool
    reason: str = ""
    estimates: float = np.nan
    errors: float = np.nan
    objective: float = np.nan
    table: pd.DataFrame | None = None
    versions: Mapping[str, str] | None = None

    def agrees(self, tolerance: float = 1e-4) -> bool:
        """Whether both are within the tolerance: estimates in standard errors, errors relatively, F absolutely."""
        if not self.comparable or self.table is None:
            return False
        ratio = self.table["semopy_se"] / self.table["se"] - 1
        worst = max(self.table["difference"].abs().max(), ratio.abs().max(), abs(self.objective))
        return bool(worst <= tolerance)


def second_opinion(result: FittedModel, timeout: float = TIMEOUT) -> SecondOpinion:
    """Fit the same model through semopy and compare estimates, standard errors and the objective, nothing else.

    semopy is trusted for maximum likelihood with complete data in one group; the model is given to it with every
    parameter spelled out, in a process of its own. Errors are compared as expected-information ones, also where
    the fit itself reports robust errors.

    Parameters
    ----------
    result : a fit.
    timeout : seconds that semopy may take.

    Returns
    -------
    SecondOpinion

    References
    ----------
    Igolkina & Meshcheryakov (2020), doi:10.1080/10705511.2019.1704289.

    Examples
    --------
    >>> from mlbc_stats import sem
    >>> cov = {"names": ["a", "b", "c"], "values": [[2, 1, 1], [1, 2, 1], [1, 1, 2]]}
    >>> fit = sem.cfa("f =~ a + b + c", sample_cov=cov, sample_nobs=100, estimator="GLS")
    >>> second_opinion(fit).reason
    'the discrepancy is GLS, only ML is compared'
    """
    return second_opinions((result,), timeout)[0]


def second_opinions(results: Sequence[FittedModel], timeout: float = TIMEOUT) -> tuple[SecondOpinion, ...]:
    """Opinions on several fits from one process; the timeout is per fit."""
    versions = {name: _version(name) for name in PACKAGES}
    reasons = [_reason(result) for result in results]
    problems = [
        semopy_problem(result.table, result.solution)
        for result, reason in zip(results, reasons, strict=True)
        if not reason
    ]
    waiting = iter(zip(problems, ask_semopy(problems, timeout * len(problems)), strict=True))
    opinions = [
        SecondOpinion(False, reason) if reason else compare(result, *next(waiting))
        for result, reason in zip(results, reasons, strict=True)
    ]
    return tuple(replace(opinion, versions=versions) for opinion in opinions)


def ask_semopy(problems: Sequence[Problem], timeout: float) -> list[dict[str, Any]]:
    """An answer per problem; what semopy did not answer in time says so."""
    if not problems:
        return []
    text = "\n".join(json.dumps(problem.content) for problem in problems) + "\n"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(PROCESS)],
            input=text.encode(),
            capture_output=True,
            timeout=timeout,
            env=environment,
            check=False,
        )
        output, silence = done.stdout, f"its process ended with status {done.returncode}"
    except subprocess.TimeoutExpired as expired:
        output, silence = expired.stdout or b"", f"no answer within {timeout:g} seconds"
    answers = [json.loads(line) for line in output.decode().splitlines()]
    missing = len(problems) - len(answers)
    return answers + [{"finished": False, "message": silence}] * missing


def compare(result: FittedModel, problem: Problem, answer: Mapping[str, Any]) -> SecondOpinion:
    """Differences between a fit and semopy's answer to the same problem."""
    import pandas as pd

    if not answer["finished"]:
        return SecondOpinion(False, f"semopy did not finish: {answer['message']}")
    rows = [result.table.parameters[i] for i in problem.parameter_names]
    at = [row.free - 1 for row in rows]
    names = list(problem.parameter_names.values())
    table = pd.DataFrame(
        {name: [getattr(row, name) for row in rows] for name in ("lhs", "op", "rhs", "label")}
    )
    table["est"], table["se"] = result.theta[at], expected_errors(result)[at]
    table["semopy_est"] = [answer["estimates"][name] for name in names]
    table["semopy_se"] = [answer["errors"][name] for name in names]
    gap = table["semopy_est"] - table["est"]
    table["difference"] = gap / table["se"]
    robust = (result.method.se, result.method.information) != ("standard", "expected")
    return SecondOpinion(
        comparable=True,
        reason="expected-information errors were compared, the fit reports others" if robust else "",
        estimates=float(gap.abs().max()),
        errors=float((table["semopy_se"] - table["se"]).abs().max()),
        objective=float(answer["objective"] - result.estimate.value),
        table=table,
    )


def expected_errors(result: FittedModel) -> Floats:
    """Standard errors (q,) from the expected information, whatever errors the fit reports."""
    solution = result.solution
    information = expected_information(solution.objective, solution.theta)
    inverse = constrained_inverse(information, solution.tangent).matrix
    return np.sqrt(np.diag(inverse) / effective_n(solution))


def _reason(result: FittedModel) -> str:
    if not result.converged:
        return "the fit did not converge"
    if result.uncertainty.undetermined.any():
        return "the data do not determine every parameter"
    return obstacle(result.table, result.solution)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
