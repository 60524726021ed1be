"""A study as data: instrument, responses, propositions, options and seed."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from mlbc_stats.errors import StudyError
from mlbc_stats.resources import resource
from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Language, Sentence
from mlbc_stats.survey.yaml.file import YamlFile, read_yaml
from mlbc_stats.theory.estimation import Estimation

PILOT = ("data", "synthetic", "pilot.csv")


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ResponseFile:
    """Where the answers are."""

    path: Sentence
    """File with the responses, relative to the study file."""
    platform: Identifier = "auto"
    """The platform that exported it; found out when left out."""
    encoding: Sentence | None = None
    """Encoding of the file; a byte-order mark or UTF-8 when left out."""
    delimiter: str | None = None
    """Separator of its columns; found from the header when left out."""
    id_column: Sentence | None = None
    """Column of case ids; a usual name is found when left out."""
    unit_column: Sentence | None = None
    """Column of the solution or organization; a usual name is found when left out."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Column → item, for columns that are not named after their item."""
    allow_absent: StrictBool = False
    """Accept a file that lacks items; they count as not asked."""
    decimal: Literal[".", ","] | None = None
    """Mark before decimals; the cells tell when left out."""
    language: Language | None = None
    """Language of labels and question texts; the instrument's own when left out."""

    def arguments(self) -> dict[str, Any]:
        """How the file is to be read, as arguments of `survey.read`."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "path"}


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Screening:
    """Arguments of `survey.screen`; what is left out takes its default there."""

    failed_checks: float | None = None
    """Flag from this many failed attention checks."""
    long_string: float | None = None
    """Flag from this many identical answers in a row."""
    variability: float | None = None
    """Flag a standard deviation of the answers below this."""
    seconds_per_item: float | None = None
    """Flag fewer seconds per question."""
    relative_speed: float | None = None
    """Flag a duration below this multiple of the median."""
    missing_share: float | None = None
    """Flag from this share of unanswered items."""
    exclude: tuple[Identifier, ...] | None = None
    """Rules that take a case out; all by default, none for an empty list."""

    def arguments(self) -> dict[str, Any]:
        """What was given, as arguments of `survey.screen`."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class EstimationChoice:
    """Arguments of `theory.test` about estimation; what is left out takes its default there."""

    estimator: Sentence | None = None
    """Estimator of the models; MLR, or WLSMV with ordered answers."""
    missing: Sentence | None = None
    """Missing answers: fiml, listwise; pairwise with ordered answers."""
    ordered: StrictBool = False
    """Whether answers are analysed as ordered categories."""
    cluster: str | None = None
    """Column that names the organization of a unit; a usual name is found, "" for none."""
    bootstrap: StrictInt | None = None
    """Resamples behind the errors, in place of analytic ones."""
    gates: StrictBool = True
    """Whether closed gates leave propositions undecided."""
    cutoffs: StrictInt | None = None
    """Samples from which cutoffs of fit are simulated; 0 for conventional ones."""

    def arguments(self) -> dict[str, Any]:
        """What was given, as arguments of `theory.test`."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value is not None}

    def asked(self) -> Estimation:
        """What is asked of the estimator alone."""
        return Estimation(self.estimator, self.missing, self.ordered, self.cluster, self.bootstrap)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Study:
    """One study; what is left out takes the shipped default.

    Examples
    --------
    >>> Study(seed=7, output="results").target.name
    'results'
    """

    kind: Literal["study"] = "study"
    """The kind of this file."""
    title: Sentence = "Alignment of machine-learning-based capabilities"
    """Title of the report."""
    instruments: Annotated[tuple[Sentence, ...], Field(min_length=1, max_length=1)] = ("mlbc_alignment",)
    """The instrument answered: a shipped name or a path from the study file; its modules come along."""
    responses: ResponseFile | None = None
    """The answers; the shipped synthetic pilot when left out."""
    screening: Screening = Screening()
    """Rules that take cases out of the analysis."""
    estimation: EstimationChoice = EstimationChoice()
    """How the models are estimated."""
    propositions: tuple[Identifier, ...] = ()
    """Propositions to decide; all of the registry when empty."""
    second_opinion: StrictBool = False
    """Whether the models are fitted a second time by semopy, which takes minutes."""
    evidence: StrictBool = False
    """Whether evidence.yaml is written, for ``mlbc instruments show --evidence``; real answers only."""
    seed: StrictInt = 20261122
    """Seed of everything random."""
    output: Sentence = "build"
    """Folder of the results, relative to the study file; replaced as a whole on each run."""
    folder: Path = Field(default=Path(), exclude=True)
    """Folder of the study file; set on loading."""

    @property
    def source(self) -> Path:
        """Path of the responses."""
        return resource(*PILOT) if self.responses is None else self.folder / self.responses.path

    @property
    def target(self) -> Path:
        """Path of the output folder."""
        return self.folder / self.output


def load_study(path: str | Path | None = None) -> Study:
    """Read a study file; the shipped study on the synthetic pilot when no path is given.

    Raises
    ------
    StudyError
        with file, line and key: no such file, broken YAML, unknown or wrong keys.

    Examples
    --------
    >>> load_study().instruments
    ('mlbc_alignment',)
    """
    if path is None:
        return Study()
    place = Path(path)
    if not place.is_file():
        raise StudyError(f"{place}: no such study file; run without one to use the shipped study")
    file = read_yaml(place)
    if file.findings:
        raise StudyError("\n".join(str(finding) for finding in file.findings))
    return replace(_validated(file), folder=place.parent)


def with_responses(study: Study, path: str | Path, platform: str = "auto", **reading: Any) -> Study:
    """The same study on other responses; ``path`` is relative to the working directory.

    Parameters
    ----------
    reading : further fields of the study file's ``responses``: encoding, delimiter, id_column, unit_column, columns,
        allow_absent, decimal, language.

    Raises
    ------
    StudyError
        an unknown field or a value that it cannot take.

    Examples
    --------
    >>> with_responses(load_study(), "answers.csv", "qualtrics").source.name
    'answers.csv'
    """
    try:
        given = TypeAdapter(ResponseFile).validate_python(
            {"path": str(Path(path).absolute()), "platform": platform, **reading}
        )
    except ValidationError as error:
        raise StudyError(
            "; ".join(f"{entry['loc'][-1]}: {entry['msg']}" for entry in error.errors())
        ) from None
    return replace(study, responses=given)


def _validated(file: YamlFile) -> Study:
    data = file.data if isinstance(file.data, dict) else {}
    if data.get("kind") != "study":
        found = file.finding(("kind",), f"expected 'kind: study', got {data.get('kind')!r}")
        raise StudyError(str(found))
    if "folder" in data:
        raise StudyError(str(file.finding(("folder",), "unknown key 'folder'; remove it")))
    try:
        return TypeAdapter(Study).validate_python(data)
    except ValidationError as error:
        places = [(tuple(entry["loc"]), entry["msg"]) for entry in error.errors()]
        findings = [file.finding(loc, f"{'.'.join(map(str, loc))}: {text}") for loc, text in places]
        raise StudyError("\n".join(map(str, findings))) from None
