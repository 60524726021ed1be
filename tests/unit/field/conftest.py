"""Questionnaires are composed once for all tests of the field; composing takes most of their time."""

import functools

import pytest

from mlbc_stats.field.settings import Fielding

COMPOSE = Fielding.questionnaire


@functools.cache
def _composed(text, informant):
    return COMPOSE(Fielding.from_text(text), informant)


@pytest.fixture(autouse=True)
def composed_once(monkeypatch):
    monkeypatch.setattr(Fielding, "questionnaire", lambda self, informant: _composed(self.text(), informant))
