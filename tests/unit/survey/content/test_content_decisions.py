"""Decisions about items and the tables they rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.survey import content
from mlbc_stats.survey.content.criteria import decide_item
from tests.examples.filled_forms import demo, filled, intended

WEAK = "day_2"
"""The item about which the judges are made to differ."""


def votes(question: str, against: int, wrong: object):
    """Judges of whom the first `against` give another answer about the weak item."""

    def answer(design, code, judge, asked):
        item, definition = design.cells[code]
        own = design.kind.name != "rating" or definition.id == item.construct
        odd = item.id == WEAK and asked == question and int(judge[1:]) <= against and own
        return wrong if odd else intended(design, code, judge, asked)

    return answer


def result(folder, kind, judges, answer=intended, **options):
    paths = filled(folder, kind, judges, answer, **options)
    return content.evaluate_items(content.read_forms(paths, demo()), draws=200)


def decision(found, item=WEAK):
    return found.decisions.set_index("item").loc[item, ["decision", "reasons"]].tolist()


@pytest.mark.parametrize("kind", ["rating", "relevance", "sort"])
def test_judges_who_agree_keep_everything(tmp_path, kind):
    found = result(tmp_path, kind, 6)
    assert set(found.decisions["decision"]) == {"keep"}
    assert set(found.decisions["reasons"]) == {"all criteria met"}
    assert found.trustworthy and not found.synthetic


@pytest.mark.parametrize(
    ("kind", "question", "judges", "against", "wrong", "expected"),
    [
        ("relevance", "relevance", 10, 2, 2, "keep"),  # I-CVI .80
        ("relevance", "relevance", 10, 3, 2, "revise"),  # .70
        ("relevance", "relevance", 10, 4, 1, "drop"),  # .60
        ("relevance", "relevance", 5, 1, 2, "revise"),  # .80 of five judges, where Lynn asks for all
        ("relevance", "necessity", 10, 1, "useful", "keep"),  # CVR .80
        ("relevance", "necessity", 10, 2, "useful", "revise"),  # .60
        ("relevance", "necessity", 10, 5, "not necessary", "drop"),  # 0
        ("sort", "place", 10, 1, "C", "keep"),  # 9 of 10
        ("sort", "place", 10, 2, "C", "revise"),
        ("sort", "place", 10, 5, "C", "drop"),  # csv 0
        ("sort", "place", 10, 5, "0", "drop"),
        ("rating", "fit", 10, 9, 1, "drop"),  # another definition fits better on average
        ("rating", "fit", 10, 8, 2, "revise"),  # own 3.0, other 2.0, t(9) = 1.5
        ("rating", "fit", 10, 6, 2, "keep"),  # own 4.0, t(9) = 2.45, p = .018
        ("rating", "fit", 10, 1, 3, "keep"),
    ],
)
def test_the_limits(tmp_path, kind, question, judges, against, wrong, expected):
    found = result(tmp_path, kind, judges, votes(question, against, wrong))
    verdict, reasons = decision(found)
    assert verdict == expected, reasons
    assert decision(found, "day_1")[0] == "keep"
    assert (reasons == "all criteria met") == (verdict == "keep")


def test_an_unclear_comparison_asks_for_revision(tmp_path):
    found = result(tmp_path, "rating", 5, votes("fit", 4, 2))
    verdict, reasons = decision(found)
    assert verdict == "revise" and "not clearly better than calm_night (n = 5)" in reasons
    row = found.contrasts.set_index("item").loc[WEAK]
    assert (row["own_mean"], row["other_mean"], row["df"]) == (3.0, 2.0, 4)
    assert row["pvalue"] == pytest.approx(0.187, abs=5e-4)  # t(4) = 1


def test_too_few_judges_have_no_say_and_say_so(tmp_path):
    found = result(tmp_path, "sort", 4)
    assert set(found.decisions["decision"]) == {"undecided"}
    assert "4 judges are too few" in decision(found)[1]
    assert not result(tmp_path / "two", "relevance", 2, questions=["relevance"]).trustworthy


def test_no_signal_is_undecided():
    assert decide_item([], None, content.Criteria()) == ("undecided", "no answers")


def test_each_index_comes_with_interval_threshold_and_source(tmp_path):
    paths = [p for kind in ("rating", "relevance", "sort") for p in filled(tmp_path, kind, 6)]
    found = content.evaluate_items(content.read_forms(paths, demo()), draws=200)
    table = found.indices
    assert set(table["index"]) == {
        "I-CVI", "κ*", "S-CVI/Ave", "S-CVI/UA", "CVR", "htc", "htd", "psa", "csv", "hit ratio", "Fleiss' κ",
        "Krippendorff's α, ordinal", "Krippendorff's α, interval", "Krippendorff's α, nominal",
    }  # fmt: skip
    assert (table["method"].ne("") | table["value"].isna()).all()
    assert table["source"].str.contains("doi 10.").all()
    without = set(table.loc[table["threshold"].isna(), "index"])
    assert without == {"hit ratio"}
    defined = table[table["value"].notna()]
    assert (defined["lower"] <= defined["value"] + 1e-12).all() and (
        defined["value"] <= defined["upper"] + 1e-12
    ).all()
    assert (found.placements.to_numpy() == np.diag([18, 18, 0])[:2]).all()
    assert len(found.pairs) == 15 and (found.pairs["kappa"] == 1).all()
    assert found.items().shape[0] == 6
    assert found.notes == ()


def test_every_item_is_judged_by_those_who_answered_about_it(tmp_path):
    def silent(design, code, judge, question):
        gap = design.cells[code][0].id == WEAK and judge in ("J01", "J02")
        return None if gap else intended(design, code, judge, question)

    paths = filled(tmp_path, "relevance", 8, silent)
    with pytest.warns(UserWarning):
        answers = content.read_forms(paths, demo())
    table = content.evaluate_items(answers, draws=200).indices
    counts = table[(table["index"] == "I-CVI")].set_index("subject")["n"]
    assert counts[WEAK] == 6 and counts["day_1"] == 8


def test_a_thin_construct_is_pointed_out(tmp_path):
    found = result(tmp_path, "relevance", 10, votes("relevance", 5, 1))
    assert found.notes == (
        "Fewer than 3 items would be kept as they are: calm_day (2). Revise before dropping.",
    )


def test_the_same_seed_gives_the_same_numbers(tmp_path):
    paths = filled(tmp_path, "sort", 6, votes("place", 2, "C"))
    answers = content.read_forms(paths, demo())
    first, again = (content.evaluate_items(answers, draws=300, seed=4).indices for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    other = content.evaluate_items(answers, draws=300, seed=5).indices
    assert not first["lower"].equals(other["lower"])


def test_nothing_to_evaluate():
    empty = content.JudgeAnswers.of(demo(), [])
    with pytest.raises(DataError, match="no judge answered"):
        content.evaluate_items(empty)


@pytest.mark.parametrize("options", [{"level": 1.0}, {"level": 0}, {"draws": 5}])
def test_wrong_options(tmp_path, options):
    answers = content.read_forms(filled(tmp_path, "sort", 2), demo())
    with pytest.raises(DataError, match="level between 0 and 1"):
        content.evaluate_items(answers, **options)
