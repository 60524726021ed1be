"""The steps behind ordinal moments: tables, margins, correlations and their influences."""
