"""What a respondent is told about the data before taking part, and the words for agreeing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.fields import Text

GIVEN, REFUSED = 1, 0
"""What is stored for taking part and for not taking part."""
PHRASES: Mapping[str, Mapping[str, str]] = {
    "title": {"en": "Taking part", "de": "Teilnahme", "fi": "Osallistuminen"},
    "agree": {
        "en": "I have read this and agree to take part.",
        "de": "Ich habe dies gelesen und nehme teil.",
        "fi": "Olen lukenut tämän ja osallistun.",
    },
    "decline": {"en": "I do not take part.", "de": "Ich nehme nicht teil.", "fi": "En osallistu."},
    "controller": {
        "en": "Responsible for the data (data controller): {}",
        "de": "Verantwortlich für die Daten: {}",
        "fi": "Rekisterinpitäjä: {}",
    },
    "retention": {
        "en": "How long the data are kept: {}",
        "de": "Dauer der Speicherung der Daten: {}",
        "fi": "Tietojen säilytysaika: {}",
    },
    "each_row": {
        "en": "Please choose one answer in each row.",
        "de": "Bitte wählen Sie in jeder Zeile eine Antwort.",
        "fi": "Valitse joka rivillä yksi vastaus.",
    },
    "unit": {
        "en": "Code from your invitation",
        "de": "Code aus Ihrer Einladung",
        "fi": "Koodi kutsustasi",
    },
    "none": {
        "en": "If you give no answer above:",
        "de": "Falls Sie oben keine Antwort geben:",
        "fi": "Jos et vastaa yllä olevaan:",
    },
    "only": {
        "en": "Only if your answer to question {} was: {}",
        "de": "Nur wenn Ihre Antwort auf Frage {} war: {}",
        "fi": "Vain jos vastauksesi kysymykseen {} oli: {}",
    },
}
"""Words of the questionnaire itself, in the languages of the shipped translations; others get the English ones."""


def phrase(name: str, languages: Sequence[str]) -> Text:
    """One of the `PHRASES` in every language.

    Examples
    --------
    >>> phrase("decline", ["en", "de-CH"])
    {'en': 'I do not take part.', 'de-CH': 'Ich nehme nicht teil.'}
    """
    words = PHRASES[name]
    return {tag: words.get(tag, words.get(tag.partition("-")[0], words["en"])) for tag in languages}


def per_language(given: str | Mapping[str, str] | None, languages: Sequence[str], what: str) -> Text | None:
    """A text in every language: a string stands for the first one.

    Raises
    ------
    InstrumentError
        for a language without a text.
    """
    if given is None:
        return None
    texts = {languages[0]: given} if isinstance(given, str) else dict(given)
    lacking = [language for language in languages if not texts.get(language)]
    if lacking:
        raise InstrumentError(f"the {what} is missing in {', '.join(lacking)}; give one text per language")
    return {language: texts[language] for language in languages}


def consent_text(text: Text | None, controller: Text | None, retention: Text | None) -> Text | None:
    """The consent text with who is responsible and how long data are kept as paragraphs of their own."""
    told = [("controller", controller), ("retention", retention)]
    added = [(name, words) for name, words in told if words is not None]
    languages = list(next((words for words in (text, *(words for _, words in added)) if words), {}))
    paragraphs = {
        language: [
            *([text[language]] if text else []),
            *(phrase(name, [language])[language].format(words[language]) for name, words in added),
        ]
        for language in languages
    }
    return {language: "\n\n".join(parts) for language, parts in paragraphs.items()} or None
