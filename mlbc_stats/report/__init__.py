"""Tables, figures and documents from results.

Results of the other rooms enter, unrounded; tables, SVG figures, HTML pages and Word files leave. Read
``tables/table.py`` first, then ``documents/document.py``.
"""

from mlbc_stats.report.diagram.drawing import path_diagram
from mlbc_stats.report.documents.blocks import Notice, Section
from mlbc_stats.report.documents.content_validity import content_page, content_tables
from mlbc_stats.report.documents.document import Document
from mlbc_stats.report.documents.manual import instrument_manual
from mlbc_stats.report.documents.measurement import measurement_document
from mlbc_stats.report.documents.questionnaire import questionnaire_page
from mlbc_stats.report.documents.translations import translation_page
from mlbc_stats.report.figures.alignment.perspectives import perspective_plot
from mlbc_stats.report.figures.assessment.importance import importance_map
from mlbc_stats.report.figures.assessment.information import information_plot
from mlbc_stats.report.figures.assessment.invariance import invariance_plot
from mlbc_stats.report.figures.ceilings import ceiling_plot
from mlbc_stats.report.figures.distributions import distribution_chart
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.flow_chart import FlowStep, flow_chart
from mlbc_stats.report.figures.heatmap import loadings_heatmap, loadings_matrix
from mlbc_stats.report.figures.intervals import forest
from mlbc_stats.report.figures.likert import likert_chart, likert_counts
from mlbc_stats.report.figures.power_curves import power_curves
from mlbc_stats.report.figures.scree import scree_plot
from mlbc_stats.report.figures.slopes import johnson_neyman_plot, slopes_plot
from mlbc_stats.report.figures.specification_curve import specification_curve
from mlbc_stats.report.numbers import format_interval, format_level, format_value
from mlbc_stats.report.render.sheet import RowGroup, Spanner
from mlbc_stats.report.tables.columns import frame_table
from mlbc_stats.report.tables.conditional import bottleneck_table, moderation_table
from mlbc_stats.report.tables.fit_measures import fit_table
from mlbc_stats.report.tables.naming import meaning, named
from mlbc_stats.report.tables.parameters import parameter_table
from mlbc_stats.report.tables.planning import planning_table, sample_size_table
from mlbc_stats.report.tables.table import Table
from mlbc_stats.report.tables.verdicts import decision_table, verdict_table
from mlbc_stats.report.text.paragraphs import paragraphs
from mlbc_stats.report.text.results import Results, read_results

__all__ = [
    "Document",
    "Figure",
    "FlowStep",
    "Notice",
    "Results",
    "RowGroup",
    "Section",
    "Spanner",
    "Table",
    "bottleneck_table",
    "ceiling_plot",
    "content_page",
    "content_tables",
    "decision_table",
    "distribution_chart",
    "fit_table",
    "flow_chart",
    "forest",
    "format_interval",
    "format_level",
    "format_value",
    "frame_table",
    "importance_map",
    "information_plot",
    "instrument_manual",
    "invariance_plot",
    "johnson_neyman_plot",
    "likert_chart",
    "likert_counts",
    "loadings_heatmap",
    "loadings_matrix",
    "meaning",
    "measurement_document",
    "moderation_table",
    "named",
    "paragraphs",
    "parameter_table",
    "path_diagram",
    "perspective_plot",
    "planning_table",
    "power_curves",
    "questionnaire_page",
    "read_results",
    "sample_size_table",
    "scree_plot",
    "slopes_plot",
    "specification_curve",
    "translation_page",
    "verdict_table",
]


def __dir__() -> list[str]:
    return __all__
