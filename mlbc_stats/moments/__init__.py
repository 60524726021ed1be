"""Table to sufficient statistics: columns, complete and missing data, weights."""
