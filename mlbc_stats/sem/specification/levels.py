"""Two levels in one table: the names of level 2 bear a mark, and what occurs at both levels has its mean between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.language.parser import Statement
from mlbc_stats.sem.specification.roles import Roles
from mlbc_stats.sem.specification.rows import Row

MARK = "@2"
"""Follows every name of level 2 inside of a table; no name in a model text can hold it."""


def marked(name: str) -> str:
    """The name that a variable of level 2 has inside of a table."""
    return name + MARK if name else name


def plain(name: str) -> str:
    """A variable's own name, whatever its level.

    Examples
    --------
    >>> plain("y1@2"), plain("y1")
    ('y1', 'y1')
    """
    return name.removesuffix(MARK)


def level_of(name: str) -> int:
    """1 or 2."""
    return 2 if name.endswith(MARK) else 1


def parameter_text(lhs: str, op: str, rhs: str, group: int = 1) -> str:
    """lavaan's automatic name of a parameter, with ``.g2`` for later groups and ``.l2`` for level 2.

    Examples
    --------
    >>> parameter_text("fb@2", "=~", "y2@2", 2), parameter_text("y1", "~1", "")
    ('fb=~y2.g2.l2', 'y1~1')
    """
    of_group = f".g{group}" if group > 1 else ""
    return f"{plain(lhs)}{op}{plain(rhs)}{of_group}{'.l2' if level_of(lhs) == 2 else ''}"


def shown(name: str) -> str:
    """A variable in a message, its level in words where it is the second."""
    return f"{plain(name)} (level 2)" if level_of(name) == 2 else name


class Named(Protocol):
    """A row of a table."""

    @property
    def lhs(self) -> str: ...

    @property
    def op(self) -> str: ...

    @property
    def rhs(self) -> str: ...

    @property
    def group(self) -> int: ...

    @property
    def label(self) -> str: ...

    @property
    def level(self) -> int: ...


def name_columns(two_level: bool, rows: Sequence[Named]) -> dict[str, list[Any]]:
    """The columns lhs, op, rhs, [level,] group and label of rows, variables under their own names."""
    out: dict[str, list[Any]] = {
        "lhs": [plain(row.lhs) for row in rows],
        "op": [row.op for row in rows],
        "rhs": [plain(row.rhs) for row in rows],
    }
    if two_level:
        out["level"] = [row.level for row in rows]
    return out | {"group": [row.group for row in rows], "label": [row.label for row in rows]}


def split_levels(relations: Sequence[Statement]) -> tuple[list[Statement], list[Statement]]:
    """The statements of level 1 and those of level 2, the names of the latter marked.

    Raises
    ------
    ModelError : statements outside of the levels; a single level.
    NotServedError : more than two levels; composites, exploratory blocks and ordinal parameters in levels.
    """
    loose = next((s for s in relations if s.level is None), None)
    if loose is not None:
        raise ModelError(
            f"line {loose.line}: {loose.lhs} {loose.op} {loose.rhs or '1'} stands outside of the level: blocks; put it "
            "under level: 1 (within clusters) or level: 2 (between clusters)"
        )
    names = list(dict.fromkeys(s.level for s in relations))
    if len(names) == 1:
        raise ModelError(
            f"the model has level: {names[0]} alone; a two-level model needs level: 1 (within clusters) and level: 2 "
            "(between clusters). Without level: lines and with cluster= the errors allow for clusters"
        )
    if len(names) > 2:
        raise NotServedError(
            f"the model has {len(names)} levels ({', '.join(map(str, names))}); two are served. Leave the highest out "
            "of the model"
        )
    _refuse(relations)
    first = [s for s in relations if s.level == names[0]]
    second = [
        replace(s, lhs=marked(s.lhs), rhs=s.rhs if s.op == "~1" else marked(s.rhs))
        for s in relations
        if s.level == names[1]
    ]
    return first, second


def _refuse(relations: Iterable[Statement]) -> None:
    """What a two-level model cannot hold."""
    reasons = {"<~": "composites (<~)", "|": "thresholds", "~*~": "scaling factors", "|~": "instruments (|~)"}
    for s in relations:
        what = reasons.get(s.op)
        if any(modifier.kind == "efa" for modifier in s.modifiers):
            what = "exploratory blocks (efa()*)"
        if what:
            raise NotServedError(
                f"line {s.line}: {what} in a two-level model are not served; two levels are served with =~, ~, ~~ and "
                "intercepts"
            )


def placed(statements: Sequence[Statement], two_level: bool) -> list[Statement]:
    """Statements about a fitted model, those under ``level: 2`` with the names of that level.

    Raises
    ------
    ModelError : for statements without a level about a model with two, and the other way round.
    """
    out = []
    for s in statements:
        if two_level is (s.level is None):
            what = (
                "needs a line level: 1 or level: 2 above it; the model has two levels"
                if two_level
                else "stands in a level: block; the model has one level"
            )
            raise ModelError(f"line {s.line}: {s.lhs} {s.op} {s.rhs or '1'} {what}")
        second = s.level in (2, "2", "between")
        out.append(replace(s, lhs=marked(s.lhs), rhs=marked(s.rhs)) if second else s)
    return out


def joint_roles(first: Roles, second: Roles) -> Roles:
    """Roles of the variables of both levels, those of level 1 first."""
    return Roles(
        observed=first.observed + second.observed,
        latent=first.latent + second.latent,
        composites=first.composites | second.composites,
        exogenous=first.exogenous + second.exogenous,
        latent_x=first.latent_x + second.latent_x,
        dependent=first.dependent + second.dependent,
        single=first.single | second.single,
        slopes=second.slopes,
        efa={**first.efa, **second.efa},
    )


def plain_roles(first: Roles, second: Roles) -> Roles:
    """The same under the variables' own names, each once: what the data must hold."""
    both = joint_roles(first, second)
    return replace(
        both,
        observed=tuple(dict.fromkeys(map(plain, both.observed))),
        latent=tuple(dict.fromkeys(map(plain, both.latent))),
    )


