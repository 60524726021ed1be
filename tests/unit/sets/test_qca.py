"""Qualitative comparative analysis: laws of sets, exact minimization against brute force, and degenerate data."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sets
from mlbc_stats.errors import DataError, DataWarning, ModelError, ModelSyntaxError, NotServedError
from mlbc_stats.sets.covers import smallest_covers
from mlbc_stats.sets.implicants import OUT, covered, prime_implicants
from mlbc_stats.sets.language import evaluate, parse, write
from mlbc_stats.sets.tabulating import all_rows

NAMES = ("A", "B", "C", "D")


def fuzzy(n: int = 40, k: int = 4, seed: int = 1) -> pd.DataFrame:
    """Made up: Y is near A*B + ~C*D."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.beta(0.4, 0.4, (n, k)).round(2) * 0.98 + 0.0101, columns=NAMES[:k])
    rule = np.maximum(np.minimum(data.A, data.B), np.minimum(1 - data.C, data.D) if k > 3 else 0)
    return data.assign(Y=np.clip(rule + rng.normal(0, 0.08, n), 0, 1).round(2))


def crisp(k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Positive and free rows of a random table."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, size=2**k, p=[0.4, 0.35, 0.25])
    return all_rows(k)[kind == 1], all_rows(k)[kind == 2]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("~(A + B)", "~A*~B"),
        ("~(A*B)", "~A + ~B"),
        ("A*(B + C)", "A*B + A*C"),
        ("A + A*B", "A"),
        ("~~A", "A"),
        ("a*B", "~A*B"),
        ("A*(B + C*~D)", "A*B + A*C*~D"),
    ],
)
def test_laws_of_sets_hold_for_fuzzy_memberships(left: str, right: str) -> None:
    columns = {name: fuzzy()[name].to_numpy() for name in NAMES}
    one, other = (evaluate(parse(text, NAMES), columns) for text in (left, right))
    assert one == pytest.approx(other)


@pytest.mark.parametrize("text", ["A*~B + C", "~(A + B)*C", "A", "~A*~B*(C + ~D)"])
def test_what_is_written_reads_the_same(text: str) -> None:
    assert write(parse(text, NAMES)) == text
    assert parse(write(parse(text, NAMES)), NAMES) == parse(text, NAMES)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A**B", "column 3: expected a condition"),
        ("A +", "column 4: expected a condition"),
        ("(A + B", "expected \\)"),
        ("A)", "no \\( opens"),
        ("A & B", "'&' means nothing here"),
        ("A*Bb", "no condition 'Bb'"),
        ("", "got none"),
    ],
)
def test_wrong_expressions_are_told_with_their_place(text: str, told: str) -> None:
    with pytest.raises(ModelSyntaxError, match=told):
        sets.fit_of(text, fuzzy(), "Y", NAMES)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("k", [2, 3, 4])
def test_prime_implicants_and_covers_are_those_of_brute_force(k: int, seed: int) -> None:
    positive, free = crisp(k, seed)
    if not len(positive):
        return
    allowed = np.vstack([positive, free])
    implicants = [
        term
        for term in product((0, 1, OUT), repeat=k)
        if covered(term, allowed).sum() == 2 ** sum(each == OUT for each in term)
    ]
    larger = {term: {t for t in implicants if t != term and _within(term, t)} for term in implicants}
    primes = {term for term in implicants if not larger[term] and covered(term, positive).any()}
    found = prime_implicants(positive, free)
    assert set(found) == primes
    covers = np.array([covered(term, positive) for term in found])
    for size in range(1, len(found) + 1):
        chosen = [each for each in combinations(range(len(found)), size) if covers[list(each)].any(0).all()]
        if chosen:
            break
    assert smallest_covers(covers, 10_000) == (chosen, True)


def _within(term: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    return all(o in (t, OUT) for t, o in zip(term, outer, strict=True))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["conservative", "parsimonious", "intermediate"])
def test_a_solution_covers_the_positive_rows_and_no_negative_one(kind: str, seed: int) -> None:
    table = sets.truth_table(fuzzy(20, seed=seed), "Y")
    found = sets.intermediate(table, "A, B, ~C, D") if kind == "intermediate" else sets.minimize(table, kind)
    positive, negative = table.chosen("1"), table.chosen("0")
    for solution in found.solutions:
        rows = dict(zip(table.conditions, table.rows.T.astype(float), strict=True))
        inside = evaluate(parse(" + ".join(solution), table.conditions), rows) > 0.5
        assert inside[table.output == "1"].all() and not inside[table.output == "0"].any()
        if kind == "conservative":
            assert _area(solution, table) == len(positive)
    assert len(positive) and len(negative)


