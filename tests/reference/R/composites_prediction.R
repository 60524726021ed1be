# Prediction out of sample, groups and importance of composites on scores, case by case, in base R: the numbers of
# pred90_simulated, cvpat90_simulated, micom90_simulated, mga90_simulated and ipma90_simulated, and their data.
# Rscript tests/reference/R/composites_prediction.R   (from the root of the project, after composites.R)
for (line in parse("tests/reference/R/composites.R")) if (identical(line[[1]], as.name("<-")) || identical(line[[1]], as.name("source"))) eval(line)
modes <- c(fame = "B", care = "A", trust = "A", stay = "A"); ks <- names(blocks); inside <- names(paths); n <- nrow(x)

fit <- function(x) {
  f <- weigh(x, modes, "path")
  f$b <- lapply(paths, function(p) p); for (to in inside) f$b[[to]] <- lm.fit(f$s[, paths[[to]]], f$s[, to])$coefficients
  f$l <- lapply(ks, function(k) as.vector(cor(x[, blocks[[k]]], f$s[, k]))); names(f$l) <- ks
  f$m <- colMeans(x); f$sd <- apply(x, 2, sd)
  f
}
scores <- function(f, x, w = f$w) sapply(ks, function(k) as.vector(scale(x, f$m, f$sd)[, blocks[[k]], drop = FALSE] %*% w[[k]]))
guess <- function(f, new) {
  s <- rbind(scores(f, new)); colnames(s) <- ks
  do.call(cbind, lapply(inside, function(to) {
    y <- s[, paths[[to]], drop = FALSE] %*% f$b[[to]]
    out <- sapply(seq_along(blocks[[to]]), function(i) f$m[blocks[[to]][i]] + f$sd[blocks[[to]][i]] * f$l[[to]][i] * y)
    out <- matrix(out, nrow(new)); colnames(out) <- blocks[[to]]; out
  }))
}
linear <- function(old, new, of) do.call(cbind, lapply(inside, function(to) {
  from <- of(to); out <- sapply(blocks[[to]], function(y) cbind(1, as.matrix(new[, from])) %*% lm.fit(cbind(1, as.matrix(old[, from])), old[, y])$coefficients)
  matrix(out, nrow(new), dimnames = list(NULL, blocks[[to]]))
}))
outside <- function(to) unlist(blocks[setdiff(ks, inside)]); others <- function(to) unlist(blocks[setdiff(ks, to)])

items <- unlist(blocks[inside]); y <- as.matrix(x[, items]); fold <- (seq_len(n) - 1) %% 5 + 1
empty <- matrix(0, n, length(items), dimnames = list(NULL, items))
p <- list(pls = empty, lm_exogenous = empty, lm_all_other = empty, indicator_average = empty, pls_in_sample = empty)
for (k in 1:5) {
  old <- x[fold != k, ]; new <- x[fold == k, ]; f <- fit(old)
  p$pls[fold == k, ] <- guess(f, new); p$lm_exogenous[fold == k, ] <- linear(old, new, outside)
  p$lm_all_other[fold == k, ] <- linear(old, new, others)
  p$indicator_average[fold == k, ] <- rep(colMeans(old[, items]), each = nrow(new))
  p$pls_in_sample[fold != k, ] <- p$pls_in_sample[fold != k, ] + guess(f, old) / 4
}
rows <- function(e, q) lapply(seq_along(items), function(i) {
  r <- list(indicator = unname(items[i]), rmse = sqrt(mean(e[, i]^2)), mae = mean(abs(e[, i])))
  if (q) r$q2_predict <- 1 - sum(e[, i]^2) / sum((y[, i] - p$indicator_average[, i])^2)
  r
})
predicted <- lapply(names(p), function(k) rows(y - p[[k]], k %in% c("pls", "lm_exogenous", "lm_all_other"))); names(predicted) <- names(p)
head5 <- p$pls[1:5, ]; rownames(head5) <- 1:5; predicted$predictions_head <- matrix_of(head5)

loss <- function(k) { l <- sapply(inside, function(to) rowMeans((y - p[[k]])[, blocks[[to]]]^2)); cbind(l, Overall = rowMeans(l)) }
against <- function(k) { a <- loss("pls"); b <- loss(k); lapply(colnames(a), function(j) {
  d <- a[, j] - b[, j]; t <- mean(d) / (sd(d) / sqrt(n))
  list(construct = j, loss = mean(a[, j]), benchmark_loss = mean(b[, j]), difference = mean(d), sd = sd(d), t = t, p_two_sided = 2 * pt(-abs(t), n - 1), p_pls_better = pt(t, n - 1))
}) }

set.seed(20261127); group <- ifelse(runif(n) < .45, "left", "right"); orders <- t(replicate(19, sample(n)))
write.csv(cbind(x, group), file.path(folder, "data", "composites_groups_simulated.csv"), row.names = FALSE, quote = FALSE)
write.csv(setNames(as.data.frame(orders), paste0("r", seq_len(n))), file.path(folder, "data", "composites_permutations.csv"), row.names = FALSE)
whole <- fit(x)
agreement <- function(g, z) { a <- fit(x[g == "left", ])$w; b <- fit(x[g == "right", ])$w
  sapply(ks, function(k) cor(as.matrix(z[, blocks[[k]]]) %*% a[[k]], as.matrix(z[, blocks[[k]]]) %*% b[[k]])) }
