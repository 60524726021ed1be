"""A study as data: instrument, responses, propositions, options and seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from mlbc_stats.counted import counted
from mlbc_stats.errors import StudyError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.resources import resource
from mlbc_stats.showing import Shown
from mlbc_stats.study.response_files import PLACES, ResponseFile
from mlbc_stats.study.review_points import KEYS
from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Sentence
from mlbc_stats.survey.responses.joining import DesignName
from mlbc_stats.survey.yaml.file import YamlFile, read_yaml
from mlbc_stats.theory.estimation import Estimation, Interactions

PILOT = ("data", "synthetic", "pilot.csv")


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
    """Rules that take a case out; those of the policy by default, none for an empty list."""
    policy: Sentence | None = None
    """A screening policy, relative to the study file: thresholds of every rule, and which flags exclude."""

    def arguments(self, folder: Path = Path()) -> dict[str, Any]:
        """What was given, as arguments of `survey.screen`; `folder` is that of the study file."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        path = {"policy": folder / self.policy if self.policy else None}
        return {name: value for name, value in (given | path).items() if value is not None}


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
    interactions: Interactions = "qml"
    """How products of factors are estimated: product (indicators), lms or qml (likelihood of normal factors)."""
    gates: StrictBool = True
    """Whether closed gates leave propositions undecided."""
    cutoffs: StrictInt | None = None
    """Samples from which cutoffs of fit are simulated; 0 for conventional ones."""

    def arguments(self) -> dict[str, Any]:
        """What was given, as arguments of `theory.test`."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value is not None}

    def default(self) -> dict[str, Any]:
        """How one model is estimated, without resamples and gates: what other choices are compared with."""
        wanted = ("estimator", "missing", "ordered", "cluster")
        return {name: value for name, value in self.arguments().items() if name in wanted}

    def asked(self, seed: int) -> Estimation:
        """What is asked of the estimator alone, with the seed of the study."""
        return Estimation(
            self.estimator, self.missing, self.ordered, self.cluster, self.bootstrap, seed, self.interactions
        )


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED, repr=False)
class Study(Shown):
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
    instruments: Annotated[tuple[Sentence, ...], Field(min_length=1)] = ("mlbc_alignment",)
    """What was asked: shipped names or paths from the study file; modules come along."""
    design: DesignName | None = None
    """key_informant: one speaks for a unit; several_informants: each about what they can know."""
    responses: tuple[ResponseFile, ...] = ()
    """The files of answers, joined by unit; the shipped synthetic pilot when left out."""
    screening: Screening = Screening()
    """Rules that take cases out of the analysis."""
    estimation: EstimationChoice = EstimationChoice()
    """How the models are estimated."""
    propositions: tuple[Identifier, ...] = ()
    """Propositions to decide; all of the registry when empty."""
    engine: Literal["factors", "composites"] = "composites"
    """composites: propositions are decided by composite models too, side by side; factors: by factor models alone."""
    robustness: StrictBool = True
    """Whether the propositions are judged under other choices of analysis too, which takes half a minute."""
    controls: tuple[Sentence, ...] | None = None
    """Constructs or columns that some of these analyses hold constant; the usual ones, as far as asked, by default."""
    resamples: StrictInt = 500
    """Bootstrap resamples behind the intervals of HTMT and of indirect effects; 0 for none."""
    declarations: dict[Identifier, Sentence] = Field(default_factory=dict)
    """What no data can tell (preregistration, ethics, response rate, ...), by point of the reviewers' checklist."""
    preregistration: Sentence | None = None
    """File that ``mlbc theory preregister`` wrote, relative to the study file; deviations from it are reported."""
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
    def files(self) -> tuple[ResponseFile, ...]:
        """The files of answers as declared; the synthetic pilot when there is none."""
        return self.responses or (ResponseFile(path=str(resource(*PILOT))),)

    @property
    def sources(self) -> tuple[Path, ...]:
        """Paths of the files of answers."""
        return tuple(self.folder / file.path for file in self.files)

    @property
    def declared_design(self) -> DesignName | None:
        """The design as the study states it; one informant speaks for a unit of the pilot."""
        return self.design if self.responses or self.design else "key_informant"

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


def with_choices(study: Study, **choices: Any) -> Study:
    """The same study with other values of some fields; None leaves a field as it is.

    Raises
    ------
    StudyError
        an unknown field or a value that it cannot take.

    Examples
    --------
    >>> with_choices(load_study(), design="key_informant", seed=None).design
    'key_informant'
    """
    given = {name: value for name, value in choices.items() if value is not None}
    values = {field.name: getattr(study, field.name) for field in fields(study)}
    try:
        return TypeAdapter(Study).validate_python(values | given)
    except ValidationError as error:
        raise StudyError(_told(error, 0)) from None