def _area(solution: tuple[str, ...], table: sets.TruthTable) -> int:
    rows = dict(zip(table.conditions, all_rows(len(table.conditions)).T.astype(float), strict=True))
    return int((evaluate(parse(" + ".join(solution), table.conditions), rows) > 0.5).sum())


@pytest.mark.parametrize("seed", range(4))
def test_an_intermediate_solution_lies_between_the_two_others(seed: int) -> None:
    table = sets.truth_table(fuzzy(12, seed=seed), "Y")
    found = sets.intermediate(table, "A, B, ~C, D")
    for model in found.models.values():
        easy = set(found.easy[next(iter(found.models))])
        assert easy <= set(map(int, table.remainders @ [8, 4, 2, 1] + 1))
        assert _area(model.solutions[0], table) >= len(table.chosen("1"))
    nothing = sets.intermediate(table, "-, -, -, -")
    assert nothing.solutions == nothing.conservative.solutions
    assert all(not len(each) for each in nothing.easy.values())


def test_order_of_cases_and_conditions_does_not_matter() -> None:
    data = fuzzy()
    turned = data.sample(frac=1, random_state=2)[["D", "B", "A", "C", "Y"]]
    for kind in ("conservative", "parsimonious"):
        one, other = (sets.minimize(sets.truth_table(each, "Y"), kind) for each in (data, turned))
        assert {_sorted(each) for each in one.solutions} == {_sorted(each) for each in other.solutions}
        assert one.fits[0].consistency == pytest.approx(other.fits[0].consistency)


def _sorted(solution: tuple[str, ...]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(term.split("*")) for term in solution)


def test_the_rule_that_made_the_data_is_found() -> None:
    found = sets.minimize(sets.truth_table(fuzzy(300), "Y", consistency=0.85))
    assert found.solutions == (("A*B", "~C*D"),)
    assert found.fits[0].consistency > 0.85 and found.fits[0].coverage > 0.85


def test_numbers_by_hand() -> None:
    data = {"X": [0.8, 0.4, 0.6, 0.0], "Y": [0.6, 0.6, 1.0, 0.2]}
    found = sets.fit_of("X", data, "Y")
    assert found.consistency == pytest.approx(1.6 / 1.8)  # .6 + .4 + .6 + 0 of 1.8
    assert found.coverage == pytest.approx(1.6 / 2.4)
    assert found.pri == pytest.approx((1.6 - 0.8) / (1.8 - 0.8))  # .4 + .4 + 0 + 0 in all three
    assert found.relevance == pytest.approx(2.2 / 2.4)
    assert (found.necessity_consistency, found.necessity_coverage) == (found.coverage, found.consistency)
    one = sets.necessity(data, "Y").iloc[1]
    assert one.condition == "~X" and one.consistency == pytest.approx((0.2 + 0.6 + 0.4 + 0.2) / 2.4)


def test_necessity_of_a_condition_is_sufficiency_of_its_complement_for_the_complement() -> None:
    data = fuzzy()
    necessary = sets.necessity(data, "Y", complements=False).set_index("condition").consistency
    crisp_data = (data > 0.5).astype(float)
    ours = sets.necessity(crisp_data, "Y", complements=False)
    mirrored = sets.fit_of("~A", crisp_data, "~Y")
    assert (ours.consistency.iloc[0] == 1) == (mirrored.consistency == 1)
    assert necessary["A"] == pytest.approx(np.minimum(data.A, data.Y).sum() / data.Y.sum())


def test_tied_solutions_are_all_told() -> None:
    positive = [(1, 1, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1), (0, 1, 1), (0, 1, 0)]
    data = pd.DataFrame([*positive, (1, 1, 1), (0, 0, 0)], columns=list("ABC")).assign(Y=[1] * 6 + [0] * 2)
    found = sets.minimize(sets.truth_table(data, "Y"))
    assert len(found.solutions) == 2 and found.essential == () and len(found.prime_implicants) == 6
    assert "tied solutions: 2" in repr(found) and "<table" in found._repr_html_()
    with pytest.warns(DataWarning, match="more than 1 solutions"):
        assert not sets.minimize(sets.truth_table(data, "Y"), most=1).complete


