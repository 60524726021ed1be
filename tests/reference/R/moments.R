# Sample moments, their sampling covariance and incomplete-data quantities, as lavaan computes them.
# Rscript tests/reference/R/moments.R   (from the root of the project; writes tests/reference/expected/moments/)

suppressWarnings(suppressMessages(library(lavaan)))
source("tests/reference/R/json.R")
out <- "tests/reference/expected/moments"
dir.create(out, showWarnings = FALSE, recursive = TRUE)
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."), lavaan = as.character(packageVersion("lavaan")))

rows <- function(m) lapply(seq_len(nrow(m)), function(i) as.numeric(m[i, ]))
read_hs <- function(file) {
  data <- read.csv(file.path("tests/reference/data", file), na.strings = "NA")
  i <- seq_len(nrow(data))
  data$w <- 0.5 + (i %% 7) / 3
  data$cl <- (i - 1) %/% 7
  data
}
saturated <- function(names) {
  pairs <- outer(names, names, paste, sep = " ~~ ")
  c(pairs[lower.tri(pairs, diag = TRUE)], paste(names, "~ 1"))
}

# Complete data: weights, clusters, fixed covariates.
hs <- read_hs("HolzingerSwineford1939.csv")
three <- c("x1", "x2", "x3")
one <- "v =~ x1 + x2 + x3"
weighted <- cfa(one, hs, sampling.weights = "w", meanstructure = TRUE)
plain <- cfa(one, hs, estimator = "MLM", meanstructure = TRUE)
clustered <- cfa(one, hs, estimator = "MLR", cluster = "cl")
fixed <- sem(paste(one, "v ~ ageyr + sex", sep = "\n"), hs, estimator = "MLM", fixed.x = TRUE)
means <- "x1 ~ 1\nx1 ~~ x1"
complete <- list(
  versions = versions,
  weighted_cov = rows(lavInspect(weighted, "sampstat")$cov),
  weighted_mean = as.numeric(lavInspect(weighted, "sampstat")$mean),
  gamma = rows(lavInspect(plain, "gamma")),
  gamma_cluster = rows(lavInspect(clustered, "gamma")),
  gamma_fixed = rows(lavInspect(fixed, "gamma")),
  weighted_se = sqrt(diag(vcov(lavaan(means, hs, estimator = "MLR", sampling.weights = "w")))),
  weighted_cluster_se = sqrt(diag(vcov(lavaan(means, hs, estimator = "MLR", sampling.weights = "w", cluster = "cl"))))
)
write_json(complete, file.path(out, "complete.json"))

# Incomplete data: patterns, saturated estimates, information.
mcar <- read_hs("HS_mcar12.csv")
nine <- paste0("x", 1:9)
em <- list(em.h1.iter.max = 20000L, em.h1.tol = 1e-14)
whole <- do.call(lavaan, c(list(saturated(nine), mcar, missing = "ml"), em))
five <- c("x1", "x2", "x4", "x5", "x7")
part <- do.call(lavaan, c(list(saturated(five), mcar, missing = "ml"), em))
at <- fitted(part)  # where lavaan takes the information
pattern <- lavInspect(whole, "patterns")
incomplete <- list(
  versions = versions,
  names = nine,
  pattern_count = nrow(pattern),
  pattern_sizes = as.integer(sort(table(apply(is.na(mcar[nine]), 1, paste, collapse = "")), decreasing = TRUE)),
  coverage = rows(lavInspect(whole, "coverage")),
  mean = as.numeric(lavInspect(whole, "sampstat")$mean),
  cov = rows(lavInspect(whole, "sampstat")$cov),
  loglik = as.numeric(fitMeasures(whole, "unrestricted.logl")),
  five = five,
  five_mean = as.numeric(at$mean),
  five_cov = rows(at$cov),
  observed = rows(lavInspect(part, "h1.information.observed")),
  expected = rows(lavInspect(part, "h1.information.expected")),
  first_order = rows(lavInspect(part, "h1.information.first.order")),
  casewise = as.numeric(lavInspect(part, "loglik.casewise"))
)
write_json(incomplete, file.path(out, "incomplete.json"))
