# Partial least squares on scores, case by case, in base R: the numbers of pls90_simulated and plsc90_simulated, and their data.
# Rscript tests/reference/R/composites.R   (from the root of the project). Unlike the package, which works on correlation
# matrices, this iterates on the scores themselves with lm.fit.
source("tests/reference/R/json.R")
folder <- "tests/reference/kinds/own"

simulate <- function() {
  set.seed(20240917); n <- 220
  fame <- rnorm(n); care <- .5 * fame + sqrt(.75) * rnorm(n)
  trust <- .4 * fame + .35 * care + .75 * rnorm(n); stay <- .6 * trust + .1 * fame + .7 * rnorm(n)
  item <- function(f, l) round(4 + 1.3 * (l * f + sqrt(1 - l^2) * rnorm(n)), 1)
  data.frame(fa1 = item(fame, .8), fa2 = item(fame, .7), fa3 = item(fame, .6), ca1 = item(care, .8), ca2 = item(care, .75), ca3 = item(care, .5),
             tr1 = item(trust, .85), tr2 = item(trust, .8), tr3 = item(trust, .7), st1 = item(stay, .8), st2 = item(stay, .75))
}
blocks <- list(fame = c("fa1", "fa2", "fa3"), care = c("ca1", "ca2", "ca3"), trust = c("tr1", "tr2", "tr3"), stay = c("st1", "st2"))
paths <- list(trust = c("fame", "care"), stay = c("fame", "trust"))

weigh <- function(x, modes, scheme) {
  z <- scale(x); w <- lapply(blocks, function(b) rep(1, length(b)))
  score <- function(w) sapply(names(blocks), function(k) as.vector(scale(z[, blocks[[k]], drop = FALSE] %*% w[[k]])))
  repeat {
    s <- score(w); c <- cor(s); e <- matrix(0, length(blocks), length(blocks), dimnames = list(names(blocks), names(blocks)))
    for (to in names(paths)) for (from in paths[[to]]) {
      e[from, to] <- e[to, from] <- if (scheme == "centroid") sign(c[from, to]) else c[from, to]
    }
    if (scheme == "path") for (to in names(paths)) e[to, paths[[to]]] <- lm.fit(s[, paths[[to]], drop = FALSE], s[, to])$coefficients
    proxy <- s %*% t(e)
    new <- lapply(names(blocks), function(k) {
      b <- z[, blocks[[k]], drop = FALSE]; p <- proxy[, k]
      v <- if (modes[k] == "B") lm.fit(b, p)$coefficients else as.vector(cor(b, p)) * sd(p)
      v / sd(b %*% v)
    })
    names(new) <- names(blocks)
    if (max(abs(unlist(new) - unlist(score_scale(w, z)))) < 1e-14) break
    w <- new
  }
  w <- lapply(new, function(v) v * sign(sum(v)))
  list(z = z, w = w, s = score(w))
}
score_scale <- function(w, z) mapply(function(v, k) v / sd(z[, blocks[[k]], drop = FALSE] %*% v), w, names(blocks), SIMPLIFY = FALSE)

table_of <- function(values, column = "est") do.call(c, lapply(names(blocks), function(k) lapply(seq_along(blocks[[k]]), function(i)
  list(construct = k, indicator = blocks[[k]][i], est = values[[k]][i]))))
matrix_of <- function(m) list(rownames = rownames(m), colnames = colnames(m), values = lapply(seq_len(nrow(m)), function(i) as.numeric(m[i, ])))

rho_a <- function(w, r) { a <- tcrossprod(w); d <- row(r) != col(r); sum(w^2)^2 * sum((a * r)[d]) / sum((a * a)[d]) }

