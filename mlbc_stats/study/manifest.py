"""What a reader needs to repeat a study: data hash, versions, seed and date."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import mlbc_stats
from mlbc_stats.study.config import Study
from mlbc_stats.theory.propositions import load_propositions

PACKAGES = (
    "numpy",
    "scipy",
    "pandas",
    "statsmodels",
    "semopy",
    "pingouin",
    "seaborn",
    "matplotlib",
    "pydantic",
    "ruamel.yaml",
    "jinja2",
)


def manifest(
    study: Study, fielded: Iterable[tuple[str, str]], synthetic: bool, sources: Iterable[Path]
) -> dict[str, Any]:
    """The record of a run.

    ``fielded`` is id and version of every instrument file that was asked from; ``sources`` are the files read besides
    them, each listed with its SHA-256. The date is UTC,
    or that of ``SOURCE_DATE_EPOCH`` when it is set, so that builds can be compared byte by byte.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> record = manifest(study.load_study(), [("mlbc_alignment", "1.2.0")], True, [])
    >>> record["synthetic"], record["instruments"][0]["id"]
    (True, 'mlbc_alignment')
    """
    return {
        "kind": "study manifest",
        "title": study.title,
        "date": _now().isoformat(timespec="seconds"),
        "synthetic": synthetic,
        "seed": study.seed,
        "data": [{"file": path.name, "sha256": sha256(path)} for path in sources],
        "design": study.declared_design,
        "instruments": [{"id": name, "version": version} for name, version in fielded],
        "propositions": _propositions(study),
        "python": platform.python_version(),
        "platform": sys.platform,
        "packages": {"mlbc-stats": mlbc_stats.__version__, **{name: _version(name) for name in PACKAGES}},
    }


def _propositions(study: Study) -> dict[str, object]:
    registry = load_propositions()
    return {"version": registry.version, "ids": list(study.propositions or registry.ids)}


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal.

    Examples
    --------
    >>> from mlbc_stats.resources import resource
    >>> len(sha256(resource("instruments", "propositions.yaml")))
    64
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
