# Variables that are standardized before they enter: groups, covariates, missing values, ordinal variables beside.
# Usage: Rscript tests/reference/R/standardized_variables.R [FOLDER]     writes expected/standardized_variables.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

HS <- "visual  =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed   =~ x7 + x8 + x9"
MIMIC <- paste0(HS, "\nvisual ~ ageyr + sex")
MIXED <- "speed =~ x7 + x8 + x9 + grade"
model <- function(text, ...)
  list(data = "data/HS_mcar12.csv", fit = list(fun = "cfa", model = text, args = list(std.ov = TRUE, ...)))

MODELS <- list(
  listwise = model(HS, meanstructure = TRUE), groups = model(HS, group = "school"), fiml = model(HS, missing = "ml"),
  fiml_groups = model(HS, missing = "ml", group = "school", group.equal = c("loadings", "intercepts")),
  two_stage = model(HS, missing = "robust.two.stage"), mimic = model(MIMIC, meanstructure = TRUE),
  mimic_random = model(MIMIC, fixed.x = FALSE, missing = "ml"), mimic_fiml = model(MIMIC, missing = "ml", estimator = "MLR"),
  mixed = model(MIXED, ordered = "grade", missing = "pairwise"),
  mixed_groups = model(MIXED, ordered = "grade", group = "school"),
  mixed_mimic = model(paste0(MIXED, "\nspeed ~ ageyr"), ordered = "grade", group = "school"))

out <- lapply(MODELS, function(m) {
  found <- collect(solve_case(list(data = list(file = m$data), fit = m$fit), root)$value)
  found$parameters <- lapply(found$parameters, function(row) row[intersect(names(row), c("lhs", "op", "rhs", "group", "est", "se"))])
  c(m, list(expected = found[c("parameters", "tests")]))
})
engine <- list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion()))
write_json(list(engine = engine, models = out), file.path(root, "expected", "standardized_variables.json"))
