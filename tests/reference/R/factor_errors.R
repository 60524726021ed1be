# Exploratory factors: lavaan's loadings and tests of least squares, and errors of rotated loadings by the delta method,
# differentiating factanal and GPArotation numerically. (lavaan 0.6-14's own errors of standardized loadings differ
# from these by up to 9 %, for a reason not found yet, so they are not stored.)  Rscript tests/reference/R/factor_errors.R tests/reference
suppressMessages({library(lavaan); library(GPArotation)})
here <- commandArgs(TRUE)[1]
source(file.path(here, "R/json.R"))
hs <- read.csv(file.path(here, "data/HolzingerSwineford1939.csv"))
ordinal <- read.csv(file.path(here, "data/HS_ord4.csv"))
items <- paste0("x", 1:9)
model <- paste0(paste0('efa("e")*f', 1:3, collapse = " + "), " =~ ", paste(items, collapse = " + "))

by_lavaan <- function(estimator, rotation, data = hs, ordered = FALSE, args = list()) {
  fit <- cfa(model, data, estimator = estimator, rotation = rotation, ordered = if (ordered) items else NULL,
             rotation.args = c(list(tol = 1e-12, warn = FALSE), args))
  rows <- standardizedSolution(fit)
  figures <- fitMeasures(fit)
  list(loadings = rows$est.std[rows$op == "=~"],
       fit = as.list(figures[intersect(c("chisq", "df", "chisq.scaled", "pvalue.scaled"), names(figures))]))
}

rotate_with <- list(
  oblimin = function(L, start) oblimin(L, start, eps = 1e-7, maxit = 3000),
  geomin = function(L, start) geominQ(L, start, delta = .01, eps = 1e-7, maxit = 3000),
  varimax = function(L, start) GPForth(L, start, normalize = TRUE, method = "varimax", eps = 1e-7, maxit = 3000))
unrotated <- function(R) factanal(covmat = R, factors = 3, rotation = "none", control = list(opt = list(factr = 1e3, maxit = 2000)))$loadings[]
solution <- function(R, rotation, goal = NULL, start = diag(3)) {
  L <- unrotated(R)
  if (!is.null(goal)) { s <- svd(crossprod(L, goal)); start <- s$u %*% t(s$v) }
  found <- rotate_with[[rotation]](L, start)
  loadings <- unclass(loadings(found))
  if (!is.null(goal)) {
    like <- crossprod(goal, loadings); order <- apply(abs(like), 1, which.max)
    loadings <- sweep(loadings[, order], 2, sign(like[cbind(1:3, order)]), "*")
  }
  loadings
}
pairs <- which(lower.tri(diag(9)), arr.ind = TRUE)
normal_gamma <- function(r) outer(seq_len(nrow(pairs)), seq_len(nrow(pairs)), Vectorize(function(a, b) {
  i <- pairs[a, 1]; j <- pairs[a, 2]; k <- pairs[b, 1]; l <- pairs[b, 2]
  r[i, j] * r[k, l] * (r[i, k]^2 + r[i, l]^2 + r[j, k]^2 + r[j, l]^2) / 2 + r[i, k] * r[j, l] + r[i, l] * r[j, k] -
    r[i, j] * (r[i, k] * r[i, l] + r[j, k] * r[j, l]) - r[k, l] * (r[i, k] * r[j, k] + r[i, l] * r[j, l])
}))
free_gamma <- function(X) {
  Z <- sweep(sweep(X, 2, colMeans(X)), 2, sqrt(colMeans(sweep(X, 2, colMeans(X))^2)), "/"); R <- crossprod(Z) / nrow(Z)
  U <- sapply(seq_len(nrow(pairs)), function(a) {
    i <- pairs[a, 1]; j <- pairs[a, 2]; Z[, i] * Z[, j] - R[i, j] * (Z[, i]^2 + Z[, j]^2) / 2 })
  crossprod(U) / nrow(U)
}
by_delta <- function(rotation, step = 1e-3) {
  X <- as.matrix(hs[items]); n <- nrow(X)
  R <- tcrossprod(unrotated(cor(X))); diag(R) <- 1  # where factors fit exactly, observed and expected curvature agree
  goal <- solution(R, rotation)
  jacobian <- sapply(seq_len(nrow(pairs)), function(a) {
    at <- function(h) { M <- R; M[pairs[a, 1], pairs[a, 2]] <- M[pairs[a, 2], pairs[a, 1]] <- R[pairs[a, 1], pairs[a, 2]] + h
                        solution(M, rotation, goal) }
    (at(step) - at(-step)) / (2 * step)
  })
  list(loadings = as.vector(goal),
       normal = sqrt(diag(jacobian %*% normal_gamma(R) %*% t(jacobian)) / n),
       robust = sqrt(diag(jacobian %*% free_gamma(X) %*% t(jacobian)) / n))
}
out <- list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), lavaan = as.character(packageVersion("lavaan")),
                  GPArotation = as.character(packageVersion("GPArotation"))),
  ml_oblimin = by_delta("oblimin"), ml_geomin = by_delta("geomin"), ml_varimax = by_delta("varimax"),
  ulsmv_oblimin = by_lavaan("ULSMV", "oblimin", ordinal, TRUE),
  wlsmv_oblimin = by_lavaan("WLSMV", "oblimin", ordinal, TRUE),
  wls_oblimin = by_lavaan("WLS", "oblimin", ordinal, TRUE))
write_json(out, file.path(here, "expected/factor_errors.json"))
