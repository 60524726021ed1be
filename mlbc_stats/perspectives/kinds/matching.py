"""Fit as matching: the outcome is highest where two predictors agree."""

from __future__ import annotations

import warnings

import numpy as np

from mlbc_stats import sem, surfaces
from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.moments.columns.reading import read_columns
from mlbc_stats.perspectives.asked import Answer, Asked
from mlbc_stats.perspectives.kinds.latent import fitted
from mlbc_stats.surfaces import SurfaceResult
from mlbc_stats.theory.verdicts.judging import standardized
from mlbc_stats.theory.verdicts.quantity import Quantity

FEATURES = "a1 := b1 + b2\na2 := b3 + b4 + b5\na3 := b1 - b2\na4 := b3 - b4 + b5\na5 := b3 - b5\n"


def matching(asked: Asked) -> Answer:
    """a4 of a surface whose predictors share their centre and scale; its first axis must lie at x = y."""
    if asked.latent:
        return _latent(asked)
    first, second = asked.predictors
    data = _columns(asked)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = surfaces.fit(
            data,
            asked.outcome,
            first,
            second,
            controls=asked.controls,
            center="pooled",
            scale="pooled",
            errors="HC3",
            bootstrap=asked.options.bootstrap,
            seed=asked.options.seed,
        )
    notes = tuple(dict.fromkeys(str(each.message) for each in caught if each.category is DataWarning))
    table = found.parameters()
    estimate, se = table.loc[table["name"] == "a4", ["est", "se"]].to_numpy(float)[0]
    quantity = Quantity("a4", float(estimate), float(se), draws=_draws(found))
    return Answer(quantity, found.n, table, found, _off_agreement(found), notes)


def _columns(asked: Asked) -> dict[str, np.ndarray]:
    names = [asked.outcome, *asked.predictors, *asked.controls]
    table = dict(zip(names, read_columns(asked.data, names).T, strict=True))
    whole = ~np.isnan(np.column_stack(list(table.values()))).any(axis=1)
    values = table[asked.outcome]
    if not whole.any() or np.ptp(values[whole]) == 0:
        raise DataError(f"{asked.outcome} has one value, or none, in all complete cases")
    return table | {asked.outcome: (values - values[whole].mean()) / values[whole].std(ddof=1)}


def _draws(found: SurfaceResult) -> np.ndarray:
    drawn = found.drawn.get("full")
    return np.empty(0) if drawn is None else drawn[:, 3] - drawn[:, 4] + drawn[:, 5]


def _off_agreement(found: SurfaceResult) -> tuple[str, ...]:
    """Where the first principal axis does not lie along x = y (Humberg, Nestler & Back 2019)."""
    table = found.parameters().set_index("name")
    low, high = ("boot_lower", "boot_upper") if found.drawn else ("ci_lower", "ci_upper")
    doubts = []
    for name, value, words in (("p10", 0.0, "is shifted from"), ("p11", 1.0, "is turned from")):
        ends = table.loc[name, [low, high]].astype(float)
        if not ends.iloc[0] <= value <= ends.iloc[1]:
            interval = f"[{ends.iloc[0]:.2f}, {ends.iloc[1]:.2f}]"
            doubts.append(f"the first axis {words} agreement: {name} {interval} leaves out {value:g}")
    return tuple(doubts)


def _latent(asked: Asked) -> Answer:
    """The same surface over latent variables, by quasi maximum likelihood; each is centred at its own mean."""
    x, y = asked.predictors
    right = f"b1*{x} + b2*{y} + b3*{x}:{x} + b4*{x}:{y} + b5*{y}:{y}"
    model = f"{asked.measurement()}{' + '.join((f'{asked.outcome} ~ {right}', *asked.controls))}\n{FEATURES}"
    found, doubts, notes = fitted(lambda: sem.fit(model, asked.data, interactions="qml", estimator="MLR"))
    quantity = Quantity("a4", *standardized(found, "a4 := b3 - b4 + b5"))
    if quantity.estimate == quantity.estimate:
        doubts = (*doubts, *_latent_axis(found))
    told = "latent predictors are centred at their own means and scaled by their own deviations: agreement is in those"
    return Answer(quantity, int(found.nobs), found.standardized, found, doubts, notes, (told,))


def _latent_axis(found: object) -> tuple[str, ...]:
    """a5 other than zero turns the axes away from x = y."""
    table = found.standardized  # type: ignore[attr-defined]
    row = table[(table["op"] == ":=") & (table["lhs"] == "a5")].iloc[0]
    if row["ci_lower"] <= 0 <= row["ci_upper"]:
        return ()
    return (f"the axes are turned from agreement: a5 [{row['ci_lower']:.2f}, {row['ci_upper']:.2f}]",)
