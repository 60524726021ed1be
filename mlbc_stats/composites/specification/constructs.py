"""Constructs, their blocks of indicators, and the paths among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

Kind = Literal["composite", "factor"]
MODES = ("modeA", "modeB", "pca", "unit", "regression")
"""How the weights of one block may be found."""


@dataclass(frozen=True, slots=True)
class Construct:
    """One construct.

    Attributes
    ----------
    name : as in the model.
    kind : "composite" (`<~`, made of its indicators) or "factor" (`=~`, a common factor behind them).
    indicators : columns of the data; of a construct of higher order other constructs.
    mode : one of `MODES`, how its weights are found.
    """

    name: str
    kind: Kind
    indicators: tuple[str, ...]
    mode: str = "modeA"


@dataclass(frozen=True)
class Specification:
    """A composite model.

    Attributes
    ----------
    constructs : in the order of the text.
    paths : (from, to) pairs of construct names; a source `a:b` is the product of two constructs, unless a construct
        bears that name.
    error_pairs : pairs of indicators of one factor whose errors may correlate.
    """

    constructs: tuple[Construct, ...]
    paths: tuple[tuple[str, str], ...] = ()
    error_pairs: tuple[tuple[str, str], ...] = field(default=())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The constructs (m,)."""
        return tuple(construct.name for construct in self.constructs)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """All columns (p,), each once, in the order of the constructs."""
        return tuple(dict.fromkeys(name for construct in self.constructs for name in construct.indicators))

    @cached_property
    def products(self) -> tuple[str, ...]:
        """Product terms `a:b` among the sources of paths that are no constructs themselves, in their order."""
        sources = dict.fromkeys(source for source, _ in self.paths)
        return tuple(name for name in sources if ":" in name and name not in self.names)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Constructs and product terms (t,): rows and columns of every matrix of paths."""
        return (*self.names, *self.products)

    @cached_property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """Places of each construct's indicators among `indicators`."""
        place = {name: at for at, name in enumerate(self.indicators)}
        return tuple(tuple(place[name] for name in construct.indicators) for construct in self.constructs)

    @cached_property
    def member(self) -> Array:
        """(m, p) whether an indicator belongs to a construct."""
        out = np.zeros((len(self.constructs), len(self.indicators)), dtype=bool)
        for row, block in enumerate(self.blocks):
            out[row, list(block)] = True
        return out

    @cached_property
    def adjacency(self) -> Array:
        """(t, t) whether a path leads to the row's term from the column's."""
        place = {name: at for at, name in enumerate(self.terms)}
        out = np.zeros((len(self.terms), len(self.terms)), dtype=bool)
        for source, target in self.paths:
            out[place[target], place[source]] = True
        return out

    @cached_property
    def endogenous(self) -> tuple[str, ...]:
        """Constructs that a path leads to, in the order of `names`."""
        targets = {target for _, target in self.paths}
        return tuple(name for name in self.names if name in targets)

    @cached_property
    def factors(self) -> Array:
        """(m,) whether a construct is a common factor with at least two indicators."""
        return np.array([c.kind == "factor" and len(c.indicators) > 1 for c in self.constructs], dtype=bool)

    def construct(self, name: str) -> Construct:
        return self.constructs[self.names.index(name)]

    def predictors(self, name: str) -> tuple[str, ...]:
        """Sources of the paths to a construct, in the order written."""
        return tuple(source for source, target in self.paths if target == name)
