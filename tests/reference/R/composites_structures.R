# Mediation, constructs of higher order, products, GSCA and composites by maximum likelihood, in base R and lavaan: the numbers of
# mediation90, hoc90, interaction90, gsca90 and composite_sem90.
# Rscript tests/reference/R/composites_structures.R   (from the root of the project, after composites.R)
for (line in parse("tests/reference/R/composites.R")) if (identical(line[[1]], as.name("<-")) || identical(line[[1]], as.name("source"))) eval(line)
x <- read.csv(file.path(folder, "data", "composites_simulated.csv"))
own <- blocks; chain <- paths
arrows_of <- function(p) do.call(c, lapply(names(p), function(to) lapply(p[[to]], function(from) list(from = from, to = to))))
described <- function(b, modes, factor = FALSE) lapply(names(b), function(k) list(name = k, mode = unname(modes[k]), common_factor = factor, indicators = as.list(b[[k]])))
keep <- function(id, kind, title, args, expected, tolerance = "tight", versions = list(R = as.character(getRversion())))
  write_json(list(id = id, schema = "mlbc-golden/2", kind = kind, title = title, hidden = FALSE, data = list(file = "data/composites_simulated.csv", na = "NA", n = nrow(x)),
    call = list("tests/reference/R/composites_structures.R"), args = args, tolerance_class = tolerance, origin = "computed", versions = versions, expected = expected),
    file.path(folder, "cases", paste0(id, ".json")))
solved <- function(data, b, p, modes, scheme = "path") { blocks <<- b; paths <<- p; f <- weigh(data, modes, scheme); f$b <- regressions(f$s, p); f }
regressions <- function(s, p) lapply(p, function(from) NULL) |> (\(out) { for (to in names(p)) { m <- lm.fit(s[, p[[to]], drop = FALSE], s[, to]); out[[to]] <- list(b = m$coefficients, r2 = 1 - sum(m$residuals^2) / sum(s[, to]^2)) }; out })()
rows_of <- function(f, p) do.call(c, lapply(names(p), function(to) lapply(p[[to]], function(from) list(from = from, to = to, est = unname(f$b[[to]]$b[from])))))
r2_of <- function(f) lapply(f$b, function(e) e$r2)
loadings_of <- function(f, data) setNames(lapply(names(blocks), function(k) as.vector(cor(data[, blocks[[k]]], f$s[, k]))), names(blocks))
modes <- c(fame = "B", care = "A", trust = "A", stay = "A")

# Mediation: powers of the matrix of paths, and every chain on its own.
f <- solved(x, own, chain, modes); ks <- names(own)
B <- matrix(0, 4, 4, dimnames = list(ks, ks)); for (to in names(chain)) B[to, chain[[to]]] <- f$b[[to]]$b
B2 <- B %*% B; indirect <- B2 + B2 %*% B; total <- B + indirect
pairs_of <- function(m, at) do.call(c, lapply(ks, function(from) lapply(ks[at[, from]], function(to) list(from = from, to = to, est = m[to, from]))))
keep("mediation90_simulated", "mediation", "Direct, indirect and total effects as powers of the paths, on scores in base R",
  list(constructs = described(own, modes), paths = arrows_of(chain), scheme = "path"),
  list(direct = rows_of(f, chain), total = pairs_of(total, total != 0), total_indirect = pairs_of(indirect, total != 0),
       specific_indirect = list(list(path = "fame -> trust -> stay", est = B["trust", "fame"] * B["stay", "trust"]), list(path = "care -> trust -> stay", est = B["trust", "care"] * B["stay", "trust"])),
       vaf = list(list(from = "fame", to = "stay", vaf = indirect["stay", "fame"] / total["stay", "fame"])), r2 = r2_of(f)))

