"""The data of the benchmarks: stored public data sets and seeded simulated ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mlbc_stats import bridge, survey
from mlbc_stats.theory.models import build_model

STORED = Path(__file__).parents[1] / "reference" / "data"

HS_MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
PD_MODEL = """
ind60 =~ x1 + x2 + x3
dem60 =~ y1 + y2 + y3 + y4
dem65 =~ y5 + y6 + y7 + y8
dem60 ~ ind60
dem65 ~ ind60 + dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8
"""
BFI_FACTORS = {name: [f"{name}{i}" for i in range(1, 6)] for name in "acneo"}
BFI_MODEL = "\n".join(f"f_{name} =~ {' + '.join(items)}" for name, items in BFI_FACTORS.items())
BATTERY_MODEL = "\n".join(f"f{k} =~ {' + '.join(f'i{8 * k + j}' for j in range(1, 9))}" for k in range(5))
TWO_LEVEL_MODEL = """
level: 1
fw1 =~ y1 + y2 + y3
fw2 =~ y4 + y5 + y6
level: 2
fb =~ y1 + y2 + y3 + y4 + y5 + y6
"""
CLUSTERS, ROWS = 200, 12
SAMPLES, SAMPLE_SIZE = 500, 200


@cache
def democracy() -> pd.DataFrame:
    """Bollen's Political Democracy data, n = 75."""
    return pd.read_csv(STORED / "PoliticalDemocracy.csv")


@cache
def students() -> pd.DataFrame:
    """Holzinger and Swineford's data, n = 301."""
    return pd.read_csv(STORED / "HolzingerSwineford1939.csv")


@cache
def incomplete_students() -> pd.DataFrame:
    """The same with 12 % of the test scores missing completely at random."""
    return pd.read_csv(STORED / "HS_mcar12.csv")


@cache
def inventory() -> pd.DataFrame:
    """A simulated personality inventory: 25 items on 5 correlated factors, n = 2,500."""
    rng = np.random.default_rng(25)
    correlation = np.full((5, 5), 0.3) + 0.7 * np.eye(5)
    factors = rng.multivariate_normal(np.zeros(5), correlation, size=2500)
    loadings = rng.uniform(0.5, 0.8, size=25)
    common = np.repeat(factors, 5, axis=1) * loadings
    noise = rng.normal(size=(2500, 25)) * np.sqrt(1 - loadings**2)
    return pd.DataFrame(common + noise, columns=[item for items in BFI_FACTORS.values() for item in items])


@cache
def graded_students() -> pd.DataFrame:
    """The nine test scores of Holzinger and Swineford's data cut into four categories, n = 301."""
    return pd.read_csv(STORED / "HS_ord4.csv")[[f"x{i}" for i in range(1, 10)]]


@cache
def battery() -> pd.DataFrame:
    """A simulated questionnaire: 40 items of five categories on 5 correlated factors, n = 500."""
    rng = np.random.default_rng(40)
    correlation = np.full((5, 5), 0.3) + 0.7 * np.eye(5)
    factors = rng.multivariate_normal(np.zeros(5), correlation, size=500)
    loadings = rng.uniform(0.5, 0.8, size=40)
    common = np.repeat(factors, 8, axis=1) * loadings
    answers = common + rng.normal(size=(500, 40)) * np.sqrt(1 - loadings**2)
    codes = np.searchsorted([-1.2, -0.4, 0.4, 1.2], answers) + 1
    return pd.DataFrame(codes, columns=[f"i{k}" for k in range(1, 41)])


@cache
def theory_model() -> tuple[str, pd.DataFrame]:
    """Model S1 of the theory and synthetic answers about 200 solutions, 3 % of them missing."""
    population = survey.pilot_population().clean()
    data = bridge.unit_frame(survey.simulate(population, n=200, seed=1))
    lost = np.random.default_rng(1).random(data.shape) < 0.03
    return build_model("S1", population.instrument).text, data.mask(lost)


