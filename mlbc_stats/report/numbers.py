"""Turn numbers into text: the only place of the package that rounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from mlbc_stats.errors import DataError

MISSING = "—"
MINUS = "−"
"""The typographic minus sign (U+2212) that HTML, Markdown and figures use."""


def format_value(value: object, kind: str = "auto", minus: str = "-") -> str:
    """Text of one value in APA-like style, the same in every locale.

    Parameters
    ----------
    value : a number, a text, a truth value, a pair (lower, upper), or nothing (None, NaN, pandas.NA).
    kind : how to write it:

        * ``"estimate"`` three decimals; ``"short"`` two (path diagrams);
        * ``"bounded"`` three decimals without the leading zero, for quantities that cannot exceed 1;
        * ``"p"`` as bounded, with ``< .001`` and ``> .999``;
        * ``"statistic"`` two decimals; ``"count"`` a whole number; ``"percent"`` a share times 100,
          one decimal; ``"share"`` the same without decimals (figures);
        * ``"magnitude"`` two digits and a power of ten, for differences that should be nothing;
        * ``"interval"``, ``"short_interval"``, ``"bounded_interval"`` a pair in brackets;
        * ``"text"`` as it stands; ``"auto"`` decides from the type.
    minus : the sign to put before negative numbers; HTML passes U+2212.

    Returns
    -------
    str
        An em dash where there is no value. A negative number that rounds to zero loses its sign.

    Raises
    ------
    DataError
        when `kind` is unknown, or an interval is asked of something that is not a pair.

    Notes
    -----
    Rounding is that of IEEE 754 on the exact binary value. Nothing is grouped by thousands, the decimal mark
    is a point. Rules follow the manual of the American Psychological Association (2020, chapter 6).
    The equivalent in R is ``formatC(x, digits = 3, format = "f")``.

    Examples
    --------
    >>> format_value(-0.25), format_value(0.25, "bounded"), format_value(0.00002, "p")
    ('-0.250', '.250', '< .001')
    >>> format_value((0.1, 0.35), "interval"), format_value(float("nan"))
    ('[0.100, 0.350]', '—')
    """
    if kind not in KINDS and kind not in INTERVALS:
        known = ", ".join([*KINDS, *INTERVALS])
        raise DataError(f"unknown number format {kind!r}: expected one of {known}")
    if is_missing(value):
        return MISSING
    natural = kind_of(value)
    kind = natural if kind == "auto" or natural in ("text", "truth") else kind
    if kind in INTERVALS:
        return _interval(value, INTERVALS[kind], minus)
    return str(value) if kind == "text" else _number(value, KINDS[kind], minus)


def format_interval(
    lower: float, upper: float, level: float = 0.95, kind: str = "interval", minus: str = "-"
) -> str:
    """A confidence interval as it stands in a sentence.

    Examples
    --------
    >>> format_interval(0.121, 0.356)
    '95% CI [0.121, 0.356]'
    """
    return f"{format_level(level)} CI {format_value((lower, upper), kind, minus)}"


def format_level(level: float) -> str:
    """A confidence level as a percentage without needless decimals (a Holm-adjusted one keeps two).

    Examples
    --------
    >>> format_level(0.95), format_level(1 - 0.05 / 3)
    ('95%', '98.33%')
    """
    return f"{100 * level:.2f}".rstrip("0").rstrip(".") + "%"


def is_missing(value: object) -> bool:
    """Whether there is nothing to write: None, NaN, NaT or pandas.NA (known without importing pandas)."""
    if value is None or type(value).__name__ == "NAType":
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return False


def kind_of(value: object) -> str:
    """The format that ``"auto"`` chooses: by type alone, never by size."""
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return "truth"
    if isinstance(value, tuple | list):
        return "interval"
    if hasattr(value, "__index__"):
        return "count"
    return "estimate" if hasattr(value, "__float__") else "text"


def _estimate(value: float) -> str:
    return _fixed(value, 3)


def _short(value: float) -> str:
    return _fixed(value, 2)


def _statistic(value: float) -> str:
    return _fixed(value, 2)


def _bounded(value: float) -> str:
    text = _fixed(value, 3)
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def _p(value: float) -> str:
    if 0 <= value < 0.001:
        return "< .001"
    return "> .999" if 0.9995 <= value <= 1 else _bounded(value)


def _count(value: float) -> str:
    return str(int(value)) if value == int(value) else _fixed(value, 3)


def _percent(value: float) -> str:
    return f"{_fixed(100 * value, 1)}%"


def _share(value: float) -> str:
    return f"{_fixed(100 * value, 0)}%"


def _magnitude(value: float) -> str:
    return f"{value:.1e}" if value else "0"


def _truth(value: float) -> str:
    return "yes" if value else "no"


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _number(value: object, write: Callable[[float], str], minus: str) -> str:
    number = float(value)  # type: ignore[arg-type]
    text = write(number) if math.isfinite(number) else f"{'-' if number < 0 else ''}∞"
    return text.replace("-", minus, 1)


def _interval(value: object, kind: str, minus: str) -> str:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        raise DataError(f"an interval needs a pair (lower, upper), got {value!r}")
    if all(is_missing(bound) for bound in value):
        return MISSING
    lower, upper = (format_value(bound, kind, minus) for bound in value)
    return f"[{lower}, {upper}]"


KINDS: dict[str, Callable[[float], str]] = {
    "auto": _estimate,
    "text": str,
    "estimate": _estimate,
    "short": _short,
    "statistic": _statistic,
    "bounded": _bounded,
    "p": _p,
    "count": _count,
    "percent": _percent,
    "share": _share,
    "magnitude": _magnitude,
    "truth": _truth,
}
INTERVALS = {"interval": "estimate", "short_interval": "short", "bounded_interval": "bounded"}