# Higher order, disjoint stages: dimensions take the paths of their construct, then their scores are its indicators.
early <- list(trust = c("fame", "care"), stay = c("fame", "care", "trust"))
one <- solved(x, own, early, modes); held <- list(weights = table_of(one$w), loadings = table_of(loadings_of(one, x)), paths = rows_of(one, early), r2 = r2_of(one))
both <- cbind(x, one$s[, c("fame", "care")]); late <- list(view = c("fame", "care"), trust = own$trust, stay = own$stay); top <- list(trust = "view", stay = c("view", "trust"))
two <- solved(both, late, top, c(view = "B", trust = "A", stay = "A")); l <- loadings_of(two, both)
second <- do.call(c, lapply(names(late), function(k) lapply(seq_along(late[[k]]), function(i) list(construct = k, indicator = late[[k]][i], weight = unname(two$w[[k]][i]), loading = l[[k]][i]))))
keep("hoc90_simulated", "hoc", "A construct of two dimensions in disjoint stages, on scores in base R",
  list(first_stage = list(constructs = described(own, modes), paths = arrows_of(early), scheme = "path"), scheme = "path",
       higher = list(name = "view", mode = "B", dimensions = list("fame", "care")), paths = arrows_of(top)),
  list(first_stage = held, second_stage = second, paths = rows_of(two, top), r2 = r2_of(two)))

# Products: the product of the scores of a first stage is one indicator more and all weights are found again; or scores stay.
base <- list(trust = c("fame", "care"), stay = c("fame", "trust")); first <- solved(x, own, base, modes)
product <- first$s[, "fame"] * first$s[, "trust"]; with_product <- cbind(x, p = product)
full <- c(own, list("fame*trust" = "p")); wider <- list(trust = c("fame", "care"), stay = c("fame", "trust", "fame*trust"))
again <- solved(with_product, full, wider, c(modes, "fame*trust" = "A"))
again$b$stay$b["fame*trust"] <- again$b$stay$b["fame*trust"] / sd(product)
b <- again$b$stay$b; grid <- expand.grid(x = -1:1, z = -1:1)
slopes <- lapply(seq_len(9), function(i) with(grid[i, ], list(iv = x, moderator = z, predicted = unname(b["fame"] * x + b["trust"] * z + b["fame*trust"] * x * z))))
s <- data.frame(first$s[, c("fame", "trust", "stay")], product = product); m <- lm(stay ~ fame + trust + product, s); less <- lm(stay ~ fame + trust, s); r2 <- function(m) summary(m)$r.squared
fixed <- c(rows_of(first, base["trust"]), mapply(function(from, at) list(from = from, to = "stay", est = unname(coef(m)[at])), c("fame", "trust", "fame*trust"), 2:4, SIMPLIFY = FALSE, USE.NAMES = FALSE))
blocks <- own
keep("interaction90_simulated", "interaction", "A product of scores, weights found again and held, on scores in base R",
  list(constructs = described(own, modes), paths = arrows_of(base), scheme = "path", interaction = list(iv = "fame", moderator = "trust", to = "stay", method = "two_stage")),
  list(paths = rows_of(again, wider), r2 = r2_of(again), weights = c(table_of(again$w[names(own)]), list(list(construct = "fame*trust", indicator = "fame*trust_intxn", est = 1))),
       simple_slopes = slopes, fixed_scores = list(paths = fixed, r2 = r2(m), r2_without = r2(less), f2_interaction = (r2(m) - r2(less)) / (1 - r2(m)))))

