"""Names of tests of model fit, as lavaan spells them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mlbc_stats.errors import ModelError

SCALED = ("satorra.bentler", "scaled.shifted", "mean.var.adjusted", "yuan.bentler", "yuan.bentler.mplus")
RESIDUAL = (
    "browne.residual.nt",
    "browne.residual.nt.model",
    "browne.residual.adf",
    "browne.residual.adf.model",
)
TESTS = ("standard", *SCALED, *RESIDUAL, "bollen.stine", "none")
EIGENVALUE = re.compile(r"(all|pall|p?eba(?=[1-9])|pols(?=[1-9]))([1-9]\d*)?(_ug)?(_rls|_ml)?")


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How a test smooths the eigenvalues of UΓ: kind (all, pall, eba, peba, pols) with its number of blocks or divisor,
    Browne's unbiased Γ or not, and the statistic, "ml" or "rls"."""

    kind: str
    number: int = 1
    unbiased: bool = False
    base: str = "ml"


def smoothing_of(test: str) -> Smoothing | None:
    """What an eigenvalue test is made of; None for other names.

    Examples
    --------
    >>> smoothing_of("peba4_rls")
    Smoothing(kind='peba', number=4, unbiased=False, base='rls')
    """
    found = EIGENVALUE.fullmatch(test)
    if found is None:
        return None
    kind, number, unbiased, base = found.groups()
    return Smoothing(kind, int(number or 1), unbiased is not None, (base or "_ml")[1:])


OTHER_NAMES = {
    "satterthwaite": "mean.var.adjusted",
    "boot": "bollen.stine",
    "bootstrap": "bollen.stine",
    "browne": "browne.residual.adf",
}
"""Names that lavaan takes for the same tests."""


def read_tests(asked: str | Sequence[str] | None, default: str) -> tuple[str, ...]:
    """Names of the tests asked for, one or several, without repetition.

    Raises
    ------
    ModelError
        for an unknown name.

    Examples
    --------
    >>> read_tests(["standard", "Satorra_Bentler", "fmg"], "standard")
    ('standard', 'satorra.bentler', 'peba4_rls')
    """
    names = [asked] if isinstance(asked, str) or asked is None else list(asked)
    return tuple(dict.fromkeys(_read(name, default) for name in names))


def _read(name: str | None, default: str) -> str:
    if name is None or name in ("default", "robust"):
        return default
    if not isinstance(name, str):
        raise ModelError(f"test={name!r}: expected a name, or a list of names")
    text = name.lower()
    if text == "fmg":
        return "peba4_rls"
    dotted = text.replace("_", ".").replace("-", ".")
    dotted = OTHER_NAMES.get(dotted, dotted)
    if dotted in TESTS:
        return dotted
    if smoothing_of(text) is None:
        raise ModelError(
            f"test={name!r} is not known; use one of {', '.join(TESTS)}, or fmg, all, pall, eba<j>, peba<j>, pols<g> "
            "with _ug, _ml or _rls behind it"
        )
    return text
