# Fit the textbook examples with lavaan: reads examples/models.txt and examples/data, writes expected/examples.json.
# Usage: Rscript tests/reference/R/examples.R tests/reference   (about three minutes; a second argument chooses by name)
# One example is {"names": ["lhs op rhs group", ...], "est": [...], "se": [...], "fit": {...}}.
suppressWarnings(suppressMessages(library(lavaan)))
root <- commandArgs(TRUE)[1]
only <- commandArgs(TRUE)[2]
source(file.path(root, "R", "json.R"))
KEPT <- c("npar", "fmin", "chisq", "df", "pvalue", "chisq.scaled", "df.scaled", "pvalue.scaled", "baseline.chisq", "baseline.df",
          "baseline.chisq.scaled", "cfi", "tli", "rmsea", "cfi.scaled", "rmsea.scaled", "srmr", "logl", "aic", "bic")

argument <- function(text) {
  value <- strsplit(sub("^[^=]*=", "", text), ",", fixed = TRUE)[[1]]
  if (all(value %in% c("TRUE", "FALSE"))) return(as.logical(value))
  if (all(grepl("^-?[0-9.]+$", value))) as.numeric(value) else value
}

lines <- readLines(file.path(root, "examples", "models.txt"))
starts <- grep("^@", lines)
ends <- c(starts[-1] - 1, length(lines))
out <- list()
for (k in seq_along(starts)) {
  head <- strsplit(sub("^@", "", lines[starts[k]]), " ", fixed = TRUE)[[1]]
  if (!is.na(only) && !grepl(only, head[1])) next
  args <- lapply(head[-(1:3)], argument)
  names(args) <- sub("=.*", "", head[-(1:3)])
  model <- paste(lines[(starts[k] + 1):ends[k]], collapse = "\n")
  data <- read.csv(file.path(root, "examples", "data", paste0(head[3], ".csv")))
  if (isTRUE(args$missing %in% c("ml", "ml.x", "two.stage", "robust.two.stage")) || !is.null(args$mimic))
    args[c("em.h1.tol", "em.h1.iter.max")] <- list(1e-10, 10000L)
  fit <- suppressWarnings(do.call(head[2], c(list(model = model, data = data), args)))
  found <- suppressWarnings(parameterEstimates(fit, remove.system.eq = TRUE, remove.eq = TRUE, remove.ineq = TRUE,
                                               remove.nonfree = FALSE))
  if (is.null(found$group)) found$group <- 1
  measures <- as.list(unclass(suppressWarnings(fitMeasures(fit))))
  out[[head[1]]] <- list(names = paste(found$lhs, found$op, found$rhs, found$group),
                         est = signif(found$est, 9), se = signif(found$se, 7),
                         fit = lapply(measures[intersect(KEPT, names(measures))], signif, digits = 10))
  cat(head[1], lavInspect(fit, "converged"), "\n")
}
out <- list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion()), examples = out)
writeLines(sub("\n+$", "", to_json(out)), file.path(root, "expected", "examples.json"), useBytes = TRUE)
