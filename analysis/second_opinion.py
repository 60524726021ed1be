"""Second opinions of pingouin and statsmodels on what this package computes, each with the difference.

pingouin (GPL-3) is called here, in scripts, as an option of whoever runs them; the package itself never imports it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd

from mlbc_stats import reliability, sem
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.report import Table
from mlbc_stats.study import Stage

if TYPE_CHECKING:
    from mlbc_stats.study.stages.material import Material

TOLERANCE = 1e-6
"""Largest relative difference that counts as agreement: what is left of a search for a maximum."""
WHO = (
    ("mlbc-stats", "every number of this report outside the two sections of second opinions"),
    ("semopy", "the models a second time, in a section of its own, when the study asks for it"),
    ("pingouin", "here: α, the intraclass correlation ICC(C,k), Welch's test"),
    ("statsmodels", "here: regression and moderation with robust errors (HC0), comparison of groups (HC2)"),
    ("matplotlib", "the drawing of every figure but path diagrams, with seaborn for heat maps and axes"),
    ("resvg-py", "figures as pixels"),
    ("pyreadstat", "reading and writing SPSS files"),
)


@dataclass(frozen=True)
class Check:
    """One number of ours beside the same one of another library."""

    what: str
    library: str
    ours: float
    theirs: float

    @property
    def difference(self) -> float:
        """Relative to theirs."""
        return abs(self.ours - self.theirs) / max(abs(self.theirs), 1e-12)

    @property
    def agrees(self) -> bool:
        return math.isfinite(self.difference) and self.difference <= TOLERANCE


def second_opinion(material: Material) -> Stage:
    """A section of the report: every check, and which library computes what."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checks = [*scale_checks(material), *regression_checks(material), *group_checks(material)]
    apart = [check for check in checks if not check.agrees]
    largest = max(check.difference for check in checks)
    return Stage(
        name="libraries",
        title="Second opinion of pingouin and statsmodels",
        short=f"{len(checks) - len(apart)} of {len(checks)} numbers agree; largest relative difference {largest:.1e}.",
        text=(
            "The same numbers, computed here and by libraries that researchers know. α equals the consistency of the "
            "mean of the items, ICC(C,k); regressions of scale means are path models of observed variables, whose "
            "robust errors are White's (HC0). Scale means carry the error of measurement, so these regressions "
            "decide no proposition.",
        ),
        tables=(check_table(checks), who_table()),
        problems=tuple(f"{check.library} disagrees on {check.what}" for check in apart),
    )


def left_out(material: Material) -> Stage:
    """The same section where the libraries are not installed."""
    return Stage("libraries", "Second opinion", "Left out: pip install 'mlbc-stats[opinion]'.")


def scale_checks(material: Material) -> Iterator[Check]:
    """α and ICC(C,k) of every scale by pingouin, on complete units."""
    import pingouin

    for facet in material.facets:
        items = [item.id for item in material.asked.items_of(facet)]
        complete = material.units[items].dropna().reset_index(drop=True)
        ours = reliability.alpha(complete, items).alpha
        yield Check(f"α of {facet}", "pingouin", ours, float(pingouin.cronbach_alpha(complete)[0]))
        long = complete.rename_axis("unit").reset_index().melt("unit", var_name="item", value_name="answer")
        table = pingouin.intraclass_corr(long, "unit", "item", "answer").set_index("Type")["ICC"]
        yield Check(f"ICC(C,k) of {facet}", "pingouin", ours, float(table["ICC(C,k)"]))


def regression_checks(material: Material) -> Iterator[Check]:
    """Alignment on its predictors, and two moderations, by ordinary least squares with HC0 errors."""
    import statsmodels.formula.api as models

    data = scale_means(material)
    outcome, predictors = "aln_state", [name for name in ("TC", "CS", "FTC", "OML") if name in data]
    if outcome not in data or not predictors:
        return
    products = [pair for pair in (("FTC", "TC"), ("OML", "CS")) if set(pair) <= set(predictors)]
    for moderation in ((), *((pair,) for pair in products)):
        terms, frame = list(predictors), data
        for one, other in moderation:
            name = f"{one}_x_{other}"
            frame = frame.assign(**{name: frame[one] * frame[other]})
            terms.append(name)
        theirs = models.ols(f"{outcome} ~ {' + '.join(terms)}", frame).fit(cov_type="HC0")
        rows = path_rows(f"{outcome} ~ {' + '.join(terms)}", frame)
        for term in terms[-1:] if moderation else terms:
            yield Check(f"{outcome} ~ {term}", "statsmodels", rows.loc[term, "est"], theirs.params[term])
            yield Check(f"SE ({outcome} ~ {term})", "statsmodels", rows.loc[term, "se"], theirs.bse[term])


def group_checks(material: Material) -> Iterator[Check]:
    """Alignment of units before operation and in it: the difference of means, and Welch's t by two libraries."""
    import pingouin
    import statsmodels.formula.api as models

    from mlbc_stats import bridge

    columns = bridge.unit_columns(material.responses, material.screening)
    data = scale_means(material)
    if "phase" not in columns or "aln_state" not in data:
        return
    phase = pd.to_numeric(columns["phase"], errors="coerce").reindex(data.index)
    frame = data.assign(late=(phase > phase.median()).astype(float))[phase.notna()]
    if frame["late"].nunique() < 2:
        return
    late, early = (frame.loc[frame["late"] == value, "aln_state"] for value in (1, 0))
    theirs = models.ols("aln_state ~ late", frame).fit(cov_type="HC2")
    ours = path_rows("aln_state ~ late", frame)
    yield Check(
        "later minus earlier phases, alignment", "statsmodels", ours.loc["late", "est"], theirs.params["late"]
    )
    welch = pingouin.ttest(late, early, correction=True)
    yield Check(
        "Welch's t of it (HC2)",
        "pingouin beside statsmodels",
        float(theirs.tvalues["late"]),
        float(welch["T"].iloc[0]),
    )


def path_rows(model: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Regression rows of our fit with robust errors, by predictor."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        rows = sem.fit(model, frame, estimator="MLR", meanstructure=True).parameters
    return rows[rows["op"] == "~"].set_index("rhs")


def scale_means(material: Material) -> pd.DataFrame:
    """Mean of the items of each construct, complete units, centred."""
    asked = {name: [item.id for item in material.asked.items_of(name)] for name in material.factors}
    found = pd.DataFrame(
        {name: material.units[items].mean(axis=1, skipna=False) for name, items in asked.items()}
    )
    return found.dropna() - found.dropna().mean()


def check_table(checks: list[Check]) -> Table:
    columns: list[tuple[Any, ...]] = list(
        zip(*((c.what, c.library, c.ours, c.theirs, c.difference, c.agrees) for c in checks), strict=True)
    )
    return Table(
        "The same numbers by another library",
        ("what", "library", "ours", "theirs", "difference", "agrees"),
        tuple(columns),
        ("text", "text", "estimate", "estimate", "magnitude", "truth"),
        notes=(f"difference: relative; agrees: at most {TOLERANCE:g}.",),
        identifier="checks",
    )


def who_table() -> Table:
    names, does = zip(*WHO, strict=True)
    return Table(
        "Who computes what",
        ("library", "version", "does"),
        (names, tuple(version(name) for name in names), does),
        ("text", "text", "text"),
        notes=(
            "pingouin is GPL-3: scripts call it as an option, the package neither imports nor contains it.",
        ),
        identifier="who",
    )
