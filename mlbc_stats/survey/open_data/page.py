"""The page that tells a stranger what is in a bundle of open data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlbc_stats.survey.privacy.anonymity import AnonymityReport
from mlbc_stats.survey.responses.model import Responses

SYNTHETIC = "\n**SYNTHETIC: these answers were drawn by a computer. No respondent gave them.**\n"
WORDS = """# {title}
{synthetic}
Answers of {n} respondents about {units} units to {instrument} {version}, {columns} columns.

| file | what |
|---|---|
| `data.csv` | one row per respondent; UTF-8, commas |
| `codebook.csv` | what every column asks and what its codes mean |
| `questionnaire.ddi.xml` | the whole questionnaire as DDI-Codebook 2.6, left-out questions too |
| `SHA256SUMS` | checksums: `sha256sum -c SHA256SUMS` |

Codes stand as they were answered: items marked as reversed in the codebook are not turned. A blank cell was not
answered; the codes and words for other reasons (does not apply, do not know, not asked) are in the codebook. Text that
a spreadsheet would run as a formula has an apostrophe before it.

## Privacy

{privacy} Numbers of cases and units are new, and rows stand in the order of their answers. Left out: {left}.

## To be filled in before publishing

- Licence of the data, for example CC BY 4.0:
- How to cite:
- Whom to ask:
- Ethics approval or consent under which the data are shared:
"""


def page(
    responses: Responses,
    columns: Mapping[str, Sequence[str]],
    report: AnonymityReport,
    left_out: Sequence[str],
) -> str:
    """Markdown: what, how many, how coded, how alike, and what the researcher has to add."""
    instrument = responses.instrument
    return WORDS.format(
        title=instrument.title[instrument.languages[0]],
        synthetic=SYNTHETIC if responses.synthetic else "",
        n=responses.n,
        units=len(set(responses.unit_ids.tolist())),
        instrument=instrument.id,
        version=instrument.version,
        columns=len(columns),
        privacy=_privacy(report),
        left=", ".join(left_out) or "nothing",
    )


def _privacy(report: AnonymityReport) -> str:
    if not report.variables:
        return "No context variable is in the data."
    return (
        f"Every combination of {', '.join(report.variables)} is shared by at least {report.k} units "
        "(k-anonymity, Sweeney 2002, doi:10.1142/S0218488502001648)."
    )
