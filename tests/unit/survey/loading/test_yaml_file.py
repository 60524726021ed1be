"""Reading YAML: every way a file can be unreadable gives one finding with its line, and never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlbc_stats.survey.yaml import file as yamlfile
from mlbc_stats.survey.yaml import tree as yamltree
from mlbc_stats.survey.yaml.file import read_yaml


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def test_plain_data_and_lines(tmp_path: Path) -> None:
    text = "a: 1\nb:\n  - {id: x, n: -2.5}\n  - yes\n  - 'true'\n  - true\n  - ~\n  - |\n    two\n    lines\n"
    text += "no: 007\n"
    source = read_yaml(write(tmp_path, text))
    expected = {"a": 1, "b": [{"id": "x", "n": -2.5}, "yes", "true", True, None, "two\nlines\n"], "no": 7}
    assert source.data == expected
    assert source.findings == ()
    assert source.line(("b", 0, "n")) == 3
    assert source.line(("b", 0, "absent")) == 3
    assert source.line(("b", 3)) == 6
    assert source.name(("b", 0, "n")) == "x"


@pytest.mark.parametrize("text", ["a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2\n", "---\na: 1\nb: 2\n...\n"])
def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path: Path, text: str) -> None:
    source = read_yaml(write(tmp_path, text))
    assert source.data == {"a": 1, "b": 2}
    assert source.findings == ()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "empty"),
        ("  \n\n", 1, "empty"),
        ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ("a: \x07\n", 1, "not valid YAML"),
        ("a: 1\nb: 2\n---\nc: 3\n", 3, "second document"),
        ("a: 1\n? [x, y]\n: 2\n", 2, "plain text"),
        ("a: *missing\n", 1, "no finished anchor"),
        ("a: &loop [*loop]\n", 1, "no finished anchor"),
        ("a: 1\n" + "b: é".encode("latin-1").decode("latin-1"), 0, ""),
        ("x: 1\ny: 'ä'\n".encode("cp1252"), 2, "0xE4 is not UTF-8"),
        ("x: 1\n".encode("utf-16"), 1, "UTF-16"),
        ("[" * 100_000, 1, "nested deeper than"),
        ("\n".join(" " * depth + f"k{depth}:" for depth in range(40)), 14, "nested deeper than"),
    ],
)
def test_unreadable_files(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    source = read_yaml(write(tmp_path, text))
    if not message:
        assert source.findings == ()
        return
    assert source.data is None
    (finding,) = source.findings
    assert (finding.line, finding.file) == (line, str(tmp_path / "file.yaml"))
    assert message in finding.message


def test_alias_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    levels = ["a: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    (finding,) = read_yaml(write(tmp_path, "\n".join(levels))).findings
    assert "once aliases are expanded" in finding.message
    assert finding.line == 5


def test_too_many_aliases(tmp_path: Path) -> None:
    text = "a: &a x\nb:\n" + "  - *a\n" * (yamltree.MAX_ALIASES + 1)
    (finding,) = read_yaml(write(tmp_path, text)).findings
    assert finding.line == yamltree.MAX_ALIASES + 3
    assert "aliases" in finding.message


def test_a_few_aliases_are_fine(tmp_path: Path) -> None:
    assert read_yaml(write(tmp_path, "a: &a {x: 1}\nb: *a\n")).data == {"a": {"x": 1}, "b": {"x": 1}}


def test_too_large(tmp_path: Path) -> None:
    (finding,) = read_yaml(write(tmp_path, b"#" * (yamlfile.MAX_BYTES + 1))).findings
    assert "1,000,001 bytes" in finding.message


def test_duplicate_keys_and_tags_are_all_reported(tmp_path: Path) -> None:
    text = "items:\n  - id: one\n    scale: a\n    scale: b\n    x: !!python/name:os.system ''\nitems: []\n"
    source = read_yaml(write(tmp_path, text))
    assert [(found.line, found.item) for found in source.findings] == [(4, "one"), (5, "one"), (6, "")]
    assert "duplicate key 'scale', already given on line 3" in source.findings[0].message
    assert "tag" in source.findings[1].message
    assert source.data["items"][0]["scale"] == "a"
