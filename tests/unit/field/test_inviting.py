"""Invitations: who is invited, which lists come out, what is refused before a token is made."""

import csv
import os
import socket
import stat

import pytest

from mlbc_stats import field
from mlbc_stats.errors import DataWarning, FieldError, NotServedError
from mlbc_stats.field.server.running import is_local
from mlbc_stats.field.store.keys import unit_token
from mlbc_stats.field.store.respondents import invited

UNITS = """SolutionID,Informant,Email,language
007,technical,a@b.org,de
007,management,=cmd@b.org,
NA,technical,,
"""


@pytest.fixture
def store(tmp_path):
    opened = field.open_store(tmp_path / "field.db", tmp_path / "field.key")
    yield opened
    opened.engine.dispose()


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_lists_of_each_platform(store, tmp_path):
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    files = field.invite(
        store, tmp_path / "units.csv", tmp_path / "lists", address="https://survey.example.org/"
    )
    page, *_ = files
    assert [row["unit_id"] for row in rows(page)] == ["007", "007", "NA"]
    assert (
        len({row["token"] for row in rows(page)}) == 3 and len({row["unit_token"] for row in rows(page)}) == 2
    )
    assert rows(page)[0]["link"] == f"https://survey.example.org/#t={rows(page)[0]['token']}"
    assert rows(page)[1]["email"] == "'=cmd@b.org"
    limesurvey = rows(tmp_path / "lists" / "limesurvey_technical.csv")
    assert list(limesurvey[0])[:7] == [
        "firstname",
        "lastname",
        "email",
        "emailstatus",
        "token",
        "language",
        "usesleft",
    ]
    assert limesurvey[0]["attribute_1 <unit_token>"] == unit_token(store.key, "007")
    qualtrics = rows(tmp_path / "lists" / "qualtrics_management.csv")
    assert qualtrics[0]["unit_token"] == limesurvey[0]["attribute_1 <unit_token>"]
    assert (qualtrics[0]["Language"], limesurvey[0]["language"]) == ("", "de")
    assert sum(invited(store).values()) == 3


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_what_holds_tokens_keys_or_answers_is_for_its_owner_only(store, tmp_path):
    (tmp_path / "units.csv").write_text("unit_id\na\n", encoding="utf-8")
    files = field.invite(store, tmp_path / "units.csv", tmp_path / "lists")
    for path in (*files, tmp_path / "field.key", tmp_path / "field.db"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "field.key").chmod(0o644)
    with pytest.raises(FieldError, match="other users can read the key"):
        field.open_store(tmp_path / "field.db", tmp_path / "field.key")


