# Difference, Wald and score tests that the stored cases do not hold: other estimators, methods and kinds of nesting.
# Usage: Rscript tests/reference/R/comparison.R [FOLDER] [ID ...]     writes expected/comparison/<id>.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "polish", "results", "difference")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

HS <- "visual  =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed   =~ x7 + x8 + x9"
HS_EQUAL <- "visual  =~ x1 + a*x2 + a*x3\ntextual =~ x4 + b*x5 + b*x6\nspeed   =~ x7 + x8 + x9"
HS_TAU <- "visual  =~ a*x1 + a*x2 + a*x3\ntextual =~ x4 + x5 + x6\nspeed   =~ x7 + x8 + x9"
HS_CROSS <- paste0(HS, "\nvisual =~ x9")
MIMIC <- paste0(HS, "\nvisual ~ a1*ageyr + a2*sex\ntextual ~ b1*ageyr + b2*sex\nspeed ~ c1*ageyr + c2*sex\ngap := a1 - c1")
MIMIC_ZERO <- paste0(HS, "\nvisual ~ a1*ageyr + sex\ntextual ~ a1*ageyr + sex\nspeed ~ a1*ageyr + 0*sex")
PD <- "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + a*y2 + b*y3 + c*y4\ndem65 =~ y5 + d*y6 + e*y7 + f*y8
dem60 ~ p*ind60\ndem65 ~ q*ind60 + r*dem60\ny1 ~~ y5\ny2 ~~ y4 + y6\ny3 ~~ y7\ny4 ~~ y8\ny6 ~~ y8\nindirect := p*r"
PD_EQUAL <- paste0(PD, "\na == d\nb == e\nc == f")
PD_PRODUCT <- paste0(PD, "\na == b*c")

SCHOOLS <- "data/HolzingerSwineford1939.csv"; HOLES <- "data/HS_mcar12.csv"; DEMOCRACY <- "data/PoliticalDemocracy.csv"
model <- function(text, ..., fun = "cfa") list(fun = fun, model = text, args = list(...))
steps <- function(...) list(model(HS, group = "school", ...), model(HS, group = "school", group.equal = "loadings", ...),
  model(HS, group = "school", group.equal = c("loadings", "intercepts"), ...))
default <- list(); exact <- list(method = "satorra.2000", A.method = "exact")
delta <- list(method = "satorra.2000", A.method = "delta"); unshifted <- c(delta, scaled.shifted = FALSE)
sb2001 <- list(method = "satorra.bentler.2001"); sb2010 <- list(method = "satorra.bentler.2010")

