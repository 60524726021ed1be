# Indices of careless answering by their formulas in base R, on a simulated set of 60 cases (12 of them random).
# Rscript tests/reference/R/careless.R, from the root of the project; writes a case and its data.
source("tests/reference/R/json.R")
out <- "tests/reference/kinds/own"
set.seed(20261127)
n <- 60; scales <- 4; k <- 3; p <- scales * k
trait <- matrix(rnorm(n * scales), n) * .8 + rnorm(n) * .4
x <- trait[, rep(1:scales, each = k)] + matrix(rnorm(n * p), n) * .6 + rep(seq(-.6, .6, length.out = p), each = n)
d <- pmin(pmax(round(3 + 1.1 * x), 1), 5)
d[1:12, ] <- matrix(sample(1:5, 12 * p, TRUE), 12)
colnames(d) <- paste0("v", 1:p)
write.csv(d, file.path(out, "data/careless_simulated.csv"), row.names = FALSE, quote = FALSE)

runs <- apply(d, 1, function(v) rle(v)$lengths)
blocks <- split(1:p, ceiling(5 * (1:p) / p))
parts <- list(1:3, 4:6, 7:8, 9:10, 11:12)
irv <- function(columns) apply(d[, columns], 1, sd)
halves <- function(first) sapply(0:(scales - 1), function(s) rowMeans(d[, s * k + seq(first, k, 2), drop = FALSE]))
a <- halves(1); b <- halves(2)
r <- sapply(1:n, function(i) cor(a[i, ], b[i, ])); evenodd <- -pmax(2 * r / (1 + r), -1)
R <- cor(d); crit <- .45
at <- which(lower.tri(R) & R > crit, arr.ind = TRUE)
syn <- sapply(1:n, function(i) cor(d[i, at[, 1]], d[i, at[, 2]]))
d2 <- mahalanobis(d, colMeans(d), cov(d))

# Guttman errors: every pair of steps is looked at; the most for a score by trying every pattern.
steps <- function(v) unlist(lapply(v, function(s) as.numeric(s >= 2:5)))
guttman <- lapply(0:(scales - 1), function(s) {
  own <- d[, s * k + 1:k]
  Y <- t(apply(own, 1, steps)); pop <- colMeans(Y)
  errors <- function(y) {
    e <- 0
    for (g in seq_along(y)) for (h in seq_along(y)) {
      if (pop[g] > pop[h] && y[g] == 0 && y[h] == 1) e <- e + 1
      if (g < h && pop[g] == pop[h] && y[g] != y[h]) e <- e + .5
    }
    e
  }
  all <- as.matrix(expand.grid(rep(list(1:5), k)))
  bound <- tapply(apply(all, 1, function(v) errors(steps(v))), rowSums(all), max)
  list(errors = apply(Y, 1, errors), most = as.numeric(bound[as.character(rowSums(own))]))
})
errors <- Reduce(`+`, lapply(guttman, `[[`, "errors")); most <- Reduce(`+`, lapply(guttman, `[[`, "most"))

gaps <- rbind(c(1, 2), c(1, 5), c(3, 12), c(7, 1), cbind(9, 1:8))
g <- d; g[gaps] <- NA
mu <- colMeans(g, na.rm = TRUE); S <- cov(g, use = "pairwise")
own <- sapply(1:n, function(i) { o <- !is.na(g[i, ]); mahalanobis(g[i, o], mu[o], S[o, o]) })
match <- sapply(1:n, function(i) max(sapply(setdiff(1:n, i), function(j) {
  both <- !is.na(g[i, ]) & !is.na(g[j, ])
  if (sum(both) < 10) NA else mean(g[i, both] == g[j, both])
}), na.rm = TRUE))
match[!is.finite(match)] <- NA
expected <- list(
  longstring = list(longstr = sapply(runs, max), avgstr = p / sapply(runs, length)),
  irv = irv(1:p),
  irv_split = list(irvTotal = irv(1:p), irv1 = irv(parts[[1]]), irv2 = irv(parts[[2]]), irv3 = irv(parts[[3]]),
                   irv4 = irv(parts[[4]]), irv5 = irv(parts[[5]])),
  mahalanobis = list(d_sq = d2, flagged = as.numeric(d2 > qchisq(.99, p))),
  evenodd = evenodd,
  psychsyn = list(numPairs = rep(nrow(at), n), cor = syn),
  guttman = list(errors = errors, most = most, normed = errors / most),
  incomplete = list(d_sq = own, p = pchisq(own, rowSums(!is.na(g)), lower.tail = FALSE), match = match))
case <- list(id = "car90_simulated", schema = "mlbc-golden/2", kind = "careless",
  title = "Careless responding indices by their formulas in base R, 12 items, 60 persons",
  data = list(file = "data/careless_simulated.csv", na = "NA", n = n), call = list("tests/reference/R/careless.R"),
  args = list(scales = scales, items_per_scale = k, critical_value = crit,
              gaps = lapply(seq_len(nrow(gaps)), function(i) gaps[i, ])),
  tolerance_class = "tight", origin = "computed", versions = list(R = paste(R.version$major, R.version$minor, sep = ".")),
  expected = expected)
writeLines(to_json(case), file.path(out, "cases/car90_simulated.json"))