def test_contradictions_and_frequencies() -> None:
    data = pd.DataFrame({"A": [1, 1, 1, 0, 0], "B": [1, 1, 0, 0, 1], "Y": [1, 0, 1, 0, 0]})
    table = sets.truth_table(data, "Y", consistency=(0.8, 0.4))
    assert table.output.tolist() == ["0", "0", "1", "C"]
    assert sets.minimize(table).solutions == (("A*~B",),)
    assert sets.minimize(table, "parsimonious", remainders="?C").solutions == (("A",),)
    assert sets.minimize(table, explain="1C").solutions == (("A",),)
    assert sets.minimize(table, explain="0").solutions == (("~A",),)
    often = sets.truth_table(data, "Y", consistency=0.5, frequency=2)
    assert often.output.tolist() == ["?", "?", "?", "1"] and len(often.remainders) == 3
    assert len(sets.truth_table(data, "Y", consistency=0.5, frequency=2, exclude=[1, 2]).remainders) == 1


def test_search_finds_every_expression_above_the_cuts() -> None:
    data = fuzzy(30)
    found = sets.search(data, "Y", consistency=0.85, coverage=0.4)
    for row in found.itertuples():
        fit = sets.fit_of(row.expression, data, "Y", NAMES)
        assert (row.consistency, row.relevance, row.coverage) == pytest.approx(
            (fit.necessity_consistency, fit.relevance, fit.necessity_coverage)
        )
        assert row.consistency >= 0.85 and row.coverage >= 0.4
    enough = sets.search(data, "Y", "sufficiency", consistency=0.9, coverage=0.2)
    assert any(set(each.split("*")) == {"A", "B"} for each in enough.expression)
    parts = [set(each.split("*")) for each in enough.expression]
    assert not any(one < other for one in parts for other in parts)


def test_calibration_keeps_order_and_mirrors() -> None:
    x = np.linspace(-10, 110, 241)
    for options in ({}, {"logistic": False}, {"logistic": False, "below": 2, "above": 0.5}):
        up, down = sets.calibrate(x, (20, 45, 80), **options), sets.calibrate(x, (80, 45, 20), **options)
        assert (np.diff(up) >= 0).all() and sets.calibrate([45], (20, 45, 80), **options) == pytest.approx(
            [0.5]
        )
        if "below" not in options:
            assert up + down == pytest.approx(np.ones(len(x)))
    bell = sets.calibrate(x, (10, 25, 40, 60, 75, 90))
    valley = sets.calibrate(x, "i1=10, c1=25, e1=40, e2=60, c2=75, i2=90")
    assert bell + valley == pytest.approx(np.ones(len(x)))
    assert sets.calibrate(x, {"c": 45, "i": 80, "e": 20}) == pytest.approx(sets.calibrate(x, (20, 45, 80)))


def test_groups_and_ranks() -> None:
    x = np.random.default_rng(3).gamma(2, 20, 200)
    smooth = sets.calibrate(x, (20, 40, 60), "indirect")
    assert np.corrcoef(smooth, sets.calibrate(x, (20, 40, 60), "crisp"))[0, 1] > 0.9
    ranks = sets.calibrate([1, 2, 2, 3, np.nan], method="ranks")
    assert ranks[:4].tolist() == pytest.approx([0, 2 / 3, 2 / 3, 1]) and np.isnan(ranks[4])


@pytest.mark.parametrize(
    ("thresholds", "options", "told"),
    [
        ((20, 80), {}, "three thresholds"),
        ((20, 80, 45), {}, "must rise"),
        ((20, 20, 45), {}, "must rise"),
        ((20, np.nan, 45), {}, "finite"),
        ((), {}, "needs thresholds"),
        ("e=2, c=four, i=8", {}, "are no numbers"),
        ({"e": 1, "c": 2, "x": 3}, {}, "expected e, c, i"),
        ((20, 45, 80), {"full": 0.4}, "between .5 and 1"),
        ((20, 45, 80), {"below": 0}, "powers"),
        ((45, 30), {"method": "crisp"}, "cuts must rise"),
        ((3,), {"method": "indirect"}, "five or more"),
    ],
)
def test_wrong_thresholds_are_told(thresholds, options, told) -> None:
    with pytest.raises(DataError, match=told):
        sets.calibrate([1.0, 2.0, 50.0], thresholds, **options)


@pytest.mark.parametrize(
    ("change", "options", "told"),
    [
        ({"A": 0.9}, {}, "A does not vary"),
        ({"Y": 0.0}, {}, "no members"),
        ({"A": 7.0}, {}, "between 0 and 1"),
        ({"A": np.nan}, {}, "no row has a membership"),
        (dict.fromkeys(NAMES, 0.5), {}, "exactly .5"),
        ({}, {"conditions": ["A", "Y"]}, "outcome 'Y' and among the conditions"),
        ({}, {"conditions": "A, A"}, "twice"),
        ({}, {"consistency": 1.2}, "between 0 and 1"),
        ({}, {"frequency": 0}, "whole number"),
        ({}, {"exclude": [17]}, "not among rows 1 to 16"),
    ],
)
def test_data_that_cannot_carry_a_table_are_told(change, options, told) -> None:
    with pytest.raises(DataError, match=told):
        sets.truth_table(fuzzy().assign(**change), "Y", **options)


