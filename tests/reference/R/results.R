# Fit a case with lavaan from its own description and collect what a case stores as `expected`.

solve_case <- function(case, root) {
  data <- if (is.list(case$data)) read_data(case$data$file, root) else NULL
  first <- capture(call_lavaan(case$fit$fun, case$fit$model, data, as_arguments(case$fit$args)))
  if (!is.null(first$error) || !lavInspect(first$value, "converged")) return(first)
  polished <- tryCatch(polish(first$value), error = function(e) NULL)
  if (!is.null(polished) && is.finite(polished$end) && polished$end < polished$start)
    first$value <- refit_polished(first$value, polished, case$fit$fun, data, as_arguments(case$fit$args))
  first
}

read_data <- function(file, root)
  read.csv(file.path(root, file), na.strings = "NA", stringsAsFactors = FALSE, check.names = FALSE)

as_arguments <- function(args) {
  plain <- function(a) if (is.list(a) && is.null(names(a))) unlist(a) else if (is.list(a)) lapply(a, plain) else a
  out <- lapply(args, plain)
  S <- args$sample.cov
  if (!is.null(S)) out$sample.cov <- matrix(unlist(S$values), length(S$names),
                                            dimnames = list(unlist(S$names), unlist(S$names)))
  if (is.list(args$sample.mean)) out$sample.mean <- unlist(args$sample.mean)
  out
}

call_lavaan <- function(fun, model, data, args) {
  args$model <- model
  args$data <- data
  if (isTRUE(args$missing %in% c("ml", "ml.x", "two.stage", "robust.two.stage")))
    args[c("em.h1.tol", "em.h1.iter.max")] <- list(1e-10, 10000L)
  do.call(fun, args)  # by name: lavaan reads the name of the function out of the call
}

capture <- function(expression) {
  warned <- character(); failed <- NULL
  value <- withCallingHandlers(
    tryCatch(expression, error = function(e) { failed <<- conditionMessage(e); NULL }),
    warning = function(w) { warned <<- c(warned, conditionMessage(w)); invokeRestart("muffleWarning") })
  clean <- function(s) trimws(gsub("\\s+", " ", s))
  list(value = value, warnings = unique(clean(warned)), error = if (is.null(failed)) NULL else clean(failed))
}

# `extras` names the optional parts that the stored case has.
collect <- function(fit, extras = character()) {
  keep <- list(remove.system.eq = FALSE, remove.eq = FALSE, remove.ineq = FALSE)
  parameters <- do.call(parameterEstimates, c(list(fit, standardized = TRUE, remove.nonfree = FALSE), keep))
  table <- as.data.frame(parTable(fit))
  if (nrow(parameters) == nrow(table)) parameters[c("free", "exo")] <- table[c("free", "exo")]
  standardized <- quietly(standardizedSolution(fit, remove.eq = FALSE, remove.ineq = FALSE, remove.def = FALSE))
  tests <- c("test", "stat", "df", "pvalue", "refdistr", "scaling.factor", "shift.parameter", "label", "stat.group")
  out <- list(converged = lavInspect(fit, "converged"), nobs = as.list(lavInspect(fit, "nobs")),
    ntotal = lavInspect(fit, "ntotal"), norig = sum(lavInspect(fit, "norig")), ngroups = lavInspect(fit, "ngroups"),
    group_labels = as.list(lavInspect(fit, "group.label")), npar = lavInspect(fit, "npar"),
    ncon_eq_rank = qr(rbind(fit@Model@ceq.JAC, matrix(0, 0, ncol(fit@Model@ceq.JAC))))$rank,
    parameters = rows(parameters), standardized = rows(standardized),
    fit = if (lavInspect(fit, "converged")) as.list(quietly(unclass(fitMeasures(fit)))),
    logLik = as.numeric(quietly(logLik(fit))),
    tests = lapply(lavInspect(fit, "test"), function(t) t[intersect(names(t), tests)]),
    implied = nested(fitted(fit)), sampstat = nested(lavInspect(fit, "sampstat")),
    rsquare = nested(quietly(lavInspect(fit, "rsquare"))), vcov = nested(quietly(vcov(fit))))
  c(out, lapply(stats::setNames(nm = extras), function(name) COLLECTORS[[name]](fit)))
}

COLLECTORS <- list(
  modindices = function(fit) rows(head(modindices(fit, sort. = TRUE), 80)),
  residuals = function(fit) lapply(stats::setNames(nm = c("raw", "cor", "normalized", "standardized")),
                                   function(type) nested(residuals(fit, type))),
  factor_scores = function(fit) lapply(stats::setNames(nm = c("regression", "Bartlett")), function(method) {
    scores <- lavPredict(fit, method = method)
    if (is.list(scores)) scores <- do.call(rbind, scores)
    list(head = nested(head(unclass(scores), 30)), colmeans = as.list(colMeans(scores)), cov = nested(cov(scores)),
         n = nrow(scores))
  }),
  reliability = function(fit) list(
    semTools_reliability = nested(quietly(suppressWarnings(semTools::reliability(fit)))),
    compRelSEM = as.list(quietly(semTools::compRelSEM(fit))),
    compRelSEM_tau_eq = as.list(quietly(semTools::compRelSEM(fit, tau.eq = TRUE))),
    AVE = as.list(quietly(semTools::AVE(fit)))))

quietly <- function(expression) suppressMessages(suppressWarnings(tryCatch(expression, error = function(e) NULL)))

# The shapes that a case stores: tables as rows, matrices with their names, vectors as named lists.
rows <- function(table) {
  if (is.null(table)) return(NULL)
  table <- as.data.frame(unclass(table), stringsAsFactors = FALSE, optional = TRUE)
  lapply(seq_len(nrow(table)), function(i) as.list(table[i, ]))
}

nested <- function(x) {
  if (is.null(x)) return(NULL)
  if (is.matrix(x)) return(list(rownames = as.list(rownames(x)), colnames = as.list(colnames(x)),
                                values = lapply(seq_len(nrow(x)), function(i) as.list(as.numeric(x[i, ])))))
  if (is.list(x)) return(lapply(x, nested))
  if (is.numeric(x)) as.list(stats::setNames(as.numeric(x), names(x))) else as.list(x)
}
