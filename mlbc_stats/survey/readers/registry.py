"""Read a file of responses: the platforms served, and the way from a file to responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from mlbc_stats.errors import InstrumentError, NotServedError, ResponseError
from mlbc_stats.survey.files.table import RawTable, read_table
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import load_instrument
from mlbc_stats.survey.mapping import MappingManifest, read_mapping
from mlbc_stats.survey.privacy.personal import Personal
from mlbc_stats.survey.questionnaire.model import Questionnaire
from mlbc_stats.survey.readers.assembly import assemble_export
from mlbc_stats.survey.readers.export import Export, checked_mark
from mlbc_stats.survey.readers.guarding import Guarding
from mlbc_stats.survey.readers.identity import identify
from mlbc_stats.survey.readers.mapped.understanding import by_mapping, platform_of
from mlbc_stats.survey.readers.matching import match_columns
from mlbc_stats.survey.readers.platforms.google import google
from mlbc_stats.survey.readers.platforms.limesurvey import is_limesurvey, limesurvey
from mlbc_stats.survey.readers.platforms.odk import is_odk, odk
from mlbc_stats.survey.readers.platforms.plain import plain
from mlbc_stats.survey.readers.platforms.qualtrics import SYSTEM_COLUMNS, is_qualtrics, qualtrics, repetitions
from mlbc_stats.survey.readers.platforms.redcap import is_redcap, redcap
from mlbc_stats.survey.readers.platforms.surveyjs import surveyjs
from mlbc_stats.survey.responses.model import Responses

AUTO = "auto"
"""Platform of a file that is to be recognised."""
PLATFORMS: Mapping[str, Callable[[RawTable], Export]] = MappingProxyType(
    {
        "plain": plain,
        "qualtrics": qualtrics,
        "limesurvey": limesurvey,
        "odk": odk,
        "surveyjs": surveyjs,
        "redcap": redcap,
        "google": google,
    }
)
"""Name of a platform → the function that understands its tables; a platform is one file and one entry."""
RECOGNISED: tuple[tuple[str, str, Callable[[RawTable], bool]], ...] = (
    ("qualtrics", "Qualtrics", is_qualtrics),
    ("limesurvey", "LimeSurvey", is_limesurvey),
    ("odk", "ODK Central or KoboToolbox", is_odk),
    ("redcap", "REDCap", is_redcap),
)
"""Name, title and signs of platforms that are recognised."""
REPEATABLE: Mapping[str, frozenset[str]] = MappingProxyType({"qualtrics": SYSTEM_COLUMNS})
"""Columns of a platform whose names other data may bear as well; the first is the platform's."""