def with_responses(
    study: Study,
    path: str | Path | Sequence[str | Path],
    platform: str = "auto",
    *,
    informant: str | Sequence[str] | None = None,
    wave: int | Sequence[int] | None = None,
    **reading: Any,
) -> Study:
    """The same study on other responses; paths are relative to the working directory.

    Parameters
    ----------
    path : one file, or several to be joined by unit.
    informant, wave : of each file, in their order; one for all, or None.
    reading : further fields of an entry of the study file's ``responses``, for all files: instruments, short, encoding,
        language, delimiter, id_column, unit_column, columns, allow_absent, decimal, ...

    Raises
    ------
    StudyError
        an unknown field or a value that it cannot take, or another number of groups or waves than files.

    Examples
    --------
    >>> chosen = with_responses(load_study(), ["a.csv", "b.csv"], informant=["management", "technical"])
    >>> [(file.path[-5:], file.informant) for file in chosen.responses]
    [('a.csv', 'management'), ('b.csv', 'technical')]
    """
    paths = [path] if isinstance(path, str | Path) else list(path)
    beside = {name: str(Path(reading[name]).absolute()) for name in PLACES if reading.get(name) is not None}
    groups = _each("informant", informant, len(paths))
    waves = _each("wave", wave, len(paths))
    given = [
        {"path": str(Path(one).absolute()), "platform": platform, "informant": group, **reading, **beside}
        | ({} if occasion is None else {"wave": occasion})
        for one, group, occasion in zip(paths, groups, waves, strict=True)
    ]
    try:
        files = TypeAdapter(tuple[ResponseFile, ...]).validate_python(given)
    except ValidationError as error:
        raise StudyError(_told(error, 1)) from None
    return replace(study, responses=files)


def _told(error: ValidationError, place: int) -> str:
    """What is wrong with which field, which stands at this place of a location."""
    told = (f"{entry['loc'][place]}: {entry['msg']}, got {entry['input']!r}" for entry in error.errors())
    return "; ".join(dict.fromkeys(told))


def _each(what: str, given: Any, count: int) -> list[Any]:
    """One value for every file: as given, or one for all."""
    values = [given] * count if given is None or isinstance(given, str | int) else list(given)
    values = values * count if len(values) == 1 else values
    if len(values) != count:
        raise StudyError(
            f"{len(values)} values of {what} for {counted(count, 'file')} of responses; give one for each"
        )
    return values


def _validated(file: YamlFile) -> Study:
    data = file.data if isinstance(file.data, dict) else {}
    if data.get("kind") != "study":
        found = file.finding(("kind",), f"expected 'kind: study', got {data.get('kind')!r}")
        raise StudyError(str(found))
    if "folder" in data:
        raise StudyError(str(file.finding(("folder",), "unknown key 'folder'; remove it")))
    if "responses" in data and not data["responses"]:
        problem = "responses lists no file; name one, or leave the key out for the synthetic pilot"
        raise StudyError(str(file.finding(("responses",), problem)))
    alone = isinstance(data.get("responses"), dict)
    if not alone and not isinstance(data.get("responses", []), list):
        problem = "responses: expected a list of files or one mapping, such as {path: export.csv}"
        raise StudyError(str(file.finding(("responses",), problem)))
    _check_declarations(file, data.get("declarations"))
    try:
        return TypeAdapter(Study).validate_python(
            data | ({"responses": [data["responses"]]} if alone else {})
        )
    except ValidationError as error:
        places = [(_place(entry["loc"], alone), entry["msg"]) for entry in error.errors()]
        findings = [file.finding(loc, f"{'.'.join(map(str, loc))}: {text}") for loc, text in places]
        raise StudyError("\n".join(map(str, findings))) from None


def _place(loc: tuple[int | str, ...], alone: bool) -> tuple[int | str, ...]:
    """Where something is in the file: a single mapping of responses is no entry of a list there."""
    return (loc[0], *loc[2:]) if alone and loc[0] == "responses" else tuple(loc)


def _check_declarations(file: YamlFile, declared: object) -> None:
    """StudyError for the first declaration of something that is no point of the checklist."""
    unknown = [key for key in declared if key not in KEYS] if isinstance(declared, dict) else []
    if unknown:
        hint = did_you_mean(str(unknown[0]), KEYS) or f"; there are {', '.join(KEYS)}"
        found = file.finding(("declarations", unknown[0]), f"no point {unknown[0]!r} to declare{hint}")
        raise StudyError(str(found))
