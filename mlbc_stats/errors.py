"""Every exception and warning class a user can meet."""

from __future__ import annotations


class MlbcError(Exception):
    """Base of every error this package raises on purpose."""


class ModelSyntaxError(MlbcError):
    """The model text cannot be parsed; the message shows the line and a caret.

    Parameters
    ----------
    problem : what is wrong and what to do.
    text : the whole model text.
    line, column : 1-based place of the offending token.
    """

    def __init__(self, problem: str, text: str = "", line: int = 0, column: int = 0) -> None:
        self.problem, self.line, self.column = problem, line, column
        lines = text.splitlines()
        where = f"line {line}, column {column}: " if line else ""
        excerpt = f"\n  {lines[line - 1]}\n  {' ' * (column - 1)}^" if 0 < line <= len(lines) else ""
        super().__init__(f"{where}{problem}{excerpt}")


class ModelError(MlbcError):
    """The model parses but cannot be set up (unknown variable, contradictory constraints, ...)."""


class DataError(MlbcError):
    """The data cannot carry the analysis (text in a numeric column, constant item, too few rows, ...)."""


class InstrumentError(MlbcError):
    """An instrument file breaks its schema; every finding names file, line and item.

    Parameters
    ----------
    problem : the whole message, one line per finding.
    findings : the findings themselves, for programs.
    """

    def __init__(self, problem: str = "", findings: tuple[object, ...] = ()) -> None:
        self.findings = findings
        super().__init__(problem)


class ResponseError(MlbcError):
    """A response file cannot be read as answers to its instrument; findings name file, row and item.

    Parameters
    ----------
    problem : the message, with the first findings.
    findings : all of them, one line each.
    """

    def __init__(self, problem: str = "", findings: tuple[str, ...] = ()) -> None:
        self.findings = findings
        super().__init__(problem)


class StudyError(MlbcError):
    """A study file or one of its stages cannot be carried out."""


class FieldError(MlbcError):
    """A fielding cannot be set up or served: its store, key, invitations or questionnaire do not fit together."""


class NotServedError(MlbcError):
    """A documented argument that this version does not serve yet; it never passes silently."""


class MlbcWarning(UserWarning):
    """Base of every warning this package gives on purpose."""


class ConvergenceWarning(MlbcWarning):
    """The optimizer stopped before the gradient vanished; estimates are not a solution."""


class IdentificationWarning(MlbcWarning):
    """The information matrix or the model's Jacobian is rank deficient."""


class InadmissibleWarning(MlbcWarning):
    """The solution holds a negative variance or a covariance matrix that is not positive definite."""


class DataWarning(MlbcWarning):
    """Rows were dropped, categories are sparse or scales differ widely."""


class PersonalDataWarning(MlbcWarning):
    """Something that may tell who answered was left out of a file, or written as a keyed hash."""
