"""What commands of fielding and of answers refuse, before anything is written; a release without context."""

import pytest

from mlbc_stats import survey


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "flags.csv", "--flow", "flow.pdf"], "ends in .svg or .png"),
        (["-o", "flags.csv", "--flow", "there.svg"], "choose another --flow or pass --force"),
        (["-o", "nowhere/flags.csv"], "nowhere: no such folder for flags.csv"),
        (["-o", "."], "is a folder; name a file in it"),
    ],
)
def test_files_that_cannot_be_written_are_told_before_any_is(run, answers, tmp_path, options, message):
    (tmp_path / "there.svg").write_text("mine", encoding="utf-8")
    assert message in run("responses", "screen", str(answers), *options, code=2).output
    assert [path.name for path in tmp_path.iterdir()] == ["there.svg"]
    assert (tmp_path / "there.svg").read_text(encoding="utf-8") == "mine"


def test_a_release_without_context_variables_ends_well(run, tmp_path):
    drawn = survey.simulate(survey.pilot_population(), n=6, seed=1)
    file, folder = survey.write(drawn, tmp_path / "answers.csv"), tmp_path / "open"
    bare = [f"--leave-out={name}" for name in drawn.context_reasons.columns]
    refused = run("responses", "release", str(file), str(folder), *bare, "--k", "9", code=2).output
    assert "about 6 units, fewer than the 9" in refused and not folder.exists()
    run("responses", "release", str(file), str(folder), *bare)
    again = run("responses", "release", str(file), str(folder), *bare, code=2).output
    assert "(on the command line: --force)" in again
    taken = run("responses", "release", str(file), str(file), *bare, "--force", code=2).output
    assert "is a file; name a folder" in taken


def test_words_of_consent_go_out_in_each_language(run, tmp_path):
    telling = ["--controller", "A chair", "--retention", "ten years", "--retention", "de=zehn Jahre"]
    shape = ["--to", "surveyjs", "--out", str(tmp_path), "-l", "en", "-l", "de"]
    run("export", "mlbc_alignment", *shape, *telling)
    text = (tmp_path / "mlbc_alignment_surveyjs.json").read_text(encoding="utf-8")
    assert "zehn Jahre" in text and "ten years" in text and "de=zehn" not in text


def test_a_mapping_that_is_missing_or_foreign_says_what_to_name(run, answers, tmp_path):
    missing = run("responses", "read", str(answers), "--mapping", "none.mapping.json", code=2).output
    assert "none.mapping.json: no such file; name the mapping manifest" in missing
    asked = survey.compose(["mlbc_cycles"], informant="technical")
    mapping = survey.export(asked, "redcap", tmp_path).mapping_path
    foreign = run("responses", "read", str(answers), "--mapping", str(mapping), code=2).output
    assert "(on the command line: -i mlbc_cycles --informant technical)" in foreign
    assert "is a folder" in run("responses", "read", str(tmp_path), code=2).output
