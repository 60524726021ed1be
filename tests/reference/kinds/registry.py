"""Find the adapter of a kind by its name, and count what agrees."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mlbc_stats.errors import MlbcWarning
from tests.reference.kinds.agreement import Difference, compare
from tests.reference.kinds.corpus import Case, Corpus

Adapter = Callable[[Case, Corpus], dict[str, Any]]
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: fields compared, those that differ, and the error that kept the adapter from a result."""

    case: str
    compared: int
    differences: tuple[Difference, ...]
    error: str = ""

    @property
    def agreed(self) -> bool:
        return not self.error and not self.differences


@cache
def adapters() -> dict[str, Adapter]:
    """The adapters, by kind: every file `<room>/<kind>.py` beside this one that has a `result`."""
    files = sorted(path for path in HERE.glob("*/*.py") if path.name != "__init__.py")
    found = {path.stem: _module(path) for path in files}
    return {kind: module.result for kind, module in found.items() if hasattr(module, "result")}


def judge(case: Case, corpus: Corpus) -> Outcome:
    """Run a case's adapter and compare; an adapter that fails is an outcome, so that it hides no other case."""
    untested = corpus.untested(case)
    if "all" in untested:
        return Outcome(case["id"], 0, ())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            got = adapters()[case["kind"]](case, corpus)
    except Exception as error:
        return Outcome(case["id"], 0, (), f"{type(error).__name__}: {error}")
    compared, differences = compare(case, got, untested)
    return Outcome(case["id"], compared, tuple(differences))


def _module(path: Path) -> Any:
    return importlib.import_module(f"{__package__}.{path.parent.name}.{path.stem}")
