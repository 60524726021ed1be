"""Pages in the store: each one that arrives is kept, none twice, and the last of its kind counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, select

from mlbc_stats.field.store.opening import Store
from mlbc_stats.field.store.respondents import Respondent, find, mark, mark_opened, now
from mlbc_stats.field.store.schema import SENDS
from mlbc_stats.survey.exporters.surveyjs import CONSENT

MOST_SENDS = 500
"""Pages of one respondent, those sent again after a change among them."""
Answers = Mapping[str, int | float | str]


@dataclass(frozen=True, slots=True)
class Send:
    """One page as the browser sent it, its answers checked.

    Attributes
    ----------
    send : name that the browser gave it; the same page sent again bears the same.
    page : id of the block, or "consent".
    answers : question id → code, number or text; blank ones are left out.
    seconds : the page was before the respondent's eyes.
    pastes : times that something was pasted.
    trap : whether the field that nobody sees was filled in.
    language : of the page.
    last : whether the questionnaire ends with it.
    """

    send: str
    page: str
    answers: Answers
    seconds: float
    pastes: int
    trap: bool
    language: str
    last: bool

    def digest(self) -> str:
        """What tells two pages apart that bear one name."""
        return sha256(json.dumps([self.page, self.answers, self.last], sort_keys=True).encode()).hexdigest()


class RefusedError(Exception):
    """A request that gets nothing: its status of HTTP and why, in one word for the page."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def save(store: Store, token_hash: str, send: Send) -> Respondent:
    """Keep a page; when this returns, it is on the disk.

    A page that is there already is acknowledged again, also after the end. Before consent nothing but the consent is
    taken, and whoever declines leaves no answers.

    Raises
    ------
    RefusedError
        401 for an unknown token, 410 for a used one, 403 before consent, 409 when another page bears the name, 429 for
        too many pages.
    """
    with store.changing() as connection:
        respondent = known(find(connection, token_hash))
        if _there(connection, respondent, send):
            return respondent
        _check(connection, respondent, send)
        connection.execute(
            insert(SENDS).values(
                respondent=respondent.respondent,
                send=send.send,
                page=send.page,
                answers=json.dumps(dict(send.answers), ensure_ascii=False),
                seconds=send.seconds,
                pastes=send.pastes,
                trap=int(send.trap),
                digest=send.digest(),
                received=now(),
            )
        )
        _advance(connection, respondent, send)
    return respondent


def resume(store: Store, token_hash: str) -> tuple[Respondent, dict[str, Answers]]:
    """The invitation of a token and the pages it has answered so far, marked as opened.

    Raises
    ------
    RefusedError : 401 for an unknown token, 410 for a used one.
    """
    with store.changing() as connection:
        respondent = unused(known(find(connection, token_hash)))
        mark_opened(connection, respondent.respondent)
        chosen = select(SENDS.c.page, SENDS.c.answers).where(SENDS.c.respondent == respondent.respondent)
        rows = connection.execute(chosen.order_by(SENDS.c.number)).all()
    return respondent, {page: json.loads(answers) for page, answers in rows}


def known(respondent: Respondent | None) -> Respondent:
    if respondent is None:
        raise RefusedError(401, "unknown")
    return respondent


def unused(respondent: Respondent) -> Respondent:
    if respondent.finished is not None:
        raise RefusedError(410, "used")
    return respondent


def _there(connection: Connection, respondent: Respondent, send: Send) -> bool:
    same = (SENDS.c.respondent == respondent.respondent) & (SENDS.c.send == send.send)
    digest = connection.scalar(select(SENDS.c.digest).where(same))
    if digest not in (None, send.digest()):
        raise RefusedError(409, "conflict")
    return digest is not None


def _check(connection: Connection, respondent: Respondent, send: Send) -> None:
    unused(respondent)
    if send.page != CONSENT and respondent.consent != 1:
        raise RefusedError(403, "consent")
    own = select(func.count()).select_from(SENDS).where(SENDS.c.respondent == respondent.respondent)
    if (connection.scalar(own) or 0) >= MOST_SENDS:
        raise RefusedError(429, "pages")


def _advance(connection: Connection, respondent: Respondent, send: Send) -> None:
    """What the page says about the invitation."""
    values: dict[str, object] = {"language": send.language}
    if send.page == CONSENT:
        values["consent"] = send.answers.get(CONSENT)
    if send.last or values.get("consent") == 0:
        values["finished"] = now()
    if values.get("consent") == 0:  # consent withdrawn: what was saved before goes, too
        own = (SENDS.c.respondent == respondent.respondent) & (SENDS.c.page != CONSENT)
        connection.execute(delete(SENDS).where(own))
    mark(connection, respondent.respondent, **values)
