"""What a platform does not carry of a form, found before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.mapping.loss import Loss
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest
from mlbc_stats.survey.questionnaire.layout import OFFERED, Run

UNDONE = "the mapping undoes it"


def losses(form: Form, mapping: MappingManifest, limits: Limits) -> Iterator[Loss]:
    """Losses of the whole questionnaire first, then by question in the order asked."""
    yield from _of_the_whole(form, mapping, limits)
    yield from _alike(mapping, limits)
    by_id = {question.id: question for question in mapping.questions}
    for page, run in form.runs:
        for question in run.questions:
            placed = by_id[question.id]
            yield from _names_and_codes(placed, limits)
            yield from _texts(question, run.scale, placed)
            yield from _missing(question, run.scale, limits)
            yield from _routing(question, run, limits)
            if page.shuffled and run.name and not limits.rows_shuffled:
                yield Loss(
                    question=question.id,
                    aspect="order",
                    detail=f"rows cannot be shuffled: everybody gets the order of seed {form.questionnaire.seed}",
                )


def _of_the_whole(form: Form, mapping: MappingManifest, limits: Limits) -> Iterator[Loss]:
    if limits.one_language:
        for language in form.languages[1:]:
            yield Loss(
                aspect="language",
                detail=f"one language only: {language} is not there",
                remedy=f"export once more with languages=['{language}']",
            )
    for language in (one.language for one in mapping.languages):
        if language in form.instrument.drafts:
            yield Loss(
                aspect="language",
                lost=False,
                detail=f"{language} is a draft translation that nobody has reviewed",
                remedy="have it reviewed before anybody answers",
            )
    if any(page.moves for page in form.pages) and not limits.blocks_shuffled:
        yield Loss(
            aspect="order",
            detail=f"blocks cannot be shuffled: everybody gets the order of seed {form.questionnaire.seed}",
            remedy="field several orders, composed with other seeds",
        )
    if not limits.pages:
        yield Loss(aspect="page", detail="blocks are no pages of their own")
    if form.consent is None:
        yield Loss(
            aspect="consent",
            detail="nobody is asked for consent: no instrument brings a text for it",
            remedy="add one to the instrument, or compose with controller and retention",
        )
    elif limits.consent != "ends":
        yield Loss(aspect="consent", lost=limits.consent != "asked", detail=CONSENTS[limits.consent])
    if not limits.unit:
        yield Loss(aspect="unit", detail="there is no column for the token of the invitation")


def _alike(mapping: MappingManifest, limits: Limits) -> Iterator[Loss]:
    """Columns, and answers that come back as labels, of which two are called the same."""
    columns = Counter(question.column for question in mapping.questions)
    for question in mapping.questions:
        if columns[question.column] > 1:
            detail = f"{columns[question.column]} columns are called {question.column!r}; the reader cannot part them"
            yield Loss(
                question=question.id, aspect="name", detail=detail, remedy="reword one of the questions"
            )
        stored = Counter(code.platform for code in question.codes if code.offered)
        for code in question.codes:
            if code.offered and limits.labels_only and stored[code.platform] > 1:
                detail = f"two answers are called {code.platform!r}; the reader cannot part them"
                yield Loss(question=question.id, code=code.value, aspect="code", detail=detail)


CONSENTS = {
    "asked": "consent is asked, but refusing does not end the questionnaire; the reader sets such answers aside",
    "told": "the consent text is there, but nobody is asked whether they agree",
    "": "the consent text is not there",
}


def _names_and_codes(placed: MappedQuestion, limits: Limits) -> Iterator[Loss]:
    if placed.column != placed.id:
        yield Loss(
            question=placed.id,
            aspect="name",
            lost=False,
            detail=f"the column is called {placed.column}; {UNDONE}",
        )
    changed = [code for code in placed.codes if code.offered and code.platform != str(code.value)]
    if changed:
        told = ", ".join(f"{code.value} as {code.platform}" for code in changed)
        stored = "answers come back as labels" if limits.labels_only else f"stored: {told}"
        yield Loss(question=placed.id, aspect="code", lost=False, detail=f"{stored}; {UNDONE}")


def _texts(question: Item | Check, scale: ResponseScale, placed: MappedQuestion) -> Iterator[Loss]:
    for language, text in placed.text.items():
        if text != question.text[language]:
            yield Loss(question=placed.id, aspect="text", detail=f"{language}: cut to {len(text)} characters")
    answers = {code.value: code.label for code in scale.codes} | {
        code.value: code.label for code in scale.missing
    }
    for code in placed.codes:
        for language, label in code.label.items():
            if label != answers[code.value][language]:
                yield Loss(
                    question=placed.id,
                    code=code.value,
                    aspect="label",
                    detail=f"{language}: cut to {len(label)} characters",
                )


def _missing(question: Item | Check, scale: ResponseScale, limits: Limits) -> Iterator[Loss]:
    if not scale.codes and not limits.beside:
        for code in scale.missing:
            if code.reason in OFFERED:
                yield Loss(
                    question=question.id,
                    code=code.value,
                    aspect="missing_code",
                    detail=f"a {scale.kind} has no place for {next(iter(code.label.values()))!r}; it is left blank",
                )
    if scale.kind == "number" and not limits.bounds and (scale.lower is not None or scale.upper is not None):
        yield Loss(
            question=question.id,
            aspect="scale",
            detail=f"numbers outside {scale.lower} to {scale.upper} are accepted; the reader refuses them",
        )


def _routing(question: Item | Check, run: Run, limits: Limits) -> Iterator[Loss]:
    route = None if isinstance(question, Check) else question.route
    if route is None or (limits.routing and (limits.rows_routed or not run.name)):
        return
    codes = ", ".join(map(str, route.codes))
    yield Loss(
        question=question.id,
        aspect="routing",
        detail=f"asked of everybody, not only after {codes} to {route.question}",
        remedy="the reader marks answers of the others as not applicable",
    )
