"""The study file that reads an export: one entry per group, with everything that was composed."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from mlbc_stats.field.settings import Fielding


def study_text(fielding: Fielding, files: Mapping[str, str]) -> str:
    """A study file in YAML.

    Parameters
    ----------
    fielding : what was asked.
    files : group → file of its answers, "" for everybody.

    Examples
    --------
    >>> print(study_text(Fielding(("marker",)), {"technical": "answers_technical.csv"}).splitlines()[0])
    kind: study
    """
    content: dict[str, Any] = {
        "kind": "study",
        "instruments": list(fielding.instruments),
        "responses": [_source(fielding, group, name) for group, name in files.items()],
        "output": "results",
    }
    if len(files) > 1:
        content["design"] = "several_informants"
    text = StringIO()
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.dump(content, text)
    return text.getvalue()


def _source(fielding: Fielding, group: str, name: str) -> dict[str, Any]:
    known = {
        "informant": group,
        "short": fielding.short,
        "period": fielding.period,
        "order": fielding.order,
        "seed": fielding.seed,
    }
    chosen = {key: value for key, value in known.items() if value not in ("", None)}
    return {"path": name, "platform": "plain", "unit_column": "unit_id", "id_column": "case_id", **chosen}