def test_too_many_conditions_and_no_positive_row_are_told() -> None:
    wide = pd.DataFrame(np.random.default_rng(1).random((30, 17)).round(3) * 0.98 + 0.011).add_prefix("x")
    with pytest.raises(DataError, match=r"16 conditions have 65,536 configurations"):
        sets.truth_table(wide, "x0")
    with pytest.raises(DataError, match="too many to search"):
        sets.search(wide, "x0")
    with pytest.raises(DataError, match="the best row has consistency"):
        sets.minimize(sets.truth_table(fuzzy().assign(Y=0.05), "Y", consistency=1))
    with pytest.raises(DataError, match="no row has 100 cases"):
        sets.minimize(sets.truth_table(fuzzy(), "Y", frequency=100))
    with pytest.raises(DataError, match="no condition makes a difference"):
        sets.minimize(sets.truth_table(fuzzy().assign(Y=1.0), "Y"), "parsimonious")


def test_fifteen_conditions_are_minimized() -> None:
    rng = np.random.default_rng(5)
    data = pd.DataFrame(rng.integers(0, 2, (60, 13))).add_prefix("C")
    data["Y"] = data.C0 * data.C1
    found = sets.minimize(sets.truth_table(data, "Y"), "parsimonious", most=50)
    assert len(found.solutions[0]) == 1


def test_cases_on_the_fence_and_gaps_are_told() -> None:
    data = fuzzy()
    data.loc[3, "A"], data.loc[5, "B"] = 0.5, np.nan
    with pytest.warns(DataWarning) as told:
        table = sets.truth_table(data, "Y")
    assert table.count.sum() == 38 and table.notes == tuple(str(each.message) for each in told)
    assert "1 row of 40 left out" in table.notes[0] and "1 case (4)" in table.notes[1]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("A, ~A", "twice"),
        ("1, 0", "2 expectations for 4"),
        ({"E": 1}, "no condition 'E'"),
        ({"A": 2}, "write 1"),
    ],
)
def test_wrong_expectations_are_told(given, told) -> None:
    with pytest.raises(ModelError, match=told):
        sets.intermediate(sets.truth_table(fuzzy(), "Y"), given)


def test_an_outcome_without_members_has_no_coverage() -> None:
    with pytest.warns(DataWarning, match="outcome Y has no members"):
        found = sets.fit_of("A", fuzzy().assign(Y=0.0), "Y")
    assert found.consistency == 0 and np.isnan(found.coverage)


def test_many_ties_are_listed_in_no_time() -> None:
    rng = np.random.default_rng(10)
    data = pd.DataFrame(rng.integers(0, 2, (60, 10))).add_prefix("C").assign(Y=rng.integers(0, 2, 60))
    found = sets.minimize(sets.truth_table(data, "Y"), "parsimonious")
    assert len(found.prime_implicants) > 400 and found.complete


def test_unknown_ways_are_refused() -> None:
    table = sets.truth_table(fuzzy(), "Y")
    for call in (
        lambda: sets.minimize(table, "complex"),
        lambda: sets.minimize(table, explain="?"),
        lambda: sets.search(fuzzy(), "Y", "both"),
        lambda: sets.calibrate([1, 2], (1, 2, 3), "guess"),
    ):
        with pytest.raises(NotServedError):
            call()


def test_a_range_ends_where_a_row_changes_sides() -> None:
    data = fuzzy(60)
    table = sets.truth_table(data, "Y", consistency=0.85)
    found = sets.stable_range(
        lambda cut: sets.minimize(sets.truth_table(data, "Y", consistency=cut)).solutions, 0.85, (0.3, 1.0)
    )
    edges = table.consistency
    assert np.abs(edges - found.lower).min() < 1e-6 and np.abs(edges - found.upper).min() < 1e-6
    often = sets.stable_range(
        lambda n: sets.minimize(sets.truth_table(data, "Y", frequency=n)).solutions, 1, (1, 90), whole=True
    )
    assert often.lower == 1 and often.bounded_below and often.above is not None
    with pytest.raises(DataError, match="within the bounds"):
        sets.stable_range(lambda cut: cut, 2, (0, 1))


def test_a_cut_off_beyond_one_is_refused():
    with pytest.raises(DataError, match="consistency=2: expected a cut-off from 0 to 1"):
        sets.search({"A": [0.9, 0.2], "Y": [0.8, 0.1]}, "Y", consistency=2)
