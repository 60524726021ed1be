"""The form of one group as the page takes it, made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from mlbc_stats.errors import FieldError
from mlbc_stats.field.settings import Fielding
from mlbc_stats.field.store.fieldings import composed
from mlbc_stats.field.store.opening import Store
from mlbc_stats.survey.exporters.surveyjs import surveyjs_form
from mlbc_stats.survey.questionnaire.model import Questionnaire

LOOK = {
    "showTitle": False,
    "widthMode": "static",
    "width": "72rem",
    "showCompletedPage": False,
    "textUpdateMode": "onTyping",
}
"""How this page shows a form: title and thanks stand outside of it, and every letter typed is kept at once."""


@dataclass(slots=True)
class Forms:
    """Questionnaires by group of informants, composed when the first respondent of the group comes.

    Attributes
    ----------
    store, fielding : where they are remembered, and what they are made of.
    """

    store: Store
    fielding: Fielding
    _made: dict[str, tuple[Questionnaire, dict[str, Any]]] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def of(self, informant: str) -> tuple[Questionnaire, dict[str, Any]]:
        """The questionnaire of a group and its form.

        Raises
        ------
        FieldError : when others of the group have answered other words or codes.
        """
        with self._turn:
            if informant not in self._made:
                made, same = composed(self.store, self.fielding, informant)
                if not same:
                    raise FieldError(
                        f"store {self.store.name}: the questionnaire for {informant or 'everybody'} is no longer what "
                        "others have answered: an instrument file changed; take it as it was, or another store"
                    )
                self._made[informant] = (made, surveyjs_form(made) | LOOK)
            return self._made[informant]
