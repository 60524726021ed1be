"""Constructs of higher order: their dimensions first, then their scores as indicators."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.specification.constructs import Construct, Specification
from mlbc_stats.errors import ModelError, NotServedError

Array = NDArray[Any]


def dimensions(model: Specification) -> tuple[str, ...]:
    """Constructs that are indicators of others."""
    return tuple(
        name for name in model.names if any(name in c.indicators and name != c.name for c in model.constructs)
    )


def higher(model: Specification) -> tuple[Construct, ...]:
    """Constructs whose indicators are constructs.

    Raises
    ------
    ModelError : indicators of both kinds, or a dimension that is of higher order itself.
    """
    own = dimensions(model)
    out = tuple(c for c in model.constructs if any(name in own and name != c.name for name in c.indicators))
    for construct in out:
        items = [name for name in construct.indicators if name not in own]
        if items:
            raise ModelError(
                f"{construct.name} is measured by constructs and by {', '.join(items)}; make these a construct too"
            )
        if construct.name in own:
            raise NotServedError(
                f"{construct.name} is of second order and a dimension itself; two orders are served"
            )
    return out


def first_stage(model: Specification, approach: str) -> Specification:
    """Embedded: the construct repeats the indicators of its dimensions. Else these take the paths of theirs."""
    if approach == "embedded":
        return repeated(model)
    tops = {construct.name: construct.indicators for construct in higher(model)}
    paths = [
        (source, target)
        for a, b in model.paths
        if ":" not in a
        for source in tops.get(a, (a,))
        for target in tops.get(b, (b,))
    ]
    _refuse_paths_of_dimensions(model)
    kept = tuple(construct for construct in model.constructs if construct.name not in tops)
    return Specification(kept, tuple(dict.fromkeys(paths)), _pairs_of(model, kept))


def last_stage(model: Specification, approach: str) -> Specification:
    """Scores of the dimensions as indicators; the others keep theirs (disjoint) or are their own score (embedded)."""
    own = dimensions(model)
    tops = {construct.name for construct in higher(model)}
    constructs = tuple(
        construct
        if construct.name in tops or approach == "disjoint"
        else Construct(construct.name, "composite", (construct.name,))
        for construct in model.constructs
        if construct.name not in own
    )
    return Specification(constructs, model.paths, _pairs_of(model, constructs))


def repeated(model: Specification) -> Specification:
    """The construct has all indicators of its dimensions; a composite is their effect, a factor their cause."""
    _refuse_paths_of_dimensions(model)
    tops = {construct.name: construct for construct in higher(model)}
    constructs, paths = [], list(model.paths)
    for construct in model.constructs:
        if construct.name not in tops:
            constructs.append(construct)
            continue
        items = tuple(item for name in construct.indicators for item in model.construct(name).indicators)
        constructs.append(Construct(construct.name, "composite", items, construct.mode))
        for name in construct.indicators:
            paths.append((name, construct.name) if construct.kind == "composite" else (construct.name, name))
    return Specification(tuple(constructs), tuple(paths), model.error_pairs)


def _refuse_paths_of_dimensions(model: Specification) -> None:
    own = dimensions(model)
    for source, target in model.paths:
        for name in (*source.split(":"), target):
            if name in own:
                raise NotServedError(
                    f"a path joins {name}, a dimension of a construct of higher order, with another construct; let the "
                    "path join the construct of higher order, or leave that construct out"
                )


def _pairs_of(model: Specification, constructs: tuple[Construct, ...]) -> tuple[tuple[str, str], ...]:
    held = {name for construct in constructs for name in construct.indicators}
    return tuple(pair for pair in model.error_pairs if set(pair) <= held)


def score_correlations(
    r: Array, first: Estimates, stage: Specification, last: Specification
) -> tuple[Array, Array]:
    """Correlations (B, p₂, p₂) of the indicators of the last stage, and their weights (B, p₂, p) on the columns.

    An indicator is a column or a construct of the first stage; those that are consistently estimated factors enter with
    their corrected correlations.
    """
    batch, columns = len(r), stage.indicators
    through = np.zeros((batch, len(last.indicators), len(columns)))
    root = np.ones((batch, len(last.indicators)))
    for k, name in enumerate(last.indicators):
        if name in stage.names and not (name in columns and stage.construct(name).indicators == (name,)):
            j = stage.names.index(name)
            through[:, k] = first.weights[:, j]
            root[:, k] = np.sqrt(np.where(first.reliability[:, j] > 0, first.reliability[:, j], np.nan))
        else:
            through[:, k, columns.index(name)] = 1.0
    out = through @ r @ through.mT / (root[:, :, None] * root[:, None, :])
    np.einsum("bii->bi", out)[...] = np.where(np.isfinite(root), 1.0, np.nan)
    return out, through
