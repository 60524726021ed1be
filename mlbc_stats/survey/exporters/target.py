"""What a target is: limits, names of columns, and the function that writes the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import Places, named_places
from mlbc_stats.survey.mapping.model import MappingManifest, SystemColumns
from mlbc_stats.survey.mapping.model import Target as Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One format.

    Attributes
    ----------
    name : as users give it; platform : in words, for messages and pages.
    limits : what the platform carries.
    write : form and manifest → end of the file name (``.csv``, ``_de.html``) → content.
    places : how columns are called.
    system : columns of the platform itself.
    tag : our language tag → the platform's.
    by_route : whether rows of a grid that are asked after different answers have to be grids of their own.
    checked : how the export is checked: "run" (by the platform's own software) or "structure" (against its documented
        rules alone).
    """

    name: Name
    platform: str
    limits: Limits
    write: Callable[[Form, MappingManifest], Mapping[str, bytes]]
    places: Places = named_places
    system: SystemColumns | None = None
    tag: Callable[[str], str] = str
    by_route: bool = False
    checked: str = "structure"
