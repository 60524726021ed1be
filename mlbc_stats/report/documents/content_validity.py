"""The report on content validity: decisions first, then the numbers they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlbc_stats.report.documents.blocks import Notice, Section
from mlbc_stats.report.documents.document import Document
from mlbc_stats.report.tables.columns import frame_table
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    from mlbc_stats.survey.content import ContentResult

QUESTIONS = {
    "relevance": "relevance",
    "necessity": "necessity",
    "fit": "fit to definitions",
    "place": "sorting",
}
RULE = (
    "Keep: every criterion that applies is met. Revise: one is not. Drop: one says that the item "
    "does not stand for its construct. Undecided: too few judges for any criterion. These are proposals by fixed "
    "rules; read the comments and the definitions before an item goes."
)
BAND = (
    "Labels and thresholds of htc, htd and mean psa are percentiles of published scales, no tests (thresholds the "
    "40th). They come from naive judges, three definitions and seven points, and do not hold for experts. α of "
    "relevance is low, whatever the items are worth, where judges say much the same of all of them."
)


def content_tables(result: ContentResult) -> tuple[Table, ...]:
    """Tables of a study of content validity, those without rows left out.

    Decisions; values of all indices of items at a glance; indices of constructs and the whole; analyses of
    variance and planned comparisons; placements and agreement of pairs in a sort; answers not given; comments;
    every index of every item with its interval.

    Parameters
    ----------
    result : what ``survey.content.evaluate_items`` gives.

    Examples
    --------
    >>> from mlbc_stats.survey.content import JudgeAnswers, evaluate_items
    >>> from mlbc_stats.survey.loading.load import load_instrument
    >>> row = {"source": "", "row": 1, "kind": "relevance", "question": "relevance", "definition": "tc_pace",
    ...        "construct": "tc_pace", "item": "tc_pace_1", "comment": ""}
    >>> rows = [row | {"judge": f"SYNTHETIC-{j}", "answer": 4.0} for j in range(6)]
    >>> found = evaluate_items(JudgeAnswers.of(load_instrument("mlbc_alignment"), rows))
    >>> print(content_tables(found)[0].to_markdown().splitlines()[0])
    **Decisions on items (SYNTHETIC data)**
    """
    items, scales = _indices(result)
    parts = [_decisions(result), _overview(result), scales, *_fits(result), *_sorts(result)]
    candidates = [*parts, *_remarks(result), items]
    return tuple(table.marked(result.synthetic) for table in candidates if table.rows())


def content_page(result: ContentResult) -> Document:
    """One page with all tables of a study of content validity, rules and sources included.

    Parameters
    ----------
    result : what ``survey.content.evaluate_items`` gives.

    Examples
    --------
    >>> from mlbc_stats.survey.content import JudgeAnswers, evaluate_items
    >>> from mlbc_stats.survey.loading.load import load_instrument
    >>> row = {"source": "", "row": 1, "kind": "relevance", "question": "relevance", "definition": "tc_pace",
    ...        "construct": "tc_pace", "item": "tc_pace_1", "comment": ""}
    >>> rows = [row | {"judge": f"SYNTHETIC-{j}", "answer": 4.0} for j in range(6)]
    >>> page = content_page(evaluate_items(JudgeAnswers.of(load_instrument("mlbc_alignment"), rows)))
    >>> page.stamped
    True
    """
    instrument = result.answers.instrument
    tables = content_tables(result)
    few = Notice("Fewer than three judges answered a question: too few to conclude anything.")
    notices = () if result.trustworthy else (few,)
    reading = tuple(result.answers.notes)
    return Document(
        "Content validity",
        (
            Section("Decisions", (*notices, RULE, *map(Notice, result.notes), tables[0])),
            Section("Indices and tests", (_thresholds(result), BAND, *tables[1:])),
            *([Section("Noticed while reading", (reading,))] if reading else []),
            Section("Sources", (tuple(_sources(result)),)),
        ),
        subtitle=f"{instrument.title[instrument.languages[0]]}, version {instrument.version}",
        manifest=_manifest(result),
        synthetic=result.synthetic,
    )


def _decisions(result: ContentResult) -> Table:
    instrument = result.answers.instrument
    frame = result.decisions.copy()
    first = instrument.languages[0]
    frame.insert(1, "text", [instrument.item(name).text[first] for name in frame["item"]])
    counts = frame["decision"].value_counts()
    notes = ("; ".join(f"{name}: {counts[name]}" for name in counts.index),)
    headings = {"text": "Wording", "decision": "Decision", "reasons": "Reasons"}
    return frame_table(frame, "Decisions on items", headings=headings, notes=notes, identifier="decisions")


def _overview(result: ContentResult) -> Table:
    """One row per item, one column per index."""
    frame = result.items().drop(columns="reasons")
    names = [name for name in frame.columns if name not in ("item", "construct", "decision")]
    formats = dict.fromkeys(names, "bounded")
    headings = {"decision": "Decision", **{name: name for name in names}}
    return frame_table(frame, "Items at a glance", formats=formats, headings=headings, identifier="overview")


def _indices(result: ContentResult) -> Iterator[Table]:
    """Indices of items, then of constructs and the whole."""
    import pandas as pd

    for scopes, title, name in (
        (("item",), "Indices of items", "item-indices"),
        (("construct", "instrument"), "Indices of constructs and of the whole", "scale-indices"),
    ):
        rows = result.indices[result.indices["scope"].isin(scopes)]
        frame = pd.DataFrame(
            {
                "about": rows["subject"],
                "index": rows["index"],
                "value": rows["value"],
                "interval": list(zip(rows["lower"], rows["upper"], strict=True)),
                "n": rows["n"],
                "threshold": rows["threshold"],
                "met": rows["met"].map({True: "yes", False: "no"}),
                "pvalue": rows["pvalue"],
                "note": rows["note"].replace("", None),
            }
        ).reset_index(drop=True)
        formats = dict.fromkeys(("value", "threshold"), "bounded") | {
            "interval": "bounded_interval",
            "n": "count",
        }
        headings = {"about": "About", "index": "Index", "value": "Value", "interval": "Interval"}
        headings |= {"threshold": "Threshold", "met": "Met", "pvalue": "p", "note": "Note"}
        notes = sorted(
            {f"{row.index_}: {row.method}" for row in rows.rename(columns={"index": "index_"}).itertuples()}
        )
        yield frame_table(frame, title, formats=formats, headings=headings, notes=notes, identifier=name)


def _fits(result: ContentResult) -> Iterator[Table]:
    """Analyses of variance and planned comparisons."""
    yield frame_table(
        result.anovas,
        "Analysis of variance of the ratings of each item over definitions",
        formats={"f": "statistic", "epsilon": "bounded", "pvalue_corrected": "p", "judges": "count"},
        headings={
            "judges": "n",
            "f": "F",
            "df_between": "df",
            "df_within": "df error",
            "epsilon": "ε",
            "pvalue_corrected": "p (ε)",
        },
        notes=(
            "Repeated measures; judges who rated an item against all definitions. p (ε): Greenhouse–Geisser.",
        ),
        identifier="anova",
    )
    yield frame_table(
        result.contrasts,
        "Own definition against each other one",
        formats=dict.fromkeys(("own_mean", "other_mean", "difference", "t"), "statistic") | {"holm": "p"},
        headings={
            "definition": "Other",
            "own_mean": "Mean own",
            "other_mean": "Mean other",
            "difference": "Difference",
            "holm": "p (Holm)",
        },
        notes=("Paired t tests, one-sided: the own definition fits better.",),
        identifier="contrasts",
    )


def _sorts(result: ContentResult) -> Iterator[Table]:
    """Placements and agreement of pairs."""
    import pandas as pd

    yield frame_table(
        result.placements.rename_axis("").reset_index() if len(result.placements) else result.placements,
        "Where items of each construct (rows) were placed (columns)",
        identifier="placements",
    )
    frame = result.pairs.copy()
    frame["interval"] = pd.Series(
        [(row.lower, row.upper) for row in frame.itertuples()], index=frame.index, dtype=object
    )
    frame["met"] = frame["met"].map({True: "yes", False: "no"})
    columns = ["first", "second", "n", "kappa", "interval", "error", "pvalue", "threshold", "met"]
    headings = {"first": "Judge", "second": "and", "kappa": "κ", "interval": "Interval", "error": "SE"}
    yield frame_table(
        frame[columns],
        "Agreement of each pair of judges (Cohen's κ)",
        formats={"interval": "bounded_interval", "error": "bounded", "threshold": "bounded"},
        headings={**headings, "threshold": "Threshold", "met": "Met"},
        identifier="pairs",
    )


def _remarks(result: ContentResult) -> Iterator[Table]:
    """What was not answered and what judges wrote."""
    missing = result.answers.missing().drop(columns="row")
    missing["question"] = missing["question"].map(QUESTIONS)
    headings = {name: name.capitalize() for name in ("source", "judge", "question", "definition", "comment")}
    yield frame_table(missing, "Answers not given", headings=headings, identifier="missing")
    yield frame_table(result.answers.comments(), "Comments", headings=headings, identifier="comments")


def _thresholds(result: ContentResult) -> str:
    limits = result.criteria
    return (
        f"An item is dropped at an I-CVI below {limits.drop_cvi:.2f}, a κ* below {limits.drop_kappa:.2f}, a CVR of "
        f"{limits.drop_cvr:.2f} or less, a csv of {limits.drop_csv:.2f} or less, or when another definition fits it "
        f"as well; it is revised below the threshold in the table. Tests are at α = {limits.alpha:.2f}."
    )


def _sources(result: ContentResult) -> Iterator[str]:
    """Every source once, with the indices that rest on it."""
    for source, rows in result.indices.groupby("source", sort=False):
        yield f"{', '.join(dict.fromkeys(rows['index']))}: {source}"


def _manifest(result: ContentResult) -> dict[str, object]:
    answers = result.answers
    asked = list(dict.fromkeys(answers.table["question"]))
    return {
        "instrument": f"{answers.instrument.id} {answers.instrument.version}",
        "judges": {QUESTIONS[name]: len(answers.judges(name)) for name in asked},
        "forms": sorted(set(answers.table["source"])),
        "intervals": next(iter(result.indices["level"]), ""),
    }
