"""The application: which address does what, and how a refusal looks."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mlbc_stats.field.server import files
from mlbc_stats.field.server.admin import Admin
from mlbc_stats.field.server.answering import Answering
from mlbc_stats.field.server.form import Forms
from mlbc_stats.field.server.headers import Headers
from mlbc_stats.field.settings import Fielding
from mlbc_stats.field.store.fieldings import remember
from mlbc_stats.field.store.opening import Store
from mlbc_stats.field.store.pages import RefusedError
from mlbc_stats.field.store.respondents import groups

RETRY = {429: {"retry-after": "30"}}


def application(store: Store, fielding: Fielding, admin_password: str | None = None) -> Headers:
    """The questionnaire as an ASGI application, for `serve` or any server.

    Parameters
    ----------
    store : where invitations are and answers go.
    fielding : what is asked; it must be what the store's answers belong to.
    admin_password : of the page ``/monitor`` with counts; without one there is no such page.

    Raises
    ------
    FieldError
        when the store belongs to another questionnaire, the questionnaire has changed, there is no text of consent, or
        the password is short.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import field
    >>> with TemporaryDirectory() as folder:
    ...     store = field.open_store(Path(folder) / "field.db", Path(folder) / "field.key")
    ...     app = field.application(store, field.Fielding(("mlbc_alignment",)))
    ...     store.engine.dispose()
    >>> callable(app)
    True
    """
    remember(store, fielding)
    forms = Forms(store, fielding)
    for group in groups(store) or [""]:  # whatever is wrong with a questionnaire is said now
        forms.of(group)
    calls = Answering(forms)
    routes = [
        Route("/", files.page, methods=["GET"]),
        Route("/assets/{name:path}", files.asset, methods=["GET"]),
        Route("/api/open", calls.open, methods=["POST"]),
        Route("/api/pages", calls.save, methods=["POST"]),
        Route("/health", _health, methods=["GET"]),
    ]
    if admin_password is not None:
        routes.append(Route("/monitor", Admin(store, admin_password).page, methods=["GET"]))
    handlers = {RefusedError: _refused, Exception: _broken}
    return Headers(Starlette(routes=routes, exception_handlers=handlers))


def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


def _refused(_: Request, refused: Exception) -> Response:
    """Why a request got nothing, in one word."""
    status, reason = (
        (refused.status, refused.reason) if isinstance(refused, RefusedError) else (500, "broken")
    )
    return JSONResponse({"refused": reason}, status_code=status, headers=RETRY.get(status))


def _broken(_: Request, __: Exception) -> Response:
    """An error of ours: its text goes to the log of the server and not to the browser."""
    return JSONResponse({"refused": "broken"}, status_code=500)
