# Steps of measurement invariance with ordinal items: group.equal as lavaan 0.6-14 reads it, and Wu & Estabrook (2016)
# as semTools writes it; difference tests between the steps.
# Usage: Rscript tests/reference/R/ordinal_groups.R [FOLDER] [ID ...]     writes expected/ordinal/groups/<id>.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "compact", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages({library(lavaan); library(semTools)}))

HS <- "visual  =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed   =~ x7 + x8 + x9"
ITEMS <- paste0("x", 1:9)
FILES <- c(ord4 = "data/HS_ord4.csv", ord3 = "data/HS_ord3.csv", ord2 = "data/HS_ord2.csv")
EQUAL <- c("thresholds", "loadings", "intercepts", "residuals", "means")
STEPS <- c(list(configural = character()), lapply(stats::setNames(seq_along(EQUAL), EQUAL), function(k) EQUAL[seq_len(k)]))
NATIVE <- c(list(loadings_only = "loadings"), STEPS[-1], list(thresholds_loadings_means = c("thresholds", "loadings", "means"),
            thresholds_loadings_variances = c("thresholds", "loadings", "lv.variances", "lv.covariances")))
PAIRWISE <- list(exact = list(method = "satorra.2000", A.method = "exact"), delta = list(method = "satorra.2000", A.method = "delta"),
  delta_unshifted = list(method = "satorra.2000", A.method = "delta", scaled.shifted = FALSE),
  sb2001 = list(method = "satorra.bentler.2001"))
TABLE <- c("lhs", "op", "rhs", "user", "group", "free", "exo", "label", "est", "se")

SPECS <- list()
add <- function(make, data, way, estimator = "WLSMV") {
  id <- paste(c(if (make == "lavaan") "equal" else "wu", data, way, if (estimator != "WLSMV") estimator), collapse = "_")
  SPECS[[id]] <<- list(data = data, way = way, make = make, estimator = estimator)
}
for (data in names(FILES)) for (way in c("delta", "theta")) add("semTools", data, way)
for (way in c("delta", "theta")) add("lavaan", "ord4", way)
add("lavaan", "ord3", "theta"); add("lavaan", "ord2", "theta"); add("semTools", "ord4", "theta", "WLSM")

written_syntax <- function(spec, equal) as.character(measEq.syntax(HS, data = read_data(FILES[[spec$data]], root), ordered = ITEMS,
  ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016", parameterization = spec$way, group = "school",
  group.equal = if (length(equal)) equal else ""))

fit_step <- function(spec, equal) {
  args <- list(ordered = ITEMS, group = "school", parameterization = spec$way, estimator = spec$estimator)
  if (spec$make == "lavaan") text <- list(value = HS) else text <- capture(written_syntax(spec, equal))
  if (spec$make == "lavaan" && length(equal)) args$group.equal <- equal
  if (!is.null(text$error)) return(list(error = text$error))
  fun <- if (spec$make == "lavaan") "cfa" else "lavaan"
  c(list(text = text$value, args = args, fun = fun),
    solve_case(list(data = list(file = FILES[[spec$data]]), fit = list(fun = fun, model = text$value, args = args)), root))
}

# Twelve digits are enough here, and `==` rows follow from the labels.
shorter <- function(table) {
  table[c("est", "se")] <- lapply(table[c("est", "se")], signif, digits = 12)
  table[table$op != "==", ]
}

describe <- function(step, equal) {
  fit <- step$value
  out <- list(group.equal = as.list(equal), fun = step$fun, model = step$text, args = lapply(step$args, function(a) if (length(a) > 1) as.list(a) else a),
              warnings = as.list(step$warnings), error = step$error)
  out$args$group.equal <- as.list(step$args$group.equal)
  if (is.null(fit)) return(out)
  ok <- lavInspect(fit, "converged")
  c(out, list(converged = ok, npar = lavInspect(fit, "npar"), parameters = rows(shorter(as.data.frame(parTable(fit))[TABLE]))), if (ok) list(
    reduced_gradient = polish(fit, steps = 0L)$end, fit_measures = as.list(quietly(unclass(fitMeasures(fit)))),
    tests = lapply(lavInspect(fit, "test"), function(t) t[intersect(names(t), c("test", "stat", "df", "pvalue", "scaling.factor",
      "shift.parameter", "stat.group"))])))
}

# The table of two successive steps; without difference in df there is nothing to test.
difference <- function(fits, a, b, args) {
  got <- capture(do.call(lavTestLRT, c(list(fits[[a]], fits[[b]]), args, list(model.names = c(a, b)))))
  table <- if (is.null(got$error)) rows(cbind(model = rownames(got$value), as.data.frame(got$value)))
  list(models = list(a, b), args = args, table = table, warnings = as.list(got$warnings), error = got$error)
}

for (id in if (length(arguments) > 1) arguments[-1] else names(SPECS)) {
  spec <- SPECS[[id]]
  sets <- if (spec$make == "lavaan") c(list(configural = character()), NATIVE) else STEPS
  solved <- lapply(sets, function(equal) fit_step(spec, equal))
  steps <- Map(describe, solved, sets)
  chain <- intersect(names(STEPS), names(Filter(function(s) isTRUE(s$converged), steps)))
  fits <- lapply(solved[chain], `[[`, "value")
  chain <- chain[!duplicated(vapply(fits, function(f) lavInspect(f, "test")[[1]]$df, 0))]
  tests <- list()
  for (k in seq_along(chain)[-1]) for (how in names(PAIRWISE))
    tests[[paste(chain[k - 1], chain[k], how, sep = ".")]] <- difference(fits, chain[k - 1], chain[k], PAIRWISE[[how]])
  write_compact(list(id = id, data = list(file = FILES[[spec$data]], na = "NA"), identification = spec$make, engine = list(lavaan =
    as.character(packageVersion("lavaan")), semTools = as.character(packageVersion("semTools")), R = as.character(getRversion())),
    steps = steps, lrt = tests), file.path(root, "expected", "ordinal", "groups", paste0(id, ".json")))
  cat(id, sprintf("%s %s/%s", names(steps), vapply(steps, function(s) if (is.null(s$fit_measures)) "none" else sprintf("%.3f", s$fit_measures$chisq), ""),
    vapply(steps, function(s) if (is.null(s$fit_measures)) "-" else as.character(s$fit_measures$df), "")), "\n", sep = "  ")
}
