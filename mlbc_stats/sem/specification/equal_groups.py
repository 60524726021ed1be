"""Free, label and tie parameters over groups and labels."""

from __future__ import annotations

from collections.abc import Sequence

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.specification.levels import parameter_text
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.roles import Roles
from mlbc_stats.sem.specification.rows import Row


def free_later_groups(rows: Sequence[Row], roles: Roles, options: ModelOptions) -> None:
    """Free what equal loadings or intercepts identify in the groups after the first.

    With equal loadings these are the automatic variances of latent variables that std_lv or rotation fixes,
    and the covariances within a rotation block; with equal intercepts (and thresholds, where variables are ordinal),
    unless means are equal too, the automatic latent means. What equal thresholds free of ordinal variables follows Wu
    & Estabrook (2016): intercepts unless they are equal too, and the scale (scaling factors or residual variances) of
    those with more than two categories, of binary ones only once intercepts are equal. An item whose thresholds are
    not equal after all (own labels per group, or exceptions) keeps its intercept.

    References
    ----------
    Wu & Estabrook (2016), doi:10.1007/s11336-016-9506-0.
    """
    equal, counts = set(options.group_equal), dict(options.thresholds)
    apart = _unequal_thresholds(rows, options)
    loadings, intercepts = "loadings" in equal, "intercepts" in equal
    means = intercepts and "means" not in equal and ("thresholds" in equal or not counts)
    for row in rows:
        if row.group < 2 or row.user:
            continue
        if row.lhs in counts and "thresholds" in equal:
            tied = row.lhs not in apart
            scaled = _spread(row, options) and (intercepts or counts[row.lhs] > 1) and (tied or loadings)
            if scaled or (row.op == "~1" and not intercepts and tied):
                row.fixed = None
        if row.lhs not in roles.latent or row.lhs in roles.blocks:
            continue
        if row.op == "~1":
            freed = means
        elif row.op == "~~":
            freed = loadings and (_rotated(row, roles, options) or (options.std_lv and row.lhs == row.rhs))
        else:
            freed = False
        if freed:
            row.fixed = None


def _unequal_thresholds(rows: Sequence[Row], options: ModelOptions) -> set[str]:
    """Ordinal variables with a threshold that differs between groups in spite of `group_equal`."""
    partial = {"".join(entry.split()) for entry in options.group_partial}
    labels: dict[tuple[str, str], set[str]] = {}
    apart: set[str] = set()
    for row in rows:
        if row.op != "|":
            continue
        if {parameter_name(row), row.label} & partial:
            apart.add(row.lhs)
        if row.own_labels:
            labels.setdefault((row.lhs, row.rhs), set()).add(row.label)
    return apart | {name for (name, _), held in labels.items() if len(held) > 1 or "" in held}


def _spread(row: Row, options: ModelOptions) -> bool:
    """Whether a row of an ordinal variable holds its scale: the scaling factor (delta) or residual variance (theta)."""
    if options.parameterization == "delta":
        return row.op == "~*~"
    return row.op == "~~" and row.lhs == row.rhs and "residuals" not in options.group_equal


def _rotated(row: Row, roles: Roles, options: ModelOptions) -> bool:
    """Whether a (co)variance belongs to the factors of one rotation block."""
    return bool(options.auto_efa) and row.lhs in roles.efa and roles.efa[row.lhs] == roles.efa.get(row.rhs)


def label_equal_groups(rows: Sequence[Row], roles: Roles, options: ModelOptions) -> None:
    """Give the parameters that `group_equal` names one label over groups, as `.p2.`.

    Raises
    ------
    ModelError : an entry of group_partial that names no parameter.
    """
    partial = {"".join(entry.split()) for entry in options.group_partial}
    known: set[str] = set()
    wanted = {"composite.loadings" if kind == "composite.weights" else kind for kind in options.group_equal}
    first: dict[tuple[str, str, str], str] = {}
    for at, row in enumerate(rows):
        names = {parameter_name(row), f"{row.rhs}{row.op}{row.lhs}", row.label} & partial
        known |= names
        if names or row.exo or row.own_labels or category(row, roles) not in wanted:
            continue
        key = (row.lhs, row.op, row.rhs)
        if key not in first:
            first[key] = row.label or f".p{at + 1}."
        if not row.label:
            row.label, row.automatic = first[key], row.group > 1 or first[key] == f".p{at + 1}."
    if partial - known:
        raise ModelError(f"group_partial: no parameter is named {', '.join(sorted(partial - known))}")


def category(row: Row, roles: Roles) -> str:
    """The kind of parameter, in the words of `group_equal`."""
    if row.derived or (row.lhs in roles.summed and row.op in ("~~", "~1")):
        return ""
    latent = row.lhs in roles.latent
    if row.op == "=~":
        return "loadings"
    if row.op == "<~":
        return "composite.loadings"
    if row.op == "~":
        return "regressions"
    if row.op == "~1":
        return "means" if latent else _unless_covariate(row, roles, "intercepts")
    if row.op != "~~":
        return "thresholds" if row.op == "|" else ""
    if row.lhs == row.rhs:
        return "lv.variances" if latent else _unless_covariate(row, roles, "residuals")
    if latent or row.rhs in roles.latent:
        return "lv.covariances"
    return _unless_covariate(row, roles, "residual.covariances")


def parameter_name(row: Row) -> str:
    """lavaan's automatic name, as `f=~x1` or `x1~1`."""
    return parameter_text(row.lhs, row.op, row.rhs)


def tie_rows(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Pairs of row numbers (from 0) held equal by a shared label or `equal()`.

    Where one of the rows that share a label is fixed, all are fixed at the first value and no pair remains.
    The pairs come label by label, in the order in which a label is met for the second time.

    Raises
    ------
    ModelError : `equal()` names no parameter.
    """
    sets: dict[str, list[int]] = {}
    repeated: dict[str, None] = {}
    for at, key in enumerate(_keys(rows)):
        if not key:
            continue
        members = sets.setdefault(key, [])
        members.append(at)
        if len(members) > 1:
            repeated[key] = None
    for key, members in sets.items():
        _share_fixed_value([rows[at] for at in members], key in repeated)
    return [(sets[key][0], other) for key in repeated for other in sets[key][1:] if rows[other].fixed is None]


def _keys(rows: Sequence[Row]) -> list[str]:
    keys = [row.label for row in rows]
    if not any(row.equal for row in rows):
        return keys
    named = {parameter_text(row.lhs, row.op, row.rhs, row.group): at for at, row in enumerate(rows)}
    labelled = {row.label: at for at, row in reversed(list(enumerate(rows))) if row.label}
    for at, row in enumerate(rows):
        if not row.equal:
            continue
        target = named.get(row.equal, labelled.get(row.equal))
        if target is None:
            raise ModelError(
                f'equal("{row.equal}") on {parameter_name(row)}: no parameter has this name or label'
            )
        if not keys[target]:
            keys[target] = rows[target].label = f".p{target + 1}."
        keys[at] = keys[target]
        row.label = row.equal
    return keys


def _share_fixed_value(members: list[Row], shared: bool) -> None:
    fixed = next((row.fixed for row in members if row.fixed is not None), None)
    for row in members:
        if fixed is not None and not row.exo:
            row.fixed = fixed
        if row.automatic and (fixed is not None or not shared):
            row.label = ""


def _unless_covariate(row: Row, roles: Roles, name: str) -> str:
    return "" if row.lhs in roles.exogenous or row.rhs in roles.exogenous else name
