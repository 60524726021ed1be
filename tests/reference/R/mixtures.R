# Mixtures by EM in base R from many starts: seeded measurements and categories, cases of the own corpus.
# Rscript tests/reference/R/mixtures.R   (from the root of the project)
source("tests/reference/R/json.R")
out <- "tests/reference/kinds/own"
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."))
table_of <- function(x, rows, columns) list(rownames = as.list(rows), colnames = as.list(columns),
                                            values = lapply(seq_len(nrow(x)), function(i) as.list(unname(x[i, ]))))
write_own <- function(id, title, file, n, expected)
  writeLines(to_json(list(id = id, schema = "mlbc-golden/2", kind = "lpa", title = title, data = list(file = file, na = "NA", n = n),
    call = list("tests/reference/R/mixtures.R"), tolerance_class = "loose", origin = "computed", versions = versions,
    expected = expected)), file.path(out, "cases", paste0(id, ".json")))
climb <- function(z, step, density) { old <- -Inf
  for (i in 1:20000) { m <- step(z); d <- density(m); top <- apply(d, 1, max); e <- exp(d - top); l <- sum(log(rowSums(e)) + top); z <- e / rowSums(e)
    if (!is.finite(l) || l - old < 1e-13 * abs(l)) break; old <- l }
  list(z = z, loglik = l, model = step(z)) }
best <- function(starts, step, density) { fits <- lapply(starts, function(z) try(climb(z, step, density), silent = TRUE))
  fits <- fits[!sapply(fits, inherits, "try-error")]; fits[[which.max(sapply(fits, function(f) if (is.finite(f$loglik)) f$loglik else -Inf))]] }
entropy <- function(z) if (ncol(z) > 1) 1 + sum(ifelse(z > 0, z * log(z), 0)) / (nrow(z) * log(ncol(z))) else NULL

set.seed(71); n <- 150; g <- rep(1:3, c(70, 50, 30))
X <- cbind(c(0, 3, 0)[g], c(0, 3, 3)[g]) + cbind(rnorm(n), rnorm(n)) * c(1, .7, 1.2)[g]; X[, 2] <- X[, 2] + .4 * X[, 1]
write.csv(setNames(as.data.frame(round(X, 4)), c("u", "v")), file.path(out, "data/profiles_simulated.csv"), row.names = FALSE)
X <- as.matrix(read.csv(file.path(out, "data/profiles_simulated.csv"))); p <- ncol(X)
structures <- list(
  EEI = function(W, nk) { s <- diag(diag(Reduce(`+`, W)) / sum(nk)); lapply(W, function(w) s) },
  VVI = function(W, nk) Map(function(w, k) diag(diag(w) / k), W, nk),
  EEE = function(W, nk) { s <- Reduce(`+`, W) / sum(nk); lapply(W, function(w) s) },
  VVV = function(W, nk) Map(function(w, k) w / k, W, nk))
count <- function(s, K) switch(s, EEI = p, VVI = K * p, EEE = p * (p + 1) / 2, VVV = K * p * (p + 1) / 2)
profile <- function(s, K) {
  step <- function(z) { nk <- colSums(z); mu <- lapply(1:K, function(k) colSums(z[, k] * X) / nk[k])
    W <- lapply(1:K, function(k) { y <- sweep(X, 2, mu[[k]]); crossprod(y * z[, k], y) }); list(pi = nk / n, mu = mu, S = structures[[s]](W, nk)) }
  density <- function(m) sapply(1:K, function(k) log(m$pi[k]) - .5 * (p * log(2 * pi) + determinant(m$S[[k]])$modulus + mahalanobis(X, m$mu[[k]], m$S[[k]])))
  starts <- if (K == 1) list(matrix(1, n, 1)) else lapply(1:40, function(i) diag(K)[suppressWarnings(kmeans(X, K))$cluster, ])
  f <- best(starts, step, density); o <- order(-f$model$pi); z <- f$z[, o, drop = FALSE]; m <- f$model; q <- K - 1 + K * p + count(s, K); rows <- as.character(1:K)
  bic <- q * log(n) - 2 * f$loglik; hard <- max.col(z)
  list(model = s, classes = K, loglik = f$loglik, npar = q, bic_mclust = -bic, bic = bic, aic = 2 * q - 2 * f$loglik,
    icl_mclust = -bic + 2 * sum(log(z[cbind(1:n, hard)])), entropy = entropy(z), proportions = as.list(m$pi[o]),
    means = table_of(do.call(rbind, m$mu[o]), rows, colnames(X)), variances = table_of(do.call(rbind, lapply(m$S[o], diag)), rows, colnames(X)),
    counts = as.list(tabulate(hard, K)), posterior_head = if (K > 1) table_of(z[1:6, ], as.character(1:6), rows) else NULL) }
write_own("lpa90_profiles", "Latent profiles, four structures, one to three classes, EM in base R", "data/profiles_simulated.csv", n,
  sapply(names(structures), function(s) lapply(c(one = 1, two = 2, three = 3), function(K) profile(s, K)), simplify = FALSE))

d <- read.csv(file.path(out, "data/dif_binary.csv"))[, paste0("i", 1:6)]; n <- nrow(d); sizes <- rep(2, 6)
I <- do.call(cbind, lapply(d, function(x) cbind(x == 0, x == 1) * 1)); item <- rep(1:6, each = 2)
answers <- function(K) {
  step <- function(z) { P <- t(z) %*% I; list(pi = colSums(z) / n, P = P / t(rowsum(t(P), item))[, item, drop = FALSE]) }
  density <- function(m) I %*% t(log(pmax(m$P, 1e-300))) + rep(log(m$pi), each = n)
  starts <- if (K == 1) list(matrix(1, n, 1)) else lapply(1:25, function(i) { z <- matrix(rexp(n * K), n); z / rowSums(z) })
  f <- best(starts, step, density); o <- order(-f$model$pi); m <- f$model; q <- K - 1 + 6 * K; rows <- as.character(1:K)
  key <- do.call(paste, d); once <- !duplicated(key); O <- as.vector(table(key)[key[once]]); E <- n * rowSums(exp(density(m)))[once]
  list(classes = K, loglik = f$loglik, npar = q, aic = 2 * q - 2 * f$loglik, bic = q * log(n) - 2 * f$loglik,
    chisq = sum((O - E)^2 / E) + n - sum(E), gsq = 2 * sum(O * log(O / E)), df = min(n, 63) - q, proportions = as.list(m$pi[o]),
    probabilities = sapply(names(d), function(name) { at <- which(item == match(name, names(d))); table_of(m$P[o, at, drop = FALSE], rows, c("1", "2")) }, simplify = FALSE),
    entropy = entropy(f$z)) }
write_own("lpa91_classes", "Latent classes of six items, one and two classes, EM in base R", "data/dif_binary.csv", n,
  lapply(c(one = 1, two = 2), answers))
