"""Nobody is given away: classes of respondents who are alike, and bundles that are refused or carry what they say."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError

POPULATION = survey.pilot_population()
NAMES = ("phase", "org_size", "industry", "job_role")


@pytest.fixture(scope="module")
def responses():
    return survey.simulate(POPULATION, n=240, seed=4)


def classes(responses, names) -> dict[tuple, set]:
    """Units of each combination of values, by the definition."""
    found = defaultdict(set)
    for place, unit in enumerate(responses.unit_ids):
        values = [responses.context[name].iloc[place] for name in names]
        found[tuple("missing" if np.isnan(value) else value for value in values)].add(unit)
    return found


@pytest.mark.parametrize("names", [NAMES, NAMES[:2], NAMES[:1]])
def test_k_is_the_smallest_class_by_the_definition(responses, names) -> None:
    expected = classes(responses, names)
    report = survey.anonymity(responses, variables=names)
    assert report.k == min(map(len, expected.values()))
    assert sorted(report.classes["units"]) == sorted(map(len, expected.values()))
    assert report.classes["cases"].sum() == responses.n
    small = sum(len(units) for units in expected.values() if len(units) < 5)
    assert (report.at_risk, report.holds) == (small, small == 0)
    for name in names:
        rest = [one for one in names if one != name]
        without = sum(len(units) for units in classes(responses, rest).values() if len(units) < 5)
        assert report.without[name] == without


def test_the_example_of_sweeney() -> None:
    """Figure 2 of Sweeney (2002): k = 2 over race, birth, gender and ZIP code."""
    codes = [(1, 65, 1, 0), (1, 65, 1, 0), (1, 65, 2, 0), (1, 65, 2, 0), (1, 64, 2, 1), (1, 64, 2, 1)]
    codes += [(2, 64, 1, 0), (2, 64, 1, 0), (2, 65, 2, 2), (2, 65, 2, 2), (2, 67, 1, 3), (2, 67, 1, 3)]
    base = survey.simulate(POPULATION, n=len(codes), seed=1)
    table = pd.DataFrame(codes, columns=list(NAMES), dtype=float)
    made = replace(base, context=base.context.assign(**{name: table[name] for name in NAMES}))
    assert survey.anonymity(made, k=2, variables=NAMES).k == 2
    assert survey.anonymity(made, k=2, variables=NAMES).holds
    assert not survey.anonymity(made, k=3, variables=NAMES).holds


def test_colleagues_do_not_hide_their_unit(responses) -> None:
    one = replace(responses, unit_ids=np.full(responses.n, "acme", dtype=object))
    assert survey.anonymity(one, variables=["phase"]).k == 1


def test_a_declared_group_of_informants_counts(responses) -> None:
    bare = replace(
        responses,
        context=responses.context.drop(columns="informant"),
        context_reasons=responses.context_reasons.drop(columns="informant"),
    )
    groups = np.array(["technical"] * 237 + ["management"] * 3, dtype=object)
    assert survey.anonymity(replace(bare, informants=groups), variables=["informant_group"]).k == 3


@pytest.mark.parametrize("options", [{"k": 1}, {"variables": ["phse"]}, {"leave_out": ["remarks"]}])
def test_what_cannot_be_checked(responses, options) -> None:
    with pytest.raises(ResponseError):
        survey.anonymity(responses, **options)


def test_data_that_give_somebody_away_are_refused_with_a_way_out(responses, tmp_path) -> None:
    with pytest.raises(ResponseError, match="not released") as caught:
        survey.release(responses, tmp_path / "open")
    assert not (tmp_path / "open").exists()
    assert caught.value.findings
    enough = str(caught.value).partition("NAME): ")[2].partition(" would")[0].split(", ")
    assert survey.release(responses, tmp_path / "open", leave_out=enough).anonymity.holds


def test_a_bundle_carries_answers_and_nothing_that_tells_who(responses, tmp_path) -> None:
    told = responses.context.assign(remarks="ask ann@acme.com", organization_id="acme", IPAddress="84.23.1.7")
    asked = [name for name in responses.context_reasons.columns if name != "org_size"]
    made = survey.release(replace(responses, context=told), tmp_path / "open", k=2, leave_out=asked)
    text = "".join((tmp_path / "open" / name).read_text(encoding="utf-8") for name in made.files)
    assert not any(word in text for word in ("acme", "84.23", *responses.case_ids[:20]))
    assert {"remarks", "organization_id", "IPAddress", *asked} <= set(made.left_out)
    for line in (tmp_path / "open" / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "open" / name).read_bytes()).hexdigest() == digest
    book = pd.read_csv(tmp_path / "open" / "codebook.csv", dtype=str)
    data = pd.read_csv(tmp_path / "open" / "data.csv", dtype=str)
    assert book["column"].tolist() == data.columns.tolist()
    again = survey.read(tmp_path / "open" / "data.csv", responses.instrument, allow_absent=True)
    order = np.lexsort(responses.codes.T[::-1])
    assert np.array_equal(again.codes, responses.codes[order], equal_nan=True)
    assert again.synthetic


def test_flags_go_with_their_cases(responses, tmp_path) -> None:
    screening, closed = survey.screen(responses), list(responses.context_reasons.columns)
    survey.release(responses, tmp_path / "open", leave_out=closed, screening=screening)
    data = pd.read_csv(tmp_path / "open" / "data.csv", dtype=str, keep_default_na=False)
    order = np.lexsort(responses.codes.T[::-1])
    assert data["kept"].tolist() == [str(int(kept)) for kept in screening.kept[order]]
    flagged = [name for row in screening.flags[order] for name in np.array(screening.rules)[row]]
    assert [name for cell in data["flags"] if cell for name in cell.split("; ")] == flagged
    again = survey.read(tmp_path / "open" / "data.csv", responses.instrument, allow_absent=True)
    assert again.n == responses.n
    with pytest.raises(ResponseError, match="the screening is of other answers"):
        survey.release(responses, tmp_path / "other", leave_out=closed, screening=survey.screen(again))


def test_a_folder_that_holds_something_is_left_alone(responses, tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ResponseError, match="exists and holds something"):
        survey.release(responses, tmp_path)
