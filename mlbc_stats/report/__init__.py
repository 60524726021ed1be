"""Tables, figures and documents from results."""

from mlbc_stats.report.blocks import Notice, Section
from mlbc_stats.report.columns import frame_table
from mlbc_stats.report.content_validity import content_page, content_tables
from mlbc_stats.report.document import Document
from mlbc_stats.report.figure import Figure
from mlbc_stats.report.fitmeasures import fit_table
from mlbc_stats.report.heatmap import loadings_heatmap, loadings_matrix
from mlbc_stats.report.intervalplot import forest
from mlbc_stats.report.likert import likert_chart, likert_counts
from mlbc_stats.report.manual import instrument_manual
from mlbc_stats.report.numbers import format_interval, format_level, format_value
from mlbc_stats.report.parameters import parameter_table
from mlbc_stats.report.pathdiagram import path_diagram
from mlbc_stats.report.questionnairepage import questionnaire_page
from mlbc_stats.report.sheet import RowGroup, Spanner
from mlbc_stats.report.table import Table
from mlbc_stats.report.translations import translation_page
from mlbc_stats.report.verdicts import verdict_table

__all__ = [
    "Document",
    "Figure",
    "Notice",
    "RowGroup",
    "Section",
    "Spanner",
    "Table",
    "content_page",
    "content_tables",
    "fit_table",
    "forest",
    "format_interval",
    "format_level",
    "format_value",
    "frame_table",
    "instrument_manual",
    "likert_chart",
    "likert_counts",
    "loadings_heatmap",
    "loadings_matrix",
    "parameter_table",
    "path_diagram",
    "questionnaire_page",
    "translation_page",
    "verdict_table",
]
