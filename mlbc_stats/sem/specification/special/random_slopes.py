"""Random slopes, ``y ~ rv("s")*x`` at level 1: their names become latent variables between clusters, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.language.parser import Statement
from mlbc_stats.sem.specification.levels import marked, plain
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.roles import Roles


def slope_of(statement: Statement) -> str:
    """The name of a statement's random slope, empty without one.

    Examples
    --------
    >>> from mlbc_stats.sem.language.parser import parse
    >>> [slope_of(s) for s in parse('y ~ rv("s")*x + z')]
    ['s', '']
    """
    names = [m.values for m in statement.modifiers if m.kind == "rv"]
    return str(names[0][0]) if names else ""


def refuse_slopes(statements: Sequence[Statement]) -> None:
    """Refuse random slopes in a model of one level."""
    found = next((s for s in statements if slope_of(s)), None)
    if found is not None:
        raise ModelError(
            f"line {found.line}: {_text(found)} is a random slope, which needs a level: 1 (within clusters), a "
            "level: 2 (between clusters) and cluster="
        )


def with_slopes(within: Sequence[Statement], between: Sequence[Statement]) -> list[Statement]:
    """The statements of level 2, and after them each random slope of level 1 as a latent variable without indicators.

    Raises
    ------
    ModelError : a random slope between clusters, not of a regression, or with a coefficient beside it.
    """
    for s in (*within, *between):
        if slope_of(s):
            _check(s)
    between = list(between)
    names = dict.fromkeys(marked(slope_of(s)) for s in within if slope_of(s))
    named = [s for s in within if plain_names(s) & {plain(name) for name in names}]
    if named:
        raise ModelError(
            f"line {named[0].line}: a random slope belongs to clusters, so that its name stands at level 2 alone: "
            f"{_text(named[0])}"
        )
    return between + [_latent(name, within) for name in names]


def plain_names(statement: Statement) -> set[str]:
    """The variables that a statement relates."""
    return {statement.lhs, statement.rhs}


def check_slopes(within: Sequence[Statement], first: Roles, second: Roles, options: ModelOptions) -> None:
    """Refuse predictors for which the likelihood given them is not normal, or not known.

    Raises
    ------
    NotServedError
        a random slope of anything but an observed covariate of level 1; other covariates within that have a part
        between; random covariates (``fixed_x=False``).
    """
    random = [s for s in within if slope_of(s)]
    if not random:
        return
    between = set(map(plain, second.observed))
    for s in random:
        _check_predictor(s, first, between)
    if not options.fixed_x:
        raise NotServedError(
            "random slopes are served given their covariates; leave fixed_x=False out (with estimator='ML' or 'MLR')"
        )
    parted = [name for name in first.exogenous if name in between]
    if parted:
        raise NotServedError(
            f"{', '.join(parted)}: a covariate with parts within and between clusters beside a random slope is not "
            f"served; name it at level 1 alone, and add its cluster means as a column of level 2"
        )


def _check(s: Statement) -> None:
    if s.op != "~" or not s.rhs:
        raise ModelError(
            f'line {s.line}: rv() stands before a covariate of a regression, as in y ~ rv("s")*x'
        )
    if s.lhs == plain(s.lhs) and len(s.modifiers) == 1 and len(s.modifiers[0].values) == 1:
        return
    if s.lhs != plain(s.lhs):
        raise ModelError(
            f"line {s.line}: {_text(s)} stands at level 2; slopes vary between clusters, of covariates at level 1"
        )
    raise ModelError(
        f"line {s.line}: {_text(s)} has a coefficient beside its random slope; the average slope is "
        f"{slope_of(s)} ~ 1 at level 2, and rv() takes one name for all groups"
    )


def _check_predictor(s: Statement, first: Roles, between: set[str]) -> None:
    x, where = s.rhs, f"line {s.line}: {_text(s)}"
    if x in between:
        raise NotServedError(
            f"{where}: {x} has parts within and between clusters, and the product of a slope with a part that nobody "
            f"has seen is not normal; name {x} at level 1 alone, and add its cluster means as a column of level 2"
        )
    if x in first.latent:
        raise NotServedError(
            f"{where}: random slopes of latent variables are not served, since the likelihood then is not normal; use "
            "an observed covariate"
        )
    if x not in first.exogenous:
        raise NotServedError(
            f"{where}: {x} is explained (or its moments are modelled) at level 1; random slopes are served of "
            "covariates that nothing in the model points at"
        )


def _latent(name: str, within: Sequence[Statement]) -> Statement:
    first = next(s for s in within if marked(slope_of(s)) == name)
    return replace(first, lhs=name, op="=~", rhs=name, group=None)


def _text(s: Statement) -> str:
    before = f'rv("{slope_of(s)}")*' if slope_of(s) else ""
    return f"{plain(s.lhs)} {s.op} {before}{plain(s.rhs) or '1'}"
