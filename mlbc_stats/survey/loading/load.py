"""Load an instrument, by its name or from a file, with its modules and constructs resolved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mlbc_stats.errors import InstrumentError
from mlbc_stats.resources import resource
from mlbc_stats.survey.instrument.construct import Construct, ConstructFile
from mlbc_stats.survey.instrument.fields import IDENTIFIER
from mlbc_stats.survey.instrument.item import Item, ShortForm
from mlbc_stats.survey.instrument.model import Instrument, InstrumentFile
from mlbc_stats.survey.instrument.validation import build
from mlbc_stats.survey.loading.languages import translated
from mlbc_stats.survey.rules.cross_file_rules import between_files
from mlbc_stats.survey.rules.file_rules import reference_findings
from mlbc_stats.survey.yaml.file import YamlFile, read_yaml
from mlbc_stats.survey.yaml.finding import Finding, raise_findings


def load_instrument(name_or_path: str | Path, languages: Sequence[str] = ()) -> Instrument:
    """Load an instrument with everything it refers to.

    Parameters
    ----------
    name_or_path
        name of a shipped instrument (see `list_instruments`) or path of a YAML file. Modules and
        ``constructs.yaml`` are looked for beside the file first, then among the shipped ones.
    languages
        languages to add from translation files, in ``translations/`` beside the file, else the shipped ones;
        those that are not reviewed throughout stand in ``drafts`` of the instrument.

    Returns
    -------
    Instrument
        frozen; the items, scales, checks and scoring rules of its modules are appended, each item knows its
        ``module``, and ``constructs`` holds what the items measure together with the parents of that.

    Raises
    ------
    InstrumentError
        when anything is wrong; it lists every error of every file concerned with file, line and item. A
        translation that is missing or incomplete is an error too.

    Examples
    --------
    >>> instrument = load_instrument("mlbc_alignment")
    >>> instrument.item("tc_pace_1").construct
    'tc_pace'
    """
    loaded = load_files(find_instrument(name_or_path))
    raise_findings(loaded.findings)
    return assemble(loaded, languages)


def load_with_parts(
    name_or_path: str | Path, languages: Sequence[str] = ()
) -> tuple[Instrument, tuple[InstrumentFile, ...]]:
    """An instrument as `load_instrument` gives it, and the files it is made of, its own first."""
    loaded = load_files(find_instrument(name_or_path))
    raise_findings(loaded.findings)
    return assemble(loaded, languages), _translated(loaded, languages)[0]


def list_instruments() -> tuple[str, ...]:
    """Names of the shipped instruments, sorted.

    Examples
    --------
    >>> "marker" in list_instruments()
    True
    """
    return tuple(sorted(path.stem for path in resource("instruments").glob("*.yaml") if _is_instrument(path)))


def load_constructs(path: str | Path | None = None) -> tuple[Construct, ...]:
    """All constructs of a constructs file, the shipped one by default.

    Raises
    ------
    InstrumentError
        when anything is wrong in the file; it lists every error with line and construct.

    Examples
    --------
    >>> [construct.id for construct in load_constructs() if construct.parent == "TC"]
    ['tc_timing', 'tc_pace']
    """
    _, model, findings = _read(path or resource("instruments", "constructs.yaml"), "constructs")
    raise_findings(findings)
    return model.constructs


@dataclass(frozen=True, slots=True)
class LoadedFiles:
    """An instrument file, its modules and its constructs file, with every finding so far.

    A model is None where its file cannot be modelled; then there are errors among the findings.
    """

    sources: tuple[YamlFile, ...]
    models: tuple[InstrumentFile | None, ...]
    constructs: ConstructFile | None
    findings: tuple[Finding, ...]


def load_files(path: Path) -> LoadedFiles:
    """Read an instrument file and all it refers to; everything wrong becomes a finding."""
    source, model, findings = _read(path, "instrument")
    names = source.data.get("modules") if isinstance(source.data, dict) else None
    sources, models = [source], [model]
    for position, name in enumerate(names if isinstance(names, list) else ()):
        # a module is named, never reached by a path
        beside = _beside(path, name) if isinstance(name, str) and re.fullmatch(IDENTIFIER, name) else None
        if beside is None:
            problem = f"module {name!r}: there is no {name}.yaml beside this file nor among the shipped ones"
            findings += (source.finding(("modules", position), problem),)
            continue
        module, module_model, module_findings = _read(beside, "instrument")
        sources.append(module)
        models.append(module_model)
        findings += module_findings
    _, constructs, construct_findings = _read(_beside(path, "constructs") or path, "constructs")
    findings += construct_findings + tuple(between_files(sources, constructs))
    return LoadedFiles(tuple(sources), tuple(models), constructs, findings)


def constructs_of(loaded: LoadedFiles) -> tuple[Construct, ...]:
    """All constructs of the constructs file that goes with an instrument."""
    return loaded.constructs.constructs if loaded.constructs is not None else ()


def assemble(loaded: LoadedFiles, languages: Sequence[str] = ()) -> Instrument:
    """One instrument out of files without errors, with these languages added."""
    models, drafts = _translated(loaded, languages)
    main = {**_values(models[0]), "drafts": drafts}
    items = [(item, model.id) for model in models for item in model.items]
    scales = {scale.id: scale for model in models for scale in model.scales}
    joined = {
        "items": tuple(Item(**_values(item), module=module) for item, module in items),
        "scales": tuple(scales.values()),
        "checks": tuple(check for model in models for check in model.checks),
        "scoring": tuple(rule for model in models for rule in model.scoring),
        "evidence": tuple(row for model in models for row in model.evidence),
        "short_forms": _joined_forms(models),
    }
    measured = {item.construct for item, _ in items}
    return Instrument(**{**main, **joined, "constructs": _with_parents(loaded.constructs, measured)})


def _joined_forms(models: Sequence[InstrumentFile]) -> tuple[ShortForm, ...]:
    """The short forms of the main file, with those of the same name in modules; other modules stay whole."""
    return tuple(_joined_form(form, models[1:]) for form in models[0].short_forms)


def _joined_form(form: ShortForm, modules: Sequence[InstrumentFile]) -> ShortForm:
    items, without = list(form.items), list(form.without)
    for module in modules:
        own = next((other for other in module.short_forms if other.id == form.id), None)
        items += own.items if own else [item.id for item in module.items if item.construct]
        without += own.without if own else ()
    return ShortForm(id=form.id, rule=form.rule, items=tuple(items), without=tuple(without))


def _translated(
    loaded: LoadedFiles, languages: Sequence[str]
) -> tuple[tuple[InstrumentFile, ...], tuple[str, ...]]:
    own = [model for model in loaded.models if model is not None]
    return translated(own, [source.file for source in loaded.sources], languages)


def find_instrument(name_or_path: str | Path) -> Path:
    """Path of a shipped instrument or of a file; InstrumentError when there is neither."""
    path = Path(name_or_path)
    if path.is_file():
        return path
    shipped = resource("instruments") / f"{name_or_path}.yaml"
    if path.name == str(name_or_path) and shipped.is_file():
        return shipped
    known = ", ".join(list_instruments())
    raise InstrumentError(
        f"no instrument {str(name_or_path)!r}: neither a file nor a shipped name; shipped: {known}"
    )


def _read(path: str | Path, kind: str) -> tuple[YamlFile, Any, tuple[Finding, ...]]:
    """One file, its model (or None) and all findings about it alone."""
    source = read_yaml(path)
    model, findings = build(source, kind)
    return source, model, source.findings + findings + reference_findings(source)


def _beside(path: Path, name: str) -> Path | None:
    """A file beside the given one, else the shipped one of that name, else None."""
    places = (path.parent / f"{name}.yaml", resource("instruments") / f"{name}.yaml")
    return next((place for place in places if place.is_file()), None)


def _with_parents(constructs: ConstructFile | None, measured: set[str]) -> tuple[Construct, ...]:
    """The measured constructs and their parents, in the order of their file."""
    every = constructs.constructs if constructs is not None else ()
    parents = {construct.parent for construct in every if construct.id in measured}
    return tuple(construct for construct in every if construct.id in measured | parents)


def _values(entry: Any) -> dict[str, Any]:
    """The fields of an entry, unconverted."""
    return {field.name: getattr(entry, field.name) for field in fields(entry)}


def _is_instrument(path: Path) -> bool:
    """Whether a file says it is an instrument, without parsing it."""
    with path.open(encoding="utf-8") as lines:
        return any(line.strip() == "kind: instrument" for line in lines)
