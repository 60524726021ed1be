"""Long calls say how far they are: by a callback, on a terminal, never in a pipe."""

import sys

from mlbc_stats import survey, theory
from mlbc_stats.cli.progress import counting, steps


def test_nothing_is_shown_in_a_pipe(capsys):
    with counting("waiting") as told:
        assert told is None
    with steps() as told:
        assert told is None
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_what_happens_and_how_far_it_is(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with counting("drawing resamples") as told:
        assert told is not None
        told(3, 4)
    assert capsys.readouterr().out == ""
    with counting("nothing", wanted=False) as told:
        assert told is None


def test_a_test_of_propositions_counts_its_simulated_samples():
    seen = []
    responses = survey.simulate(survey.pilot_population().clean(), n=150, seed=3)
    theory.test(responses, ["M5r"], cutoffs=50, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(k, 4) for k in range(1, 5)]
