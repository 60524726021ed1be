# Response surfaces of the simulated cases in kinds/own/data/surfaces_simulated.csv by lavaan with constraints:
# Rscript surfaces.R DATA.csv OUT.json
suppressMessages(library(lavaan))
arguments <- commandArgs(trailingOnly = TRUE)
d <- read.csv(arguments[1])
pooled <- c(d$x, d$y)
d$x <- (d$x - mean(pooled)) / sd(pooled)
d$y <- (d$y - mean(pooled)) / sd(pooled)
d$x2 <- d$x^2; d$x_y <- d$x * d$y; d$y2 <- d$y^2
base <- "z ~ b1*x + b2*y + b3*x2 + start(-.1)*x2 + b4*x_y + start(.2)*x_y + b5*y2 + start(-.15)*y2
a1 := b1 + b2
a2 := b3 + b4 + b5
a3 := b1 - b2
a4 := b3 - b4 + b5
"
constraints <- list(
  full = "X0 := (b2*b4 - 2*b1*b5)/(4*b3*b5 - b4^2)
Y0 := (b1*b4 - 2*b2*b3)/(4*b3*b5 - b4^2)
p11 := (b5 - b3 + sqrt((b3 - b5)^2 + b4^2))/b4
p10 := Y0 - p11*X0",
  SRRR = "4*b3*b5 == b4^2
S := -b4/(2*b5)
C := (-2*b1*b5 - b2*b4)/(4*b4*b5)",
  SRSQD = "4*b3*b5 == b4^2
2*b1*b5 == b2*b4
S := -b4/(2*b5)
C := -b2/(2*b5)",
  SRR = "b3 == b5
b4 == -2*b3
C := (b1 - b2)/(4*b3)",
  RR = "b1 == b2
b3 == b5
b4 == -2*b3",
  SSQD = "b1 == -b2
b3 == b5
b4 == -2*b3
C := b1/(2*b3)",
  SQD = "b1 == 0
b2 == 0
b3 == b5
b4 == -2*b3",
  IA = "b3 == 0
b5 == 0",
  additive = "b3 == 0
b4 == 0
b5 == 0")
rows <- function(fit) {
  p <- parameterEstimates(fit)
  p <- p[p$op %in% c("~", "~1", ":=") & p$lhs != "x" & p$lhs != "y" & !(p$op == "~1" & p$lhs != "z"), ]
  name <- ifelse(p$op == ":=", p$lhs, ifelse(p$op == "~1", "z~1", p$label))
  keep <- is.finite(p$se) & p$se > 1e-6
  sprintf('{"name": "%s", "est": %.15g, "se": %.15g, "ci.lower": %.15g, "ci.upper": %.15g}',
          name, p$est, p$se, p$ci.lower, p$ci.upper)[keep]
}
fits <- lapply(constraints, function(more) {
  sem(paste0(base, more), d, estimator = "MLR", meanstructure = TRUE, fixed.x = TRUE, se = "robust")
})
models <- sprintf('"%s": [\n%s\n]', names(fits), sapply(fits, function(f) paste(rows(f), collapse = ",\n")))
measures <- c("npar", "logl", "chisq", "df", "cfi", "rmsea", "srmr", "aic", "bic")
fit <- mapply(function(f, name) {
  m <- fitMeasures(f)[measures]
  names(m)[2] <- "loglik"
  r2 <- unname(lavInspect(f, "r2")["z"])
  sprintf('{"model": "%s", %s, "r2": %.15g}', name, paste(sprintf('"%s": %.15g', names(m), m), collapse = ", "), r2)
}, fits, names(fits))
writeLines(c('{"n": ', nobs(fits$full), ', "models": {', paste(models, collapse = ",\n"), '}, "fit": [',
             paste(fit, collapse = ",\n"), "]}"), arguments[2])
