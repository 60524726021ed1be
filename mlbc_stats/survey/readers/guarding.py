"""What is kept back of an export: rows without consent, and columns that tell who answered."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.privacy.consent import consent_rule, consented
from mlbc_stats.survey.privacy.identifiers import protect, protect_ids
from mlbc_stats.survey.privacy.personal import Personal, checked_way
from mlbc_stats.survey.readers.export import Export


@dataclass(frozen=True, slots=True)
class Guarding:
    """How the people behind an export are guarded.

    Attributes
    ----------
    personal, key, consent : as arguments of `read`.
    """

    personal: Personal = "drop"
    key: str | None = None
    consent: str | None = None

    def __post_init__(self) -> None:
        checked_way(self.personal, self.key)

    def with_consent(self, export: Export) -> tuple[Export, Mapping[str, int]]:
        """The rows of those who agreed, and how many rows are set aside for each reason.

        Raises
        ------
        ResponseError
            when nobody agreed, or nobody can tell.
        """
        table = export.table
        blank = {"blank row": table.blank} if table.blank else {}
        rule = export.consent or consent_rule(table, self.consent, set(export.paradata.values()))
        if rule is None:
            return export, blank
        agreed = consented(table.coded(rule.column), rule)
        if not agreed.any():
            raise ResponseError(
                f"{table.source}: by column {rule.column} none of {table.n} rows holds consent; "
                "nothing is read. Is it the right column? Say consent='COLUMN=VALUE'"
            )
        without = int((~agreed).sum())
        note = (
            f"consent is read from column {rule.column}: {without} of {table.n} rows without it are set aside"
        )
        found = replace(export, table=table.rows(agreed), notes=(*export.notes, note)) if without else export
        return found, blank | ({"no consent": without} if without else {})

    def ids(self, ids: list[str], what: str) -> tuple[list[str], tuple[str, ...]]:
        """Ids, those hidden that are addresses, and a note."""
        return protect_ids(ids, self.personal, self.key, what)

    def without_identifiers(self, export: Export, claimed: Set[str]) -> Export:
        """The export without columns that tell who answered; `claimed` ones are something else."""
        taken = {*claimed, *export.paradata.values(), *export.used}
        free = [name for name in export.table.names if name not in taken]
        table, notes = protect(export.table, free, self.personal, self.key)
        return replace(export, table=table, notes=(*export.notes, *notes))
