"""The instruments that a model implies, and what is said where they do not suffice."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataWarning, ModelError, ModelSyntaxError, NotServedError

NAMES = [f"x{i}" for i in range(1, 10)]
RNG = np.random.default_rng(8)
COMMON = RNG.normal(size=(400, 3)) @ np.linalg.cholesky([[1, 0.4, 0.3], [0.4, 1, 0.5], [0.3, 0.5, 1]]).T
DATA = dict(zip(NAMES, (np.repeat(COMMON, 3, axis=1) + 0.8 * RNG.normal(size=(400, 9))).T, strict=True))
DATA["z"] = COMMON[:, 0] + RNG.normal(size=400)
THREE = "f =~ x1 + x2 + x3; g =~ x4 + x5 + x6; h =~ x7 + x8 + x9;"


def instruments(model: str, **arguments) -> dict[str, str]:
    frame = sem.fit(model, DATA, estimator="IV", **arguments).instruments
    return dict(zip(frame["lhs"], frame["instruments"], strict=True))


def test_indicators_of_other_factors_are_instruments() -> None:
    found = instruments(THREE + "h ~ f + g")
    assert found["x2"] == "x3, x4, x5, x6, x7, x8, x9"
    assert found["h"] == "x2, x3, x5, x6"


def test_correlated_errors_are_none() -> None:
    assert instruments(THREE + "x2 ~~ x4; x1 ~~ x9")["x2"] == "x3, x5, x6, x7, x8"


def test_a_cross_loading_has_two_stand_ins() -> None:
    found = sem.fit(THREE + "g =~ x3", DATA, estimator="IV").instruments.set_index("lhs")
    assert found.loc["x3", "rhs"] == "f + g"
    assert found.loc["x3", "rhs_new"] == "x1 + x4"
    assert found.loc["x3", "instruments"] == "x2, x5, x6, x7, x8, x9"


def test_a_second_order_factor_stands_for_the_indicator_of_its_first_factor() -> None:
    found = sem.fit(THREE + "w =~ f + g + h", DATA, estimator="IV").instruments.set_index("lhs")
    assert found.loc["g", ["lhs_new", "rhs_new", "instruments"]].tolist() == ["x4", "x1", "x7, x8, x9"]


def test_covariates_are_their_own_instruments() -> None:
    assert instruments("x1 ~ x4 + x7; x4 ~ x7") == {"x1": "x4, x7", "x4": "x7"}


def test_named_instruments_replace_the_implied_ones() -> None:
    found = sem.fit("x1 ~ x4\nx1 |~ x7 + z", DATA, estimator="IV")
    assert found.instruments.loc[0, ["type", "instruments"]].tolist() == ["user", "x7, z"]
    assert found.table.external == ("x7", "z")
    assert found.nobs == 400 and found.npar == 3


def test_a_named_instrument_that_the_model_rules_out_is_told() -> None:
    with pytest.warns(DataWarning, match="x1 correlates with the disturbance of x2"):
        sem.fit(THREE + "x2 |~ x1 + x3", DATA, estimator="IV")


def test_an_equation_without_enough_instruments_is_named() -> None:
    with pytest.raises(
        ModelError, match=r"the equation of x2 \(x2 on f\) is not identified: 1 coefficient but 0"
    ):
        sem.fit("f =~ x1 + x2", DATA, estimator="IV")


def test_an_equation_whose_instruments_do_not_tell_is_named() -> None:
    with pytest.raises(ModelError, match="cannot determine all 2 coefficients"):
        sem.fit("f =~ x1 + x2 + x3; g =~ x4 + x5 + x6; x7 ~ f + g; x5 ~~ x7; x6 ~~ x7", DATA, estimator="IV")


@pytest.mark.parametrize(
    ("model", "arguments", "error", "message"),
    [
        ("f =~ x1 + x2 + x3", {"std_lv": True}, ModelError, "f has none: fix the loading"),
        ("f =~ x1 + a*x2 + a*x3", {}, NotServedError, "fixed but not constrained .*: f =~ x2, f =~ x3"),
        ("f =~ x1 + a*x2 + b*x3; a == 2*b", {}, NotServedError, "f =~ x2, f =~ x3; leave it out"),
        ("f <~ x1 + x2; x3 ~ f", {}, NotServedError, "composites"),
        ("f =~ x1 + x2 + x3\nx7 |~ x8", {}, ModelError, "nothing with a free coefficient explains x7"),
        ("f =~ x1 + x2 + x3", {"missing": "ml"}, NotServedError, "missing='ml' is not served"),
        ("f =~ x1 + x2 + x3", {"se": "bootstrap"}, ModelError, "se='bootstrap'"),
        ("f =~ x1 + x2 + x3", {"information": "observed"}, ModelError, "minimizes nothing"),
        ("f =~ x1 + x2 + x3", {"sampling_weights": "z"}, NotServedError, "estimator='MLR'"),
        ("f =~ x1 + x2 + x3", {"test": "satorra.bentler"}, ModelError, "rests on a minimum"),
        ("x1 ~ x2\nx1 |~ q", {}, ModelError, "no column for"),
    ],
)
def test_what_is_refused(model, arguments, error, message) -> None:
    with pytest.raises(error, match=message):
        sem.fit(model, DATA, estimator="IV", **arguments)


def test_instruments_without_the_estimator_are_refused() -> None:
    with pytest.raises(ModelError, match="names an instrument, which estimator='ML' would not use"):
        sem.fit("x1 ~ x4\nx1 |~ x7", DATA)
    with pytest.raises(ModelError, match="iv_mimic_ml is for estimator='IV'"):
        sem.fit("x1 ~ x4", DATA, iv_mimic_ml=True)
    with pytest.raises(ModelSyntaxError, match="an instrument has no coefficient"):
        sem.fit("x1 ~ x4\nx1 |~ 0.5*x7", DATA, estimator="IV")
    with pytest.raises(ModelError, match="there are no Sargan tests with estimator='ML'"):
        sem.fit("x1 ~ x4", DATA).sargan.empty  # noqa: B018
