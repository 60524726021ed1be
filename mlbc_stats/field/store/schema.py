"""The tables of a fielding; there is no column for an address of a machine, a name or a token."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

METADATA = MetaData()

FIELDINGS = Table(
    "mlbc_fielding",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("settings", Text, nullable=True),  # JSON; NULL until the page is served
    Column("key_check", String(64), nullable=False),  # says whether a key is the one tokens were hashed with
)
FORMS = Table(
    "mlbc_forms",
    METADATA,
    Column("informant", String(40), primary_key=True),  # empty for everybody
    Column("digest", String(64), nullable=False),
)
INVITATIONS = Table(
    "mlbc_invitations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("respondent", String(16), nullable=False, unique=True),  # a random name of the case
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("unit", String(32), nullable=False, index=True),
    Column("informant", String(40), nullable=False),
    Column("opened", String(20)),  # UTC, to the second
    Column("consent", Integer),  # 1, 0 or NULL
    Column("finished", String(20)),
    Column("language", String(20)),
)
SENDS = Table(
    "mlbc_sends",
    METADATA,
    Column("number", Integer, primary_key=True),  # in the order received; the last one of a page counts
    Column("respondent", ForeignKey("mlbc_invitations.respondent"), nullable=False),
    Column("send", String(36), nullable=False),  # named by the page, so that a repeated one is known
    Column("page", String(60), nullable=False),
    Column("answers", Text, nullable=False),  # JSON
    Column("seconds", Float, nullable=False),
    Column("pastes", Integer, nullable=False),
    Column("trap", Integer, nullable=False),  # 1: the field that nobody sees was filled in
    Column("digest", String(64), nullable=False),
    Column("received", String(20), nullable=False),
    UniqueConstraint("respondent", "send"),
)
