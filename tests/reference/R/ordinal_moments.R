# Thresholds, polychoric and polyserial correlations and their asymptotic covariance, as lavaan and polycor compute them.
# Rscript tests/reference/R/ordinal_moments.R   (from the root of the project; writes tests/reference/expected/moments/)

suppressWarnings(suppressMessages({ library(lavaan); library(polycor) }))
source("tests/reference/R/json.R")
versions <- list(
  R = paste(R.version$major, R.version$minor, sep = "."),
  lavaan = as.character(packageVersion("lavaan")),
  polycor = as.character(packageVersion("polycor"))
)
read_hs <- function(file) read.csv(file.path("tests/reference/data", file), na.strings = "NA")
rows <- function(m) lapply(seq_len(nrow(m)), function(i) as.numeric(m[i, ]))
ord <- read_hs("HS_ord4.csv")
bin <- read_hs("HS_bin.csv")
hs <- read_hs("HolzingerSwineford1939.csv")
i <- seq_len(nrow(ord))
mixed <- ord
for (v in c("x4", "x5", "x6")) mixed[[v]] <- hs[[v]]
mixed$age <- hs$ageyr + hs$agemo / 12
mixed$w <- 0.5 + (i %% 7) / 3
holed <- mixed
for (v in 1:9) holed[[paste0("x", v)]][(7 * i + 3 * v) %% 10 == 0] <- NA
# One empty cell in the table of a and b, at (1, 0) in that of a and d.
empty <- data.frame(
  a = rep(c(0, 1), c(60, 90)), b = rep(c(0, 1, 1), c(30, 30, 90)),
  c = rep(c(0, 1, 1, 0, 1), 30), d = c(rep(0, 60), rep(1, 90))
)
empty$d[1:7] <- 1

# What lavaan stores of any model; means change their sign there.
grab <- function(model, data, ...) {
  fit <- suppressWarnings(sem(model, data, do.fit = FALSE, ...))
  observed <- lavInspect(fit, "wls.obs")
  list(names = names(observed), moments = as.numeric(observed), gamma = rows(unclass(lavInspect(fit, "gamma", add.labels = FALSE))))
}
factor_of <- function(v) paste("f =~", paste(v, collapse = " + "))
four <- c("x1", "x2", "x3", "x7")
some <- c("x1", "x2", "x4", "x5", "x3")
mixed_ordered <- c("x1", "x2", "x3")
given <- paste(factor_of(some), "f ~ age + sex", sep = "\n")
out <- list(
  versions = versions,
  ordinal = grab(factor_of(paste0("x", 1:9)), ord, ordered = TRUE),
  binary = grab(factor_of(four), bin, ordered = TRUE),
  empty = grab(factor_of(c("a", "b", "c", "d")), empty, ordered = TRUE),
  mixed = grab(factor_of(some), mixed, ordered = mixed_ordered),
  covariates = grab(given, mixed, ordered = mixed_ordered),
  weighted = grab(factor_of(four), mixed, ordered = TRUE, sampling.weights = "w"),
  weighted_mixed = grab(factor_of(some), mixed, ordered = mixed_ordered, sampling.weights = "w"),
  weighted_covariates = grab(given, mixed, ordered = mixed_ordered, sampling.weights = "w"),
  pairwise = grab(factor_of(four), holed, ordered = TRUE, missing = "pairwise"),
  pairwise_mixed = grab(factor_of(some), holed, ordered = mixed_ordered, missing = "pairwise")
)

# Full maximum likelihood. By default polycor stops before the maximum, so the tolerance is set to nothing.
tight <- function(count) list(reltol = 1e-16, maxit = 10000, ndeps = rep(1e-5, count))
joint <- function(a, b) {
  fit <- polychor(ord[[a]], ord[[b]], ML = TRUE, std.err = TRUE, control = tight(7))
  list(rho = fit$rho, se = sqrt(fit$var[1, 1]), rows = as.numeric(fit$row.cuts), columns = as.numeric(fit$col.cuts))
}
serial <- polyserial(hs$x1, ord$x2, ML = TRUE, std.err = TRUE, control = tight(4))
out$joint <- list(x1_x2 = joint("x1", "x2"), x4_x5 = joint("x4", "x5"), x7_x9 = joint("x7", "x9"))
out$polyserial <- list(rho = serial$rho, se = sqrt(serial$var[1, 1]))
write_json(out, "tests/reference/expected/moments/ordinal.json")
