"""Every command on small input: what it prints, what it writes, how it ends."""

import inspect
import json
import re

import pandas as pd
import pytest

from mlbc_stats import sem, survey
from mlbc_stats.resources import PACKAGE
from tests.examples.demo_answers import HEADER, ROWS
from tests.examples.demo_files import DEMO

HS = PACKAGE.parent / "tests" / "reference" / "data" / "HolzingerSwineford1939.csv"
ORD4 = HS.with_name("HS_ord4.csv")
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
COMMANDS = (
    ["instruments", "list"],
    ["instruments", "show"],
    ["instruments", "check"],
    ["instruments", "trace"],
    ["instruments", "coverage"],
    ["instruments", "manual"],
    ["instruments", "compose"],
    ["instruments", "translation", "export"],
    ["instruments", "translation", "import"],
    ["instruments", "translation", "check"],
    ["instruments", "translation", "compare"],
    ["responses", "read"],
    ["responses", "screen"],
    ["responses", "score"],
    ["responses", "simulate"],
    ["fit"],
    ["reliability"],
    ["factor"],
    ["irt"],
    ["pls"],
    ["necessity"],
    ["sets"],
    ["measure"],
    ["theory", "test"],
    ["study", "run"],
    ["study", "check"],
    ["study", "init"],
)
CHISQ_OF_LAVAAN = 85.30552  # Holzinger and Swineford's three factors, ML; lavaan's tutorial prints 85.306


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_shows_examples_in_its_help(run, command):
    output = run(*command, "--help").stdout
    assert f"mlbc {' '.join(command)}" in output.partition("Usage")[2].partition("\n\n")[2]


def test_the_groups_show_their_help_when_called_alone(run):
    for group in ("instruments", "responses", "theory", "study"):
        assert "Commands" in run(group, code=2).output


@pytest.mark.slow
def test_instruments_are_listed_and_shown(run):
    listed = json.loads(run("instruments", "list", "--json").stdout)
    assert [entry["id"] for entry in listed] == list(survey.list_instruments())
    shown = json.loads(run("instruments", "show", "marker", "--json").stdout)
    assert shown["items"][0]["item"] == "marker_1"
    assert "marker_1" in run("instruments", "show", "marker").stdout


def test_a_sound_instrument_passes_and_a_broken_one_names_file_line_and_item(run, tmp_path):
    assert "0 errors" in run("instruments", "check", "mlbc_alignment").stdout
    broken = tmp_path / "broken.yaml"
    broken.write_text("kind: instrument\nid: broken\nid: again\n", encoding="utf-8")
    output = run("instruments", "check", broken, code=2).stdout
    assert f"{broken}:3: duplicate key 'id'" in output
    findings = json.loads(run("instruments", "check", broken, "--json", code=2).stdout)
    assert {finding["severity"] for finding in findings} == {"error"}


def test_without_arguments_every_shipped_file_is_checked(run):
    folder = PACKAGE.parent / "instruments"
    shipped = [*folder.glob("*.yaml"), *folder.glob("translations/*.yaml")]
    assert f"{len(shipped)} checked: 0 errors" in run("instruments", "check").stdout


def test_propositions_and_studies_are_checked_too(run, tmp_path):
    assert (
        "0 errors" in run("instruments", "check", PACKAGE.parent / "instruments" / "propositions.yaml").stdout
    )
    study = tmp_path / "study.yaml"
    study.write_text("kind: study\nsed: 1\n", encoding="utf-8")
    assert "study.yaml:2" in run("instruments", "check", study, code=2).output


@pytest.mark.slow
def test_responses_are_read_screened_and_scored(run, answers, tmp_path):
    summary = json.loads(run("responses", "read", answers, "--json").stdout)
    assert summary["units"] == 60
    assert summary["synthetic"] is True
    rules = json.loads(run("responses", "screen", answers, "--json", "-o", tmp_path / "f.csv").stdout)
    assert "attention" in [rule["rule"] for rule in rules]
    assert (tmp_path / "f.csv").read_text().splitlines()[1].endswith("SYNTHETIC")
    scores = json.loads(run("responses", "score", answers, "--json").stdout)
    assert len(scores) == summary["cases"]
    assert "SYNTHETIC" in run("responses", "score", answers, "--screened").stdout