@cache
def clustered() -> pd.DataFrame:
    """Simulated: six items in 200 clusters of 12, two factors within and one between."""
    rng = np.random.default_rng(12)
    unit = np.repeat(np.arange(CLUSTERS), ROWS)
    within = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], size=len(unit))
    between = 0.7 * rng.normal(size=(CLUSTERS, 1)) + 0.4 * rng.normal(size=(CLUSTERS, 6))
    items = 3 + between[unit] + 0.8 * np.repeat(within, 3, axis=1) + 0.7 * rng.normal(size=(len(unit), 6))
    return pd.DataFrame(items, columns=[f"y{k}" for k in range(1, 7)]).assign(unit=unit)


@cache
def clustered_gaps() -> pd.DataFrame:
    """The same with 10 % of the answers missing."""
    items = clustered().drop(columns="unit")
    lost = np.random.default_rng(13).random(items.shape) < 0.1
    return items.mask(lost).assign(unit=clustered()["unit"])


@cache
def samples() -> np.ndarray:
    """500 samples of 200 cases from a population with three factors and nine items, (500, 200, 9)."""
    rng = np.random.default_rng(500)
    correlation = np.array([[1.0, 0.4, 0.3], [0.4, 1.0, 0.5], [0.3, 0.5, 1.0]])
    factors = rng.multivariate_normal(np.zeros(3), correlation, size=(SAMPLES, SAMPLE_SIZE))
    common = 0.7 * np.repeat(factors, 3, axis=2)
    return common + rng.normal(size=common.shape) * np.sqrt(1 - 0.49)


def write_material(folder: Path) -> None:
    """Files that the process of R reads."""
    democracy().to_csv(folder / "democracy.csv", index=False)
    students().to_csv(folder / "students.csv", index=False)
    incomplete_students().to_csv(folder / "incomplete.csv", index=False, na_rep="NA")
    inventory().to_csv(folder / "inventory.csv", index=False)
    flat = pd.DataFrame(samples().reshape(-1, 9), columns=[f"x{i}" for i in range(1, 10)])
    flat.to_csv(folder / "samples.csv", index=False, float_format="%.10g")
    graded_students().to_csv(folder / "graded.csv", index=False)
    battery().to_csv(folder / "battery.csv", index=False)
    clustered().to_csv(folder / "clustered.csv", index=False)
    clustered_gaps().to_csv(folder / "clustered_gaps.csv", index=False, na_rep="NA")
    models = {"hs": HS_MODEL, "pd": PD_MODEL, "bfi": BFI_MODEL, "battery": BATTERY_MODEL}
    models["two_level"] = TWO_LEVEL_MODEL
    for name, model in models.items():
        (folder / f"{name}.lav").write_text(model, encoding="utf-8")


@cache
def moderated_scales(one: bool) -> tuple[str, pd.DataFrame]:
    """A model with one product of two factors, or with three of three, and simulated items, n = 500."""
    rng = np.random.default_rng(7)
    names = "xz" if one else "xzw"
    factors = rng.multivariate_normal(np.zeros(3), 0.3 + 0.7 * np.eye(3), size=500).T[: len(names)]
    pairs = [(i, j) for i in range(len(names)) for j in range(i)]
    outcome = 0.4 * factors.sum(axis=0) + sum(0.2 * factors[i] * factors[j] for i, j in pairs)
    values = dict(zip(names, factors, strict=True)) | {"y": outcome + 0.7 * rng.normal(size=500)}
    data = {f"{name}{k}": v + 0.5 * rng.normal(size=500) for name, v in values.items() for k in (1, 2, 3)}
    lines = [f"{name.upper()} =~ {name}1 + {name}2 + {name}3" for name in values]
    products = [f"{names[j].upper()}:{names[i].upper()}" for i, j in pairs]
    return "\n".join([*lines, f"Y ~ {' + '.join([*names.upper(), *products])}"]), pd.DataFrame(data)


def graded_answers() -> pd.DataFrame:
    """Made-up answers of 1,000 cases to 20 items of five categories."""
    rng = np.random.default_rng(1)
    theta, slope = rng.normal(size=(1000, 1)), rng.uniform(0.8, 2.5, 20)
    reached = (slope * theta + rng.logistic(size=(1000, 20)))[:, :, None] > slope[:, None] * [
        -1.5,
        -0.5,
        0.5,
        1.5,
    ]
    return pd.DataFrame(reached.sum(2)).add_prefix("q")
