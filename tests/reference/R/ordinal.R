# Ordinal fits that no case holds, in the shape of a case: models in ordinal_models.R.
# Usage: Rscript tests/reference/R/ordinal.R [FOLDER] [ID ...]     writes expected/ordinal/fits/<id>.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "compact", "polish", "results", "ordinal_models")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

VERSIONS <- list(package = "lavaan", version = as.character(packageVersion("lavaan")), R = as.character(getRversion()))

# Everything that a case stores, but for intervals (they follow from the errors) and covariances of many estimates.
solved_case <- function(id, spec) {
  case <- list(id = id, kind = "sem", tolerance_class = if (is.null(spec$args$rotation)) "ordinal" else "efa",
               data = list(file = spec$data, na = "NA"), fit = list(fun = spec$fun, model = spec$model, args = spec$args),
               engine = VERSIONS)
  seconds <- system.time(solved <- solve_case(case, root))[["elapsed"]]
  case$fit$args <- lapply(spec$args, function(a) if (length(a) > 1) I(a) else if (identical(a, "x1")) list(a) else a)
  case$status <- if (!is.null(solved$error)) "error" else if (!lavInspect(solved$value, "converged")) "not_converged" else
    if (length(solved$warnings)) "ok_with_warnings" else "ok"
  found <- if (case$status %in% c("ok", "ok_with_warnings")) collect(solved$value)
  if (length(found$vcov$rownames) > 30) found$vcov <- NULL
  slim <- function(row) row[setdiff(names(row), c("ci.lower", "ci.upper"))]
  found[c("parameters", "standardized")] <- lapply(found[c("parameters", "standardized")], lapply, slim)
  if (!is.null(found)) {
    end <- tryCatch(polish(solved$value, steps = 0L)$end, error = function(e) NULL)
    found <- c(found, list(reduced_gradient = end, options = lavInspect(solved$value, "options")[c("estimator", "se", "test",
      "parameterization", "missing", "conditional.x", "meanstructure")]))
  }
  case$expected <- c(list(warnings = as.list(solved$warnings), error = solved$error), found)
  cat(sprintf("%-28s %-16s %5.1f s %s\n", id, case$status, seconds, paste(c(solved$error, solved$warnings), collapse = " | ")))
  case
}

for (id in if (length(arguments) > 1) arguments[-1] else names(FITS))
  write_compact(solved_case(id, FITS[[id]]), file.path(root, "expected", "ordinal", "fits", paste0(id, ".json")))
