"""The models of the marker technique in lavaan syntax, from the measurement model and its estimates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.language.parser import parse

EQUAL = "method_c"
"""Label of the marker's loadings on all substantive items in the model with equal ones."""


@dataclass(frozen=True, slots=True)
class MarkerMeasurement:
    """A measurement model with its marker.

    Attributes
    ----------
    factors : substantive factor → its items; marker : name of the marker; marker_items : its own items.
    """

    factors: Mapping[str, tuple[str, ...]]
    marker: str
    marker_items: tuple[str, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """Every substantive item, once."""
        return tuple(dict.fromkeys(item for items in self.factors.values() for item in items))


def plain_factors(model: str, what: str) -> dict[str, tuple[str, ...]]:
    """Factor → its items, of a measurement model without modifiers and factors of factors.

    Raises
    ------
    ModelError
        anything but ``factor =~ item + item``; `what` begins the message.
    """
    factors: dict[str, tuple[str, ...]] = {}
    for row in parse(model):
        if row.op != "=~" or row.modifiers:
            raise ModelError(
                f"line {row.line}: {what} starts from a plain measurement model of factors and items "
                "(`factor =~ item + item`); leave the rest out"
            )
        factors[row.lhs] = (*factors.get(row.lhs, ()), row.rhs)
    higher = sorted({item for items in factors.values() for item in items} & set(factors))
    if higher:
        raise ModelError(f"{', '.join(higher)}: factors of factors have no place in {what}")
    return factors


def read_marker_model(model: str, marker: str) -> MarkerMeasurement:
    """The factors of a measurement model, the marker apart.

    Raises
    ------
    ModelError
        anything but ``factor =~ item + item`` without modifiers, no such marker, one item alone, or shared items.
    """
    factors = plain_factors(model, "the marker technique")
    if marker not in factors or len(factors) < 2:
        raise ModelError(
            f"no factor {marker!r} beside substantive ones; the model has {', '.join(factors) or 'none'}"
        )
    own = factors.pop(marker)
    shared = sorted(set(own) & {item for items in factors.values() for item in items})
    if len(own) < 2 or shared:
        raise ModelError(
            f"the marker {marker!r} needs two items or more of its own"
            + (f"; it shares {', '.join(shared)}" if shared else "")
        )
    return MarkerMeasurement(factors, marker, own)


def baseline_text(model: MarkerMeasurement, known: Mapping[tuple[str, str, str], float]) -> str:
    """The marker apart from everything, with the loadings and residual variances that the free model gave it."""
    return "\n".join([*_substantive(model), _fixed_marker(model, known), *_marker_apart(model, known)])


def method_text(
    model: MarkerMeasurement,
    known: Mapping[tuple[str, str, str], float],
    equal: bool,
    correlations: bool = False,
    loadings: Mapping[str, float] | None = None,
) -> str:
    """The baseline with the marker behind every substantive item as well.

    Parameters
    ----------
    equal : one loading for all of them (method C), or each its own (method U).
    correlations : hold the covariances of the substantive factors at the values in `known` (method R).
    loadings : hold the marker's loadings at these values instead of estimating them (method S).
    """
    held = dict(loadings or {})
    terms = [
        f"{held[item]!r}*{item}" if item in held else f"{EQUAL}*{item}" if equal else item
        for item in model.items
    ]
    lines = [*_substantive(model), f"{_fixed_marker(model, known)} + {' + '.join(terms)}"]
    lines += _marker_apart(model, known)
    if correlations:
        lines += [
            f"{one} ~~ {_value(known, one, '~~', other)!r}*{other}"
            for one, other in combinations(model.factors, 2)
        ]
    return "\n".join(lines)


def _substantive(model: MarkerMeasurement) -> list[str]:
    return [f"{name} =~ {' + '.join(items)}" for name, items in model.factors.items()]


def _fixed_marker(model: MarkerMeasurement, known: Mapping[tuple[str, str, str], float]) -> str:
    terms = (f"{_value(known, model.marker, '=~', item)!r}*{item}" for item in model.marker_items)
    return f"{model.marker} =~ {' + '.join(terms)}"


def _marker_apart(model: MarkerMeasurement, known: Mapping[tuple[str, str, str], float]) -> Iterable[str]:
    residuals = [f"{item} ~~ {_value(known, item, '~~', item)!r}*{item}" for item in model.marker_items]
    return [*residuals, *(f"{model.marker} ~~ 0*{name}" for name in model.factors)]


def _value(known: Mapping[tuple[str, str, str], float], lhs: str, op: str, rhs: str) -> float:
    found = known.get((lhs, op, rhs), known.get((rhs, op, lhs)))
    if found is None:
        raise ModelError(f"no estimate of {lhs} {op} {rhs} to hold")
    return float(found)
