"""Checks of method variance that need no marker, and what every check could have found with these data."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, MlbcWarning, ModelError, NotServedError
from mlbc_stats.report import Table, format_value, frame_table
from mlbc_stats.report.tables.checks import collinearity_table, detectable_table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit, measurement_text, validity_of
from mlbc_stats.study.stages.shared.scale_summaries import scales_of
from mlbc_stats.study.stages.shared.settled import settled_of

REPLICATIONS = 200


def check_tables(
    material: Material, marker: str, items: Sequence[str], problems: list[str]
) -> Iterator[Table]:
    """A method factor, full collinearity, and what each check could have found; reasons for what is not there."""
    try:
        if not measurement_fit(material).converged:
            raise ModelError("the measurement model did not converge")
    except (DataError, ModelError) as error:
        problems.append(f"no method factor, no collinearity and no assessment of the checks: {error}")
        return
    wanted: dict[str, Callable[[], Table]] = {
        "no method factor": lambda: _method_factor(material),
        "no full collinearity": lambda: _collinearity(material),
        "no assessment of what checks of method variance could find": lambda: _detectable(
            material, marker if len(items) > 1 else None, items
        ),
    }
    for what, make in wanted.items():
        try:
            yield make()
        except (DataError, ModelError, NotServedError) as error:
            problems.append(f"{what}: {error}")


def _method_factor(material: Material) -> Table:
    """Fit without and with a factor behind all items."""
    kept = {k: v for k, v in settled_of(material).arguments.items() if k not in ("se", "bootstrap", "seed")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = reliability.method_factor(
            measurement_text(material), settled_of(material).frame, free=False, **kept
        )
    frame = found.models.rename(
        index={"cfa": "Correlated facets", "equal": "With a factor behind all items, equal loadings"}
    )
    (test,) = found.comparisons.to_dict("records")
    return frame_table(
        frame,
        "A method factor behind all items",
        notes=(
            found.conclusion,
            f"Difference: Δχ² {format_value(test['stat'], 'statistic')}, Δdf {test['df']:g}, p "
            f"{format_value(test['pvalue'], 'p')}. The unmeasured latent method construct (Williams, Cote & Buckley "
            "1989) attributes to method whatever all items share.",
        ),
        identifier="method_factor",
    )


def _collinearity(material: Material) -> Table:
    """How well each construct is predicted by all others, from scores and from factors."""
    factors = reliability.full_collinearity(validity_of(material).correlations, "factors")
    scores = reliability.full_collinearity(scales_of(material).scores.corr(), "scores")
    names = {entry.id: entry.name for entry in material.asked.constructs}
    return collinearity_table(factors, scores, names)


def _detectable(material: Material, marker: str | None, items: Sequence[str]) -> Table:
    """What each check could have found, with the smallest share of variance and the bias that goes with it."""
    if measurement_fit(material).method.ordinal:
        raise NotServedError("it is simulated for answers taken as continuous")
    fit = _population_fit(material, marker, items)
    found = reliability.detectable_method_variance(
        fit, marker, n=measurement_fit(material).nobs, replications=REPLICATIONS, seed=material.study.seed
    )
    return detectable_table(found)


def _population_fit(material: Material, marker: str | None, items: Sequence[str]) -> sem.SemResult:
    """The measurement model, with the marker where there is one, by plain ML on complete units."""
    text, frame = measurement_text(material), settled_of(material).frame
    if marker is not None:
        text = f"{text}{marker} =~ {' + '.join(items)}\n"
        frame = frame.assign(**{name: material.units[name] for name in items})
    complete = pd.DataFrame(frame[list(_items(text))]).dropna()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.cfa(text, complete, std_lv=True)


def _items(text: str) -> dict[str, None]:
    """Items of a measurement model, once each."""
    sides = (line.partition("=~")[2] for line in text.splitlines() if "=~" in line)
    return dict.fromkeys(item.strip() for side in sides for item in side.split("+"))
