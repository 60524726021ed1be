"""What a bootstrap tells of: values (B, k) of a batch of estimates, and the names of the k."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.quality.discriminant import heterotrait
from mlbc_stats.composites.quality.effect_size import effect_sizes
from mlbc_stats.composites.quality.implied import distances, implied_constructs, implied_indicators
from mlbc_stats.composites.quality.measurement import reliabilities
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.structural.effects import chain_effects, chains, total_effects

Array = NDArray[Any]

Names = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Family:
    """Values of one kind.

    Attributes
    ----------
    names : the columns that name the k values. compute : (B, k) values of estimates.
    """

    names: Callable[[Specification], Names]
    compute: Callable[[Estimates, Specification], Array]


def _blocks(operator: str) -> Callable[[Specification], Names]:
    return lambda model: [
        {"lhs": construct.name, "op": operator, "rhs": name}
        for construct in model.constructs
        for name in construct.indicators
    ]


def _cells(model: Specification) -> tuple[Array, Array]:
    pairs = [(j, k) for j, block in enumerate(model.blocks) for k in block]
    rows, columns = np.array(pairs).T
    return rows, columns


def _of_blocks(name: str) -> Callable[[Estimates, Specification], Array]:
    def values(found: Estimates, model: Specification) -> Array:
        rows, columns = _cells(model)
        return np.asarray(getattr(found, name)[:, rows, columns])

    return values


def _path_names(model: Specification) -> Names:
    return [{"lhs": target, "op": "~", "rhs": source} for source, target in model.paths]


def _path_cells(model: Specification) -> tuple[list[int], list[int]]:
    terms = model.terms
    return [terms.index(target) for _, target in model.paths], [
        terms.index(source) for source, _ in model.paths
    ]


def _paths(found: Estimates, model: Specification) -> Array:
    rows, columns = _path_cells(model)
    return found.paths[:, rows, columns]


def _f2(found: Estimates, model: Specification) -> Array:
    rows, columns = _path_cells(model)
    return effect_sizes(found.construct_correlation, found.r2, model)[:, rows, columns]


def reached(model: Specification) -> list[tuple[int, int]]:
    """Pairs (end, start) of terms that arrows lead along, by start.

    Examples
    --------
    >>> from mlbc_stats.composites.specification.model_text import read_model
    >>> reached(read_model("b ~ a; c ~ b"))
    [(1, 0), (2, 0), (2, 1)]
    """
    reach = total_effects(model.adjacency[None] * 1e-3)[0] != 0
    t = len(model.terms)
    return [(i, j) for j in range(t) for i in range(t) if reach[i, j] and i != j]


def _effect_names(model: Specification) -> Names:
    return [{"lhs": model.terms[i], "op": "~", "rhs": model.terms[j]} for i, j in reached(model)]


def _totals(found: Estimates, model: Specification) -> Array:
    pairs = reached(model)
    return total_effects(found.paths)[:, [i for i, _ in pairs], [j for _, j in pairs]]


def _indirect(found: Estimates, model: Specification) -> Array:
    pairs = reached(model)
    rows, columns = [i for i, _ in pairs], [j for _, j in pairs]
    return total_effects(found.paths)[:, rows, columns] - found.paths[:, rows, columns]


def _chain_names(model: Specification) -> Names:
    terms = model.terms
    return [
        {"path": " -> ".join(terms[k] for k in way), "lhs": terms[way[-1]], "rhs": terms[way[0]]}
        for way in chains(model.adjacency)
    ]


def _rsquare(found: Estimates, model: Specification) -> Array:
    return found.r2[:, [model.terms.index(name) for name in model.endogenous]]


def _reliability_names(model: Specification) -> Names:
    return [{"construct": name, "index": index} for index in INDICES for name in model.names]


INDICES = ("alpha", "rho_a", "rho_c", "ave")


def _reliability(found: Estimates, model: Specification) -> Array:
    indices = reliabilities(found, model)
    return np.concatenate([getattr(indices, name) for name in INDICES], axis=1)


def _pair_names(model: Specification) -> Names:
    m = len(model.names)
    return [{"one": model.names[i], "other": model.names[j]} for i in range(m) for j in range(i)]


def _pairs(square: Array) -> Array:
    m = square.shape[-1]
    return square[:, [i for i in range(m) for _ in range(i)], [j for i in range(m) for j in range(i)]]


def _ratios(kind: str) -> Callable[[Estimates, Specification], Array]:
    return lambda found, model: _pairs(heterotrait(found.correlation, model, kind))


def _correlations(found: Estimates, model: Specification) -> Array:
    m = len(model.names)
    return _pairs(found.construct_correlation[:, :m, :m])


DISTANCES = ("srmr", "d_uls", "d_g")


def _distance_names(_: Specification) -> Names:
    return [{"model": model, "index": index} for model in ("estimated", "saturated") for index in DISTANCES]


def model_distances(found: Estimates, model: Specification) -> Array:
    """(B, 6) SRMR, d_ULS and d_G of the estimated and of the saturated model."""
    m = len(model.names)
    columns = []
    for phi in (implied_constructs(found, model), found.construct_correlation[:, :m, :m]):
        measured = distances(found.correlation, implied_indicators(found, model, phi))
        columns += [measured[name] for name in DISTANCES]
    return np.stack(columns, axis=-1)


FAMILIES = {
    "weights": Family(_blocks("<~"), _of_blocks("weights")),
    "loadings": Family(_blocks("=~"), _of_blocks("loadings")),
    "paths": Family(_path_names, _paths),
    "f2": Family(_path_names, _f2),
    "rsquare": Family(lambda model: [{"construct": name} for name in model.endogenous], _rsquare),
    "total_effects": Family(_effect_names, _totals),
    "indirect_effects": Family(_effect_names, _indirect),
    "specific_effects": Family(
        _chain_names, lambda found, model: chain_effects(found.paths, chains(model.adjacency))
    ),
    "reliability": Family(_reliability_names, _reliability),
    "htmt": Family(_pair_names, _ratios("absolute")),
    "htmt_signed": Family(_pair_names, _ratios("signed")),
    "htmt2": Family(_pair_names, _ratios("htmt2")),
    "construct_correlations": Family(_pair_names, _correlations),
    "distances": Family(_distance_names, model_distances),
}
