"""Reliability by level: semTools' numbers, errors of defined parameters, what is refused."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import MlbcError
from tests.reference.kinds.corpus import OWN, Corpus

MODEL = "level: 1\nf =~ y1 + y2 + y3\nlevel: 2\nh =~ y1 + y2 + y3"
OMEGA = {1: 0.8431869, 2: 0.8942843}
"""semTools 0.5-6, reliability(), with lavaan 0.6-14: `omega` within and between."""
ALPHA = {1: 0.8396612, 2: 0.8920171}
EARLY = 1e-4
"""lavaan 0.6-14 stops its EM algorithm for the unrestricted covariances at gains of 1e-4."""
DEFINED = """
level: 1
f =~ NA*y1 + a1*y1 + a2*y2 + a3*y3
f ~~ 1*f
y1 ~~ t1*y1
y2 ~~ t2*y2
y3 ~~ t3*y3
level: 2
h =~ NA*y1 + b1*y1 + b2*y2 + b3*y3
h ~~ 1*h
y1 ~~ u1*y1
y2 ~~ u2*y2
y3 ~~ u3*y3
within := (a1 + a2 + a3)^2 / ((a1 + a2 + a3)^2 + t1 + t2 + t3)
between := (b1 + b2 + b3)^2 / ((b1 + b2 + b3)^2 + u1 + u2 + u3)
"""


@cache
def answers() -> dict[str, Any]:
    return Corpus(OWN).table("data/twolevel_sim.csv")


@cache
def found() -> Any:
    return reliability.by_level(sem.cfa(MODEL, answers(), cluster="cluster"))


def test_coefficients_are_those_of_semtools() -> None:
    table = found().set_index("level")
    assert table["omega"].to_dict() == pytest.approx(OMEGA, abs=1e-5)
    assert table["alpha"].to_dict() == pytest.approx(ALPHA, abs=EARLY)
    assert (table["maximal_h"] >= table["omega"]).all()


def test_errors_are_those_of_defined_parameters() -> None:
    rows = sem.cfa(DEFINED, answers(), cluster="cluster").parameters.query("op == ':='")
    table = found()
    assert table["omega"].to_numpy() == pytest.approx(rows["est"].to_numpy(), abs=1e-6)
    assert table["se"].to_numpy() == pytest.approx(rows["se"].to_numpy(), rel=1e-4)
    assert table["ci_lower"].to_numpy() == pytest.approx(rows["ci_lower"].to_numpy(), abs=1e-5)


def test_units_and_scales_do_not_matter() -> None:
    changed = {name: np.asarray(v) * 10 if name in ("y1", "y2", "y3") else v for name, v in answers().items()}
    again = reliability.by_level(sem.cfa(MODEL, changed, cluster="cluster", std_lv=True))
    assert again["omega"].to_numpy() == pytest.approx(found()["omega"].to_numpy(), abs=1e-6)
    assert again["se"].to_numpy() == pytest.approx(found()["se"].to_numpy(), rel=1e-3)


def test_each_group_has_its_rows() -> None:
    table = reliability.by_level(sem.cfa(MODEL, answers(), cluster="cluster", group="g"))
    assert len(table) == 4 and set(table["group"]) == set(answers()["g"])


def test_one_level_is_refused() -> None:
    with pytest.raises(MlbcError, match=r"reliability\.summary"):
        reliability.by_level(sem.cfa("f =~ y1 + y2 + y3", answers()))
