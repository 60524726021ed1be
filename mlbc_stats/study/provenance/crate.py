"""Describe the folder of a run as an RO-Crate, so that archives know what each file is and what it was made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

CRATE = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
KINDS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".md": "text/markdown",
    ".lav": "text/plain",
    ".yaml": "application/yaml",
}


def crate(record: Mapping[str, Any], files: Iterable[str]) -> str:
    """The metadata file of an RO-Crate 1.1: the folder, its files, the data and the program that made them.

    Parameters
    ----------
    record : the manifest of the run. files : paths in the folder.

    Examples
    --------
    >>> record = {"title": "T", "date": "2026-01-02T00:00:00+00:00", "synthetic": True, "data": []}
    >>> graph = json.loads(crate(record, ["report.html"]))["@graph"]
    >>> [entry["@id"] for entry in graph]
    ['ro-crate-metadata.json', './', 'report.html', '#mlbc-stats', '#run']
    """
    names = sorted({*files, "manifest.json"} - {CRATE})
    data = [_data(entry) for entry in record.get("data", ())]
    graph = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        _folder(record, names),
        *(_file(name) for name in names if name != "manifest.json" or "manifest.json" in files),
        *data,
        _program(record),
        _run(record, names, data),
    ]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"


def _folder(record: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    what = "SYNTHETIC data: no respondent gave these answers. " if record["synthetic"] else ""
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": record["title"],
        "description": f"{what}Results of a study run by mlbc-stats: report, tables, figures, models.",
        "datePublished": str(record["date"])[:10],
        "license": {"@id": LICENSE},
        "hasPart": [{"@id": name} for name in names if name != "manifest.json"],
        "mentions": [{"@id": "#run"}],
    }


def _file(name: str) -> dict[str, Any]:
    kind = KINDS.get(PurePosixPath(name).suffix)
    return {"@id": name, "@type": "File", "name": name, **({"encodingFormat": kind} if kind else {})}


def _data(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A file of answers: named by its hash, since it is no part of the folder."""
    return {
        "@id": f"#{entry['file']}",
        "@type": "CreativeWork",
        "name": entry["file"],
        "identifier": f"sha256:{entry['sha256']}",
    }


def _program(record: Mapping[str, Any]) -> dict[str, Any]:
    packages = record.get("packages", {})
    return {
        "@id": "#mlbc-stats",
        "@type": "SoftwareApplication",
        "name": "mlbc-stats",
        "softwareVersion": str(packages.get("mlbc-stats", "")),
        "softwareRequirements": [f"{name} {version}" for name, version in packages.items()],
    }


def _run(record: Mapping[str, Any], names: list[str], data: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "mlbc study run",
        "endTime": str(record["date"]),
        "instrument": {"@id": "#mlbc-stats"},
        "object": [{"@id": entry["@id"]} for entry in data],
        "result": [{"@id": name} for name in names if name != "manifest.json"],
    }
