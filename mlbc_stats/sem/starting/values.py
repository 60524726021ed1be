"""Starting values from the sample moments: principal-factor loadings, split variances, sample means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.specification.levels import marked, plain
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable
from mlbc_stats.sem.starting.composites import composite_guesses
from mlbc_stats.sem.starting.exploratory import block_guesses
from mlbc_stats.sem.starting.random_slopes import slope_guesses
from mlbc_stats.sem.starting.structural import structural_guesses

UNIQUE_SHARE = 0.5
"""Share of a variance that starts as residual when nothing better is known."""

MARKER_FLOOR = 0.3
"""Smallest standardized loading a marker may start from."""


def start_values(table: ParameterTable, moments: Sequence[SampleMoments]) -> Floats:
    """A theta (q,) to start from; the user's own ``start()`` values win.

    Parameters
    ----------
    moments : per group, in the order of ``table.observed``.
    """
    count = max((row.free for row in table.parameters), default=0)
    theta = np.zeros(count)
    for group in range(table.n_groups):
        rows = [row for row in table.parameters if row.group == group + 1]
        cov, mean, cuts = _metric(table, moments[group].start)
        guess = _group_guesses(table, rows, cov, mean) | cuts
        for row in rows:
            if row.free:
                theta[row.free - 1] = guess[_key(row)] if row.start is None else row.start
    return theta


def _metric(
    table: ParameterTable, moments: SampleMoments
) -> tuple[Floats, Floats | None, dict[tuple[str, str, str], float]]:
    """Covariances, means and thresholds to start from.

    Responses y* to ordinal items have unit variance; in the theta parameterization their residuals have, so that they
    are stretched as if those were `UNIQUE_SHARE` of them.
    """
    if moments.ordinal is None:
        return moments.cov, moments.mean, {}
    cut = np.isin([plain(name) for name in table.observed], table.ordinal)
    stretch = np.where(cut & (table.parameterization == "theta"), UNIQUE_SHARE**-0.5, 1.0)
    cuts: dict[tuple[str, str, str], float] = {(name, "~*~", name): 1.0 for name in table.ordinal}
    found = moments.ordinal
    for at, name in enumerate(found.names):
        if name in table.ordinal:
            values = found.moments[: len(found.threshold_variable)][found.threshold_variable == at]
            scale = stretch[table.observed.index(name)]
            holder = marked(name) if table.two_level else name
            cuts |= {(holder, "|", f"t{k}"): float(value * scale) for k, value in enumerate(values, start=1)}
    mean = None if moments.mean is None else np.where(cut, 0.0, moments.mean)
    return moments.cov * np.outer(stretch, stretch), mean, cuts


def further_starts(
    table: ParameterTable, moments: Sequence[SampleMoments], first: Floats, count: int = 12
) -> Floats:
    """Other starts (count, q) for when the first fails: plain unit loadings with small factor variances, then jitter.

    The jitter is seeded, so that a fit can be repeated.
    """
    plain = first.copy()
    place = {name: i for i, name in enumerate(table.observed)}
    varying = set(map(marked, table.random_slopes))
    for row in table.parameters:
        if not row.free or row.start is not None or row.op in {"~1", "|", "~*~"} or row.lhs in varying:
            continue
        if row.op == "=~":
            plain[row.free - 1] = 1.0
        elif row.op == "~~" and row.lhs == row.rhs:
            observed = row.lhs in place
            cov = moments[row.group - 1].start.cov
            variance = cov[place[row.lhs], place[row.lhs]] if observed else 0.1
            plain[row.free - 1] = UNIQUE_SHARE * variance
        elif row.op in {"~~", "~", "<~"}:
            plain[row.free - 1] = 0.0
    rng = np.random.default_rng(20120524)
    base = np.where((np.arange(count) % 2 == 0)[:, None], plain, first)
    spread = np.linspace(0.0, 0.6, count)[:, None] * np.abs(base)
    return base + spread * rng.normal(size=base.shape)


def _key(row: Parameter) -> tuple[str, str, str]:
    return row.lhs, row.op, row.rhs


def _group_guesses(
    table: ParameterTable, rows: list[Parameter], cov: Floats, mean: Floats | None
) -> dict[tuple[str, str, str], float]:
    place = {name: i for i, name in enumerate(table.observed)}
    latent = set(table.latent)
    loadings, variances, communal = _measurement(rows, latent, place, cov)
    endogenous = {row.lhs for row in rows if row.op == "~"}
    sums = composite_guesses(rows, table.blocks, place, cov)
    variances |= {name: float(w @ cov @ w) for name, w in sums.items()}
    guess: dict[tuple[str, str, str], float] = dict(loadings)
    guess |= {
        _key(row): float(sums[row.lhs][place[row.rhs]]) for row in rows if row.op == "<~" and row.lhs in sums
    }
    for row in rows:
        key = _key(row)
        if key in guess:
            continue
        if row.op == "~~" and row.lhs == row.rhs:
            guess[key] = _variance(row.lhs, place, cov, variances, communal, endogenous)
        elif row.op == "~~":
            guess[key] = _covariance(row, place, cov, communal, endogenous)
        elif row.op == "~1":
            guess[key] = float(mean[place[row.lhs]]) if mean is not None and row.lhs in place else 0.0
        else:
            guess[key] = 0.0
    guess.update(structural_guesses(rows, place, cov, guess, variances, sums))
    guess.update(block_guesses(rows, place, cov))
    guess.update(slope_guesses(rows, place, cov, variances))
    if mean is not None:
        guess.update(_latent_means(rows, latent, place, mean, guess))
    return guess


def _variance(
    name: str,
    place: Mapping[str, int],
    cov: Floats,
    variances: Mapping[str, float],
    communal: Mapping[str, float],
    endogenous: set[str],
) -> float:
    if name in place:
        total = float(cov[place[name], place[name]])
        share = 1 - communal[name] if name in communal else UNIQUE_SHARE if name in endogenous else 1.0
        return total * share
    return variances.get(name, 1.0) * (UNIQUE_SHARE if name in endogenous or name in communal else 1.0)


def _covariance(
    row: Parameter,
    place: Mapping[str, int],
    cov: Floats,
    communal: Mapping[str, float],
    endogenous: set[str],
) -> float:
    """Sample covariance between plain exogenous observed variables, else zero."""
    plain = all(n in place and n not in communal and n not in endogenous for n in (row.lhs, row.rhs))
    return float(cov[place[row.lhs], place[row.rhs]]) if plain else 0.0


def _measurement(
    rows: list[Parameter], latent: set[str], place: Mapping[str, int], cov: Floats
) -> tuple[dict[tuple[str, str, str], float], dict[str, float], dict[str, float]]:
    """Loadings by row, variances by factor, and communality by indicator (factors included)."""
    blocks: dict[str, list[Parameter]] = {}
    for row in rows:
        if row.op == "=~":
            blocks.setdefault(row.lhs, []).append(row)
    fixed_variance = {
        row.lhs: float(row.fixed or 0.0)
        for row in rows
        if row.op == "~~" and row.lhs == row.rhs and row.lhs in latent and not row.free
    }
    loadings: dict[tuple[str, str, str], float] = {}
    variances: dict[str, float] = {}
    communal: dict[str, float] = {}
    for factor in _lower_first(blocks):
        members = blocks[factor]
        if all(row.rhs in place for row in members):
            index = [place[row.rhs] for row in members]
            own = cov[index][:, index]
            spread = np.sqrt(own.diagonal())
            shape = _principal_loadings(own / (spread[:, None] * spread)) * spread
        else:
            spread = np.array([np.sqrt(abs(_spread2(row.rhs, place, cov, variances))) for row in members])
            shape = spread * np.sqrt(1 - UNIQUE_SHARE)
        scale = _scale(members, shape, spread, fixed_variance.get(factor))
        variances[factor] = scale**2 if factor not in fixed_variance else fixed_variance[factor]
        for row, value, sd in zip(members, shape, spread, strict=True):
            loadings[_key(row)] = float(row.fixed or 0.0) if not row.free else value / scale
            share = (value / sd) ** 2 if sd > 0 else 0.0
            communal[row.rhs] = min(max(float(share), communal.get(row.rhs, 0.0), 0.1), 0.8)
    return loadings, variances, communal


def _lower_first(blocks: Mapping[str, list[Parameter]]) -> list[str]:
    done: list[str] = []
    waiting = list(blocks)
    while waiting:
        ready = [f for f in waiting if not any(row.rhs in waiting and row.rhs != f for row in blocks[f])]
        done += ready or waiting
        waiting = [f for f in waiting if f not in done]
    return done


def _spread2(name: str, place: Mapping[str, int], cov: Floats, variances: Mapping[str, float]) -> float:
    return float(cov[place[name], place[name]]) if name in place else variances.get(name, 1.0)


def _principal_loadings(corr: Floats) -> Floats:
    """Standardized loadings of the first principal factor, largest correlation as communality."""
    if len(corr) == 1:
        return np.ones(1)
    reduced = corr.copy()
    np.fill_diagonal(reduced, 0.0)
    np.fill_diagonal(reduced, np.abs(reduced).max(axis=1))
    values, vectors = np.linalg.eigh(reduced)
    first = vectors[:, -1] * np.sqrt(max(values[-1], 0.1))
    return first if first.sum() >= 0 else -first


def _scale(members: list[Parameter], shape: Floats, spread: Floats, variance: float | None) -> float:
    """Factor standard deviation that turns unit-variance loadings into the user's metric."""
    if variance is not None and variance > 0:
        return float(np.sqrt(variance))
    fixed = [(float(row.fixed), i) for i, row in enumerate(members) if not row.free and row.fixed]
    if not fixed:
        return float(np.abs(shape).mean()) or 1.0
    value, i = fixed[0]
    size = max(abs(shape[i]), MARKER_FLOOR * spread[i])
    sign = 1.0 if shape[i] * value >= 0 else -1.0
    return float(sign * size / abs(value)) or 1.0


def _latent_means(
    rows: list[Parameter],
    latent: set[str],
    place: Mapping[str, int],
    mean: Floats,
    guess: Mapping[tuple[str, str, str], float],
) -> dict[tuple[str, str, str], float]:
    """Least-squares factor means where the observed intercepts are fixed (growth models)."""
    targets = [row for row in rows if row.op == "~1" and row.free and row.lhs in latent]
    held = {
        row.lhs: float(row.fixed or 0.0) for row in rows if row.op == "~1" and not row.free and not row.exo
    }
    columns = {row.lhs: i for i, row in enumerate(targets)}
    design, response = [], []
    for name, value in held.items():
        if name not in place:
            continue
        line = np.zeros(len(targets))
        for row in rows:
            if row.op == "=~" and row.rhs == name and row.lhs in columns:
                line[columns[row.lhs]] = guess[_key(row)]
        design.append(line)
        response.append(mean[place[name]] - value)
    if not design or not targets:
        return {}
    solution = np.linalg.lstsq(np.array(design), np.array(response), rcond=None)[0]
    return {_key(row): float(value) for row, value in zip(targets, solution, strict=True)}
