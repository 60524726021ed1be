"""Known answers in, the same codes out: by group, language and reason, through the study file of the export."""

import math

import numpy as np
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from mlbc_stats import field, study, survey
from mlbc_stats.cli.app import app
from mlbc_stats.errors import DataWarning, FieldError
from mlbc_stats.survey.responses.model import MissingReason
from tests.examples.field_examples import FIELDING, answers, invited, sends

GROUPS = ("technical", "management")


@pytest.fixture
def fielded(tmp_path):
    """Three units with two informants each; the last unit's second informant stops early, one declines."""
    store = field.open_store(tmp_path / "field.db", tmp_path / "field.key")
    tokens = invited(tmp_path, store, 4, GROUPS)
    given = {}
    with TestClient(field.application(store, FIELDING)) as client:
        for number, token in enumerate(tokens[:7]):
            group = GROUPS[number % 2]
            questionnaire = FIELDING.questionnaire(group)
            known = answers(questionnaire, number)
            pages = list(sends(questionnaire, known, "de" if number == 1 else "en"))
            if number == 5:
                pages = pages[:4]
            if number == 6:
                pages = [pages[0] | {"answers": {"consent": 0}}]
            for page in pages:
                headers = {"authorization": f"Bearer {token}"}
                assert client.post("/api/pages", json=page, headers=headers).status_code == 200
            asked = {name for page in pages for name in page["answers"]} - {"consent"}
            given[number] = {name: value for name, value in known.items() if name in asked}
    yield store, given, tmp_path
    store.engine.dispose()


def test_codes_come_out_as_they_were_given(fielded):
    store, given, folder = fielded
    files = field.export(store, folder / "answers", units=folder / "units.csv")
    assert [path.name for path in files] == ["answers_management.csv", "answers_technical.csv", "study.yaml"]
    for place, group in enumerate(GROUPS):
        questionnaire = FIELDING.questionnaire(group)
        responses = survey.read(folder / "answers" / f"answers_{group}.csv", questionnaire)
        assert responses.unit_ids.tolist() == ["S000", "S001", "S002"]
        for row in range(3):
            known = given[2 * row + place]
            for column, name in enumerate(responses.item_ids):
                scale = survey.responses.model.question_scale(questionnaire.instrument, name)
                code, reason = responses.codes[row, column], responses.reasons[row, column]
                value = known.get(name)
                if value is not None and (missing := scale.reason(value)):
                    assert math.isnan(code) and MissingReason(reason).name == missing.upper()
                elif value is None:
                    assert math.isnan(code)
                else:
                    assert code == value
        unfinished = responses.paradata["finished"].tolist()
        assert unfinished == (["1", "1", "1"] if group == "technical" else ["1", "1", "0"])
        assert responses.context["remarks"].iloc[0] == given[place]["remarks"]
        assert np.isfinite(responses.paradata["duration"]).all()
    assert responses.paradata["language"].tolist() == ["de", "en", "en"]
    assert responses.context["seconds_consent"].iloc[0] == "12.5"


def test_two_informants_of_one_unit_meet_again_in_the_study(fielded):
    store, given, folder = fielded
    field.export(store, folder / "answers")
    found = study.read_sources(study.load_study(folder / "answers" / "study.yaml"))
    responses = found.responses
    assert sorted(set(responses.informants)) == ["management", "technical"]
    assert len(set(responses.unit_ids)) == 3 and responses.n == 6
    item = "tc_pace_1"
    scores = survey.keyed(responses)[item]
    known = [given[number].get(item) for number in (1, 3, 5, 0, 2, 4)]
    assert [None if math.isnan(score) else score for score in scores] == [
        value if value is not None and value > 0 else None for value in known
    ]


def test_a_group_that_is_silent_so_far_does_not_stop_the_study(fielded):
    store, _, folder = fielded
    (folder / "more.csv").write_text("unit_id,informant\nS000,internal_user\n", encoding="utf-8")
    field.invite(store, folder / "more.csv", folder / "more")
    files = field.export(store, folder / "answers", units=folder / "units.csv")
    assert "answers_internal_user.csv" in [path.name for path in files]
    loaded = study.load_study(folder / "answers" / "study.yaml")
    assert [path.name for path in loaded.sources] == ["answers_management.csv", "answers_technical.csv"]


def test_times_pastes_and_the_field_nobody_sees_reach_screening(tmp_path):
    store = field.open_store(tmp_path / "field.db", tmp_path / "field.key")
    questionnaire = FIELDING.questionnaire("technical")
    with TestClient(field.application(store, FIELDING)) as client:
        for number, token in enumerate(invited(tmp_path, store, 4, ["technical"])):
            for page in sends(questionnaire, answers(questionnaire, number)):
                page |= {
                    "seconds": 0.5 if number == 1 else 30.0,
                    "trap": number == 2,
                    "pastes": int(number == 3),
                }
                client.post("/api/pages", json=page, headers={"authorization": f"Bearer {token}"})
    field.export(store, tmp_path / "answers", units=tmp_path / "units.csv")
    store.engine.dispose()
    responses = survey.read(tmp_path / "answers" / "answers_technical.csv", questionnaire)
    report = survey.screen(responses)
    flags = {name: report.flags[:, place].tolist() for place, name in enumerate(report.rules)}
    for number, rule in enumerate(["page_speed", "honeypot", "pastes"], 1):
        assert flags[rule] == [place == number for place in range(4)]


def test_whoever_declines_is_counted_and_not_exported(fielded):
    store, _, folder = fielded
    counts = field.monitor(store, folder / "units.csv").set_index(["unit", "informant"])
    assert counts.loc[("S003", "technical"), "declined"] == 1
    assert counts["finished"].sum() == 5 and counts["consented"].sum() == 6 and counts["invited"].sum() == 8
    field.export(store, folder / "answers", units=folder / "units.csv")
    assert "S003" not in (folder / "answers" / "answers_technical.csv").read_text(encoding="utf-8")


def test_commands_show_and_write_the_same(fielded, monkeypatch):
    _, _, folder = fielded
    monkeypatch.chdir(folder)
    runner = CliRunner()
    shown = runner.invoke(app, ["field", "monitor", "--units", "units.csv"])
    assert shown.exit_code == 0 and "S003" in shown.output and "0.750" in shown.output
    assert runner.invoke(app, ["field", "export"]).exit_code == 0
    again = runner.invoke(app, ["field", "export"])
    assert again.exit_code == 2 and "answers_technical.csv" in again.output
    assert runner.invoke(app, ["field", "export", "--force"]).exit_code == 0
    checked = runner.invoke(app, ["study", "check", "answers/study.yaml"])
    assert checked.exit_code in (0, 1), checked.output
    assert runner.invoke(app, ["field", "monitor", "--store", "none.db"]).exit_code == 2
    assert not (folder / "none.db").exists()


def test_a_store_serves_one_questionnaire(fielded):
    store, _, _ = fielded
    with pytest.raises(FieldError, match="holds answers to"):
        field.application(store, field.Fielding(("mlbc_alignment",)))


def test_changed_words_are_told_and_not_served(fielded, monkeypatch):
    store, _, folder = fielded
    monkeypatch.setattr("mlbc_stats.field.store.fieldings.wording_digest", lambda _: "another")
    with pytest.raises(FieldError, match="no longer what others have answered"):
        field.application(store, FIELDING)
    with pytest.warns(DataWarning, match="no longer what was answered"):
        field.export(store, folder / "answers")
