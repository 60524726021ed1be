"""What the server takes and what it refuses, request by request."""

import json
import logging
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from mlbc_stats import field
from mlbc_stats.field.server import limits
from mlbc_stats.field.store.schema import SENDS
from tests.examples.field_examples import FIELDING, answers, invited, sends

PASSWORD = "a password for nobody"


@pytest.fixture
def store(tmp_path):
    opened = field.open_store(tmp_path / "field.db", tmp_path / "field.key")
    yield opened
    opened.engine.dispose()


@pytest.fixture
def tokens(store, tmp_path):
    return invited(tmp_path, store, 3, ["technical"])


@pytest.fixture
def client(store, tokens):
    with TestClient(field.application(store, FIELDING, PASSWORD)) as made:
        yield made


@pytest.fixture
def questionnaire():
    return FIELDING.questionnaire("technical")


@pytest.fixture
def pages(questionnaire):
    return list(sends(questionnaire, answers(questionnaire, 1)))


def call(client, path, token, body=None, **headers):
    return client.post(
        f"/api/{path}", json=body or {}, headers={"authorization": f"Bearer {token}", **headers}
    )


def stored(store):
    with store.changing() as connection:
        return connection.execute(SENDS.select().order_by(SENDS.c.number)).mappings().all()


def test_a_token_opens_its_questionnaire_and_what_was_answered_so_far(client, tokens, pages):
    first = call(client, "open", tokens[0]).json()
    assert first["pages"] == {} and first["form"]["pages"][0]["name"] == "consent"
    assert first["languages"] == ["en", "de"]
    for page in pages[:3]:
        assert call(client, "pages", tokens[0], page).json() == {"saved": page["send"]}
    again = call(client, "open", tokens[0]).json()
    given = {name: value for name, value in pages[2]["answers"].items() if value is not None}
    assert list(again["pages"]) == ["consent", *(page["page"] for page in pages[1:3])]
    assert again["pages"][pages[2]["page"]] == given
    assert call(client, "open", tokens[1]).json()["pages"] == {}


@pytest.mark.parametrize("token", ["", "forged", "2" * 20, "x" * 5000, "ü"])
def test_a_forged_token_gets_nothing(client, store, token, pages):
    for path, body in [("open", None), ("pages", pages[0])]:
        headers = {"authorization": f"Bearer {token}".encode()}
        answer = client.post(f"/api/{path}", json=body or {}, headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"refused": "unknown"})
    assert client.post("/api/open", json={}).status_code == 401
    assert stored(store) == []


def test_a_token_of_another_fielding_gets_nothing(client, tmp_path):
    (tmp_path / "other").mkdir()
    other = field.open_store(tmp_path / "other" / "field.db", tmp_path / "other" / "field.key")
    foreign = invited(tmp_path / "other", other, 1, ["technical"])[0]
    other.engine.dispose()
    assert call(client, "open", foreign).status_code == 401


def test_a_used_token_gets_nothing_but_the_acknowledgement_of_what_it_sent(client, store, tokens, pages):
    for page in pages:
        assert call(client, "pages", tokens[0], page).status_code == 200
    assert call(client, "open", tokens[0]).json() == {"refused": "used"}
    send = pages[2]["send"]
    forged = send[:-1] + ("1" if send.endswith("0") else "0")
    assert call(client, "pages", tokens[0], pages[2] | {"send": forged}).status_code == 410
    assert call(client, "pages", tokens[0], pages[-1]).json() == {"saved": pages[-1]["send"]}
    assert len(stored(store)) == len(pages)


def test_a_page_sent_twice_is_there_once_and_another_under_its_name_is_refused(client, store, tokens, pages):
    for page in (pages[0], pages[1], pages[1]):
        assert call(client, "pages", tokens[0], page).status_code == 200
    changed = pages[1] | {"answers": {}}
    assert call(client, "pages", tokens[0], changed).json() == {"refused": "conflict"}
    assert [row["send"] for row in stored(store)] == [page["send"] for page in pages[:2]]


def test_nothing_is_taken_before_consent_and_nothing_stays_without_it(client, store, tokens, pages):
    assert call(client, "pages", tokens[0], pages[1]).json() == {"refused": "consent"}
    for page in pages[:3]:
        call(client, "pages", tokens[0], page)
    declines = next(iter([pages[0] | {"answers": {"consent": 0}, "send": pages[-1]["send"]}]))
    assert call(client, "pages", tokens[0], declines).status_code == 200
    assert {row["page"] for row in stored(store)} == {"consent"}
    assert call(client, "open", tokens[0]).status_code == 410
    assert field.monitor(store)["declined"].sum() == 1


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("send", "1"),
        ("send", None),
        ("page", "no such page"),
        ("page", ["consent"]),
        ("answers", []),
        ("answers", {"no_such_item": 1}),
        ("answers", {"phase": "3"}),
        ("answers", {"phase": 3.0}),
        ("answers", {"phase": True}),
        ("answers", {"phase": 99}),
        ("answers", {"phase": -99}),
        ("answers", {"phase": [3]}),
        ("answers", {"phase": {"code": 3}}),
        ("seconds", -1),
        ("seconds", "12"),
        ("pastes", 0.5),
        ("trap", 1),
        ("last", None),
        ("language", "xx"),
        ("language", ["en"]),
        ("more", 1),
    ],
)
def test_wrong_types_and_values_are_refused_whole(client, store, tokens, pages, part, value):
    call(client, "pages", tokens[0], pages[0])
    answer = call(client, "pages", tokens[0], pages[1] | {part: value})
    assert answer.status_code == 422, answer.text
    assert len(stored(store)) == 1


