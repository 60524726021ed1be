"""Tables of parameters, fit indices and verdicts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lxml import html

from mlbc_stats.errors import DataError
from mlbc_stats.report import (
    decision_table,
    fit_table,
    frame_table,
    loadings_matrix,
    parameter_table,
    verdict_table,
)
from tests.examples.report_examples import (
    coefficient,
    measures,
    parameters,
    second_order_model,
    verdict,
    verdicts,
)


def test_parameters_come_in_groups_with_their_own_values():
    table = parameter_table(parameters(), second_order_model())
    labels = [group.label for group in table.groups]
    assert labels == ["Loadings", "Regressions", "Covariances"]
    rows = {line[0]: line for line in table.rows()}
    assert rows["aln_state ~ TC"][1] == -0.28 * 1.5
    assert rows["aln_state ~ TC"][6] == -0.28
    assert rows["aln_state ~ TC"][7] == (-0.28 - 0.1, -0.28 + 0.1)
    assert "aln_state ~~ aln_state" not in rows
    assert table.spanners[0].label == "Standardized"


def test_every_group_begins_with_its_first_row():
    table = parameter_table(parameters(), parts=("variances", "regressions"))
    first = [table.rows()[group.first][0] for group in table.groups]
    assert first == ["aln_state ~~ aln_state", "aln_state ~ TC"]


def test_a_fixed_parameter_has_neither_error_nor_test_nor_interval():
    frame = parameters()
    frame.loc[0, "se"] = 0.0
    line = parameter_table(frame).sheet().rows[0]
    assert line[1] != "—"
    assert line[2:6] == ("—",) * 4


def test_several_groups_get_a_column():
    frame = pd.concat([parameters(), parameters().assign(group=2)], ignore_index=True)
    assert "Group" in parameter_table(frame).header
    assert "Group" not in parameter_table(parameters()).header


def test_defined_parameters_are_named_with_their_definition():
    frame = parameters()
    frame.loc[0, ["lhs", "op", "rhs"]] = ["indirect", ":=", "a*b"]
    assert parameter_table(frame, parts=("defined",)).rows()[0][0] == "indirect := a*b"


def test_parts_that_are_unknown_or_absent_are_refused():
    with pytest.raises(DataError, match=r"unknown part 'paths'.*loadings"):
        parameter_table(parameters(), parts=("paths",))
    with pytest.raises(DataError, match="no parameters of the parts asked for: thresholds"):
        parameter_table(parameters(), parts=("thresholds",))


def test_fit_indices_come_by_model_and_those_that_none_has_are_left_out():
    robust = pd.concat([measures(), pd.Series({"cfi_robust": 0.98})])
    table = fit_table({"CFA": measures(), "S1": robust})
    assert "TLI" not in table.header
    assert table.sheet().rows[0][table.header.index("CFI robust")] == "—"
    assert table.sheet().rows[1][table.header.index("CFI robust")] == ".980"
    assert table.sheet().rows[0][table.header.index("90% CI")] == "[.017, .025]"
    assert table.columns[table.header.index("χ²")] == (1204.224, 1204.224)


def test_many_indices_stand_below_one_another_on_pages_and_beside_one_another_in_files():
    scaled = {f"{name}_scaled": measures()[name] for name in ("chisq", "df", "pvalue")}
    table = fit_table({"CFA": pd.concat([measures(), pd.Series(scaled)]), "S1": measures()})
    assert len(table.header) > 11
    assert table.sheet().header == ("Model", "CFA", "S1")
    assert [row[0] for row in table.sheet().rows] == list(table.header[1:])
    assert table.sheet().rows[-1][1] == fit_table(measures()).sheet().rows[0][-1]
    assert table.to_csv().splitlines()[0].startswith("Model,Parameters,")
    with pytest.raises(DataError, match="can be turned"):
        replace(table, row_header=2)


def test_an_interval_without_a_bound_is_missing():
    half = measures().drop("rmsea_ci_upper")
    assert "90% CI" not in fit_table(half).header


def test_no_known_index_is_an_error():
    with pytest.raises(DataError, match="none of the indices"):
        fit_table(pd.Series({"weight": 1.0}))


def test_each_deciding_quantity_has_a_row_with_its_level_and_verdict():
    found, reached = verdict_table(verdicts()), decision_table(verdicts(), {"single": "The rule."})
    assert found.columns[0] == reached.columns[1] == ("M1", "M2", "M3", "M13", "M13")
    assert found.columns[1][-1] == "undecided"
    assert reached.columns[reached.header.index("This part")][-1] == "supported"
    assert set(reached.columns[reached.header.index("Level")]) == {"98.33%"}
    assert reached.columns[reached.header.index("Smallest effect")] == (0.1,) * 5
    assert found.notes == ("Kind of claim: associational.",)
    assert reached.notes == ("The rule.",)


def test_a_joint_proposition_states_itself_once():
    table = verdict_table(verdicts(), {"aln_state": "Alignment", "TC": "Complexity"})
    for text in (table.to_html(), table.to_markdown(), table.to_latex()):
        assert text.count("What M13 says") == 1
    assert "Complexity → Alignment" in table.to_html()
    assert table.data()[0][:2] == ("Proposition", "Proposition name")
    cells = html.fromstring(table.to_html()).xpath("//*[@rowspan]")
    assert [cell.get("rowspan") for cell in cells] == ["2"] * 3


def test_a_closed_gate_is_told_and_a_verdict_without_quantity_keeps_its_row():
    table = verdict_table([verdict("M1", "undecided", gate="S1 did not converge")])
    assert table.notes[0] == "M1: S1 did not converge"
    assert table.sheet().rows[0][1] == "undecided"
    assert table.sheet().rows[0][3:6] == ("—", "—", "—")
    assert decision_table([verdict("M1", "undecided")]).sheet().rows[0][0] == "—"


def test_an_undecidable_quantity_is_written_as_missing():
    table = verdict_table([verdict("M1", "undecided", coefficient("b", float("nan"), 0.1, "undecided"))])
    assert table.sheet().rows[0][4:6] == ("—", "—")


def test_no_verdicts_are_refused():
    with pytest.raises(DataError, match="no verdicts"):
        verdict_table([])


def test_known_columns_take_their_usual_heading_and_format():
    frame = pd.DataFrame(
        {"facet": ["a"], "alpha": [0.8123], "pvalue": [0.0001], "weight": [1 / 3], "n": [560.0]}
    )
    table = frame_table(frame, "t", formats={"weight": "percent"}, headings={"weight": "Weight"})
    assert table.header == ("Facet", "α", "p", "Weight", "n")
    assert table.sheet().rows[0] == ("a", ".812", "< .001", "33.3%", "560")


def test_loadings_become_a_matrix_in_the_order_of_the_model():
    matrix = loadings_matrix(second_order_model())
    assert list(matrix.index[:2]) == ["tc_timing_1", "tc_timing_2"]
    assert (
        matrix.loc["tc_pace", "TC"]
        == second_order_model().query("lhs == 'TC' and rhs == 'tc_pace'")["est_std"].item()
    )
    assert np.isnan(matrix.loc["tc_pace_1", "tc_timing"])
    with pytest.raises(DataError, match=r"no loadings .* group 2"):
        loadings_matrix(second_order_model(), group=2)