def in_order(between: Roles, within: Roles) -> Roles:
    """The roles of level 2 with the parts of the variables of level 1 first, in the order of these."""
    place = {marked(name): at for at, name in enumerate(within.observed)}
    return replace(
        between, observed=tuple(sorted(between.observed, key=lambda name: place.get(name, len(place))))
    )


def settle_levels(rows: Sequence[Row], roles: Roles, ordinal: Collection[str] = ()) -> None:
    """Automatic rows as two levels need them, in place.

    Means of variables with parts at both levels stand between: their intercepts within, and latent means within, are
    zero. Such a covariate is random, since nobody has seen its parts.
    """
    both = set(roles.observed) & {plain(name) for name in roles.observed if level_of(name) == 2}
    latent = set(roles.latent)
    for row in rows:
        parted = plain(row.lhs) in both or plain(row.rhs) in both
        if row.exo and parted:
            row.exo = False
        if (
            row.op == "~1"
            and not row.user
            and level_of(row.lhs) == 1
            and (row.lhs in both or row.lhs in latent)
        ):
            row.fixed = 0.0
    _settle_items(rows, roles, ordinal)


def _settle_items(rows: Iterable[Row], roles: Roles, ordinal: Collection[str]) -> None:
    """Automatic rows of ordinal items with parts at both levels, in place.

    The residual variance within is 1 and gives the unit. Thresholds stand between, where residual variances are free
    (zero of a single indicator); those within are zero, as are all means.
    """
    for row in rows:
        if row.user or plain(row.lhs) not in ordinal:
            continue
        if row.op == "|" and level_of(row.lhs) == 1:
            row.fixed = 0.0
        elif row.op == "~~" and row.lhs == row.rhs and level_of(row.lhs) == 2:
            row.fixed = 0.0 if row.lhs in roles.single else None


def check_items(levels: tuple[tuple[str, ...], tuple[str, ...]], ordinal: Collection[str]) -> None:
    """Refuse two levels of which some variables are ordinal, unless all are, at both levels.

    Raises
    ------
    NotServedError : for continuous variables or covariates beside ordinal ones, and items of one level.
    """
    within, between = levels
    other = [name for name in dict.fromkeys((*within, *between)) if name not in ordinal]
    if other:
        raise NotServedError(
            f"{', '.join(other)}: two-level models of ordinal variables are served where every observed variable is an "
            "ordinal item that something in the model points at; leave covariates and continuous variables out, or "
            "analyse the codes as continuous with estimator='MLR' (without ordered)"
        )
    apart = sorted(set(within) ^ set(between))
    if apart:
        raise NotServedError(
            f"{', '.join(apart)}: an ordinal item of one level alone is not served; model it at level 1 and at level 2 "
            f"(a variance there is enough: {apart[0]} ~~ {apart[0]})"
        )


def unfixed_covariates(
    levels: tuple[tuple[str, ...], tuple[str, ...]], exogenous: Iterable[str]
) -> tuple[str, ...]:
    """A remark on covariates with parts at both levels, which are random whatever `fixed_x` says; none without."""
    both = set(levels[0]) & set(levels[1])
    names = dict.fromkeys(plain(name) for name in exogenous if plain(name) in both)
    if not names:
        return ()
    return (
        f"{', '.join(names)}: a covariate with parts within and between clusters, which nobody has seen, is random: "
        "its variances, covariances and mean are parameters (fixed_x holds for covariates of one level)",
    )
