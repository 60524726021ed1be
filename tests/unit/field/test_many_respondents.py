"""Two hundred respondents at once through the real server, which is killed in the middle: no page lost, none twice."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx2
import pytest

from mlbc_stats import field, survey
from mlbc_stats.field.store.schema import SENDS
from tests.examples.field_examples import FIELDING, answers, invited, sends

RESPONDENTS, PATIENCE = 200, 120.0
ROOT = Path(__file__).resolve().parents[3]


def program(name):
    """A program of PostgreSQL; Debian keeps them off the path."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or next(map(str, places), None)


@contextlib.contextmanager
def postgresql():
    """The address of a server of its own in a temporary folder, run by a user that is not root."""
    folder = Path(tempfile.mkdtemp(prefix="mlbc-pg-"))
    as_user = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **as_user}
    data = folder / "data"
    make = [program("initdb"), "-D", data, "-A", "trust", "-U", "mlbc", "-E", "UTF8", "--locale=C"]
    subprocess.run(make, check=True, **quiet)
    server = subprocess.Popen(
        [
            program("postgres"),
            "-D",
            data,
            "-k",
            folder,
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=60",
        ],
        **quiet,
    )
    try:
        wait(lambda: (folder / ".s.PGSQL.5432").exists())
        time.sleep(0.2)
        yield f"postgresql://mlbc@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    with contextlib.ExitStack() as stack:
        where = tmp_path / "field.db"
        if request.param == "postgresql":
            if program("initdb") is None:
                pytest.skip("PostgreSQL is not on this machine (on Debian: apt-get install postgresql)")
            where = stack.enter_context(postgresql())
        end = time.monotonic() + 20
        while True:  # the socket of a server is there a moment before the server is
            try:
                opened = field.open_store(where, tmp_path / "field.key")
                break
            except field.store.opening.FieldError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
        yield opened, str(where)
        opened.engine.dispose()


def wait(holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def started(where, key, port):
    """The server as a process of its own, by the command that users type."""
    code = "from mlbc_stats.cli import main; main()"
    command = [sys.executable, "-c", code, "field", "serve", *FIELDING.instruments, "--short", "--seed", "1"]
    command += ["--language", "de", "--store", where, "--key", str(key), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    wait(lambda: process.poll() is not None or reachable(port))
    assert process.poll() is None, process.stderr.read()
    return process


def reachable(port):
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


async def answer(client, token, pages, acknowledged):
    """One respondent, who sends every page until it is acknowledged, as the page in the browser does."""
    headers = {"authorization": f"Bearer {token}"}
    for path, body in [("/api/open", {}), *(("/api/pages", page) for page in pages)]:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                response = await client.post(path, json=body, headers=headers)
                if response.status_code == 200:
                    break
                assert response.status_code >= 500, response.text
            await asyncio.sleep(0.1)
        if "send" in body:
            acknowledged.append(body["send"])


def some(pages):
    """Consent, a few pages, one of them twice though it was acknowledged, and the last: enough, and quick."""
    return [*pages[:5], pages[4], pages[-1]]


async def kill(server, restart, acknowledged, enough):
    """Kill the server without warning once so many pages are acknowledged, and start it again."""
    while len(acknowledged) < enough:
        await asyncio.sleep(0.005)
    server.kill()
    await asyncio.to_thread(server.wait)
    seen = len(acknowledged)
    return seen, await asyncio.to_thread(restart)


async def everybody(port, server, restart, tokens, pages, acknowledged):
    limits = httpx2.Limits(max_connections=RESPONDENTS, max_keepalive_connections=RESPONDENTS)
    address = f"http://127.0.0.1:{port}"
    async with httpx2.AsyncClient(
        base_url=address, timeout=PATIENCE, limits=limits, trust_env=False
    ) as client:
        total = sum(map(len, pages))
        work = [answer(client, *one, acknowledged) for one in zip(tokens, pages, strict=True)]
        (_, again), *_ = await asyncio.gather(kill(server, restart, acknowledged, total // 3), *work)
    return again


@pytest.mark.slow
def test_no_page_is_lost_and_none_is_there_twice(store, tmp_path):
    opened, where = store
    tokens = invited(tmp_path, opened, RESPONDENTS, ["technical"])
    questionnaire = FIELDING.questionnaire("technical")
    given = [answers(questionnaire, seed) for seed in range(RESPONDENTS)]
    pages = [some(list(sends(questionnaire, one))) for one in given]
    port, acknowledged = free_port(), []
    servers = [started(where, tmp_path / "field.key", port)]

    def restart():
        servers.append(started(where, tmp_path / "field.key", port))
        return servers[-1]

    try:
        asyncio.run(everybody(port, servers[0], restart, tokens, pages, acknowledged))
    finally:
        for server in servers:
            server.terminate()
            server.wait(timeout=PATIENCE)
            server.stderr.close()
    assert len(servers) == 2
    with opened.changing() as connection:
        rows = connection.execute(SENDS.select()).mappings().all()
    kept = Counter(row["send"] for row in rows)
    assert set(acknowledged) <= set(kept) and set(kept.values()) == {1}
    assert set(kept) == {page["send"] for one in pages for page in one}
    told = {page["send"]: page["answers"] for one in pages for page in one}
    for row in rows:
        expected = {name: value for name, value in told[row["send"]].items() if value is not None}
        assert json.loads(row["answers"]) == expected
    field.export(opened, tmp_path / "answers", units=tmp_path / "units.csv")
    responses = survey.read(tmp_path / "answers" / "answers_technical.csv", questionnaire)
    assert sorted(responses.unit_ids) == [f"S{number:03d}" for number in range(RESPONDENTS)]
