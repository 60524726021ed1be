"""Fit random cases, write them down for R, and read what its lavaan says to them."""

from __future__ import annotations

import json
import math
import subprocess
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlbc_stats import sem
from mlbc_stats.errors import MlbcError
from mlbc_stats.sem.inference.parameter_values import row_values
from tests.fuzz.cases import Case, draw_case
from tests.fuzz.running import limited

SCRIPT = Path(__file__).parent / "evaluate.R"
LONGEST = 20
"""Seconds of computing after which a fit of ours is given up."""

SAME = 1e-8
"""Difference of an estimate below which an answer is used again."""

DRAWN = ("bootstrap", "seed", "rotation_args")


@dataclass(frozen=True, slots=True)
class Pair:
    """One case on both sides.

    Attributes
    ----------
    case : model, data and arguments.
    fit : ours, None where there is none; refusal : why not, "" where there is one.
    there : lavaan's answer: `ours`, everything at our estimates, and `own`, its own solution.
    """

    case: Case
    fit: sem.SemResult | None
    refusal: str
    there: dict[str, Any]

    @property
    def name(self) -> str:
        """Seed and number."""
        return name_of(self.case)


def name_of(case: Case) -> str:
    """Seed and number of a case: what it is drawn from."""
    return f"{case.seed}-{case.number}"


def ask(seed: int, numbers: Iterable[int], folder: Path) -> Iterator[Pair]:
    """Every case on both sides; answers of R that lie in the folder are used again while the question is the same."""
    folder.mkdir(parents=True, exist_ok=True)
    fitted = []
    with (folder / "log.txt").open("a") as log:
        command = ["nice", "Rscript", str(SCRIPT), str(folder)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, stdout=log, stderr=log) as there:
            assert there.stdin is not None
            for number in numbers:
                case = draw_case(seed, number)
                fitted.append((case, *fit_case(case)))
                if _write(folder, case, fitted[-1][1]):
                    print(name_of(case), file=there.stdin, flush=True)
    for case, fit, refusal in fitted:
        answer = json.loads((folder / f"{name_of(case)}.out.json").read_text())
        yield Pair(case, fit, refusal, answer)


def fit_case(case: Case) -> tuple[sem.SemResult | None, str]:
    """Our fit, or why there is none."""
    with warnings.catch_warnings(), limited(LONGEST):
        warnings.simplefilter("ignore")
        try:
            fit = sem.fit(case.structure.model, case.data, **arguments_of(case), compat="0.6")
        except (MlbcError, TimeoutError) as error:
            return None, f"{type(error).__name__}: {error}"
    return (fit, "") if fit.converged else (None, "not converged")


def arguments_of(case: Case) -> dict[str, Any]:
    """The arguments without what is drawn, and exploratory factors before rotation."""
    given = {key: value for key, value in case.arguments.items() if key not in DRAWN}
    for name, drawn in (("se", "bootstrap"), ("test", "bollen.stine"), ("test", "none")):
        if given.get(name) == drawn:
            del given[name]
    if "rotation" in given:
        given["rotation"] = "none"
    return given


def _write(folder: Path, case: Case, fit: sem.SemResult | None) -> bool:
    """Write the question; False where it lies there already, with its answer."""
    arguments = arguments_of(case)
    text = {"fun": arguments.pop("kind"), "model": case.structure.model, "rows": _rows(fit)}
    text["extras"] = ["modindices", "normalized", "standardized"]
    if fit is not None and not fit.method.ordinal:
        text["extras"].append("factor_scores")  # modes of ordinal factors take minutes there
    text["arguments"] = {key.replace("_", "."): value for key, value in arguments.items()}
    path, written = folder / f"{name_of(case)}.json", json.dumps(text)
    if path.with_suffix(".out.json").exists() and _same(json.loads(path.read_text()), text):
        return False
    case.data.to_csv(path.with_suffix(".csv"), index=False, float_format="%.17g", na_rep="NA")
    path.with_suffix(".out.json").unlink(missing_ok=True)
    path.write_text(written)
    return True


def _same(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """True if only rounding has moved the estimates."""
    if {**before, "rows": []} != {**now, "rows": []} or len(before["rows"]) != len(now["rows"]):
        return False
    pairs = zip(before["rows"], now["rows"], strict=True)
    return all(math.isclose(one["est"], two["est"], rel_tol=SAME, abs_tol=SAME) for one, two in pairs)


def _rows(fit: sem.SemResult | None) -> list[dict[str, Any]]:
    """Estimates for lavaan's `start`; none of fixed covariates, which a start would free."""
    if fit is None:
        return []
    values = row_values(fit.table, fit.solution.rams, fit.theta)
    return [
        {"lhs": row.lhs, "op": row.op, "rhs": row.rhs, "group": row.group, "est": float(value)}
        for row, value in zip(fit.table.parameters, values, strict=True)
        if row.group and not row.exo and math.isfinite(value)
    ]
