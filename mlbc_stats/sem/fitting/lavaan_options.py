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
        with another name here), "special" (served in its own way), "fixed" (only `values` mean what is done here),
        "search" (directs an optimizer or a display and has nothing to direct here) or "refused".
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
        "h1_information": Option(
            "special",
            '"structured" or, for ML with complete data and expected information, "unstructured": weights at the '
            "sample moments",
        ),
        "h1_information_meat": Option("fixed", "use `se` of an estimator by name", ("structured",)),
        "observed_information": Option("fixed", "observed information is the exact Hessian", ("hessian",)),
        "scaled_test": Option("fixed", "the standard test is scaled", ("standard",)),
        "link": Option("fixed", "ordinal variables have a probit link", ("probit",)),
        "sampling_weights_normalization": Option(
            "special", '"total" (weights sum to the cases used), "group" (in each group) or "none"'
        ),
        "sample_cov_rescale": Option(
            "special",
            "True: a given matrix has divisor n - 1; False: it is taken as it is; the default depends on the estimator",
        ),
        "rotation_se": Option(
            "fixed", "errors of rotated loadings come from bordered information", ("bordered",)
        ),
        "zero_add": Option(
            "special",
            "what is added to empty cells of 2 by 2 and of larger tables of answers; with covariates there are none",
        ),
        "zero_keep_margins": Option("special", "with one empty cell of a 2 by 2 table the margins are kept"),
        "do_fit": Option(
            "special", "False: starting values, with table and sample moments, and no estimates"
        ),
        "bounds": Option(
            "special",
            '"standard", "wide", "pos.var", "pos.ov.var", "pos.lv.var", "none", or a table with lhs, op, rhs, lower, '
            "upper; bounds in the model (lower(0)*x) stay",
        ),
        "optim_bounds": Option(
            "special", "which kinds of parameters are bounded, and how widely; see `bounds`"
        ),
        "start": Option(
            "special",
            "a fit, or a table with lhs, op, rhs and est (or start, ustart), to start from; names of schemes have "
            "nothing to set",
        ),
        "baseline": Option(
            "special",
            "model syntax or a fit that incremental indices compare with; False: they are left out (NaN)",
        ),
        "sample_th": Option("special", "thresholds beside a matrix of polychoric correlations; needs NACOV"),
        "NACOV": Option(
            "special", "n times the sampling covariance of the sample moments, in place of the data's"
        ),
        "WLS_V": Option("special", "weight of least squares, in place of the data's"),
        "gamma_n_minus_one": Option("special", "Γ with divisor n - 1 in robust errors and scaled tests"),
        "level_label": Option("fixed", "levels are named by the level: lines of the model", ()),
        "estimator_args": Option(
            "special", "`iv_mimic_ml` of estimator='IV'; no other estimator has any here"
        ),
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
        "integration_ngh": Option(
            "special",
            "two levels of ordinal items: Gauss-Hermite nodes of the effects of clusters, (21, 13) as lavaan "
            "has them, for items and for pairs; by default as many as it takes",
        ),
        "debug": Option("fixed", "nothing is printed while fitting; see the field `audit`", (False,)),
        "verbose": Option("fixed", "nothing is printed while fitting; see the field `audit`", (False,)),
        "warn": Option("special", "False: warnings are in `warnings` of the result alone"),
        "optim_force_converged": Option("fixed", "the audit alone says what is a solution", (False,)),
        "ceq_simple": Option("search", "equal parameters are one parameter here"),
        "parser": Option("search", "there is one parser of the language"),
        "ov_order": Option("fixed", "variables stand in the order of the model", ("model",)),
        "bad_marker_crit": Option("search", "a marker is never judged, nor replaced"),
        "bad_marker_switch": Option(
            "fixed", "put another marker first, or write 1*x and NA*x in the model", (False,)
        ),
        "baseline_fixed_x_free_cov": Option(
            "fixed", "the baseline keeps the covariances of covariates; give another by `baseline`", (True,)
        ),
    }
    | _each("parallel ncpus cl", "search", "resamples are drawn as one batch on all cores")
    | _each(
        "slotParTable slotSampleStats slotData slotModel slotCache sloth1",
        "refused",
        "give model, data and options themselves; leave it out",
    )
    | _each(
        "information_expected_mplus gamma_vcov_mplus gamma_wls_mplus gls_v11_mplus rmsea_scaled_mplus",
        "fixed",
        'mimic="Mplus" has what is served of them, together',
        (False,),
    )
    | _each(
        "omega_information omega_h1_information omega_information_meat omega_h1_information_meat gamma_unbiased "
        "ug2_old_approach",
        "refused",
        "choose a scaled statistic by its name, test=; its parts are lavaan's defaults",
    )
    | _each(
        "ridge ridge_constant", "refused", "a matrix that is not positive definite is named, never ridged"
    )
    | _each(
        "check_start check_post check_gradient check_vcov check_lv_names",
        "search",
        "always done, whatever is asked; what was found is in `warnings` of the result",
    )
    | _each(
        "optim_method optim_attempts optim_gradient optim_init_nelder_mead optim_var_transform optim_parscale "
        "optim_partrace optim_gn_stephalf_max",
        "search",
        "there is one way to the solution, and an audit of it; `max_iter` is the most iterations",
    )
    | _each(
        "optim_dx_tol optim_gn_tol_x em_fx_tol em_dx_tol em_zerovar_offset em_iter_max",
        "search",
        "a fit has converged where a step would change nothing: tighter than any tolerance one would set",
    )
    | {"optim_gn_iter_max": Option("renamed", "max_iter")}
    | _each(
        "em_h1_iter_max em_h1_tol em_h1_warn",
        "search",
        "saturated moments of incomplete data are solved for to the last digits; if not, an error says so",
    )
    | _each(
        "h1 implied loglik store_vcov zero_cell_warn representation sample_icov",
        "search",
        "computed when it is asked for",
    )
    | {
        "baseline_conditional_x_free_slopes": Option(
            "fixed", "the baseline of ordinal data has free slopes; give another by `baseline`", (True,)
        )
    }
)
