# Vuong's tests by their formulas, from lavaan's casewise likelihoods, scores and information.
# Rscript tests/reference/R/vuong.R > tests/reference/expected/vuong.json   (in the checkout)
suppressMessages(library(lavaan))
three <- "visual =~ x1 + x2 + x3\n textual =~ x4 + x5 + x6\n speed =~ x7 + x8 + x9"
crossed <- "visual =~ x1 + x2 + x3 + x9\n textual =~ x4 + x5 + x6\n speed =~ x7 + x8"
one <- "g =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9"
holzinger <- read.csv("tests/reference/data/HolzingerSwineford1939.csv")
gaps <- holzinger
gaps$x2[seq(3, 301, 7)] <- NA
gaps$x7[seq(2, 301, 9)] <- NA
upper <- function(x, w) {
  theta <- function(u) 0.5 * (colSums(atan(outer(w, u))) - x * u)
  rho <- function(u) exp(colSums(0.25 * log1p(outer(w, u)^2)))
  0.5 + integrate(function(u) sin(theta(u)) / (u * rho(u)), 0, Inf, rel.tol = 1e-10, subdivisions = 5000,
                  stop.on.error = FALSE)$value / pi
}
pair <- function(first, second, data, ...) {
  fits <- lapply(c(first, second), function(m) cfa(m, data, std.lv = TRUE, ...))
  ll <- lapply(fits, lavInspect, "loglik.casewise")
  d <- ll[[1]] - ll[[2]]
  n <- length(d)
  s <- lapply(fits, lavScores)
  a <- lapply(fits, function(f) solve(lavInspect(f, "information")))
  b <- function(i, j) crossprod(s[[i]], s[[j]]) / n
  w <- rbind(cbind(-b(1, 1) %*% a[[1]], -b(1, 2) %*% a[[2]]), cbind(b(2, 1) %*% a[[1]], b(2, 2) %*% a[[2]]))
  squares <- Re(eigen(w)$values)^2
  omega2 <- mean((d - mean(d))^2)
  q <- sapply(fits, function(f) length(coef(f)))
  lr <- sum(d)
  z <- function(cost) (lr - cost * (q[1] - q[2])) / sqrt(n * omega2)
  list(lr = lr, omega2 = omega2, weights = sum(squares), distinguishable = upper(n * omega2, squares),
       none = z(0), aic = z(1), bic = z(log(n) / 2))
}
cases <- list(
  three_one = pair(three, one, holzinger, meanstructure = FALSE),
  three_crossed = pair(three, crossed, holzinger, meanstructure = FALSE),
  incomplete = pair(three, crossed, gaps, missing = "fiml"))
number <- function(x) sprintf("%.12g", x)
rows <- sapply(names(cases), function(k) paste0("  \"", k, "\": {",
  paste0("\"", names(cases[[k]]), "\": ", sapply(cases[[k]], number), collapse = ", "), "}"))
cat("{\n  \"versions\": \"R ", as.character(getRversion()), ", lavaan ", as.character(packageVersion("lavaan")),
    "\",\n", paste(rows, collapse = ",\n"), "\n}\n", sep = "")
