# Newton steps on lavaan's own analytic gradient, from where its optimizer stopped to a gradient near 1e-12.

polish <- function(fit, steps = 15L, tolerance = 1e-12) {
  model <- fit@Model
  if (!can_polish(fit)) return(NULL)
  x <- lavaan:::lav_model_get_parameters(model)
  reduced <- isTRUE(model@eq.constraints)
  K <- if (reduced) model@eq.constraints.K else diag(length(x))
  k0 <- if (reduced) model@eq.constraints.k0 else rep(0, length(x))
  weighted <- gradient_weighting(fit, x)
  gradient <- function(z) as.numeric(crossprod(K, gradient_at(fit, as.numeric(K %*% z + k0), weighted)))
  z <- as.numeric(crossprod(K, x - k0)); g <- gradient(z)
  best <- z; smallest <- start <- max(abs(g))
  for (step in seq_len(steps)) {
    if (smallest < tolerance) break
    H <- if (length(z) > 50) central_difference(gradient, z) else numDeriv::jacobian(gradient, z)
    move <- try(solve((H + t(H)) / 2, g), silent = TRUE)
    if (inherits(move, "try-error")) break
    z <- z - move; g <- gradient(z)
    if (is.nan(max(abs(g))) || max(abs(g)) >= smallest) break
    best <- z; smallest <- max(abs(g))
  }
  list(x = as.numeric(K %*% best + k0), start = start, end = smallest)
}

# Nonlinear constraints and two-level models have no plain reduced gradient.
can_polish <- function(fit) {
  model <- fit@Model
  nonlinear <- nrow(model@ceq.JAC) > 0 && !isTRUE(model@eq.constraints)
  nrow(model@cin.JAC) == 0 && !nonlinear && fit@Data@nlevels == 1L
}

# The polished solution as a fitted object: the same call on a parameter table that starts there.
refit_polished <- function(fit, polished, fun, data, args) {
  table <- as.data.frame(lavaan::parTable(fit))
  moved <- lavaan:::lav_model_set_parameters(fit@Model, x = polished$x)
  table$est <- lavaan:::lav_model_get_parameters(moved, type = "user", extra = TRUE)
  table$ustart[table$free > 0] <- table$est[table$free > 0]
  # A column `start` would free the rows of fixed exogenous variables; `ustart` does not.
  table <- table[, setdiff(names(table), c("start", "est", "se"))]
  again <- capture(call_lavaan(fun, table, data, args))
  same <- is.null(again$error) && lavaan::lavInspect(again$value, "converged") &&
    lavaan::lavInspect(again$value, "npar") == lavaan::lavInspect(fit, "npar")
  if (same) again$value else fit
}

gradient_at <- function(fit, x, weighted) {
  model <- lavaan:::lav_model_set_parameters(fit@Model, x = x)
  lavaan:::lav_model_gradient(lavmodel = model, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
                              lavcache = fit@Cache, type = "free", group.weight = weighted)
}

objective_at <- function(fit, x)
  lavaan:::lav_model_objective(lavmodel = lavaan:::lav_model_set_parameters(fit@Model, x = x),
                               lavsamplestats = fit@SampleStats, lavdata = fit@Data, lavcache = fit@Cache)

# In 0.6-14 complete-data ML and FIML weight the groups of the gradient differently: take what fits the objective.
gradient_weighting <- function(fit, x) {
  if (fit@Data@ngroups < 2L) return(TRUE)
  set.seed(1)
  v <- stats::rnorm(length(x)); v <- v / sqrt(sum(v^2)); x1 <- x + .01 * v
  slope <- (objective_at(fit, x1 + 1e-5 * v) - objective_at(fit, x1 - 1e-5 * v)) / 2e-5
  along <- sapply(c(TRUE, FALSE), function(w) sum(gradient_at(fit, x1, w) * v))
  c(TRUE, FALSE)[which.min(pmin(abs(along - slope), abs(2 * along - slope)))]
}

central_difference <- function(f, z) {
  h <- 1e-5 * pmax(abs(z), .1)
  sapply(seq_along(z), function(i) { e <- replace(0 * z, i, h[i]); (f(z + e) - f(z - e)) / (2 * h[i]) })
}
