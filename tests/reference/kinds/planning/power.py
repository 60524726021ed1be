"""Power by formula: RMSEA, nested models, Satorra and Saris, regression."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mlbc_stats import planning, sem
from mlbc_stats.sem.simulation.power import given_moments
from tests.reference.kinds.corpus import Case, Corpus

Rows = list[dict[str, Any]]


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    call, wanted = "\n".join(case["call"]), case["expected"]
    if "SSpower" in call:
        return _restricted(call, wanted)
    if "nested" in call:
        return _nested(call, wanted)
    if "f_test_power" in wanted:
        return _regression(wanted)
    return _close_fit(wanted)


def _filled(rows: Rows, name: str, value: Callable[[dict[str, Any]], float]) -> Rows:
    return [row | {name: value(row)} for row in rows]


def _close_fit(wanted: dict[str, Any]) -> dict[str, Any]:
    def power(row: dict[str, Any]) -> float:
        return planning.rmsea_power(
            row["rmsea0"], row["rmseaA"], row["df"], row["n"], groups=row.get("groups", 1)
        )

    def size(row: dict[str, Any]) -> float:
        return planning.rmsea_sample_size(row["rmsea0"], row["rmseaA"], row["df"], power=row["power"])

    tables = {"power": ("power", power), "sample_size": ("n", size), "groups": ("power", power)}
    return {name: _filled(wanted[name], *tables[name]) for name in wanted}


def _nested(call: str, wanted: dict[str, Any]) -> dict[str, Any]:
    given = [tuple(_number(call, f"rmsea{k}{model}") for model in "AB") for k in (0, 1)]
    target = _number(call, "power") if "power =" in call else 0.8

    def power(row: dict[str, Any]) -> float:
        return planning.nested_rmsea_power(*given, (row["dfA"], row["dfB"]), row["n"])

    def size(row: dict[str, Any]) -> float:
        return planning.nested_rmsea_sample_size(*given, (row["dfA"], row["dfB"]), power=target)

    tables = {"power": ("power", power), "sample_size": ("n", size)}
    return {name: _filled(wanted[name], *tables[name]) for name in wanted}


def _number(call: str, name: str) -> float:
    return float(re.search(rf"\b{name} = ([\d.]+)", call)[1])  # type: ignore[index]


def _restricted(call: str, wanted: dict[str, Any]) -> dict[str, Any]:
    texts = dict(re.findall(r'(\w+) <- "(.*?)"', call, re.S))
    population, restricted = texts["pop"], texts["h0"]
    tested = re.search(r"nparam = (\d+)", call)
    sizes = [row["n"] for row in wanted["power"]]
    found = sem.satorra_saris(restricted, population, sizes, df=int(tested[1]) if tested else 1)
    moments = given_moments(population)
    cov = moments["sample_cov"]
    wrong = sem.fit(restricted, sample_nobs=1_000_000, likelihood="wishart", **moments)
    names = list(cov.columns)
    return {
        "population_covariance": {"rownames": names, "colnames": names, "values": cov.to_numpy().tolist()},
        "minimum_discrepancy": float(found["ncp"].iloc[0] / sizes[0]),
        "df_h0": float(wrong.fit_measures["df"]),
        "power": [{"n": n, "power": float(p)} for n, p in zip(sizes, found["power"], strict=True)],
    }


def _regression(wanted: dict[str, Any]) -> dict[str, Any]:
    def of(row: dict[str, Any]) -> dict[str, int]:
        return {name: row[name] for name in ("tested", "predictors")}

    tables: dict[str, tuple[str, Callable[[dict[str, Any]], float]]] = {
        "f_test_power": ("power", lambda row: planning.regression_power(row["f2"], row["n"], **of(row))),
        "f_test_n": ("n", lambda row: planning.regression_sample_size(row["f2"], **of(row))),
        "correlation_n": ("n_fisher", lambda row: planning.correlation_sample_size(row["r"])),
        "pls_minimum_n": ("inverse_square_root", lambda row: planning.pls_sample_size(row["p_min"])),
    }
    return {name: _filled(wanted[name], *tables[name]) for name in wanted}