SPECS <- list(
  hs_mlmv = list(data = SCHOOLS, models = list(model(HS, estimator = "MLMV"), model(HS_EQUAL, estimator = "MLMV")),
                 lrt = list(default, unshifted)),
  hs_mlmvs = list(data = SCHOOLS, models = list(model(HS, estimator = "MLMVS"), model(HS_EQUAL, estimator = "MLMVS")),
                  lrt = list(default, exact)),
  hs_groups_mlmv = list(data = SCHOOLS, models = steps(estimator = "MLMV"), lrt = list(default)),
  hs_groups_mlr = list(data = SCHOOLS, models = steps(estimator = "MLR"),
                       lrt = list(default, sb2010, exact, delta, unshifted), score = list(list(at = 2))),
  hs_groups_fiml_mlr = list(data = HOLES, models = steps(estimator = "MLR", missing = "ml"),
                            lrt = list(delta, unshifted, exact), score = list(list(at = 2))),
  hs_groups_fiml = list(data = HOLES, models = steps(missing = "ml"), lrt = list(default)),
  hs_groups_gls = list(data = SCHOOLS, models = steps(estimator = "GLS"), lrt = list(default)),
  hs_groups_wishart = list(data = SCHOOLS, models = steps(likelihood = "wishart"), lrt = list(default)),
  hs_gls = list(data = SCHOOLS, models = list(model(HS_EQUAL, estimator = "GLS")),
                score = list(list(at = 1), list(at = 1, add = "visual =~ x9"))),
  hs_wishart = list(data = SCHOOLS, models = list(model(HS_EQUAL, likelihood = "wishart")), score = list(list(at = 1))),
  hs_std_lv = list(data = SCHOOLS, lrt = list(default, delta, unshifted, sb2010),
                   models = list(model(HS_CROSS, estimator = "MLM", std.lv = TRUE), model(HS_TAU, estimator = "MLM"))),
  hs_three = list(data = SCHOOLS, lrt = list(default, delta, exact, sb2010), models = list(
    model(HS, estimator = "MLR", orthogonal = TRUE), model(HS_CROSS, estimator = "MLR"), model(HS, estimator = "MLR"))),
  hs_mimic_mlm = list(data = SCHOOLS, models = list(model(MIMIC, estimator = "MLM"), model(MIMIC_ZERO, estimator = "MLM")),
    lrt = list(default, delta, exact, unshifted, sb2010), wald = list(list(at = 1, constraint = "a1 == b1\nb1 == c1\nc2 == 0"),
      list(at = 1, constraint = "gap == 0"))),
  hs_mimic_ml = list(data = SCHOOLS, models = list(model(MIMIC), model(MIMIC_ZERO)), lrt = list(default),
                     score = list(list(at = 2), list(at = 2, add = "visual =~ x9\nx7 ~~ x8"))),
  hs_twostage = list(data = HOLES, lrt = list(default, sb2010), models = list(
    model(HS, missing = "two.stage"), model(HS_EQUAL, missing = "two.stage"))),
  hs_cluster = list(data = SCHOOLS, lrt = list(default, delta), models = list(
    model(HS, estimator = "MLR", cluster = "agemo"), model(HS_EQUAL, estimator = "MLR", cluster = "agemo"))),
  hs_weights = list(data = SCHOOLS, lrt = list(default, sb2010), models = list(
    model(HS, estimator = "MLR", sampling.weights = "ageyr"), model(HS_EQUAL, estimator = "MLR", sampling.weights = "ageyr"))),
  hs_mimic_fiml = list(data = HOLES, lrt = list(default, sb2010), models = list(
    model(MIMIC, estimator = "MLR", missing = "ml"), model(MIMIC_ZERO, estimator = "MLR", missing = "ml"))),
  hs_uls = list(data = SCHOOLS, lrt = list(default, unshifted), models = list(
    model(HS, estimator = "ULSMV"), model(HS_EQUAL, estimator = "ULSMV"))),
  hs_wls = list(data = SCHOOLS, lrt = list(default), models = list(
    model(HS, estimator = "WLS"), model(HS_EQUAL, estimator = "WLS"))),
  hs_add = list(data = SCHOOLS, models = list(model(HS), model(HS_EQUAL), model(HS, group = "school")), score = list(
    list(at = 1, add = "visual =~ x9 + x7\ntextual =~ x3\nx7 ~~ x8", cumulative = TRUE, epc = TRUE),
    list(at = 2, cumulative = TRUE, epc = TRUE), list(at = 2, release = 1),
    list(at = 3, add = "visual =~ x9\nx7 ~~ x8"))),
  pd_constraints = list(data = DEMOCRACY, lrt = list(default), models = list(model(PD, fun = "sem"), model(PD_EQUAL, fun = "sem")),
    wald = list(list(at = 1, constraint = "a == d\nb == e\nc == f"), list(at = 1, constraint = "p*r == 0"),
      list(at = 1, constraint = "indirect == q"), list(at = 1, constraint = "a/b == 1\nexp(c) - 3 == 0")),
    score = list(list(at = 2, epc = TRUE), list(at = 2, release = c(1, 3)))),
  pd_mlr = list(data = DEMOCRACY, lrt = list(default, exact, delta), models = list(
    model(PD, fun = "sem", estimator = "MLR"), model(PD_PRODUCT, fun = "sem", estimator = "MLR")),
    wald = list(list(at = 1, constraint = "a == b*c"))))

for (id in if (length(arguments) > 1) arguments[-1] else names(SPECS)) {
  spec <- SPECS[[id]]
  fits <- lapply(spec$models, function(m) solve_case(list(data = list(file = spec$data), fit = m), root)$value)
  names(fits) <- paste0("m", seq_along(fits))
  out <- list(id = id, engine = list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion())),
    data = spec$data, models = spec$models, lrt = lapply(spec$lrt, lrt, fits), wald = lapply(spec$wald, wald, fits),
    score = lapply(spec$score, score, fits))
  write_json(Filter(length, out), file.path(root, "expected", "comparison", paste0(id, ".json")))
  cat(id, "\n")
}
