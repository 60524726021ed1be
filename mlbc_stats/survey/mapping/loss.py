"""What one platform cannot carry of a questionnaire, by item."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictInt
from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Sentence

Aspect = Literal[
    "item",
    "name",
    "code",
    "missing_code",
    "label",
    "text",
    "scale",
    "routing",
    "check",
    "order",
    "page",
    "language",
    "consent",
    "unit",
]
"""The part of a questionnaire that is concerned."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Loss:
    """One thing that is not in an export, or not as it was composed.

    Attributes
    ----------
    question : id of the item or check; None for something of the whole questionnaire.
    code : the code concerned, where it is one.
    aspect : the kind of thing.
    lost : True when it is absent from the platform; False when it is there in another form, such as a name that had
        to change, which the mapping undoes.
    detail : what is lost or changed, and why.
    remedy : what the researcher can do about it; empty when there is nothing to do.
    """

    question: Identifier | None = None
    code: StrictInt | None = None
    aspect: Aspect
    lost: bool = True
    detail: Sentence
    remedy: str = ""
