"""The output folder changes all at once, and nothing a user put there is lost."""

import json

import pytest

from mlbc_stats.errors import StudyError
from mlbc_stats.study import output_folder as outputs
from mlbc_stats.study.output_folder import check_target, write_outputs


@pytest.fixture
def build(tmp_path):
    folder = tmp_path / "build"
    write_outputs(folder, {"report.html": "old", "tables/old.csv": "a"}, {"seed": 1})
    return folder


def everything(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def test_the_manifest_lists_what_was_written(build):
    manifest = json.loads((build / "manifest.json").read_text())
    assert manifest["files"] == ["report.html", "tables/old.csv"]
    assert manifest["seed"] == 1


def test_a_second_run_replaces_the_first_as_a_whole(build):
    write_outputs(build, {"report.html": b"new"}, {})
    assert set(everything(build)) == {"report.html", "manifest.json"}
    assert (build / "report.html").read_text() == "new"
    assert [path.name for path in build.parent.iterdir()] == ["build"]


def test_a_file_of_the_user_is_carried_over(build):
    (build / "tables" / "my notes.txt").write_text("mine")
    (build / "link").symlink_to("nowhere")
    write_outputs(build, {"report.html": "new"}, {})
    assert (build / "tables" / "my notes.txt").read_text() == "mine"
    assert (build / "link").is_symlink()
    assert check_target(build) == ("link", "tables/my notes.txt")


def test_a_file_of_the_user_in_the_way_stops_the_run(build):
    (build / "results.json").write_text("mine")
    before = everything(build)
    with pytest.raises(StudyError, match=r"results\.json was not written by a study"):
        write_outputs(build, {"results.json": "ours"}, {})
    assert everything(build) == before


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"owner": "other"}'])
def test_a_folder_of_somebody_else_is_refused(tmp_path, manifest):
    (tmp_path / "thesis.docx").write_text("years of work")
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    before = everything(tmp_path)
    with pytest.raises(StudyError, match=r"no study wrote.*choose an empty or a new folder"):
        write_outputs(tmp_path, {"report.html": "x"}, {})
    assert everything(tmp_path) == before


def test_an_empty_folder_and_a_nested_new_one_are_fine(tmp_path):
    (tmp_path / "empty").mkdir()
    write_outputs(tmp_path / "empty", {"a": "1"}, {})
    write_outputs(tmp_path / "new" / "deep", {"a": "1"}, {})
    assert (tmp_path / "new" / "deep" / "a").read_text() == "1"


def test_a_file_where_the_folder_should_be_is_refused(tmp_path):
    (tmp_path / "build").write_text("a file")
    with pytest.raises(StudyError, match="is a file, expected a folder"):
        write_outputs(tmp_path / "build", {"a": "1"}, {})


def test_results_of_single_stages_below_the_folder_are_kept_and_do_not_block(tmp_path):
    folder = tmp_path / "build"
    write_outputs(folder / "stages" / "sample", {"a.csv": "1"}, {})
    write_outputs(folder, {"report.html": "x"}, {})
    write_outputs(folder, {"report.html": "y"}, {})
    assert set(everything(folder)) == {
        "report.html",
        "manifest.json",
        "stages/sample/a.csv",
        "stages/sample/manifest.json",
    }


@pytest.mark.parametrize("moment", ["_write", "_swap"])
def test_an_interruption_leaves_the_old_results_whole(build, monkeypatch, moment):
    before = everything(build)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(outputs, moment, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_outputs(build, {"report.html": "new"}, {})
    assert everything(build) == before
    assert [path.name for path in build.parent.iterdir()] == ["build"]


def test_an_interruption_between_the_two_renames_is_undone(build, monkeypatch):
    before, rename = everything(build), type(build).replace

    def stop_at_the_second(path, target):
        if target == build:
            monkeypatch.setattr(type(build), "replace", rename)
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(type(build), "replace", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        write_outputs(build, {"report.html": "new"}, {})
    assert everything(build) == before
