# Make or remake a case of kind sem: solve the JSON of a case (all but `expected`) and write it back with its numbers.
#
# Usage: Rscript tests/reference/R/write_case.R CASE.json [modindices residuals factor_scores reliability]
# The case lies in tests/reference/cases, its data in tests/reference/data as CSV with 17 significant digits.

arguments <- commandArgs(trailingOnly = TRUE)
path <- arguments[1]
root <- dirname(dirname(path))
for (file in c("json", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

case <- read_json(path)
solved <- solve_case(case, root)
case$engine <- list(package = "lavaan", version = as.character(packageVersion("lavaan")),
                    R = paste0(R.version$major, ".", R.version$minor))
case$status <- if (!is.null(solved$error)) "error" else if (!lavInspect(solved$value, "converged")) "not_converged" else
  if (length(solved$warnings)) "ok_with_warnings" else "ok"
case$expected <- c(list(warnings = as.list(solved$warnings), error = solved$error),
                   if (is.null(solved$error)) collect(solved$value, arguments[-1]))
write_json(case, path)
cat(case$id, case$status, "\n")
