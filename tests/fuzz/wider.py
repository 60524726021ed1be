"""Model texts of the families that only seeds from `WIDER` draw, so that numbers noted before keep their meaning."""

from __future__ import annotations

from tests.fuzz.structures import Family, Generator, Structure, make_structure, measured, random_blocks

ROTATIONS = ("geomin", "oblimin", "varimax", "none")


def _phantom(rng: Generator) -> Structure:
    """Variables and parameters about which the data say nothing, or little."""
    blocks = random_blocks(rng, most=2)
    texts = [
        "ph =~ 0*x1\nph ~~ 1*ph\nph ~ q*f1",
        "ph =~ 0*x1\nph ~~ v*ph",
        "ph =~ 0*x1\nf1 ~ q*ph\nph ~~ 1*ph",
        "ph =~ NA*x1\nph ~~ 0*ph\nph ~~ 0*f1",
        "ph =~ 0*x2\nph ~~ v*ph\nratio := a/v",
        "x1 ~~ 0*x1\nph =~ 1*x1\nph ~~ v*ph",
    ]
    return make_structure("phantom", [*measured(blocks), str(rng.choice(texts))], blocks)


def _exploratory_and_more(rng: Generator) -> Structure:
    """One or two exploratory blocks, with covariates, outcomes or a confirmatory factor."""
    names = [f"x{k}" for k in range(1, 8)]
    lines, blocks, covariates = (
        ['efa("e")*f1 + efa("e")*f2 =~ ' + " + ".join(names)],
        [names[::2], names[1::2]],
        (),
    )
    drawn = rng.integers(4)
    if drawn == 0:
        covariates = ("z1",)
        lines.append("f1 + f2 ~ z1")
    elif drawn == 1:
        blocks.append(["y1", "y2", "y3"])
        lines += ["g =~ y1 + a*y2 + b*y3", "g ~ f1 + f2"]
    elif drawn == 2:
        blocks += [["y1", "y2", "y3"], ["y4", "y5", "y6"]]
        lines.append('efa("o")*h1 + efa("o")*h2 =~ y1 + y2 + y3 + y4 + y5 + y6')
    rotation = str(rng.choice(ROTATIONS))
    options = {"rotation": rotation, "rotation_args": {"rstarts": 2}}
    restriction = "a == b" if drawn == 1 else ""
    return make_structure(
        "exploratory and more", lines, blocks, covariates=covariates, options=options, restriction=restriction
    )


def _labels_of_groups(rng: Generator) -> Structure:
    """Labels, bounds and definitions over two groups."""
    blocks = random_blocks(rng, most=2)
    texts = [
        "f1 ~~ c(v1, v2)*f1\nv2 == 2*v1",
        "f1 ~~ c(v1, v2)*f1\nratio := v1/v2",
        "x1 ~~ c(e1, e2)*x1\ne1 > 0.001\ne2 > 0.001",
        "f1 ~~ c(v1, v2)*f1\nv1 > v2",
        "x1 ~~ c(0, NA)*x1",
    ]
    return make_structure(
        "labels of groups", [*measured(blocks), str(rng.choice(texts))], blocks, grouped=True
    )


def _composite(rng: Generator) -> Structure:
    lines = ["c <~ x1 + x2 + x3", "y1 ~ a*c", "y2 ~ b*c"]
    if rng.random() < 0.5:
        lines = ["c <~ x1 + x2 + x3", "f =~ y1 + y2 + y3", "f ~ a*c"]
    blocks = [["x1", "x2", "x3"], ["y1", "y2", "y3"] if len(lines[1]) > 9 else ["y1", "y2"]]
    restriction = "a == b" if "b*" in "".join(lines) else ""
    return make_structure("composite", lines, blocks, restriction=restriction)


def _latent_basis(rng: Generator) -> Structure:
    names = [f"t{k}" for k in range(int(rng.integers(4, 6)))]
    free = "".join(f" + NA*{name}" for name in names[1:-1])
    lines = [
        "i =~ " + " + ".join(f"1*{name}" for name in names),
        f"s =~ 0*{names[0]}{free} + 1*{names[-1]}",
    ]
    return make_structure("latent basis", lines, [names], kind="growth", restriction="")


def _higher_with_covariates(rng: Generator) -> Structure:
    blocks = random_blocks(rng, most=4, least=3)
    lines = [*measured(blocks), "g =~ " + " + ".join(f"f{k + 1}" for k in range(len(blocks))), "g ~ z1 + z2"]
    if rng.random() < 0.4:
        lines.append("f2 ~ z1")
    return make_structure("second order with covariates", lines, blocks, covariates=("z1", "z2"))


def _curved(rng: Generator) -> Structure:
    """Nonlinear constraints."""
    blocks = random_blocks(rng, most=2)
    texts = ["a*b == 0.9", "exp(a) == 1 + b", "a^2 + b^2 == 2", "a*b > 0.2\na < 3", "b == sqrt(a^2 + 0.1)"]
    return make_structure("curved constraints", [*measured(blocks), str(rng.choice(texts))], blocks)


def _many_items(rng: Generator) -> Structure:
    """More variables than a small sample has rows."""
    blocks = [[f"x{5 * k + j + 1}" for j in range(5)] for k in range(int(rng.integers(2, 5)))]
    options = {"bounds": "standard"} if rng.random() < 0.4 else {}
    return make_structure("many items", measured(blocks), blocks, options=options)


def _single_items(rng: Generator) -> Structure:
    """Factors of one or two items, with given reliability or equal loadings."""
    lines = ["f1 =~ 1*x1", f"x1 ~~ {rng.choice([0.0, 0.1, 0.5])}*x1", "f2 =~ x2 + a*x3 + b*x4", "f2 ~ f1"]
    if rng.random() < 0.5:
        lines += ["f3 =~ 1*x5 + 1*x6", "f3 ~ f1 + f2"]
    blocks = [["x1", "x2", "x3", "x4"], ["x5", "x6"]][: 2 if len(lines) > 4 else 1]
    return make_structure("single items", lines, blocks)


WIDER_FAMILIES: tuple[Family, ...] = (
    _phantom,
    _exploratory_and_more,
    _exploratory_and_more,
    _labels_of_groups,
    _composite,
    _latent_basis,
    _higher_with_covariates,
    _curved,
    _many_items,
    _single_items,
)
