"""Documents: pages, Word files, manuals, questionnaires."""
