"""What the page asks of the server: open a questionnaire by its token, keep one page of answers."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from mlbc_stats.field.answers.checking import checked_send
from mlbc_stats.field.server.form import Forms
from mlbc_stats.field.server.limits import Callers, Limiter, json_body, same_origin
from mlbc_stats.field.store.keys import hashed
from mlbc_stats.field.store.pages import RefusedError, known, resume, save
from mlbc_stats.field.store.respondents import find

SCHEME = "Bearer "
LONGEST_TOKEN = 100
GUESSES = (20, 1 / 6)
"""Wrong tokens of one caller: so many at once, then so many a second."""
REQUESTS = (60, 2)
"""Requests with one token."""


class Answering:
    """The two calls of the page. Nothing is answered to a token that is unknown or used.

    Tokens come in a header that only the page's own script can set, never in a cookie or an address, so that no other
    site can make a browser use one.
    """

    def __init__(self, forms: Forms) -> None:
        self.forms, self.store = forms, forms.store
        self.callers, self.guesses, self.requests = Callers(), Limiter(*GUESSES), Limiter(*REQUESTS)

    async def open(self, request: Request) -> JSONResponse:
        """The form, and the answers given so far."""
        token = self._token(request)
        await json_body(request)
        return JSONResponse(await self._tried(request, self._opened, token))

    async def save(self, request: Request) -> JSONResponse:
        """Keep one page; the answer comes after it is on the disk."""
        token = self._token(request)
        body = await json_body(request)
        return JSONResponse(await self._tried(request, self._saved, token, body))

    def _token(self, request: Request) -> str:
        """Hash of the token, when the request may be looked at at all."""
        same_origin(request)
        if not self.guesses.allows(self.callers.name(request)):
            raise RefusedError(429, "guesses")
        given = request.headers.get("authorization", "")
        if not given.startswith(SCHEME) or len(given) > LONGEST_TOKEN:
            self.guesses.take(self.callers.name(request))
            raise RefusedError(401, "unknown")
        token = hashed(self.store.key, "token", given.removeprefix(SCHEME))
        if not self.requests.take(token):
            raise RefusedError(429, "requests")
        return token

    async def _tried(self, request: Request, work: Any, *arguments: Any) -> Any:
        """The work, in a thread of its own; an unknown token counts as a guess of the caller."""
        try:
            return await run_in_threadpool(work, *arguments)
        except RefusedError as refused:
            if refused.status == 401:
                self.guesses.take(self.callers.name(request))
            raise

    def _opened(self, token: str) -> dict[str, Any]:
        respondent, pages = resume(self.store, token)
        questionnaire, form = self.forms.of(respondent.informant)
        return {
            "respondent": respondent.respondent,
            "languages": questionnaire.instrument.languages,
            "form": form,
            "pages": pages,
        }

    def _saved(self, token: str, body: Any) -> dict[str, Any]:
        with self.store.changing() as connection:
            respondent = known(find(connection, token))
        send = checked_send(self.forms.of(respondent.informant)[0], body)
        save(self.store, token, send)
        return {"saved": send.send}
