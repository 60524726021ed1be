"""What judges can be asked: the kinds of forms, their questions and the answers these take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlbc_stats.errors import DataError

SHEET = "Form"
HIDDEN = ("Form", "Judge", "Code")
"""Columns that say where a row comes from; hidden in the workbook, but saved with the sheet as CSV."""
COMMENT = "Comment"
NONE = "None of these"
"""The choice of a sort for an item that fits no definition."""


@dataclass(frozen=True, slots=True)
class Question:
    """One answer column of a form.

    Attributes
    ----------
    key : name in the data.
    heading : heading of the column; it also finds the column again in a returned form.
    options : the answers that can be chosen; empty for a sort, whose choices are the definitions.
    words : what each option means, for the instructions; empty where the option says it itself.
    """

    key: str
    heading: str
    options: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of form: its name, its title, what the judge is told, its questions."""

    name: str
    title: str
    instructions: tuple[str, ...]
    questions: tuple[Question, ...]


RELEVANCE = Question(
    "relevance",
    "Relevance (1 to 4)",
    ("1", "2", "3", "4"),
    ("not relevant", "somewhat relevant", "quite relevant", "highly relevant"),
)
NECESSITY = Question("necessity", "Necessity", ("essential", "useful", "not necessary"))
FIT = Question(
    "fit",
    "Fit (1 to 7)",
    ("1", "2", "3", "4", "5", "6", "7"),
    (
        "does not fit at all",
        "fits very poorly",
        "fits poorly",
        "fits half",
        "fits well",
        "fits very well",
        "fits fully",
    ),
)
PLACE = Question("place", "Definition chosen", ())

KINDS = {
    "rating": Kind(
        "rating",
        "Fit of items to definitions",
        (
            "Each block of this form begins with one definition. Below it stand items of a questionnaire.",
            "Say of each item how well it fits the definition of its block, from 1 to 7. Use the whole range.",
            "The same item may come again under another definition. Judge it there afresh.",
        ),
        (FIT,),
    ),
    "relevance": Kind(
        "relevance",
        "Relevance of items",
        (
            "Each block of this form begins with the definition of what its items are meant to measure.",
            "Say of each item how relevant it is for measuring just that.",
        ),
        (RELEVANCE, NECESSITY),
    ),
    "sort": Kind(
        "sort",
        "Sorting of items",
        (
            "First read all definitions. Then choose for each item the one definition that it fits best.",
            f'Choose "{NONE}" where no definition fits.',
        ),
        (PLACE,),
    ),
}
ALWAYS = (
    "Judge alone, by the definitions and not by what you expect of the researchers. No answer is wrong.",
    "Some items say the opposite of what is defined. They fit as well as items that say it: judge what an item "
    "is about, not whether it is for or against.",
    "Please answer every item. If you cannot, leave it empty and say why in the comment.",
    "Please do not change the text of an item; write a better wording in the comment.",
)


def find_kind(name: str) -> Kind:
    """The kind of this name; DataError when there is none."""
    if name not in KINDS:
        raise DataError(f"form: expected one of {', '.join(KINDS)}, got {name!r}")
    return KINDS[name]


def find_questions(kind: Kind, keys: tuple[str, ...]) -> tuple[Question, ...]:
    """The questions of a kind with these keys, all of them when none is named."""
    known = {question.key: question for question in kind.questions}
    for key in keys:
        if key not in known:
            raise DataError(f"a {kind.name} form asks for {', '.join(known)}, not for {key!r}")
    return tuple(known[key] for key in known if not keys or key in keys)


def headings(questions: Sequence[Question]) -> tuple[str, ...]:
    """The headings of the form, in order."""
    return (*HIDDEN, "No.", "Item", *(question.heading for question in questions), COMMENT)


def meanings(question: Question) -> list[str]:
    """What each answer of a scale means, one line each."""
    return [f"{option} = {word}" for option, word in zip(question.options, question.words, strict=False)]
