# Sampling weights of continuous variables where the divisor of the covariances matters: least squares and Wishart.
# Usage: Rscript tests/reference/R/weighted_moments.R [FOLDER]     writes expected/weighted_moments.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

HS <- "visual  =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
model <- function(...) list(data = "data/HS_ord4_weights.csv",
                            fit = list(fun = "cfa", model = HS, args = list(sampling.weights = WEIGHT, ...)))
WEIGHT <- setdiff(names(read_data("data/HS_ord4_weights.csv", root)), c("school", paste0("x", 1:9)))[1]

MODELS <- list(
  gls = model(estimator = "GLS"), uls = model(estimator = "ULS"),
  wishart = model(likelihood = "wishart"), uls_means = model(estimator = "ULS", meanstructure = TRUE),
  gls_groups = model(estimator = "GLS", group = "school"),
  uls_groups = model(estimator = "ULS", group = "school", group.equal = "loadings"))

out <- lapply(MODELS, function(m) {
  found <- collect(solve_case(list(data = list(file = m$data), fit = m$fit), root)$value)
  found$parameters <- lapply(found$parameters, function(row) row[intersect(names(row), c("lhs", "op", "rhs", "group", "est", "se"))])
  c(m, list(expected = found[c("parameters", "tests", "fit")]))
})
engine <- list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion()))
write_json(list(engine = engine, models = out), file.path(root, "expected", "weighted_moments.json"))
