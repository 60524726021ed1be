"""Whatever was answered, writing and reading it again gives the same responses."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey import Careless, Missingness, Nesting, Population, Responses
from tests.examples.demo_answers import HEADER, INSTRUMENT

pytestmark = pytest.mark.slow

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
IDS = TEXT.map(str.strip).filter(bool) | st.sampled_from(["007", "NA", "1e5", "-0", "nan"])
AGREEMENT = st.sampled_from(
    ["1", "4", "7", "", "-96", "-99", "NA", "Agree", "dont_know", "refused", "not_reached"]
)
CELLS = {
    "case_id": IDS,
    "unit_id": IDS,
    "phase": st.sampled_from(["1", "2", "", "In use"]),
    **dict.fromkeys(["day_1", "day_2", "check_1", "day_3", "night_1", "night_2", "night_3"], AGREEMENT),
    "org_size": st.sampled_from(["1", "2", "", "-98", "Large"]),
    "remark": TEXT,
    "tenure": st.floats(0, 60).map(repr) | st.sampled_from(["", "12,5"]),
    "duration": st.floats(0, 1e6).map(repr) | st.just(""),
    "campaign, wave": TEXT,
}
ROWS = st.lists(st.tuples(*CELLS.values()), min_size=1, max_size=6)
SHARE = st.floats(0, 1)


def same(first: Responses, second: Responses) -> None:
    """Fails unless the two hold the same answers."""
    for name in ("case_ids", "unit_ids", "codes", "reasons"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)
    for name in ("context", "context_reasons", "paradata"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    assert first.item_ids == second.item_ids
    assert first.synthetic == second.synthetic


def again(responses: Responses) -> Responses:
    with TemporaryDirectory() as folder:
        return survey.read(
            survey.write(responses, Path(folder) / "again.csv", personal="keep"), responses.instrument
        )


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_read_write_read(rows) -> None:
    frame = pd.DataFrame(rows, columns=list(CELLS))
    assert list(frame)[:-1] == HEADER.split(",")
    with TemporaryDirectory() as folder:
        frame.to_csv(Path(folder) / "once.csv", index=False, lineterminator="\n", quoting=csv.QUOTE_ALL)
        once = survey.read(Path(folder) / "once.csv", INSTRUMENT)
    assert once.context["campaign, wave"].tolist() == frame["campaign, wave"].tolist()
    same(once, again(once))


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 12),
    careless=st.builds(
        Careless, straightlining=SHARE.map(lambda x: x / 2), random=SHARE.map(lambda x: x / 2)
    ),
    missingness=st.builds(Missingness, share=SHARE, rate=SHARE, break_off=SHARE),
    nesting=st.sampled_from([Nesting(), Nesting({1: 0.5, 3: 0.5}, {2: 1.0}, 0.2, 0.3)]),
    misread=SHARE,
)
@settings(max_examples=40, deadline=None)
def test_simulate_write_read(seed, n, careless, missingness, nesting, misread) -> None:
    population = Population(
        INSTRUMENT, careless=careless, missingness=missingness, nesting=nesting, reverse_misreading=misread
    )
    drawn = survey.simulate(population, n=n, seed=seed)
    same(drawn, again(drawn))
    keyed, frame = survey.keyed(drawn), drawn.frame()
    assert (keyed["day_2"] + frame["day_2"]).dropna().eq(8).all()


def test_the_pilot_makes_the_round_trip() -> None:
    drawn = survey.simulate(survey.pilot_population(), n=80, seed=2)
    same(drawn, again(drawn))


def test_an_existing_file_is_not_overwritten(tmp_path) -> None:
    drawn = survey.simulate(Population(INSTRUMENT), n=3)
    file = survey.write(drawn, tmp_path / "kept.csv")
    before = file.read_bytes()
    with pytest.raises(ResponseError, match="exists already"):
        survey.write(survey.simulate(Population(INSTRUMENT), n=4), file)
    assert file.read_bytes() == before
    survey.write(survey.simulate(Population(INSTRUMENT), n=4), file, overwrite=True)
    assert file.read_bytes() != before
    with pytest.raises(ResponseError, match="no such folder"):
        survey.write(drawn, tmp_path / "nowhere" / "file.csv")
