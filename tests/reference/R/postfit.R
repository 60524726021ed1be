# Modification indices, residuals and factor scores of stored models for which their cases do not hold them.
# Usage: Rscript tests/reference/R/postfit.R [FOLDER] [CASE ...]     writes expected/postfit/<case>.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

# Which parts of which models: each stands for a method, a kind of data or a kind of model.
CASES <- list(
  modindices = c("a06_hs3_ml_wishart", "a13_hs3_gls", "a14_hs3_uls", "a15_hs3_wls_adf", "a23_hs_mimic",
    "a26_single_indicator", "a30_nonlinear_eq", "a32_ineq_active", "b02_pd_ml_mean", "b10_pd_fiml",
    "c07_path_fiml_mlx", "d04_hs_mar_mlr_cov", "e01_hs_ml_metric", "e06_mg_samplestats", "f06_growth",
    "f07_growth_cov", "h05_bifactor", "h06_formative_mimic", "i01_heywood"),
  residuals = c("a06_hs3_ml_wishart", "a07_hs3_ml_obsinfo", "a08_hs3_mlf", "a10_hs3_mlr", "a13_hs3_gls",
    "a15_hs3_wls_adf", "a23_hs_mimic", "a25_hs_mimic_mlr", "a32_ineq_active", "a34_samplecov_mean", "b10_pd_fiml",
    "c07_path_fiml_mlx", "d02_hs_fiml_mlr", "d04_hs_mar_mlr_cov", "e01_hs_ml_metric", "e02_hs_mlm_strict",
    "e03_hs_mlr_fiml_metric", "f07_growth_cov", "h06_formative_mimic"),
  factor_scores = c("a13_hs3_gls", "a21_hs_secondorder", "a23_hs_mimic", "a26_single_indicator", "b12_pd_listwise",
    "d02_hs_fiml_mlr", "d04_hs_mar_mlr_cov", "e01_hs_ml_metric", "f07_growth_cov", "h05_bifactor",
    "h06_formative_mimic", "i01_heywood"),
  latent = c("a23_hs_mimic", "e01_hs_ml_metric", "f07_growth_cov", "h05_bifactor"))

TYPES <- c("raw", "cor", "normalized", "standardized")
PARTS <- list(
  modindices = function(fit) rows(digits(head(modindices(fit, sort. = TRUE), 40))),
  residuals = function(fit) Filter(Negate(is.null), lapply(stats::setNames(nm = TYPES), function(type)
    quietly(nested(digits(untyped(residuals(fit, type))))))),
  factor_scores = function(fit) Filter(Negate(is.null), lapply(stats::setNames(nm = c("regression", "Bartlett")),
    function(method) quietly(scores(fit, method)))),
  latent = function(fit) quietly(list(cov = nested(lavInspect(fit, "cov.lv")), cor = nested(lavInspect(fit, "cor.lv")),
    mean = nested(lavInspect(fit, "mean.lv")))))

# The first rows of every group, with the rows of the data that they belong to (from 0).
scores <- function(fit, method) {
  values <- lavPredict(fit, method = method)
  used <- lavInspect(fit, "case.idx")
  if (!is.list(values)) { values <- list(values); used <- list(used) }
  lapply(seq_along(values), function(g) list(rows = as.list(head(used[[g]], 12) - 1), n = nrow(values[[g]]),
    head = nested(digits(head(unclass(values[[g]]), 12))), colmeans = as.list(colMeans(values[[g]])),
    cov = nested(digits(cov(values[[g]])))))
}

untyped <- function(x) if (!is.null(x$cov)) x[names(x) != "type"] else lapply(x, untyped)

digits <- function(x) if (is.list(x)) { x[] <- lapply(x, digits); x } else if (is.numeric(x)) signif(x, 9) else x

for (id in if (length(arguments) > 1) arguments[-1] else sort(unique(unlist(CASES)))) {
  fit <- solve_case(read_json(file.path(root, "cases", paste0(id, ".json"))), root)$value
  wanted <- names(CASES)[vapply(CASES, function(ids) id %in% ids, logical(1))]
  parts <- lapply(PARTS[wanted], function(part) suppressWarnings(part(fit)))
  out <- c(list(id = id, engine = list(lavaan = as.character(packageVersion("lavaan")),
                                       R = as.character(getRversion()))), parts)
  write_json(out, file.path(root, "expected", "postfit", paste0(id, ".json")))
  cat(id, wanted, "\n")
}
