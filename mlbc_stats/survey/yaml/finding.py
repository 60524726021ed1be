"""One finding about an instrument file: where it is, which item it concerns, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mlbc_stats.errors import InstrumentError


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    file : path of the file as the user gave it.
    line : 1-based line.
    item : id of the item, scale, construct or check concerned; ``""`` where the whole file is meant.
    message : what is wrong, what was expected and what to do.
    severity : an ``"error"`` keeps the instrument from loading, a ``"warning"`` asks for a second look.
    """

    file: str
    line: int
    item: str
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: "
        return place + (f"{self.item}: " if self.item else "") + self.message


def errors_of(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Keep the findings that stop an instrument from loading."""
    return tuple(finding for finding in findings if finding.severity == "error")


def raise_findings(findings: Sequence[Finding]) -> None:
    """Raise one InstrumentError that lists every error; do nothing when there is none."""
    errors = errors_of(findings)
    if errors:
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        raise InstrumentError(f"{count}\n" + "\n".join(f"  {error}" for error in errors), errors)