micom <- function(g) { l <- whole$s[g == "left", ]; r <- whole$s[g == "right", ]
  list(c_raw = agreement(g, x), c_standardized = agreement(g, scale(x)), mean_difference = colMeans(l) - colMeans(r),
       log_variance_ratio = log(apply(l, 2, var) / apply(r, 2, var))) }
seen <- micom(group); drawn <- lapply(seq_len(nrow(orders)), function(b) micom(group[orders[b, ]]))
of <- function(k) t(sapply(drawn, function(d) d[[k]])); cs <- c("c_raw", "c_standardized")
ends <- function(k) { q <- apply(of(k), 2, quantile, c(.025, .975)); list(lower = as.list(q[1, ]), upper = as.list(q[2, ])) }
invariant <- list(groups = list("left", "right"), observed = lapply(seen, as.list),
  c_quantile05 = sapply(cs, function(k) as.list(apply(of(k), 2, quantile, .05)), simplify = FALSE),
  p_compositional = sapply(cs, function(k) as.list(colMeans(sweep(of(k), 2, seen[[k]]) <= 1e-12)), simplify = FALSE),
  mean_difference_ci = ends("mean_difference"), log_variance_ratio_ci = ends("log_variance_ratio"))

side <- function(x) { f <- fit(x); list(paths = do.call(c, lapply(inside, function(to) lapply(paths[[to]], function(from) list(from = from, to = to, est = unname(f$b[[to]][from]))))),
  weights = table_of(f$w), loadings = table_of(f$l)) }
sides <- list(left = side(x[group == "left", ]), right = side(x[group == "right", ]))
implied <- function(x) { f <- fit(x); s <- cor(f$s); b <- matrix(0, 4, 4, dimnames = list(ks, ks)); for (to in inside) b[to, paths[[to]]] <- f$b[[to]]
  psi <- s; psi[inside, ] <- 0; psi[, inside] <- 0; for (to in inside) psi[to, to] <- 1 - sum(f$b[[to]] * s[paths[[to]], to])
  a <- solve(diag(4) - b); phi <- a %*% psi %*% t(a); diag(phi) <- 1; names <- unlist(blocks); lam <- matrix(0, length(names), 4, dimnames = list(names, ks))
  for (k in ks) lam[blocks[[k]], k] <- f$l[[k]]
  out <- lam %*% phi %*% t(lam); for (k in ks) out[blocks[[k]], blocks[[k]]] <- cor(x)[blocks[[k]], blocks[[k]]]; out }
one <- implied(x[group == "left", ]); two <- implied(x[group == "right", ])
gaps <- setNames(Map(function(a, b) a$est - b$est, sides$left$paths, sides$right$paths), sapply(sides$left$paths, function(p) paste(p$to, "~", p$from)))
different <- list(groups = sides, klesel = list(dL = .5 * sum((one - two)^2), dG = .5 * sum(log(Re(eigen(solve(one, two))$values))^2)), chin = gaps)

z <- 100 * (x + 2) / 12; f <- fit(z); v <- lapply(ks, function(k) { w <- f$w[[k]] / f$sd[blocks[[k]]]; w / sum(w) }); names(v) <- ks
raw <- sapply(ks, function(k) as.matrix(z[, blocks[[k]]]) %*% v[[k]]); direct <- matrix(0, 4, 4, dimnames = list(ks, ks))
for (to in inside) direct[to, paths[[to]]] <- lm(raw[, to] ~ raw[, paths[[to]]])$coefficients[-1]
total <- solve(diag(4) - direct) - diag(4); reach <- solve(diag(4) - (direct != 0)) - diag(4); pairs <- which(reach != 0, arr.ind = TRUE)
matters <- list(construct_importance = lapply(seq_len(nrow(pairs)), function(i) list(from = ks[pairs[i, 2]], to = ks[pairs[i, 1]], est = total[pairs[i, 1], pairs[i, 2]])),
  construct_performance = as.list(colMeans(raw)), indicator_performance = as.list(colMeans(z)))

keep <- function(id, kind, title, expected, more = list(), file = "data/composites_simulated.csv", files = NULL) {
  d <- list(file = file, na = "NA", n = n); if (!is.null(files)) d$more <- files
  write_json(list(id = id, schema = "mlbc-golden/2", kind = kind, title = title, hidden = FALSE, data = d, call = list("tests/reference/R/composites_prediction.R"),
    args = c(list(constructs = constructs(modes, FALSE), paths = arrows, scheme = "path"), more), tolerance_class = "tight", origin = "computed",
    versions = list(R = as.character(getRversion())), expected = expected), file.path(folder, "cases", paste0(id, ".json")))
}
folds <- list(technique = "DA", folds = "((row - 1) mod 5) + 1"); grouped <- "data/composites_groups_simulated.csv"
keep("pred90_simulated", "plspredict", "Five given folds, on scores in base R", predicted, folds)
keep("cvpat90_simulated", "cvpat", "Predictive ability against three benchmarks, in base R",
  list(against_indicator_average = against("indicator_average"), against_lm_exogenous = against("lm_exogenous"), against_lm_all_other = against("lm_all_other")), folds)
keep("micom90_simulated", "micom", "Invariance of composites by 19 given permutations, in base R", invariant, list(group = "group"), grouped, list("data/composites_permutations.csv"))
keep("mga90_simulated", "micom", "Differences and distances of two groups, in base R", different, list(group = "group"), grouped)
keep("ipma90_simulated", "ipma", "Importance and performance, items from -2..10 to 0..100, in base R", matters, list(range = c(-2, 10)))
