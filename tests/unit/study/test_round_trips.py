"""Known answers go out as each platform would export them and come back, through a study, as the same codes."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import study, survey
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.survey.responses.model import MissingReason, Responses
from tests.examples import platform_exports as made

GROUPS = ("technical", "management")
STOPPED = 3
"""A case that stops in the middle."""


@cache
def questionnaire(group: str):
    """What a group of informants is asked; all questions for other names."""
    asked = group if group in GROUPS else None
    return survey.compose(["mlbc_alignment"], informant=asked, languages=["de"])


def drawn(group: str) -> pd.DataFrame:
    """Random answers about ten units as text, then those that matter by hand."""
    asked = questionnaire(group).instrument
    rng = np.random.default_rng(GROUPS.index(group))
    cells = {}
    for question in asked.sequence:
        scale = asked.scale(question.scale)
        low, high = (0 if scale.lower is None else scale.lower), (30 if scale.upper is None else scale.upper)
        codes = [code.value for code in scale.codes] or range(low, min(high, 30))
        cells[question.id] = rng.choice(list(codes), size=10).astype(str).astype(object)
        if scale.kind == "text":
            cells[question.id][:] = 'fine, so far; "really"'
    frame = pd.DataFrame(cells).assign(informant=str(asked.scale(asked.item("informant").scale).code(group)))
    rated = [item.id for item in asked.items if item.construct]
    (check, *_) = asked.checks
    frame.loc[0, "tenure"] = "dont_know"
    frame.loc[1, rated[4]] = "dont_know"
    frame.loc[2, rated[5]] = "not_applicable"
    frame.loc[6, rated[7]] = ""
    frame[check.id] = str(check.expected)
    frame.loc[4, check.id] = "1"
    frame.loc[STOPPED, frame.columns[len(frame.columns) // 2 :]] = ""
    return frame


@cache
def answers(group: str) -> Responses:
    """The same as responses, routes applied."""
    frame = drawn(group)
    ids = {"case_id": [f"{group}{k}" for k in range(10)], "unit_id": [f"00{k}" for k in range(10)]}
    done = ["0" if case == STOPPED else "1" for case in range(10)]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "plain.csv"
        pd.concat([pd.DataFrame(ids), frame.assign(finished=done)], axis=1).to_csv(file, index=False)
        return survey.read(file, questionnaire(group).instrument)


@pytest.mark.parametrize("group", GROUPS)
def test_the_known_answers_are_those_that_were_drawn(group) -> None:
    """The truth of the round trips is not made by the reader: codes are the drawn ones, reasons those set by hand."""
    given, frame = answers(group), drawn(group)
    for place, name in enumerate(given.item_ids):
        numbers = pd.to_numeric(frame[name], errors="coerce").to_numpy()
        routed = given.reasons[:, place] == MissingReason.NOT_APPLICABLE
        assert np.array_equal(given.codes[:, place], np.where(routed, np.nan, numbers), equal_nan=True), name
    items = {item.id: item for item in given.instrument.items}
    assert any(items[name].reversed for name in given.rated_ids)
    assert (given.reasons == MissingReason.DONT_KNOW).sum() == 1
    assert (given.reasons[STOPPED] == MissingReason.NOT_REACHED).sum() > 20
    assert survey.screen(given).measures["attention"].tolist()[4] >= 1


def written(folder: Path, name: str, given: Responses, target: str, form: str) -> tuple[Path, Path]:
    """The export of a platform in one of its forms, and the manifest."""
    exported = survey.export(questionnaire(name), target, folder / f"{name}_{target}")
    mapping, done = exported.mapping, made.finished(given)
    language = {"labels": "en", "german": "de"}.get(form)
    rows = made.platform_rows(given, mapping, language)
    rows = made.with_refusal(rows, mapping)
    path = folder / f"{name}_{target}_{form}"
    if target in ("qualtrics", "qsf"):
        file = made.qualtrics(path.with_suffix(".csv"), rows, mapping, done, 2 if form == "two" else 3)
    elif target in ("limesurvey", "lss") and form == "spss":
        file = made.limesurvey_sav(path.with_suffix(".sav"), rows, mapping, done)
    elif target in ("limesurvey", "lss"):
        file = made.limesurvey(path.with_suffix(".csv"), rows, mapping, done, words=form == "labels")
    elif target == "xlsform":
        mark = "/" if form == "kobo" else "-"
        groups = {q.column: next(a for a in q.aliases if mark in a) for q in mapping.questions}
        ending = ".xlsx" if form == "kobo" else ".csv"
        file = made.odk(path.with_suffix(ending), rows, mapping, groups, mark)
    elif target == "surveyjs":
        file = made.surveyjs(path.with_suffix(".jsonl"), rows, done)
    elif target == "redcap":
        file = made.redcap(path.with_suffix(".csv"), rows, mapping, done, labels=form == "labels")
    elif target == "google":
        file = made.google(path.with_suffix(".csv"), rows)
    else:
        file = made.sav(path.with_suffix(".sav"), rows, mapping)
    return file, exported.mapping_path


FORMS = [
    ("qualtrics", "codes"),
    ("qualtrics", "labels"),
    ("qualtrics", "two"),
    ("qsf", "codes"),
    ("qsf", "german"),
    ("limesurvey", "codes"),
    ("limesurvey", "labels"),
    ("limesurvey", "german"),
    ("lss", "spss"),
    ("xlsform", "odk"),
    ("xlsform", "kobo"),
    ("surveyjs", "codes"),
    ("redcap", "codes"),
    ("redcap", "labels"),
    ("google", "labels"),
    ("sav", "codes"),
]
PARTIAL = ("qualtrics", "qsf", "limesurvey", "lss", "surveyjs", "redcap")
"""Platforms that say who stopped early."""


def read_back(folder: Path, target: str, form: str) -> Responses:
    """Both groups of informants through a study file."""
    entries = []
    for group in GROUPS:
        file, mapping = written(folder, group, answers(group), target, form)
        entries.append(
            f"  - {{path: {file.name}, mapping: {mapping.relative_to(folder)}, informant: {group}}}"
        )
    (folder / "study.yaml").write_text(
        "kind: study\ntitle: Round trip\ninstruments: [mlbc_alignment]\nresponses:\n"
        + "\n".join(entries)
        + "\n",
        encoding="utf-8",
    )
    return study.read_sources(study.load_study(folder / "study.yaml")).responses


@pytest.mark.parametrize(("target", "form"), FORMS, ids=["-".join(one) for one in FORMS])
def test_every_answer_comes_back_as_the_same_code(tmp_path, target, form) -> None:
    found = read_back(tmp_path, target, form)
    assert found.set_aside == {"no consent": 2}
    for part, group in zip(found.parts, GROUPS, strict=True):
        given = answers(group)
        assert part.unit_ids.tolist() == given.unit_ids.tolist()
        assert part.item_ids == given.item_ids
        assert np.array_equal(part.codes, given.codes, equal_nan=True)
        stopped = MissingReason.NOT_REACHED if target in PARTIAL else MissingReason.NOT_ANSWERED
        reasons = np.where(given.reasons == MissingReason.NOT_REACHED, stopped, given.reasons)
        assert np.array_equal(part.reasons, reasons)
        for name in given.context_reasons.columns:
            assert np.array_equal(part.context[name], given.context[name], equal_nan=True), name
            expected = given.context_reasons[name].replace(MissingReason.NOT_REACHED, stopped)
            assert part.context_reasons[name].tolist() == expected.tolist(), name
        assert part.context["remarks"].tolist() == given.context["remarks"].tolist()
        pd.testing.assert_frame_equal(
            survey.score(part).reset_index(drop=True), survey.score(given).reset_index(drop=True)
        )
        flagged = survey.screen(part).measures["attention"].to_numpy()
        assert np.array_equal(flagged, survey.screen(given).measures["attention"].to_numpy(), equal_nan=True)
    assert set(found.unit_ids.tolist()) == set(answers("technical").unit_ids.tolist())
    assert found.design == "several_informants"


@cache
def sample() -> Responses:
    """Synthetic answers of 120 units, of which each answered "do not know" now and then."""
    whole = survey.simulate(survey.pilot_population().clean(), n=120, seed=3)
    codes, reasons = whole.codes.copy(), whole.reasons.copy()
    lost = (np.random.default_rng(1).random(codes.shape) < 0.02) & (reasons == 0)
    lost[:, [name not in whole.rated_ids for name in whole.item_ids]] = False
    codes[lost], reasons[lost] = np.nan, MissingReason.DONT_KNOW
    whole = replace(whole, codes=codes, reasons=reasons, paradata=whole.paradata[["finished"]])
    return replace(whole, instrument=questionnaire("everybody").instrument)


def tables(folder: Path, entry: str) -> dict[str, tuple[tuple[object, ...], ...]]:
    """Every table of the first stage of a study of that file: gates, verdicts, coefficients."""
    (folder / "study.yaml").write_text(
        "kind: study\ntitle: Whole\ninstruments: [mlbc_alignment]\npropositions: [M5r]\nrobustness: false\n"
        f"estimation: {{cutoffs: 0}}\nresponses:\n  - {{{entry}}}\n",
        encoding="utf-8",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = study.run_stage("verdicts", study.load_study(folder / "study.yaml")).stage("verdicts")
    return {table.identifier: table.columns for table in found.tables}


@cache
def direct() -> dict[str, tuple[tuple[object, ...], ...]]:
    """The tables of the answers as they stand, without a platform between."""
    with TemporaryDirectory() as folder:
        survey.write(sample(), Path(folder) / "plain.csv")
        return tables(Path(folder), "path: plain.csv")


WHOLE = list({target: (target, form) for target, form in FORMS}.values())
"""The last form of each target."""


@pytest.mark.parametrize(("target", "form"), WHOLE, ids=["-".join(one) for one in WHOLE])
def test_a_study_of_an_export_finds_what_a_study_of_the_answers_finds(tmp_path, target, form) -> None:
    file, mapping = written(tmp_path, "everybody", sample(), target, form)
    through = tables(tmp_path, f"path: {file.name}, mapping: {mapping.relative_to(tmp_path)}")
    assert through["verdicts"] and through == direct()
