# What follows an ordinal fit: standardized solutions with errors, residuals, modification indices, factor scores, weights.
# Usage: Rscript tests/reference/R/ordinal_postfit.R [FOLDER] [CASE ...]     writes expected/ordinal/postfit/<case>.json

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "compact", "polish", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

CASES <- c("g01_hs_wlsmv", "g06_hs_theta", "g07_hs_bin", "g08_hs_mixed", "g09_hs_ord_cov", "g10_hs_ord_config",
           "g12_hs_ord_config_theta")
FIRST <- 30L  # rows of the factor scores that are stored, in each group

standardized <- function(fit) lapply(stats::setNames(nm = c("std.all", "std.lv", "std.nox")),
  function(type) rows(standardizedSolution(fit, type = type)))

residual_parts <- function(fit) {
  types <- c("raw", "cor", "cor.bentler", "normalized", "standardized")
  out <- lapply(stats::setNames(nm = types), function(type) quietly(named_rows(residuals(fit, type))))
  blocks <- quietly(lavResiduals(fit))
  blocks <- if (lavInspect(fit, "ngroups") > 1L) lapply(blocks, `[[`, "summary") else list(blocks$summary)
  c(Filter(Negate(is.null), out), list(summary = lapply(blocks, function(s) if (!is.null(s)) matrix_rows(as.matrix(s)))))
}

# lavaan stops its search for the mode of each respondent early: `refined` is the same mode to a gradient below 1e-10.
scores <- function(fit) {
  methods <- stats::setNames(nm = c("EBM", "ML", "regression", "Bartlett"))
  got <- lapply(methods, function(method) capture(lavPredict(fit, method = method)))
  out <- lapply(got, function(g) if (is.null(g$error)) lapply(by_group(g$value), function(s)
    list(n = nrow(s), head = matrix_rows(head(unclass(s), FIRST)), mean = as.list(colMeans(s)),
         cov = matrix_rows(cov(s)))) else list(error = g$error))
  refined <- quietly(lapply(seq_along(by_group(got$EBM$value)), function(g) refine_modes(fit, g, by_group(got$EBM$value)[[g]])))
  tails <- mapply(function(a, b) max(abs(a - b)), by_group(got$EBM$value), refined)
  c(out, list(refined_EBM = lapply(refined, function(s) list(head = matrix_rows(head(s, FIRST)), mean = as.list(colMeans(s)),
    cov = matrix_rows(cov(s)))), largest_distance_EBM = as.list(tails),
    optimizer = "lavPredict(optim.method = default of 0.6-14); refined: Newton on the log posterior"))
}

by_group <- function(x) if (is.list(x)) x else list(x)
block <- function(x, g, fit) if (lavInspect(fit, "ngroups") > 1L) x[[g]] else x

# Mode of the posterior of the factors given the answers: normal prior, ordered probit or normal items given the factors.
refine_modes <- function(fit, g, start) {
  part <- block(lavInspect(fit, "est"), g, fit)
  data <- unclass(block(lavInspect(fit, "data"), g, fit))
  ordered <- lavNames(fit, "ov.ord")
  lambda <- unclass(part$lambda); items <- intersect(rownames(lambda), setdiff(colnames(data), lavNames(fit, "ov.x")))
  factors <- lavNames(fit, "lv")
  lambda <- lambda[items, factors, drop = FALSE]; theta <- diag(unclass(part$theta))[items]
  tau <- unclass(part$tau); prior <- solve(unclass(part$psi)[factors, factors])
  nu <- unclass(part$nu)[items, 1]; alpha <- unclass(part$alpha)[factors, 1]
  shift <- matrix(alpha, nrow(data), length(factors), byrow = TRUE)
  if (length(lavNames(fit, "ov.x"))) {
    all <- read_data(attr(fit, "file"), root)[lavNames(fit, "ov.x")]
    regression <- unclass(if (is.null(part$gamma)) part$beta[factors, lavNames(fit, "ov.x")] else part$gamma[factors, , drop = FALSE])
    shift <- shift + as.matrix(all) %*% t(regression)
  }
  slopes <- function(eta) {
    d <- eta - shift
    first <- -d %*% prior
    second <- array(rep(-prior, each = nrow(eta)), c(nrow(eta), length(factors), length(factors)))
    for (item in items) {
      m <- nu[item] + drop(eta %*% lambda[item, ]); s <- sqrt(theta[item])
      if (item %in% ordered) {
        t <- c(-Inf, tau[startsWith(rownames(tau), paste0(item, "|")), 1], Inf); k <- data[, item]
        d12 <- interval(unname(t[k + 1] - m) / s, unname(t[k] - m) / s, s)
      } else d12 <- list((data[, item] - m) / s^2, rep(-1 / s^2, nrow(eta)))
      first <- first + outer(d12[[1]], lambda[item, ])
      second <- second + outer(d12[[2]], tcrossprod(lambda[item, ]))
    }
    list(first = first, second = second)
  }
  eta <- unclass(start)[, factors, drop = FALSE]
  for (step in 1:30) {
    at <- slopes(eta)
    if (max(abs(at$first)) < 1e-12) break
    moves <- vapply(seq_len(nrow(eta)), function(i) solve(matrix(at$second[i, , ], length(factors)), at$first[i, ]), eta[1, ])
    eta <- eta - matrix(moves, nrow(eta), byrow = TRUE)
  }
  stopifnot(max(abs(at$first)) < 1e-10)
  dimnames(eta) <- list(NULL, factors)
  eta
}

# First and second derivative of log(Phi(upper) - Phi(lower)) by the mean, limits in units of s.
interval <- function(upper, lower, s) {
  mass <- pnorm(upper) - pnorm(lower)
  slope <- -(dnorm(upper) - dnorm(lower)) / (s * mass)
  times <- function(x) ifelse(is.finite(x), x * dnorm(x), 0)
  list(slope, -(times(upper) - times(lower)) / (s^2 * mass) - slope^2)
}

for (id in if (length(arguments) > 1) arguments[-1] else CASES) {
  case <- read_json(file.path(root, "cases", paste0(id, ".json")))
  fit <- solve_case(case, root)$value
  attr(fit, "file") <- case$data$file
  inspect <- function(what, digits = 12) named_rows(lavInspect(fit, what), digits)
  out <- list(id = id, data = case$data, fit = case$fit, engine = list(lavaan = as.character(packageVersion("lavaan")),
      R = as.character(getRversion())), reduced_gradient = polish(fit, steps = 0L)$end,
    parameters = rows(as.data.frame(parTable(fit))[c("lhs", "op", "rhs", "group", "free", "exo", "label", "est", "se")]),
    standardized = standardized(fit), rsquare = named_rows(lavInspect(fit, "rsquare")), residuals = residual_parts(fit),
    modindices = rows(modindices(fit)), scores = scores(fit), fitted = named_rows(fitted(fit)),
    fit_measures = as.list(unclass(fitMeasures(fit))), tests = lapply(lavInspect(fit, "test"), function(t)
      t[intersect(names(t), c("test", "stat", "df", "pvalue", "scaling.factor", "shift.parameter", "stat.group"))]),
    wls.obs = inspect("wls.obs", 15), wls.est = inspect("wls.est", 15), gamma = inspect("gamma"),
    vcov = named_rows(vcov(fit)))
  write_compact(out, file.path(root, "expected", "ordinal", "postfit", paste0(id, ".json")))
  cat(id, unlist(out$scores$largest_distance_EBM), "\n")
}
