"""Find the names that a mistyped name may stand for, and word the question "did you mean ...?"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

ALIKE = 0.6
"""Share of characters in common from which another name counts as near."""
SHOWN = 3


def near_names(name: str, known: Iterable[object], most: int = SHOWN) -> tuple[str, ...]:
    """Known names that `name` may stand for, the likeliest first.

    Names that differ only in case, blanks, marks between words or the form of a character (one accented letter
    or a letter with a combining accent) come alone; names that differ by slips come when there are none.

    Examples
    --------
    >>> near_names("x2", ["x1", "X2", "x9"]), near_names("job_sat", ["Job.Sat ", "job_set"])
    (('X2',), ('Job.Sat ',))
    >>> near_names("visaul", ["visual", "textual", "speed"])
    ('visual',)
    """
    held = [each for each in dict.fromkeys(str(each) for each in known) if each != name]
    alike = {each: likeness(name, each, ALIKE) for each in held}
    near = sorted((each for each in held if alike[each]), key=lambda each: -alike[each])
    same = [each for each in near if alike[each] >= 1]
    return tuple((same or near)[:most])


def likeness(name: str, other: str, least: float = 0.0) -> float:
    """Share of characters that two names have in common, 1 where they differ in form alone; 0 below `least`.

    Examples
    --------
    >>> likeness("Job.Sat", "job sat"), round(likeness("visaul", "visual"), 2), likeness("x2", "age", 0.6)
    (1.0, 0.83, 0.0)
    """
    first, second = _folded(name), _folded(other)
    if first == second or _joined(first) == _joined(second) != "":
        return 1.0
    matcher = SequenceMatcher(None, first, second)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio)
    return matcher.ratio() if all(bound() >= least for bound in bounds) and matcher.ratio() >= least else 0.0


def did_you_mean(name: str, known: Iterable[object], most: int = SHOWN) -> str:
    """The question to put behind a message about an unknown name; nothing when no known name is near.

    Names are quoted, so that blanks show; how look-alikes differ is said.

    Examples
    --------
    >>> did_you_mean("x2", ["x1", "X2"]), did_you_mean("x2", ["x2 "]), did_you_mean("x2", ["weight"])
    ("; did you mean 'X2' (another case)?", "; did you mean 'x2 ' (blanks differ)?", '')
    """
    near = near_names(name, known, most)
    return (
        f"; did you mean {' or '.join(repr(each) + _difference(name, each) for each in near)}?"
        if near
        else ""
    )


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _joined(name: str) -> str:
    """Letters and digits alone: `Job.Sat`, `job_sat` and `job sat` are one."""
    return re.sub(r"[\W_]", "", name)


def _difference(name: str, other: str) -> str:
    """In what two names differ that look alike."""
    if unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", other):
        return " (the same letters in another Unicode form)"
    if name.casefold() == other.casefold():
        return " (another case)"
    if "".join(name.split()) == "".join(other.split()):
        return " (blanks differ)"
    return ""
