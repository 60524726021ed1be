"""Build the parameter table: every parameter of a model, in lavaan's order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.language.expression import Expression
from mlbc_stats.sem.language.parser import CONSTRAINT_OPERATORS, Statement
from mlbc_stats.sem.specification.defaults import default_rows
from mlbc_stats.sem.specification.equal_groups import free_later_groups, label_equal_groups, tie_rows
from mlbc_stats.sem.specification.group_blocks import split_groups
from mlbc_stats.sem.specification.levels import (
    in_order,
    joint_roles,
    level_of,
    marked,
    plain,
    plain_roles,
    settle_levels,
    split_levels,
)
from mlbc_stats.sem.specification.name_checks import check_labels, check_variables
from mlbc_stats.sem.specification.options import ModelOptions, resolve
from mlbc_stats.sem.specification.roles import Roles, assign_roles, orient_covariances
from mlbc_stats.sem.specification.rows import Row, user_rows
from mlbc_stats.sem.specification.special.composites import (
    check_composites,
    check_related,
    unit_composites,
    unit_constraints,
)
from mlbc_stats.sem.specification.special.effect_coding import Sum, effect_constraints
from mlbc_stats.sem.specification.special.random_slopes import check_slopes, refuse_slopes, with_slopes
from mlbc_stats.sem.specification.special.threshold_rows import check_ordinal_rows


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the table.

    Attributes
    ----------
    lhs, op, rhs : the relation; texts of expressions for `:= == < >`.
    group : from 1; 0 for `:= == < >`.
    free : 0, or the number of the free parameter (from 1, in row order, before equality constraints).
    label : the user's, or lavaan's automatic one (`.p2.`) for parameters equal over groups.
    plabel : `.p1.` and so on, every row.
    fixed : value of a parameter that is not free; None for free ones and for moments of covariates.
    start : the user's starting value.
    exo : moment of a covariate, taken from the sample.
    user : 1 written by the user, 0 automatic, 2 from labels, group_equal or effect coding.
    efa : rotation block.
    lower, upper : bounds.
    expression : value of `:=`; left minus right side of `==`, `<`, `>`.
    level : 1 or 2 in two-level models (names of level 2 then bear a mark, see `levels`), else 0.
    slope : own name of the random slope that stands in the place of this coefficient, else empty.
    """

    lhs: str
    op: str
    rhs: str
    group: int
    free: int
    label: str
    plabel: str
    fixed: float | None
    start: float | None
    exo: bool
    user: int
    efa: str = ""
    lower: float = -inf
    upper: float = inf
    expression: Expression | None = None
    level: int = 0
    slope: str = ""


