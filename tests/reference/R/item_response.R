# Item response models by their marginal likelihood in base R: seeded answers, cases of the own corpus.
# Rscript tests/reference/R/item_response.R   (from the root of the project)
source("tests/reference/R/json.R")
out <- "tests/reference/kinds/own"
nodes <- seq(-8, 8, length.out = 161); weight <- dnorm(nodes) * (nodes[2] - nodes[1])

# P(category), nodes x K, of one item
graded <- function(a, d, t) { F <- cbind(1, plogis(outer(t, d, function(t, d) a * t + d)), 0); F[, -ncol(F)] - F[, -1] }
partial <- function(a, d, t) { E <- exp(cbind(0, outer(t, seq_along(d), function(t, k) k * a * t) + rep(d, each = length(t)))); E / rowSums(E) }
curve <- function(g, t, form) form(g[1], g[-1], t)
split_by <- function(theta, K) split(theta, rep(seq_along(K), K))
joint <- function(items, X, form) {
  L <- matrix(0, nrow(X), length(nodes))
  for (j in seq_along(items)) { P <- log(curve(items[[j]], nodes, form)); seen <- !is.na(X[, j]); L[seen, ] <- L[seen, ] + t(P)[X[seen, j] + 1, ] }
  exp(L) * rep(weight, each = nrow(X)) }
fit <- function(X, form, start, map) {
  K <- apply(X, 2, max, na.rm = TRUE) + 1
  f <- function(theta) { v <- suppressWarnings(sum(log(rowSums(joint(split_by(map(theta), K), X, form))))); if (is.finite(v)) -v else 1e10 }
  theta <- start
  for (i in 1:6) theta <- optim(theta, f, method = "BFGS", control = list(reltol = 1e-16, maxit = 1000))$par
  g <- function(theta) sapply(seq_along(theta), function(k) { h <- replace(0 * theta, k, 1e-4)
    (8 * (f(theta + h) - f(theta - h)) - (f(theta + 2 * h) - f(theta - 2 * h))) / 12e-4 })
  hessian <- function(theta) { H <- sapply(seq_along(theta), function(k) { h <- replace(0 * theta, k, 1e-3)
    (8 * (g(theta + h) - g(theta - h)) - (g(theta + 2 * h) - g(theta - 2 * h))) / 12e-3 }); (H + t(H)) / 2 }
  for (i in 1:2) theta <- theta - solve(hessian(theta), g(theta))
  list(theta = theta, loglik = -f(theta), vcov = solve(hessian(theta)), K = K) }
table_of <- function(x, rows, columns) list(rownames = as.list(rows), colnames = as.list(columns),
                                            values = lapply(seq_len(nrow(x)), function(i) unname(x[i, ])))
case <- function(id, title, file, X, type, form, start, map = identity, rasch = FALSE) {
  m <- fit(X, form, start, map); K <- m$K; items <- split_by(map(m$theta), K); names <- colnames(X); sd <- if (rasch) m$theta[1] else 1
  post <- joint(items, X, form); post <- post / rowSums(post)
  eap <- drop(post %*% nodes); error <- sqrt(drop(post %*% nodes^2) - eap^2)
  se <- sqrt(diag(m$vcov)); se <- if (rasch) as.vector(rbind(NA, matrix(se[-1], K[1] - 1))) else se
  own <- unlist(lapply(K, function(k) c("a1", if (k == 2) "d" else paste0("d", seq_len(k - 1)))))
  est <- unlist(lapply(items, function(g) if (rasch) c(1, g[-1]) else g)); item <- rep(names, K)
  places <- t(sapply(items, function(g) { a <- if (rasch) 1 else g[1]; c(a, -diff(c(if (identical(form, partial)) 0, g[-1])) / a)[seq_along(g)] }))
  if (identical(form, graded)) places <- t(sapply(items, function(g) c(if (rasch) 1 else g[1], -g[-1] / (if (rasch) 1 else g[1]))))
  at <- -3:3; h <- 1e-5
  info <- sapply(items, function(g) { P <- curve(g, at / sd, form); D <- (curve(g, at / sd + h, form) - curve(g, at / sd - h, form)) / (2 * h); rowSums(D^2 / P) / sd^2 })
  writeLines(to_json(list(id = id, schema = "mlbc-golden/2", kind = "irt", title = title,
    data = list(file = file, na = "NA", n = nrow(X)), call = list("tests/reference/R/item_response.R"), args = list(itemtype = type),
    tolerance_class = "loose", origin = "computed", versions = list(R = paste(R.version$major, R.version$minor, sep = ".")),
    expected = list(n = nrow(X), npar = length(m$theta), loglik = m$loglik, aic = 2 * length(m$theta) - 2 * m$loglik,
      bic = log(nrow(X)) * length(m$theta) - 2 * m$loglik,
      parameters = lapply(seq_along(est), function(i) list(item = item[i], name = own[i], est = unname(est[i]), se = if (is.na(se[i])) NULL else unname(se[i]))),
      irt_parameters = table_of(places, names, c("a", if (max(K) == 2) "b" else paste0("b", seq_len(max(K) - 1)))),
      latent_variance = unname(sd^2), latent_variance_se = if (rasch) unname(2 * sd * sqrt(m$vcov[1, 1])) else NULL,
      eap_head = table_of(sd * cbind(eap, error)[1:20, ], as.character(1:20), c("theta", "se")),
      eap_reliability = var(eap) / (var(eap) + mean(error^2)),
      item_information = table_of(info, as.character(at), names), test_information = unname(rowSums(info))))),
    file.path(out, "cases", paste0(id, ".json"))) }

set.seed(51); n <- 260; f <- rnorm(n)
a <- c(.8, 1.6, 1.2, 2); Y <- sapply(1:4, function(j) findInterval(a[j] * f + rlogis(n), a[j] * c(-1.2, .1, 1)))
Y[cbind(sample(n, 30), sample(4, 30, TRUE))] <- NA
write.csv(setNames(as.data.frame(Y), paste0("q", 1:4)), file.path(out, "data/ratings4_simulated.csv"), row.names = FALSE)
Y <- as.matrix(read.csv(file.path(out, "data/ratings4_simulated.csv")))
B <- as.matrix(read.csv(file.path(out, "data/dif_binary.csv")))[, paste0("i", 1:5)]
case("irt90_graded", "Graded response with gaps, four items, marginal likelihood in base R", "data/ratings4_simulated.csv", Y, "graded",
     graded, rep(c(1, 1.5, 0, -1.5), 4))
case("irt91_gpcm", "Generalized partial credit with gaps, the same answers", "data/ratings4_simulated.csv", Y, "gpcm",
     partial, rep(c(.7, .8, .6, -.5), 4))
case("irt92_2pl", "Two-parameter logistic model, five items", "data/dif_binary.csv", B, "2PL", graded, rep(c(1, 0), 5))
case("irt93_rasch", "Rasch model with free variance, five items", "data/dif_binary.csv", B, "Rasch", graded, c(1, rep(0, 5)),
     map = function(t) as.vector(rbind(t[1], t[-1])), rasch = TRUE)
