# lz and lz* of a graded response model by their formulas, with the mode by optimize() and derivatives by differences.
# Rscript tests/reference/R/graded_fit.R, from the root of the project.
source("tests/reference/R/json.R")
set.seed(11)
n <- 12
scales <- list(
  list(loadings = c(.8, .7, .6, .75, .5), thresholds = list(c(-1.2, -.3, .5, 1.4), c(-1, 0, 1), c(-.5, .2, .9, 1.5),
       c(-1.5, -.5, .4, 1.1), c(-.8, .1))),
  list(loadings = c(.6, .85, .7, .4), thresholds = list(c(-.7, .3, 1.2), c(-1.1, .2, .8), c(-.2, .6), c(-1, .5, 1.3))))
prob <- function(l, tau, th) { above <- c(1, pnorm((l * th - tau) / sqrt(1 - l^2)), 0); -diff(above) }
draw <- function(s) t(sapply(1:n, function(i) { th <- rnorm(1)
  mapply(function(l, tau) sample(0:length(tau), 1, prob = prob(l, tau, th)), s$loadings, s$thresholds) }))
answers <- lapply(scales, draw)
answers[[1]][1:3, ] <- t(sapply(1:3, function(i) sapply(scales[[1]]$thresholds, function(tau) sample(0:length(tau), 1))))
answers[[1]][4, 2] <- NA; answers[[2]][5, c(1, 2)] <- NA
parts <- function(x, s) {
  o <- which(!is.na(x)); if (length(o) < 3) return(c(0, 0, 0, 0))
  P <- function(j, th) prob(s$loadings[j], s$thresholds[[j]], th)
  post <- function(th) sum(sapply(o, function(j) log(P(j, th)[x[j] + 1]))) - th^2 / 2
  th <- optimize(post, c(-8, 8), maximum = TRUE, tol = 1e-12)$maximum
  h <- 1e-5
  g <- function(t) (post(t + h) - post(t - h)) / (2 * h)
  th <- uniroot(g, c(th - .01, th + .01), tol = 1e-12, extendInt = "yes")$root
  slope <- function(j) (P(j, th + h) - P(j, th - h)) / (2 * h)
  w <- lapply(o, function(j) log(P(j, th))); p <- lapply(o, function(j) P(j, th)); d <- lapply(o, slope)
  W <- sum(mapply(function(j, w, p) w[x[j] + 1] - sum(p * w), o, w, p))
  c <- sum(unlist(d) * unlist(w)) / sum(unlist(d)^2 / unlist(p))
  V <- function(v) sum(mapply(function(p, v) sum(p * v^2) - sum(p * v)^2, p, v))
  c(W, V(w), W - c * th, V(mapply(function(w, p, d) w - c * d / p, w, p, d, SIMPLIFY = FALSE)))
}
total <- Reduce(`+`, Map(function(x, s) apply(x, 1, parts, s = s), answers, scales))
rows <- function(m) lapply(1:nrow(m), function(i) as.numeric(m[i, ]))
write_json(list(versions = list(R = paste(R.version$major, R.version$minor, sep = ".")),
  scales = Map(function(x, s) list(answers = rows(x), loadings = s$loadings, thresholds = s$thresholds), answers, scales),
  lz = total[1, ] / sqrt(total[2, ]), lz_star = total[3, ] / sqrt(total[4, ])), "tests/reference/expected/graded_fit.json")