report <- function(x, modes, scheme, consistent) {
  f <- weigh(x, modes, scheme); n <- nrow(x); r <- cor(x); c <- cor(f$s); ks <- names(blocks)
  rho <- sapply(ks, function(k) if (modes[k] == "B") 1 else rho_a(f$w[[k]], r[blocks[[k]], blocks[[k]]]))
  loadings <- lapply(ks, function(k) if (consistent) f$w[[k]] * sqrt(rho[[k]]) / sum(f$w[[k]]^2) else as.vector(cor(x[, blocks[[k]]], f$s[, k]))); names(loadings) <- ks
  phi <- if (consistent) c / sqrt(tcrossprod(rho)) else c; diag(phi) <- 1
  b <- list(); r2 <- list(); adj <- list(); f2 <- list()
  for (to in names(paths)) {
    p <- paths[[to]]; beta <- solve(phi[p, p], phi[p, to]); r2[[to]] <- sum(beta * phi[p, to]); adj[[to]] <- 1 - (1 - r2[[to]]) * (n - 1) / (n - length(p) - 1)
    for (from in p) {
      q <- setdiff(p, from); without <- sum(solve(phi[q, q, drop = FALSE], phi[q, to]) * phi[q, to])
      b[[length(b) + 1]] <- list(from = from, to = to, est = unname(beta[from])); f2[[length(f2) + 1]] <- list(from = from, to = to, est = (r2[[to]] - without) / (1 - r2[[to]]))
    }
  }
  reliability <- lapply(ks, function(k) {
    q <- r[blocks[[k]], blocks[[k]]]; m <- ncol(q); l <- loadings[[k]]
    list(construct = k, alpha = m / (m - 1) * (1 - m / sum(q)), rhoA = rho[[k]], rhoC = sum(l)^2 / (sum(l)^2 + sum(1 - l^2)), AVE = mean(l^2))
  })
  htmt <- list()
  for (i in 2:length(ks)) for (j in 1:(i - 1)) {
    within <- function(k) { q <- r[blocks[[k]], blocks[[k]]]; mean(q[lower.tri(q)]) }
    value <- mean(r[blocks[[ks[i]]], blocks[[ks[j]]]]) / sqrt(within(ks[i]) * within(ks[j]))
    htmt[[length(htmt) + 1]] <- list(a = ks[i], b = ks[j], absolute = value, signed = value)
  }
  cross <- cor(x, f$s); dimnames(cross) <- list(colnames(x), ks)
  list(loadings = table_of(loadings), weights = table_of(f$w), paths = b, r2 = r2, adj_r2 = adj, f2 = f2, reliability = reliability, htmt = htmt,
       cross_loadings = matrix_of(cross[unlist(blocks), ]))
}

constructs <- function(modes, factor) lapply(names(blocks), function(k) list(name = k, mode = unname(modes[k]), common_factor = factor, indicators = as.list(blocks[[k]])))
arrows <- do.call(c, lapply(names(paths), function(to) lapply(paths[[to]], function(from) list(from = from, to = to))))
case <- function(id, kind, title, x, modes, scheme, consistent) list(id = id, schema = "mlbc-golden/2", kind = kind, title = title, hidden = FALSE,
  data = list(file = "data/composites_simulated.csv", na = "NA", n = nrow(x)), call = list("tests/reference/R/composites.R"),
  args = list(constructs = constructs(modes, consistent), paths = arrows, scheme = scheme), tolerance_class = "tight", origin = "computed",
  versions = list(R = as.character(getRversion())), expected = report(x, modes, scheme, consistent))

file <- file.path(folder, "data", "composites_simulated.csv")
write.csv(simulate(), file, row.names = FALSE, quote = FALSE); x <- read.csv(file)
write_json(case("pls90_simulated", "pls", "Composites, mode A and B, path weighting, on scores in base R", x,
  c(fame = "B", care = "A", trust = "A", stay = "A"), "path", FALSE), file.path(folder, "cases", "pls90_simulated.json"))
write_json(case("plsc90_simulated", "plsc", "Common factors, centroid weighting, on scores in base R", x,
  c(fame = "A", care = "A", trust = "A", stay = "A"), "centroid", TRUE), file.path(folder, "cases", "plsc90_simulated.json"))
