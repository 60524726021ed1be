"""How many factors: adequacy, eigenvalues, MAP, simple structure, EKC, Hull, sequential tests; given parallel data."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import chdtrc

from mlbc_stats import factor
from mlbc_stats.factor.correlation.sample import correlate
from mlbc_stats.factor.counting.eigenvalues import components, factors, leading
from mlbc_stats.factor.counting.fits import Ladder, hull, ladder
from mlbc_stats.factor.counting.parallel import compare
from mlbc_stats.factor.counting.rules import average_partials, kaiser_references, simple_structure
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.rmsea import rmsea, rmsea_bound
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.factor.shapes import named


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    return _given(case, corpus) if case["data"].get("more") else _rules(case, corpus)


def _rules(case: Case, corpus: Corpus) -> dict[str, Any]:
    expected, table = case["expected"], corpus.table(case["data"]["file"])
    names = list(expected["kmo"]["items"])
    data = {name: table[name] for name in names}
    r, n = correlate(data, gamma=False).matrix, len(table[names[0]])
    values, found = components(r[None])[0], factor.adequacy(data)
    partials, references = average_partials(r), kaiser_references(values, n)
    rungs = ladder(r, n, len(names))
    return {
        "eigenvalues": values.tolist(),
        "reduced_eigenvalues_one_factor": factors(r[None], "one_factor")[0].tolist(),
        "kaiser": int(np.sum(values > 1)),
        "kmo": {"overall": found.kmo, "items": named(names, found.item_kmo)},
        "bartlett": {"chisq": found.chi_square, "df": found.df, "p": found.pvalue},
        "map": partials[1 : len(expected["map"]) + 1].tolist(),
        "map_factors": int(np.nanargmin(partials)),
        "vss_complexity1": _simple(r, 1, len(expected["vss_complexity1"])),
        "vss_complexity2": _simple(r, 2, len(expected["vss_complexity2"])),
        "ekc": {"references": references.tolist(), "n_factors": leading(values, references)},
        "hull": _hull(r, n, rungs, len(expected["hull"]["CAF"])),
        "smt": _sequential(rungs, r, n, len(expected["smt"]["aic"])),
    }


def _simple(r: np.ndarray, complexity: int, most: int) -> list[float]:
    out = []
    for m in range(1, most + 1):
        loadings = factor.rotate(extract(r[None], m, "minres").loadings[0], "varimax").loadings
        out.append(simple_structure(r, loadings, complexity) if complexity <= m else 0.0)
    return out


def _chi_squares(rungs: Ladder, r: np.ndarray, n: int) -> np.ndarray:
    """Without Bartlett's correction, as the reference program has them; of no factors, squared correlations."""
    p, m = len(r), np.arange(len(rungs.df))
    out = rungs.chi_square / (n - 1 - (2 * p + 5) / 6 - 2 * m / 3) * (n - 1)
    out[0] = np.sum(np.tril(r, -1) ** 2) * (n - 1)
    return out


def _hull(r: np.ndarray, n: int, rungs: Ladder, count: int) -> dict[str, Any]:
    chi, df = _chi_squares(rungs, r, n)[:count], rungs.df[:count]
    excess = np.maximum(chi - df, 0)
    sizes = np.array([rmsea(a, b, n) for a, b in zip(chi, df, strict=True)])
    values = {"CAF": rungs.caf[:count], "CFI": 1 - excess / excess[0], "RMSEA": 1 - sizes}
    out: dict[str, Any] = {}
    for name, fits in values.items():
        falls, best = hull(fits, df)
        rows = zip(range(count), fits, df, falls, strict=True)
        out[f"n_fac_{name}"] = best
        out[name] = [
            {"nfactors": m, name: float(a), "df": float(b), "st": None if np.isnan(c) else float(c)}
            for m, a, b, c in rows
        ]
    return out


def _sequential(rungs: Ladder, r: np.ndarray, n: int, count: int) -> dict[str, Any]:
    chi, df = _chi_squares(rungs, r, n)[1 : count + 1], rungs.df[1 : count + 1]
    p_values, aic = chdtrc(df, chi), chi - 2 * df
    lower = np.array([rmsea_bound(a, b, n, 0.95) for a, b in zip(chi, df, strict=True)])
    return {
        "n_factors_chi": int(np.argmax(p_values > 0.05)) + 1,
        "n_factors_rmsea": int(np.argmax(lower < 0.05)) + 1,
        "n_factors_aic": int(np.argmin(aic)) + 1,
        "p_values": p_values.tolist(),
        "rmsea_lower": lower.tolist(),
        "aic": aic.tolist(),
    }


def _given(case: Case, corpus: Corpus) -> dict[str, Any]:
    """Parallel analysis with the reference's own random data, of its first hundred cases."""
    sets = corpus.table(case["data"]["more"][0])
    which = np.array(sets.pop("replicate"))
    random = np.array(list(sets.values())).T
    table = corpus.table(case["data"]["file"])
    sample = correlate({f"x{k}": table[f"x{k}"][:100] for k in range(1, random.shape[1] + 1)}, gamma=False)
    drawn = np.array([np.corrcoef(random[which == each], rowvar=False) for each in np.unique(which)])
    found = compare(sample, drawn, 0.95, "normal", "smc")
    parts = {"components": "component", "factors_smc": "factor"}
    return {
        name: {
            "observed": getattr(found, f"{ours}s").tolist(),
            "simulated_mean": getattr(found, f"{ours}_means").tolist(),
            "simulated_q95": getattr(found, f"{ours}_quantiles").tolist(),
            "retain_mean": getattr(found, f"n_{ours}s_mean"),
            "retain_q95": getattr(found, f"n_{ours}s"),
        }
        for name, ours in parts.items()
    }
