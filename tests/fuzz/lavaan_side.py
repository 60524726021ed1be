"""`python -m tests.fuzz.lavaan_side N SEED`: the same cases through R's lavaan, where Rscript is installed.

Two questions a case: lavaan's F, χ², implied covariances and errors at our estimates, and the F of its own solution,
which ours must not exceed.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mlbc_stats import sem
from mlbc_stats.errors import MlbcError
from mlbc_stats.sem.inference.parameter_values import row_values
from tests.fuzz.cases import Case, draw_case

SCRIPT = Path(__file__).parent / "R" / "evaluate.R"

WORSE = 1e-6
"""F, in lavaan's size, by which our solution may exceed lavaan's."""

CLOSE = {"fx": 1e-6, "chisq": 1e-5, "cov": 1e-6, "se": 1e-3}
"""Largest differences, relative to 1 + the size of the number; errors of FIML rest on numeric derivatives there."""


def main() -> int:
    """Compare the cases of the command line; 1 where any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fits = dict(_write(Path(folder), given.seed, range(given.first, given.first + given.count)))
        subprocess.run(["Rscript", str(SCRIPT), folder], check=True, capture_output=True)
        found: Counter[str] = Counter()
        for name, (case, fit) in fits.items():
            got = json.loads(Path(folder, f"{name}.out.json").read_text())
            words = list(_differences(fit, got))
            found.update({word.split(":")[0] for word in words} or {"alike"})
            if words:
                print(f"{case}\n  " + "\n  ".join(words) + "\n", flush=True)
    print(f"{len(fits)} cases: " + ", ".join(f"{count} {what}" for what, count in found.most_common()))
    return int(set(found) - {"alike"} != set())


def _write(folder: Path, seed: int, numbers: range) -> Iterator[tuple[str, tuple[Case, sem.SemResult]]]:
    """Files of every case that is fitted by us, with the fit."""
    for number in numbers:
        case = draw_case(seed, number)
        arguments = _plain(case.arguments)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                fit = sem.fit(case.structure.model, case.data, **arguments, compat="0.6")
            except MlbcError:
                continue
        if not fit.converged:
            continue
        name = f"{seed}-{number}"
        case.data.to_csv(folder / f"{name}.csv", index=False, float_format="%.17g", na_rep="NA")
        text = {"fun": arguments.pop("kind"), "model": case.structure.model, "rows": _rows(fit)}
        text["arguments"] = {key.replace("_", "."): value for key, value in arguments.items()}
        (folder / f"{name}.json").write_text(json.dumps(text))
        yield name, (case, fit)


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments without draws, and exploratory factors before rotation."""
    given = {
        key: value for key, value in arguments.items() if key not in ("bootstrap", "seed", "rotation_args")
    }
    for name, drawn in (("se", "bootstrap"), ("test", "bollen.stine"), ("test", "none")):
        if given.get(name) == drawn:
            del given[name]
    if "rotation" in given:
        given["rotation"] = "none"
    return given


def _rows(fit: sem.SemResult) -> list[dict[str, Any]]:
    values = row_values(fit.table, fit.solution.rams, fit.theta)
    return [
        {"lhs": row.lhs, "op": row.op, "rhs": row.rhs, "group": row.group, "est": float(value)}
        for row, value in zip(fit.table.parameters, values, strict=True)
        if row.group and not row.exo and math.isfinite(value)  # a start would free fixed covariates
    ]


def _differences(fit: sem.SemResult, got: dict[str, Any]) -> Iterator[str]:
    at, own = got["ours"], got["own"]
    if "error" in at:
        yield f"lavaan refuses: {at['error'][:200]}"
    else:
        yield from _at_our_estimates(fit, at)
    if "error" in own or not own["converged"]:
        return
    admissible = own["admissible"] and not any("inadmissible" in text for text in fit.warnings)
    if _value(fit) - own["fx"] > WORSE and (admissible or not own["admissible"]):
        yield f"ours is worse: F {_value(fit):.8g}, lavaan's {own['fx']:.8g}"


def _value(fit: sem.SemResult) -> float:
    """F as lavaan counts it: half of ours, and groups of least squares weighted by (n_g − 1)/n."""
    lost = 0 if fit.method.discrepancy == "ML" else len(fit.moments)
    return float(fit.estimate.value) / 2 * (1 - lost / fit.solution.n)


def _at_our_estimates(fit: sem.SemResult, at: dict[str, Any]) -> Iterator[str]:
    if at["df"] is not None and at["df"] != fit.tests[0].df:
        yield f"df: {fit.tests[0].df} here, {at['df']} there"
    pairs = {"fx": (_value(fit), at["fx"]), "chisq": (fit.tests[0].stat, at["chisq"])}
    for name, (here, there) in pairs.items():
        if there is not None and abs(here - there) > CLOSE[name] * (1 + abs(there)):
            yield f"{name}: {here:.8g} here, {there:.8g} there"
    order = [fit.table.observed.index(name) for name in at["names"] or ()]
    for g, (sigma, there) in enumerate(zip(fit.sigma, at["cov"], strict=True)):
        if len(order) != len(sigma) or np.size(there) != sigma.size:
            continue  # given the covariates lavaan keeps another matrix
        one, two = sigma[np.ix_(order, order)], np.reshape(there, sigma.shape)
        scales = [
            np.sqrt(np.abs(np.diag(each))) for each in ((one, two) if fit.method.ordinal else (one, one))
        ]
        parts = [each / np.outer(s, s) for each, s in zip((one, two), scales, strict=True)]
        worst = float(np.abs(parts[0] - parts[1]).max())
        if worst > CLOSE["cov"]:
            yield f"implied: covariances of group {g + 1} differ by {worst:.2g} standard deviations"
    yield from _errors(fit, at)


def _errors(fit: sem.SemResult, at: dict[str, Any]) -> Iterator[str]:
    mine = {
        (row.lhs, row.op, row.rhs, row.group): se
        for row, se in zip(
            fit.parameters_with_aux.itertuples(), fit.parameters_with_aux["se"].to_numpy(), strict=True
        )
    }
    worst, name = 0.0, ""
    for row in at["rows"]:
        here, there = mine.get((row["lhs"], row["op"], row["rhs"], row["group"]), np.nan), row["se"]
        if there and np.isfinite(here) and here > 0 and abs(here / there - 1) > worst:
            worst, name = abs(here / there - 1), f"{row['lhs']}{row['op']}{row['rhs']}"
    if worst > CLOSE["se"]:
        yield f"errors: of {name} differ by {100 * worst:.3g} %"


if __name__ == "__main__":
    raise SystemExit(main())