@pytest.mark.parametrize("text", ["a\0b", "x" * 4001, "\ud800", 7])
def test_texts_that_no_database_takes_are_refused(client, store, tokens, pages, text):
    call(client, "pages", tokens[0], pages[0])
    page = next(page for page in pages if "remarks" in page["answers"])
    body = json.dumps(page | {"answers": {"remarks": text}, "last": False})
    headers = {"authorization": f"Bearer {tokens[0]}", "content-type": "application/json"}
    assert client.post("/api/pages", content=body, headers=headers).status_code == 422


def test_script_in_an_answer_is_kept_as_text_and_never_becomes_a_page(
    client, store, tokens, pages, questionnaire
):
    for page in pages:
        assert call(client, "pages", tokens[0], page).status_code == 200
    kept = next(row for row in stored(store) if row["page"] == "context")
    assert json.loads(kept["answers"])["remarks"].endswith("<script>alert(1)</script>")
    assert "<script>" not in client.get("/monitor", auth=("", PASSWORD)).text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * 300_000, "application/json", 413),
        (b"{", "application/json", 400),
        (b'{"seconds": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[[[[[[1]]]]]]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"send=1", "application/x-www-form-urlencoded", 415),
        (b"[]", "application/json", 422),
    ],
)
def test_bodies_too_large_of_another_type_or_no_json(client, tokens, body, kind, status):
    headers = {"authorization": f"Bearer {tokens[0]}", "content-type": kind}
    assert client.post("/api/pages", content=body, headers=headers).status_code == status


def test_a_body_without_a_length_is_cut_off_as_well(client, tokens):
    headers = {"authorization": f"Bearer {tokens[0]}", "content-type": "application/json"}
    chunks = (b" " * 10_000 for _ in range(100))
    assert client.post("/api/pages", content=chunks, headers=headers).status_code == 413


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_other_sites_cannot_use_a_browser(client, tokens, headers):
    assert call(client, "open", tokens[0], **headers).json() == {"refused": "origin"}
    assert call(client, "open", tokens[0], origin="http://testserver").status_code == 200


def test_guesses_and_floods_are_slowed_down(client, tokens, monkeypatch):
    monkeypatch.setattr(
        limits, "time", SimpleNamespace(monotonic=lambda: 0.0)
    )  # slow machines fill no bucket
    for _ in range(80):
        last = call(client, "open", tokens[1])
    assert (last.status_code, last.headers["retry-after"]) == (429, "30")
    assert call(client, "open", tokens[0]).status_code == 200
    assert [call(client, "open", "guess").status_code for _ in range(22)][-1] == 429
    assert call(client, "open", tokens[0]).status_code == 429


def test_every_answer_has_strict_headers(client, tokens):
    for path in ("/", "/assets/page.js", "/no/such", "/api/open", "/health"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
    assert client.get("/").headers["cache-control"] == "no-store"
    assert "set-cookie" not in call(client, "open", tokens[0]).headers


@pytest.mark.parametrize("path", ["../errors.py", "..%2f..%2ferrors.py", "surveyjs/LICENSE", "page.html", ""])
def test_only_listed_files_are_given_out(client, path):
    assert client.get(f"/assets/{path}").status_code == 404


def test_monitoring_needs_its_password_and_is_off_without_one(client, store):
    assert client.get("/monitor").status_code == 401
    assert client.get("/monitor", auth=("", PASSWORD[:-1])).status_code == 401
    shown = client.get("/monitor", auth=("anybody", PASSWORD))
    assert shown.status_code == 200 and "technical" in shown.text
    for _ in range(6):
        last = client.get("/monitor", auth=("", "wrong"))
    assert last.status_code == 429
    with TestClient(field.application(store, FIELDING)) as plain:
        assert plain.get("/monitor").status_code == 404
    with pytest.raises(field.store.opening.FieldError, match="12 or more"):
        field.application(store, FIELDING, "short")


def test_an_error_of_ours_tells_the_browser_nothing(store, tokens, monkeypatch, caplog):
    app = field.application(store, FIELDING)
    monkeypatch.setattr("mlbc_stats.field.server.answering.resume", lambda *_: 1 / 0)
    with TestClient(app, raise_server_exceptions=False) as client, caplog.at_level(logging.CRITICAL):
        answer = call(client, "open", tokens[0])
    assert (answer.status_code, answer.json()) == (500, {"refused": "broken"})
    assert "content-security-policy" in answer.headers


def test_the_store_knows_no_token_and_no_address(store, tokens, client, pages, tmp_path):
    call(client, "pages", tokens[0], pages[0])
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("field.db*"))
    assert not any(token.encode() in raw for token in tokens)
    assert b"testclient" not in raw and b"127.0.0.1" not in raw and b"S001" not in raw
