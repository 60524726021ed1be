"""Run the page with uvicorn, and refuse what would not be safe."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path

from mlbc_stats.errors import FieldError
from mlbc_stats.field.server.app import application
from mlbc_stats.field.settings import Fielding
from mlbc_stats.field.store.opening import Store

MOST_CONNECTIONS = 1000
MOST_HEADERS = 16 * 1024


def serve(
    store: Store,
    fielding: Fielding,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    admin_password: str | None = None,
    certificate: Path | None = None,
    certificate_key: Path | None = None,
    started: Callable[[], None] | None = None,
) -> None:
    """Serve the questionnaire until it is stopped. No address of a caller is written anywhere.

    Parameters
    ----------
    store, fielding, admin_password : see `application`.
    host, port : where to listen. Other machines reach the page on a public address only with a certificate, or behind
        a web server that has one and passes requests on to 127.0.0.1.
    certificate, certificate_key : files (PEM) for HTTPS.
    started : called once, when nothing stands in the way any more.

    Raises
    ------
    FieldError
        for a public address without a certificate: tokens and answers would be readable on their way; and for a port
        where another server listens.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mlbc_stats import field
    >>> store = field.open_store(Path("field.db"), Path("field.key"))  # doctest: +SKIP
    >>> field.serve(store, field.Fielding(("mlbc_alignment",)))  # doctest: +SKIP
    """
    import uvicorn

    if certificate is None and not is_local(host):
        raise FieldError(
            f"host {host} can be reached by other machines, and without a certificate tokens and answers are readable "
            "on their way; give certificate and key, or listen on 127.0.0.1 behind a web server with HTTPS"
        )
    page = application(store, fielding, admin_password)
    _refuse_taken(host, port)
    if started is not None:
        started()
    uvicorn.run(
        page,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=MOST_HEADERS,
        ssl_certfile=certificate,
        ssl_keyfile=certificate_key,
    )


def _refuse_taken(host: str, port: int) -> None:
    """Raise when nobody can listen there; uvicorn would log it and leave with an exit code of its own."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else str(error)
        raise FieldError(
            f"{host}, port {port}: cannot listen there ({reason}); stop the server that does, or take another port or "
            "host (on the command line: --port, --host)"
        ) from None


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address.

    Examples
    --------
    >>> is_local("127.0.0.1"), is_local("localhost"), is_local("0.0.0.0"), is_local("survey.example.org")
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
