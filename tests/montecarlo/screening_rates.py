"""Power and false positives of the screening indices where we know who was careless, as a Markdown table.

python -m tests.montecarlo.screening_rates (a minute); the table stands in docs/screening.md.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from mlbc_stats import study, survey

N, SHARE, SEEDS = 400, 0.1, range(1, 11)
RULES = (
    *("attention", "long_string", "average_string", "variability", "mahalanobis", "even_odd", "synonyms"),
    *("antonyms", "person_fit", "model_fit", "reversed_pairs", "near_answers"),
)
"""Those that look at answers alone; synthetic times and ids hold nothing to be found."""
KINDS = ("random", "half random", "around the middle", "straight", "straight with steps")


def main() -> None:
    """One row per index: found among each kind of careless answers, and blamed among attentive ones."""
    found: dict[str, list[list[float]]] = {}
    for kind in KINDS:
        for seed in SEEDS:
            report, careless = _screened(kind, seed)
            for rule in RULES:
                if rule not in report.reasons:
                    flags = report.flags[:, report.rules.index(rule)]
                    rates = found.setdefault(rule, [[] for _ in range(len(KINDS) + 1)])
                    rates[KINDS.index(kind)].append(float(flags[careless].mean()))
                    rates[-1].append(float(flags[~careless].mean()))
    print(f"| rule | {' | '.join(KINDS)} | attentive |\n|---|{'---|' * (len(KINDS) + 1)}")
    for rule, rates in found.items():
        shares = [f"{np.mean(rate):.2f}" if rate else "–" for rate in rates[:-1]]
        print(f"| `{rule}` | {' | '.join(shares)} | {np.mean(rates[-1]):.3f} |")


def _screened(kind: str, seed: int) -> tuple[survey.ScreeningReport, np.ndarray]:
    """Attentive answers, a tenth of them replaced."""
    rng = np.random.default_rng(seed)
    drawn = survey.simulate(survey.pilot_population().clean(), n=N, seed=seed)
    codes = drawn.codes.copy()
    m = int(SHARE * N)
    new = _careless(kind, codes[:m], rng)
    codes[:m] = np.where(np.isnan(codes[:m]), np.nan, new)
    return study.screen(dataclasses.replace(drawn, codes=codes)), np.arange(N) < m


def _careless(kind: str, codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    shape = codes.shape
    if kind == "random":
        return rng.integers(1, 8, shape).astype(float)
    if kind == "half random":
        return np.where(np.arange(shape[1]) < shape[1] // 2, codes, rng.integers(1, 8, shape))
    if kind == "around the middle":
        return rng.integers(3, 6, shape).astype(float)
    if kind == "straight":
        return np.repeat(rng.integers(1, 8, (shape[0], 1)), shape[1], axis=1).astype(float)
    stays = rng.random(shape) < 0.9
    line = np.repeat(rng.integers(2, 7, (shape[0], 1)), shape[1], axis=1)
    return np.where(stays, line, line + rng.choice([-1, 1], shape)).astype(float)


if __name__ == "__main__":
    main()
