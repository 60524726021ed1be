"""H1: which structure of the components is nearer to the answers, the stated one or its rivals."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.theory.deciders.scores import too_few, unit_scores
from mlbc_stats.theory.deciders.seam import Decider
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sem.fitting.sem_result import SemResult
    from mlbc_stats.theory.deciders.seam import Given
    from mlbc_stats.theory.entries import Proposition
    from mlbc_stats.theory.states import Obstacle

FEWEST = 60
"""Units without which six correlated components have as many parameters as there are units."""
GROUP = re.compile(r"(\w+) =~ (.+)")
TOLD = (
    "every structure is a factor model of the scale means of the phases, fitted to the same units by full-information "
    "maximum likelihood; a difference is that of the log-likelihood of a unit, with BIC's penalty, its error Vuong's"
)


def _groups(entry: Proposition) -> dict[str, list[str]]:
    """Group → its components, as the fragment has them."""
    return {name: parts.split(" + ") for name, parts in GROUP.findall(entry.fragment)}


def structures(groups: Mapping[str, list[str]], cells: Mapping[str, list[str]]) -> dict[str, str]:
    """The stated structure and its rivals in lavaan syntax.

    Parameters
    ----------
    groups : group → components; cells : component → the observed columns that measure it.

    Examples
    --------
    >>> found = structures({"technical": ["dp", "ti"], "social": ["gv"]}, {"dp": ["a"], "ti": ["b"], "gv": ["c"]})
    >>> found["two"]
    'technical =~ a + b\\nsocial =~ c'
    >>> list(found)
    ['six', 'one', 'two', 'grouped', 'general']
    """
    six = {name: cells[name] for parts in groups.values() for name in parts}
    two = {group: [cell for name in parts for cell in cells[name]] for group, parts in groups.items()}
    return {
        "six": _text(six),
        "one": _text({"scaling": [cell for parts in six.values() for cell in parts]}),
        "two": _text(two),
        "grouped": _text({**six, **groups}),
        "general": _text(six | {"scaling": list(six)}),
    }


def _text(measured: Mapping[str, list[str]]) -> str:
    return "\n".join(f"{name} =~ {' + '.join(parts)}" for name, parts in measured.items())


def _cells(entry: Proposition, given: Given) -> dict[str, list[str]]:
    """Component → its facets."""
    names = [name for parts in _groups(entry).values() for name in parts]
    return {name: [facet.id for facet in given.instrument.facets(name)] or [name] for name in names}


def _scores(entry: Proposition, given: Given) -> pd.DataFrame:
    """Scale means of the facets, of units that have any."""
    columns = [cell for parts in _cells(entry, given).values() for cell in parts]
    return unit_scores(given, columns).dropna(how="all")


def _obstacle(entry: Proposition, given: Given) -> Obstacle | None:
    return too_few(len(_scores(entry, given)), FEWEST)


def _quantities(entry: Proposition, given: Given) -> Found:
    scores = _scores(entry, given)
    texts = structures(_groups(entry), _cells(entry, given))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        fits = {name: _fit(text, scores) for name, text in texts.items() if name in _named(entry.deciding)}
        parts = tuple(_compared(name, fits) for name in entry.deciding)
        beside = [one.quantity for one in entry.beside]
        if not any(fits[stated].doubts for stated, _ in map(_pair, entry.deciding)):
            fits |= {name: _fit(text, scores) for name, text in texts.items() if name in _named(beside)}
    told = "; ".join(f"{name}: {_indices(fit)}" for name, fit in fits.items())
    known = tuple(_compared(name, fits) for name in beside if _solved(name, fits))
    return Found(parts, len(scores), (TOLD, told), _doubts(entry, fits, parts), known)


def _fit(text: str, scores: pd.DataFrame) -> SemResult:
    return sem.cfa(text, scores, std_lv=True, estimator="MLR", missing="fiml")


def _named(quantities: Iterable[str]) -> set[str]:
    return {name for quantity in quantities for name in _pair(quantity)}


def _doubts(
    entry: Proposition, fits: Mapping[str, SemResult], parts: tuple[Quantity, ...]
) -> tuple[str, ...]:
    """What keeps the stated structure from support: components that are no parts of their own, though it fits better.

    Where a rival is true, correlations of components beyond one are to be expected, and speak against the stated one.
    """
    if not all(part.estimate > 0 for part in parts):
        return ()
    stated = dict.fromkeys(_pair(quantity)[0] for quantity in entry.deciding)
    return tuple(f"{name}: {'; '.join(fits[name].doubts)}" for name in stated if fits[name].doubts)


def _pair(quantity: str) -> tuple[str, str]:
    """The better one and the other: "six < one" is of their BIC."""
    stated, rival = (side.strip() for side in quantity.split("<"))
    return stated, rival


def _solved(quantity: str, fits: Mapping[str, SemResult]) -> bool:
    return all(name in fits and not fits[name].doubts for name in _pair(quantity))


def _compared(quantity: str, fits: Mapping[str, SemResult]) -> Quantity:
    stated, rival = _pair(quantity)
    found = sem.vuong(fits[stated], fits[rival], names=(stated, rival))
    return Quantity(quantity, found.difference, found.error)


def _indices(fit: SemResult) -> str:
    if not fit.converged:
        return "did not converge"
    held = fit.fit_measures
    doubts = f" ({'; '.join(fit.doubts)})" if fit.doubts else ""
    return f"AIC {held['aic']:.1f}, BIC {held['bic']:.1f}, CFI {held['cfi']:.3f}, RMSEA {held['rmsea']:.3f}{doubts}"


RIVALS = Decider(_obstacle, _quantities)
