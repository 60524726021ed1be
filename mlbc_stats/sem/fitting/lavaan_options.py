"""Every option of lavaan by name: what serves it here, or why it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """One option of lavaan, dots as underscores.

    Attributes
    ----------
    how : "argument" (an argument of `fit`), "model" (an option of the model, passed as it is), "renamed" (an argument
        with another name here), "fixed" (only `values` mean what is done here), "search" (directs an optimizer or a
        display and has nothing to direct here) or "refused".
    text : what serves it, or why it is refused and what to do.
    values : for "fixed", the values accepted.
    """

    how: str
    text: str
    values: tuple[Any, ...] = field(default=())


def _each(names: str, how: str, text: str, values: tuple[Any, ...] = ()) -> dict[str, Option]:
    return dict.fromkeys(names.split(), Option(how, text, values))


OPTIONS: Mapping[str, Option] = MappingProxyType(
    _each(
        "estimator missing ordered group group_equal group_partial std_lv std_ov effect_coding orthogonal "
        "meanstructure fixed_x likelihood information se test parameterization rotation rotation_args cluster "
        "sampling_weights sample_cov sample_mean sample_nobs constraints bootstrap aux composites se_def "
        "se_delta_second_order monte_carlo",
        "argument",
        "the argument of the same name",
    )
    | _each(
        "auto_var auto_fix_first auto_fix_single auto_cov_lv_x auto_cov_y auto_th auto_efa int_ov_free int_lv_free "
        "orthogonal_x orthogonal_y",
        "model",
        "True or False; the default depends on `kind`",
    )
    | {
        "group_label": Option("special", "groups to use, in this order"),
        "mimic": Option("special", '"lavaan", or "Mplus": its defaults of missing, means and equal groups'),
        "iv_mimic_ml": Option(
            "special", "with estimator='IV': covariances have divisor n, and so do its errors"
        ),
        "control": Option("special", "`iter.max` becomes `max_iter`; tolerances have nothing to set"),
        "model_type": Option("renamed", "kind"),
        "iseed": Option("renamed", "seed"),
        "auto_delta": Option(
            "fixed", "scaling factors of ordinal variables are always in the model", (True,)
        ),
        "conditional_x": Option(
            "special", "ordinal variables are analysed given the covariates, others jointly with them"
        ),
        "information_meat": Option("fixed", "scores of the cases make the meat", ("first.order",)),
        "h1_information": Option("fixed", "use `se` and `test` of an estimator by name", ("structured",)),
        "h1_information_meat": Option("fixed", "use `se` of an estimator by name", ("structured",)),
        "observed_information": Option("fixed", "observed information is the exact Hessian", ("hessian",)),
        "scaled_test": Option("fixed", "the standard test is scaled", ("standard",)),
        "link": Option("fixed", "ordinal variables have a probit link", ("probit",)),
        "sampling_weights_normalization": Option("fixed", "weights sum to the cases used", ("total",)),
        "sample_cov_rescale": Option(
            "fixed", "a given matrix has divisor n - 1; multiply one with divisor n by n/(n - 1)", (True,)
        ),
        "rotation_se": Option(
            "fixed", "errors of rotated loadings come from bordered information", ("bordered",)
        ),
        "zero_add": Option("fixed", "empty cells of 2 by 2 tables are filled with one half", ((0.5, 0.0),)),
        "do_fit": Option(
            "fixed", "a model is always fitted; see `sem.fit(...).table` for its parameters", (True,)
        ),
        "bounds": Option(
            "fixed", "write bounds in the model: lower(0)*x, or a label and a > 0", ("none", False)
        ),
        "start": Option(
            "fixed", "write start(value)*x in the model", ("default", "simple", "mplus", "Mplus")
        ),
        "parallel": Option("fixed", "resamples are drawn as one batch on all cores", ("no",)),
        "level_label": Option("fixed", "two-level models are not served", ()),
        "estimator_args": Option("refused", "leave it out"),
        "sample_icov": Option("refused", "give the covariance matrix itself, sample_cov"),
        "sample_th": Option("refused", "give the answers themselves, data with ordered="),
        "group_w_free": Option("fixed", "sizes of groups are given, not modelled", (False,)),
        "correlation": Option("fixed", "use std_ov=True, with the caution its docstring gives", (False,)),
        "marker": Option("refused", "put the marker first, or write 1*x and NA*x in the model"),
        "marker_int_zero": Option("fixed", "write x ~ 0*1 for the marker and f ~ 1 in the model", (False,)),
        "orthogonal_efa": Option(
            "fixed", "choose an orthogonal rotation, such as rotation='varimax'", (False,)
        ),
        "composites_cov_free": Option(
            "model",
            "True or False; the default takes covariances within composites from the sample where ML with complete "
            "data and standard errors allows it",
        ),
        "auto_cov_x": Option("fixed", "write the covariances into the model", (False,)),
        "slotOptions": Option("refused", "give the arguments by name"),
        "cl": Option("refused", "resamples are drawn as one batch on all cores; leave it out"),
        "ncpus": Option("refused", "resamples are drawn as one batch on all cores; leave it out"),
        "integration_ngh": Option("refused", "integrals belong to estimator MML, which is not served"),
        "debug": Option("fixed", "nothing is printed while fitting; see the field `audit`", (False,)),
        "verbose": Option("fixed", "nothing is printed while fitting; see the field `audit`", (False,)),
        "warn": Option("fixed", "warnings are Python's: use warnings.catch_warnings", (True,)),
        "optim_force_converged": Option("fixed", "the audit alone says what is a solution", (False,)),
        "ceq_simple": Option("search", "equal parameters are one parameter here"),
    }
    | _each(
        "slotParTable slotSampleStats slotData slotModel slotCache sloth1 WLS_V NACOV",
        "refused",
        "moments and weights come from the data; leave it out",
    )
    | _each(
        "omega_information omega_h1_information omega_information_meat omega_h1_information_meat gamma_n_minus_one "
        "gamma_unbiased ug2_old_approach",
        "refused",
        "choose a scaled statistic by its name, test=; its parts are lavaan's defaults",
    )
    | _each(
        "ridge ridge_constant", "refused", "a matrix that is not positive definite is named, never ridged"
    )
    | _each(
        "check_start check_post check_gradient check_vcov check_lv_names zero_keep_margins",
        "fixed",
        "this is always done",
        (True,),
    )
    | _each(
        "optim_method optim_attempts optim_gradient optim_init_nelder_mead optim_var_transform optim_parscale "
        "optim_partrace optim_dx_tol optim_bounds em_iter_max em_fx_tol em_dx_tol em_zerovar_offset em_h1_iter_max "
        "em_h1_tol em_h1_warn optim_gn_iter_max optim_gn_stephalf_max optim_gn_tol_x",
        "search",
        "there is one way to the solution, and an audit of it; `max_iter` is the most iterations",
    )
    | _each(
        "h1 baseline baseline_conditional_x_free_slopes implied loglik store_vcov zero_cell_warn representation",
        "search",
        "computed when it is asked for",
    )
)
