# Evaluate and fit random cases with lavaan: at given estimates (nothing is optimized), and from lavaan's own start.
#
# Usage: Rscript tests/fuzz/R/evaluate.R FOLDER      reads FOLDER/*.json with their CSV, writes FOLDER/*.out.json

folder <- commandArgs(trailingOnly = TRUE)[1]
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(here, "..", "..", "reference", "R", "json.R"))
suppressWarnings(suppressMessages(library(lavaan)))

vectors <- function(x) if (is.list(x) && is.null(names(x))) unlist(x) else if (is.list(x)) lapply(x, vectors) else x

# Value of an expression with its warnings, or the error's text.
quietly <- function(code) {
  warned <- character()
  value <- tryCatch(withCallingHandlers(code, warning = function(w) {
    warned <<- c(warned, conditionMessage(w)); invokeRestart("muffleWarning")
  }), error = function(e) structure(list(text = conditionMessage(e)), class = "failed"))
  list(value = value, warnings = warned)
}

read_cases <- function(path) {
  data <- read.csv(path, check.names = FALSE)
  data
}

numbers <- function(fit) {
  optim <- lavInspect(fit, "optim")
  implied <- lavInspect(fit, "implied")
  if (lavInspect(fit, "ngroups") == 1L) implied <- list(implied)
  table <- parTable(fit)
  test <- lavInspect(fit, "test")
  list(converged = lavInspect(fit, "converged"), fx = as.numeric(optim$fx)[1],
       chisq = as.numeric(test[[1]]$stat)[1], df = as.numeric(test[[1]]$df)[1],
       scaled = if (length(test) > 1L) as.numeric(test[[2]]$stat)[1] else NA_real_,
       cov = lapply(implied, function(each) as.numeric(unclass(each[[intersect(c("cov", "res.cov"), names(each))[1]]]))),
       names = rownames(implied[[1]][[1]]),
       admissible = isTRUE(suppressWarnings(lavInspect(fit, "post.check"))),
       rows = lapply(which(table$free > 0 & !duplicated(table$free)), function(i)
         list(lhs = table$lhs[i], op = table$op[i], rhs = table$rhs[i], group = table$group[i], est = table$est[i],
              se = if (is.null(table$se)) NA_real_ else table$se[i])))
}

evaluate <- function(path) {
  case <- read_json(path)
  arguments <- vectors(case$arguments)
  arguments$model <- case$model
  arguments$data <- read.csv(sub("json$", "csv", path), check.names = FALSE)
  for (name in c("school", "team")) if (!is.null(arguments$data[[name]]))
    arguments$data[[name]] <- as.character(arguments$data[[name]])
  start <- do.call(rbind, lapply(case$rows, function(row) as.data.frame(row, stringsAsFactors = FALSE)))
  at <- c(arguments, list(start = start, optim.method = "none", check.start = FALSE))
  ours <- quietly(numbers(do.call(case$fun, at)))
  own <- quietly(numbers(do.call(case$fun, arguments)))
  out <- lapply(list(ours = ours, own = own), function(got)
    if (inherits(got$value, "failed")) list(error = got$value$text) else c(got$value, list(warnings = as.list(got$warnings))))
  write_json(out, sub("json$", "out.json", path))
}

for (path in list.files(folder, pattern = "^[0-9-]+[.]json$", full.names = TRUE))
  tryCatch(evaluate(path), error = function(e)
    write_json(list(ours = list(error = conditionMessage(e)), own = list(error = "not run")), sub("json$", "out.json", path)))
