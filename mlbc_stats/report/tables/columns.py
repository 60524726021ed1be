"""Turn a data frame of results into a table, with the headings and formats its columns usually take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlbc_stats.report.render.sheet import RowGroup, Spanner
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

BOUNDED = (
    "alpha ci_alpha omega omega_total omega_hierarchical rho_c cr composite_reliability ave htmt htmt2 r2 rsquare "
    "cfi tli nfi nnfi ifi rni gfi agfi rmsea srmr cfi_robust tli_robust rmsea_robust cfi_scaled tli_scaled "
    "rmsea_scaled power correlation item_rest kappa icc mtmm fornell_larcker min_loading"
)
KNOWN: dict[str, tuple[str, str]] = {
    **{name: (name.replace("_", " "), "bounded") for name in BOUNDED.split()},
    "alpha": ("α", "bounded"),
    "omega": ("ω", "bounded"),
    "cr": ("CR", "bounded"),
    "ave": ("AVE", "bounded"),
    "htmt": ("HTMT", "bounded"),
    "htmt2": ("HTMT2", "bounded"),
    **dict.fromkeys(("r2", "rsquare"), ("R²", "bounded")),
    **{name: (name.upper(), "bounded") for name in ("cfi", "tli", "rmsea", "srmr")},
    "est": ("Estimate", "estimate"),
    "estimate": ("Estimate", "estimate"),
    "est_std": ("Standardized", "estimate"),
    "se": ("SE", "estimate"),
    "z": ("z", "statistic"),
    "t": ("t", "statistic"),
    "chisq": ("χ²", "statistic"),
    "df": ("df", "count"),
    "pvalue": ("p", "p"),
    "ci_lower": ("lower", "estimate"),
    "ci_upper": ("upper", "estimate"),
    "std_lv": ("Std. (latent)", "estimate"),
    "std_all": ("Standardized", "estimate"),
    "std_nox": ("Std. (no x)", "estimate"),
    "aic": ("AIC", "statistic"),
    "bic": ("BIC", "statistic"),
    "logl": ("log-likelihood", "statistic"),
    "n": ("n", "count"),
    "nobs": ("n", "count"),
    "share": ("Share", "percent"),
    **{
        name: (name.capitalize(), "count")
        for name in ("count", "flagged", "kept", "evaluated", "items", "cases")
    },
    **{
        name: (name.capitalize(), "auto")
        for name in ("rule", "criterion", "excludes", "construct", "facet", "item")
    },
}
"""Column → (heading, format) for names that results of this package use."""


def frame_table(
    frame: pd.DataFrame,
    title: str,
    formats: Mapping[str, str] | None = None,
    headings: Mapping[str, str] | None = None,
    spanners: Sequence[Spanner] = (),
    groups: Sequence[RowGroup] = (),
    notes: Sequence[str] = (),
    synthetic: bool | None = None,
    identifier: str = "",
) -> Table:
    """A table of any data frame of results: known columns get their usual heading and format.

    Parameters
    ----------
    frame : n × k; its index leads when it is not 0, 1, 2, …
    title, spanners, groups, notes, synthetic, identifier : as in `Table`.
    formats, headings : column → format or heading, where the usual one will not do; unknown columns keep their
        name and take the format of their type.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"facet": ["tc_pace"], "items": [4], "alpha": [0.8123]})
    >>> print(frame_table(frame, "Reliability").to_markdown())
    **Reliability**
    <BLANKLINE>
    | Facet | Items | α |
    |:--|--:|--:|
    | tc\\_pace | 4 | .812 |
    """
    usual = {str(name): KNOWN[str(name)] for name in frame.columns if str(name) in KNOWN}
    return Table.from_frame(
        frame,
        title,
        formats={**{name: kind for name, (_, kind) in usual.items()}, **(formats or {})},
        headings={**{name: heading for name, (heading, _) in usual.items()}, **(headings or {})},
        spanners=spanners,
        groups=groups,
        notes=notes,
        synthetic=synthetic,
        identifier=identifier,
    )


def interval_column(frame: pd.DataFrame, of: str = "") -> tuple[tuple[float, float] | None, ...]:
    """The columns lower and upper as pairs, those of one quantity where it is named; None without an interval.

    Examples
    --------
    >>> import pandas as pd
    >>> interval_column(pd.DataFrame({"r_lower": [0.1, float("nan")], "r_upper": [0.4, 0.2]}), of="r")
    ((0.1, 0.4), None)
    """
    lower, upper = (frame[f"{of}_{end}" if of else end] for end in ("lower", "upper"))
    return tuple(None if low != low else (low, high) for low, high in zip(lower, upper, strict=True))


def frame_of(given: Any, attribute: str) -> pd.DataFrame:
    """A frame as given, or the one that a result holds under this name."""
    frame: pd.DataFrame = given if hasattr(given, "columns") else getattr(given, attribute)
    return frame
