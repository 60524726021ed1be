"""Add the rows that lavaan adds by itself, in its order."""

from __future__ import annotations

from collections.abc import Sequence

from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.roles import Roles
from mlbc_stats.sem.specification.rows import Row, latent_scale
from mlbc_stats.sem.specification.special.composites import block_rows, given_row


def default_rows(present: Sequence[Row], roles: Roles, options: ModelOptions, group: int) -> list[Row]:
    """Rows for one group that the user left out.

    Thresholds of ordinal variables, residual variances of observed variables, variances of latent variables,
    covariances of exogenous latent variables, covariances of dependent variables, moments of the covariates,
    covariances within composites, scaling factors of ordinal variables, intercepts and latent means.
    """
    rows = [
        *_thresholds(roles, options, group),
        *_variances(roles, options, group),
        *_latent_covariances(roles, options, group),
        *_dependent_covariances(roles, options, group),
        *_covariate_moments(roles, options, group),
        *block_rows(roles.blocks, options, group),
        *[Row(name, "~*~", name, group, 1.0) for name in roles.observed if name in options.ordinal],
    ]
    if options.meanstructure:
        rows += _means(roles, options, group)
    written = {(row.lhs, row.op, row.rhs) for row in present}
    written |= {(row.rhs, row.op, row.lhs) for row in present if row.op == "~~"}
    return [row for row in rows if (row.lhs, row.op, row.rhs) not in written]


def _thresholds(roles: Roles, options: ModelOptions, group: int) -> list[Row]:
    counts = dict(options.thresholds) if options.auto_th else {}
    return [
        Row(name, "|", f"t{k}", group) for name in roles.observed for k in range(1, counts.get(name, 0) + 1)
    ]


def _variances(roles: Roles, options: ModelOptions, group: int) -> list[Row]:
    rows, summed = [], roles.summed
    for name in roles.observed:
        if name in options.ordinal:
            rows.append(Row(name, "~~", name, group, 1.0))
        elif name in summed:
            rows.append(given_row(name, name, options, group))
        elif name not in roles.exogenous:
            value = 0.0 if name in roles.single and options.auto_fix_single else _unless(options.auto_var)
            rows.append(Row(name, "~~", name, group, value))
    for name in roles.latent:
        row = Row(name, "~~", name, group, _latent_variance(name, roles, options))
        if name in roles.blocks:
            row.fixed, row.derived = None, True
        rows.append(row)
    return rows


def _latent_variance(name: str, roles: Roles, options: ModelOptions) -> float | None:
    if name in roles.single and options.auto_fix_single:
        return 0.0
    scale = latent_scale(name, roles, options)
    if scale is not None:
        return scale
    return 0.0 if name in roles.composites else _unless(options.auto_var)


def _latent_covariances(roles: Roles, options: ModelOptions, group: int) -> list[Row]:
    if not options.auto_cov_lv_x:
        return []
    rows = []
    for at, one in enumerate(roles.latent_x):
        for other in roles.latent_x[at + 1 :]:
            zero = options.orthogonal_x or _one_block(one, other, roles, options)
            rows.append(Row(one, "~~", other, group, 0.0 if zero else None))
    return rows


def _dependent_covariances(roles: Roles, options: ModelOptions, group: int) -> list[Row]:
    if not options.auto_cov_y:
        return []
    rows = []
    for at, one in enumerate(roles.dependent):
        for other in roles.dependent[at + 1 :]:
            latent = one in roles.latent and other in roles.latent
            zero = latent and (options.orthogonal_y or _one_block(one, other, roles, options))
            rows.append(Row(one, "~~", other, group, 0.0 if zero else None))
    return rows


def _covariate_moments(roles: Roles, options: ModelOptions, group: int) -> list[Row]:
    rows = []
    for at, one in enumerate(roles.exogenous):
        for other in roles.exogenous[at:]:
            variance = _unless(options.auto_var) if one == other else None
            row = Row(one, "~~", other, group, None if options.fixed_x else variance)
            row.exo = options.fixed_x
            rows.append(row)
    return rows


def _means(roles: Roles, options: ModelOptions, group: int) -> list[Row]:
    rows, summed = [], roles.summed
    for name in roles.observed:
        row = Row(name, "~1", "", group)
        if name in summed:
            row.fixed = None  # means are as free of structure as covariances
        elif options.fixed_x and name in roles.exogenous:
            row.exo = True
        else:
            row.fixed = 0.0 if name in options.ordinal else _unless(options.int_ov_free)
        rows.append(row)
    rows += [Row(name, "~1", "", group, _unless(_has_mean(name, roles, options))) for name in roles.latent]
    return rows


def _has_mean(name: str, roles: Roles, options: ModelOptions) -> bool:
    """Whether the mean of a latent variable is free: that of a random slope always."""
    return name in roles.slopes or (bool(options.int_lv_free) and name not in roles.blocks)


def _unless(free: bool | None) -> float | None:
    return None if free else 0.0


def _one_block(one: str, other: str, roles: Roles, options: ModelOptions) -> bool:
    """Whether two factors belong to the same rotation block (unrotated factors are uncorrelated)."""
    block = roles.efa.get(one)
    return bool(options.auto_efa) and block is not None and block == roles.efa.get(other)
