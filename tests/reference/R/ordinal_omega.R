# Reliability from ordinal models by semTools and psych: 2 categories, mixed numbers of categories, two groups, second order,
# bifactor. Run from tests/reference: Rscript R/ordinal_omega.R > expected/ordinal_omega.json

suppressMessages({library(lavaan); library(semTools); library(psych); library(jsonlite)})
quiet <- function(x) suppressWarnings(suppressMessages(x))

hs <- read.csv("data/HolzingerSwineford1939.csv")
binary <- read.csv("data/HS_bin.csv")
four <- read.csv("data/HS_ord4.csv")
items <- paste0("x", 1:9)
shares <- list(c(.5), c(.3, .7), c(.2, .5, .8), c(.1, .3, .6, .9), c(.6, .85))  # 2, 3, 4, 5 and 3 skewed categories
mixed <- hs
for (i in seq_along(items)) {
  x <- hs[[items[i]]]; cuts <- quantile(x, shares[[(i - 1) %% 5 + 1]], type = 1)
  mixed[[items[i]]] <- rowSums(outer(x, cuts, ">")) + 1
}
write.csv(mixed[c("school", items)], "data/HS_mixedcat.csv", row.names = FALSE, quote = FALSE)

three <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
second <- paste0(three, "\ng =~ visual + textual + speed")
bifactor <- paste0("g =~ ", paste(items, collapse = " + "), "\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9")

nested <- function(m) list(rownames = rownames(m), colnames = colnames(m), values = unname(unclass(as.matrix(m))))
attempt <- function(expr) tryCatch(quiet(expr), error = function(e) NULL)

one <- function(data, file, model, ..., higher = NULL) {
  fit <- quiet(cfa(model, data, ordered = items, ...))
  of <- function(...) attempt({ found <- compRelSEM(fit, ...); if (is.data.frame(found)) unclass(as.list(found)) else as.list(unlist(found)) })
  args <- list(...)
  list(data = file, model = model, args = args, higher = higher, converged = lavInspect(fit, "converged"),
    reliability = attempt(nested(semTools::reliability(fit))),
    omega_observed = of(obs.var = TRUE), omega_model = of(obs.var = FALSE), alpha = of(tau.eq = TRUE),
    alpha_latent = of(tau.eq = TRUE, ord.scale = FALSE), omega_latent = of(ord.scale = FALSE, obs.var = FALSE),
    total_model = if (is.null(higher)) of(return.total = TRUE, obs.var = FALSE),
    higher_observed = if (!is.null(higher)) of(higher = higher, obs.var = TRUE),
    higher_model = if (!is.null(higher)) of(higher = higher, obs.var = FALSE),
    AVE = attempt(as.list(AVE(fit))),
    htmt = attempt(nested(semTools::htmt(three, data, ordered = items, htmt2 = FALSE))),
    htmt2 = attempt(nested(semTools::htmt(three, data, ordered = items, htmt2 = TRUE))))
}

polychoric_alpha <- function(data, names) {
  R <- quiet(psych::polychoric(data[names], correct = 0)$rho)
  raw <- unclass(lavInspect(quiet(cfa(paste("f =~", paste(names, collapse = "+")), data, ordered = names, std.lv = TRUE)),
                           "sampstat")$cov)
  list(items = names, psych = quiet(psych::alpha(R)$total$raw_alpha), psych_on_lavaan = quiet(psych::alpha(raw)$total$raw_alpha))
}

out <- list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), lavaan = as.character(packageVersion("lavaan")),
                  semTools = as.character(packageVersion("semTools")), psych = as.character(packageVersion("psych"))),
  models = list(
    binary = one(binary, "HS_bin.csv", three),
    mixed = one(mixed, "HS_mixedcat.csv", three),
    mixed_theta = one(mixed, "HS_mixedcat.csv", three, parameterization = "theta"),
    mixed_groups = one(mixed, "HS_mixedcat.csv", three, group = "school"),
    second_order = one(four, "HS_ord4.csv", second, higher = "g"),
    bifactor = one(four, "HS_ord4.csv", bifactor, orthogonal = TRUE, std.lv = TRUE)),
  polychoric_alpha = list(binary = c(list(data = "HS_bin.csv"), polychoric_alpha(binary, items[1:6])),
                          mixed = c(list(data = "HS_mixedcat.csv"), polychoric_alpha(mixed, items))))
cat(toJSON(out, digits = NA, auto_unbox = TRUE, null = "null", na = "null", pretty = TRUE), "\n")
