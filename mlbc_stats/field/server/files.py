"""The files of the page: its script and style, and the form library, from the package itself."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from mlbc_stats.field.store.pages import RefusedError

TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
NAMES = (
    "page.js",
    "sending.js",
    "words.js",
    "page.css",
    "surveyjs/survey.core.min.js",
    "surveyjs/survey.i18n.min.js",
    "surveyjs/survey-js-ui.min.js",
    "surveyjs/survey-core.fontless.min.css",
)
"""Every file that is given out; a name is looked up here and never opened as a path."""


def asset(request: Request) -> Response:
    """One file, compressed where the browser takes that, kept by it until it changes."""
    name = request.path_params["name"]
    if name not in NAMES:
        raise RefusedError(404, "nothing")
    body, packed, tag = _content(name)
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = packed, "gzip"
    return Response(body, media_type=TYPES[name.rpartition(".")[2]], headers=headers)


def page(_: Request) -> Response:
    """The page itself; it knows no token and is the same for everybody."""
    return Response(_read("page.html"), media_type="text/html; charset=utf-8")


@cache
def _content(name: str) -> tuple[bytes, bytes, str]:
    body = _read(name)
    return body, gzip.compress(body, mtime=0), f'"{sha256(body).hexdigest()[:24]}"'


def _read(name: str) -> bytes:
    return files("mlbc_stats.field").joinpath("assets", *name.split("/")).read_bytes()
