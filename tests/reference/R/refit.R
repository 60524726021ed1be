# Refit every stored case from its own JSON with lavaan and report the largest differences.
#
# Usage: Rscript tests/reference/R/refit.R [FOLDER] [CASE ...]     exits 1 beyond the limits below

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "polish", "results", "reliability", "polychoric", "power",
               "statistics")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

# Largest difference allowed, relative to max(1, |stored|), by class: a refit on another machine moves the numbers
# only by the stopping rule of the optimizer, EM or augmented Lagrangian behind them.
LIMITS <- c(tight = 1e-5, ordinal = 1e-5, fiml = 1e-4, loose = 1e-3, efa = 2e-3, range = Inf)
# Not identified or not converged: the numbers are arbitrary, only the verdict is compared.
ARBITRARY <- c("i02_unidentified_2ind", "i03_unidentified_crossload", "i04_unidentified_positive_df", "i06_iter_limit",
               "i10_collinear", "i16_npd_lv")

main <- function() {
  ids <- sub("\\.json$", "", list.files(file.path(root, "cases")))
  if (length(arguments) > 1) ids <- intersect(ids, arguments[-1])
  cat(sprintf("lavaan %s, %s; stored with lavaan 0.6.14\n", packageVersion("lavaan"), R.version.string))
  failed <- character()
  for (id in ids) {
    case <- read_json(file.path(root, "cases", paste0(id, ".json")))
    printed <- utils::capture.output(  # lavaan prints the variables of data that it refuses
      verdict <- tryCatch(check_case(case, id), error = function(e) list(ok = FALSE, text = conditionMessage(e))))
    cat(sprintf("%-44s %-6s %s\n", id, if (verdict$ok) "ok" else "DIFFER", verdict$text))
    if (!verdict$ok) failed <- c(failed, id)
  }
  cat(sprintf("%d cases, %d differ\n", length(ids), length(failed)))
  quit(status = if (length(failed)) 1L else 0L)
}

check_case <- function(case, id) {
  if (case$kind == "omega_efa" && !requireNamespace("GPArotation", quietly = TRUE))
    return(list(ok = TRUE, text = "not refitted: needs the R package GPArotation"))
  if (identical(case$tolerance_class, "range")) return(list(ok = TRUE, text = "simulation: seeds are not refitted"))
  if (case$kind != "sem") return(report(case$expected, STATISTICS[[case$kind]](case, root), class_of(case)))
  solved <- solve_case(case, root)
  stored <- setdiff(names(case$expected), c("warnings", "error", "default_vs_polished"))
  if (case$status == "error" || id %in% ARBITRARY) return(same_verdict(case, solved))
  extras <- intersect(stored, names(COLLECTORS))
  report(case$expected[stored], collect(solved$value, extras), class_of(case))
}

class_of <- function(case) if (is.null(case$tolerance_class)) "tight" else case$tolerance_class

same_verdict <- function(case, solved) {
  status <- if (!is.null(solved$error)) "error" else if (!lavInspect(solved$value, "converged")) "not_converged"
            else if (length(solved$warnings)) "ok_with_warnings" else "ok"
  list(ok = status == case$status, text = paste("verdict", status))
}

# Numeric leaves by their path; what is missing in the refit counts as infinitely far.
report <- function(stored, refitted, class) {
  want <- leaves(stored); have <- leaves(refitted)
  want <- want[!is.na(want) & !unstable(names(want), class)]
  distance <- abs(have[names(want)] - want) / pmax(1, abs(want))
  distance[is.na(distance)] <- Inf
  worst <- which.max(distance)
  list(ok = distance[worst] <= LIMITS[[class]],
       text = sprintf("%5d numbers, largest difference %.1e at %s", length(want), distance[worst], names(want)[worst]))
}

leaves <- function(x) {
  flat <- rapply(x, as.numeric, classes = c("numeric", "integer", "logical"), how = "unlist")
  names(flat) <- make.unique(names(flat))
  flat
}

# A rotation's standard errors depend on where its optimizer stopped.
unstable <- function(names, class)
  class == "efa" & grepl("^vcov|^(parameters|standardized)\\.(se|z|pvalue|ci)", names)

main()
