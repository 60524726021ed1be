"""Who answered, how far they came, which cases are used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.responses.model import MissingReason, Responses


@pytest.fixture(scope="module")
def responses() -> Responses:
    population = replace(survey.pilot_population(), missingness=survey.Missingness(break_off=0.1))
    return survey.simulate(population, n=300, seed=4)


def with_column(responses: Responses, name: str, values: list[object]) -> Responses:
    return replace(responses, context=responses.context.assign(**{name: values}))


def test_categories_add_up_to_the_cases(responses: Responses) -> None:
    profile = survey.sample_profile(responses)
    counted = profile.categories.groupby("question")["cases"].sum()
    assert (counted == 300).all()
    shares = profile.categories.groupby("question")["share"].sum()
    np.testing.assert_allclose(shares, 1.0)
    assert {"phase", "informant", "job_role", "industry", "org_size", "org_stage"} <= set(counted.index)
    assert set(profile.numbers["question"]) == {"tenure", "solution_tenure", "org_age"}


def test_answers_that_nobody_chose_are_listed(responses: Responses) -> None:
    one = with_column(responses, "org_stage", [2.0] * 300)
    rows = survey.sample_profile(one).categories.query("question == 'org_stage'")
    assert rows["cases"].tolist() == [0, 300]


def test_repeated_words_are_counted_whatever_their_case_and_remarks_are_not(responses: Responses) -> None:
    told = with_column(responses, "country", ["Finland", "finland ", "Chile"] * 100)
    told = with_column(told, "remarks", [f"remark {k}" for k in range(300)])
    profile = survey.sample_profile(told)
    rows = profile.categories.query("question == 'country'")
    assert dict(zip(rows["answer"], rows["cases"], strict=True)) == {"Finland": 200, "Chile": 100}
    assert "remarks" not in set(profile.categories["question"]) | set(profile.silent)


def test_who_gave_no_answer_is_told_and_no_part_of_the_shares(responses: Responses) -> None:
    values = responses.context["org_stage"].to_list()
    gaps = with_column(responses, "org_stage", [np.nan] * 30 + values[30:])
    rows = survey.sample_profile(gaps).categories.query("question == 'org_stage'").set_index("answer")
    assert rows.loc["no answer", "cases"] >= 30 and np.isnan(rows.loc["no answer", "share"])
    np.testing.assert_allclose(rows["share"].sum(), 1.0)


def test_silent_questions_are_named(responses: Responses) -> None:
    assert "country" in survey.sample_profile(responses).silent


def test_only_kept_cases_are_described(responses: Responses) -> None:
    screening = survey.screen(responses)
    assert survey.sample_profile(responses, screening).n == int(screening.kept.sum()) < 300


def test_completion_finds_everybody_who_stopped(responses: Responses) -> None:
    table = survey.completion(responses)
    stopped = (responses.reasons == MissingReason.NOT_REACHED).any(axis=1)
    stopped |= (responses.context_reasons == MissingReason.NOT_REACHED).any(axis=1).to_numpy()
    assert int(table["stopped"].sum()) == int(stopped.sum()) > 0
    assert table["reached"].iloc[0] == 300
    assert (table["reached"] - table["stopped"]).iloc[:-1].tolist() == table["reached"].iloc[1:].tolist()
    np.testing.assert_allclose(table["share"].iloc[-1], 1 - stopped.mean())
    asked = len(responses.item_ids) + len(responses.context_reasons.columns)
    assert int(table["questions"].sum()) == asked


def test_flow_adds_up_and_tells_every_rule_that_flagged(responses: Responses) -> None:
    screening = survey.screen(responses)
    flow = survey.case_flow(responses, screening)
    assert flow["step"].iloc[0] == "read" and flow["step"].iloc[-1] == "kept"
    aside = flow[flow["step"] == "set aside"]
    assert flow["cases"].iloc[0] - aside["cases"].sum() == flow["cases"].iloc[-1]
    assert flow["cases"].iloc[-1] == screening.kept.sum()
    flagged = [int(screening.flags[:, screening.rules.index(rule)].sum()) for rule in screening.excluding]
    assert aside["flagged"].tolist() == [count for count in flagged if count]
    assert (aside["cases"] <= aside["flagged"]).all()


def test_flow_without_excluding_rules_keeps_all(responses: Responses) -> None:
    flow = survey.case_flow(responses, survey.screen(responses, exclude=[]))
    assert flow["step"].tolist() == ["read", "kept"]


def test_a_screening_of_other_responses_is_refused(responses: Responses) -> None:
    other = survey.screen(survey.simulate(survey.pilot_population(), n=20, seed=1))
    for call in (survey.sample_profile, survey.case_flow):
        with pytest.raises(ResponseError, match="other cases"):
            call(responses, other)


def test_an_empty_file_gives_empty_tables(responses: Responses) -> None:
    none = replace(
        responses,
        case_ids=responses.case_ids[:0],
        unit_ids=responses.unit_ids[:0],
        codes=responses.codes[:0],
        reasons=responses.reasons[:0],
        context=responses.context.iloc[:0],
        context_reasons=responses.context_reasons.iloc[:0],
        paradata=pd.DataFrame(index=range(0)),
        lines=responses.lines[:0],
    )
    assert survey.completion(none)["reached"].sum() == 0
    assert survey.sample_profile(none).n == 0
