# Agreement by its formulas in base R (intraclass correlations also by psych, nlme): seeded data, cases of the own corpus.
# Rscript tests/reference/R/agreement.R   (from the root of the project)
source("tests/reference/R/json.R")
out <- "tests/reference/kinds/own"
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."), psych = as.character(packageVersion("psych")),
                 nlme = as.character(packageVersion("nlme")))
write_own <- function(id, kind, title, file, n, call, expected, args = NULL)
  writeLines(to_json(list(id = id, schema = "mlbc-golden/2", kind = kind, title = title,
    data = list(file = file, na = "NA", n = n), call = as.list(call), args = args, tolerance_class = "tight",
    origin = "computed", versions = versions, expected = expected)), file.path(out, "cases", paste0(id, ".json")))
table_of <- function(x, names) list(rownames = as.list(names), colnames = as.list(names),
                                    values = lapply(seq_len(nrow(x)), function(i) unname(x[i, ])))
save <- function(d, file) { write.csv(d, file.path(out, file), row.names = FALSE); read.csv(file.path(out, file)) }

# groups -----------------------------------------------------------------------------------------------------------
set.seed(41)
size <- c(4, 6, 7, 9, 12, 15, 3, 8); g <- rep(seq_along(size), size); n <- length(g); j <- 4
X <- sapply(1:j, function(i) pmin(5, pmax(1, round(3.1 + rnorm(length(size), 0, .7)[g] + rnorm(n, 0, .8)))))
d <- save(data.frame(unit = g, setNames(as.data.frame(X), paste0("Item", 1:j))), "data/groups_simulated.csv")
d <- d[d$unit %in% names(which(table(d$unit) >= 4)), ]
g <- as.character(d$unit); X <- as.matrix(d[, -1]); groups <- unique(g); null <- 2
per <- function(f) setNames(lapply(groups, function(name) f(X[g == name, , drop = FALSE])), groups)
rows <- function(...) { v <- list(...); lapply(groups, function(name) c(list(group = name, n = sum(g == name)),
                        lapply(v, function(x) x[[name]]))) }
v1 <- per(function(x) var(x[, 1])); ratio <- per(function(x) mean(apply(x, 2, var)) / null)
ad <- function(centre) per(function(x) mean(apply(x, 2, function(y) mean(abs(y - centre(y))))))
awg <- per(function(x) { y <- x[, 1]; n <- length(y); M <- mean(y)
  if (M < (1 * (n - 1) + 5) / n || M > (5 * (n - 1) + 1) / n) NA else 1 - 2 * var(y) / ((6 * M - M^2 - 5) * n / (n - 1)) })
a <- anova(aov(rowMeans(X) ~ factor(g)))[["Mean Sq"]]; k <- nrow(X) / length(groups)
control <- nlme::lmeControl(opt = "optim", tolerance = 1e-12, msTol = 1e-14, reltol = 1e-15, niterEM = 500)
item_icc <- lapply(colnames(X), function(name) {
  m <- nlme::lme(y ~ 1, random = ~ 1 | g, data = data.frame(y = X[, name], g = g), control = control)
  v <- as.numeric(nlme::VarCorr(m)[, 1]); r <- v[1] / sum(v)
  list(Variable = name, ICC1 = r, ICC2 = k * r / (1 + (k - 1) * r)) })
write_own("agr90_groups", "agreement", "Agreement in groups by its formulas in base R, item ICC by nlme",
  "data/groups_simulated.csv", n, c("tests/reference/R/agreement.R", "range = c(1, 5)"),
  list(icc1 = (a[1] - a[2]) / (a[1] + (k - 1) * a[2]), icc2 = (a[1] - a[2]) / a[1], item_icc = item_icc,
    scale_anova = list(ms_between = a[1], ms_within = a[2], mean_group_size = k),
    rwg_item1 = rows(rwg = lapply(v1, function(v) max(0, 1 - v / null))),
    rwg_j = rows(rwg = lapply(ratio, function(r) if (r >= 1) 0 else j * (1 - r) / (j * (1 - r) + r))),
    rwg_j_lindell = rows(rwg = lapply(ratio, function(r) 1 - r)),
    ad_mean = rows(ad = ad(mean)), ad_median = rows(ad = ad(median)), awg_item1 = rows(awg = awg, nraters_used = v1)),
  list(response_options = 5, ranvar = null, min_group_size = 4))