# GSCA: its criterion minimized over all weights at once by a general optimizer, then by Newton steps with numerical derivatives.
z <- scale(x); sizes <- lengths(own); at <- split(seq_len(sum(sizes)), rep(factor(ks, ks), sizes))
scores_at <- function(v) sapply(ks, function(k) as.vector(scale(z[, own[[k]]] %*% v[at[[k]]])))
criterion <- function(v) { s <- scores_at(v); sum(sapply(names(chain), function(to) 1 - summary(lm(s[, to] ~ s[, chain[[to]]]))$r.squared)) + sum(sapply(ks, function(k) sum(1 - cor(z[, own[[k]]], s[, k])^2))) }
unit <- function(v) { s <- z; unlist(lapply(ks, function(k) v[at[[k]]] / sd(z[, own[[k]]] %*% v[at[[k]]]))) }
starts <- c(list(rep(1, sum(sizes))), lapply(1:5, function(i) { set.seed(i); runif(sum(sizes), .5, 1.5) }))
tries <- lapply(starts, function(v) optim(v, criterion, method = "BFGS", control = list(reltol = 1e-15, maxit = 2000)))
best <- unit(tries[[which.min(sapply(tries, `[[`, "value"))]]$par)
for (step in 1:4) { g <- numDeriv::grad(criterion, best); H <- numDeriv::hessian(criterion, best); e <- eigen(H); free <- e$values > 1e-4; best <- unit(best - e$vectors[, free] %*% ((t(e$vectors[, free]) %*% g) / e$values[free])) }
stopifnot(max(abs(numDeriv::grad(criterion, best))) < 1e-8)
v <- lapply(ks, function(k) best[at[[k]]] * sign(sum(best[at[[k]]]))); names(v) <- ks; g <- list(s = scores_at(unlist(v)), w = v); g$b <- regressions(g$s, chain)
keep("gsca90_simulated", "gsca", "Generalized structured component analysis by a general optimizer, in base R",
  list(constructs = described(own, c(fame = "A", care = "A", trust = "A", stay = "A"), TRUE), paths = arrows_of(chain), disattenuate = FALSE, approach = "gsca"),
  list(weights = table_of(v), loadings = table_of(loadings_of(g, x)), paths = rows_of(g, chain), r2 = r2_of(g)), versions = list(R = as.character(getRversion()), numDeriv = as.character(packageVersion("numDeriv"))))

# Composites by maximum likelihood: the Henseler-Ogasawara specification in lavaan; weights are the first row of its loadings inverted.
for (file in c("polish", "results")) source(file.path("tests/reference/R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))
excrescent <- function(k, items) { m <- length(items); e <- paste0("e_", k, seq_len(m - 1))
  c(paste0(e, " =~ 1*", items[-m], " + start(-0.5)*", items[-1]), if (m > 2) combn(e, 2, function(p) paste(p, collapse = " ~~ ")), paste(e, "~~", e)) }
emergent <- function(k, items) c(paste0(k, " =~ 1*", items[1], paste0(" + start(0.9)*", items[-1], collapse = "")), paste(k, "~~", k), paste0(items, " ~~ 0*", items))
model <- c(unlist(lapply(ks, function(k) emergent(k, own[[k]]))), unlist(lapply(ks, function(k) excrescent(k, own[[k]]))), "fame ~~ care", "trust ~ fame + care", "stay ~ fame + trust")
fit <- lavaan(paste(model, collapse = "\n"), x); p <- polish(fit); stopifnot(!is.null(p), p$end < 1e-8)
fit <- lavaan(within(as.data.frame(parTable(fit)), { ustart[free > 0] <- p$x[free[free > 0]]; est <- NULL; se <- NULL; start <- NULL }), x)
L <- lavInspect(fit, "est")$lambda; V <- lavInspect(fit, "cov.lv"); S <- lavInspect(fit, "implied")$cov
part <- lapply(ks, function(k) { items <- own[[k]]; e <- paste0("e_", k, seq_len(length(items) - 1)); w <- solve(L[items, c(k, e)])[1, ]
  u <- w * sqrt(diag(S)[items]) / sqrt(V[k, k]); l <- as.vector(cov2cor(S[items, items]) %*% u); sg <- sign(sum(l))
  lapply(seq_along(items), function(i) list(indicator = items[i], weight_std = unname(u[i]) * sg, loading_std = l[i] * sg)) }); names(part) <- ks
found <- fitMeasures(fit, c("chisq", "df", "npar", "logl", "srmr", "cfi"))
keep("composite_sem90_simulated", "composite_sem", "Composites by maximum likelihood: Henseler-Ogasawara specification in lavaan",
  list(fun = "lavaan", model = as.list(model), composites = lapply(own, as.list), structural = list("fame ~~ care", "trust ~ fame + care", "stay ~ fame + trust")),
  list(composites = part, converged = TRUE, ntotal = nrow(x), npar = unname(found["npar"]), logLik = unname(found["logl"]), fit = as.list(found)), "tight",
  list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan"))))
cat("done\n")
