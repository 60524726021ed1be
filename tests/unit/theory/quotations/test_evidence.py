"""The coded evidence: schema, codes, counts, checksums, no personal names; the audit, on a synthetic text."""

from __future__ import annotations

import hashlib
import re
import runpy
from pathlib import Path

import pandas as pd
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.resources import resource
from mlbc_stats.theory import audit, coded_evidence, cooccurrence, coverage
from mlbc_stats.theory.quotations.codes import evidence_codes
from mlbc_stats.theory.quotations.coding_schema import COLUMNS, check_rows
from mlbc_stats.theory.quotations.source_text import digest, find_digest, find_run, normalize, parse_spans

FOLDER = resource("data", "coded_evidence")
ROWS_PER_SECTION = {
    "mucha2023": "4:1 4.1.1:8 4.1.2:7 4.1.3:6 4.2:1 4.2.1:9 4.2.2:8 4.3.1:11 4.3.2:11",
    "haefner2023": "4.2.1:9 4.2.2:18 4.2.3:9 5.1:5",
}
# first 12 digits of the SHA-256 of the practitioners' case-folded names, so that no name stands here either
NAMES = frozenset(
    re.findall(
        r"\w{12}",
        """
    0357513deb90 1241d491521b 1cbf0568ee9a 1cd32a3410a9 1f284035d2be 26ae784d194a 2b4c763aa95a
    31611159e7e6 34d4bbbddc1c 3a800f3fa377 3b2b1dd40f8f 3fd4fd7e5f7a 51fc178c3b35 5568b6d364d2
    5c4929e0c46c 5d09224b66e5 5d7f15f2fce8 5dc594bd3b10 64b4d0f47c93 6663103a3e47 7417f16d7781
    79b563db5e04 81ce96e7d5dc 83a94baff51a 85f5e10431f6 8f447168a4a8 8fe9c2c44847 91a87ce72054
    94419b99b12c 9bafe41fe9d9 9c2f138690fc 9fe6cbb9e933 a0b7c245fab3 a1c261c4f51e a6605ef41e94
    ad5e36e9349c bacfa18dfc1a bbb66bee9d7a c8394cb5ab57 caefe33e88f6 cdf30c6b3452 d2dae6d1b462
    d38681074467 d7fbee3bfbfd dce2247d1719 e2b11f88335d e85258f3c46d ea5b9357a96b f7514686059f
    f7ed54f746cf f828377d5ab4
    """,
    )
)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return coded_evidence()


@pytest.mark.parametrize("source", ROWS_PER_SECTION)
def test_every_section_has_its_rows_in_order(source):
    table = coded_evidence(source)
    counts = table.groupby("section", sort=False).size()
    assert " ".join(f"{section}:{n}" for section, n in counts.items()) == ROWS_PER_SECTION[source]
    assert table["row_id"].is_unique
    assert list(table.columns) == list(COLUMNS)


def test_types(table):
    assert table["order"].dtype == table["word_count"].dtype == "int64"
    assert all(isinstance(codes, tuple) for codes in table["secondary_codes"])
    assert list(table["modality"].cat.categories) == ["done", "lacking", "planned", "advocated"]
    assert (table["source"] == "haefner2023").sum() == 41


def test_codes_exist_and_belong_to_the_rows_framework(table):
    own = {(code.source, code.id) for code in evidence_codes()}
    pairs = zip(table["source"], table["primary_code"], table["secondary_codes"], strict=True)
    assert all((source, code) in own for source, first, rest in pairs for code in (first, *rest))


def test_the_one_repeated_quotation_is_marked(table):
    repeated = table[table["quote_sha256"].duplicated(keep=False)]
    assert repeated["row_id"].tolist() == ["m23-16", "m23-24"]
    assert repeated["duplicate_of"].tolist() == ["", "m23-16"]
    assert (table["duplicate_of"] != "").sum() == 1


def test_cycles_only_where_the_framework_has_them(table):
    assert (table["actor_cycle"].map(bool) == (table["source"] == "mucha2023")).all()


def test_phase_of_a_cell_is_that_of_its_section(table):
    cells = table[table["section"].isin(["4.2.1", "4.2.2", "4.2.3"]) & (table["source"] == "haefner2023")]
    assert (cells["primary_code"].astype(str).str[-1] == cells["section"].str[-1]).all()


