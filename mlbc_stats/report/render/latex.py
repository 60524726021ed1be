"""Write a sheet as a LaTeX table in the style of booktabs."""

from __future__ import annotations

from mlbc_stats.report.render.sheet import Sheet

SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "−": "$-$",
        "—": "---",
        "∞": r"$\infty$",
        "×": r"$\times$",
        "±": r"$\pm$",
        "χ": r"$\chi$",
        "²": r"$^2$",
        "α": r"$\alpha$",
        "β": r"$\beta$",
        "Δ": r"$\Delta$",
        "ω": r"$\omega$",
        "→": r"$\rightarrow$",
        **{mark: f"\\{mark}" for mark in "&%$#_{}"},
    }
)


def latex_table(sheet: Sheet) -> str:
    """The sheet as a ``table`` environment; the document needs ``\\usepackage{booktabs}``.

    Examples
    --------
    >>> sheet = Sheet("Fit", ("index", "value"), (("x_1", "0.500"),), (False, True), identifier="fit")
    >>> print(latex_table(sheet))
    \\begin{table}
    \\caption{Fit}\\label{tab:fit}
    \\begin{tabular}{lr}
    \\toprule
    index & value \\\\
    \\midrule
    x\\_1 & 0.500 \\\\
    \\bottomrule
    \\end{tabular}
    \\end{table}
    """
    label = rf"\label{{tab:{sheet.identifier}}}" if sheet.identifier else ""
    return "\n".join(
        [
            r"\begin{table}",
            rf"\caption{{{escape_latex(sheet.stamped_title)}}}{label}",
            rf"\begin{{tabular}}{{{''.join('r' if numeric else 'l' for numeric in sheet.numeric)}}}",
            r"\toprule",
            *_spanners(sheet),
            _line([escape_latex(name) for name in sheet.header]),
            r"\midrule",
            *_body(sheet),
            r"\bottomrule",
            r"\end{tabular}",
            *(rf"\par\smallskip\footnotesize {escape_latex(note)}" for note in sheet.stamped_notes),
            r"\end{table}",
        ]
    )


def escape_latex(text: str) -> str:
    """The text with LaTeX's special characters, and the symbols this package writes, as commands."""
    return " ".join(text.translate(SPECIAL).split())


def _spanners(sheet: Sheet) -> list[str]:
    if not sheet.spanners:
        return []
    cells = [rf"\multicolumn{{{n}}}{{c}}{{{escape_latex(label)}}}" for label, n in sheet.spanner_cells()]
    rules = [rf"\cmidrule(lr){{{spanner.first + 1}-{spanner.last + 1}}}" for spanner in sheet.spanners]
    return [_line(cells), " ".join(rules)]


def _body(sheet: Sheet) -> list[str]:
    lines = []
    for group, rows in sheet.grouped_rows():
        if group:
            lines.append(rf"\multicolumn{{{len(sheet.header)}}}{{l}}{{\textit{{{escape_latex(group)}}}}} \\")
        lines += [_line([escape_latex(cell) for cell in row]) for row in sheet.without_repeats(rows)]
    return lines


def _line(cells: list[str]) -> str:
    return rf"{' & '.join(cells)} \\"
