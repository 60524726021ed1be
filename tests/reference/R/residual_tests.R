# Browne's residual tests (of 0.6-14 already, by lavTest) and plain ULS of models that leave residual variances unequal.
# Usage: Rscript tests/reference/R/residual_tests.R [FOLDER]     writes expected/residual_tests.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

HS <- "visual  =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed   =~ x7 + x8 + x9"
MIMIC <- paste0(HS, "\nvisual ~ ageyr + sex")
ALIKE <- paste0(HS, "\n", paste0("x", 1:9, " ~~ e*x", 1:9, collapse = "\n"))
SCHOOLS <- "data/HolzingerSwineford1939.csv"; CATEGORIES <- "data/HS_ord4.csv"
model <- function(text, data = SCHOOLS, ...) list(data = data, fit = list(fun = "cfa", model = text, args = list(...)))
equal <- c("loadings", "intercepts")
NAMES <- paste0("browne.residual.", c("nt", "nt.model", "adf", "adf.model"))

MODELS <- list(
  ml = model(HS), means = model(HS, meanstructure = TRUE), gls = model(HS, estimator = "GLS"), uls = model(ALIKE, estimator = "ULS"),
  mimic = model(MIMIC), groups = model(HS, group = "school"), groups_equal = model(HS, group = "school", group.equal = equal),
  groups_wishart = model(HS, group = "school", group.equal = equal, likelihood = "wishart"),
  groups_gls = model(HS, group = "school", estimator = "GLS"), groups_uls = model(HS, group = "school", estimator = "ULS"),
  uls_means = model(ALIKE, estimator = "ULS", meanstructure = TRUE), uls_one = model(gsub("\n.* =~ ", " + ", ALIKE), estimator = "ULS"),
  wlsmv = model(HS, CATEGORIES, ordered = paste0("x", 1:9)))

test_of <- function(fit, name) {
  got <- try(lavTest(fit, test = name), silent = TRUE)
  if (inherits(got, "try-error")) NULL else got[c("stat", "df", "pvalue")]
}

out <- lapply(MODELS, function(m) {
  fit <- solve_case(list(data = list(file = m$data), fit = m$fit), root)$value
  tests <- stats::setNames(lapply(NAMES, test_of, fit = fit), NAMES)
  c(m, list(chisq = as.numeric(fitMeasures(fit, "chisq")), tests = Filter(length, tests)))
})
engine <- list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion()))
write_json(list(engine = engine, models = out), file.path(root, "expected", "residual_tests.json"))
