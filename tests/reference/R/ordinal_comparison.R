# Difference, Wald and score tests of ordinal models in one group.
# Usage: Rscript tests/reference/R/ordinal_comparison.R [FOLDER] [ID ...]     writes expected/ordinal/comparison/<id>.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "compact", "polish", "results", "difference")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

HS <- "visual  =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed   =~ x7 + x8 + x9"
HS_EQUAL <- "visual  =~ x1 + a*x2 + a*x3\ntextual =~ x4 + b*x5 + b*x6\nspeed   =~ x7 + x8 + x9"
HS_LABELS <- "visual  =~ x1 + a*x2 + b*x3\ntextual =~ x4 + c*x5 + d*x6\nspeed   =~ x7 + x8 + x9\nx1 | h*t1\nx4 | k*t1"
HS_CROSS <- paste0(HS, "\nvisual =~ x9")
MIMIC <- paste0(HS, "\nvisual ~ a1*ageyr + a2*sex\ntextual ~ b1*ageyr + b2*sex\nspeed ~ c1*ageyr + c2*sex")
MIMIC_ZERO <- paste0(HS, "\nvisual ~ a1*ageyr + sex\ntextual ~ a1*ageyr + sex\nspeed ~ a1*ageyr + 0*sex")
ITEMS <- paste0("x", 1:9)
ORD4 <- "data/HS_ord4.csv"; BINARY <- "data/HS_bin.csv"

model <- function(text, ..., ordered = ITEMS, fun = "cfa") list(fun = fun, model = text, args = list(ordered = ordered, ...))
chain <- function(...) list(model(HS_CROSS, ...), model(HS, ...), model(HS_EQUAL, ...), model(HS_EQUAL, ..., orthogonal = TRUE))
exact <- list(method = "satorra.2000", A.method = "exact"); delta <- list(method = "satorra.2000", A.method = "delta")
METHODS <- list(list(), exact, delta, c(delta, scaled.shifted = FALSE), list(method = "satorra.bentler.2001"),
                list(method = "satorra.bentler.2010"))

SPECS <- list(
  wlsmv = list(data = ORD4, models = chain(), lrt = METHODS, score = list(list(at = 3), list(at = 3, add = "visual =~ x9"))),
  wlsm = list(data = ORD4, models = chain(estimator = "WLSM"), lrt = METHODS),
  ulsmv = list(data = ORD4, models = chain(estimator = "ULSMV"), lrt = METHODS[1:4]),
  ulsm = list(data = ORD4, models = chain(estimator = "ULSM"), lrt = METHODS),
  wlsmvs = list(data = ORD4, models = chain(estimator = "WLSMVS"), lrt = METHODS[1:4]),
  dwls = list(data = ORD4, models = chain(estimator = "DWLS"), lrt = list(list()), score = list(list(at = 3))),
  wls = list(data = ORD4, models = chain(estimator = "WLS"), lrt = list(list()), score = list(list(at = 3))),
  theta = list(data = ORD4, models = chain(parameterization = "theta"), lrt = METHODS[1:4]),
  binary = list(data = BINARY, models = chain(), lrt = METHODS[1:4]),
  mixed = list(data = ORD4, models = chain(ordered = ITEMS[4:9]), lrt = METHODS[1:4], score = list(list(at = 3))),
  wald = list(data = ORD4, models = list(model(HS_LABELS)), wald = list(list(at = 1, constraint = "a == b\nc == d"),
    list(at = 1, constraint = "h == k"), list(at = 1, constraint = "a/b == 1\nexp(c) - 3 == 0"))),
  mimic = list(data = ORD4, models = list(model(MIMIC, fun = "sem"), model(MIMIC_ZERO, fun = "sem")), lrt = METHODS[1:4],
    wald = list(list(at = 1, constraint = "a1 == b1\nb1 == c1\nc2 == 0")), score = list(list(at = 2))))

for (id in if (length(arguments) > 1) arguments[-1] else names(SPECS)) {
  spec <- SPECS[[id]]
  fits <- lapply(spec$models, function(m) solve_case(list(data = list(file = spec$data), fit = m), root)$value)
  names(fits) <- paste0("m", seq_along(fits))
  models <- lapply(spec$models, function(m) { m$args$ordered <- as.list(m$args$ordered); m })
  out <- list(id = id, engine = list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion())),
    data = spec$data, models = models, chisq = lapply(fits, function(f) as.list(unclass(fitMeasures(f, c("chisq", "df", "npar"))))),
    lrt = lapply(spec$lrt, lrt, fits), wald = lapply(spec$wald, wald, fits), score = lapply(spec$score, score, fits))
  write_compact(Filter(length, out), file.path(root, "expected", "ordinal", "comparison", paste0(id, ".json")))
  cat(id, "\n")
}
