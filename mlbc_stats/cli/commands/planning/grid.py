"""Lists and ranges of numbers as they are typed: 200:800, 200:800:100, 0.10,0.15."""

from __future__ import annotations

import math

import typer

STEPS = 5
"""Sizes of a range without a step."""


def read_sizes(text: str) -> tuple[int, ...]:
    """Numbers of cases: a list with commas, ``low:high`` (five sizes in equal ratios) or ``low:high:step``.

    Examples
    --------
    >>> read_sizes("200:800"), read_sizes("100:300:100"), read_sizes("250")
    ((200, 280, 400, 570, 800), (100, 200, 300), (250,))
    """
    if ":" not in text:
        return tuple(int(value) for value in read_numbers(text, "--n", whole=True))
    try:
        low, high, *step = (int(part) for part in text.split(":"))
    except ValueError:
        raise _bad(text, "--n", "200:800, 200:800:100 or 200,400") from None
    if not 0 < low < high or len(step) > 1 or (step and step[0] < 1):
        raise _bad(text, "--n", "a lower number, a higher one and at most a step, such as 200:800:100")
    if step:
        return tuple(range(low, high + 1, step[0]))
    ratio = (high / low) ** (1 / (STEPS - 1))
    inner = [_two_digits(low * ratio**k) for k in range(1, STEPS - 1)]
    return tuple(dict.fromkeys([low, *(each for each in inner if low < each < high), high]))


def read_numbers(text: str, option: str, whole: bool = False) -> tuple[float, ...]:
    """Numbers with commas between them.

    Examples
    --------
    >>> read_numbers("0.1, 0.15", "--effect")
    (0.1, 0.15)
    """
    try:
        return tuple((int if whole else float)(part) for part in text.split(","))
    except ValueError:
        raise _bad(
            text, option, f"{'whole numbers' if whole else 'numbers'} with commas between them"
        ) from None


def read_shard(text: str | None) -> tuple[int, int] | None:
    """The part i/N.

    Examples
    --------
    >>> read_shard("2/10"), read_shard(None)
    ((2, 10), None)
    """
    if text is None:
        return None
    try:
        part, parts = (int(each) for each in text.split("/"))
    except ValueError:
        raise _bad(text, "--shard", "a part and their number, such as 2/10") from None
    return part, parts


def _two_digits(n: float) -> int:
    step = 10 ** max(math.floor(math.log10(n)) - 1, 0)
    return round(n / step) * step


def _bad(text: str, option: str, expected: str) -> typer.BadParameter:
    return typer.BadParameter(f"{text!r}: expected {expected}", param_hint=option)
