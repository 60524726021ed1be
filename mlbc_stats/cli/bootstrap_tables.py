"""Tables of a bootstrap for `mlbc fit --bootstrap N`: intervals of everything from one set of draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.cli.progress import counting

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.fitting.sem_result import SemResult
    from mlbc_stats.sem.resampling.bootstrap_result import BootstrapResult


def draw(result: SemResult, replications: int, seed: int | None) -> BootstrapResult:
    """The draws behind bootstrap errors where there are some, else new ones."""
    from mlbc_stats import sem

    held = result.resampled
    if isinstance(held, sem.BootstrapResult):
        return held
    with counting("drawing resamples") as progress:
        return sem.bootstrap(result, replications, seed=seed, progress=progress)


def bootstrap_tables(draws: BootstrapResult, interval: str = "percentile") -> dict[str, pd.DataFrame]:
    """Parameters (definitions among them), standardized solution, effects, R², reliability, HTMT; those that there are.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import sem
    >>> rng = np.random.default_rng(1)
    >>> items = dict(zip("abc", (rng.normal(size=(200, 1)) + rng.normal(size=(200, 3))).T))
    >>> list(bootstrap_tables(sem.bootstrap(sem.cfa("f =~ a + b + c", items), 50, seed=1)))
    ['parameters', 'standardized', 'rsquare', 'reliability']
    """
    from mlbc_stats import reliability

    table = draws.fit.table
    tables = {
        "parameters": draws.parameters(interval),
        "standardized": draws.standardized_solution("std_all", interval),
    }
    if any(row.op == "~" for row in table.parameters) and not table.random_slopes:
        tables["effects"] = draws.effects(interval=interval)
    rsquare = draws.rsquare(interval)
    if len(rsquare):
        places = [("level", table.two_level), ("group", table.n_groups > 1)]
        rsquare.index.names = ["variable", *(name for name, there in places if there)]
        tables["rsquare"] = rsquare.reset_index()
    measured = any(row.op == "=~" and row.rhs in table.observed for row in table.parameters)
    if measured and not table.two_level:
        found = reliability.bootstrap_summary(draws, interval)
        tables["reliability"] = found.constructs
        if len(found.htmt):
            tables["htmt"] = found.htmt
    single = table.n_groups == 1
    return {
        name: frame.drop(columns="group", errors="ignore") if single else frame
        for name, frame in tables.items()
    }


def heading(name: str, draws: BootstrapResult, interval: str) -> str:
    """What stands above a table.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> heading("htmt", SimpleNamespace(converged=[True] * 99, failures=1), "bca")
    'Bootstrap, HTMT: 99 resamples, 1 without a solution, bca intervals'
    """
    titles = {
        "parameters": "parameters",
        "standardized": "standardized solution",
        "effects": "effects",
        "rsquare": "R²",
        "reliability": "reliability",
        "htmt": "HTMT",
    }
    failed = f", {draws.failures} without a solution" if draws.failures else ""
    return f"Bootstrap, {titles[name]}: {len(draws.converged)} resamples{failed}, {interval} intervals"
