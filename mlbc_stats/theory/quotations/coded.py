"""Read the coded quotations of the two source papers and count what they cover."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.resources import resource
from mlbc_stats.theory.quotations.codes import HAEFNER, MUCHA, evidence_codes
from mlbc_stats.theory.quotations.coding_schema import COLUMNS, check_rows

if TYPE_CHECKING:
    import pandas as pd

SOURCES = (MUCHA, HAEFNER)


def coded_evidence(source: str = "all") -> pd.DataFrame:
    """Practitioner quotations of one paper or of both, one row each, coded but not quoted.

    Real data: every practitioner quotation of Mucha, Ma and Abhari (2023), section 4, and of Haefner, Parida,
    Gassmann and Wincent (2023), sections 4.2 and 5.1. No row holds the sentence: ``quote_sha256`` and
    ``spans`` let ``audit`` check it against the paper's text. One coder, headings in view: there is no
    agreement coefficient yet.

    Parameters
    ----------
    source : "mucha2023" (62 rows), "haefner2023" (41 rows) or "all".

    Returns
    -------
    DataFrame
        the columns of ``data/coded_evidence/codebook.md``. ``order`` and ``word_count`` are integers,
        ``secondary_codes`` and ``actor_cycle`` tuples of strings, closed columns categorical, the rest text;
        an empty text means "not stated".

    Raises
    ------
    DataError
        for an unknown source, or when a shipped file breaks its schema (file, row and column are named).

    References
    ----------
    Mucha, T., Ma, S. and Abhari, K. (2023). doi:10.1108/INTR-10-2022-0769.
    Haefner, N., Parida, V., Gassmann, O. and Wincent, J. (2023). doi:10.1016/j.techfore.2023.122878.

    Examples
    --------
    >>> table = coded_evidence("mucha2023")
    >>> len(table), int((table["duplicate_of"] != "").sum())
    (62, 1)
    >>> table.loc[table["section"] == "4.3.1", "primary_code"].tolist()[:2]
    ['ftc_sync', 'ftc_sync']
    """
    if source not in (*SOURCES, "all"):
        raise DataError(f"unknown source {source!r}: expected 'mucha2023', 'haefner2023' or 'all'")
    import pandas as pd

    wanted = SOURCES if source == "all" else (source,)
    table = pd.concat([_read(name) for name in wanted], ignore_index=True)
    for name, column in COLUMNS.items():
        if column.allowed and not column.several:
            table[name] = pd.Categorical(table[name], categories=list(column.allowed))
    return table


def coverage(table: pd.DataFrame, duplicates: bool = False) -> pd.DataFrame:
    """Number of quotations of each section that carry each code, as primary or as secondary code.

    Codes without any quotation keep their column of zeros: gaps are what the table is for. A phase belongs to
    the section in which the authors quote a firm, not to the firm, so these counts test no proposition.

    Parameters
    ----------
    table : rows of ``coded_evidence``.
    duplicates : count a quotation again where the paper repeats it.

    Returns
    -------
    DataFrame
        index (source, section), in the papers' order; one column per code of the sources present; integers.

    Raises
    ------
    DataError
        when the table has no rows or lacks a column.

    Examples
    --------
    >>> counts = coverage(coded_evidence("mucha2023"))
    >>> int(counts.loc[("mucha2023", "4.3.1"), "ftc_roles"])
    5
    >>> counts.columns[counts.sum() == 0].tolist()[:2]
    ['aln_state', 'aln_init']
    """
    import pandas as pd

    rows = _countable(table, duplicates)
    sections = list(dict.fromkeys(zip(rows["source"], rows["section"], strict=True)))
    counts = Counter(
        (source, section, code)
        for source, section, codes in zip(rows["source"], rows["section"], _codes(rows), strict=True)
        for code in codes
    )
    columns = [code.id for code in evidence_codes() if code.source in set(rows["source"])]
    cells = [[counts[(*section, code)] for code in columns] for section in sections]
    index = pd.MultiIndex.from_tuples(sections, names=["source", "section"])
    return pd.DataFrame(cells, index=index, columns=pd.Index(columns, name="code"))


def cooccurrence(table: pd.DataFrame, within: str = "quotation", duplicates: bool = False) -> pd.DataFrame:
    """Co-occurrence of each challenge code with each practice code of M23.

    Challenges are the facets of TC, CS and CHG, practices those of FTC and OML. H23's cells are levers,
    neither challenge nor practice, so its rows add nothing here.

    Parameters
    ----------
    table : rows of ``coded_evidence``.
    within : "quotation" counts the quotations that carry both codes (primary or secondary); "section" counts
        the sections in which both occur in any quotation.
    duplicates : count a quotation again where the paper repeats it.

    Returns
    -------
    DataFrame
        challenge codes (8 rows) by practice codes (5 columns), integers.

    Raises
    ------
    DataError
        for another ``within``, or a table without rows or columns needed.

    Examples
    --------
    >>> table = coded_evidence("mucha2023")
    >>> int(cooccurrence(table).loc["tc_pace", "ftc_sync"])
    2
    >>> int(cooccurrence(table, within="section").loc["tc_pace", "ftc_sync"])
    1
    """
    import pandas as pd

    if within not in ("quotation", "section"):
        raise DataError(f"within={within!r}: expected 'quotation' or 'section'")
    rows = _countable(table, duplicates)
    units = _codes(rows)
    if within == "section":
        keys = list(zip(rows["source"], rows["section"], strict=True))
        units = [
            {code for other, codes in zip(keys, units, strict=True) if other == key for code in codes}
            for key in dict.fromkeys(keys)
        ]
    challenges, practices = (
        [code.id for code in evidence_codes(MUCHA) if code.role == role] for role in ("challenge", "practice")
    )
    counts = Counter(pair for codes in units for pair in product(codes, codes))
    cells = [[counts[(challenge, practice)] for practice in practices] for challenge in challenges]
    return pd.DataFrame(
        cells, index=pd.Index(challenges, name="challenge"), columns=pd.Index(practices, name="practice")
    )


def _read(source: str) -> pd.DataFrame:
    import pandas as pd

    path = resource("data", "coded_evidence", f"{source}.csv")
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    check_rows([dict(zip(table.columns, cells, strict=True)) for cells in table.to_numpy()], path.name)
    for name, column in COLUMNS.items():
        if column.integer:
            table[name] = table[name].astype("int64")
        if column.several:
            table[name] = [tuple(text.split(";")) if text else () for text in table[name]]
    return table


def _countable(table: pd.DataFrame, duplicates: bool) -> pd.DataFrame:
    needed = ["source", "section", "primary_code", "secondary_codes", "duplicate_of"]
    absent = [name for name in needed if name not in table.columns]
    if absent or not len(table):
        what = f"lacks the columns {absent}" if absent else "has no rows"
        raise DataError(f"coded evidence: the table {what}; pass rows of theory.coded_evidence()")
    return table if duplicates else table[table["duplicate_of"] == ""]


def _codes(rows: pd.DataFrame) -> list[set[str]]:
    pairs = zip(rows["primary_code"], rows["secondary_codes"], strict=True)
    return [{primary, *secondary} for primary, secondary in pairs]
