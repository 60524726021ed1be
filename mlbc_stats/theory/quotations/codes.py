"""The closed list of codes a quotation can carry: facets of M23, cells and advantages of H23."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mlbc_stats.errors import DataError
from mlbc_stats.survey import load_constructs

MUCHA, HAEFNER = "mucha2023", "haefner2023"

_FRAMEWORK = {"solution": MUCHA, "organization": HAEFNER}  # each framework describes one level
_ROLES = {"TC": "challenge", "CS": "challenge", "CHG": "challenge", "FTC": "practice", "OML": "practice"}
_ROLES |= {
    "ALN": "state",
    "BAL": "state",
    "CYC": "state",
    "PAIR": "state",
    "CAP": "outcome",
    "adv": "outcome",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its id, the framework it belongs to, its construct and the part it plays.

    ``role`` is "challenge" (TC, CS, CHG), "practice" (FTC, OML), "state" (ALN, BAL, CYC, PAIR), "outcome"
    (CAP and the advantages) or "lever" (the 18 cells of H23: component ``dp``..``os`` times phase 1..3).
    """

    id: str
    source: str
    construct: str
    role: str


def evidence_codes(source: str = "all") -> tuple[Code, ...]:
    """Every code of one framework, or of both, in the order of ``instruments/constructs.yaml``.

    Parameters
    ----------
    source : "mucha2023", "haefner2023" or "all".

    Raises
    ------
    DataError
        for another source.

    Examples
    --------
    >>> [code.id for code in evidence_codes("mucha2023") if code.role == "practice"]
    ['ftc_sync', 'ftc_roles', 'ftc_expect', 'oml_learn', 'oml_data']
    >>> len(evidence_codes("haefner2023"))
    22
    """
    if source not in (MUCHA, HAEFNER, "all"):
        raise DataError(f"unknown source {source!r}: expected 'mucha2023', 'haefner2023' or 'all'")
    return tuple(code for code in _all() if source in (code.source, "all"))


@cache
def _all() -> tuple[Code, ...]:
    return tuple(
        Code(facet.id, _FRAMEWORK[facet.level], construct, _ROLES.get(construct, "lever"))
        for facet in load_constructs()
        if (construct := facet.parent or ("adv" if facet.id.startswith("adv_") else ""))
    )