def test_no_personal_name():
    for path in FOLDER.iterdir():
        found = [
            word
            for word in normalize(path.read_text(encoding="utf-8")).words
            if hashlib.sha256(word.encode()).hexdigest()[:12] in NAMES
        ]
        assert not found, f"{path.name}: {found}"


def test_paraphrases_are_short_and_no_quotations(table):
    assert table["paraphrase"].map(lambda text: len(text.split())).max() <= 26
    assert not table["paraphrase"].str.contains(r"[\"“”]").any()


def test_checksums():
    lines = (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    stored = {name: sha256 for sha256, name in (line.split("  ") for line in lines)}
    files = {path.name for path in FOLDER.iterdir()} - {"SHA256SUMS"}
    assert stored.keys() == files
    for name, sha256 in stored.items():
        content = (FOLDER / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256, f"{name} changed: run sha256sum again"
        assert b"\r" not in content


def test_codebook_describes_every_column():
    text = (FOLDER / "codebook.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in text] == []


def test_coverage_counts_each_code_of_each_quotation_once(table):
    counts = coverage(table)
    carried = sum(1 + len(codes) for codes in table.loc[table["duplicate_of"] == "", "secondary_codes"])
    assert counts.to_numpy().sum() == carried
    assert counts.shape == (13, len(evidence_codes()))
    repeated = coverage(table, duplicates=True)
    assert (repeated - counts).loc[("mucha2023", "4.2.1"), ["tc_pace", "pace_tech"]].tolist() == [1, 1]
    assert list(coverage(coded_evidence("haefner2023")).columns) == [
        c.id for c in evidence_codes("haefner2023")
    ]


def test_cooccurrence_by_quotation_and_by_section():
    rows = pd.DataFrame(
        {
            "source": "mucha2023",
            "section": ["a", "a", "b", "b"],
            "primary_code": ["tc_pace", "oml_data", "cs_org", "tc_pace"],
            "secondary_codes": [("ftc_sync",), (), ("oml_data", "chg_org"), ("ftc_sync",)],
            "duplicate_of": ["", "", "", "m23-01"],
        }
    )
    quotation, section = cooccurrence(rows), cooccurrence(rows, within="section")
    assert quotation.shape == section.shape == (8, 5)
    assert (quotation.loc["tc_pace", "ftc_sync"], quotation.loc["tc_pace", "oml_data"]) == (1, 0)
    assert (section.loc["tc_pace", "ftc_sync"], section.loc["tc_pace", "oml_data"]) == (1, 1)
    assert cooccurrence(rows, duplicates=True).loc["tc_pace", "ftc_sync"] == 2
    assert quotation.loc["chg_org", "oml_data"] == 1


def test_haefner_rows_hold_no_challenge_or_practice_code():
    assert cooccurrence(coded_evidence("haefner2023")).to_numpy().sum() == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: coded_evidence("other"), "unknown source 'other'"),
        (lambda t: evidence_codes("other"), "unknown source 'other'"),
        (lambda t: cooccurrence(t, within="paper"), "expected 'quotation' or 'section'"),
        (lambda t: coverage(t.iloc[:0]), "the table has no rows"),
        (lambda t: coverage(t.drop(columns="section")), r"lacks the columns \['section'\]"),
        (lambda t: audit(t, "text"), "expected the rows of one source"),
        (lambda t: parse_spans("3-4"), "expected 'start"),
    ],
)
def test_wrong_use_is_named(table, call, message):
    with pytest.raises(DataError, match=message):
        call(table)


def _row(**changes: str) -> dict[str, str]:
    words = normalize("synthetic words only").words
    row = dict.fromkeys(COLUMNS, "x") | {
        "row_id": "m23-01",
        "source": "mucha2023",
        "section": "4.1.1",
        "order": "1",
        "firm_status": "not_stated",
        "primary_code": "bal",
        "secondary_codes": "",
        "actor_cycle": "user",
        "solution_phase": "",
        "type": "practice",
        "modality": "done",
        "polarity_alone": "mixed",
        "polarity_framed": "mixed",
        "duplicate_of": "",
        "confidence": "low",
        "quote_sha256": digest(words),
        "word_count": "3",
        "spans": "5+3",
    }
    return row | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"type": "remark"}, r"row 1 \(m23-01\), type: 'remark' is not one of challenge"),
        ({"secondary_codes": "cs_env;cs_mood"}, "codes: cs_mood is no code of mucha2023"),
        ({"primary_code": "dp1"}, "codes: dp1 is no code of mucha2023"),
        ({"secondary_codes": "bal"}, "name one code twice"),
        ({"paraphrase": ""}, "paraphrase: empty"),
        ({"quote_sha256": "abc"}, "quote_sha256: 'abc' does not match"),
        ({"word_count": "4"}, "word_count: 4, but the spans hold 3 words"),
        ({"duplicate_of": "m23-09"}, "duplicate_of is 'm23-09', expected ''"),
        ({"order": "2"}, "order is 2, expected 1 in 4.1.1"),
    ],
)
def test_a_broken_row_is_named(changes, message):
    check_rows([_row()], "coding.csv")
    with pytest.raises(DataError, match=r"^coding.csv: .*" + message):
        check_rows([_row(**changes)], "coding.csv")