# raters of numbers --------------------------------------------------------------------------------------------------
set.seed(42)
R <- round(50 + 8 * rnorm(24) + outer(rep(1, 24), c(0, 3, -2, 1)) + matrix(rnorm(96, 0, 6), 24))
R <- save(setNames(as.data.frame(R), paste0("rater", 1:4)), "data/ratings_simulated.csv")
icc <- psych::ICC(R, lmer = FALSE)$results
long <- data.frame(y = unlist(R), s = factor(rep(1:24, 4)), r = factor(rep(1:4, each = 24)))
ms <- anova(aov(y ~ s + r, long))[["Mean Sq"]]
types <- c("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
write_own("icc90_ratings", "agreement", "Six intraclass correlations, 24 targets by 4 raters, psych", "data/ratings_simulated.csv",
  24, "psych::ICC(x, lmer = FALSE)",
  list(table = lapply(1:6, function(i) list(type = types[i], icc = icc$ICC[i], F = icc$F[i], df1 = icc$df1[i],
         df2 = icc$df2[i], p = icc$p[i], lower = icc$`lower bound`[i], upper = icc$`upper bound`[i])),
       mean_squares = list(subjects = ms[1], judges = ms[2], residual = ms[3])))

# raters of categories -----------------------------------------------------------------------------------------------
set.seed(43)
truth <- sample(1:4, 40, TRUE, c(.4, .3, .2, .1))
C <- sapply(c(.85, .75, .7), function(p) ifelse(runif(40) < p, truth, sample(1:4, 40, TRUE)))
C <- as.matrix(save(setNames(as.data.frame(C), paste0("coder", 1:3)), "data/codes_simulated.csv"))
cross <- function(a, b) unname(table(factor(a, 1:4), factor(b, 1:4)) / nrow(C))
kappa <- function(p, w) { e <- outer(rowSums(p), colSums(p)); (sum(w * p) - sum(w * e)) / (1 - sum(w * e)) }
pairs <- combn(3, 2); same <- diag(4); squares <- 1 - outer(1:4, 1:4, "-")^2 / 9
ck <- psych::cohen.kappa(C[, 1:2])
N <- t(apply(C, 1, tabulate, 4)); m <- 3; q <- colSums(N) / sum(N); pbar <- mean(rowSums(N * (N - 1)) / (m * (m - 1)))
fl <- (pbar - sum(q^2)) / (1 - sum(q^2)); pq <- q * (1 - q)
se0 <- sqrt(2 * (sum(pq)^2 - sum(pq * (1 - 2 * q))) / (nrow(C) * m * (m - 1))) / sum(pq)
obs <- mean(apply(pairs, 2, function(x) mean(C[, x[1]] == C[, x[2]])))
chance <- mean(apply(pairs, 2, function(x) sum(tabulate(C[, x[1]], 4) * tabulate(C[, x[2]], 4)) / nrow(C)^2))
half <- qnorm(.975) * sqrt(ck$var.kappa)
write_own("kap90_codes", "agreement", "Kappas of two and of three coders, base R; variance of kappa by psych",
  "data/codes_simulated.csv", 40, "tests/reference/R/agreement.R",
  list(kappa = kappa(cross(C[, 1], C[, 2]), same), weighted_kappa_quadratic = kappa(cross(C[, 1], C[, 2]), squares),
    var_kappa = ck$var.kappa,
    confidence = list(rownames = list("unweighted kappa"), colnames = list("lower", "estimate", "upper"),
                      values = list(c(ck$kappa - half, ck$kappa, ck$kappa + half))),
    agreement_table = table_of(unclass(cross(C[, 1], C[, 2])), 1:4),
    light = mean(apply(pairs, 2, function(x) kappa(cross(C[, x[1]], C[, x[2]]), same))),
    fleiss = list(value = fl, z = fl / se0), fleiss_exact = (obs - chance) / (1 - chance),
    percent_agreement = 100 * mean(C[, 1] == C[, 2])))

# Krippendorff -------------------------------------------------------------------------------------------------------
set.seed(44)
base <- pmin(6, pmax(0, round(rnorm(15, 3, 1.8)))); K <- sapply(1:4, function(i) pmin(6, pmax(0, base + sample(-1:1, 15, TRUE, c(.15, .65, .2)))))
K[cbind(c(2, 5, 5, 5, 9, 12), c(1, 1, 2, 4, 3, 4))] <- NA
K <- as.matrix(save(setNames(as.data.frame(K), LETTERS[1:4]), "data/observers_simulated.csv"))
levels <- sort(unique(unlist(apply(K, 1, function(x) if (sum(!is.na(x)) > 1) x[!is.na(x)])))); o <- matrix(0, length(levels), length(levels))
for (u in seq_len(nrow(K))) { x <- K[u, !is.na(K[u, ])]
  if (length(x) > 1) for (a in seq_along(x)) for (b in seq_along(x)) if (a != b) {
    i <- match(x[a], levels); l <- match(x[b], levels); o[i, l] <- o[i, l] + 1 / (length(x) - 1) } }
nc <- rowSums(o); total <- sum(nc)
delta <- list(nominal = function(i, l) as.numeric(i != l),
  ordinal = function(i, l) { s <- min(i, l):max(i, l); (sum(nc[s]) - (nc[i] + nc[l]) / 2)^2 },
  interval = function(i, l) (levels[i] - levels[l])^2,
  ratio = function(i, l) if (i == l) 0 else ((levels[i] - levels[l]) / (levels[i] + levels[l]))^2)
alpha <- lapply(delta, function(f) { D <- outer(seq_along(levels), seq_along(levels), Vectorize(f))
  1 - (total - 1) * sum(o * D) / sum(outer(nc, nc) * D) })
write_own("kri90_observers", "krippendorff", "Krippendorff's alpha by its definition in base R, missing ratings",
  "data/observers_simulated.csv", 15, "tests/reference/R/agreement.R",
  list(alpha = alpha, coincidences = table_of(o, levels), pairable_values = total))
