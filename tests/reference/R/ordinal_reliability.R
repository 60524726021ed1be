# Reliability of ordinal scales: semTools on fitted models, psych on polychoric correlations, and Green & Yang's (2009)
# omega from its own formula, as a second opinion.
# Usage: Rscript tests/reference/R/ordinal_reliability.R [FOLDER]     writes expected/ordinal/reliability.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "compact", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages({library(lavaan); library(semTools); library(pbivnorm)}))

HS <- "visual  =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed   =~ x7 + x8 + x9"
ITEMS <- paste0("x", 1:9)
model <- function(text, file, ...) list(file = file, model = text, args = list(...))
SPECS <- list(
  three_factors_4 = model(HS, "data/HS_ord4.csv", ordered = ITEMS),
  three_factors_4_theta = model(HS, "data/HS_ord4.csv", ordered = ITEMS, parameterization = "theta"),
  three_factors_4_std_lv = model(HS, "data/HS_ord4.csv", ordered = ITEMS, std.lv = TRUE),
  three_factors_2 = model(HS, "data/HS_bin.csv", ordered = ITEMS),
  three_factors_3 = model(HS, "data/HS_ord3.csv", ordered = ITEMS),
  groups_4 = model(HS, "data/HS_ord4.csv", ordered = ITEMS, group = "school"),
  mixed = model(HS, "data/HS_ord4.csv", ordered = ITEMS[4:9]),
  one_factor_4 = model("textual =~ x4 + x5 + x6 + x1", "data/HS_ord4.csv", ordered = c("x4", "x5", "x6", "x1")),
  one_factor_2 = model("textual =~ x4 + x5 + x6 + x1", "data/HS_bin.csv", ordered = c("x4", "x5", "x6", "x1")),
  one_factor_residual_cov = model("textual =~ x4 + x5 + x6 + x1\nx4 ~~ x1", "data/HS_ord4.csv", ordered = c("x4", "x5", "x6", "x1")),
  second_order = model(paste0(HS, "\ng =~ visual + textual + speed"), "data/HS_ord4.csv", ordered = ITEMS))

tidy <- function(expression) {
  got <- capture(suppressMessages(expression))
  if (!is.null(got$error)) return(list(error = got$error))
  value <- got$value
  if (is.matrix(value)) return(matrix_rows(value))
  if (is.data.frame(value)) return(rows(value))
  if (is.list(value)) return(lapply(value, function(v) if (is.matrix(v)) matrix_rows(v) else as.list(unclass(v))))
  as.list(unclass(value))
}

of_model <- function(spec) {
  fit <- solve_case(list(data = list(file = spec$file), fit = list(fun = "cfa", model = spec$model, args = spec$args)), root)$value
  grid <- expand.grid(tau.eq = c(FALSE, TRUE), ord.scale = c(TRUE, FALSE), obs.var = c(TRUE, FALSE))
  comp <- lapply(seq_len(nrow(grid)), function(i) {
    args <- as.list(grid[i, ]); attr(args, "out.attrs") <- NULL
    c(args, list(value = tidy(do.call(compRelSEM, c(list(fit), args)))))
  })
  own <- if (lavInspect(fit, "ngroups") == 1L && !length(lavNames(fit, "ov.num"))) green_yang(fit)
  list(data = spec$file, model = spec$model, args = lapply(spec$args, function(a) if (length(a) > 1) as.list(a) else a),
       reduced_gradient = polish(fit, steps = 0L)$end, compRelSEM = comp, reliability = tidy(reliability(fit)),
       total = tidy(reliability(fit, return.total = TRUE)), AVE = tidy(AVE(fit)), AVE_model = tidy(AVE(fit, obs.var = FALSE)), green_yang = own)
}

# E[codes] from the thresholds and the correlations of the responses: omega = sum of the codes' covariances that the
# factor alone makes / sum of all of them. `model`: the denominator is implied; `observed`: it is of the polychorics.
green_yang <- function(fit) {
  part <- lavInspect(fit, "std"); lambda <- unclass(part$lambda); tau <- unclass(part$tau)[, 1]
  phi <- unclass(part$psi); implied <- cov2cor(unclass(fitted(fit)$cov)); seen <- unclass(lavInspect(fit, "sampstat")$cov)
  out <- list()
  for (factor in colnames(lambda)) {
    items <- rownames(lambda)[lambda[, factor] != 0]
    if (length(items) < 2) next
    common <- tcrossprod(lambda[items, factor])
    cut <- lapply(items, function(i) tau[startsWith(names(tau), paste0(i, "|"))])
    sum_of <- function(R) sum(outer(seq_along(items), seq_along(items), Vectorize(function(i, j) code_covariance(cut[[i]], cut[[j]],
      R[i, j], same = FALSE))))
    whole <- function(R) sum(outer(seq_along(items), seq_along(items), Vectorize(function(i, j) code_covariance(cut[[i]], cut[[j]],
      R[i, j], same = i == j))))
    true <- sum_of(common)
    out[[factor]] <- list(true = true, implied = whole(implied[items, items]), seen = whole(seen[items, items]),
      omega_model = true / whole(implied[items, items]), omega_observed = true / whole(seen[items, items]))
  }
  out
}

# Covariance of two codes 0, 1, 2, ... : sum over pairs of thresholds of Phi2(a, b; r) - Phi(a) Phi(b).
code_covariance <- function(a, b, r, same) {
  pairs <- expand.grid(a = a, b = b)
  both <- if (same) pnorm(pmin(pairs$a, pairs$b)) else pbivnorm(pairs$a, pairs$b, rep(r, nrow(pairs)))
  sum(both - pnorm(pairs$a) * pnorm(pairs$b))
}

# Alpha on the polychoric correlations of lavaan, so that one matrix serves all.
ordinal_alpha <- function(file, items) {
  data <- read_data(file, root)[items]
  R <- unclass(lavCor(data, ordered = items))
  a <- quietly(psych::alpha(R, n.obs = nrow(data)))
  list(data = file, items = as.list(items), correlations = matrix_rows(R), raw_alpha = a$total$raw_alpha, std_alpha = a$total$std.alpha,
       G6_smc = a$total[["G6(smc)"]], average_r = a$total$average_r, alpha_drop = rows(a$alpha.drop), item_stats = rows(a$item.stats))
}

out <- list(engine = list(lavaan = as.character(packageVersion("lavaan")), semTools = as.character(packageVersion("semTools")),
    psych = as.character(packageVersion("psych")), R = as.character(getRversion())),
  models = lapply(SPECS, of_model),
  alpha = list(visual_4 = ordinal_alpha("data/HS_ord4.csv", ITEMS[1:3]), textual_4 = ordinal_alpha("data/HS_ord4.csv", ITEMS[4:6]),
    all_4 = ordinal_alpha("data/HS_ord4.csv", ITEMS), textual_2 = ordinal_alpha("data/HS_bin.csv", ITEMS[4:6])))
write_compact(out, file.path(root, "expected", "ordinal", "reliability.json"))
for (name in names(out$models)) { m <- out$models[[name]]; cat("\n", name, "\n"); print(unlist(lapply(m$compRelSEM, `[[`, "value")[1:8])); print(unlist(m$green_yang)) }
