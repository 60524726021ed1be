"""Draw the data of the textbook examples: `python -m tests.reference.examples.simulate` rewrites `data/` here.

Own data of the described structure (n = 400, seeded, three decimals), no copy of anybody's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
N = 400


def path(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Regression and path analysis: covariates x, continuous y, binary or ordered u, values missing in m."""
    x = rng.normal(size=(N, 3)) @ np.linalg.cholesky(0.3 + 0.7 * np.eye(3)).T
    e = rng.normal(size=(N, 6))
    y1 = 0.5 * x[:, 0] + 0.3 * x[:, 1] - 0.2 * x[:, 2] + e[:, 0]
    y2 = 0.2 * x[:, 0] - 0.4 * x[:, 1] + 0.5 * x[:, 2] + e[:, 1]
    y3 = 0.6 * y1 + 0.4 * y2 + 0.3 * x[:, 1] + 1.2 * e[:, 2]
    s1 = 0.6 * x[:, 0] + 0.2 * x[:, 1] + e[:, 3]
    s2 = -0.3 * x[:, 0] + 0.5 * x[:, 2] + e[:, 4]
    s3 = 0.4 * s1 + 0.5 * s2 + 0.2 * x[:, 1] + e[:, 5]
    out = named("x", x) | {"y1": y1 + 1, "y2": y2 - 0.5, "y3": y3 + 2}
    out |= {"u1": cut(s1, [0.2]), "u2": cut(s2, [-0.4]), "u3": cut(s3, [-0.5, 0.7]), "u4": cut(y3, [0.5])}
    gone = rng.random((N, 3)) < 1 / (1 + np.exp(2 - 0.8 * x[:, [0]]))
    return out | {f"m{k + 1}": np.where(gone[:, k], np.nan, out[f"y{k + 1}"]) for k in range(3)}