def test_equal_quotations_must_be_marked_and_ids_unique():
    with pytest.raises(DataError, match="m23-01: the row id is used twice"):
        check_rows([_row(), _row(order="2")], "coding.csv")
    with pytest.raises(DataError, match="m23-02: duplicate_of is '', expected 'm23-01'"):
        check_rows([_row(), _row(row_id="m23-02", order="2")], "coding.csv")


def test_normalization_ignores_typography():
    assert normalize("It’s “fast”… [sic]").words == normalize('It\'s "fast" [...] (sic)').words
    assert normalize("ﬁne ${\\sim} \\rm Head$").words == ("fine", "head")
    assert find_run(("a", "b"), ("b", "a")) == -1
    assert find_digest(("a", "b"), digest(("c",)), 1) == -1


SYNTHETIC = """
4.2. Implementing and so on. 4.2.1. Level 1 here. Someone said:
“one short synthetic remark of eight words”. Then
4.2.2. Level 2 here. Another: “the second made-up remark”. A “term”. 4.2.3. Level 3 here. 5. Discussion
5.1. Theoretical and more. A role: a remark with a mark ~Role Outside.
5.2. Limitations and “words out of the scope”.
"""


def _synthetic_table(*quotes: tuple[str, str, str]) -> pd.DataFrame:
    words = normalize(SYNTHETIC).words
    rows = []
    for number, (section, quote, paraphrase) in enumerate(quotes, 1):
        run = normalize(quote).words
        start = max(find_run(words, run), 0)
        rows.append(
            {
                "row_id": f"h23-{number:02d}",
                "source": "haefner2023",
                "section": section,
                "paraphrase": paraphrase,
                "quote_sha256": digest(run),
                "word_count": len(run),
                "spans": f"{start}+{len(run)}",
            }
        )
    return pd.DataFrame(rows)


ALL = (
    ("4.2.1", "one short synthetic remark of eight words", "ours"),
    ("4.2.2", "the second made-up remark", "ours"),
    ("5.1", "a remark with a mark", "ours"),
)


def test_audit_passes_when_all_is_covered():
    report = audit(_synthetic_table(*ALL), SYNTHETIC)
    assert report.passed
    assert report.found == ("h23-01", "h23-02", "h23-03")
    assert report.moved == ()


def test_audit_finds_rows_in_another_extraction():
    report = audit(_synthetic_table(*ALL), "Some front matter. " + SYNTHETIC)
    assert report.passed
    assert report.moved == report.found


def test_audit_names_what_is_wrong():
    changed = (
        ("4.2.2", ALL[0][1], "my one short synthetic remark of eight"),
        ("4.2.2", "the second invented remark", "ours"),
    )
    report = audit(_synthetic_table(*changed), SYNTHETIC)
    assert not report.passed
    assert (report.missing, report.misplaced, report.copied) == (("h23-02",), ("h23-01",), ("h23-01",))
    places = [re.sub(r"word \d+", "word n", place) for place in report.uncovered]
    assert places == [
        "section 4.2.2, word n: quoted passage of 5 words",
        "section 5.1, word n: attribution",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"no paper at all", "mucha2023: no heading of section 4 in the text"),
        (b"\xff\xfe\x00", "codec can't decode"),
    ],
)
def test_the_script_ends_with_status_1_and_says_why(tmp_path, capsys, content, message):
    script = runpy.run_path(str(Path(__file__).resolve().parents[4] / "analysis" / "audit_evidence.py"))
    paper = tmp_path / "paper.txt"
    if content is not None:
        paper.write_bytes(content)
    assert script["main"](["--mucha", str(paper)]) == 1
    assert message in capsys.readouterr().err
