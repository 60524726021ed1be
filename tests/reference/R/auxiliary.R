# Saturated correlates by semTools (which adds them and keeps them saturated in the baseline model).
# Usage: Rscript tests/reference/R/auxiliary.R [FOLDER]     writes expected/auxiliary.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages({library(lavaan); library(semTools)}))

THREE <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
CASES <- list(
  list(id = "one", kind = "cfa", model = "visual =~ x1 + x2 + x3", aux = list("ageyr"), args = list()),
  list(id = "two", kind = "cfa", model = THREE, aux = list("ageyr", "agemo"), args = list()),
  list(id = "robust", kind = "cfa", model = THREE, aux = list("ageyr"), args = list(estimator = "MLR")),
  list(id = "groups", kind = "cfa", model = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", aux = list("ageyr"),
       args = list(group = "school", group.equal = "loadings")),
  list(id = "path", kind = "sem", model = "visual =~ x1 + x2 + x3\nvisual ~ x7 + x8\nx9 ~ visual", aux = list("ageyr"),
       args = list()))
MEASURES <- c("npar", "df", "chisq", "baseline.df", "baseline.chisq", "cfi", "tli", "rmsea", "srmr", "logl",
              "unrestricted.logl", "aic", "bic", "chisq.scaled", "baseline.chisq.scaled", "cfi.scaled", "rmsea.scaled")

solve_auxiliary <- function(case) {
  data <- read_data("data/HS_mar.csv", root)
  call <- c(list(model = case$model, data = data, aux = unlist(case$aux), fun = case$kind, missing = "fiml",
                 em.h1.tol = 1e-10, em.h1.iter.max = 10000L), case$args)
  fit <- suppressWarnings(do.call("auxiliary", call))
  measures <- fitMeasures(fit, baseline.model = fit@external$baseline.model)
  table <- parameterEstimates(fit, remove.nonfree = FALSE)
  keep <- intersect(c("lhs", "op", "rhs", "group", "est", "se"), names(table))
  parameters <- table[table$op != "==", keep]
  if (is.null(parameters$group)) parameters$group <- 1
  parameters[c("est", "se")] <- lapply(parameters[c("est", "se")], signif, 9)
  c(case, list(fit = as.list(signif(measures[intersect(MEASURES, names(measures))], 10)), parameters = rows(parameters)))
}

engine <- list(lavaan = as.character(packageVersion("lavaan")), semTools = as.character(packageVersion("semTools")))
write_json(list(engine = engine, cases = lapply(CASES, solve_auxiliary)), file.path(root, "expected", "auxiliary.json"))