def test_a_policy_decides_which_cases_every_command_uses(run, answers, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "kind: screening_policy\nrules: {missingness: {threshold: 0.0, action: exclude}}\n", encoding="utf-8"
    )
    kept = json.loads(run("responses", "profile", answers, "--policy", policy, "--json").stdout)["flow"]
    assert kept[-1]["step"] == "kept" and kept[-1]["cases"] == 0
    assert json.loads(run("responses", "score", answers, "--json").stdout)
    assert json.loads(run("responses", "score", answers, "--policy", policy, "--json").stdout) == []
    for command in (["theory", "test"], ["responses", "early-late"], ["responses", "score"]):
        told = run(*command, answers, "--policy", policy, "--all", code=2).stderr
        assert "give one of them" in " ".join(told.split())


def test_ids_come_out_of_every_command_as_they_stand_in_the_file(run, tmp_path):
    ids = ("007", "NA", "1e5")
    rows = [f"{name},{row.partition(',')[2]}" for name, row in zip(ids, ROWS, strict=True)]
    path, flags, scores = tmp_path / "ids.csv", tmp_path / "flags.csv", tmp_path / "scores.csv"
    path.write_bytes("\r\n".join((HEADER, *rows, "")).encode("utf-8-sig"))
    summary = json.loads(run("responses", "read", path, "-i", DEMO, "--json").stdout)
    assert (summary["cases"], summary["units"], summary["items"]) == (3, 2, 7)
    scored = json.loads(run("responses", "score", path, "-i", DEMO, "-o", scores, "--json").stdout)
    assert [row["case_id"] for row in scored] == list(ids)
    run("responses", "screen", path, "-i", DEMO, "-o", flags)
    for written in (flags, scores):
        assert tuple(pd.read_csv(written, dtype=str, keep_default_na=False)["case_id"]) == ids


def test_a_misspelt_column_is_pointed_at_and_can_be_named(run, answers, tmp_path):
    path = tmp_path / "slip.csv"
    path.write_text(answers.read_text(encoding="utf-8").replace("tc_timing_1", "tc_timimg_1", 1), "utf-8")
    output = run("responses", "read", path, code=2).output
    assert "no column for 1 item of mlbc_alignment: tc_timing_1 (is it 'tc_timimg_1'?). Give" in output
    named = ("--column", "tc_timimg_1=tc_timing_1")
    whole = json.loads(run("responses", "score", answers, "--json").stdout)
    assert json.loads(run("responses", "score", path, *named, "--json").stdout) == whole
    run("responses", "screen", path, *named)
    run("responses", "read", path, *named)
    allowed = json.loads(run("responses", "read", path, "--allow-absent", "--json").stdout)
    (item,) = [row for row in allowed["missing"] if row["item"] == "tc_timing_1"]
    assert item["not_asked"] == allowed["cases"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("Q7",), "--column Q7: expected a column of the file and an item"),
        (("=tc_timing_1",), "expected a column"),
        (("Q7=tc_timing_1", "Q7=tc_timing_2"), "Q7 is given two items"),
        (("Q7=tc_timing_1",), "no column 'Q7' in the file"),
    ],
)
@pytest.mark.parametrize("command", [("responses", "read"), ("theory", "test")], ids=" ".join)
def test_a_wrong_mapping_is_bad_input(run, answers, command, given, message):
    options = [part for pair in given for part in ("--column", pair)]
    assert message in run(*command, answers, *options, code=2).output


def test_columns_of_a_study_go_with_the_responses_they_are_in(run, answers, tmp_path):
    assert "go with --responses" in run("study", "run", "--allow-absent", code=2).output
    given = ("--responses", answers, "-o", tmp_path / "out", "--column", "Q7=tc_timing_1")
    assert "no column 'Q7' in the file" in run("study", "run", *given, code=2).output


def test_a_file_is_not_overwritten_unasked(run, tmp_path):
    target = tmp_path / "s.csv"
    run("responses", "simulate", "--n", 5, "-o", target)
    first = target.read_bytes()
    assert b"SYNTHETIC" in first
    assert "exists already" in run("responses", "simulate", "--n", 6, "-o", target, code=2).output
    assert target.read_bytes() == first
    run("responses", "simulate", "--n", 6, "-o", target, "--force")
    assert target.read_bytes() != first


@pytest.mark.parametrize(
    ("cells", "message"),
    [("9", "outside scale"), ("x", "is text")],
)
def test_answers_off_their_scale_are_named(run, answers, tmp_path, cells, message):
    lines = answers.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("tc_pace_1")
    row = lines[1].split(",")
    row[place] = cells
    path = tmp_path / "wrong.csv"
    path.write_text("\n".join([lines[0], ",".join(row), *lines[2:]]), encoding="utf-8")
    output = run("responses", "read", path, code=2).output
    assert "row 2, item tc_pace_1" in output
    assert message in output


