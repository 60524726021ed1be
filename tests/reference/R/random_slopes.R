# Random slopes of two covariates by nlme::lme, and the errors of ML and MLR from the clusters' log-likelihoods: own data.
# Rscript tests/reference/R/random_slopes.R   (from the root of the project; numDeriv for the derivatives)
source("tests/reference/R/json.R")
library(nlme)
set.seed(31); J <- 90  # synthetic: clusters of 1 to 8 rows
sizes <- sample(1:8, J, TRUE); j <- rep(seq_len(J), sizes); n <- length(j)
w <- rnorm(J); x <- rnorm(n) + .4 * w[j]; z <- rbinom(n, 1, .4)
e <- matrix(rnorm(3 * J), J) %*% chol(matrix(c(.6, .2, -.1, .2, .3, .05, -.1, .05, .4), 3))
y <- 1 + .5 * w[j] + e[j, 1] + (.4 + .3 * w[j] + e[j, 2]) * x + (-.2 + e[j, 3]) * z + rnorm(n)
write.csv(signif(data.frame(unit = j, w = w[j], x, z, y), 12), "tests/reference/data/random_slopes.csv", row.names = FALSE)
d <- read.csv("tests/reference/data/random_slopes.csv")

control <- lmeControl(msMaxIter = 1000, maxIter = 1000, tolerance = 1e-12, msTol = 1e-14, niterEM = 500)
f <- lme(y ~ w * x + z, random = ~ x + z | unit, data = d, method = "ML", control = control)
P <- as.matrix(getVarCov(f))
start <- c(f$sigma^2, fixef(f)[c("w", "w:x")], P[2, 1], P[3, 1], P[3, 2], diag(P), fixef(f)[c("(Intercept)", "x", "z")])
names(start) <- c("sigma2", "y~w", "s~w", "s~~y", "u~~y", "s~~u", "y~~y", "s~~s", "u~~u", "y~1", "s~1", "u~1")
parts <- split(d, d$unit)
loglik <- function(t, part) {
  Z <- cbind(1, part$x, part$z)
  B <- matrix(c(t[7], t[4], t[5], t[4], t[8], t[6], t[5], t[6], t[9]), 3)
  V <- Z %*% B %*% t(Z) + t[1] * diag(nrow(Z))
  gap <- part$y - Z %*% (t[10:12] + c(t[2], t[3], 0) * part$w[1])
  -.5 * as.numeric(nrow(Z) * log(2 * pi) + determinant(V)$modulus + t(gap) %*% solve(V, gap))
}
each <- function(t) vapply(parts, function(part) loglik(t, part), 0)
total <- function(t) sum(each(t))
theta <- start
for (k in 1:6) theta <- theta - solve(numDeriv::hessian(total, theta), numDeriv::grad(total, theta))  # to the very maximum
H <- solve(-numDeriv::hessian(total, theta)); G <- numDeriv::jacobian(each, theta)
write_json(list(
  what = "y ~ rv(s)*x + rv(u)*z within, y ~ w and s ~ w between, intercept and slopes covary; synthetic data",
  data = "data/random_slopes.csv",
  versions = list(R = as.character(getRversion()), nlme = as.character(packageVersion("nlme")), numDeriv = as.character(packageVersion("numDeriv"))),
  gradient = max(abs(colSums(G))),
  estimates = as.list(theta), lme = as.list(start),
  logl = total(theta), lme_logl = as.numeric(logLik(f)),
  se = as.list(setNames(sqrt(diag(H)), names(theta))),
  se_robust = as.list(setNames(sqrt(diag(H %*% crossprod(G) %*% H)), names(theta))),
  lme_se = as.list(sqrt(diag(vcov(f)))),
  effects = list(unit = as.integer(rownames(coef(f))), intercept = ranef(f)[, 1], x = ranef(f)[, 2], z = ranef(f)[, 3])
), "tests/reference/expected/random_slopes.json")
