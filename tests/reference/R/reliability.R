# Reliability of scales, from items (psych, Guttman's closed forms) and from fitted models (semTools).

pairwise_alpha <- function(case, root) {
  data <- read_data(case$input$data, root)[unlist(case$input$items)]
  a <- quietly(psych::alpha(data))
  list(raw_alpha = a$total$raw_alpha, std_alpha = a$total$std.alpha, G6_smc = a$total[["G6(smc)"]],
       average_r = a$total$average_r, ase = a$total$ase, item_stats = rows(a$item.stats), alpha_drop = rows(a$alpha.drop))
}

listwise_alpha <- function(case, root) {
  data <- na.omit(read_data(case$input$data, root)[unlist(case$input$items)])
  S <- cov(data); k <- ncol(S); n <- nrow(data); total <- sum(S)
  alpha <- k / (k - 1) * (1 - sum(diag(S)) / total)
  quantile_of <- function(p) 1 - (1 - alpha) * qf(p, n - 1, (n - 1) * (k - 1))
  off <- S - diag(diag(S))
  list(n = n, raw_alpha = alpha, feldt95 = list(lower = quantile_of(.975), upper = quantile_of(.025)),
       lambda1 = 1 - sum(diag(S)) / total, lambda2 = 1 - sum(diag(S)) / total + sqrt(k / (k - 1) * sum(off^2)) / total,
       lambda4_max_split = max(split_halves(S)), lambda6 = 1 - sum(1 / diag(solve(S))) / total)
}

split_halves <- function(S) {
  k <- ncol(S)
  sapply(seq_len(2^(k - 1) - 1), function(code) {
    sign <- ifelse(bitwAnd(code, 2^(seq_len(k) - 1)) > 0, 1, -1)
    1 - sum(outer(sign, sign) * S) / sum(S)
  })
}

CFA_RELIABILITY <- list(
  r06_omega_hs = function(case, root) scale_reliability(case, root),
  r09_omega_ordinal = function(case, root) scale_reliability(case, root),
  r11_omega_secondorder = function(case, root) {
    fit <- cfa(case$input$model, read_data(case$input$data, root))
    as.list(quietly(semTools::reliabilityL2(fit, case$input$second_order)))
  },
  r12_omega_hierarchical = function(case, root) {
    fit <- do.call("cfa", c(list(case$input$model, read_data(case$input$data, root)), case$input$args))
    L <- lavInspect(fit, "std")$lambda; groups <- L[, -1, drop = FALSE]; g <- L[, "G"]
    unique <- sum(1 - rowSums(L^2)); total <- sum(g)^2 + sum(colSums(groups)^2) + unique
    of_s1 <- groups[, "s1"] != 0; part <- colSums(L[of_s1, ]); k <- colSums(groups != 0)
    list(omega_total = 1 - unique / total, omega_h = sum(g)^2 / total, ECV = sum(g^2) / sum(L^2),
         PUC = 1 - sum(k * (k - 1)) / (sum(k) * (sum(k) - 1)),
         omega_hs = list(s1 = part[["s1"]]^2 / (sum(part^2) + sum(1 - rowSums(L[of_s1, ]^2)))))
  })

standardized_loadings <- function(fit) {
  solution <- standardizedSolution(fit)
  loadings <- solution[solution$op == "=~", ]
  split(loadings$est.std, loadings$lhs)
}

# Reliability and validity of the scales of a model, its items ordinal where the case says so.
scale_reliability <- function(case, root) {
  data <- read_data(case$input$data, root)
  args <- as_arguments(case$input$args)
  fit <- do.call("cfa", c(list(case$input$model, data), args))
  loadings <- standardized_loadings(fit)
  ave <- sapply(loadings, function(l) mean(l^2)); phi <- unclass(lavInspect(fit, "cor.lv"))
  between <- apply(phi^2 - diag(nrow(phi)), 1, max)
  # Of the codes as numbers, also where the model has ordinal items.
  htmt <- function(geometric) nested(unclass(semTools::htmt(case$input$model, data, htmt2 = geometric)))
  list(semTools_reliability = nested(quietly(suppressWarnings(semTools::reliability(fit)))),
    omega_compRelSEM_obsvar = as.list(quietly(semTools::compRelSEM(fit, obs.var = TRUE))),
    omega_compRelSEM_modelvar = as.list(quietly(semTools::compRelSEM(fit, obs.var = FALSE))),
    alpha_compRelSEM = as.list(quietly(semTools::compRelSEM(fit, tau.eq = TRUE))),
    AVE_semTools = as.list(quietly(semTools::AVE(fit))),
    composite_reliability_std = lapply(loadings, function(l) sum(l)^2 / (sum(l)^2 + sum(1 - l^2))),
    AVE_std = as.list(ave), maximal_reliability_H = lapply(loadings, function(l) 1 / (1 + 1 / sum(l^2 / (1 - l^2)))),
    latent_cor = nested(phi), fornell_larcker_ok = as.list(ave[names(loadings)] > between[names(loadings)]),
    htmt2_geometric = htmt(TRUE), htmt_arithmetic = htmt(FALSE))
}
