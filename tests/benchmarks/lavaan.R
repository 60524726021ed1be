# Time the benchmark tasks in lavaan: one JSON line per task on stdout.
# Usage: Rscript lavaan.R FOLDER quick|full ID ...
suppressPackageStartupMessages(library(lavaan))
given  <- commandArgs(trailingOnly = TRUE)
folder <- given[1]
quick  <- given[2] == "quick"
wanted <- given[-(1:2)]

table_of <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
model_of <- function(name) paste(readLines(file.path(folder, paste0(name, ".lav"))), collapse = "\n")
hs <- model_of("hs"); pd <- model_of("pd"); bfi <- model_of("bfi")
democracy <- table_of("democracy"); students <- table_of("students")
incomplete <- table_of("incomplete"); inventory <- table_of("inventory")
graded <- table_of("graded"); battery <- table_of("battery")

repeated <- function(task, least, budget, most = 50, warm = TRUE) {
  if (warm) task()
  times <- numeric(0)
  while (length(times) < least || (sum(times) < budget && length(times) < most)) {
    start <- as.numeric(Sys.time())
    task()
    times <- c(times, as.numeric(Sys.time()) - start)
  }
  times
}

say <- function(id, times, measured = NA, parts = 0, scale = 1) {
  times <- times * scale
  cat(sprintf(
    '{"id": "%s", "seconds": %.6f, "fastest": %.6f, "slowest": %.6f, "repetitions": %d, "extrapolated_from": %d, "with_measures": %s}\n',
    id, median(times), min(times), max(times), length(times), as.integer(parts),
    if (is.na(measured)) "null" else sprintf("%.6f", measured)))
}

# A call as a user writes it (errors, test and baseline are part of it), then the same with fitMeasures.
single <- function(id, call, least = if (quick) 2 else 5, budget = if (quick) 1 else 5) {
  alone <- repeated(call, least, budget)
  say(id, alone, median(repeated(function() fitMeasures(call()), least, budget, warm = FALSE)))
}

plain <- function(id, call) say(id, repeated(call, if (quick) 2 else 5, if (quick) 1 else 5))

tasks <- list(
  pd_single = function(id) single(id, function() sem(pd, data = democracy)),
  hs_single = function(id) single(id, function() cfa(hs, data = students)),
  hs_alone  = function(id) plain(id, function() cfa(hs, data = students)),
  hs_robust = function(id) plain(id, function() {
    capture.output(print(summary(cfa(hs, data = students, estimator = "MLR"), fit.measures = TRUE)))
  }),
  hs_fiml   = function(id) single(id, function() cfa(hs, data = incomplete, missing = "ml")),
  groups_fiml = function(id) single(id, function() {
    cfa(hs, data = incomplete, group = "school", group.equal = "loadings", missing = "ml")
  }),
  bfi       = function(id) single(id, function() cfa(bfi, data = inventory)),
  metric    = function(id) single(id, function() cfa(hs, data = students, group = "school", group.equal = "loadings")),
  invariance = function(id) {
    steps <- list("", "loadings", c("loadings", "intercepts"), c("loadings", "intercepts", "residuals"))
    task <- function() {
      fits <- lapply(steps, function(equal) cfa(hs, data = students, group = "school", group.equal = equal))
      list(do.call(lavTestLRT, fits), lapply(fits, fitMeasures, c("cfi", "rmsea", "srmr")))
    }
    say(id, repeated(task, if (quick) 1 else 5, if (quick) 0 else 5))
  },
  pd_bootstrap = function(id) {
    fit <- sem(pd, data = democracy)
    size <- if (quick) 50 else 1000
    set.seed(1)
    task <- function() bootstrapLavaan(fit, R = size, FUN = "coef")
    say(id, repeated(task, 1, 0, warm = FALSE), parts = if (quick) size else 0, scale = 1000 / size)
  },
  ord_single = function(id) single(id, function() cfa(hs, data = graded, ordered = TRUE)),
  ord_large  = function(id) single(id, function() cfa(model_of("battery"), data = battery, ordered = TRUE),
                                   least = if (quick) 1 else 3, budget = 0),
  ord_bootstrap = function(id) { # time grows with the number of resamples, so 200 stand for 1,000
    fit <- cfa(hs, data = graded, ordered = TRUE)
    size <- if (quick) 20 else 200
    set.seed(1)
    task <- function() bootstrapLavaan(fit, R = size, FUN = "coef")
    say(id, repeated(task, 1, 0, warm = FALSE), parts = size, scale = 1000 / size)
  },
  monte_carlo = function(id) {
    stacked <- table_of("samples")
    pieces <- split(stacked, rep(1:500, each = 200))
    size <- if (quick) 25 else 500
    task <- function() for (piece in pieces[1:size]) {
      fit <- cfa(hs, data = piece)
      list(coef(fit), vcov(fit), fitMeasures(fit, c("chisq", "df", "pvalue")))
    }
    say(id, repeated(task, 1, 0, warm = FALSE), parts = if (quick) size else 0, scale = 500 / size)
  },
  two_level = function(id) {
    items <- table_of("clustered")
    single(id, function() sem(model_of("two_level"), data = items, cluster = "unit"), least = if (quick) 1 else 3, budget = 0)
  },
  two_level_fiml = function(id) {
    items <- table_of("clustered_gaps")
    single(id, function() sem(model_of("two_level"), data = items, cluster = "unit", missing = "ml"),
           least = if (quick) 1 else 3, budget = 0)
  },
  parallel = function(id) { # psych's time grows with the number of data sets
    size <- if (quick) 10 else 100
    task <- function() capture.output(psych::fa.parallel(inventory, fm = "minres", n.iter = size, plot = FALSE))
    say(id, repeated(task, 1, 0, warm = FALSE), parts = if (quick) size else 0, scale = 100 / size)
  },
  efa_starts = function(id) {
    size <- if (quick) 10 else 100
    task <- function() {
      loadings <- unclass(psych::fa(inventory, 5, rotate = "none")$loadings)
      for (k in seq_len(size)) GPArotation::geominQ(loadings, Tmat = GPArotation::Random.Start(5), delta = .01, maxit = 5000)
    }
    say(id, repeated(task, 1, 0, warm = FALSE), parts = if (quick) size else 0, scale = 100 / size)
  },
  htmt_bootstrap = function(id) { # semTools has no intervals; its time grows with the number of resamples
    size <- if (quick) 5 else 100
    task <- function() for (k in seq_len(size)) {
      drawn <- inventory[sample(nrow(inventory), replace = TRUE), ]
      for (geometric in c(FALSE, TRUE)) semTools::htmt(bfi, drawn, htmt2 = geometric)
    }
    say(id, repeated(task, 1, 0, warm = FALSE), parts = size, scale = 5000 / size)
  }
)

for (id in intersect(wanted, names(tasks))) suppressWarnings(tasks[[id]](id))