def factors(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Four factors under one of the second order, covariates, groups, clusters, weights, ordinal u, with gaps v."""
    g = np.repeat([1, 2], [230, 170])
    x = rng.normal(size=(N, 3)) + 0.2 * (g[:, None] == 2)
    h = 0.4 * x[:, 0] + 0.3 * x[:, 2] + rng.normal(size=N)
    f = 0.7 * h[:, None] + 0.3 * x[:, [1]] + 0.7 * rng.normal(size=(N, 4)) + 0.3 * (g[:, None] == 2)
    load = np.tile([1.0, 0.8, 1.2], 4)
    y = np.repeat(f, 3, axis=1) * load + rng.normal(size=(N, 12)) * np.tile([0.8, 0.9, 1.0], 4)
    y[:, 2] += 0.4 * (g == 2)
    cuts = [[0.1], [-0.3], [0.5], [-0.6, 0.6], [-1.0, 0.1, 1.1], [-0.5, 0.8]]
    u = {f"u{k + 1}": cut(y[:, k], cuts[k]) for k in range(6)}
    out = (
        {"g": g, "g12": 12 * g + rng.integers(0, 12, N)}
        | named("x", x)
        | named("y", y + np.linspace(0, 2, 12))
        | u
    )
    gone = rng.random((N, 3)) < 0.1
    out |= {f"v{k + 1}": np.where(gone[:, k], np.nan, u[f"u{k + 1}"]) for k in range(3)}
    return out | {"w": rng.uniform(0.5, 1.5, N)}


def exploratory(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Two factors with cross-loadings at two times, covariates, two groups."""
    g = np.repeat([1, 2], [220, 180])
    x = rng.normal(size=(N, 2))
    cor = np.linalg.cholesky(np.array([[1, 0.4], [0.4, 1]])).T
    f = rng.normal(size=(N, 2)) @ cor + x * [0.4, 0.5] + 0.2 * (g[:, None] == 2)
    later = 0.7 * f + 0.6 * rng.normal(size=(N, 2))
    load = np.array([[0.8, 0.7, 0.9, 0.2, 0.0, 0.1], [0.1, 0.0, 0.2, 0.7, 0.9, 0.6]])
    own = rng.normal(size=(N, 6)) * 0.4
    y = np.hstack([each @ load + own + 0.5 * rng.normal(size=(N, 6)) for each in (f, later)])
    y[:, 0] += 0.3 * x[:, 0]
    general = rng.normal(size=(N, 1))
    special = np.repeat(rng.normal(size=(N, 2)), 5, axis=1)
    b = 0.7 * general + 0.5 * special * np.tile([1, 0.9, 1.1, 0.8, 0.2], 2) + 0.6 * rng.normal(size=(N, 10))
    return {"g": g} | named("x", x) | named("y", y + 1) | named("b", b)


def forms(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Two sets of three parallel forms, continuous and cut."""
    f = rng.normal(size=(N, 2)) @ np.linalg.cholesky(np.array([[1, 0.5], [0.5, 1]])).T
    y = np.repeat(f, 3, axis=1) + 0.8 * rng.normal(size=(N, 6))
    names = [f"{k}{letter}" for k in (1, 2) for letter in "abc"]
    out = {f"y{name}": y[:, j] + (1 if name[0] == "1" else 2) for j, name in enumerate(names)}
    return out | {f"u{name}": cut(y[:, j], [0.3 if name[0] == "1" else -0.4]) for j, name in enumerate(names)}


def twins(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Pairs of twins: a² = 0.5, c² = 0.2, e² = 0.3, continuous and cut."""
    g = np.repeat([1, 2], N // 2)
    shared, own = rng.normal(size=N), rng.normal(size=(N, 2))
    a = np.where(g[:, None] == 1, shared[:, None], np.sqrt(0.5) * (shared[:, None] + own))
    y = np.sqrt(0.5) * a + np.sqrt(0.2) * rng.normal(size=(N, 1)) + np.sqrt(0.3) * rng.normal(size=(N, 2))
    return {"g": g} | named("y", y + 0.5) | {"u1": cut(y[:, 0], [0.4]), "u2": cut(y[:, 1], [0.4])}


def growth(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Two processes at four times, a piecewise one at five, covariates of persons and occasions, groups, gaps."""
    g = np.repeat([1, 2], [210, 190])
    x, a = rng.normal(size=(N, 2)), rng.normal(size=(N, 4))
    i = 0.6 * x[:, 0] + 0.4 * x[:, 1] + rng.normal(size=N)
    s = 0.3 * x[:, 0] + 0.2 * x[:, 1] + 0.4 * rng.normal(size=N) + 0.2 * (g == 2)
    t = np.arange(4.0)
    base = i[:, None] + 0.5 + (s[:, None] + 1) * t
    y = base + rng.normal(size=(N, 4)) * 0.8
    z = (
        0.5 * i[:, None]
        + (0.3 * s[:, None] - 0.2) * t
        + rng.normal(size=(N, 1))
        + rng.normal(size=(N, 4)) * 0.7
    )
    q = base - 0.15 * t**2 * (1 + 0.4 * rng.normal(size=(N, 1))) + 0.3 * a + rng.normal(size=(N, 4)) * 0.8
    first, second = np.array([0.0, 1, 2, 2, 2]), np.array([0.0, 0, 0, 1, 2])
    p = i[:, None] + 0.5 * (1 + s[:, None]) * first + (0.3 + 0.5 * rng.normal(size=(N, 1))) * second
    p = p + rng.normal(size=(N, 5)) * 0.7
    star = i[:, None] + (0.6 * s[:, None] + 0.4) * t + rng.normal(size=(N, 4)) * np.array([1, 1, 1.1, 1.2])
    w = star * 0.8 + rng.normal(size=(N, 4)) * 0.5
    gone = np.column_stack([np.zeros(N, bool), rng.random((N, 3)) < 1 / (1 + np.exp(1.8 - 0.7 * y[:, [0]]))])
    out = (
        {"g": g}
        | named("x", x)
        | named("a", a)
        | named("y", y)
        | named("z", z)
        | named("q", q)
        | named("p", p)
    )
    out |= {f"u{k + 1}": cut(star[:, k], [0.3]) for k in range(4)}
    out |= {f"o{k + 1}": cut(w[:, k], [-0.4, 0.9]) for k in range(4)}
    return out | named("m", np.where(np.maximum.accumulate(gone, axis=1), np.nan, y))


def items(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Three indicators of a growing factor at three times, continuous (y) and cut (u): item, then time."""
    t = np.arange(3.0)
    f = rng.normal(size=(N, 1)) + (0.5 + 0.4 * rng.normal(size=(N, 1))) * t + 0.5 * rng.normal(size=(N, 3))
    load, level, out = [1.0, 0.8, 0.9], [0.0, 0.4, -0.3], {}
    for k in range(3):
        y = level[k] + load[k] * f + 0.4 * rng.normal(size=(N, 1)) + 0.7 * rng.normal(size=(N, 3))
        out |= {f"y{k + 1}{time + 1}": y[:, time] for time in range(3)}
        out |= {f"u{k + 1}{time + 1}": cut(y[:, time], [0.5]) for time in range(3)}
    return out


def sparse(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Few cases, so that tables of two items have an empty cell: b = 1 only where a = 1, and e = 2."""
    z = rng.normal(size=60)
    a, c = cut(z + rng.normal(size=60), [0.0]), cut(z + 0.5 * rng.normal(size=60), [0.0])
    e = cut(z + rng.normal(size=60), [-0.5, 0.8])
    b = np.where((a == 1) & (e > 0), cut(z + 0.5 * rng.normal(size=60), [0.6]), 0)
    return {"a": a, "b": b, "c": c, "e": e}


def named(letter: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """Columns letter1, letter2, ..."""
    return {f"{letter}{k + 1}": column for k, column in enumerate(values.T)}


def cut(values: np.ndarray, at: list[float]) -> np.ndarray:
    """Codes from 0."""
    return np.digitize(values, at)


def main() -> None:
    """Write every data set."""
    (HERE / "data").mkdir(exist_ok=True)
    for seed, draw in enumerate((path, factors, exploratory, forms, twins, growth, items, sparse), start=301):
        frame = pd.DataFrame(draw(np.random.default_rng(seed)))
        frame.round(3).to_csv(HERE / "data" / f"{draw.__name__}.csv", index=False, na_rep="NA")


if __name__ == "__main__":
    main()
