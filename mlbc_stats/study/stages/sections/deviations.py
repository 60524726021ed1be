"""Stage of preregistered studies: what was done otherwise than it was said."""

from __future__ import annotations

from mlbc_stats.report import Table
from mlbc_stats.study.preregistration.content import content_of
from mlbc_stats.study.preregistration.deviations import Deviation, deviations_of
from mlbc_stats.study.preregistration.registered import Preregistration, read_preregistration
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.stage import Stage

TITLE = "Deviations from the plan"


def deviations(material: Material) -> Stage:
    """Every difference between the preregistration and the study as it was run."""
    registered = read_preregistration(material.study)
    if registered is None:
        return Stage("deviations", TITLE, "No preregistration was named.")
    found = deviations_of(registered.content, content_of(material.study))
    count = len(found)
    said = "No deviation" if not found else f"{count} deviation{'s' if count > 1 else ''}"
    short = f"{said} from the preregistration of {registered.date[:10]} (SHA-256 {registered.hash[:12]})."
    return Stage(
        name="deviations",
        title=TITLE,
        short=short,
        text=(short, *_planned(registered, material)),
        tables=(_table(found, registered),) if found else (),
    )


def _planned(registered: Preregistration, material: Material) -> tuple[str, ...]:
    """The planned sample beside the one that was reached."""
    if not registered.power:
        return ("No power was registered.",)
    power = ", ".join(f"{name} {value:.2f}" for name, value in registered.power["power"].items())
    families = ", ".join(registered.planned_families)
    confirmed = f" Confirmatory by planned power: family {families}." if families else ""
    return (
        f"Planned were {registered.power['sample']} units, {len(material.units)} are analysed. Planned power at that "
        f"sample, by simulation: {power}.{confirmed}",
    )


def _table(found: tuple[Deviation, ...], registered: Preregistration) -> Table:
    return Table(
        title=TITLE,
        header=("Section", "Item", "Registered", "Done"),
        columns=tuple(
            tuple(getattr(each, name) for each in found) for name in ("section", "item", "registered", "now")
        ),
        formats=("text",) * 4,
        notes=(f"Registered {registered.date}; SHA-256 {registered.hash}.",),
        identifier="deviations",
        merged=1,
    )