@pytest.mark.parametrize(
    ("text", "informants", "message"),
    [
        ("unit_id\n", (), "no units"),
        ("firm\na\n", (), "no column names the units"),
        (
            "unit_id,informant\na,tecnical\n,management\n",
            (),
            "line 2: informant 'tecnical'; did you mean 'technical'",
        ),
        ("unit_id\na\n", ("boss",), "unknown informant 'boss'"),
        ("unit_id,informant\na,technical\n", ("management",), "do not name groups beside it"),
    ],
)
def test_lists_that_cannot_be_used(store, tmp_path, text, informants, message):
    (tmp_path / "units.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FieldError, match=message):
        field.invite(store, tmp_path / "units.csv", tmp_path / "lists", informants=informants)
    assert invited(store) == {} and not (tmp_path / "lists").exists()


def test_nobody_is_invited_twice_unless_asked_for(store, tmp_path):
    (tmp_path / "units.csv").write_text("unit_id\na\n", encoding="utf-8")
    field.invite(store, tmp_path / "units.csv", tmp_path / "lists")
    with pytest.raises(FieldError, match="1 of 1 are invited already"):
        field.invite(store, tmp_path / "units.csv", tmp_path / "more")
    with pytest.raises(FieldError, match="nowhere else"):
        field.invite(store, tmp_path / "units.csv", tmp_path / "lists", again=True)
    field.invite(store, tmp_path / "units.csv", tmp_path / "more", again=True)
    assert list(invited(store).values()) == [2]
    with pytest.raises(FieldError, match="begins with https"):
        field.invite(store, tmp_path / "units.csv", tmp_path / "third", again=True, address="example.org")


def test_a_store_and_its_key_belong_together(store, tmp_path):
    (tmp_path / "other.key").write_text("ab" * 32 + "\n", encoding="ascii")
    (tmp_path / "other.key").chmod(0o600)
    with pytest.raises(FieldError, match="is not the key of store"):
        field.open_store(tmp_path / "field.db", tmp_path / "other.key")
    (tmp_path / "text.db").write_text("this is no database " * 100, encoding="ascii")
    with pytest.raises(FieldError, match="cannot be opened"):
        field.open_store(tmp_path / "text.db", tmp_path / "field.key")
    with pytest.raises(FieldError, match="no such file"):
        field.open_store(tmp_path / "none.db", tmp_path / "field.key", create=False)
    with pytest.raises(NotServedError, match="mysql"):
        field.open_store("mysql://localhost/x", tmp_path / "field.key")


def test_the_address_of_a_database_is_told_without_its_password(tmp_path):
    with pytest.raises(FieldError) as raised:
        field.open_store("postgresql://me:secret@127.0.0.1:1/x", tmp_path / "field.key")
    assert "secret" not in str(raised.value) and "me:***@127.0.0.1" in str(raised.value)


def test_a_public_address_needs_a_certificate(store):
    assert not is_local("0.0.0.0") and not is_local("::") and is_local("::1")
    with pytest.raises(FieldError, match="without a certificate"):
        field.serve(store, field.Fielding(("mlbc_alignment",)), host="0.0.0.0")


def test_nobody_is_asked_without_a_text_of_consent(store):
    with pytest.raises(FieldError, match="no text of information and consent"):
        field.application(store, field.Fielding(("marker",)))
    told = {"controller": {"en": "Example University"}, "retention": {"en": "ten years"}}
    assert field.application(store, field.Fielding(("marker",), **told))


def test_answers_on_other_platforms_are_counted_by_unit(store, tmp_path):
    (tmp_path / "units.csv").write_text("unit_id\na\nb\n", encoding="utf-8")
    field.invite(store, tmp_path / "units.csv", tmp_path / "lists", informants=["technical", "management"])
    a, b = (unit_token(store.key, unit) for unit in "ab")
    text = f"ResponseId,finished,attribute_1\n1,1,{a}\n2,0,{b}\n3,1,{a}\n4,1,\n"
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    with pytest.warns(DataWarning, match="1 of 4 rows hold no unit token"):
        counts = field.monitor(store, tmp_path / "units.csv", exports={"technical": tmp_path / "export.csv"})
    assert counts.set_index(["unit", "informant"])["finished"].to_dict() == {
        ("a", "management"): 0,
        ("a", "technical"): 2,
        ("b", "management"): 0,
        ("b", "technical"): 0,
    }
    (tmp_path / "other.csv").write_text("unit_id,finished\nu2222222222,1\n", encoding="utf-8")
    with pytest.raises(FieldError, match="no column holds unit tokens"):
        field.monitor(store, exports={"technical": tmp_path / "other.csv"})
    with pytest.raises(FieldError, match="nobody of the group 'boss'"):
        field.monitor(store, exports={"boss": tmp_path / "export.csv"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("unit_id,informant\nS1,\nS2,technical\n", "line 2: no informant, while other lines have one"),
        ("unit_id,language\nS1,de\nS2,xx\n", "line 3: 'xx' is no code of a language"),
        ("unit_id,email\nS1,not a mail\n", "line 2: 'not a mail' is no address of mail"),
        ("unit_id,email\nS1,a@b.org\nS1,A@b.org\n", "line 3: the person of line 2 again"),
        (
            "unit_id,email\n" + "".join(f"S{k},nobody\n" for k in range(23)),
            r"'nobody' is no address of mail; and 3 more; correct the list",
        ),
        ("unit_id\nS1\ns1\n", "line 3: unit 's1' is 'S1' on line 2"),
    ],
)
def test_lists_that_would_lose_an_answer_are_refused(store, tmp_path, text, message):
    (tmp_path / "units.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FieldError, match=message):
        field.invite(store, tmp_path / "units.csv", tmp_path / "lists")
    assert not invited(store) and not (tmp_path / "lists").exists()


def test_two_persons_of_one_group_without_addresses_are_two(store, tmp_path):
    (tmp_path / "units.csv").write_text("unit_id,informant\nS1,technical\nS1,technical\n", encoding="utf-8")
    page, *_ = field.invite(store, tmp_path / "units.csv", tmp_path / "lists")
    assert len(rows(page)) == 2


def test_lists_do_not_go_into_a_file(store, tmp_path):
    (tmp_path / "units.csv").write_text("unit_id\nS1\n", encoding="utf-8")
    with pytest.raises(FieldError, match="is a file; name a folder"):
        field.invite(store, tmp_path / "units.csv", tmp_path / "units.csv")
    assert not invited(store)


def test_no_second_key_is_made_for_a_store(store, tmp_path):
    other = tmp_path / "other.key"
    with pytest.raises(FieldError, match=r"other\.key: no such file; store field\.db needs the key"):
        field.open_store(tmp_path / "field.db", other)
    assert not other.exists()


def test_a_port_that_is_taken_is_told_before_anything_is_served(store):
    told = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(FieldError, match=f"127.0.0.1, port {port}: cannot listen there"):
            field.serve(store, field.Fielding(("mlbc_alignment",)), port=port, started=lambda: told.append(1))
    assert not told
