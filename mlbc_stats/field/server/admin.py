"""The page of the researcher: counts by group and unit, behind a password, nothing to change on it."""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from mlbc_stats.errors import FieldError
from mlbc_stats.field.answers.monitoring import by_group, by_unit, monitor
from mlbc_stats.field.server.limits import Callers, Limiter
from mlbc_stats.field.store.opening import Store
from mlbc_stats.field.store.pages import RefusedError

SHORTEST_PASSWORD = 12
GUESSES = (5, 1 / 30)
"""Wrong passwords of one caller: so many at once, then so many a second."""
ASK = {"www-authenticate": 'Basic realm="monitoring", charset="UTF-8"'}


class Admin:
    """Monitoring for whoever knows the password."""

    def __init__(self, store: Store, password: str) -> None:
        if len(password) < SHORTEST_PASSWORD:
            raise FieldError(
                f"the password of the monitoring page has {len(password)} characters; take {SHORTEST_PASSWORD} or more"
            )
        self.store, self._digest = store, sha256(password.encode()).digest()
        self.callers, self.guesses = Callers(), Limiter(*GUESSES)
        self.template = Environment(
            loader=PackageLoader("mlbc_stats.field.server"), autoescape=True, undefined=StrictUndefined
        ).get_template("monitor.html")

    async def page(self, request: Request) -> Response:
        """The counts, as a page; 401 without the password, 429 after too many wrong ones."""
        caller = self.callers.name(request)
        if not self.guesses.allows(caller):
            raise RefusedError(429, "guesses")
        given = _password(request)
        if given is None or not hmac.compare_digest(sha256(given).digest(), self._digest):
            if given is not None:
                self.guesses.take(caller)
            return Response("a password is needed", status_code=401, headers=ASK)
        return HTMLResponse(await run_in_threadpool(self._counts))

    def _counts(self) -> str:
        counts = monitor(self.store)
        tables = [("By group", by_group(counts)), ("By unit", by_unit(counts))]
        return self.template.render(
            tables=[(title, list(frame.columns), frame.to_numpy().tolist()) for title, frame in tables]
        )


def _password(request: Request) -> bytes | None:
    """The password of a request by HTTP Basic, whatever the name; None when there is none."""
    kind, _, words = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(words, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
