"""Write a questionnaire for a platform, with the mapping by which answers come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlbc_stats.errors import InstrumentError, NotServedError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.showing import Shown
from mlbc_stats.survey.exporters.ddi import DDI
from mlbc_stats.survey.exporters.google import GOOGLE
from mlbc_stats.survey.exporters.limesurvey.lss import LSS
from mlbc_stats.survey.exporters.limesurvey.tabbed import LIMESURVEY
from mlbc_stats.survey.exporters.plan.form import make_form
from mlbc_stats.survey.exporters.plan.mapped import map_form
from mlbc_stats.survey.exporters.printed.printable import PRINTABLE
from mlbc_stats.survey.exporters.qualtrics.advanced import QUALTRICS
from mlbc_stats.survey.exporters.qualtrics.qsf import QSF
from mlbc_stats.survey.exporters.redcap import REDCAP
from mlbc_stats.survey.exporters.spss import SAV
from mlbc_stats.survey.exporters.surveyjs_target import SURVEYJS
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.exporters.xlsform import XLSFORM
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.mapping.file import ENDING, mapping_json
from mlbc_stats.survey.mapping.fingerprint import fingerprint
from mlbc_stats.survey.mapping.model import MappingManifest
from mlbc_stats.survey.questionnaire.composition import compose
from mlbc_stats.survey.questionnaire.model import Questionnaire
from mlbc_stats.survey.questionnaire.whole import whole

if TYPE_CHECKING:
    import pandas as pd

SERVED = (XLSFORM, SURVEYJS, LIMESURVEY, LSS, QUALTRICS, QSF, REDCAP, GOOGLE, SAV, DDI, PRINTABLE)
TARGETS: Mapping[str, Target] = MappingProxyType({target.name: target for target in SERVED})
"""Name → format; a format is one file or folder and one entry."""


@dataclass(frozen=True, slots=True, repr=False)
class Exported(Shown):
    """What an export wrote.

    Attributes
    ----------
    files : those for the platform.
    mapping_path : the manifest beside them; keep it, the reader needs it.
    mapping : the same as data, with `losses`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     made = export(compose(["marker"]), "redcap", folder)
    >>> isinstance(made, Exported), [file.name for file in made.files]
    (True, ['marker_redcap.csv'])
    """

    files: tuple[Path, ...]
    mapping_path: Path
    mapping: MappingManifest

    def _facts(self) -> Mapping[str, object]:
        lost = [loss for loss in self.mapping.losses if loss.lost]
        return {
            "files": [file.name for file in self.files],
            "mapping": self.mapping_path.name,
            "questions": len(self.mapping.questions),
            "lost": len(lost),
            "changed": len(self.mapping.losses) - len(lost),
        }

    @property
    def losses(self) -> pd.DataFrame:
        """What the platform cannot carry: question (empty for the whole), code, aspect, lost, detail, remedy."""
        import pandas as pd

        rows = [
            (loss.question or "", loss.code, loss.aspect, loss.lost, loss.detail, loss.remedy)
            for loss in self.mapping.losses
        ]
        names = ["question", "code", "aspect", "lost", "detail", "remedy"]
        return pd.DataFrame(rows, columns=names).astype({"code": "Int64"})


def export(
    questionnaire: Questionnaire | Instrument | str | Path,
    target: str,
    folder: str | Path,
    languages: Sequence[str] = (),
    overwrite: bool = False,
) -> Exported:
    """Write a questionnaire for the platform where people answer.

    The limits of the platform (names, codes, languages, routing, shuffling) are checked before anything is written.
    What it cannot carry is in the mapping manifest that is written beside the files, item by item, never dropped in
    silence; the manifest also takes the platform's columns and codes back to ours.

    Parameters
    ----------
    questionnaire : what `survey.compose` gives; or an instrument, its shipped name or its path, asked as it is.
    target : ``"xlsform"`` (ODK, Kobo, SurveyCTO), ``"surveyjs"``, ``"limesurvey"`` (tab-separated), ``"lss"``
        (LimeSurvey), ``"qualtrics"`` (Advanced Format), ``"qsf"`` (Qualtrics), ``"redcap"``, ``"google"`` (Forms, as
        Apps Script), ``"sav"`` (an SPSS file without cases), ``"ddi"`` (Codebook 2.6) or ``"printable"`` (HTML, Word,
        PDF).
    folder : where to write; made when it is missing.
    languages : those exported, the first one shown first; all of the questionnaire by default. For an instrument by
        name or path, translations are taken along.
    overwrite : replace files that are there already.

    Raises
    ------
    NotServedError
        for another target.
    InstrumentError
        for a language the questionnaire is not in, files that exist, and a folder that is a file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> with TemporaryDirectory() as folder:
    ...     made = survey.export(survey.compose(["mlbc_alignment"], seed=1), "redcap", folder)
    >>> made.mapping.question("tc_pace_1").column, set(made.losses["aspect"])
    ('tc_pace_1', {'order'})
    """
    if target not in TARGETS:
        raise NotServedError(
            f"there is no export for {target!r}{did_you_mean(target, list(TARGETS))}; choose one of "
            f"{', '.join(sorted(TARGETS))}"
        )
    made, mapping = prepare(questionnaire, TARGETS[target], languages)
    asked = mapping.questionnaire
    stem = "_".join(filter(None, (asked.instrument, asked.informant, target)))
    contents = {f"{stem}{end}": content for end, content in made.items()}
    contents[f"{stem}{ENDING}"] = mapping_json(mapping).encode()
    place = Path(folder)
    _free(place, list(contents), overwrite)
    place.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (place / name).write_bytes(content)
    *files, mapping_path = (place / name for name in contents)
    return Exported(tuple(files), mapping_path, mapping)


def prepare(
    questionnaire: Questionnaire | Instrument | str | Path, target: Target, languages: Sequence[str] = ()
) -> tuple[Mapping[str, bytes], MappingManifest]:
    """Contents of the files by the end of their names, and the manifest; nothing is written."""
    asked = _questionnaire(questionnaire, languages)
    form = make_form(asked, languages, target.by_route)
    mapping = map_form(
        form,
        target.name,
        target.limits,
        fingerprint(asked.instrument),
        target.places,
        target.system,
        target.tag,
    )
    return target.write(form, mapping), mapping


def _questionnaire(given: Questionnaire | Instrument | str | Path, languages: Sequence[str]) -> Questionnaire:
    if isinstance(given, Questionnaire):
        return given
    if isinstance(given, Instrument):
        return whole(given)
    return compose([given], languages=languages)


def _free(place: Path, names: Sequence[str], overwrite: bool) -> None:
    if place.exists() and not place.is_dir():
        raise InstrumentError(f"{place}: is a file; name a folder for the export")
    there = [name for name in names if (place / name).exists()]
    if there and not overwrite:
        raise InstrumentError(
            f"{place / there[0]}: exists already; choose another folder or pass overwrite=True (on the command "
            "line: --force)"
        )
