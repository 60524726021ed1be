# Random cases through lavaan: evaluated at given estimates (nothing is optimized), and fitted from its own start.
#
# Usage: Rscript tests/fuzz/lavaan_side/evaluate.R FOLDER < NAMES
# Each NAME has FOLDER/NAME.json and its CSV; the answer is FOLDER/NAME.out.json. One R for all of them.

folder <- commandArgs(trailingOnly = TRUE)[1]
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
for (file in c("json", "results")) source(file.path(here, "..", "..", "reference", "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

LONGEST <- 40  # seconds for one case: lavaan itself goes on after an interrupt, so that each runs in a child of its own

# One kind of residuals may be refused while the other is not.
COLLECTORS$residuals <- NULL
for (type in c("normalized", "standardized")) COLLECTORS[[type]] <- local({
  kind <- type
  function(fit) nested(residuals(fit, kind))
})

answer <- function(code) {
  utils::capture.output(got <- suppressMessages(capture(code)))
  got
}

solution <- function(fit) {
  checked <- answer(lavInspect(fit, "post.check"))
  list(converged = lavInspect(fit, "converged"), fx = as.numeric(lavInspect(fit, "optim")$fx)[1],
       admissible = isTRUE(checked$value), faults = as.list(checked$warnings))
}

everything <- function(fit, extras) {
  base <- answer(collect(fit))
  asked <- stats::setNames(nm = unlist(extras))
  more <- lapply(asked, function(name) answer(COLLECTORS[[name]](fit)))
  refused <- c(collect = base$error, unlist(lapply(more, `[[`, "error")))
  list(values = c(base$value, lapply(more, `[[`, "value")), refused = as.list(refused))
}

# What makes lavaan start at our estimates: its argument `start`, or, since that frees fixed covariates, its own table
# with our estimates as starts of what is free (which it overrules where factors are exploratory).
start_at <- function(case, arguments) {
  table <- as.data.frame(parTable(do.call(case$fun, c(arguments, list(do.fit = FALSE)))))
  given <- do.call(rbind, lapply(case$rows, function(row) as.data.frame(row, stringsAsFactors = FALSE)))
  if (!any(table$exo > 0)) return(list(start = given))
  name <- function(t, one, other) paste(t[[one]], t$op, t[[other]], t$group)
  found <- match(name(table, "lhs", "rhs"), name(given, "lhs", "rhs"))
  turned <- match(name(table, "rhs", "lhs"), name(given, "lhs", "rhs"))
  found <- ifelse(is.na(found) & table$op == "~~", turned, found)
  set <- table$free > 0
  if (anyNA(found[set])) stop("no estimate of ", name(table, "lhs", "rhs")[set & is.na(found)][1])
  table$ustart[set] <- given$est[found[set]]
  list(model = table[setdiff(names(table), c("start", "est", "se"))])
}

at_estimates <- function(case, arguments) {
  where <- answer(start_at(case, arguments))
  if (!is.null(where$error)) return(list(error = where$error))
  arguments[names(where$value)] <- where$value
  got <- answer(do.call(case$fun, c(arguments, list(optim.method = "none", check.start = FALSE))))
  if (!is.null(got$error)) return(list(error = got$error))
  c(solution(got$value), everything(got$value, case$extras), list(warnings = as.list(got$warnings)))
}

own_solution <- function(case, arguments) {
  got <- answer(do.call(case$fun, c(arguments, list(se = "none", test = "none", baseline = FALSE))))
  if (!is.null(got$error)) return(list(error = got$error))
  c(solution(got$value), list(warnings = as.list(got$warnings)))
}

read_arguments <- function(case, path) {
  arguments <- as_arguments(case$arguments)
  arguments$model <- case$model
  arguments$data <- read.csv(path, check.names = FALSE)
  for (name in intersect(c("school", "team"), names(arguments$data)))
    arguments$data[[name]] <- as.character(arguments$data[[name]])
  if (isTRUE(arguments$missing %in% c("fiml", "ml", "ml.x", "two.stage", "robust.two.stage")))
    arguments[c("em.h1.tol", "em.h1.iter.max")] <- list(1e-10, 5000L)
  arguments
}

# Numbers that JSON does not know are missing.
finite <- function(x) rapply(x, function(v) replace(v, !is.finite(v), NA), classes = "numeric", how = "replace")

evaluate <- function(name) {
  case <- read_json(file.path(folder, paste0(name, ".json")))
  arguments <- read_arguments(case, file.path(folder, paste0(name, ".csv")))
  own <- own_solution(case, arguments[setdiff(names(arguments), c("se", "test"))])
  store(name, own, list(error = "no answer in time"))  # stays if what follows takes too long
  store(name, own, if (length(case$rows)) at_estimates(case, arguments))
}

store <- function(name, own, ours)
  write_json(finite(list(own = own, ours = ours)), file.path(folder, paste0(name, ".out.json")))

refuse <- function(name, text) store(name, list(error = text), list(error = text))

limited <- function(name) {
  unlink(file.path(folder, paste0(name, ".out.json")))
  child <- parallel::mcparallel(tryCatch(evaluate(name), error = function(e) refuse(name, conditionMessage(e))))
  if (is.null(parallel::mccollect(child, wait = FALSE, timeout = LONGEST))) {
    tools::pskill(child$pid, tools::SIGKILL)
    parallel::mccollect(child, wait = TRUE)
  }
  if (!file.exists(file.path(folder, paste0(name, ".out.json")))) refuse(name, "no answer in time")
}

input <- file("stdin", "r")
while (length(name <- readLines(input, 1L))) {
  began <- proc.time()[["elapsed"]]
  suppressWarnings(limited(name))
  cat(sprintf("%s %.1f s\n", name, proc.time()[["elapsed"]] - began))
}
