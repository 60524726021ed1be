"""Draw data for a structure: plain ones and every way in which data are difficult."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.fuzz.structures import Generator, Structure

Floats = np.ndarray


def draw_rows(rng: Generator, structure: Structure, n: int) -> pd.DataFrame:
    """n rows of correlated factors, one a block of items, that the covariates move."""
    z = rng.normal(size=(n, len(structure.covariates)))
    if z.shape[1] and rng.random() < 0.4:
        z[:, 0] = z[:, 0] > 0
    common = rng.normal(size=(n, 1)) * rng.uniform(0, 1)
    parts = []
    for block in structure.blocks:
        factor = common + rng.normal(size=(n, 1)) + z @ rng.normal(0, 0.5, size=(z.shape[1], 1))
        slopes = rng.uniform(0.2, 1.2, size=len(block)) * rng.choice([1, 1, 1, 1, -1], size=len(block))
        if structure.kind == "growth":
            slopes, factor = 1 + 0.3 * np.arange(len(block)), 3 + factor
        parts.append(factor * slopes + rng.normal(size=(n, len(block))) * rng.uniform(0.1, 1.5, len(block)))
    return pd.DataFrame(np.hstack([*parts, z]), columns=list(structure.names))


def make_difficult(
    rng: Generator, data: pd.DataFrame, ordinal: bool = False
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The data with up to two difficulties, and their names."""
    known = ORDINAL_DIFFICULTIES if ordinal else DIFFICULTIES
    share = np.array([0.25 if name in REFUSED else 1.0 for name in known])
    size = rng.choice([0, 1, 2], p=[0.45, 0.4, 0.15])
    names = rng.choice(list(known), size=size, replace=False, p=share / share.sum())
    for name in names:
        data = known[name](rng, data.copy())
    return data, tuple(map(str, names))


def make_gaps(rng: Generator, data: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The data with missing values, and how."""
    name = str(rng.choice(list(GAPS)))
    return GAPS[name](rng, data.copy()), name


def cut(rng: Generator, data: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Codes from 1 in place of the named columns; at times with rare categories."""
    data = data.copy()
    for name in names:
        x = data[name].to_numpy(float)
        if not np.isfinite(x).any():
            continue
        edges = np.nanquantile(x, np.sort(rng.uniform(0.05, 0.95, size=rng.integers(1, 4))))
        codes = 1.0 + np.searchsorted(np.unique(edges), x)
        data[name] = np.where(np.isnan(x), np.nan, codes)
    return data


def _column(rng: Generator, data: pd.DataFrame) -> str:
    return str(data.columns[rng.integers(len(data.columns))])


def _heavy_tails(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    return data * np.sqrt(rng.chisquare(1.5, size=(len(data), 1)) / 1.5) ** -1


def _units(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    return data * 10.0 ** rng.integers(-6, 7, size=len(data.columns))


def _far_from_zero(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    return data + 10.0 ** rng.integers(2, 7)


def _collinear(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    first, second = rng.choice(data.columns, size=2, replace=False)
    return data.assign(**{first: data[second] * 2 - 1})


def _nearly_collinear(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    first, second = rng.choice(data.columns, size=2, replace=False)
    noise = rng.normal(size=len(data)) * 10.0 ** rng.integers(-9, -1)
    return data.assign(**{first: data[second] + noise})


def _constant(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(**{_column(rng, data): 3.0})


def _nearly_constant(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    spike = np.zeros(len(data))
    spike[0] = 1.0
    return data.assign(**{_column(rng, data): spike})


def _outlier(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    data.iloc[int(rng.integers(len(data))), int(rng.integers(len(data.columns)))] = 1e5
    return data


def _repeated_rows(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    few = data.iloc[: max(4, len(data) // 4)]
    return few.iloc[np.arange(len(data)) % len(few)].reset_index(drop=True)


def _noise(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(rng.normal(size=data.shape), columns=data.columns)


def _heywood(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    first, second = data.columns[:2]
    return data.assign(**{first: data[second] + 0.05 * rng.normal(size=len(data)) * data[second].std()})


def _rounded(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    return data.round(0)


def _scattered(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    return data.mask(rng.random(data.shape) < rng.choice([0.02, 0.15, 0.4]))


def _never_together(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    first, second = rng.choice(data.columns, size=2, replace=False)
    half = np.arange(len(data)) % 2 == 0
    return data.assign(**{first: data[first].where(half), second: data[second].where(~half)})


def _mostly_absent(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    name = _column(rng, data)
    return data.assign(**{name: data[name].where(np.arange(len(data)) < max(4, len(data) // 3))})


def _dropout(rng: Generator, data: pd.DataFrame) -> pd.DataFrame:
    p = len(data.columns)
    last = np.minimum(rng.integers(1, 2 * p, size=len(data)), p)
    return data.where(np.arange(p) < last[:, None])


DIFFICULTIES: dict[str, Callable[[Generator, pd.DataFrame], pd.DataFrame]] = {
    "heavy tails": _heavy_tails,
    "units": _units,
    "far from zero": _far_from_zero,
    "collinear": _collinear,
    "nearly collinear": _nearly_collinear,
    "constant": _constant,
    "nearly constant": _nearly_constant,
    "outlier": _outlier,
    "repeated rows": _repeated_rows,
    "noise": _noise,
    "Heywood": _heywood,
    "rounded": _rounded,
}
REFUSED = ("collinear", "constant", "nearly constant", "repeated rows", "nearly collinear")
"""What most methods refuse at once, and so drawn less often."""

ORDINAL_DIFFICULTIES = {
    name: DIFFICULTIES[name]
    for name in ("collinear", "nearly constant", "repeated rows", "noise", "Heywood", "heavy tails")
}
GAPS = {
    "scattered": _scattered,
    "never together": _never_together,
    "mostly absent": _mostly_absent,
    "dropout": _dropout,
}
