# Qualitative comparative analysis by enumeration in base R: made-up memberships, a case of the own corpus.
# Every product of conditions is tried, and every choice of prime implicants; nothing of a package is used.
# Rscript tests/reference/R/sets.R   (from the root of the project)
source("tests/reference/R/json.R")
out <- "tests/reference/kinds/own"
set.seed(61); n <- 36; A <- c("INN", "NET", "CAP", "REG")
X <- round(matrix(rbeta(4 * n, .5, .5), n) * .96 + .0202, 2); X[X == .5] <- .51; colnames(X) <- A
Y <- round(pmin(pmax(pmax(pmin(X[, 1], X[, 2]), pmin(1 - X[, 3], X[, 4])) + rnorm(n, 0, .12), 0), 1), 2)
file <- "data/sets_simulated.csv"
write.csv(data.frame(case = sprintf("k%02d", 1:n), X, OUT = Y), file.path(out, file), row.names = FALSE, quote = FALSE)
k <- 4; cut <- .8
rows <- as.matrix(expand.grid(rep(list(0:1), k)))[, k:1]
member <- function(t) do.call(pmin, c(list(rep(1, n)), lapply(which(t < 2), function(j) if (t[j] == 1) X[, j] else 1 - X[, j])))
incl <- function(x) sum(pmin(x, Y)) / sum(x)
pri <- function(x) (sum(pmin(x, Y)) - sum(pmin(x, Y, 1 - Y))) / (sum(x) - sum(pmin(x, Y, 1 - Y)))
cov <- function(x) sum(pmin(x, Y)) / sum(Y)
M <- apply(rows, 1, member); count <- colSums(M > .5); share <- apply(M, 2, incl)
output <- ifelse(count == 0, "?", ifelse(share >= cut, "1", "0"))
text <- function(t) paste0(ifelse(t == 0, "~", ""), A)[t < 2] |> paste(collapse = "*")
inside <- function(t) apply(rows, 1, function(r) all(t == 2 | t == r))
terms <- as.matrix(expand.grid(rep(list(c(0, 1, 2)), k)))[, k:1]
size <- rowSums(terms < 2)
terms <- terms[do.call(order, c(list(size), lapply(1:k, function(j) ifelse(size == k, -terms[, j], terms[, j])))), ]
within <- function(a, b) all(b == 2 | a == b)
fit <- function(s) { m <- lapply(s, function(i) member(terms[i, ])); whole <- do.call(pmax, m)
  list(terms = lapply(seq_along(s), function(i) { rest <- m[-i]
         list(term = text(terms[s[i], ]), inclS = incl(m[[i]]), PRI = pri(m[[i]]), covS = cov(m[[i]]),
              covU = if (length(rest)) cov(whole) - cov(do.call(pmax, rest)) else NULL) }),
       solution = list(inclS = incl(whole), PRI = pri(whole), covS = cov(whole))) }
solve_table <- function(free) {
  good <- which(apply(terms, 1, function(t) all(output[inside(t)] == "1" | free[inside(t)])))
  prime <- good[sapply(good, function(i) !any(sapply(setdiff(good, i), function(j) within(terms[i, ], terms[j, ]))))]
  prime <- prime[sapply(prime, function(i) any(output[inside(terms[i, ])] == "1"))]
  need <- which(output == "1"); C <- sapply(prime, function(i) inside(terms[i, ])[need])
  for (m in seq_along(prime)) { all_m <- combn(length(prime), m, simplify = FALSE)
    hit <- Filter(function(s) all(rowSums(C[, s, drop = FALSE]) > 0), all_m); if (length(hit)) break }
  list(index = lapply(hit, function(s) prime[s]), told = list(
    solutions = lapply(hit, function(s) as.list(apply(terms[prime[s], , drop = FALSE], 1, text))),
    prime_implicants = as.list(apply(terms[prime, , drop = FALSE], 1, text)),
    essential = as.list(apply(terms[prime[Reduce(intersect, hit)], , drop = FALSE], 1, text)),
    fit = lapply(hit, function(s) fit(prime[s])))) }
C <- solve_table(rep(FALSE, 2^k)); P <- solve_table(output == "?")
# presence of INN and NET, absence of CAP and presence of REG are expected to go with the outcome
expected <- c(1, 1, 0, 1); models <- list()
for (i in seq_along(C$index)) for (j in seq_along(P$index)) {
  easy <- rep(FALSE, 2^k)
  for (c in C$index[[i]]) for (p in P$index[[j]]) if (within(terms[c, ], terms[p, ])) {
    t <- terms[c, ]; t[terms[p, ] == 2 & t == 1 - expected] <- 2; easy <- easy | (inside(t) & output == "?") }
  found <- solve_table(easy)$told
  models[[paste0("C", i, "P", j)]] <- list(solutions = found$solutions, easy_counterfactuals = as.list(as.character(which(easy))), fit = found$fit) }
single <- function(f) lapply(1:k, function(j) c(list(condition = A[j]), f(X[, j])))
case <- list(id = "qca90_simulated", schema = "mlbc-golden/2", kind = "qca",
  title = "Truth table and minimization of made-up fuzzy sets, by enumeration in base R",
  data = list(file = file, na = "NA", n = n), call = list(
    'D <- d[, c("INN", "NET", "CAP", "REG", "OUT")]; rownames(D) <- d$case',
    'tt <- truthTable(D, outcome = "OUT", incl.cut = 0.8, n.cut = 1, show.cases = TRUE)',
    'list(tt = tt, cons = minimize(tt, details = TRUE), pars = minimize(tt, include = "?", details = TRUE), int = minimize(tt, include = "?", dir.exp = "INN, NET, ~CAP, REG", details = TRUE),',
    'nec = pof(D[, c("INN", "NET", "CAP", "REG")], D$OUT, relation = "necessity"), suf = pof(D[, c("INN", "NET", "CAP", "REG")], D$OUT, relation = "sufficiency"))'),
  tolerance_class = "tight", origin = "computed by tests/reference/R/sets.R, which uses no package; the call says what it stands for",
  versions = list(R = paste(R.version$major, R.version$minor, sep = ".")),
  expected = list(
    truth_table = lapply(which(count > 0), function(r) c(setNames(as.list(unname(rows[r, ])), A), list(out = output[r], n = count[r],
      consistency = share[r], pri = pri(M[, r]), cases = paste(sprintf("k%02d", which(M[, r] > .5)), collapse = ",")))),
    n_remainders = sum(output == "?"), conservative = C$told, parsimonious = P$told, intermediate = list(models = models),
    necessity = single(function(x) list(inclN = cov(x), RoN = sum(1 - x) / sum(1 - pmin(x, Y)), covN = incl(x))),
    single_sufficiency = single(function(x) list(inclS = incl(x), PRI = pri(x), covS = cov(x)))))
writeLines(to_json(case), file.path(out, "cases/qca90_simulated.json"))
