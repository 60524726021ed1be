"""Columns that the call of a case takes, read from its R text, with the recodings that stand there."""

from __future__ import annotations

import re

import numpy as np

from tests.reference.kinds.corpus import Case, Corpus

PASTED = re.compile(r'paste0\("([^"]*)", *(c\([^)]*\)|[\d:]+)\)')
RECODED = re.compile(r"(\w+) = (-?[\d.]+) - \1\b")


def selected(case: Case, corpus: Corpus) -> dict[str, np.ndarray]:
    """The columns of `d[, …]`, or all of them; `x5 = 8 - x5` turns one."""
    table, text = corpus.table(case["data"]["file"]), "\n".join(case["call"])
    found = re.search(r"\bd\[[^,\[\]]*, *", text)
    names = list(table) if found is None else _names(_argument(text[found.end() :]), list(table))
    data = {name: np.array(table[name], dtype=float) for name in names}
    for name, total in RECODED.findall(text):
        data[name] = float(total) - data[name]
    if "na.omit" in text:
        whole = ~np.isnan(np.column_stack(list(data.values()))).any(axis=1)
        data = {name: column[whole] for name, column in data.items()}
    return data


def model_text(case: Case) -> str:
    """The first model between quotation marks that spans lines."""
    found = re.search(r'"\s*\n([^"]*)"', "\n".join(case["call"]))
    assert found is not None, "no model in the call"
    return found[1]


def _argument(text: str) -> str:
    """What stands before the bracket that closes."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return text[:place].strip()
    return text


def _names(text: str, columns: list[str]) -> list[str]:
    if text.startswith("grep("):
        pattern = re.search(r'"([^"]*)"', text)
        return [name for name in columns if pattern and re.search(pattern[1], name)]
    if found := re.match(r'names\(d\) != "([^"]*)"', text):
        return [name for name in columns if name != found[1]]
    pasted = [(m.start(), [f"{m[1]}{k}" for k in _numbers(m[2])]) for m in PASTED.finditer(text)]
    bare = PASTED.sub(lambda found: " " * len(found[0]), text)
    quoted = [(m.start(), [m[1]]) for m in re.finditer(r'"([^"]*)"', bare)]
    if names := [name for _, some in sorted([*pasted, *quoted]) for name in some]:
        return names
    places = _numbers(text.lstrip("-"))
    left = [name for k, name in enumerate(columns, 1) if k not in places]
    return left if text.startswith("-") else [columns[k - 1] for k in places]


def _numbers(text: str) -> list[int]:
    parts = re.findall(r"(\d+)(?::(\d+))?", text)
    return [k for low, high in parts for k in range(int(low), int(high or low) + 1)]
