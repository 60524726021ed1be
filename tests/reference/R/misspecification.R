# Power of modification indices by lavaan (a fixed delta) and semTools (standardized targets) for stored models.
# Usage: Rscript tests/reference/R/misspecification.R [FOLDER]     writes expected/misspecification.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages({library(lavaan); library(semTools)}))

COLUMNS <- list(lavaan = c("lhs", "op", "rhs", "group", "mi", "epc", "ncp", "power", "decision"),
  semTools = c("lhs", "op", "rhs", "group", "target.epc", "decision.pow", "se.epc", "lower.epc", "upper.epc",
               "decision.ci"))
pick <- function(table, columns) {
  table <- as.data.frame(unclass(table))
  if (is.null(table$group)) table$group <- 1L
  numeric <- vapply(table, is.double, logical(1))
  table[numeric] <- lapply(table[numeric], signif, 11)
  rows(table[columns])
}
out <- list(engine = list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion()),
                          semTools = as.character(packageVersion("semTools"))))
for (id in c("a01_hs3_ml", "f04_clpm", "e01_hs_ml_metric")) {
  fit <- solve_case(read_json(file.path(root, "cases", paste0(id, ".json"))), root)$value
  judged <- suppressWarnings(miPowerFit(fit))
  out[[id]] <- list(
    lavaan = pick(head(modindices(fit, power = TRUE, delta = 0.1, sort. = TRUE), 60), COLUMNS$lavaan),
    semTools = pick(head(judged[order(-judged$mi), ], 60), COLUMNS$semTools))
}
write_json(out, file.path(root, "expected", "misspecification.json"))
