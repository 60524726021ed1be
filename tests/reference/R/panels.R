# Panel models by lavaan: the texts stand in expected/panels.json beside their numbers and are read from there.
# Rscript tests/reference/R/panels.R   (from the root of the project)
suppressMessages(library(lavaan)); source("tests/reference/R/json.R")
file <- "tests/reference/expected/panels.json"
held <- read_json(file)
data <- read.csv(file.path("tests/reference", held$data))
cases <- lapply(held$cases, function(case) {
  fit <- lavaan(case$model, data, estimator = "MLR", missing = "ml")
  p <- parameterEstimates(fit); s <- standardizedSolution(fit)
  free <- p$se > 0 & !is.na(p$se)
  m <- fitMeasures(fit, c("npar", "chisq", "df", "chisq.scaled", "logl", "cfi", "rmsea", "bic"))
  list(id = case$id, kind = case$kind, waves = case$waves, equal = case$equal, model = case$model,
    names = as.list(paste(p$lhs, p$op, p$rhs)[free]), est = as.list(p$est[free]), se = as.list(p$se[free]), std = as.list(s$est.std[free]),
    fit = as.list(m)) })
writeLines(to_json(list(data = held$data, versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
  lavaan = as.character(packageVersion("lavaan"))), cases = cases)), file)
