"""Content validity: forms for judges, readers of what they send back, indices and decisions.

An instrument enters and forms for judges leave; returned forms enter and a `ContentResult` leaves, every item
kept, revised or dropped by stated rules. Read ``evaluation.py`` first.
"""

from mlbc_stats.survey.content.criteria import Criteria
from mlbc_stats.survey.content.evaluation import evaluate_items
from mlbc_stats.survey.content.forms.writing import write_forms
from mlbc_stats.survey.content.indices.correspondence import (
    definitional_correspondence,
    definitional_distinctiveness,
)
from mlbc_stats.survey.content.indices.necessity import content_validity_ratio, critical_cvr
from mlbc_stats.survey.content.indices.norms import describe_norm, norm_bounds
from mlbc_stats.survey.content.indices.relevance import (
    item_cvi,
    modified_kappa,
    scale_cvi_average,
    scale_cvi_universal,
)
from mlbc_stats.survey.content.indices.sorting import hit_ratio, substantive_agreement, substantive_validity
from mlbc_stats.survey.content.indices.variance import DefinitionAnova, definition_anova
from mlbc_stats.survey.content.result import ContentResult
from mlbc_stats.survey.content.returned.answers import JudgeAnswers
from mlbc_stats.survey.content.returned.reading import read_forms

__all__ = [
    "ContentResult",
    "Criteria",
    "DefinitionAnova",
    "JudgeAnswers",
    "content_validity_ratio",
    "critical_cvr",
    "definition_anova",
    "definitional_correspondence",
    "definitional_distinctiveness",
    "describe_norm",
    "evaluate_items",
    "hit_ratio",
    "item_cvi",
    "modified_kappa",
    "norm_bounds",
    "read_forms",
    "scale_cvi_average",
    "scale_cvi_universal",
    "substantive_agreement",
    "substantive_validity",
    "write_forms",
]