def read(
    path: str | Path,
    instrument: Instrument | Questionnaire | str | Path,
    platform: str = AUTO,
    encoding: str | None = None,
    id_column: str | None = None,
    unit_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    delimiter: str | None = None,
    allow_absent: bool = False,
    decimal: str | None = None,
    language: str | None = None,
    personal: Personal = "drop",
    key: str | None = None,
    consent: str | None = None,
    mapping: MappingManifest | str | Path | None = None,
) -> Responses:
    """Read a file of responses and check every answer against its scale.

    Parameters
    ----------
    path : CSV file, Excel workbook (.xlsx, its first sheet) or SPSS file (.sav).
    instrument : the instrument or composed questionnaire that was answered, or an instrument's name or path.
    platform : "plain" (one header row, columns named after items), "qualtrics" (numeric values or choice text; three
        header rows, or the older two), "limesurvey", "odk" (ODK Central and KoboToolbox), "surveyjs" (JSON lines),
        "redcap", "google", or "auto", which recognises all but the last by columns that the platform always has, or
        takes the one of the mapping.
    encoding : of the file; by default a byte-order mark decides, else UTF-8 is required.
    id_column : column of case ids; by default one of the usual names (``case_id``, ``ResponseId``, ``id``, ...), else
        the line numbers.
    unit_column : column naming the solution or organization; by default one of the usual names (``unit_id``,
        ``solution_id``, ``SolutionID``, ...), else every case is a unit of its own.
    columns : column → item id, for columns that are not named after their item.
    delimiter : column separator; by default the one of ``, ; tab |`` that fits the header.
    allow_absent : accept an export that lacks some items; they become `NOT_ASKED`.
    decimal : mark before decimals, "." or ","; by default every cell tells by itself (``3,5``; ``1,540.25``) or the
        other cells of its column and file do.
    language : in which labels and question texts of the file are written, such as "de", where that is not the
        instrument's own; its translation is taken along.
    personal : what becomes of columns that answer no question and tell who answered (names, addresses of mail and
        machines, places, devices): "drop" leaves them out and numbers machines in the order met, so that equal ones
        can still be seen; "hash" puts HMAC-SHA-256 under `key` in the place of each, ids that are addresses too, so
        that files can be joined; "keep" keeps them. Free answers stay; those that hold addresses or phone numbers are
        told by row.
    key : of the hash; whoever knows it can find out who answered.
    consent : column that says who agreed to take part, or ``COLUMN=VALUE`` with the cell that is consent; a column
        called ``consent`` (or ``einwilligung``, ``suostumus``) is found. Rows without consent are set aside unread.
    mapping : the manifest that was written when the questionnaire was exported to the platform
        (``*.mapping.json``). It gives the column of every question by name, lasting id or words, turns what a platform
        stores or shows into codes, and names the columns of consent, unit and times.

    Returns
    -------
    Responses, with codes as answered: reversed items are turned by `keyed`, never here. Blank cells are
    `NOT_ANSWERED`, routed-out ones `NOT_APPLICABLE`; columns of no item are kept as context, unchanged.

    Raises
    ------
    ResponseError
        for a file that cannot be read, items without a column (all named), answers outside their scale,
        text in a numeric column and numbers that can be read in two ways (``1,540``; all listed, by line of the
        file and item), and rows without an id.
    DataError
        for another `decimal`.
    InstrumentError
        for a `language` without a translation.
    NotServedError
        for an unknown platform.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> population = survey.pilot_population()
    >>> with TemporaryDirectory() as folder:
    ...     file = survey.write(survey.simulate(population, n=5, seed=1), Path(folder) / "five.csv")
    ...     responses = survey.read(file, population.instrument)
    >>> responses.n, responses.synthetic
    (5, True)
    """
    if platform not in (AUTO, *PLATFORMS):
        raise NotServedError(
            f"platform {platform!r} is not served; choose one of {', '.join((AUTO, *sorted(PLATFORMS)))}"
        )
    chosen = _instrument(instrument, language)
    manifest = read_mapping(mapping) if isinstance(mapping, str | Path) else mapping
    source = platform_of(manifest) if manifest is not None and platform == AUTO else platform
    export = replace(understood(path, source, encoding, delimiter), decimal=checked_mark(decimal))
    if not export.table.n:
        raise ResponseError(f"{export.table.source}: the file has a header but no responses")
    if manifest is not None:
        export, found = by_mapping(export, manifest, chosen, columns or {})
        columns = found | dict(columns or {})
    guarding = Guarding(personal, key, consent)
    agreed, set_aside = guarding.with_consent(export)
    identity = identify(agreed, id_column, unit_column, guarding)
    matched = match_columns(agreed, chosen, columns, allow_absent)
    guarded = guarding.without_identifiers(agreed, {*matched.values(), *identity.columns})
    return assemble_export(guarded, chosen, matched, identity, set_aside)


def _instrument(given: Instrument | Questionnaire | str | Path, language: str | None) -> Instrument:
    """The instrument with its labels in the language of the file."""
    if isinstance(given, str | Path):
        return load_instrument(given, (language,) if language else ())
    chosen = given.instrument if isinstance(given, Questionnaire) else given
    if language and language not in chosen.languages:
        raise InstrumentError(
            f"instrument {chosen.id} is loaded in {', '.join(chosen.languages)}, not in {language!r}; name it, or load "
            f"it with languages=[{language!r}]"
        )
    return chosen


def understood(path: str | Path, platform: str, encoding: str | None, delimiter: str | None) -> Export:
    """The table by its platform, which is recognised where none is named."""
    repeatable = SYSTEM_COLUMNS if platform == AUTO else REPEATABLE.get(platform, frozenset())
    table = read_table(path, encoding, delimiter, repeatable=repeatable)
    if platform != AUTO:
        return PLATFORMS[platform](table)
    name = next((name for name, _, signs in RECOGNISED if signs(table)), "plain")
    if name != "qualtrics" and repetitions(table.names):  # reading again refuses a name that occurs twice
        table = read_table(path, encoding, delimiter)
    export = PLATFORMS[name](table)
    told = [f"recognised as an export of {title}" for known, title, _ in RECOGNISED if known == name]
    return replace(export, notes=(*told, *export.notes))
