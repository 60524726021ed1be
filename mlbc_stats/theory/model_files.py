"""The models as files: lavaan syntax with what its reader must know, whatever was asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mlbc_stats.survey.loading.load import load_instrument
from mlbc_stats.survey.responses.merging import merged_instrument
from mlbc_stats.theory.models import build_model
from mlbc_stats.theory.propositions import Registry, load_propositions
from mlbc_stats.theory.structural.structures import MODELS

ASKED = (
    "mlbc_alignment",
    "mlbc_cycles",
    "ai_scaling_inventory",
    "ai_scaling_outcomes",
    "ai_scaling_context",
    "context",
)
"""The shipped instruments that the models are about."""


def model_texts(
    names: Sequence[str] | None = None,
    instruments: Sequence[str | Path] | None = None,
    *,
    registry: str | Path | Registry | None = None,
) -> dict[str, str]:
    """Models in lavaan syntax by id, what their reader must know in comments, to be read, edited and run elsewhere.

    Parameters
    ----------
    names : of the models in lavaan syntax; all by default.
    instruments : what is asked, by default every shipped instrument that a model is about.
    registry : as in :func:`mlbc_stats.theory.test`.

    Raises
    ------
    ModelError
        a model that is not written in lavaan syntax.

    Examples
    --------
    >>> print(model_texts(["S2"])["S2"].splitlines()[0])
    # S2: Rivals: practices reduce complexity and sensitivity themselves.
    """
    known = registry if isinstance(registry, Registry) else load_propositions(registry)
    whole = merged_instrument([load_instrument(name) for name in instruments or ASKED])
    texts = {}
    for name in names or MODELS:
        model = build_model(name, whole, known.propositions)
        told = (f"{name}: {model.title}.", 'fit with kind="sem", std_lv=True', *model.notes)
        texts[name] = "".join(f"# {line}\n" for line in told) + model.text
    return texts
