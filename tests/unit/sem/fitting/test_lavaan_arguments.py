"""lavaan's options by name: each is served or refused with what to do, and the page says which."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataWarning, ModelError, NotServedError
from mlbc_stats.sem.fitting.lavaan_options import OPTIONS
from tests.unit.test_structure import ROOT

NAMES = """model_type mimic meanstructure int_ov_free int_lv_free conditional_x fixed_x orthogonal orthogonal_x
orthogonal_y std_lv correlation effect_coding ceq_simple parameterization auto_fix_first auto_fix_single
auto_var auto_cov_lv_x auto_cov_y auto_th auto_delta auto_efa rotation rotation_se rotation_args std_ov
missing sampling_weights_normalization sample_cov_rescale sample_icov ridge ridge_constant group_label
group_equal group_partial group_w_free level_label estimator estimator_args likelihood link representation
do_fit bounds se test information h1_information observed_information information_meat h1_information_meat
omega_information omega_h1_information omega_information_meat omega_h1_information_meat scaled_test
ug2_old_approach bootstrap gamma_n_minus_one gamma_unbiased control optim_method optim_attempts
optim_force_converged optim_gradient optim_init_nelder_mead optim_var_transform optim_parscale optim_partrace
optim_dx_tol optim_bounds em_iter_max em_fx_tol em_dx_tol em_zerovar_offset em_h1_iter_max em_h1_tol
em_h1_warn optim_gn_iter_max optim_gn_stephalf_max optim_gn_tol_x integration_ngh parallel ncpus cl iseed
zero_add zero_keep_margins zero_cell_warn start check_start check_post check_gradient check_vcov
check_lv_names h1 baseline baseline_conditional_x_free_slopes implied loglik store_vcov verbose warn debug"""
"""``names(lavOptions())`` of lavaan 0.6-14, dots as underscores."""
LATER = """marker marker_int_zero orthogonal_efa auto_cov_x composites_cov_free parser ov_order sample_th NACOV WLS_V
bad_marker_crit bad_marker_switch baseline_fixed_x_free_cov information_expected_mplus gamma_vcov_mplus gamma_wls_mplus
gls_v11_mplus rmsea_scaled_mplus"""
"""Arguments of functions beside these, and what lavaan 0.7 added."""
TWO = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.read_csv(ROOT / "tests" / "reference" / "data" / "HolzingerSwineford1939.csv")


@pytest.mark.parametrize("name", f"{NAMES} {LATER}".split())
def test_every_option_is_known_and_the_page_says_what_becomes_of_it(name: str) -> None:
    assert OPTIONS[name].text
    assert f"`{name}`" in (ROOT / "docs" / "sem.md").read_text(encoding="utf-8")


# Chi-square, degrees of freedom and free parameters of lavaan 0.6-14 with the same arguments.
@pytest.mark.parametrize(
    ("model", "arguments", "expected"),
    [
        ("f =~ x1+x2+x3+x4", {"group": "school", "mimic": "Mplus", "std.lv": True}, (61.482529, 10, 18)),
        ("f =~ x1+x2+x3+x4", {"mimic": "Mplus", "estimator": "MLM"}, (11.798220, 2, 12)),
        (
            "f =~ 1*x1+x2+x3+x4\nf ~~ f",
            {"model.type": "lavaan", "auto.var": True, "int.ov.free": True, "meanstructure": True},
            (11.798220, 2, 12),
        ),
        (
            TWO,
            {"kind": "lavaan", "auto_var": True, "auto_fix_first": True, "auto_cov_lv_x": True},
            (24.361304, 8, 13),
        ),
        (
            f"{TWO}\nh =~ x7\ng ~ f + h",
            {"kind": "lavaan"}
            | dict.fromkeys(
                ["auto_var", "auto_fix_first", "auto_fix_single", "auto_cov_lv_x", "auto_cov_y"], True
            ),
            (32.817569, 12, 16),
        ),
    ],
)
def test_options_as_scripts_write_them(data, model, arguments, expected) -> None:
    measures = sem.fit(model, data, **arguments).fit_measures[["chisq", "df", "npar"]]
    np.testing.assert_allclose(measures.to_numpy(float), expected, rtol=1e-6)


def test_groups_are_chosen_and_ordered_by_label(data) -> None:
    labels = ["Grant-White", "Pasteur"]
    model = "f =~ x1+x2+x3+x4"
    fit = sem.cfa(model, data, group="school", group_label=labels, group_equal="loadings")
    assert fit.table.group_labels == tuple(labels)
    assert fit.fit_measures["chisq"] == pytest.approx(17.993200, rel=1e-6)
    one = sem.cfa(model, data, group="school", group_label="Grant-White")
    assert (one.nobs, one.warnings) == (145, ())
    assert sem.cfa(model, data, group="school", group_equal="none").fit_measures["df"] == 4


def test_mplus_takes_incomplete_rows_and_equal_measurement(data) -> None:
    holes = data.assign(x1=data["x1"].where(np.arange(len(data)) % 9 > 0))
    fit = sem.cfa("f =~ x1+x2+x3+x4", holes, mimic="Mplus", control={"iter.max": 500})
    assert (fit.nobs, fit.method.missing, fit.table.meanstructure) == (301, "fiml", True)
    with pytest.warns(DataWarning, match="listwise"):
        assert sem.cfa("f =~ x1+x2+x3+x4", holes, mimic="Mplus", missing="listwise").nobs < 301


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"slotOptions": {}}, NotServedError, "slotOptions is not served: give the arguments by name"),
        ({"group.w.free": True}, NotServedError, "group_w_free=True is not served"),
        ({"zero.add": [-1, 0]}, ModelError, r"zero_add=\[-1, 0\]: expected two numbers from 0"),
        ({"conditional.x": True}, NotServedError, "conditional_x=True"),
        ({"mimic": "EQS"}, NotServedError, "likelihood='wishart'"),
        ({"auto.vr": True}, ModelError, "no argument 'auto.vr'; did you mean 'auto_var'"),
        ({"auto.var": "yes"}, ModelError, "auto_var='yes': expected True or False"),
        ({"control": 5}, ModelError, "control=5: expected a mapping"),
        ({"group": "school", "group_label": "Pastuer"}, ModelError, "did you mean 'Pasteur'"),
        ({"group_label": "Pasteur"}, ModelError, "give group= as well"),
        ({"group": "school", "group_label": ["Pasteur"] * 2}, ModelError, "names a group twice"),
    ],
)
def test_what_is_not_served_says_what_to_do(data, arguments, error, message) -> None:
    with pytest.raises(error, match=message):
        sem.cfa("f =~ x1+x2+x3", data, **arguments)


@pytest.mark.parametrize(
    "name", ["verbose", "optim_method", "h1", "zero_add", "start", "check_post", "bounds"]
)
def test_what_changes_nothing_passes(data, name) -> None:
    values = {
        "verbose": False,
        "optim_method": "nlminb",
        "h1": True,
        "zero_add": [0.5, 0.0],
        "start": "simple",
    }
    assert sem.cfa("f =~ x1+x2+x3", data, **{name: values.get(name, "default")}).converged


def test_a_version_of_lavaan_that_is_not_known_is_refused() -> None:
    with pytest.raises(ModelError, match=r"compat='0\.5' is not known; use one of '0\.7', '0\.6'"):
        sem.cfa("f =~ a", {"a": np.arange(5.0)}, compat="0.5")
