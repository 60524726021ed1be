"""What is automatic in a model: lavaan's defaults of cfa, sem, growth and lavaan."""

from __future__ import annotations

from dataclasses import dataclass

from mlbc_stats.errors import ModelError

KINDS = ("cfa", "sem", "growth", "lavaan")
PARAMETERIZATIONS = ("delta", "theta")
GROUP_EQUAL = (
    "loadings",
    "composite.loadings",
    "composite.weights",
    "intercepts",
    "means",
    "thresholds",
    "regressions",
    "residuals",
    "residual.covariances",
    "lv.variances",
    "lv.covariances",
)


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Options that shape the parameter table; names and defaults are lavaan's.

    Attributes
    ----------
    kind : "cfa" and "sem" (the same defaults), "growth" (latent means free, indicator intercepts zero) or
        "lavaan" (nothing automatic).
    std_lv : latent variances fixed to 1 instead of the first loadings.
    effect_coding : any of "loadings" (they average 1) and "intercepts" (they sum to 0).
    orthogonal, orthogonal_x, orthogonal_y : latent covariances zero: all, exogenous, endogenous.
    meanstructure : None means: when intercepts are written, in growth models, and in several groups.
    fixed_x : moments of exogenous covariates are taken from the sample.
    group_equal, group_partial : kinds of parameters equal over groups, and exceptions such as "x3~1".
    thresholds : (name, number of thresholds) of every ordinal variable.
    composites : `<~` makes weighted sums; False: formative latent variables, their meaning up to lavaan 0.6-19.
    composites_cov_free : covariances of the indicators of composites are parameters, not taken from the sample.
    parameterization : "delta" (scaling factors of ordinal variables are parameters) or "theta" (their residual
        variances are).
    auto_* , int_ov_free, int_lv_free : None takes the default of `kind`.
    """

    kind: str = "sem"
    std_lv: bool = False
    effect_coding: tuple[str, ...] = ()
    orthogonal: bool = False
    orthogonal_x: bool = False
    orthogonal_y: bool = False
    meanstructure: bool | None = None
    fixed_x: bool = True
    group_equal: tuple[str, ...] = ()
    group_partial: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, int], ...] = ()
    composites: bool = True
    composites_cov_free: bool = False
    parameterization: str = "delta"
    auto_var: bool | None = None
    auto_cov_lv_x: bool | None = None
    auto_cov_y: bool | None = None
    auto_fix_first: bool | None = None
    auto_fix_weight: bool | None = None
    auto_fix_single: bool | None = None
    auto_efa: bool | None = None
    auto_th: bool | None = None
    int_ov_free: bool | None = None
    int_lv_free: bool | None = None

    @property
    def ordinal(self) -> frozenset[str]:
        """Names of the ordinal variables."""
        return frozenset(name for name, _ in self.thresholds)


def resolve(options: ModelOptions, written_means: bool, n_groups: int) -> ModelOptions:
    """The options with every None replaced by the default of their kind.

    Raises
    ------
    ModelError : unknown kind, unknown entry of group_equal or effect_coding.
    """
    _check(options)
    automatic = options.kind != "lavaan"
    growth = options.kind == "growth"
    scaled = options.std_lv or "loadings" in options.effect_coding
    means = growth or n_groups > 1 or bool(options.thresholds)
    return ModelOptions(
        kind=options.kind,
        std_lv=options.std_lv,
        effect_coding=options.effect_coding,
        orthogonal=options.orthogonal,
        orthogonal_x=options.orthogonal_x or options.orthogonal,
        orthogonal_y=options.orthogonal_y or options.orthogonal,
        meanstructure=written_means or _default(options.meanstructure, means),
        fixed_x=options.fixed_x,
        group_equal=options.group_equal if n_groups > 1 else (),
        group_partial=options.group_partial,
        thresholds=options.thresholds,
        composites=options.composites,
        composites_cov_free=options.composites_cov_free,
        parameterization=options.parameterization,
        auto_var=_default(options.auto_var, automatic),
        auto_cov_lv_x=_default(options.auto_cov_lv_x, automatic),
        auto_cov_y=_default(options.auto_cov_y, automatic),
        auto_fix_first=_default(options.auto_fix_first, automatic) and not scaled,
        auto_fix_weight=_default(options.auto_fix_first, automatic) and not options.std_lv,
        auto_fix_single=_default(options.auto_fix_single, automatic),
        auto_efa=_default(options.auto_efa, automatic),
        auto_th=_default(options.auto_th, automatic),
        int_ov_free=_default(options.int_ov_free, automatic and not growth),
        int_lv_free=_default(options.int_lv_free, growth),
    )


def _default(value: bool | None, default: bool) -> bool:
    return default if value is None else value


def _check(options: ModelOptions) -> None:
    if options.kind not in KINDS:
        raise ModelError(f"kind={options.kind!r} is unknown; expected one of {', '.join(KINDS)}")
    if options.parameterization not in PARAMETERIZATIONS:
        raise ModelError(
            f"parameterization={options.parameterization!r} is unknown; expected 'delta' or 'theta'"
        )
    for entry in options.group_equal:
        if entry not in GROUP_EQUAL:
            raise ModelError(
                f"group_equal: {entry!r} is no kind of parameter; expected any of {', '.join(GROUP_EQUAL)}"
            )
    for entry in options.effect_coding:
        if entry not in ("loadings", "intercepts"):
            raise ModelError(f"effect_coding: expected 'loadings' or 'intercepts', got {entry!r}")
