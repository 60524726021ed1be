"""The text of a drafted study file: YAML with comments on what was found and what is to be decided."""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from mlbc_stats.counted import counted
from mlbc_stats.study.drafting.asked import Guess
from mlbc_stats.survey.readers.inspection import Inspection

BARE = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
"""Words that YAML reads as they stand, but for a few that it takes for something else."""
TAKEN = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
WIDTH = 100
NAMED = 12
"""Columns and items that a comment names."""


def study_text(
    found: Sequence[Inspection],
    guesses: Sequence[Guess],
    units: Sequence[str],
    paths: Sequence[str],
    design: tuple[str, int, int],
    title: str,
) -> str:
    """The whole file, line by line."""
    shared = Counter(guess.instruments for guess in guesses).most_common(1)[0][0]
    lines = [
        "# Drafted by mlbc study init; every key is explained in docs/study.md. Look at what stands here, then:",
        "#   mlbc study check, which says what can be tested, and mlbc study run.",
        "kind: study",
        f"title: {scalar(title)}",
        "# What was asked.",
        f"instruments: [{', '.join(map(scalar, shared))}]",
        *_design(*design),
        "responses:",
    ]
    for each, guess, column, path in zip(found, guesses, units, paths, strict=True):
        lines += _entry(each, guess, column, path, shared, len(found))
    lines += [
        "# screening: {exclude: [attention, duplicate, preview]}   # by default every rule takes cases out",
        "# estimation: {estimator: MLR, missing: fiml, cluster: organization_id}",
        "# propositions: [M1, M4, M12]   # all of the registry by default",
        "output: results",
    ]
    return "\n".join(lines) + "\n"


def scalar(text: str) -> str:
    """A text as YAML, in quotes where it needs them.

    Examples
    --------
    >>> scalar("answers.csv"), scalar("no"), scalar("a: b")
    ('answers.csv', '"no"', '"a: b"')
    """
    bare = BARE.fullmatch(text) and text.lower() not in TAKEN
    return text if bare else json.dumps(text, ensure_ascii=False)


def _design(name: str, alone: int, several: int) -> Iterator[str]:
    yield from _comment(
        f"units with one case: {alone}, with several: {several}. key_informant: one informant speaks for a unit "
        "and every answer counts. several_informants: constructs are averaged over the informants who may answer them.",
        "",
    )
    yield f"design: {name}"


def _entry(
    each: Inspection, guess: Guess, column: str, path: str, shared: tuple[str, ...], files: int
) -> Iterator[str]:
    table = each.export.table
    own = {*guess.matched.values(), *each.export.paradata.values(), each.id_column, column}
    rest = [name for name in table.names if name not in own]
    yield f"  - path: {scalar(path)}"
    yield from _comment(
        f"{counted(table.n, 'case')}, {len(table.names)} columns, {len(guess.matched)} of them answer questions.",
        "    ",
    )
    if guess.instruments != shared:
        yield f"    instruments: [{', '.join(map(scalar, guess.instruments))}]"
    yield f"    platform: {each.export.platform}"
    if each.encoding:
        yield f"    encoding: {each.encoding}   # a guess: look at letters with accents"
    if each.delimiter:
        yield f"    delimiter: {json.dumps(each.delimiter)}"
    yield from _language(guess)
    yield from _identity(each, column, files)
    yield from _informants(guess)
    yield (
        "    short: true   # only items of the short form"
        if guess.short
        else "    # short: true   # when the short form was asked"
    )
    yield "    wave: 1" if files > 1 else "    # wave: 1   # of a panel"
    yield from _absent(guess)
    if rest:
        yield from _comment(f"no question for {counted(len(rest), 'column')}: {_some(rest)}", "    ")


def _language(guess: Guess) -> Iterator[str]:
    if guess.language:
        yield f"    language: {guess.language}   # of labels and question texts"
    if guess.wrong:
        yield from _comment(
            f"off its scale: {counted(guess.wrong, 'cell')}; mlbc study check names them.",
            "    ",
        )


def _identity(each: Inspection, column: str, files: int) -> Iterator[str]:
    if each.id_column:
        yield f"    id_column: {scalar(each.id_column)}"
        again = sum(count > 1 for count in each.units(each.id_column).values())
        if again:
            yield from _comment(f"{counted(again, 'id')} found more than once; screening marks them.", "    ")
    else:
        yield "    # id_column:   # none found: cases are named by their lines"
    if column:
        how = "" if column == each.unit_column else "   # found by values that another file shares"
        yield f"    unit_column: {scalar(column)}{how}"
        yield from _comment(f"{len(each.units(column))} units.", "    ")
    elif files > 1:
        yield "    # unit_column:   # NONE FOUND: without one the files cannot be joined"
    else:
        yield "    # unit_column:   # none found: every case is a unit of its own"


def _informants(guess: Guess) -> Iterator[str]:
    said = ", ".join(f"{name} {count}" for name, count in guess.groups.items())
    if said:
        yield from _comment(f"Informants by their own answer: {said}.", "    ")
    if guess.informant:
        yield f"    informant: {guess.informant}   # its columns are those composed for this group"
    else:
        yield "    # informant:   # when one group alone answered: management, technical, internal_user, external_user"


def _absent(guess: Guess) -> Iterator[str]:
    if guess.absent:
        yield from _comment(
            f"no column for {counted(len(guess.absent), 'item')}: {_some(guess.absent)}. They count as not asked; "
            "if they were asked under other names, write these into columns.",
            "    ",
        )
        yield "    allow_absent: true"
    if guess.near:
        yield f"    # columns: {_mapping(guess.near)}   # look alike"


def _mapping(pairs: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{scalar(column)}: {item}" for column, item in pairs.items()) + "}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _comment(text: str, margin: str) -> Iterator[str]:
    clean = " ".join(text.split())
    yield from textwrap.wrap(
        clean, WIDTH, initial_indent=f"{margin}# ", subsequent_indent=f"{margin}# ", break_long_words=False
    )
