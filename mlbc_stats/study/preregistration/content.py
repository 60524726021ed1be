"""What of a study is settled before anyone answers: hypotheses, measures, exclusions, models, rules, analysis."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mlbc_stats.planning.monte_carlo.plan import canonical
from mlbc_stats.study.config import Study
from mlbc_stats.study.manifest import sha256
from mlbc_stats.survey.loading.load import load_instrument
from mlbc_stats.survey.responses.merging import merged_instrument
from mlbc_stats.theory.models import MODELS, build_model
from mlbc_stats.theory.propositions import Registry, load_propositions
from mlbc_stats.theory.verdicts.decision import EQUIVALENCE_LEVEL, LEVEL
from mlbc_stats.theory.verdicts.decision_forms import rule

Content = dict[str, dict[str, Any]]
"""Section → item → what is settled, in plain data."""


def content_of(study: Study) -> Content:
    """The settled parts of a study; data, output and appearance are none of them.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> found = content_of(study.load_study())
    >>> list(found)
    ['hypotheses', 'measures', 'exclusions', 'models', 'rules', 'analysis']
    >>> found["hypotheses"]["M1"]["sign"]
    'negative'
    """
    registry = load_propositions()
    asked = study.propositions or registry.ids
    return {
        "hypotheses": {name: _hypothesis(registry, name) for name in asked},
        "measures": {name: _measure(study, name) for name in study.instruments},
        "exclusions": _exclusions(study),
        "models": _models(study, registry, asked),
        "rules": {name: _rule(registry, name) for name in asked},
        "analysis": {
            **asdict(study.estimation),
            "engine": study.engine,
            "design": study.declared_design,
            "robustness": study.robustness,
            "controls": None if study.controls is None else list(study.controls),
            "resamples": study.resamples,
            "seed": study.seed,
        },
    }


def hash_of(content: Any) -> str:
    """SHA-256 of plain data as canonical JSON (sorted keys, no blanks, UTF-8).

    Examples
    --------
    >>> hash_of({"a": 1})[:12]
    '015abd7f5cc5'
    """
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()


def _hypothesis(registry: Registry, name: str) -> dict[str, Any]:
    entry = registry.proposition(name)
    family = registry.families[entry.family]
    return {
        "statement": entry.statement,
        "deciding": list(entry.deciding),
        "sign": entry.sign,
        "smallest_effect": entry.smallest_effect,
        "family": entry.family,
        "role": family.role,
    }


def _rule(registry: Registry, name: str) -> str:
    entry = registry.proposition(name)
    return rule(entry.decision, entry.smallest_effect, LEVEL, EQUIVALENCE_LEVEL)


def _measure(study: Study, name: str) -> dict[str, Any]:
    instrument = load_instrument(_place(study, name))
    wording = {
        item.id: [item.construct, item.scale, item.reversed, dict(item.text)] for item in instrument.items
    }
    return {
        "version": instrument.version,
        "items": [item.id for item in instrument.items],
        "wording": hash_of(wording),
    }


def _place(study: Study, name: str) -> str | Path:
    """A shipped name, or a path from the study file."""
    path = study.folder / name
    return path if path.is_file() else name


def _exclusions(study: Study) -> dict[str, Any]:
    given = asdict(study.screening)
    policy = study.screening.policy
    if policy:
        given["policy_sha256"] = sha256(study.folder / policy)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


def _models(study: Study, registry: Registry, asked: tuple[str, ...]) -> dict[str, str]:
    """Models in lavaan syntax that the instruments can carry."""
    whole = merged_instrument([load_instrument(_place(study, name)) for name in study.instruments])
    entries = [registry.proposition(name) for name in asked]
    needed = [name for name in MODELS if any(entry.model == name for entry in entries)]
    built = {name: build_model(name, whole, entries) for name in needed}
    return {name: model.text for name, model in built.items() if model.structure.paths}
