"""Draw model texts of every family, with what data need to know about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Generator = np.random.Generator


@dataclass(frozen=True, slots=True)
class Structure:
    """A model and the variables it speaks of.

    Attributes
    ----------
    family : name of the generator; kind : "sem" or "growth".
    model : text; free loadings or paths labelled a and b may be set equal.
    blocks : observed variables that share a factor in the data; covariates : those that stand before the others.
    options : arguments of `fit` that belong to the family.
    restriction : a constraint that makes a nested model; "" where there is none.
    grouped : whether the model speaks of two groups.
    """

    family: str
    model: str
    blocks: tuple[tuple[str, ...], ...]
    covariates: tuple[str, ...] = ()
    kind: str = "sem"
    options: dict[str, Any] = field(default_factory=dict)
    restriction: str = "a == b"
    grouped: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All observed variables."""
        return (*(name for block in self.blocks for name in block), *self.covariates)

    @property
    def dependent(self) -> tuple[str, ...]:
        """Those that are not covariates."""
        return tuple(name for block in self.blocks for name in block)


Family = Callable[[Generator], Structure]


def draw_structure(rng: Generator, more: Sequence[Family] = ()) -> Structure:
    """A structure of a random family, of these or of `more`."""
    families = (*FAMILIES, *more)
    return families[rng.integers(len(families))](rng)


def random_blocks(rng: Generator, most: int = 3, least: int = 1) -> list[list[str]]:
    sizes = rng.integers(2, 5, size=rng.integers(least, most + 1))
    if len(sizes) == 1:
        sizes = np.maximum(sizes, 3)
    names = iter(f"x{k}" for k in range(1, 20))
    return [[next(names) for _ in range(size)] for size in sizes]


def measured(blocks: list[list[str]], labels: bool = True) -> list[str]:
    """One factor a block; the first two free loadings bear the labels a and b."""
    words = iter(["a*", "b*"] if labels else [])
    return [
        f"f{k} =~ " + " + ".join([block[0], *(next(words, "") + name for name in block[1:])])
        for k, block in enumerate(blocks, start=1)
    ]


def make_structure(family: str, lines: list[str], blocks: list[list[str]], **rest: Any) -> Structure:
    return Structure(family, "\n".join(lines), tuple(map(tuple, blocks)), **rest)


def _factors(rng: Generator) -> Structure:
    blocks = random_blocks(rng)
    lines, options = measured(blocks), {}
    if len(blocks) > 1 and rng.random() < 0.4:
        lines.append(f"f1 =~ {blocks[1][-1]}")
    if rng.random() < 0.3:
        lines.append(f"{blocks[0][0]} ~~ {blocks[-1][-1]}")
    for name in ("std_lv", "orthogonal", "std_ov", "effect_coding"):
        if rng.random() < 0.12:
            options[name] = True
    return make_structure("factors", lines, blocks, options=options)


def _constrained(rng: Generator) -> Structure:
    blocks = random_blocks(rng)
    texts = [
        "a > 0\nb > 0",
        "a < 0.4",
        "a == b^2",
        "a*b == 0.5",
        "a > b",
        "a + b == 2",
        "share := a/(a + b)\nroot := sqrt(a)\nlogged := log(b)",
        "x1 ~~ v*x1\nv > 0.01",
        "x1 ~~ 0*x1",
        "x1 ~~ lower(0)*x1",
        "f1 ~~ d*f1\nd > 0\nratio := a/d",
    ]
    picked = rng.choice(len(texts), size=rng.integers(1, 3), replace=False)
    held = [texts[k] for k in picked]
    if sum("x1 ~~" in text for text in held) > 1:
        held = held[:1]
    return make_structure("constrained", [*measured(blocks), *held], blocks)


def _second_order(rng: Generator) -> Structure:
    blocks = random_blocks(rng, most=4, least=2)
    lines = [*measured(blocks), "g =~ " + " + ".join(f"f{k + 1}" for k in range(len(blocks)))]
    return make_structure("second order", lines, blocks)


