# Statistics of the report's tables: distribution, joint shape, clustering, marker technique, errors of CR and AVE, HTMT.
# Run from tests/reference: Rscript R/report_statistics.R > expected/report_statistics.json

suppressMessages({library(lavaan); library(semTools); library(psych)})
source("R/json.R")
quiet <- function(x) suppressWarnings(suppressMessages(x))
exact <- list(rel.tol = 1e-10)

hs <- read.csv("data/HolzingerSwineford1939.csv")
gaps <- read.csv("data/HS_mcar12.csv")
items <- paste0("x", 1:9)
columns <- function(frame) lapply(as.list(frame), function(v) as.list(unname(v)))

described <- function(frame) {
  # Column by column without its gaps: with NA psych's skewness and kurtosis count the missing cases.
  d <- do.call(rbind, lapply(frame, function(v) psych::describe(v[!is.na(v)], type = 1)))
  list(items = as.list(names(frame)), n = as.list(d$n), mean = as.list(d$mean), sd = as.list(d$sd), skewness = as.list(d$skew),
       kurtosis = as.list(d$kurtosis), minimum = as.list(d$min), maximum = as.list(d$max))
}

# psych standardizes by covariances with divisor n - 1, Mardia (1970) by those with divisor n.
mardia <- quiet(psych::mardia(hs[items], plot = FALSE))
distance <- mahalanobis(hs[items], colMeans(hs[items]), cov(hs[items]))

# One-way analysis of variance; ICC with the mean size of unequal clusters.
clustered <- function(y, g) {
  keep <- !is.na(y) & !is.na(g); y <- y[keep]; g <- factor(g[keep])
  ms <- anova(lm(y ~ g)); n <- table(g); N <- length(y); J <- nlevels(g)
  typical <- sum(n^2) / N; k0 <- (N - typical) / (J - 1)
  icc <- (ms[1, 3] - ms[2, 3]) / (ms[1, 3] + (k0 - 1) * ms[2, 3])
  list(n = N, clusters = J, mean_size = typical, icc1 = icc, icc2 = (ms[1, 3] - ms[2, 3]) / ms[1, 3], F = ms[1, 4], df1 = ms[1, 1],
       df2 = ms[2, 1], pvalue = ms[1, 5], design_effect = max(1, 1 + (typical - 1) * icc))
}
fleiss <- as.matrix(read.csv("data/shrout_fleiss.csv"))
fleiss <- fleiss[, sapply(seq_len(ncol(fleiss)), function(k) is.numeric(fleiss[, k]))]
shrout <- quiet(psych::ICC(fleiss, lmer = FALSE))$results

# Marker technique: visual and textual are substantive, speed is the marker.
model <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
marker_models <- function(estimator) {
  fit <- function(text) quiet(cfa(text, hs, std.lv = TRUE, estimator = estimator, control = exact))
  free <- fit(model)
  est <- function(f, l, o, r) { p <- parameterEstimates(f); p$est[p$lhs == l & p$op == o & p$rhs == r] }
  own <- c("x7", "x8", "x9")
  apart <- paste(c(sprintf("%s ~~ %.17g*%s", own, sapply(own, function(i) est(free, i, "~~", i)), own),
                   "speed ~~ 0*visual", "speed ~~ 0*textual"), collapse = "\n")
  marker <- paste(sprintf("%.17g*%s", sapply(own, function(i) est(free, "speed", "=~", i)), own), collapse = " + ")
  substantive <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
  text <- function(terms, more = "") paste(substantive, paste0("speed =~ ", marker, terms), apart, more, sep = "\n")
  six <- items[1:6]
  base <- fit(text(""))
  equal <- fit(text(paste0(" + m*", six, collapse = "")))
  loose <- fit(text(paste0(" + ", six, collapse = "")))
  held <- fit(text(paste0(" + m*", six, collapse = ""), sprintf("visual ~~ %.17g*textual", est(base, "visual", "~~", "textual"))))
  fits <- list(cfa = free, baseline = base, method_c = equal, method_u = loose, method_r = held)
  scaled <- estimator == "MLR"
  measure <- function(f) {
    m <- fitMeasures(f)
    if (scaled) as.list(m[c("chisq.scaled", "df", "pvalue.scaled")]) else as.list(m[c("chisq", "df", "pvalue")])
  }
  difference <- function(a, b) { t <- quiet(lavTestLRT(a, b)); list(stat = t[2, "Chisq diff"], df = t[2, "Df diff"], pvalue = t[2, "Pr(>Chisq)"]) }
  std <- standardizedSolution(equal)
  pick <- function(l, r) std$est.std[std$lhs == l & std$op == "=~" & std$rhs == r]
  parts <- lapply(list(visual = items[1:3], textual = items[4:6]), function(mine) {
    f <- names(which(sapply(list(visual = items[1:3], textual = items[4:6]), identical, mine)))
    l <- sapply(mine, function(i) pick(f, i)); m <- sapply(mine, function(i) pick("speed", i))
    whole <- sum(l)^2 + sum(m)^2 + sum(1 - l^2 - m^2)
    list(substantive = sum(l)^2 / whole, method = sum(m)^2 / whole)
  })
  list(models = lapply(fits, measure),
       comparisons = list(baseline_method_c = difference(base, equal), method_c_method_u = difference(equal, loose),
                          baseline_method_u = difference(base, loose), method_r_method_c = difference(held, equal)),
       parts = parts)
}

