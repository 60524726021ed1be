"""The file of a preregistration: written once with its hash, read and checked later."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mlbc_stats
from mlbc_stats import planning
from mlbc_stats.errors import StudyError
from mlbc_stats.study.config import Study
from mlbc_stats.study.preregistration.content import Content, content_of, hash_of
from mlbc_stats.theory.propositions import load_propositions

KIND = "preregistration"
ENOUGH = 0.80
"""Planned power from which a family that asks for it is confirmatory."""


@dataclass(frozen=True, slots=True)
class Preregistration:
    """What was settled beforehand.

    Attributes
    ----------
    content : section → item → what is settled; power : planned sample and power, empty without a plan.
    hash : SHA-256 of both as canonical JSON; date : of writing; version : of the package.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> found = study.preregister(study.load_study())
    >>> isinstance(found, study.Preregistration), "M5" in found.content["hypotheses"]
    (True, True)
    """

    content: Content
    power: dict[str, Any]
    hash: str
    date: str
    version: str

    def text(self) -> str:
        """The file."""
        values = {
            "kind": KIND,
            "hash": self.hash,
            "date": self.date,
            "version": self.version,
            "content": self.content,
            "power": self.power,
        }
        return json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    @property
    def planned_families(self) -> tuple[str, ...]:
        """Families that ask for planned power and have it: .80 or more for every member of the study, at its sample."""
        registry, reached = load_propositions(), self.power.get("power", {})
        members: dict[str, list[str]] = {}
        for name, entry in self.content["hypotheses"].items():
            members.setdefault(entry["family"], []).append(name)
        return tuple(
            key
            for key, names in members.items()
            if registry.families[key].planned and all(reached.get(name, 0.0) >= ENOUGH for name in names)
        )


def preregister(study: Study, plans: Iterable[str | Path] = (), n: int | None = None) -> Preregistration:
    """Settle a study: everything that decides its verdicts, with the power that was planned.

    Parameters
    ----------
    plans : files that `mlbc plan` wrote, whose power is taken in. n : planned sample; the largest of the plans.

    Raises
    ------
    StudyError
        for a sample that no plan simulated.
    DataError
        for files that are no plans.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> found = preregister(study.load_study())
    >>> len(found.hash), found.planned_families
    (64, ())
    """
    content, power = content_of(study), _power(list(plans), n)
    return Preregistration(
        content,
        power,
        hash_of({"content": content, "power": power}),
        datetime.now(UTC).isoformat(timespec="seconds"),
        mlbc_stats.__version__,
    )


def read_preregistration(study: Study) -> Preregistration | None:
    """The preregistration that a study file names; None where it names none.

    Raises
    ------
    StudyError
        where it cannot be read, is no preregistration, or was changed after it was written.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> read_preregistration(study.load_study()) is None
    True
    """
    if study.preregistration is None:
        return None
    path = study.folder / study.preregistration
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        made = Preregistration(*(found[name] for name in ("content", "power", "hash", "date", "version")))
    except FileNotFoundError:
        raise StudyError(f"{path}: no such preregistration; write it with mlbc theory preregister") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise StudyError(f"{path}: expected a file that mlbc theory preregister wrote") from None
    now = hash_of({"content": made.content, "power": made.power})
    if now != made.hash:
        raise StudyError(
            f"{path} was changed after it was written: its hash is {now[:12]}, not {made.hash[:12]}; take the file as "
            "it was registered"
        )
    return made


def _power(plans: list[str | Path], n: int | None) -> dict[str, Any]:
    """Planned sample, power of each proposition there, and the hashes of the plans."""
    if not plans:
        return {}
    results = [planning.merge([path]) for path in plans]
    sample = n or max(max(found.plan.n) for found in results)
    power: dict[str, float] = {}
    for found in results:
        for each in found.summaries:
            if each.condition.n == sample and each.truth:
                power[each.proposition] = min(each.power_holm, power.get(each.proposition, 1.0))
    if not power:
        raise StudyError(f"n={sample}: none of the plans simulated this sample; choose one of theirs")
    return {"sample": sample, "power": power, "plans": [found.plan.hash for found in results]}
