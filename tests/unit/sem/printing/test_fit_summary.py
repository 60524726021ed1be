"""The summary of a fit: warnings first, numbers rounded once, nothing plausible without a solution."""

from __future__ import annotations

import html
import re
import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ConvergenceWarning, DataWarning, IdentificationWarning
from mlbc_stats.sem.printing.sections import Probability
from mlbc_stats.sem.printing.summary import NO_SOLUTION, format_number, summary_html, summary_text
from tests.reference.corpus import read_table

CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def students():
    return read_table("data/HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def plain(students):
    return sem.cfa(CFA, students)


@pytest.fixture(scope="module")
def robust(students):
    model = f"{CFA}\nspeed ~ b*visual + sex\nspeed ~~ textual\ntwice := 2*b\nb > 0.01"
    return sem.fit(model, students, estimator="MLR")


@pytest.fixture(scope="module")
def stopped(students):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return sem.cfa(CFA, students, max_iter=2)


def lines_of(result):
    return summary_text(result).splitlines()


def line_of(result, name):
    (found,) = [line for line in lines_of(result) if line.strip().startswith(name)]
    return found.split()


def test_known_numbers_stand_where_a_reader_looks_for_them(plain):
    assert line_of(plain, "CFI")[-1] == "0.931"
    assert line_of(plain, "90 % interval")[-2:] == ["[0.071,", "0.114]"]
    assert line_of(plain, "x2 ")[1:] == (
        ["0.554", "0.100", "5.554", "<", ".001", "[0.358,", "0.749]", "0.498", "0.424"]
    )
    assert [line.split()[-1] for line in lines_of(plain) if "Test statistic" in line] == ["81.368", "918.852"]
    assert line_of(plain, "AIC")[-1] == "7517.490"


def test_marker_loadings_have_no_error_and_no_test(plain):
    assert line_of(plain, "x1 ") == ["x1", "1.000", "0.900", "0.772"]


def test_residual_variances_are_dotted_and_latent_ones_are_not(plain):
    starts = [line.split()[0] for line in lines_of(plain) if line.strip()]
    assert ".x1" in starts
    assert ".visual" not in starts


def test_every_parameter_line_is_equally_wide(plain):
    text = summary_text(plain)
    below = text[text.index("Latent variables") :].splitlines()
    full = [line for line in below if re.search(r"\d$", line)]
    assert len({len(line) for line in full}) == 1


def test_scaled_and_robust_stand_beside_standard(robust):
    text = summary_text(robust)
    assert "Standard    Scaled" in text
    assert re.search(r"Standard +Scaled +Robust", text)
    assert "Yuan-Bentler correction (Mplus variant)" in text
    assert len(line_of(robust, "CFI")) == 4
    assert len(line_of(robust, "SRMR")) == 2


def test_labels_definitions_constraints_and_covariates_are_shown(robust):
    assert "visual (b)" in summary_text(robust)
    assert line_of(robust, "twice")[0] == "twice"
    assert line_of(robust, "b > 0.01")[-3:] == ["does", "not", "bind"]
    assert "fixed covariates (sex)" in summary_text(robust)
    assert not [line for line in lines_of(robust) if line.strip().startswith("sex ~~")]


def test_each_group_has_its_tables_and_its_share_of_the_test(students):
    result = sem.cfa(CFA, students, group="school", group_equal=["loadings"])
    text = summary_text(result)
    for title in ("Latent variables", "Covariances", "Intercepts", "Variances"):
        assert f"{title} (group Pasteur)" in text
        assert f"{title} (group Grant-White)" in text
    assert line_of(result, "Equality constraints")[-1] == "6"
    shares = [float(line.split()[1]) for line in lines_of(result) if line.startswith("    Pasteur")]
    assert shares == [156.0, pytest.approx(result.tests[0].group_stats[0], abs=5e-4)]


def test_missing_values_are_counted_by_pattern():
    incomplete = read_table("data/HS_mcar12.csv")
    result = sem.cfa("visual =~ x1 + x2 + x3", incomplete, missing="fiml")
    gaps = np.isnan([incomplete[name] for name in ("x1", "x2", "x3")])
    assert line_of(result, "Patterns of missing values")[-1] == str(len(np.unique(gaps, axis=1).T))


def test_rows_left_out_are_counted():
    incomplete = read_table("data/HS_mcar12.csv")
    with pytest.warns(DataWarning):
        result = sem.cfa("visual =~ x1 + x2 + x3", incomplete)
    left_out = int(np.isnan([incomplete[name] for name in ("x1", "x2", "x3")]).any(axis=0).sum())
    assert line_of(result, "Rows left out")[-1] == str(left_out)
    assert line_of(result, "Cases analysed")[-1] == str(301 - left_out)
    assert line_of(result, "Cases in the data")[-1] == "301"


def test_clusters_and_weights_are_named(students):
    weighted = {**students, "w": [1.0 + age / 20 for age in students["ageyr"]]}
    result = sem.cfa("visual =~ x1 + x2 + x3", weighted, cluster="agemo", sampling_weights="w")
    assert line_of(result, "Clusters (agemo)")[-1] == str(len(set(students["agemo"])))
    assert line_of(result, "Sampling weights")[-1] == "w"


def test_without_convergence_there_is_a_warning_and_no_table(stopped):
    text = summary_text(stopped)
    first = [line for line in text.splitlines() if line][:2]
    assert "DID NOT CONVERGE" in first[0]
    assert first[1].startswith("!! WARNING: no convergence")
    assert text.count(NO_SOLUTION) == 2
    for word in ("CFI", "P(>|z|)", "Std.err", "Std.all", "AIC", "Test statistic", "interval"):
        assert word not in text
    assert line_of(stopped, "x2 ")[0] == "x2"


def test_html_without_convergence_says_so_too(stopped):
    page = summary_html(stopped)
    assert 'class="warning"' in page
    assert NO_SOLUTION in page
    assert "Std.err" not in page


def test_warnings_come_before_the_numbers(students):
    short = {name: values[:12] for name, values in students.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = sem.cfa("visual =~ x1 + x2 + x3", short)
    assert result.warnings
    lines = [line for line in lines_of(result) if line]
    assert lines[1].startswith("!! WARNING")
    assert summary_html(result).index("warning") < summary_html(result).index("<table")


def test_a_saturated_model_shows_zero_and_no_p_value(students):
    result = sem.cfa("visual =~ x1 + x2 + x3", students)
    (statistic, _) = [line for line in lines_of(result) if "Test statistic" in line]
    assert statistic.split()[-1] == "0.000"
    assert line_of(result, "P value (chi-square)")[-1] == "-"


def test_html_escapes_names_that_come_from_the_data(students):
    school = ["<b>A</b> & B" if name == "Pasteur" else "C" for name in students["school"]]
    result = sem.cfa("visual =~ x1 + x2 + x3", {**students, "school": school}, group="school")
    page = summary_html(result)
    assert "<b>A</b>" not in page
    assert "&lt;b&gt;A&lt;/b&gt; &amp; B" in page


def test_html_holds_the_same_cells_as_the_text(robust):
    page = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", summary_html(robust)))
    assert page.split() == [word for word in summary_text(robust).split() if word]


def test_notebook_and_method_show_the_same(plain):
    assert plain.summary() == summary_text(plain)
    assert plain._repr_html_() == summary_html(plain)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.000"),
        (-0.25, "-0.250"),
        (1e-4, "1.00e-04"),
        (3e-14, "0.000"),
        (2.5e9, "2.50e+09"),
        (np.nan, "-"),
        (np.inf, "inf"),
        (7, "7"),
        ("ML", "ML"),
        (None, ""),
        (Probability(0.0499), "0.050"),
        (Probability(np.nan), "-"),
        ((0.0, np.nan), "-"),
    ],
)
def test_rounding(value, text):
    assert format_number(value) == text


def test_an_unidentified_model_shows_no_table_that_looks_fine() -> None:
    cov = {"names": ["a", "b"], "values": [[1.0, 0.4], [0.4, 1.0]]}
    with pytest.warns(IdentificationWarning):
        result = sem.cfa("f =~ a + b", sample_cov=cov, sample_nobs=100)
    text = result.summary()
    assert not result.identified
    assert "ONE OF MANY SOLUTIONS" in text
    assert "Std.all" not in text and "SRMR" not in text
