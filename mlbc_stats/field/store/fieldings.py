"""What is fielded, as the store remembers it: settings, and the form of each group, which stays as it is."""

from __future__ import annotations

from sqlalchemy import func, insert, select, update

from mlbc_stats.errors import FieldError
from mlbc_stats.field.settings import Fielding, wording_digest
from mlbc_stats.field.store.opening import Store
from mlbc_stats.field.store.schema import FIELDINGS, FORMS, INVITATIONS, SENDS
from mlbc_stats.survey.questionnaire.model import Questionnaire


def remember(store: Store, fielding: Fielding) -> None:
    """Keep the settings; others than before are refused once somebody has answered.

    Raises
    ------
    FieldError : when answers to another questionnaire are in the store.
    """
    with store.changing() as connection:
        before = connection.scalar(select(FIELDINGS.c.settings))
        if before == fielding.text():
            return
        if before is not None and connection.scalar(select(func.count()).select_from(SENDS)):
            raise FieldError(
                f"store {store.name}: holds answers to {_told(Fielding.from_text(before))}, not to "
                f"{_told(fielding)}; serve what was served before, or take another store"
            )
        connection.execute(update(FIELDINGS).values(settings=fielding.text()))
        connection.execute(FORMS.delete())


def recalled(store: Store) -> Fielding:
    """The settings of the store.

    Raises
    ------
    FieldError : when nothing was served from it yet.
    """
    with store.changing() as connection:
        text = connection.scalar(select(FIELDINGS.c.settings))
    if text is None:
        raise FieldError(f"store {store.name}: nothing was served from it yet; begin with mlbc field serve")
    return Fielding.from_text(text)


def composed(store: Store, fielding: Fielding, informant: str) -> tuple[Questionnaire, bool]:
    """The questionnaire of a group, and whether it still is what its first respondent saw.

    It counts as seen from the first answer on; until then it is remembered anew.
    """
    made = fielding.questionnaire(informant or None)
    digest = wording_digest(made)
    own = FORMS.c.informant == informant
    answered = (
        select(func.count()).select_from(SENDS).join(INVITATIONS).where(INVITATIONS.c.informant == informant)
    )
    with store.changing() as connection:
        before = connection.scalar(select(FORMS.c.digest).where(own))
        if before is None:
            connection.execute(insert(FORMS).values(informant=informant, digest=digest))
        elif before != digest and not connection.scalar(answered):
            connection.execute(update(FORMS).where(own).values(digest=digest))
            before = digest
    return made, before in (None, digest)


def _told(fielding: Fielding) -> str:
    return fielding.text()
