"""Take a parameter table apart: measurement blocks, and the structural model that joins their latent variables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.arrays import Ints
from mlbc_stats.sem.specification.name_checks import list_names
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

MEASUREMENT = frozenset({"=~", "~~", "~1", "|", "~*~"})


@dataclass(frozen=True, slots=True)
class Part:
    """A table of its own, and where its parameters are.

    Attributes
    ----------
    places : (q_part,) place in theta of the whole table, −1 for a parameter that the part alone has.
    """

    table: ParameterTable
    places: Ints

    @property
    def own(self) -> NDArray[np.bool_]:
        """(q_part,) parameters that the whole table has as well."""
        return self.places >= 0


@dataclass(frozen=True, slots=True)
class Parts:
    """A table in two steps.

    Attributes
    ----------
    blocks : the measurement blocks; their latent variables covary freely.
    structural : the structural model; what the blocks measure is observed there.
    """

    blocks: tuple[Part, ...]
    structural: Part

    @property
    def first(self) -> Ints:
        """Places in theta of the whole table that the blocks estimate."""
        return np.sort(np.concatenate([part.places[part.own] for part in self.blocks]))

    @property
    def later(self) -> Ints:
        """Places that the structural model estimates."""
        return np.sort(self.structural.places[self.structural.own])


def take_apart(table: ParameterTable, blocks: Sequence[Iterable[str]] | None = None) -> Parts:
    """Measurement blocks and structural model of a table.

    Parameters
    ----------
    blocks : latent variables to be measured together; None joins those alone that share an indicator or whose
        indicators covary.

    Raises
    ------
    ModelError
        without measured latent variables, or for blocks that part what belongs together.
    NotServedError
        for parameters that belong to both parts (an indicator that is regressed on others), latent variables without a
        loading that fixes their scale, and constraints that join several parts.

    References
    ----------
    Rosseel & Loh (2022), doi:10.1037/met0000503.
    """
    measured = _measured(table)
    joined = _joined(table, measured)
    chosen = joined if blocks is None else _checked(blocks, joined)
    indicators = {row.rhs for row in table.parameters if row.op == "=~" and row.lhs in measured}
    _check_roles(table, indicators, measured)
    parts = [_block(table, names, set().union(*(measured[name] for name in names))) for names in chosen]
    structural = _structural(table, tuple(measured), indicators)
    _check_constraints(table, [_places(part) for part in (*parts, structural)])
    return Parts(tuple(_renumbered(part, table) for part in parts), _renumbered(structural, table))


def _measured(table: ParameterTable) -> dict[str, set[str]]:
    """Observed indicators of every latent variable that has any; those of latent variables alone are structural."""
    if any(row.op == "<~" or row.efa for row in table.parameters):
        raise NotServedError(
            "sem.sam does not serve composites (<~) and rotated factors (efa()); use sem.fit"
        )
    found: dict[str, set[str]] = {}
    for name in table.latent:
        own = {row.rhs for row in table.parameters if row.op == "=~" and row.lhs == name and row.rhs != name}
        outside = own - set(table.latent)
        if outside and len(outside) < len(own):
            raise NotServedError(f"{name} is measured by observed and by latent variables; use sem.fit")
        if outside:
            found[name] = outside
    if not found:
        raise ModelError(
            "no latent variable with observed indicators, so there is nothing to measure; use sem.fit"
        )
    return found


def _joined(table: ParameterTable, measured: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """Latent variables that share an indicator or whose indicators covary, in sets."""
    sets = [({name}, set(own)) for name, own in measured.items()]
    ties = [{row.lhs, row.rhs} for row in table.parameters if row.op == "~~" and row.lhs != row.rhs]
    everything = set().union(*measured.values())
    links = [tie for tie in ties if tie <= everything]
    links += [{each} for each in everything]
    for link in links:
        touched = [each for each in sets if each[1] & link]
        sets = [each for each in sets if each not in touched]
        sets.append((set().union(*(t[0] for t in touched)), set().union(*(t[1] for t in touched))))
    order = list(measured)
    named = [tuple(sorted(names, key=order.index)) for names, _ in sets]
    return sorted(named, key=lambda names: order.index(names[0]))


def _checked(blocks: Sequence[Iterable[str]], joined: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    chosen = [list_names(block, "blocks") for block in blocks]
    known = [name for names in joined for name in names]
    given = [name for names in chosen for name in names]
    if sorted(given) != sorted(known):
        raise ModelError(
            f"blocks name {', '.join(given) or 'nothing'}; expected each measured latent variable once: "
            f"{', '.join(known)}"
        )
    for names in joined:
        if not any(set(names) <= set(block) for block in chosen):
            raise ModelError(
                f"{', '.join(names)} share indicators or their errors covary; put them into one block"
            )
    return [tuple(name for name in known if name in block) for block in chosen]


def _check_roles(table: ParameterTable, indicators: set[str], measured: dict[str, set[str]]) -> None:
    for row in table.parameters:
        ends = {row.lhs, row.rhs}
        both = row.op == "~~" and len(ends & indicators) == 1 and len(ends) == 2
        if both or (row.op == "~" and ends & indicators):
            raise NotServedError(
                f"{row.lhs} {row.op} {row.rhs} joins an indicator to the structural model, so the two steps cannot be "
                "parted; use sem.fit"
            )
    ordinal = set(table.ordinal)
    plain = [name for name, own in measured.items() if ordinal and not own & ordinal]
    if plain:
        raise NotServedError(
            "sem.sam with ordinal variables needs some among the indicators of every factor, and "
            f"{', '.join(plain)} has none; use sem.fit"
        )
    if table.thresholds and [name for name in table.observed if name not in indicators]:
        raise NotServedError(
            "sem.sam with ordinal variables serves structural models of latent variables alone; use sem.fit"
        )
    for name in measured:
        loadings = [row for row in table.parameters if row.op == "=~" and row.lhs == name and row.group == 1]
        labels = {label for row in loadings for label in (row.label, row.plabel) if label}
        tied = any(
            row.op == "==" and labels & set(row.expression.names)
            for row in table.parameters
            if row.expression
        )
        if all(row.free for row in loadings) and not tied:
            raise NotServedError(
                f"the first step needs a loading that gives {name} its scale, as in {name} =~ 1*x; leave std_lv out "
                "(standardized values are in the result)"
            )


def _block(table: ParameterTable, names: Sequence[str], indicators: set[str]) -> ParameterTable:
    """The measurement model of some latent variables, their moments free as far as their means are in the table."""
    own = [row for row in table.parameters if _of_block(row, set(names), indicators)]
    mean = {(row.lhs, row.group): row for row in table.parameters if row.op == "~1" and row.lhs in names}
    for group in range(1, table.n_groups + 1):
        own += [_free(a, "~~", b, group) for a, b in combinations_with_replacement(names, 2)]
        means = [mean[name, group] for name in names if (name, group) in mean]
        own += [replace(row, free=-1 if row.free else 0, label="") for row in means]
    return replace(
        table,
        parameters=tuple(own),
        observed=tuple(name for name in table.observed if name in indicators),
        latent=tuple(names),
        exogenous=(),
        thresholds=tuple(pair for pair in table.thresholds if pair[0] in indicators),
    )


def _of_block(row: Parameter, names: set[str], indicators: set[str]) -> bool:
    if row.op == "=~":
        return row.lhs in names and row.rhs in indicators
    return row.op in MEASUREMENT and row.lhs in indicators


def _free(lhs: str, op: str, rhs: str, group: int) -> Parameter:
    """A parameter of the block alone: it has no place in the whole table."""
    return Parameter(lhs, op, rhs, group, -1, "", "", fixed=None, start=None, exo=False, user=0)


def _structural(table: ParameterTable, measured: tuple[str, ...], indicators: set[str]) -> ParameterTable:
    """The structural model; intercepts that stand fixed while indicators' are free are saturated, so free there."""
    rows = [
        replace(row, free=-1, fixed=None) if row.op == "~1" and row.lhs in measured and not row.free else row
        for row in table.parameters
        if row.group and row.lhs not in indicators and not (row.op == "=~" and row.rhs in indicators)
    ]
    outside = tuple(name for name in table.observed if name not in indicators)
    explained = {row.rhs if row.op == "=~" else row.lhs for row in rows if row.op in {"=~", "~"}}
    return replace(
        table,
        parameters=tuple(rows),
        observed=measured + outside,
        latent=tuple(name for name in table.latent if name not in measured),
        exogenous=tuple(name for name in (*measured, *outside) if name not in explained),
        thresholds=(),
    )


