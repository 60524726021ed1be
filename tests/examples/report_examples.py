"""Made-up results for the tests of the report: no estimator runs here, and nothing of it is real."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from mlbc_stats import report

FACETS = {
    "TC": ("tc_timing", "tc_pace"),
    "CS": ("cs_task", "cs_org", "cs_env"),
    "FTC": ("ftc_sync", "ftc_roles", "ftc_expect"),
    "OML": ("oml_learn", "oml_data"),
    "CAP": ("cap_reliable", "cap_repeatable", "cap_value"),
}
NAMES = {
    "TC": "Temporal complexity",
    "CS": "Context sensitivity",
    "FTC": "Temporal congruence",
    "OML": "Meta-learning",
    "aln_state": "Alignment",
    "CAP": "Capability",
}
SCALE = {1: "Strongly disagree", 2: "Disagree", 3: "Neither", 4: "Agree", 5: "Strongly agree"}


def row(lhs: str, op: str, rhs: str, value: float, error: float = 0.05) -> dict[str, Any]:
    """One row of a standardized solution."""
    return {
        "lhs": lhs,
        "op": op,
        "rhs": rhs,
        "group": 1,
        "label": "",
        "est_std": value,
        "se": error,
        "z": value / error if error else np.nan,
        "pvalue": 0.01,
        "ci_lower": value - 2 * error,
        "ci_upper": value + 2 * error,
    }


def second_order_model() -> pd.DataFrame:
    """Four second-order factors on alignment, and capability on it: 55 items, as large as diagrams get."""
    rng = np.random.default_rng(1)
    first = [facet for facets in FACETS.values() for facet in facets]
    rows = [
        row(f, "=~", f"{f}_{j}", rng.uniform(0.5, 0.9)) for f in [*first, "aln_state"] for j in range(1, 5)
    ]
    rows += [row(f, "=~", facet, rng.uniform(0.6, 0.9)) for f, facets in FACETS.items() for facet in facets]
    paths = {"TC": -0.28, "CS": -0.03, "FTC": 0.31, "OML": 0.12}
    rows += [row("aln_state", "~", name, value) for name, value in paths.items()]
    rows += [row("CAP", "~", name, v) for name, v in (("aln_state", 0.42), ("FTC", 0.05), ("OML", 0.19))]
    exogenous = list(paths)
    rows += [
        row(exogenous[j], "~~", exogenous[i], rng.uniform(-0.3, 0.5)) for i in range(4) for j in range(i)
    ]
    rows += [row("aln_state", "~~", "aln_state", 0.62), row("CAP", "~~", "CAP", 0.55)]
    return pd.DataFrame(rows)


def parameters() -> pd.DataFrame:
    """The same model's unstandardized parameters."""
    rows = second_order_model()
    scaled = rows[["est_std", "ci_lower", "ci_upper"]] * 1.5
    frame = rows.assign(est=scaled["est_std"], ci_lower=scaled["ci_lower"], ci_upper=scaled["ci_upper"])
    return frame.assign(std_all=rows["est_std"]).drop(columns="est_std")


def answers(n: int = 120, seed: int = 3) -> pd.DataFrame:
    """Codes 1 to 5 of six items, some missing."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(1, 6, (n, 6)).astype(float)
    codes[rng.random((n, 6)) < 0.05] = np.nan
    return pd.DataFrame(codes, columns=[f"q{j}" for j in range(1, 7)])


def coefficient(name: str, estimate: float, error: float, outcome: str) -> SimpleNamespace:
    """A deciding quantity, as the theory room gives it."""
    return SimpleNamespace(
        name=name,
        estimate=estimate,
        se=error,
        pvalue=0.01,
        level=1 - 0.05 / 3,
        lower=estimate - 2.4 * error,
        upper=estimate + 2.4 * error,
        inner_lower=estimate - 1.645 * error,
        inner_upper=estimate + 1.645 * error,
        power=0.8,
        outcome=outcome,
    )


def verdict(proposition: str, outcome: str, *parts: SimpleNamespace, gate: str = "") -> Any:
    """A verdict, as the theory room gives it."""
    return SimpleNamespace(
        proposition=proposition,
        statement=f"What {proposition} says about <alignment> & capability",
        outcome=outcome,
        reason="",
        coefficients=parts,
        decision="single",
        sign=1,
        smallest=0.1,
        family="A",
        model="S1",
        n=560,
        label="associational",
        gate=gate,
    )


def verdicts() -> list[Any]:
    """One verdict of each kind, and one that rests on two quantities."""
    return [
        verdict("M1", "supported", coefficient("aln_state ~ TC", 0.28, 0.05, "supported")),
        verdict("M2", "negligible", coefficient("aln_state ~ CS", 0.01, 0.03, "negligible")),
        verdict("M3", "opposite", coefficient("aln_state ~ FTC", -0.25, 0.05, "opposite")),
        verdict(
            "M13",
            "undecided",
            coefficient("indirect_FTC", 0.12, 0.09, "undecided"),
            coefficient("indirect_OML", 0.15, 0.04, "supported"),
        ),
    ]


def measures() -> pd.Series:
    """Fit indices, as a fit gives them."""
    return pd.Series(
        {
            "npar": 88.0,
            "chisq": 1204.224,
            "df": 1010.0,
            "pvalue": 0.0004,
            "cfi": 0.972,
            "rmsea": 0.0209,
            "rmsea_ci_lower": 0.017,
            "rmsea_ci_upper": 0.025,
            "srmr": 0.041,
        }
    )


def loadings() -> pd.DataFrame:
    """Six items on two factors, one of them negative."""
    table = pd.DataFrame(np.nan, index=[f"q{j}" for j in range(1, 7)], columns=["TC timing", "TC pace"])
    table.iloc[:3, 0] = [0.8, -0.6, 0.7]
    table.iloc[3:, 1] = [0.5, 0.9, 0.65]
    return table


def document(synthetic: bool = True) -> report.Document:
    """A page with every kind of block; its coded evidence is declared real."""
    model = second_order_model()
    evidence = pd.DataFrame({"section": ["4.1", "4.2"], "quotations": [12, 9]})
    return report.Document(
        "A pilot <study>",
        (
            report.Section(
                "Summary",
                (
                    "Text with <b>markup</b> & signs.",
                    report.Notice("One wave: associations."),
                    ("600 drawn", "560 kept"),
                    report.verdict_table(verdicts(), {"single": "The rule."}),
                    report.forest(verdicts()),
                ),
            ),
            report.Section("Evidence", (report.frame_table(evidence, "Evidence", synthetic=False),)),
            report.Section(
                "Summary",  # the same title again: ids must still differ
                (
                    report.likert_chart(answers(), SCALE, {"q1": "First", "q2": "First"}),
                    report.loadings_heatmap(loadings()),
                    report.fit_table({"S1": measures()}),
                    report.path_diagram(model, labels=NAMES, title="Structure"),
                    report.path_diagram(model, "measurement", title="Measurement"),
                    report.parameter_table(parameters(), model),
                ),
            ),
        ),
        manifest={"Data": {"SHA-256": "9f86d081"}, "Seed": 1, "Instruments": ["a 1.0.0", "b 1.0.0"]},
        synthetic=synthetic,
    )
