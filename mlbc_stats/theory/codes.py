"""The closed list of codes a quotation can carry: facets of M23, cells and advantages of H23."""

from __future__ import annotations

from dataclasses import dataclass

from mlbc_stats.errors import DataError

MUCHA, HAEFNER = "mucha2023", "haefner2023"

_FACETS = {  # construct -> (role, facets); definitions live in instruments/constructs.yaml
    "TC": ("challenge", "tc_timing tc_pace"),
    "CS": ("challenge", "cs_task cs_org cs_env"),
    "CHG": ("challenge", "chg_task chg_org chg_env"),
    "FTC": ("practice", "ftc_sync ftc_roles ftc_expect"),
    "OML": ("practice", "oml_learn oml_data"),
    "ALN": ("state", "aln_state aln_init aln_effect aln_sustain"),
    "BAL": ("state", "bal"),
    "CYC": (
        "state",
        "cyc_org_est cyc_org_able cyc_tech_est cyc_tech_able cyc_user_est cyc_user_able"
        " pace_org pace_tech pace_user",
    ),
    "PAIR": ("state", "pair_org_tech pair_tech_user pair_org_user"),
    "CAP": ("outcome", "cap_reliable cap_repeatable cap_value"),
}
_COMPONENTS = ("dp", "ti", "am", "gv", "ac", "os")
_ADVANTAGES = ("adv_strategic", "adv_financial", "adv_operational", "adv_new")


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
    """Every code of one framework, or of both, in the order of the frameworks.

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
    return tuple(code for code in _mucha() + _haefner() if source in (code.source, "all"))


def _mucha() -> tuple[Code, ...]:
    return tuple(
        Code(facet, MUCHA, construct, role)
        for construct, (role, facets) in _FACETS.items()
        for facet in facets.split()
    )


def _haefner() -> tuple[Code, ...]:
    cells = tuple(Code(f"{c}{phase}", HAEFNER, c, "lever") for c in _COMPONENTS for phase in (1, 2, 3))
    return cells + tuple(Code(name, HAEFNER, "adv", "outcome") for name in _ADVANTAGES)
