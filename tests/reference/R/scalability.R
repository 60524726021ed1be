# Scalability by its formulas and ordinal logistic differential functioning by MASS::polr: seeded answers, own corpus.
# Rscript tests/reference/R/scalability.R   (from the root of the project)
source("tests/reference/R/json.R")
out <- "tests/reference/kinds/own"
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."), MASS = as.character(packageVersion("MASS")))
write_own <- function(id, kind, title, file, n, call, expected, class, args = NULL)
  writeLines(to_json(list(id = id, schema = "mlbc-golden/2", kind = kind, title = title,
    data = list(file = file, na = "NA", n = n), call = as.list(call), args = args, tolerance_class = class,
    origin = "computed", versions = versions, expected = expected)), file.path(out, "cases", paste0(id, ".json")))
set.seed(61); n <- 300; male <- rep(0:1, n / 2); f <- rnorm(n) + .3 * male
X <- sapply(1:5, function(j) findInterval((.8 + .2 * j) * f + rlogis(n) - (j == 2) * male, c(-1.5, 0, 1.2) + j / 10))
write.csv(data.frame(male, setNames(as.data.frame(X), paste0("q", 1:5))), file.path(out, "data/scale_simulated.csv"), row.names = FALSE)
d <- read.csv(file.path(out, "data/scale_simulated.csv")); X <- d[, -1]; k <- ncol(X)

top <- function(i, j) cov(sort(X[, i]), sort(X[, j]))
C <- cov(X); M <- outer(1:k, 1:k, Vectorize(top)); diag(C) <- diag(M) <- 0; V <- outer(apply(X, 2, var), apply(X, 2, var)); diag(V) <- 0
pairs <- unlist(lapply(1:k, function(j) lapply(seq_len(j - 1), function(i) list(a = names(X)[j], b = names(X)[i], H = C[i, j] / M[i, j]))), FALSE)
S <- cov(X)
write_own("mok90_simulated", "mokken", "Scalability of five items, covariance over its maximum", "data/scale_simulated.csv", n,
  c("tests/reference/R/scalability.R"),
  list(H = sum(C) / sum(M), items = lapply(1:k, function(j) list(item = names(X)[j], H = sum(C[, j]) / sum(M[, j]))), pairs = pairs,
    z = list(Z = sum(C) * sqrt(n - 1) / sqrt(2 * sum(V)), items = as.list(setNames(rowSums(C) * sqrt(n - 1) / sqrt(rowSums(V)), names(X)))),
    reliability = list(alpha = k / (k - 1) * (1 - sum(diag(S)) / sum(S)),
      lambda2 = (sum(C) + sqrt(k / (k - 1) * sum(C^2))) / sum(S))), "tight")

one <- function(x, s, g) {
  y <- factor(x); fit <- function(...) MASS::polr(..., method = "logistic", control = list(reltol = 1e-15, maxit = 1000))
  m <- list(m0 = fit(y ~ 1), m1 = fit(y ~ s), m2 = fit(y ~ s + g), m3 = fit(y ~ s * g))
  l <- sapply(m, function(v) as.numeric(logLik(v))); chi <- 2 * c(uniform = l[[3]] - l[[2]], nonuniform = l[[4]] - l[[3]], total = l[[4]] - l[[2]])
  r2 <- function(v) { cs <- 1 - exp(2 * (l[[1]] - v) / length(x)); list(mcfadden = 1 - v / l[[1]], cox_snell = cs, nagelkerke = cs / (1 - exp(2 * l[[1]] / length(x)))) }
  list(loglik = as.list(l), chisq = as.list(chi), df = list(1, 1, 2), p = as.list(unname(pchisq(chi, c(1, 1, 2), lower.tail = FALSE))),
    r2 = lapply(as.list(l[-1]), r2), slope_m1 = coef(m$m1)[["s"]], slope_m2 = coef(m$m2)[["s"]], group_m2 = coef(m$m2)[["g"]],
    slope_change_percent = 100 * abs(coef(m$m2)[["s"]] / coef(m$m1)[["s"]] - 1), m3 = as.list(coef(m$m3))) }
write_own("dif90_simulated", "dif", "Ordinal logistic differential functioning by sex, five items", "data/scale_simulated.csv", n,
  c("tests/reference/R/scalability.R"), lapply(X, one, s = rowSums(X), g = d$male), "loose", list(group = "male"))
