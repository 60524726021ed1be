"""The models as factors and paths, before an instrument gives them items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PHASE_NAMES = MappingProxyType({"init": "in development", "effect": "in release", "sustain": "in operation"})
"""Groups of solutions by phase, and what they are called."""
PHASES = tuple(PHASE_NAMES)
PRODUCTS = ("FTC:TC", "FTC:CS", "OML:CS", "OML:TC", "CS:CHG")
COMPOSITES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "technical": ("dp", "ti", "am"),
        "social": ("gv", "ac", "os"),
        "scaling": ("dp", "ti", "am", "gv", "ac", "os"),
        "advantage": ("adv_strategic", "adv_financial", "adv_operational", "adv_new"),
    }
)
"""Columns that are means of scale means, each part of the same weight: levers and advantages that need not go together.
"""


@dataclass(frozen=True, slots=True)
class StructuralModel:
    """Factors and paths of a model before an instrument gives it items.

    Attributes
    ----------
    factors : construct ids; one whose construct has facets becomes a second-order factor over them.
    paths : one (outcome, predictors) pair per regression; "x:z" is a product of two factors.
    parcels : factors measured by the scale means of their facets.
    columns : observed predictors made of the answers (:mod:`mlbc_stats.theory.structural.columns`).
    groups : names of the groups whose paths are apart, in the column ``phase_group``.
    levels : the second level alone explains; paths above are those between organizations.
    """

    id: str
    title: str
    factors: tuple[str, ...]
    paths: tuple[tuple[str, tuple[str, ...]], ...]
    parcels: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    levels: bool = False

    @property
    def products(self) -> tuple[str, ...]:
        """Products among the predictors, each once."""
        return tuple(dict.fromkeys(name for _, names in self.paths for name in names if ":" in name))


_ALL = (
    StructuralModel(
        id="S1",
        title="Alignment on structure and practices, capability on alignment and practices",
        factors=("TC", "CS", "FTC", "OML", "aln_state", "CAP"),
        paths=(("aln_state", ("TC", "CS", "FTC", "OML")), ("CAP", ("aln_state", "FTC", "OML"))),
    ),
    StructuralModel(
        id="S2",
        title="Rivals: practices reduce complexity and sensitivity themselves",
        factors=("TC", "FTC", "cs_task", "cs_org", "cs_env", "oml_learn", "oml_data"),
        paths=(
            ("TC", ("FTC",)),
            ("cs_task", ("oml_learn", "oml_data")),
            ("cs_org", ("oml_learn", "oml_data")),
            ("cs_env", ("oml_learn", "oml_data")),
        ),
    ),
    StructuralModel(
        id="S3",
        title="Alignment on structure, practices and change, with their products",
        factors=("TC", "CS", "FTC", "OML", "CHG", "aln_state"),
        paths=(("aln_state", ("TC", "CS", "FTC", "OML", "CHG", *PRODUCTS)),),
        parcels=("TC", "CS", "FTC", "OML", "CHG"),
    ),
    StructuralModel(
        id="S4",
        title="Alignment on structure and practices by phase of the solution",
        factors=("TC", "CS", "FTC", "OML", "aln_state"),
        paths=(("aln_state", ("TC", "CS", "FTC", "OML")),),
        parcels=("TC", "CS", "FTC", "OML"),
        groups=PHASES,
    ),
    StructuralModel(
        id="pace_gap",
        title="Alignment on how far the paces of the cycles lie apart, their level held constant",
        factors=("aln_state",),
        paths=(("aln_state", ("gap_tech_org", "gap_tech_user", "pace_org", "pace_tech", "pace_user")),),
        columns=("gap_tech_org", "gap_tech_user", "pace_org", "pace_tech", "pace_user"),
    ),
    StructuralModel(
        id="dispersion",
        title="Alignment on how far informants differ about expectations, their mean held constant",
        factors=("aln_state",),
        paths=(("aln_state", ("ftc_expect_spread", "ftc_expect_level")),),
        columns=("ftc_expect_spread", "ftc_expect_level"),
    ),
    StructuralModel(
        id="pace_value",
        title="Capability on the pace of technology",
        factors=("pace_tech", "CAP"),
        paths=(("CAP", ("pace_tech",)),),
    ),
    StructuralModel(
        id="pace_expect",
        title="The pace of the three cycles on expectations that were brought together",
        factors=("ftc_expect", "pace_org", "pace_tech", "pace_user"),
        paths=tuple((name, ("ftc_expect",)) for name in ("pace_org", "pace_tech", "pace_user")),
    ),
    StructuralModel(
        id="user_pair",
        title="Alignment of organization and users on synchronized efforts",
        factors=("ftc_sync", "pair_org_user"),
        paths=(("pair_org_user", ("ftc_sync",)),),
    ),
    StructuralModel(
        id="attention",
        title="Alignment on attention to organizational and user change",
        factors=("att_change", "aln_state"),
        paths=(("aln_state", ("att_change",)),),
    ),
    StructuralModel(
        id="complements",
        title="Advantages on technical and social components and their product",
        factors=(),
        paths=(("advantage", ("technical", "social", "technical_x_social")),),
        columns=("technical", "social", "technical_x_social", "advantage"),
    ),
    StructuralModel(
        id="influences",
        title="Advantages on skills, strategies, environment and size, components held constant",
        factors=("inf_skills", "inf_strategy", "inf_external"),
        paths=(("advantage", ("inf_skills", "inf_strategy", "inf_external", "size", "scaling")),),
        columns=("advantage", "size", "scaling"),
    ),
    StructuralModel(
        id="vision",
        title="The other components on the vision of growth",
        factors=("gv", "dp", "ti", "am", "ac", "os"),
        paths=tuple((name, ("gv",)) for name in ("dp", "ti", "am", "ac", "os")),
        parcels=("gv", "dp", "ti", "am", "ac", "os"),
    ),
    StructuralModel(
        id="levels",
        title="Components of organizations, alignment and capability of their solutions, on two levels",
        factors=(),
        paths=(
            ("aln_state", ("org_technical", "org_social")),
            ("CAP", ("aln_state", "org_technical", "org_social")),
        ),
        columns=("org_technical", "org_social", "aln_state", "CAP"),
        levels=True,
    ),
)

MODELS: Mapping[str, StructuralModel] = MappingProxyType({model.id: model for model in _ALL})
"""The models in lavaan syntax by id."""