def test_fit_gives_the_numbers_of_lavaan_in_text_and_json(run, tmp_path):
    model = tmp_path / "model.lav"
    model.write_text(MODEL, encoding="utf-8")
    found = json.loads(run("fit", model, HS, "--kind", "cfa", "--json").stdout)
    assert found["converged"]
    assert found["fit_measures"]["chisq"] == pytest.approx(CHISQ_OF_LAVAAN, abs=5e-5)
    text = run("fit", model, HS, "--standardized", "--modification-indices", 2).stdout
    assert "85.306" in text
    assert "Modification indices" in text


def test_one_bootstrap_shows_intervals_of_everything(run):
    model = MODEL + "speed ~ visual + textual"
    arguments = ("fit", model, HS, "--bootstrap", 60, "--seed", 1, "--interval", "bc")
    text = run(*arguments).output
    for title in ("parameters", "standardized solution", "effects", "R²", "reliability", "HTMT"):
        assert f"Bootstrap, {title}: 60 resamples, bc intervals" in text
    done = run(*arguments, "--json")
    assert "--bootstrap 60: intervals from fewer than 100" in done.stderr
    found = json.loads(done.stdout)["bootstrap"]
    fitted = sem.fit(model, pd.read_csv(HS))
    here = sem.bootstrap(fitted, 60, seed=1).rsquare("bc")
    assert found["seed"] == 1
    assert [row["ci_upper"] for row in found["rsquare"]] == pytest.approx(here["ci_upper"].tolist())
    assert {row["index"] for row in found["htmt"]} == {"htmt", "htmt2"}


def test_effects_and_their_errors(run):
    model = "visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9; visual ~ a*ageyr; speed ~ b*visual; ab := a*b"
    arguments = ("fit", model, HS, "--effects", "--se-def", "monte_carlo", "--monte-carlo", "R=2000")
    assert "Direct, indirect and total effects" in run(*arguments).output
    found = json.loads(run(*arguments, "--json").output)
    indirect = next(row for row in found["effects"] if row["effect"] == "indirect")
    defined = next(row for row in found["parameters"] if row["op"] == ":=")
    assert indirect["se"] == pytest.approx(defined["se"])
    assert indirect["ci_lower"] == pytest.approx(defined["ci_lower"])


def test_composites_are_sums_unless_told_otherwise(run):
    model = "C <~ x1 + x2 + x3; speed =~ x7 + x8 + x9; speed ~ C"
    assert "C: weighted sums" in run("fit", model, HS).output
    assert "weighted sums" not in run("fit", model, HS, "--no-composites", code=1).output


def test_any_option_of_lavaan_can_be_handed_on(run):
    options = ["bounds=standard", "mimic=Mplus", "information=observed,expected", "auto.var=true"]
    shown = run("fit", MODEL, HS, *(part for each in options for part in ("--option", each)))
    assert re.search(r"Missing values +fiml", shown.output)
    refused = run("fit", MODEL, HS, "--option", "bunds=standard", code=2)
    assert "did you mean 'bounds'" in refused.output


def test_fit_by_instruments_prints_their_tests(run):
    found = json.loads(run("fit", MODEL, HS, "--estimator", "IV", "--json").stdout)
    assert [row["lhs"] for row in found["sargan"]] == [row["lhs"] for row in found["instruments"]]
    assert "Sargan's test" in run("fit", MODEL, HS, "--estimator", "IV").stdout
    named = run("fit", "x9 ~ x8; x9 |~ x7 + x1", HS, "--estimator", "IV", "--json").stdout
    assert json.loads(named)["sargan"][0]["stat"] == pytest.approx(14.6212760773566)


def test_fit_in_two_steps(run):
    model = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; textual ~ visual"
    found = json.loads(run("fit", model, HS, "--sam", "local", "--json").stdout)
    assert found["estimator"] == "SAM"
    text = run("fit", model, HS, "--sam", "global", "--se", "joint").stdout
    assert "structural after measurement, global" in text and "visual; textual" in text
    assert "sam_method='x' is not known" in run("fit", model, HS, "--sam", "x", code=2).output
    assert (
        "test is not served" in run("fit", model, HS, "--sam", "local", "--test", "standard", code=2).output
    )