def _bifactor(rng: Generator) -> Structure:
    blocks = random_blocks(rng, most=2, least=2)
    lines = ["g =~ " + " + ".join(name for block in blocks for name in block), *measured(blocks)]
    return make_structure("bifactor", lines, blocks, options={"orthogonal": True})


def _growth(rng: Generator) -> Structure:
    count = int(rng.integers(3, 6))
    names = [f"t{k}" for k in range(count)]
    times = np.round(np.arange(count) * rng.choice([1.0, 0.5, 10.0]), 2)
    lines = [
        "i =~ " + " + ".join(f"1*{name}" for name in names),
        "s =~ " + " + ".join(f"{time:g}*{name}" for name, time in zip(names, times, strict=True)),
    ]
    if count > 4 and rng.random() < 0.4:
        lines.append("q =~ " + " + ".join(f"{t**2:g}*{name}" for name, t in zip(names, times, strict=True)))
    covariates = ("z1",) if rng.random() < 0.5 else ()
    if covariates:
        lines.append("i ~ a*z1\ns ~ b*z1")
    restriction = "a == b" if covariates else ""
    return make_structure(
        "growth", lines, [names], covariates=covariates, kind="growth", restriction=restriction
    )


def _covariates(rng: Generator) -> Structure:
    blocks, names = random_blocks(rng, most=2), ("z1", "z2", "z3")[: rng.integers(1, 4)]
    lines = measured(blocks)
    lines += [f"f{k + 1} ~ " + " + ".join(names) for k in range(len(blocks))]
    if rng.random() < 0.3:
        lines.append(f"{blocks[0][-1]} ~ {names[0]}")
    options = {"fixed_x": False} if rng.random() < 0.25 else {}
    return make_structure("covariates", lines, blocks, covariates=names, options=options)


def _paths(rng: Generator) -> Structure:
    lines = ["m ~ a*z1", "y ~ b*m + c*z1", "indirect := a*b\ntotal := c + a*b"]
    if rng.random() < 0.3:
        lines[-1] += "\nshare := indirect/total"
    if rng.random() < 0.3:
        lines = ["m ~ a*z1 + y", "y ~ b*z2 + m"]
    names = ("z1", "z2") if "z2" in lines[1] else ("z1",)
    return make_structure("paths", lines, [["m", "y"]], covariates=names)


def _structural(rng: Generator) -> Structure:
    blocks = random_blocks(rng, most=3, least=2)
    lines = measured(blocks)
    lines += [f"f{k} ~ f{k - 1}" for k in range(2, len(blocks) + 1)]
    if len(blocks) > 2 and rng.random() < 0.3:
        lines.append("f1 ~ f3")
    return make_structure("structural", lines, blocks)


def _exploratory(rng: Generator) -> Structure:
    m = int(rng.integers(1, 4))
    names = [f"x{k + 1}" for k in range(m + int(rng.integers(3, 6)))]
    factors = [f'efa("e")*f{k + 1}' for k in range(m)]
    lines = [" + ".join(factors) + " =~ " + " + ".join(names)]
    options = {
        "rotation": str(rng.choice(["geomin", "oblimin", "varimax", "quartimin", "infomax", "none"])),
        "rotation_args": {"rstarts": 2},
    }
    blocks = [names] if m == 1 else [names[::2], names[1::2]]
    return make_structure("exploratory", lines, blocks, options=options, restriction="")


def _unidentified(rng: Generator) -> Structure:
    texts = [
        "f1 =~ x1 + x2",
        "f1 =~ NA*x1 + x2 + x3",
        "f1 =~ x1 + x2 + x3\nf2 =~ x1 + x2 + x3",
        "f1 =~ x1\nx2 ~ f1",
    ]
    names = ["x1", "x2", "x3"]
    text = texts[rng.integers(len(texts))]
    return make_structure("unidentified", [text], [[n for n in names if n in text]], restriction="")


FAMILIES: tuple[Family, ...] = (
    _factors,
    _factors,
    _constrained,
    _constrained,
    _second_order,
    _bifactor,
    _growth,
    _covariates,
    _covariates,
    _paths,
    _structural,
    _exploratory,
    _unidentified,
)