# Errors of CR and AVE as definitions in a model of standardized loadings.
definitions <- function(estimator, data = hs, ...) {
  factors <- list(visual = items[1:3], textual = items[4:6], speed = items[7:9])
  lines <- unlist(lapply(names(factors), function(f) {
    i <- factors[[f]]; l <- paste0("l_", i); t <- paste0("t_", i)
    std <- sprintf("(%s/sqrt(%s^2 + %s))", l, l, t)
    whole <- paste(std, collapse = " + ")
    unique <- paste(sprintf("(1 - %s^2)", std), collapse = " + ")
    c(paste(f, "=~", paste(paste0(l, "*", i), collapse = " + ")), sprintf("%s ~~ %s*%s", i, t, i),
      sprintf("cr_%s := (%s)^2/((%s)^2 + %s)", f, whole, whole, unique),
      sprintf("ave_%s := (%s)/3", f, paste(sprintf("%s^2", std), collapse = " + ")),
      sprintf("omega_model_%s := (%s)^2/((%s)^2 + %s)", f, paste(l, collapse = " + "), paste(l, collapse = " + "), paste(t, collapse = " + ")))
  }))
  fit <- quiet(cfa(paste(lines, collapse = "\n"), data, std.lv = TRUE, estimator = estimator, control = exact, ...))
  p <- parameterEstimates(fit); p <- p[p$op == ":=", ]
  list(name = as.list(p$lhs), est = as.list(p$est), se = as.list(p$se))
}

three <- quiet(cfa(model, hs, control = exact))
left <- residuals(three, type = "cor")$cov
lower <- which(lower.tri(left), arr.ind = TRUE)
order <- order(-abs(left[lower]))[1:10]
nested <- function(m) list(rownames = as.list(rownames(m)), colnames = as.list(colnames(m)), values = lapply(seq_len(nrow(m)), function(k) as.list(unname(m[k, ]))))

out <- list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), lavaan = as.character(packageVersion("lavaan")),
                  semTools = as.character(packageVersion("semTools")), psych = as.character(packageVersion("psych"))),
  described = list(HolzingerSwineford1939 = described(hs[items]), HS_mcar12 = described(gaps[items])),
  mardia = list(skewness = mardia$b1p, kurtosis = mardia$b2p, chisq = mardia$skew, skewness_pvalue = mardia$p.skew,
                z = mardia$kurtosis, kurtosis_pvalue = mardia$p.kurt, distances = as.list(unname(distance[1:10]))),
  clustered = list(ageyr = lapply(hs[items[1:4]], clustered, hs$ageyr)),
  shrout_fleiss = list(icc1 = shrout$ICC[1], icc2 = shrout$ICC[4], F = shrout$F[1], df1 = shrout$df1[1], df2 = shrout$df2[1], pvalue = shrout$p[1]),
  first_component = quiet(psych::principal(hs[items], 1))$values[1] / 9,
  marker = list(ML = marker_models("ML"), MLR = marker_models("MLR")),
  definitions = list(ML = definitions("ML"), MLR = definitions("MLR"), MLR_fiml = definitions("MLR", gaps, missing = "fiml")),
  htmt = nested(quiet(semTools::htmt(model, hs, htmt2 = FALSE))), htmt2 = nested(quiet(semTools::htmt(model, hs, htmt2 = TRUE))),
  residuals = list(one = as.list(rownames(left)[lower[order, 1]]), other = as.list(colnames(left)[lower[order, 2]]), residual = as.list(left[lower][order])))
cat(to_json(out), "\n")
