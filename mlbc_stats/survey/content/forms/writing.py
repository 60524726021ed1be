"""Write the forms that judges fill in, one workbook and one printable page each."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mlbc_stats.errors import DataError, DataWarning, InstrumentError
from mlbc_stats.survey.content.forms.design import Against, FormDesign, design_form
from mlbc_stats.survey.content.forms.printed_page import write_page
from mlbc_stats.survey.content.forms.workbook import write_workbook
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import load_instrument

JUDGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
MOST_JUDGES = 500


def write_forms(
    instrument: Instrument | str | Path,
    kind: str,
    folder: str | Path,
    judges: int | Sequence[str] = 10,
    constructs: Sequence[str] | None = None,
    questions: Sequence[str] = (),
    against: Against = "neighbours",
    language: str | None = None,
    seed: int = 1,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write one form per judge: a workbook to answer and an HTML page to print.

    A form names neither the constructs that its items are meant for nor the ids of the items. It carries the
    version of the instrument and an id that changes with any text, so that `read_forms` knows what was judged.

    Parameters
    ----------
    instrument : an instrument, its shipped name or its path.
    kind : ``"rating"`` (every item against its own and other definitions, 1 to 7), ``"relevance"`` (every item
        under its own definition: 1 to 4, and essential, useful or not necessary) or ``"sort"`` (the definition
        that an item fits best).
    folder : where to write; made when it is missing.
    judges : how many (named J01, J02, ...), or their codes; letters, digits, ``-`` and ``_``. Codes that begin
        with SYNTHETIC mark made-up judges, and all results from them.
    constructs : ids of constructs or facets whose items are judged; those of the instrument itself, modules
        left out, by default.
    questions : for ``"relevance"``, ``("relevance",)`` or ``("necessity",)`` asks only one of the two.
    against : the other definitions of a rating: ``"neighbours"`` (constructs named as easily confused, in
        either direction, and facets of the same parent) or ``"all"`` chosen ones.
    language : language of the items; the first of the instrument by default.
    seed : order of definitions and items; every judge has another one.
    overwrite : replace forms that are there already.

    Returns
    -------
    Paths of the workbooks; each has its page beside it, with the ending ``.html``.

    Raises
    ------
    DataError, InstrumentError
        for arguments that do not fit the instrument, and for files that exist.

    Warns
    -----
    DataWarning
        when items of a rating meet no definition but their own.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     paths = write_forms("mlbc_alignment", "sort", folder, judges=2, constructs=["TC", "CS"])
    >>> [path.name for path in paths]
    ['mlbc_alignment_sort_J01.xlsx', 'mlbc_alignment_sort_J02.xlsx']
    """
    found = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    design = design_form(found, kind, constructs, questions, language, against)
    names = _names(judges)
    _warn_of_lonely(design)
    target = Path(folder)
    paths = tuple(target / f"{found.id}_{kind}_{name}.xlsx" for name in names)
    _refuse([place for path in paths for place in (path, path.with_suffix(".html"))], overwrite)
    if target.exists() and not target.is_dir():
        raise InstrumentError(f"{target}: is a file; name a folder for the forms")
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(
        dir=target
    ) as made_here:  # who stops it half-way is not left with half the judges
        unfinished = Path(made_here)
        for name, path in zip(names, paths, strict=True):
            blocks = design.shuffled(seed, name)
            write_workbook(design, blocks, name, unfinished / path.name)
            write_page(design, blocks, name, (unfinished / path.name).with_suffix(".html"))
        for made in sorted(unfinished.iterdir()):
            made.replace(target / made.name)
    return paths


def count_answers(design: FormDesign) -> int:
    """How many answers one judge is asked for."""
    return len(design.cells) * len(design.questions)


def _warn_of_lonely(design: FormDesign) -> None:
    """Warn when items of a rating meet no definition but their own, so that nothing can be compared."""
    met = Counter(item.id for item, _ in design.cells.values())
    lonely = {item.construct for item, _ in design.cells.values() if met[item.id] == 1}
    if design.kind.name == "rating" and lonely:
        warnings.warn(
            f"items of {', '.join(sorted(lonely))} meet no definition but their own, so their fit cannot be "
            'compared; pass against="all" (on the command line: --against all) or choose more constructs',
            DataWarning,
            stacklevel=3,
        )


def _names(judges: int | Sequence[str]) -> tuple[str, ...]:
    if isinstance(judges, int):
        if not 1 <= judges <= MOST_JUDGES:
            raise DataError(f"judges: expected 1 to {MOST_JUDGES}, got {judges}")
        width = max(2, len(str(judges)))
        return tuple(f"J{place:0{width}d}" for place in range(1, judges + 1))
    names = tuple(judges)
    wrong = [name for name in names if not JUDGE.fullmatch(name)]
    if wrong or not names:
        raise DataError(
            f"judges: expected codes of letters, digits, - and _ (at most 40), got {wrong[0] if wrong else 'none'!r}"
        )
    if len({name.lower() for name in names}) < len(names):
        raise DataError(f"judges: every judge needs a code of their own, got {', '.join(names)}")
    return names


def _refuse(paths: Sequence[Path], overwrite: bool) -> None:
    there = [path for path in paths if path.exists()]
    if there and not overwrite:
        raise InstrumentError(
            f"{there[0]}: exists already ({len(there)} of {len(paths)} files); "
            "choose another folder or pass overwrite=True (on the command line: --force)"
        )