@dataclass(frozen=True, slots=True)
class ParameterTable:
    """All parameters of a model.

    Attributes
    ----------
    parameters : rows in lavaan's order.
    observed : observed variables, in the order of the model's covariance matrix.
    latent : latent variables, composites and higher-order factors among them.
    exogenous : observed covariates whose moments the user did not model.
    n_groups, group_labels : the groups.
    meanstructure, fixed_x : as resolved.
    simple_equalities : pairs of free numbers tied by labels.
    auxiliary : observed variables that only inform about missing values, the last of `observed`.
    thresholds : (name, number of thresholds) of every ordinal variable.
    parameterization : "delta" or "theta", of ordinal variables.
    blocks : (composite, its indicators) of every weighted sum (`<~`); none where `<~` makes formative latent variables.
    n_within : of a two-level model how many of `observed` stand at level 1, before those of level 2; else 0.
    """

    parameters: tuple[Parameter, ...]
    observed: tuple[str, ...]
    latent: tuple[str, ...]
    exogenous: tuple[str, ...]
    n_groups: int
    group_labels: tuple[str, ...]
    meanstructure: bool
    fixed_x: bool
    simple_equalities: tuple[tuple[int, int], ...]
    auxiliary: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, int], ...] = ()
    parameterization: str = "delta"
    blocks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    n_within: int = 0

    @property
    def two_level(self) -> bool:
        """Whether the model has a level within and one between clusters."""
        return self.n_within > 0

    @property
    def levels(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Own names of the observed variables of level 1 and of level 2."""
        return self.observed[: self.n_within], tuple(map(plain, self.observed[self.n_within :]))

    @property
    def random_slopes(self) -> tuple[str, ...]:
        """Own names of the random slopes, in the order written."""
        return tuple(dict.fromkeys(row.slope for row in self.parameters if row.slope))

    @property
    def composites(self) -> tuple[str, ...]:
        """Names of the weighted sums."""
        return tuple(name for name, _ in self.blocks)

    @property
    def block_of(self) -> dict[str, str]:
        """The composite of each of its indicators."""
        return {item: name for name, items in self.blocks for item in items}

    @property
    def ordinal(self) -> tuple[str, ...]:
        """Names of the ordinal variables."""
        return tuple(name for name, _ in self.thresholds)

    @property
    def external(self) -> tuple[str, ...]:
        """Instruments (``|~``) from outside the model, in the order written."""
        named = dict.fromkeys(row.rhs for row in self.parameters if row.op == "|~")
        return tuple(name for name in named if name not in self.observed)

    @property
    def fixed_covariates(self) -> frozenset[str]:
        """Names of the covariates whose sample moments are taken as given."""
        return frozenset(row.lhs for row in self.parameters if row.exo) - set(self.block_of)

    @property
    def n_free(self) -> int:
        """Number of free parameters, before equality constraints."""
        return max((p.free for p in self.parameters), default=0)


Relation = tuple[str, str, str, int, Expression]


def build_table(
    statements: Sequence[Statement],
    options: ModelOptions | None = None,
    data_names: Sequence[str] | None = None,
    n_groups: int = 1,
    group_labels: Sequence[str] = (),
    constraints: Sequence[Statement] = (),
) -> ParameterTable:
    """Complete a parsed model with lavaan's defaults.

    Parameters
    ----------
    statements : from `parse`.
    options : what is automatic; default `ModelOptions()`.
    data_names : columns of the data, to find unknown variables; None skips the check.
    n_groups, group_labels : the groups, in the order of the data.
    constraints : parsed text of the `constraints` argument; joins after the model's own constraints.

    Returns
    -------
    table : the same rows as lavaan's `parTable(sem(model, do.fit = FALSE))`.

    Raises
    ------
    ModelError : unknown variables or labels, names that are both latent and in the data, modifiers for
        another number of groups.
    NotServedError : more than two levels; groups with different variables.

    References
    ----------
    Rosseel, Y. (2012). lavaan: An R package for structural equation modeling. Journal of Statistical
    Software, 48(2), 1-36. https://doi.org/10.18637/jss.v048.i02

    Examples
    --------
    >>> from mlbc_stats.sem.language.parser import parse
    >>> table = build_table(parse("f =~ x1 + x2 + x3"), ModelOptions(kind="cfa"))
    >>> [(p.lhs, p.op, p.rhs, p.free) for p in table.parameters][:4]
    [('f', '=~', 'x1', 0), ('f', '=~', 'x2', 1), ('f', '=~', 'x3', 2), ('x1', '~~', 'x1', 3)]
    """
    labels = tuple(group_labels) or tuple(str(g) for g in range(1, n_groups + 1))
    names = None if data_names is None else tuple(data_names)
    return _built(tuple(statements), options or ModelOptions(), names, n_groups, labels, tuple(constraints))


@lru_cache(maxsize=64)
def _built(
    statements: tuple[Statement, ...],
    options: ModelOptions,
    data_names: tuple[str, ...] | None,
    n_groups: int,
    labels: tuple[str, ...],
    constraints: tuple[Statement, ...],
) -> ParameterTable:
    """The table; kept, since a model is fitted to many samples."""
    if all(s.op in CONSTRAINT_OPERATORS for s in statements):
        raise ModelError(
            "the model names no variables; write at least one relation such as f =~ x1 + x2 + x3"
        )
    relations = [s for s in statements if s.op not in CONSTRAINT_OPERATORS]
    if any(s.level is not None for s in relations):
        return _two_levels(relations, statements, options, data_names, labels, constraints)
    refuse_slopes(relations)
    if any(s.op == "~~" for s in relations):
        relations = orient_covariances(relations, options.composites)
    chosen = resolve(options, any(s.op == "~1" for s in relations), n_groups)
    roles = assign_roles(relations, options.composites)
    if roles.blocks:
        check_composites(relations, roles.blocks)
        roles = replace(roles, unit=unit_composites(relations, roles.blocks, chosen))
        chosen = replace(chosen, composites_cov_free=chosen.composites_cov_free or bool(roles.unit))
    check_variables(relations, roles, data_names)
    rows = _rows(split_groups(relations, labels, roles), chosen)
    check_related(rows, roles.blocks)
    if chosen.thresholds or any(row.op in {"|", "~*~"} for row in rows):
        check_ordinal_rows(rows, chosen)
    free_later_groups(rows, roles, chosen)
    if chosen.group_equal:
        label_equal_groups(rows, roles, chosen)
    ties = tie_rows(rows)
    sums = effect_constraints(rows, roles, chosen, range(1, n_groups + 1))
    written = [s for s in (*statements, *constraints) if s.op in CONSTRAINT_OPERATORS]
    parameters = _number(rows)
    check_labels(written, parameters)
    unit = unit_constraints(rows, roles.blocks, roles.unit, range(1, n_groups + 1))
    parameters += _constraint_rows(len(parameters), written, ties, sums, unit)
    return ParameterTable(
        parameters=tuple(parameters),
        observed=roles.observed,
        latent=roles.latent,
        exogenous=roles.exogenous,
        n_groups=n_groups,
        group_labels=labels,
        meanstructure=bool(chosen.meanstructure),
        fixed_x=chosen.fixed_x,
        simple_equalities=tuple((parameters[a].free, parameters[b].free) for a, b in ties),
        thresholds=chosen.thresholds,
        parameterization=chosen.parameterization,
        blocks=tuple(roles.blocks.items()),
    )


def _two_levels(
    relations: list[Statement],
    statements: tuple[Statement, ...],
    options: ModelOptions,
    data_names: tuple[str, ...] | None,
    labels: tuple[str, ...],
    constraints: tuple[Statement, ...],
) -> ParameterTable:
    """The table of a two-level model: in every group the rows of level 1, then those of level 2."""
    lower, upper = split_levels(relations)
    levels = [orient_covariances(own) for own in (lower, with_slopes(lower, upper))]
    chosen = resolve(replace(options, meanstructure=True), True, len(labels))
    within, between = (assign_roles(own) for own in levels)
    between = in_order(between, within) if chosen.thresholds else between
    roles = joint_roles(within, between)
    check_variables(relations, plain_roles(within, between), data_names)
    check_slopes(lower, within, between, chosen)
    groups = [split_groups(own, labels, role) for own, role in zip(levels, (within, between), strict=True)]
    second = replace(chosen, thresholds=tuple((marked(name), k) for name, k in chosen.thresholds))
    rows = _rows([each for pair in zip(*groups, strict=True) for each in pair], chosen, second)
    free_later_groups(rows, roles, chosen)
    settle_levels(rows, roles, chosen.ordinal)
    if chosen.group_equal:
        label_equal_groups(rows, roles, chosen)
    ties = tie_rows(rows)
    sums = effect_constraints(rows, roles, chosen, range(1, len(labels) + 1))
    written = [s for s in (*statements, *constraints) if s.op in CONSTRAINT_OPERATORS]
    parameters = [replace(row, level=level_of(row.lhs)) for row in _number(rows)]
    check_labels(written, parameters)
    parameters += _constraint_rows(len(parameters), written, ties, sums, ())
    return ParameterTable(
        parameters=tuple(parameters),
        observed=roles.observed,
        latent=roles.latent,
        exogenous=roles.exogenous,
        n_groups=len(labels),
        group_labels=labels,
        meanstructure=True,
        fixed_x=chosen.fixed_x,
        simple_equalities=tuple((parameters[a].free, parameters[b].free) for a, b in ties),
        thresholds=chosen.thresholds,
        parameterization=chosen.parameterization,
        n_within=len(within.observed),
    )


def _rows(groups: list[tuple[list[Statement], Roles]], *options: ModelOptions) -> list[Row]:
    """Rows of every group, in two-level models of every level of it, which has its own options."""
    rows: list[Row] = []
    for at, (statements, own) in enumerate(groups):
        group, level = divmod(at, len(options))
        user = user_rows(statements, own, options[level], group + 1, len(groups) // len(options))
        rows += [*user, *default_rows(user, own, options[level], group + 1)]
    return rows


def _number(rows: list[Row]) -> list[Parameter]:
    parameters = []
    free = 0
    for at, row in enumerate(rows, start=1):
        number = 0
        if row.fixed is None and not row.exo and not row.derived:
            free += 1
            number = free
        parameters.append(
            Parameter(
                row.lhs,
                row.op,
                row.rhs,
                row.group,
                number,
                row.label,
                f".p{at}.",
                row.fixed,
                row.start,
                row.exo,
                row.user,
                row.efa,
                row.lower,
                row.upper,
                slope=row.slope,
            )
        )
    return parameters


def _constraint_rows(
    before: int,
    written: list[Statement],
    ties: list[tuple[int, int]],
    sums: list[Sum],
    unit: Sequence[Relation],
) -> list[Parameter]:
    relations: list[tuple[str, str, str, int, Expression | None]] = [
        (s.lhs, s.op, s.rhs, 1, s.expression) for s in written
    ]
    for one, other in ties:
        left, right = f".p{one + 1}.", f".p{other + 1}."
        tree = ("-", ("name", left), ("name", right))
        relations.append((left, "==", right, 2, Expression(f"{left}-({right})", tree)))
    relations += [_sum_relation(total, places) for total, places in sums]
    relations += unit
    return [
        Parameter(
            lhs,
            op,
            rhs,
            0,
            0,
            lhs if op == ":=" else "",
            f".p{at}.",
            None,
            None,
            False,
            user,
            "",
            -inf,
            inf,
            e,
        )
        for at, (lhs, op, rhs, user, e) in enumerate(relations, start=before + 1)
    ]


def _sum_relation(total: float, places: Iterable[int]) -> tuple[str, str, str, int, Expression]:
    """`.p1. == 3-.p2.-.p3.` as lavaan writes it."""
    first, *others = [f".p{place + 1}." for place in places]
    right = "-".join([f"{total:g}", *others])
    tree: tuple = ("num", total)
    for name in others:
        tree = ("-", tree, ("name", name))
    return first, "==", right, 2, Expression(f"{first}-({right})", ("-", ("name", first), tree))