def test_fit_with_a_product_of_factors(run):
    model = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9; speed ~ visual + textual"
    model += " + visual:textual"
    found = json.loads(run("fit", model, HS, "--interactions", "lms", "--json").stdout)
    assert found["likelihood_ratio"]["df"] == 1 and found["converged"]
    text = run("fit", model, HS, "--interactions", "qml", "--estimator", "MLR", "--standardized").stdout
    assert "Quasi-log-likelihood" in text and "visual:textual" in text
    matched = ("--interactions", "product", "--interactions-args", "match=true", "--json")
    assert json.loads(run("fit", model, HS, *matched).stdout)["fit_measures"]["df"] == 48
    assert "no variable 'W'" in run("fit", model + " + speed:W", HS, "--interactions", "lms", code=2).output
    for beside in (("--effects",), ("--modification-indices", "3"), ("--sam", "local")):
        refused = run("fit", model, HS, "--interactions", "lms", *beside, code=2).stderr
        assert f"--interactions lms does not serve {beside[0]}" in refused
    assert "goes with --bootstrap" in run("fit", model, HS, "--interval", "bca", code=2).stderr
    refused = run("fit", model, HS, "--interactions-args", "method=rca", code=2).stderr
    assert "goes with --interactions product" in refused
    assert (
        "estimate this product by --interactions lms, qml or product" in run("fit", model, HS, code=2).stderr
    )


def test_fit_takes_a_covariance_matrix_and_says_when_its_size_is_missing(run, tmp_path):
    items = [f"x{i}" for i in range(1, 10)]
    path = tmp_path / "cov.csv"
    pd.read_csv(HS)[items].cov().to_csv(path)
    found = json.loads(run("fit", MODEL, path, "--cov", "--nobs", 301, "--json").stdout)
    assert found["fit_measures"]["chisq"] == pytest.approx(CHISQ_OF_LAVAAN, abs=5e-5)
    assert "--nobs go together" in run("fit", MODEL, path, "--cov", code=2).output
    assert "--nobs go together" in run("fit", MODEL, HS, "--nobs", 301, code=2).output


def test_means_go_with_the_covariance_matrix(run, tmp_path):
    frame = pd.read_csv(HS)[["x1", "x2", "x3", "x4"]]
    frame.cov().to_csv(tmp_path / "cov.csv")
    frame.mean().to_frame().T.to_csv(tmp_path / "means.csv", index=False)
    model = "f =~ x1 + x2 + x3 + x4\nx1 ~ 1"
    given = ("--cov", "--nobs", 301, "--means", tmp_path / "means.csv", "--json")
    rows = json.loads(run("fit", model, tmp_path / "cov.csv", *given).stdout)["parameters"]
    (mean,) = [row["est"] for row in rows if (row["lhs"], row["op"]) == ("x1", "~1")]
    assert mean == pytest.approx(frame["x1"].mean(), abs=1e-9)
    assert "goes with --cov" in run("fit", model, HS, "--means", tmp_path / "means.csv", code=2).output


def test_every_argument_of_fit_has_its_option(run):
    help_text = run("fit", "--help").stdout
    covered = {
        "model",
        "data",
        "sample_cov",
        "sample_mean",
        "sample_nobs",
        "progress",
        "lavaan",
    }  # arguments, --cov, --means, --nobs; lavaan's other options are for scripts
    missing = [
        name
        for name in inspect.signature(sem.fit).parameters
        if name not in covered and f"--{name.replace('_', '-')}" not in help_text
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("visual =~ x1 +", "^"),
        ("visual =~ x1 + x2 + zz", "zz"),
        ("visual =~ x1 + x2 + school", "line 2 'Pasteur'"),
        ("nonsense", "neither a file nor a model"),
    ],
)
def test_a_model_that_cannot_be_fitted_is_bad_input(run, model, message):
    assert message in run("fit", model, HS, code=2).output


def test_a_fit_that_cannot_be_trusted_ends_with_code_1(run):
    assert "not identified" in run("fit", "f =~ x1 + x2", HS, code=1).output
    stopped = json.loads(run("fit", MODEL, HS, "--max-iter", 1, "--json", code=1).stdout)
    assert stopped["converged"] is False
    assert stopped["fit_measures"] is None


def test_a_measurement_is_not_ordinal(run):
    assert "x1 has 35 different values" in run("fit", MODEL, HS, "--ordered", "x1", code=2).output


def test_ordinal_items_are_fitted_by_thresholds(run):
    fit = json.loads(run("fit", MODEL, ORD4, "--ordered", "all", "--json").stdout)
    assert fit["fit_measures"]["chisq_scaled"] == pytest.approx(82.4952623, abs=1e-5)


def test_the_end_of_a_study_names_doubtful_stages_and_missing_opinions():
    from mlbc_stats.cli.commands.study import _doubts
    from mlbc_stats.study import StudyResult
    from mlbc_stats.study.stages.stage import Stage

    stages = (Stage("a", "Sample"), Stage("b", "Reliability", problems=("no ω of x", "no ω of y")))
    result = StudyResult(None, stages, {}, None)
    assert _doubts(result) == ["Reliability: no ω of x (and 1 more in the report)"]
