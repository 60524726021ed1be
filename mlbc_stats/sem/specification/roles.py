"""Find out which variables a model names and the part each plays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from mlbc_stats.sem.language.parser import Statement


@dataclass(frozen=True, slots=True)
class Roles:
    """Variables of a model in lavaan's order.

    Attributes
    ----------
    observed : indicators, then dependent variables, then covariates, then those met only in covariances and
        intercepts.
    latent : by first appearance on the left of `=~` or `<~`; `composites` are those left of `<~`.
    exogenous : observed covariates whose moments the user did not model.
    latent_x : latent variables that nothing points at.
    dependent : latent, then observed variables that are regressed on others and predict and indicate nothing.
    single : variables that are the only indicator of a latent variable and of no other.
    efa : rotation block of a latent variable, by name.
    blocks : indicators of every weighted sum, by name; none where `<~` makes formative latent variables.
    unit : weighted sums whose scale comes from their variance.
    slopes : random slopes, latent variables without indicators whose scale is that of a coefficient.
    """

    observed: tuple[str, ...]
    latent: tuple[str, ...]
    composites: frozenset[str]
    exogenous: tuple[str, ...]
    latent_x: tuple[str, ...]
    dependent: tuple[str, ...]
    single: frozenset[str]
    efa: dict[str, str]
    blocks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unit: frozenset[str] = frozenset()
    slopes: frozenset[str] = frozenset()

    @property
    def summed(self) -> frozenset[str]:
        """Indicators of weighted sums."""
        return frozenset(item for items in self.blocks.values() for item in items)


def orient_covariances(statements: Sequence[Statement], sums: bool = False) -> list[Statement]:
    """`statements` with the earlier variable on the left of each `~~`: latent before observed ones."""
    roles = assign_roles(statements, sums)
    order = {name: at for at, name in enumerate((*roles.latent, *roles.observed))}
    return [
        replace(s, lhs=s.rhs, rhs=s.lhs) if s.op == "~~" and order[s.lhs] > order[s.rhs] else s
        for s in statements
    ]


def assign_roles(statements: Sequence[Statement], sums: bool = False) -> Roles:
    """Roles of the variables that `statements` name; with `sums` those left of `<~` are weighted sums."""
    return _assigned(tuple(statements), sums)


@lru_cache(maxsize=64)
def _assigned(statements: tuple[Statement, ...], sums: bool) -> Roles:
    relations = [s for s in statements if s.expression is None]
    measured = [s for s in relations if s.op == "=~"]
    regressed = [s for s in relations if s.op == "~"]
    formed = [s for s in relations if s.op == "<~"]
    latent = dict.fromkeys(s.lhs for s in relations if s.op in ("=~", "<~"))
    indicators = dict.fromkeys(s.rhs for s in measured if s.rhs != s.lhs)
    outcomes = dict.fromkeys(s.lhs for s in regressed)
    predictors = dict.fromkeys(s.rhs for s in relations if s.op in ("~", "<~"))
    covariates = [x for x in predictors if x not in latent and x not in indicators and x not in outcomes]
    blocks = _sums(formed) if sums else {}
    modelled = _modelled(relations) | {item for items in blocks.values() for item in items}
    told = {s.rhs for s in regressed} | set(indicators)
    pointed = (*latent, *(v for v in outcomes if v not in latent))
    return Roles(
        observed=_observed(relations, latent, indicators, outcomes, covariates),
        latent=tuple(latent),
        composites=frozenset(s.lhs for s in formed),
        exogenous=tuple(x for x in covariates if x not in modelled),
        latent_x=tuple(v for v in latent if v not in outcomes and v not in indicators),
        dependent=tuple(v for v in pointed if v in outcomes and v not in told),
        single=_single_indicators(measured),
        efa=_blocks(measured),
        blocks=blocks,
        slopes=frozenset(s.lhs for s in measured if any(m.kind == "rv" for m in s.modifiers)),
    )


def _sums(formed: Sequence[Statement]) -> dict[str, tuple[str, ...]]:
    names = dict.fromkeys(s.lhs for s in formed)
    return {name: tuple(dict.fromkeys(s.rhs for s in formed if s.lhs == name)) for name in names}


def _modelled(relations: list[Statement]) -> set[str]:
    """Variables with a (co)variance or intercept of their own in the model text."""
    names = {s.lhs for s in relations if s.op in ("~~", "~1")}
    return names | {s.rhs for s in relations if s.op == "~~"}


def _observed(
    relations: list[Statement],
    latent: dict[str, None],
    indicators: Iterable[str],
    outcomes: Iterable[str],
    covariates: Iterable[str],
) -> tuple[str, ...]:
    spread = [s for s in relations if s.op == "~~"]
    others = [s.lhs for s in spread] + [s.rhs for s in spread]
    others += [s.lhs for s in relations if s.op in ("~1", "|", "~*~")]
    order = dict.fromkeys((*indicators, *outcomes, *covariates, *others))
    return tuple(name for name in order if name not in latent)


def _single_indicators(measured: list[Statement]) -> frozenset[str]:
    sizes = {(s.lhs, s.rhs, s.group) for s in measured if s.lhs != s.rhs}
    per_factor = Counter((lhs, group) for lhs, _, group in sizes)
    per_variable = Counter((rhs, group) for _, rhs, group in sizes)
    return frozenset(
        rhs for lhs, rhs, group in sizes if per_factor[lhs, group] == 1 and per_variable[rhs, group] == 1
    )


def _blocks(measured: list[Statement]) -> dict[str, str]:
    blocks: dict[str, str] = {}
    for statement in measured:
        for modifier in statement.modifiers:
            if modifier.kind == "efa":
                blocks[statement.lhs] = str(modifier.values[0])
    return blocks
