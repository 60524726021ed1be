"""Run cases: fit, ask everything, and note what is wrong."""

from __future__ import annotations

import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from mlbc_stats import sem
from mlbc_stats.errors import MlbcError, MlbcWarning
from tests.fuzz.cases import Case, draw_case
from tests.fuzz.judging import faults_of, saddle_of, silence_of
from tests.fuzz.touching import INNER, touches

LONGEST = 60
"""Seconds of computing after which a single question counts as hanging."""

OWED = (
    "parameters",
    "standardized",
    "fit_measures",
    "tests",
    "summary",
    "to_json",
    "_repr_html_",
    "vcov",
    "advice",
)
"""Questions that every fit answers, with NaN where there is no number."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that must not happen: the case, the question, what came, and where in the package."""

    case: Case
    question: str
    what: str
    where: str = ""

    @property
    def kind(self) -> tuple[str, str]:
        """What and where, without numbers: alike for faults of one cause."""
        return "".join(c for c in self.what if not c.isdigit())[:70], self.where


@dataclass(frozen=True, slots=True)
class Refusal:
    """Our own error in place of an answer."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Faults of a case, seconds, and how it ended: "fitted", "not converged", or the name of our error."""

    faults: tuple[Fault, ...]
    seconds: float
    end: str


def run_case(seed: int, number: int, questions: int | None = None) -> Outcome:
    """Draw, fit and question a case; a random choice of `questions` where given, else all of them."""
    start, case = time.process_time(), draw_case(seed, number)
    faults: list[Fault] = []
    result = _ask(case, "fit", lambda: sem.fit(case.structure.model, case.data, **case.arguments), faults)
    if not isinstance(result, sem.SemResult):
        end = result.name if isinstance(result, Refusal) else "fault"
        return Outcome(tuple(faults), time.process_time() - start, end)
    for what in (saddle_of(result), silence_of(result)):
        if what:
            faults.append(Fault(case, "solution", what))
    asked = list(touches(case, result))
    if questions is not None and questions < len(asked):
        picked = case.stream().choice(len(asked), size=questions, replace=False)
        asked = [asked[k] for k in np.sort(picked)]
    for name, touch in asked:
        value = _ask(case, name, touch, faults)
        if name not in INNER:
            faults += [Fault(case, name, what) for what in faults_of(name, value)]
    end = "fitted" if result.converged else "not converged"
    return Outcome(tuple(faults), time.process_time() - start, end)


def _ask(case: Case, name: str, question: Callable[[], Any], faults: list[Fault]) -> Any:
    """The answer, or our own error; anything else is a fault, and so is an error where an answer is owed."""
    with warnings.catch_warnings(record=True) as said, limited(LONGEST):
        warnings.simplefilter("always")
        try:
            answer = question()
        except MlbcError as error:
            answer = Refusal(type(error).__name__, str(error))
            if name in OWED:
                faults.append(Fault(case, name, f"{answer.name}: {error}", _place(error)))
        except Exception as error:
            answer = None
            place = _place(error)
            faults.append(Fault(case, name, f"{type(error).__name__}: {error}", place))
    for each in said:
        if not issubclass(each.category, MlbcWarning):
            ours = "mlbc_stats" in each.filename
            place = f"{_short(each.filename)}:{each.lineno}" if ours else _origin(question)
            faults.append(Fault(case, name, f"{each.category.__name__}: {each.message}", place))
    return answer


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    def stop(signal_number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"no answer within {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _origin(question: Callable[[], Any]) -> str:
    """Where the package asks for what warns elsewhere; "" when it does not warn a second time."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", MlbcWarning)
        try:
            question()
        except Exception as error:
            return _place(error)
    return ""


def _place(error: BaseException) -> str:
    """The last line of the package that was being carried out."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "mlbc_stats" in f.filename]
    return f"{_short(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def _short(path: str) -> str:
    return path.rpartition("mlbc_stats/")[2] or path
