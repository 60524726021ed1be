"""The summary of a model with products, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mlbc_stats.sem.printing.sections import Probability
from mlbc_stats.sem.printing.summary import WIDTH, format_number
from mlbc_stats.sem.specification.parameter_table import ParameterTable

if TYPE_CHECKING:
    import pandas as pd

BLOCKS = {"=~": "Latent variables", "~": "Regressions", "~~": "Variances and covariances", "~1": "Intercepts",
          ":=": "Defined parameters"}  # fmt: skip
SHOWN = ("est", "se", "z", "pvalue", "std_all")
HEADS = ("Estimate", "Std.err", "z", "P(>|z|)", "Std.all")


class Moderated(Protocol):
    """What a summary needs of a fit by LMS or QML."""

    @property
    def interactions(self) -> str: ...

    @property
    def errors(self) -> str: ...

    @property
    def warnings(self) -> tuple[str, ...]: ...

    @property
    def table(self) -> ParameterTable: ...

    @property
    def converged(self) -> bool: ...

    @property
    def nobs(self) -> int: ...

    @property
    def loglik(self) -> float: ...

    @property
    def parameters(self) -> pd.DataFrame: ...

    @property
    def product_rsquare(self) -> pd.DataFrame: ...

    @property
    def likelihood_ratio(self) -> dict[str, float]: ...

    @property
    def wald(self) -> dict[str, float]: ...


def summary_lines(result: Moderated) -> Iterator[str]:
    """Warnings first, then method, tests and estimates; of a fit that did not converge the last values alone."""
    state = "" if result.converged else " DID NOT CONVERGE"
    yield f"Structural equation model with products, {result.interactions.upper()}, {result.nobs} cases{state}"
    yield ""
    for warning in result.warnings:
        yield from wrap(f"WARNING: {warning}", WIDTH, initial_indent="!! ", subsequent_indent="!! ")
    if result.converged:
        yield from _tests(result)
    frame = result.parameters
    for group in frame["group"].unique():
        own = frame[frame["group"] == group]
        suffix = (
            f" (group {result.table.group_labels[group - 1]})" if group and result.table.n_groups > 1 else ""
        )
        for op, title in BLOCKS.items():
            if (own["op"] == op).any():
                yield from _block(own[own["op"] == op], title + suffix)
    yield "Products are standardized by both deviations. Latent means are zero, products are not centred."


def _tests(result: Moderated) -> Iterator[str]:
    kind = "Log-likelihood" if result.interactions == "lms" else "Quasi-log-likelihood"
    yield f"  {kind:<44}{result.loglik:.3f}"
    yield f"  {'Errors':<44}{result.errors}"
    if result.interactions == "lms":
        ratio = result.likelihood_ratio
        yield f"  {'Against the linear model: likelihood ratio':<44}{_test(ratio)}"
    yield f"  {'All products zero: Wald':<44}{_test(result.wald)}"
    shares = result.product_rsquare
    for name, share in zip(shares["lhs"], shares["est"].to_numpy(float), strict=True):
        if np.isfinite(share):
            yield f"  {f'R² of {name} that the products add':<44}{share:.3f}"
    yield ""


def _test(found: dict[str, float]) -> str:
    return f"χ² = {found['stat']:.3f}, df = {found['df']:.0f}, p {_probability(found['pvalue'])}"


def _probability(value: float) -> str:
    return "< .001" if value < 0.001 else f"= {value:.3f}"


def _block(frame: pd.DataFrame, title: str) -> Iterator[str]:
    yield f"{title:<30}" + "".join(f"{head:>10}" for head in HEADS)
    for row in frame.itertuples():
        name = f"{row.lhs} {row.op} {row.rhs}".rstrip()
        cells = [float(getattr(row, column)) for column in SHOWN]
        free = bool(row.free) or row.op == ":="
        texts = [
            ""
            if not free and column in ("se", "z", "pvalue")
            else format_number(Probability(value) if column == "pvalue" else value)
            for column, value in zip(SHOWN, cells, strict=True)
        ]
        yield f"  {name:<28}" + "".join(f"{text:>10}" for text in texts)
    yield ""
