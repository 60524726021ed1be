"""Where a number would be misread: items left unturned, bifactor models that hold other factors, definitions."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, DataWarning
from tests.reference.corpus import read_table

HS = pd.DataFrame(read_table("data/HolzingerSwineford1939.csv"))
TURNED = HS.assign(x1=-HS["x1"])
ITEMS = ["x1", "x2", "x3"]
MORE = [*ITEMS, "x4", "x5"]
CUT = pd.DataFrame({k: np.digitize(TURNED[k], TURNED[k].quantile([0.25, 0.5, 0.75])) for k in MORE})


@pytest.mark.parametrize(
    "call",
    [
        lambda: reliability.alpha(TURNED, MORE),
        lambda: reliability.omega(TURNED, MORE),
        lambda: reliability.ordinal_omega(CUT),
        lambda: reliability.ordinal_alpha(CUT),
        lambda: reliability.summary(sem.cfa("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6", TURNED)),
    ],
)
def test_an_item_left_unturned_is_told(call: object) -> None:
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        call()
    told = [str(each.message) for each in given if issubclass(each.category, DataWarning)]
    assert any("negative correlation with the rest of" in text and ": x1" in text for text in told)


def test_an_item_that_turns_the_average_negative_is_told_by_alpha_and_refused_elsewhere() -> None:
    """psych and semTools print the number, too: the warning is what was missing."""
    with pytest.warns(DataWarning, match="negative correlation with the rest"):
        assert reliability.alpha(TURNED, ITEMS).alpha < 0
    with pytest.warns(DataWarning), pytest.raises(DataError, match="x1 runs against x2, x3; first reverse"):
        reliability.guttman_bounds(TURNED, ITEMS)


@pytest.fixture(scope="module")
def bifactor() -> tuple[pd.DataFrame, str]:
    rng = np.random.default_rng(8)
    n = 800
    g, s = rng.normal(size=(n, 1)), rng.normal(size=(n, 3))
    x = np.hstack([0.7 * g + 0.5 * s[:, [k]] + 0.6 * rng.normal(size=(n, 3)) for k in range(3)])
    y = 0.5 * g + 0.8 * rng.normal(size=(n, 1))
    names = [*(f"x{i}" for i in range(1, 10)), "y1", "y2", "y3"]
    data = pd.DataFrame(np.hstack([x, 0.8 * y + 0.6 * rng.normal(size=(n, 3))]), columns=names)
    return data, "gen =~ " + "+".join(names[:9]) + "\na =~ x1+x2+x3\nb =~ x4+x5+x6\n"


def omega_of(data: pd.DataFrame, model: str) -> reliability.BifactorOmega:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sem.cfa(model, data, orthogonal=True, std_lv=True)
    return reliability.bifactor_omega(fit, "gen")[0]


def test_an_outcome_does_not_change_the_scale(bifactor: tuple[pd.DataFrame, str]) -> None:
    """semTools 0.5-6, compRelSEM: .800 with and without the outcome."""
    data, model = bifactor
    alone = omega_of(data, model + "c =~ x7+x8+x9")
    more = omega_of(data, model + "c =~ x7+x8+x9\nout =~ y1+y2+y3\ngen ~~ out")
    assert alone.hierarchical == pytest.approx(0.7998, abs=1e-4)
    assert more.hierarchical == pytest.approx(alone.hierarchical, abs=1e-3)
    assert (more.puc, set(more.subscales)) == (0.75, {"a", "b", "c"})


def test_group_factors_that_correlate_add_to_the_variance(bifactor: tuple[pd.DataFrame, str]) -> None:
    assert omega_of(bifactor[0], bifactor[1] + "a ~~ b").hierarchical == pytest.approx(0.7501, abs=1e-4)


def test_what_is_no_bifactor_model_is_refused(bifactor: tuple[pd.DataFrame, str]) -> None:
    data, model = bifactor
    with pytest.raises(DataError, match="'gen' correlates with a"):
        omega_of(data, model + "c =~ x7+x8+x9\ngen ~~ a")
    with pytest.raises(DataError, match="c measures items that 'gen' does not"):
        omega_of(data, model + "c =~ x7+x8+x9+y1")


def test_definitions_stand_in_any_order() -> None:
    rows = sem.fit("x1 ~ a*x2\ntwice := 2*half\nhalf := a/2", HS).parameters.set_index("lhs")
    assert rows.loc["twice", "est"] == pytest.approx(2 * rows.loc["half", "est"])
    assert rows.loc["twice", "std_all"] == pytest.approx(2 * rows.loc["half", "std_all"])
    assert rows.loc["twice", "se"] == pytest.approx(2 * rows.loc["half", "se"])
