"""Every number of every stored case to the last bit, so that a change of form can show that it changed nothing else.

`python -m tests.reference.snapshot before.json` writes them; after the change, `python -m tests.reference.snapshot
after.json before.json` writes them again and lists each number that is not the same, without any tolerance.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mlbc_stats import reliability, sem
from mlbc_stats.errors import MlbcError
from mlbc_stats.sem import SemResult
from tests.reference.adapter import SHAPERS, fit_case
from tests.reference.corpus import HERE, case_ids, load_case

SHOWN = 40
# Bootstrap draws: enough to pass through every line, few enough to wait for.
DRAWS = 20


def models() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every stored model with its data, by a name: cases first, then what our own R scripts computed."""
    for case_id in case_ids("sem"):
        yield case_id, load_case(case_id)
    for path in sorted((HERE / "expected").rglob("*.json")):
        stored = json.loads(path.read_text(encoding="utf-8"))
        name = path.relative_to(HERE / "expected").with_suffix("").as_posix()
        if not isinstance(stored, dict):
            continue
        if isinstance(stored.get("fit"), dict) and "model" in stored["fit"]:
            yield name, stored
        if isinstance(stored.get("data"), str):
            for i, model in enumerate(stored.get("models", ())):
                yield f"{name}/{i}", {"data": {"file": stored["data"]}, "fit": model}


MORE: dict[str, Callable[[SemResult], Any]] = {
    "warnings": lambda fit: list(fit.warnings),
    "theta": lambda fit: fit.theta.tolist(),
    "summary": lambda fit: fit.summary(),
    "record": lambda fit: fit.to_json(),
    "reliability": lambda fit: repr(reliability.summary(fit)),
    "latent": lambda fit: repr(sem.latent_moments(fit)),
    "score": lambda fit: repr(sem.score_test(fit)),
    "advice": lambda fit: repr(fit.advice),
    "bootstrap": lambda fit: sem.bootstrap(fit, DRAWS, seed=1).estimates.tolist(),
}


def numbers_of(case: dict[str, Any]) -> dict[str, Any]:
    """Each field of one fit, or the message of the error that stands in its place."""
    try:
        fit = fit_case(case)
    except MlbcError as error:
        return {"error": str(error)}
    return {field: _tried(shape, fit) for field, shape in (SHAPERS | MORE).items()}


def _tried(shape: Callable[[SemResult], Any], fit: SemResult) -> Any:
    """The field as text in which every float is exact."""
    try:
        return json.dumps(shape(fit), default=repr)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def take() -> dict[str, dict[str, Any]]:
    """The numbers of every stored model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: numbers_of(case) for name, case in models()}


def changes(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[str]:
    """What differs, one line a field: name of the model, field, and where the texts part."""
    lines = [f"{name}: only in one of the two" for name in sorted(before.keys() ^ after.keys())]
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        for field in sorted(old.keys() | new.keys()):
            if old.get(field) != new.get(field):
                lines.append(f"{name}.{field}: {_parting(str(old.get(field)), str(new.get(field)))}")
    return lines


def _parting(old: str, new: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, at - 60)
    return f"…{old[start : at + 40]!r} became …{new[start : at + 40]!r}"


if __name__ == "__main__":
    now = take()
    Path(sys.argv[1]).write_text(json.dumps(now), encoding="utf-8")
    print(f"{len(now)} models, {sum(map(len, now.values()))} fields")
    if len(sys.argv) > 2:
        found = changes(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), now)
        print(f"{len(found)} fields differ")
        print("\n".join(found[:SHOWN]))
        sys.exit(bool(found))
