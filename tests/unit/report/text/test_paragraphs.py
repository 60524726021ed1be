"""Paragraphs say what the tables say, and nothing where a table is missing."""

import math

import pytest

from mlbc_stats.errors import StudyError
from mlbc_stats.report import Results, Spanner, Table, paragraphs
from mlbc_stats.report.text.citations import cited_keys, with_names
from mlbc_stats.report.text.paragraphs import METHOD, RESULTS
from mlbc_stats.report.text.results import numbers_of
from mlbc_stats.resources import resource


def fit(name="Correlated facets", **changed):
    columns = {
        "Model": (name,),
        "n": (571,),
        "χ²": (1910.47,),
        "df": (1861,),
        "p": (0.2076,),
        "χ² scaled": (1914.137,),
        "df scaled": (1861,),
        "p scaled": (0.00001,),
        "CFI": (0.9982,),
        "RMSEA": (0.0068,),
        "90% CI": ((0.0, 0.0121),),
        "CFI robust": (0.9981,),
        "RMSEA robust": (0.0069,),
        "90% CI robust": ((0.0, 0.0122),),
        "SRMR": (0.0257,),
    } | changed
    return Table("Fit", tuple(columns), tuple(columns.values()), notes=("Estimator MLR: reason.",))


def test_no_table_no_paragraph():
    assert paragraphs(Results({})) == {}


def test_fit_takes_the_scaled_test_and_the_robust_indices():
    said = paragraphs(Results({"measurement/fit": fit()}))["fit"]
    assert "χ²(1861) = 1914.14, *p* < .001, CFI = .998" in said
    assert "RMSEA = .007, 90% CI [.000, .012], SRMR = .026" in said


def test_fit_without_robust_indices_takes_the_plain_ones():
    plain = dict.fromkeys(("χ² scaled", "df scaled", "p scaled", "CFI robust", "RMSEA robust"), (math.nan,))
    said = paragraphs(Results({"measurement/fit": fit(**plain)}))["fit"]
    assert "normal-theory test" in said and "χ²(1861) = 1910.47, *p* = .208" in said


def verdict_table():
    return Table(
        "Verdicts",
        ("Proposition", "Verdict", "Quantity", "Estimate", "Interval"),
        (
            ("M1", "M2", "M9"),
            ("supported", "negligible", "not testable here"),
            ("a ~ b", "a ~ c", ""),
            (-0.459, 0.0, None),
            ((-0.55, -0.37), (-0.08, 0.08), None),
        ),
        glosses={0: ("More b, less a.", "More c, less a.", "")},
    )


def test_each_verdict_is_a_point_with_its_numbers():
    decisions = Table(
        "How", ("Quantity", "Level", "Smallest effect"), (("a ~ b", "a ~ c"), ("98.33%", "95%"), (0.1, 0.1))
    )
    results = Results({"verdicts/verdicts": verdict_table(), "verdicts/decisions": decisions})
    said = paragraphs(results)["verdicts"].splitlines()
    assert said[0] == "- M1 (More b, less a) was supported: a ~ b, β = −0.46, 98.33% CI [−0.55, −0.37]."
    assert "refuted as negligible" in said[1]
    assert said[2] == "- Not testable here: M9."
    rows = list(numbers_of(results.book))
    assert ("−0.46", "-0.459", "verdicts/verdicts", "M1", "Estimate") in rows


def test_a_column_under_a_heading_is_told_from_its_namesake():
    table = Table(
        "P", ("x", "est", "est"), (("a",), (1.0,), (2.0,)), spanners=(Spanner("Standardized", 2, 2),)
    )
    results = Results({"s/p": table})
    assert results.show("s/p", "a", "Standardized: est") == "2.000"
    assert results.show("s/p", "a", ("est", 1)) == "1.000"
    with pytest.raises(StudyError, match="no column 'se'"):
        results.show("s/p", "a", "se")


def test_every_citation_of_the_texts_has_its_reference():
    sources = "".join(
        (resource("report", "text") / f"{name}.py").read_text(encoding="utf-8")
        for name in ("sample", "measures", "models", "propositions")
    )
    bibliography = resource("paper", "refs.bib").read_text(encoding="utf-8")
    assert len(METHOD) + len(RESULTS) == 20
    for key in cited_keys(sources):
        assert f"{{{key}," in bibliography, key


def test_citations_become_names_and_years():
    assert with_names("Robust [@yuan2000; @rosseel2012].") == "Robust (Yuan & Bentler, 2000; Rosseel, 2012)."
    assert with_names("As [@williams2010] say") == "As (Williams et al., 2010) say"