def _places(part: ParameterTable) -> set[int]:
    return {row.free - 1 for row in part.parameters if row.free > 0}


def _check_constraints(table: ParameterTable, owners: Sequence[set[int]]) -> None:
    names: dict[str, int] = {}
    for row in table.parameters:
        if row.free:
            part = next(i for i, own in enumerate(owners) if row.free - 1 in own)
            names |= {row.plabel: part} | ({row.label: part} if row.label else {})
    for row in table.parameters:
        if row.expression is None or row.op == ":=":
            continue
        if len({names[name] for name in row.expression.names if name in names}) > 1:
            raise NotServedError(
                f"{row.lhs} {row.op} {row.rhs} joins parameters that are estimated in different steps or blocks; leave "
                "it out, or use sem.fit"
            )


def _renumbered(part: ParameterTable, table: ParameterTable) -> Part:
    """The part with its own numbers, labels kept, and the constraints among its parameters."""
    numbers: dict[int, int] = {}
    places: list[int] = []
    rows = []
    for row in part.parameters:
        if row.free:
            places.append(max(row.free - 1, -1))
            if row.free > 0:
                numbers[row.free] = len(places)
            row = replace(row, free=len(places), plabel=row.plabel or f".own{len(places)}.")
        rows.append(row)
    labels = {name for row in part.parameters for name in (row.plabel, row.label) if name and row.free > 0}
    rows += [
        row
        for row in table.parameters
        if row.expression is not None and row.op != ":=" and set(row.expression.names) & labels
    ]
    ties = tuple(
        (numbers[a], numbers[b]) for a, b in table.simple_equalities if a in numbers and b in numbers
    )
    whole = replace(part, parameters=tuple(rows), simple_equalities=ties)
    return Part(whole, np.array(places, dtype=np.intp))
