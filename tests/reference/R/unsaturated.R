# A model of incomplete data whose unrestricted means and covariances have no most likely values (tests/reference/data/unsaturated45.csv:
# 45 cases of 15 variables, three in ten values missing, none complete).
# Usage: Rscript tests/reference/R/unsaturated.R [FOLDER]     writes expected/unsaturated.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
source(file.path(root, "R", "json.R"))
suppressWarnings(suppressMessages(library(lavaan)))

items <- function(from, to) paste0("y", from:to, collapse = " + ")
MODEL <- paste0("f1 =~ ", items(1, 5), "\nf2 =~ ", items(6, 10), "\nf3 =~ ", items(11, 15))
data <- read.csv(file.path(root, "data", "unsaturated45.csv"))

fitted <- function(se) suppressWarnings(cfa(MODEL, data, missing = "ml", se = se, information = "observed",
  observed.information = "hessian", test = "none", h1 = FALSE, baseline = FALSE))
plain <- fitted("standard")
stopifnot(lavInspect(plain, "converged"))
rows <- parameterEstimates(plain)[c("lhs", "op", "rhs", "est", "se")]
rows$robust <- parameterEstimates(fitted("robust.huber.white"))$se
engine <- list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion()))
out <- list(engine = engine, model = MODEL, logl = as.numeric(logLik(plain)), parameters = rows)
write_json(out, file.path(root, "expected", "unsaturated.json"))
